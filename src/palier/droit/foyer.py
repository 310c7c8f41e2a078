"""Who counts, and what an unknown fact can change.

A household with unknown facts is read as every complete household that it may be (`hypotheses`). A leaf is decided
when all of them give the same answer; otherwise the facts that change the answer are the missing ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TypeVar

from palier.droit.bareme import bareme
from palier.droit.menage import Cas, Menage, Personne
from palier.droit.verdict import Fait, Manquant

V = TypeVar("V")
ROLES = {
    "demandeur": "vous",
    "conjoint": "votre conjoint ou conjointe",
    "codemandeur": "une personne codemandeuse",
    "enfant": "un enfant",
    "ascendant": "un ascendant",
    "autre": "une autre personne",
}
INCONNUES_MAXIMUM = 7
MENAGE_ABSENT = Manquant("menage.personnes", None, "La composition du ménage manque.")


def majorite() -> int:
    """Return the age of majority in years (Code civil, art. 414)."""
    return int(bareme("menage")["majorite"]["age"])


@dataclass(frozen=True)
class Foyer:
    """One complete reading of a household on a day."""

    adultes: tuple[Personne, ...]
    a_charge: tuple[Personne, ...]
    pour_pieces: int
    couple: bool
    jeune: bool

    @property
    def personnes(self) -> tuple[Personne, ...]:
        """Return the persons of the foyer."""
        return self.adultes + self.a_charge

    @property
    def handicap(self) -> bool:
        """Tell whether someone of the foyer holds the card « invalidité »."""
        return any(personne.handicap for personne in self.personnes)


@dataclass(frozen=True)
class Inconnue:
    """An unknown yes-or-no of a household: a key, and what is missing."""

    cle: tuple[str, str]
    manquants: tuple[Manquant, ...]


@dataclass(frozen=True)
class Lecture:
    """The unknowns of a household and its complete readings, by the choice made for each unknown."""

    inconnues: tuple[Inconnue, ...]
    foyers: Mapping[tuple[bool, ...], Foyer]


def fait_personne(personne: Personne, champ: str) -> str:
    """Return the dotted path of a person's fact."""
    return f"menage.personnes.{personne.id}.{champ}"


def manquant_personne(personne: Personne, champ: str, piece: str | None, texte: str, **faits: Fait) -> Manquant:
    """Say that a fact of a person is missing; `faits` holds the role, and what else the sentence says."""
    return Manquant(fait_personne(personne, champ), piece, texte, faits={"role": personne.role, **faits})


def naissance_absente(personne: Personne) -> Manquant:
    """Say that a person's birth date is missing, and what proves it."""
    piece = None if personne.role == "autre" else ("ID_FR" if personne.adulte else "LIVRET_OU_NAISSANCE")
    texte = f"La date de naissance manque pour {qui(personne)}."
    return manquant_personne(personne, "naissance", piece, texte)


def qui(personne: Personne) -> str:
    """Name a person by role, for a sentence spoken to the demandeur."""
    return ROLES[personne.role]


def _inconnues(menage: Menage, au: date) -> tuple[Inconnue, ...]:
    """List what is unknown and may matter."""
    trouvees: list[Inconnue] = []
    for personne in menage.personnes:
        if personne.adulte or personne.garde == "visite":
            continue
        if personne.a_charge is None:
            texte = f"Dites si {qui(personne)} est à votre charge."
            absent = manquant_personne(personne, "a_charge", "AVIS_IMPOT_N2", texte)
            trouvees.append(Inconnue(("a_charge", personne.id), (absent,)))
        if personne.a_charge is not True and personne.garde is None and _age_utile(personne):
            trouvees.append(Inconnue(("mineur", personne.id), (naissance_absente(personne),)))
    jeune = _jeune(menage, au)
    if jeune is None:
        absents = tuple(naissance_absente(p) for p in menage.adultes if p.naissance is None)
        trouvees.append(Inconnue(("jeune", ""), absents))
    return tuple(trouvees)


def _age_utile(personne: Personne) -> bool:
    """Tell whether someone may be a minor for all we know."""
    return personne.naissance is None and personne.role != "ascendant"


def _jeune(menage: Menage, au: date) -> bool | None:
    """Tell whether the two of a couple are at most 55 together; None when an age is needed and unknown."""
    if not menage.couple or len(menage.adultes) != 2:
        return False
    maximum = bareme("menage")["jeune_menage"]["somme_ages_maximum"]
    ages = [personne.age(au) for personne in menage.adultes]
    connus = [age for age in ages if age is not None]
    if sum(connus) > maximum:
        return False
    return True if len(connus) == len(ages) else None


def _foyer(menage: Menage, au: date, choix: Mapping[tuple[str, str], bool]) -> Foyer:
    """Build the reading of a household under given choices."""
    a_charge: list[Personne] = []
    hors_charge: list[Personne] = []
    for personne in menage.personnes:
        if not personne.adulte:
            porte = choix.get(("a_charge", personne.id), personne.a_charge)
            (a_charge if porte and personne.garde != "visite" else hors_charge).append(personne)
    accueillis = sum(_compte_pour_pieces(personne, au, choix) for personne in hors_charge)
    jeune = choix[("jeune", "")] if ("jeune", "") in choix else bool(_jeune(menage, au))
    return Foyer(
        adultes=menage.adultes,
        a_charge=tuple(a_charge),
        pour_pieces=len(menage.adultes) + len(a_charge) + accueillis + menage.enfants_a_naitre,
        couple=menage.couple,
        jeune=jeune,
    )


def _compte_pour_pieces(personne: Personne, au: date, choix: Mapping[tuple[str, str], bool]) -> bool:
    """Tell whether someone not à charge counts for rooms: visit, shared custody, or minor without a custody."""
    if personne.garde is not None:
        return personne.role == "enfant" and personne.garde in ("visite", "alternee")
    if ("mineur", personne.id) in choix:
        return choix[("mineur", personne.id)]
    age = personne.age(au)
    return age is not None and age < majorite()


def lecture(menage: Menage, au: date) -> Lecture | None:
    """Return every complete reading of a household; None when too much is unknown to list them."""
    inconnues = _inconnues(menage, au)
    if len(inconnues) > INCONNUES_MAXIMUM:
        return None
    cles = [inconnue.cle for inconnue in inconnues]
    choix = product((False, True), repeat=len(inconnues))
    return Lecture(inconnues, {valeurs: _foyer(menage, au, dict(zip(cles, valeurs, strict=True))) for valeurs in choix})


def selon_foyer(cas: Cas, calcul: Callable[[Foyer], V]) -> tuple[V | None, tuple[Manquant, ...]]:
    """Apply `calcul` to every reading: the common answer, or None and the facts that change it."""
    if cas.menage is None:
        return None, (MENAGE_ABSENT,)
    lue = lecture(cas.menage, cas.au)
    if lue is None:
        return None, tuple(m for inconnue in _inconnues(cas.menage, cas.au) for m in inconnue.manquants)
    valeurs = {choix: calcul(foyer) for choix, foyer in lue.foyers.items()}
    premiere = next(iter(valeurs.values()))
    if all(valeur == premiere for valeur in valeurs.values()):
        return premiere, ()
    return None, tuple(
        manquant
        for rang, inconnue in enumerate(lue.inconnues)
        if _change(valeurs, rang)
        for manquant in inconnue.manquants
    )


def _change(valeurs: Mapping[tuple[bool, ...], V], rang: int) -> bool:
    """Tell whether flipping one unknown alone changes some answer."""
    return any(
        valeurs[choix] != valeurs[(*choix[:rang], not choix[rang], *choix[rang + 1 :])]
        for choix in valeurs
        if not choix[rang]
    )


def un_foyer(cas: Cas) -> Foyer:
    """Return one reading of a known household, for the words of a reason once the answer is decided."""
    if cas.menage is None:
        raise ValueError("no household in this case")
    inconnues = _inconnues(cas.menage, cas.au)
    return _foyer(cas.menage, cas.au, {inconnue.cle: False for inconnue in inconnues})
