"""From the rows of demandes and of closed lists to what a study counts. Read, counted, forgotten: nothing is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from palier import coffre
from palier.base.refusal import Refused
from palier.candidatures import facts as candidatures
from palier.candidatures.models import Classement, ClassementLigne
from palier.candidatures.rules import full_months
from palier.candidatures.rules import place as sealed_place
from palier.demandes import facts as demandes
from palier.demandes.models import Demande
from palier.droit.champs import CasInvalide
from palier.droit.cotation import Faits, Grille, faits_cotation
from palier.droit.effort import unites_consommation
from palier.droit.menage import Cas, lire_cas
from palier.droit.publics import publics, publics_prioritaires
from palier.droit.ressources import ressources_retenues
from palier.etudes.enums import Priorite, Taille, TypeMenage
from palier.parc.models import Offre

DALO = "DALO"


class Unreadable(Exception):
    """What is stored cannot be counted: a value out of bounds, or a person whose key was destroyed."""


@dataclass(frozen=True, slots=True)
class Fiche:
    """One demande as the study sees it: facts of the grid, day of filing, and what results are sorted by.

    `ressources` are in cents a year per consumption unit, None when unknown.
    """

    faits: Faits
    deposee_le: date
    commune: str
    menage: str
    taille: str
    priorite: str
    ressources: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a closed list: its keys of order, and the facts that give its points."""

    rang: int
    anciennete_le: date
    cle: str
    faits: Faits


def fiche(demande: Demande, *, au: date, communes: Collection[str]) -> Fiche:
    """Read one demande (prefetch `personnes`, `communes`, `pieces`) on the day `au`. Unreadable when it cannot be."""
    try:
        cas = lire_cas(demandes.cas(demande, au=au))
        situation = demandes.situation(demande)
        depuis = demande.deposee_le or au
        faits = faits_cotation(cas.menage, situation, full_months(depuis, au), au=au, pieces=demandes.pieces(demande))
    except (CasInvalide, coffre.Destroyed) as error:
        raise Unreadable(str(demande.pk)) from error
    return Fiche(
        faits=faits,
        deposee_le=depuis,
        commune=_commune(demande, communes),
        menage=_menage(cas, faits),
        taille=_taille(faits),
        priorite=_priorite(situation, au, faits.pieces),
        ressources=_ressources(cas),
    )


def _commune(demande: Demande, communes: Collection[str]) -> str:
    """The first commune asked for on the territory, the priority ring first."""
    prioritaires, secondaires = demandes.perimetre(demande)
    return next((code for code in (*prioritaires, *secondaires) if code in communes), "")


def _menage(cas: Cas, faits: Faits) -> str:
    a_charge = faits.valeurs.get("menage.a_charge")
    if cas.menage is None or a_charge is None:
        return TypeMenage.AUTRE
    adultes, enfants = len(cas.menage.adultes), bool(a_charge)
    if adultes == 1:
        return TypeMenage.PARENT if enfants else TypeMenage.SEUL
    if cas.menage.couple and adultes == 2:
        return TypeMenage.FAMILLE if enfants else TypeMenage.COUPLE
    return TypeMenage.AUTRE


def _taille(faits: Faits) -> str:
    personnes = faits.valeurs.get("menage.personnes")
    return Taille.INCONNUE if personnes is None else str(min(int(personnes), int(Taille.PLUS)))


def _priorite(situation: Mapping[str, object], au: date, pieces: Mapping[str, date | None]) -> str:
    """DALO before any other public; what is declared without its piece does not count."""
    if not any(situation.get(public.fait or "") is True for public in publics().values()):
        return Priorite.AUCUNE
    verdicts = publics_prioritaires(situation, au, pieces)
    if verdicts[DALO].valeur:
        return Priorite.DALO
    return Priorite.PUBLIC if any(verdict.valeur for verdict in verdicts.values()) else Priorite.AUCUNE


def _ressources(cas: Cas) -> int | None:
    montant, unites = ressources_retenues(cas).valeur, unites_consommation(cas).valeur
    return None if montant is None or unites is None else montant * 10 // round(unites * 10)


class Lists:
    """Closed lists as a draft would read them. Files read once are kept for the length of one study."""

    def __init__(self, actuelle: Grille, projet: Grille) -> None:
        """The grid that ordered the lists, and the draft."""
        self.pieces = {critere.piece for groupe in actuelle.rubriques for critere in groupe.criteres}
        wanted = {critere.piece for groupe in projet.rubriques for critere in groupe.criteres}
        self.frozen_is_enough = set(projet.faits) <= set(actuelle.faits) and wanted <= self.pieces
        self._profils: dict[UUID, candidatures.Profil] = {}

    def places(self, classement: Classement) -> list[Place]:
        """The places of a list with their frozen facts, in its order; Unreadable when somebody was erased.

        What the grid of the list did not read was not frozen: it is what the file says today, on the day of the list.
        """
        found = classement.lignes.order_by("rang")
        lines = list(found if self.frozen_is_enough else found.select_related("candidature"))
        try:
            opened = coffre.unseal_many(
                [(line.personne, bytes(line.entrees), sealed_place(line.candidature_id)) for line in lines]
            )
            frozen = [candidatures.thaw(each)[0] for each in opened]
            if not self.frozen_is_enough:
                frozen = self._completed(classement.offre, lines, frozen)
        except (coffre.Destroyed, CasInvalide, Refused) as error:
            raise Unreadable(str(classement.pk)) from error
        return [
            Place(line.rang, line.anciennete_le, line.cle_egalite, faits)
            for line, faits in zip(lines, frozen, strict=True)
        ]

    def _completed(self, offre: Offre, lines: list[ClassementLigne], frozen: list[Faits]) -> list[Faits]:
        self._read({line.candidature.demande_id for line in lines}, candidatures.closing_day(offre))
        return [
            self._merged(offre, self._profils[line.candidature.demande_id], faits)
            for line, faits in zip(lines, frozen, strict=True)
        ]

    def _read(self, wanted: set[UUID], au: date) -> None:
        asked = Demande.objects.prefetch_related("personnes", "communes", "pieces")
        found = asked.in_bulk(wanted - self._profils.keys())
        with coffre.ring({demande.titulaire_id for demande in found.values()}):
            self._profils |= {pk: candidatures.profil(demande, au) for pk, demande in found.items()}

    def _merged(self, offre: Offre, profil: candidatures.Profil, frozen: Faits) -> Faits:
        today = candidatures.all_facts(profil.demande, offre, profil)
        others = {code: fin for code, fin in today.pieces.items() if code not in self.pieces}
        return Faits({**today.valeurs, **frozen.valeurs}, {**others, **frozen.pieces})
