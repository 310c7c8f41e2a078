"""Two meters that mean something: complete to apply, complete for the commission. Each missing thing says why and how.

To register, the law asks for the identity alone (CCH R.441-2-3); a protected or optional piece never holds anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from palier.demandes.models import Demande
from palier.demandes.queries.calendar import validity
from palier.demandes.queries.pieces import Dossier, dossier
from palier.demandes.queries.steps import completeness
from palier.droit.demande import A_RENOUVELER, VALIDE

FORM = "Cerfa 14069*05"
NUMBER = "CCH L.441-2-1"
Page = tuple[str, ...]
"""The name of a page and its arguments: whoever draws it makes the address."""


@dataclass(frozen=True)
class Item:
    """One condition of a meter: what it is, why it is asked, whether it is met, and the page that mends it."""

    code: str
    libelle: str
    raison: str
    reference: str
    fait: bool
    page: Page


@dataclass(frozen=True)
class Meter:
    """A verdict on the file: complete when every item is met, else the items that are not, with the reason of each."""

    code: str
    items: tuple[Item, ...]

    @property
    def manques(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if not item.fait)

    @property
    def complet(self) -> bool:
        return not self.manques

    @property
    def faits(self) -> int:
        return len(self.items) - len(self.manques)


def meters(demande: Demande, au: date, known: Dossier | None = None) -> tuple[Meter, Meter]:
    """« complet pour candidater », « complet pour la commission »; `known` is the list of pieces when already read."""
    apply = tuple(_to_apply(demande))
    more = tuple(_for_commission(demande, au, known or dossier(demande, au)))
    return Meter("candidater", apply), Meter("commission", (*apply, *more))


def _to_apply(demande: Demande) -> Iterator[Item]:
    missing = completeness(demande)
    for each in missing:
        yield Item(f"etape_{each.step}", each.sentence, "Le formulaire national le demande.", FORM, False,
                   ("demandeur:etape", each.step))  # fmt: skip
    filed = demande.state not in ("brouillon", "radiee")
    why = "Une candidature suit une demande déposée. Votre ancienneté commence ce jour-là."
    yield Item("depot", "Votre demande déposée.", why, "CCH R.441-2-1", filed, ("demandeur:etape", "relecture"))


def _for_commission(demande: Demande, au: date, pieces: Dossier) -> Iterator[Item]:
    why = "Aucun logement n'est attribué sans numéro unique."
    page = ("demandeur:pieces",)
    yield Item("numero", "Votre numéro unique.", why, NUMBER, bool(demande.numero_index), page)
    verdict = validity(demande, au)
    if verdict is not None and verdict.motifs:
        first = verdict.motifs[0]
        valid = verdict.valeur in (VALIDE, A_RENOUVELER)
        yield Item("validite", "Une demande à jour.", first.texte, first.reference, valid, ("demandeur:renouveler",))
    for line in pieces.required:
        name = f"{line.libelle}, {line.prenom}" if line.prenom else line.libelle
        motif = line.attendue.motif
        yield Item(f"piece_{line.code}", f"{name}.", motif.texte, motif.reference, line.is_done, page)
