"""Household category for income ceilings."""

from __future__ import annotations

from palier.droit.bareme import bareme
from palier.droit.foyer import Foyer, selon_foyer, un_foyer
from palier.droit.menage import Cas
from palier.droit.mots import pluriel
from palier.droit.verdict import Motif, Verdict, etabli, indetermine

MAJORATIONS = {
    "parent_isole": "Une personne seule avec une personne à charge monte d'une catégorie.",
    "jeune_menage": "Un jeune couple sans personne à charge monte d'une catégorie.",
    "handicap": "Une carte « invalidité » dans le ménage fait monter d'une catégorie.",
}


def categorie_menage(cas: Cas) -> Verdict[int]:
    """Return the category 1 to 6; `complements["supplements"]` counts the persons beyond (arrêté 29/07/1987)."""
    total, manquants = selon_foyer(cas, rang_foyer)
    if total is None:
        return indetermine(manquants)
    plafond = bareme("menage")["categories"]["maximum"]
    supplements = max(0, total - plafond)
    return etabli(min(total, plafond), *_motifs(un_foyer(cas), total), complements={"supplements": supplements})


def rang_foyer(foyer: Foyer) -> int:
    """Return the uncapped category of a household: persons, one more for a bonus, never two (arrêté 29/07/1987)."""
    return len(foyer.personnes) + (majoration(foyer) is not None)


def majoration(foyer: Foyer) -> str | None:
    """Return the code of the bonus that applies (arrêté 29/07/1987, art. 1), None without one."""
    if len(foyer.adultes) == 1 and foyer.a_charge:
        return "parent_isole"
    if foyer.couple and not foyer.a_charge and len(foyer.adultes) == 2 and foyer.jeune:
        return "jeune_menage"
    return "handicap" if foyer.handicap else None


def _motifs(foyer: Foyer, total: int) -> tuple[Motif, ...]:
    """Say how many persons count, and why one category more."""
    reference = bareme("menage")["categories"]["reference"]
    taille = len(foyer.personnes)
    faits = {"personnes": taille, "adultes": len(foyer.adultes), "a_charge": len(foyer.a_charge), "rang": total}
    texte = f"Votre ménage compte {pluriel(taille, 'personne')} pour les plafonds."
    motifs = [Motif("taille_foyer", reference, faits, texte)]
    code = majoration(foyer)
    if code is not None:
        motifs.append(Motif(code, bareme("menage")["jeune_menage"]["reference"], faits, MAJORATIONS[code]))
    if total > bareme("menage")["categories"]["maximum"]:
        texte = "Au-delà de la catégorie 6, un supplément s'ajoute par personne."
        motifs.append(Motif("supplements", reference, faits, texte))
    return tuple(motifs)
