"""Who may enter, and what else to do: the answers of the law put together, never a dead end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from palier.droit.acces import acces_action_logement
from palier.droit.bareme import dictionnaire
from palier.droit.menage import Cas
from palier.droit.mots import francais
from palier.droit.plafonds import eligibilite
from palier.droit.verdict import Verdict

SOCIAUX = ("PLAI", "PLUS", "PLS")
INTERMEDIAIRE = "PLI"


@dataclass(frozen=True)
class Voie:
    """One thing to do: its title, why, its reference, and the name of the page that begins it ("" = none)."""

    slug: str
    titre: str
    texte: str
    reference: str
    page: str


@dataclass(frozen=True)
class Orientation:
    """The employer's access, the ceilings of each financement, the states that follow, and the ways that remain."""

    employeur: Verdict[bool]
    plafonds: dict[str, Verdict[bool]]
    etats: frozenset[str]
    voies: tuple[Voie, ...]


@cache
def _voies() -> tuple[tuple[frozenset[str], Voie], ...]:
    """Return every way with the states that call for it, in order."""
    lignes = dictionnaire("orientations")["voie"]
    return tuple(
        (
            frozenset(ligne["quand"]),
            Voie(ligne["slug"], francais(ligne["titre"]), francais(ligne["texte"]), ligne["reference"], ligne["page"]),
        )
        for ligne in lignes
    )


def orientation(cas: Cas) -> Orientation:
    """Return who may enter and what else to do (CCH L.313-1, R.441-1; CGI ann. III art. 2 terdecies D)."""
    employeur = acces_action_logement(cas)
    plafonds = {nom: eligibilite(cas, nom) for nom in (*SOCIAUX, INTERMEDIAIRE)}
    etats = frozenset((*_etats_employeur(cas, employeur), _etat_plafonds(plafonds)))
    return Orientation(employeur, plafonds, etats, tuple(voie for quand, voie in _voies() if quand & etats))


def _etats_employeur(cas: Cas, employeur: Verdict[bool]) -> tuple[str, ...]:
    """Return the states that the work gives: no job, open, closed (and why), or not known yet."""
    if cas.emploi is not None and cas.emploi.demandeur_emploi:
        return ("sans_emploi",)
    if employeur.valeur is None:
        return ("employeur_inconnu",)
    if employeur.valeur:
        return ("employeur_oui",)
    public = employeur.motifs[0].code == "secteur_public"
    return ("employeur_non", "secteur_public") if public else ("employeur_non",)


def _etat_plafonds(plafonds: dict[str, Verdict[bool]]) -> str:
    """Return where the resources stand: under a social ceiling, intermediate only, above all, or not known."""
    sociaux = [plafonds[nom].valeur for nom in SOCIAUX]
    if any(sociaux):
        return "sous_plafonds"
    if any(valeur is None for valeur in sociaux) or plafonds[INTERMEDIAIRE].valeur is None:
        return "plafonds_inconnus"
    return "intermediaire" if plafonds[INTERMEDIAIRE].valeur else "hors_intermediaire"
