"""The shape of every answer of law: a value with its reasons, or what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from palier.droit.mots import francais

T = TypeVar("T")
Fait = str | int | float | bool | None
Json = dict[str, object]

ETABLI = "etabli"
INDETERMINE = "indetermine"


@dataclass(frozen=True)
class Motif:
    """One reason: code, legal reference, the facts used (amounts in euros), one French sentence."""

    code: str
    reference: str
    faits: Mapping[str, Fait]
    texte: str

    def __post_init__(self) -> None:
        """Set the typography of the sentence."""
        object.__setattr__(self, "texte", francais(self.texte))

    def json(self) -> Json:
        """Return the contract form."""
        return {"code": self.code, "reference": self.reference, "faits": dict(self.faits), "texte": self.texte}


@dataclass(frozen=True)
class Manquant:
    """A missing fact (dotted path), the code of the piece that would settle it, one French sentence.

    `code` names the shape of the sentence when the path alone does not; `faits` holds the values that it says.
    """

    fait: str
    piece: str | None
    texte: str
    code: str = ""
    faits: Mapping[str, Fait] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Set the typography of the sentence."""
        object.__setattr__(self, "texte", francais(self.texte))

    def json(self) -> Json:
        """Return the contract form."""
        return {"fait": self.fait, "piece": self.piece, "texte": self.texte}


@dataclass(frozen=True)
class Verdict(Generic[T]):
    """A decided value with its reasons, or an undecided one that names what is missing.

    `montant` says that `valeur` is in cents (euros in JSON); `complements` are keys written beside `valeur`.
    """

    valeur: T | None
    statut: str
    motifs: tuple[Motif, ...] = ()
    manquants: tuple[Manquant, ...] = ()
    complements: Mapping[str, int] = field(default_factory=dict)
    montant: bool = False

    def __post_init__(self) -> None:
        """Hold the two shapes apart: established with a value, undecided with something missing."""
        if self.statut == ETABLI:
            coherent = self.valeur is not None and not self.manquants
        else:
            coherent = self.statut == INDETERMINE and self.valeur is None and bool(self.manquants)
        if not coherent:
            raise ValueError(f"incoherent verdict: {self.statut}, {self.valeur!r}, {len(self.manquants)} missing")

    @property
    def sur(self) -> bool:
        """Tell whether the value is established."""
        return self.statut == ETABLI

    def exige(self) -> T:
        """Return the established value; ValueError when the verdict is undecided."""
        if self.valeur is None:
            raise ValueError(self.texte())
        return self.valeur

    def texte(self) -> str:
        """Return the French sentences of the verdict, joined."""
        lignes: Iterable[Motif | Manquant] = (*self.motifs, *self.manquants)
        return " ".join(ligne.texte for ligne in lignes)

    def json(self) -> Json:
        """Return the contract form; amounts leave as euros."""
        valeur: object = self.valeur
        if self.montant and isinstance(valeur, int):
            valeur = en_euros(valeur)
        return {
            "valeur": valeur,
            **self.complements,
            "statut": self.statut,
            "motifs": [motif.json() for motif in self.motifs],
            "manquants": [manquant.json() for manquant in self.manquants],
        }


def etabli(
    valeur: T, *motifs: Motif, montant: bool = False, complements: Mapping[str, int] | None = None
) -> Verdict[T]:
    """Build an established verdict."""
    return Verdict(valeur, ETABLI, motifs, (), complements or {}, montant)


def indetermine(manquants: Iterable[Manquant], *motifs: Motif) -> Verdict[T]:
    """Build an undecided verdict; the same fact is named once."""
    uniques = {manquant.fait: manquant for manquant in manquants}
    return Verdict(None, INDETERMINE, motifs, tuple(uniques.values()))


def en_euros(centimes: int) -> int | float:
    """Turn cents into euros for JSON: a whole number when it is one."""
    entier, reste = divmod(centimes, 100)
    return entier if reste == 0 else centimes / 100
