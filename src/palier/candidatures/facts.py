"""From a demande and an offre to the law: the case, the facts of the grid, the frozen inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from palier.base.clock import local_day
from palier.base.refusal import Refused
from palier.candidatures.rules import full_months
from palier.demandes import facts as demandes
from palier.demandes.models import Demande
from palier.droit.champs import CasInvalide
from palier.droit.cotation import Cotation, Faits, Grille, coter, faits_cotation, lire_grille, lire_pieces
from palier.droit.menage import Cas, lire_cas
from palier.droit.occupation import typologies
from palier.gateways.trajet import Position, routing
from palier.organisations.queries import employeur_of_code
from palier.parc.facts import logement_dict
from palier.parc.models import Offre
from palier.territoires.grids import complete
from palier.territoires.models import Commune
from palier.territoires.models import Grille as StoredGrille

Frozen = dict[str, Any]
TYPOLOGIES = ("T1", "T1bis", "T2", "T3", "T4", "T5", "T6", "T7", "T8")
_positions: dict[str, Position] = {}


@dataclass(frozen=True)
class Profil:
    """What the law may read of one demande, read once for a whole page."""

    demande: Demande
    cas: dict[str, Any]
    situation: dict[str, Any]
    pieces: list[dict[str, str | None]]
    prioritaires: tuple[str, ...]
    secondaires: tuple[str, ...]

    @property
    def communes(self) -> tuple[str, ...]:
        """The whole perimeter, priority ring first."""
        return (*self.prioritaires, *self.secondaires)


def profil(demande: Demande, au: date) -> Profil:
    """Read a demande once (prefetch `personnes`, `communes`, `pieces` to spare queries)."""
    prioritaires, secondaires = demandes.perimetre(demande)
    return Profil(
        demande=demande,
        cas=demandes.cas(demande, au=au),
        situation=demandes.situation(demande),
        pieces=demandes.pieces(demande),
        prioritaires=tuple(prioritaires),
        secondaires=tuple(secondaires),
    )


def cas_offre(profil: Profil, offre: Offre, au: date) -> Cas:
    """The case of this household in this dwelling on `au`. Refused (422) when what is stored cannot be read."""
    commune = offre.logement.programme.commune_id
    brut = {**profil.cas, "au": au.isoformat(), "commune": commune, "logement": logement_dict(offre.logement)}
    try:
        return lire_cas(brut)
    except CasInvalide as error:
        raise Refused(
            "demande_illisible", str(error), mend="Corrigez cette réponse dans votre demande.", status=422
        ) from error


def closing_day(offre: Offre) -> date:
    """The day on which points are counted: that of the closing, else of the writing of the draft."""
    return local_day(offre.cloture_le or offre.created_at)


def _position(code: str) -> Position | None:
    """Position of a commune; found ones are kept, communes do not move."""
    if code and code not in _positions:
        found = Commune.objects.filter(pk=code).values_list("latitude", "longitude").first()
        if found is None:
            return None
        _positions[code] = found
    return _positions.get(code)


def travel_minutes(profil: Profil, offre: Offre) -> int | None:
    """One way from the dwelling's commune to that of work, in minutes (an estimate); None when work is unknown."""
    origin = _position(profil.demande.commune_travail)
    if origin is None:
        return None
    place = offre.logement.programme.commune
    return routing().trajet(origin, (place.latitude, place.longitude)).minutes


def fits(cas: Cas, typologie: str) -> bool | None:
    """Whether the size is within the usual sizes of the household; None when the household is not known enough."""
    bounds = typologies(cas)
    low, high = bounds["min"].valeur, bounds["max"].valeur
    if low is None or high is None:
        return None
    return TYPOLOGIES.index(low) <= TYPOLOGIES.index(typologie) <= TYPOLOGIES.index(high)


def has_employeur_priority(demande: Demande, offre: Offre) -> bool:
    """Whether the dwelling is reserved by the employer whose code the person gave, still valid at the closing."""
    reserved_by = offre.logement.reservataire_id
    if reserved_by is None or demande.code_specifique is None:
        return False
    employeur = employeur_of_code(demande.code_specifique, offre.cloture_le or offre.created_at)
    return employeur is not None and employeur.pk == reserved_by


def offre_facts(profil: Profil, offre: Offre, cas: Cas) -> dict[str, int]:
    """The facts `offre.*` of the grid; an unknown one is left out."""
    commune = offre.logement.programme.commune_id
    facts = {
        "lien_domicile": int(profil.demande.commune_domicile == commune),
        "lien_travail": int(profil.demande.commune_travail == commune),
        "priorite_employeur": int(has_employeur_priority(profil.demande, offre)),
    }
    minutes, fit = travel_minutes(profil, offre), fits(cas, offre.logement.typologie)
    if minutes is not None:
        facts["trajet_minutes"] = minutes
    if fit is not None:
        facts["taille_adaptee"] = int(fit)
    return facts


def all_facts(demande: Demande, offre: Offre, profile: Profil | None = None) -> Faits:
    """Everything that a grid may read of a demande on an offre, on the closing day."""
    au = closing_day(offre)
    known = profile or profil(demande, au)
    cas = cas_offre(known, offre, au)
    since = demande.deposee_le or au
    return faits_cotation(
        cas.menage, known.situation, full_months(since, au), offre_facts(known, offre, cas), au=au, pieces=known.pieces
    )


def cotation_facts(demande: Demande, offre: Offre, profile: Profil | None = None) -> Frozen:
    """The inputs that reproduce the points: {"faits": {path: value}, "pieces": […], "au": "AAAA-MM-JJ"}.

    Only what the grid of the offre reads; counted on the closing day.
    """
    return freeze(all_facts(demande, offre, profile), law_grille(offre.grille), closing_day(offre))


def freeze(faits: Faits, grille: Grille, au: date) -> Frozen:
    """Keep of the facts what the grid reads, as JSON."""
    codes = read_pieces(grille)
    return {
        "faits": {path: _plain(faits.valeurs[path]) for path in grille.faits if path in faits.valeurs},
        "pieces": [
            {"code": code, "expire_le": end.isoformat() if end else None}
            for code, end in sorted(faits.pieces.items())
            if code in codes
        ],
        "au": au.isoformat(),
    }


def read_pieces(grille: Grille) -> set[str]:
    """The codes of the pieces that a grid asks for."""
    asked = (critere.piece for rubrique in grille.rubriques for critere in rubrique.criteres)
    return {code for code in asked if code is not None}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def thaw(frozen: Mapping[str, Any]) -> tuple[Faits, date]:
    """The inverse of `freeze`."""
    values = {
        path: Decimal(repr(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
        for path, value in frozen["faits"].items()
    }
    return Faits(values, lire_pieces(frozen["pieces"])), date.fromisoformat(frozen["au"])


def count(grille: Grille, frozen: Mapping[str, Any]) -> Cotation:
    """Points and lines of frozen inputs on a grid."""
    faits, au = thaw(frozen)
    return coter(grille, faits, au)


_grilles: dict[str, Grille] = {}


def law_grille(stored: StoredGrille) -> Grille:
    """The parsed grid, kept by its fingerprint: the text of a published grid never changes."""
    known = _grilles.get(stored.empreinte)
    if known is None:
        known = _grilles[stored.empreinte] = complete(lire_grille(stored.texte))
    return known
