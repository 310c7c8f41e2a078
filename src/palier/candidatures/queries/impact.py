"""What a change of life changes: the answers of the law, the pieces, the points and ranks. Two pictures, compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from palier.base.clock import local_day
from palier.base.money import whole_euros
from palier.candidatures.facts import closing_day, count, law_grille, profil
from palier.candidatures.models import Candidature
from palier.candidatures.queries.lists import with_place
from palier.candidatures.queries.ranks import Rang, rank_of
from palier.candidatures.queries.verdicts import Verdict4, verdict
from palier.demandes import facts
from palier.demandes.models import Demande
from palier.demandes.queries.pieces import dossier
from palier.droit.categorie import categorie_menage
from palier.droit.menage import FINANCEMENTS, Cas, lire_cas
from palier.droit.occupation import typologies
from palier.droit.plafonds import eligibilite, plafond_ressources
from palier.droit.verdict import Verdict
from palier.parc.models import Offre

T = TypeVar("T")
UNKNOWN = "Pas encore établi"


@dataclass(frozen=True)
class Answer:
    """One answer of the law as the person reads it, with the sentence and the article that give it."""

    libelle: str
    valeur: str
    texte: str
    reference: str


@dataclass(frozen=True)
class Standing:
    """One live candidature: its points and their lines, its rank, and whether the dwelling is open to the person."""

    offre: Offre
    points: int
    rang: Rang | None
    lignes: Mapping[str, int]
    reponse: Verdict4


@dataclass(frozen=True)
class Picture:
    """A demande at one instant, as everything that counts sees it."""

    reponses: Mapping[str, Answer]
    pieces: Mapping[tuple[str, UUID | None], str]
    candidatures: Mapping[UUID, Standing]


@dataclass(frozen=True)
class Moved:
    """A candidature before and after; `lignes` are those whose points change: (label, before, after)."""

    offre: Offre
    avant: Standing
    apres: Standing

    @property
    def lignes(self) -> list[tuple[str, int, int]]:
        names = dict.fromkeys((*self.avant.lignes, *self.apres.lignes))
        both = [(name, self.avant.lignes.get(name, 0), self.apres.lignes.get(name, 0)) for name in names]
        return [each for each in both if each[1] != each[2]]

    @property
    def fige(self) -> bool:
        """True when the list is closed: points and rank stay as they were."""
        return self.apres.rang is not None and self.apres.rang.fige

    @property
    def fermee(self) -> str:
        """Why the dwelling would no longer be open, "" when that does not change."""
        closed = self.avant.reponse.may_apply and not self.apres.reponse.may_apply
        return self.apres.reponse.phrase if closed else ""

    @property
    def change(self) -> bool:
        before, after = self.avant, self.apres
        moved = (before.points, before.rang) != (after.points, after.rang)
        return moved or before.reponse.kind != after.reponse.kind or bool(self.lignes)


@dataclass(frozen=True)
class Impact:
    """What changes between two pictures."""

    reponses: tuple[tuple[Answer, Answer], ...]
    pieces_en_plus: tuple[str, ...]
    pieces_en_moins: tuple[str, ...]
    candidatures: tuple[Moved, ...]

    @property
    def change(self) -> bool:
        """True when something that counts is not the same."""
        pieces = self.pieces_en_plus or self.pieces_en_moins
        return bool(self.reponses or pieces) or any(each.change for each in self.candidatures)


def picture(demande_id: UUID, at: datetime) -> Picture:
    """The demande as it stands at this point of the transaction, read afresh."""
    demande = Demande.objects.prefetch_related("personnes", "communes", "pieces").get(pk=demande_id)
    today = local_day(at)
    asked = dossier(demande, today).asked
    return Picture(
        reponses={each.libelle: each for each in _answers(lire_cas(facts.cas(demande, au=today)))},
        pieces={line.key: f"{line.libelle}, {line.prenom}" if line.prenom else line.libelle for line in asked},
        candidatures={row.pk: _standing(row, demande, at) for row in _live(demande)},
    )


def compare(before: Picture, after: Picture) -> Impact:
    """What is not the same; every live candidature is kept, to say that it does not move."""
    return Impact(
        reponses=tuple(
            (before.reponses[name], answer)
            for name, answer in after.reponses.items()
            if before.reponses[name].valeur != answer.valeur
        ),
        pieces_en_plus=tuple(name for key, name in after.pieces.items() if key not in before.pieces),
        pieces_en_moins=tuple(name for key, name in before.pieces.items() if key not in after.pieces),
        candidatures=tuple(
            Moved(each.offre, before.candidatures[pk], each)
            for pk, each in after.candidatures.items()
            if pk in before.candidatures
        ),
    )


def _live(demande: Demande) -> list[Candidature]:
    rows = with_place(Candidature.objects.live().filter(demande=demande)).defer(None)
    return list(rows.order_by("offre__cloture_le", "pk"))


def _standing(row: Candidature, demande: Demande, at: datetime) -> Standing:
    row.demande = demande
    counted = count(law_grille(row.offre.grille), row.cotation)
    known = profil(demande, closing_day(row.offre))
    return Standing(
        offre=row.offre,
        points=row.points,
        rang=rank_of(row),
        lignes={line.libelle: line.points for line in counted.lignes},
        reponse=verdict(known, row.offre, local_day(at)),
    )


def _answers(cas: Cas) -> Iterator[Answer]:
    yield _answer("Catégorie de ménage", categorie_menage(cas), str)
    sizes = typologies(cas)
    yield _answer("Taille la plus petite", sizes["min"], str)
    yield _answer("Taille la plus grande", sizes["max"], str)
    for name in FINANCEMENTS:
        yield _answer(f"Plafond {name}", plafond_ressources(cas, name), whole_euros)
        yield _answer(f"Logement {name}", eligibilite(cas, name), _open)


def _open(value: bool) -> str:
    return "Ouvert" if value else "Au-dessus du plafond"


def _answer(libelle: str, found: Verdict[T], said: Callable[[T], str]) -> Answer:
    value = UNKNOWN if found.valeur is None else said(found.valeur)
    reference = found.motifs[0].reference if found.motifs else ""
    return Answer(libelle, value, found.texte(), reference)
