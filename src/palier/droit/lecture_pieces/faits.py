"""What was read on a piece, what the file of the person says, and the shape of a rule's answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from palier.droit import champs
from palier.droit.bareme import bareme
from palier.droit.menage import Personne, lire_cas
from palier.droit.verdict import INDETERMINE, Json, Verdict

T = TypeVar("T")

CONFORME, NON_CONFORME = "conforme", "non_conforme"
ABSENT, LU, SIGNATURE_VERIFIEE, SIGNATURE_INVALIDE = "absent", "lu", "signature_verifiee", "signature_invalide"
NOMS_PERSONNE = ("nom", "nom_usage", "nom_naissance")


@dataclass(frozen=True)
class Lu(Generic[T]):
    """A value read on the page, and how sure the reading is, out of 100."""

    valeur: T
    confiance: int = 100

    @property
    def sur(self) -> bool:
        """Tell whether the reading is sure enough to weigh against the person."""
        return self.confiance >= int(bareme("lecture_pieces")["certitude"]["confiance_minimum"])


@dataclass(frozen=True)
class Bulletin:
    """One payslip: first day of its month, the nets printed by name (cents)."""

    mois: Lu[date] | None = None
    nets: Mapping[str, Lu[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class DeuxDDoc:
    """The signed code of the page: its state, and what it says (cents)."""

    etat: str = ABSENT
    annee_revenus: int | None = None
    rfr: int | None = None
    noms: tuple[str, ...] = ()
    nets: tuple[int, ...] = ()

    @property
    def fait_foi(self) -> bool:
        """Tell whether what the code says wins over the print."""
        return self.etat in (LU, SIGNATURE_VERIFIEE)


@dataclass(frozen=True)
class PieceLue:
    """What was read: type, legibility of the worst page, text, and the fields of its type (amounts in cents)."""

    type: str
    type_sur: bool = True
    pages: int = 1
    pages_lues: int = 1
    mots: int = 0
    confiance: int = 0
    vide: bool = False
    texte: str = ""
    noms: tuple[Lu[str], ...] = ()
    annee_revenus: Lu[int] | None = None
    rfr: Lu[int] | None = None
    expiration: Lu[date] | None = None
    nationalite: str | None = None
    bulletins: tuple[Bulletin, ...] = ()
    deux_d_doc: DeuxDDoc = field(default_factory=DeuxDDoc)


@dataclass(frozen=True)
class PersonneAttendue:
    """Someone of the file: the case's person, the first names and every family name that is theirs."""

    personne: Personne
    prenom: str = ""
    noms: tuple[str, ...] = ()

    @property
    def nommee(self) -> bool:
        """Tell whether the name is known."""
        return bool(self.noms)

    @property
    def ecrite(self) -> str:
        """Return the name as a sentence says it."""
        return " ".join(part for part in (self.prenom, *self.noms[:1]) if part)


@dataclass(frozen=True)
class Attendu:
    """What the file says: its persons. Empty when no case was given."""

    personnes: tuple[PersonneAttendue, ...] = ()

    @property
    def nommees(self) -> tuple[PersonneAttendue, ...]:
        """Return the persons whose name is known."""
        return tuple(une for une in self.personnes if une.nommee)


@dataclass(frozen=True)
class Regle:
    """The answer of one rule."""

    code: str
    verdict: Verdict[str]

    @property
    def resultat(self) -> str:
        """Return conforme, non_conforme or indetermine."""
        return self.verdict.valeur or INDETERMINE

    @property
    def texte(self) -> str:
        """Return what was seen and what to do."""
        return self.verdict.texte()

    def json(self) -> Json:
        """Return the contract form."""
        return {"code": self.code, "resultat": self.resultat, "texte": self.texte}


def lire_attendu(donnees: object, personne: str | None = None) -> Attendu:
    """Read the persons of a case, with their names; only one of them when its id is given."""
    if donnees is None:
        return Attendu()
    cas = lire_cas(donnees)
    menage = champs.objet(donnees, "cas").get("menage")
    brutes = champs.objet(menage, "menage").get("personnes") if menage is not None else None
    if cas.menage is None or brutes is None:
        return Attendu()
    lues = tuple(
        _personne(lue, champs.objet(brute, f"menage.personnes[{rang}]"), f"menage.personnes[{rang}]")
        for rang, (lue, brute) in enumerate(
            zip(cas.menage.personnes, champs.liste(brutes, "menage.personnes"), strict=True), 1
        )
    )
    return Attendu(tuple(une for une in lues if personne in (None, une.personne.id)))


def _personne(lue: Personne, brute: Mapping[str, object], champ: str) -> PersonneAttendue:
    """Add the names to a person of the case."""
    textes = {
        cle: champs.texte(brute[cle], f"{champ}.{cle}").strip()
        for cle in ("prenom", *NOMS_PERSONNE)
        if brute.get(cle) is not None
    }
    noms = tuple(textes[cle] for cle in NOMS_PERSONNE if textes.get(cle))
    return PersonneAttendue(lue, textes.get("prenom", ""), noms)
