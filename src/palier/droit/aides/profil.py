"""The person who asks, as the aids see them, and what an unknown fact can change.

An unknown fact is read as every value that may matter (`temoins`). An aid is decided when all readings agree;
otherwise the facts that change the answer are the missing ones. Missing is never a refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Protocol, TypeAlias

from palier.droit.acces import EMPLOI_ABSENT
from palier.droit.bareme import bareme
from palier.droit.dates import mois_complets
from palier.droit.foyer import MENAGE_ABSENT, fait_personne, naissance_absente
from palier.droit.menage import CONTRATS, SECTEURS, Cas, Personne
from palier.droit.ressources import net_mensuel_absents
from palier.droit.verdict import Manquant, Motif, Verdict, etabli, indetermine

SANS_EMPLOI = "sans_emploi"
AUCUN = "aucun"
PAS_COMMENCE = -1
CONTRAT_ABSENT = Manquant("emploi.contrat", "ATTESTATION_EMPLOYEUR", "La nature de votre contrat de travail manque.")
DEBUT_ABSENT = Manquant("emploi.debut", "ATTESTATION_EMPLOYEUR", "Votre date d'embauche manque.")
EFFECTIF_ABSENT = Manquant("emploi.effectif", "ATTESTATION_EMPLOYEUR", "L'effectif de votre employeur manque.")
FINANCEMENT_ABSENT = Manquant("logement.financement", None, "Le financement du logement manque.")
Temoins: TypeAlias = Mapping[str, tuple[Any, ...]]
Issue: TypeAlias = "tuple[bool | None, tuple[str, ...]]"


@dataclass(frozen=True)
class Profil:
    """One complete reading of the demandeur; a field that an aid does not read keeps its default.

    `secteur` is `sans_emploi` and `contrat` `aucun` out of work; `anciennete` counts complete months since the hiring,
    -1 before it; `net` is one's own monthly income in cents; `social` tells a logement PLAI, PLUS or PLS.
    """

    age: int = 0
    secteur: str = SANS_EMPLOI
    contrat: str = AUCUN
    anciennete: int = PAS_COMMENCE
    effectif: int = 0
    net: int = 0
    social: bool = False


class Regles(Protocol):
    """The rules of one aid on one day."""

    @property
    def temoins(self) -> Temoins:
        """Return the fields of the profile that the aid reads, each with values on both sides of its thresholds."""

    def juge(self, profil: Profil) -> Issue:
        """Return yes, no, or None when a fact outside the case decides; with the codes of the reasons."""

    def motif(self, code: str, profil: Profil) -> Motif:
        """Return the reason of a code."""

    def manquant(self, code: str) -> Manquant:
        """Return the fact outside the case named by a code."""


def demandeur(cas: Cas) -> Personne | None:
    """Return the person who asks, None without a household."""
    return next((p for p in cas.menage.personnes if p.role == "demandeur"), None) if cas.menage else None


def verdict_profil(cas: Cas, regles: Regles) -> Verdict[bool]:
    """Decide an aid over every reading of the case (reference: that of the rules given)."""
    connus, champs = _connus(cas), tuple(regles.temoins)
    choix = [_valeurs(connus[champ], regles.temoins[champ]) for champ in champs]
    profils = {valeurs: replace(Profil(), **dict(zip(champs, valeurs, strict=True))) for valeurs in product(*choix)}
    issues = {valeurs: regles.juge(profil) for valeurs, profil in profils.items()}
    reponses = {valeurs: reponse for valeurs, (reponse, _) in issues.items()}
    premiere, *autres = set(reponses.values())
    if not autres and premiere is not None:
        profil = next(iter(profils.values()))
        return etabli(premiere, *(regles.motif(code, profil) for code in _communs(issues.values())))
    absents = [_manquant(cas, champ) for rang, champ in enumerate(champs) if _change(reponses, rang)]
    dehors = dict.fromkeys(code for reponse, codes in issues.values() if reponse is None for code in codes)
    return indetermine((*absents, *(regles.manquant(code) for code in dehors)))


def _connus(cas: Cas) -> Mapping[str, Any]:
    """Return each field of the profile as the case gives it, None when unknown."""
    personne, emploi, logement = demandeur(cas), cas.emploi, cas.logement
    sociaux = bareme("aides")["visale"]["parc_social"]["financements"]
    financement = logement.financement if logement else AUCUN
    sans_emploi = emploi is not None and emploi.demandeur_emploi
    debut = emploi.debut if emploi else None
    anciennete = None if debut is None else PAS_COMMENCE if debut > cas.au else mois_complets(debut, cas.au)
    return {
        "age": personne.age(cas.au) if personne else None,
        "secteur": SANS_EMPLOI if sans_emploi else emploi.secteur if emploi else None,
        "contrat": AUCUN if sans_emploi else emploi.contrat if emploi else None,
        "anciennete": PAS_COMMENCE if sans_emploi else anciennete,
        "effectif": 0 if sans_emploi else emploi.effectif if emploi else None,
        "net": personne.net_mensuel if personne else None,
        "social": None if financement is None else financement in sociaux,
    }


def temoins_emploi() -> dict[str, tuple[Any, ...]]:
    """Return every secteur, of someone out of work too, and every contrat."""
    return {"secteur": (*SECTEURS, SANS_EMPLOI), "contrat": CONTRATS}


def _valeurs(connu: Any, temoins: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the known value alone, or every value it may have."""
    return temoins if connu is None else (connu,)


def _communs(issues: Iterable[Issue]) -> tuple[str, ...]:
    """Return the reasons that hold in every reading, in the order of the first."""
    premiers, *suivants = [codes for _, codes in issues]
    return tuple(code for code in premiers if all(code in codes for codes in suivants))


def _change(reponses: Mapping[tuple[Any, ...], bool | None], rang: int) -> bool:
    """Tell whether one field alone changes some answer."""
    groupes: dict[tuple[Any, ...], set[bool | None]] = {}
    for valeurs, reponse in reponses.items():
        groupes.setdefault((*valeurs[:rang], *valeurs[rang + 1 :]), set()).add(reponse)
    return any(len(groupe) > 1 for groupe in groupes.values())


def _manquant(cas: Cas, champ: str) -> Manquant:
    """Say which fact of the case gives a field."""
    personne = demandeur(cas)
    if champ in ("age", "net"):
        if personne is None:
            return MENAGE_ABSENT
        return naissance_absente(personne) if champ == "age" else net_absent(cas, personne)
    return {
        "secteur": EMPLOI_ABSENT,
        "contrat": CONTRAT_ABSENT,
        "anciennete": DEBUT_ABSENT,
        "effectif": EFFECTIF_ABSENT,
        "social": FINANCEMENT_ABSENT,
    }[champ]


def net_absent(cas: Cas, personne: Personne) -> Manquant:
    """Return the missing monthly income of one adult."""
    chemin = fait_personne(personne, "net_mensuel")
    return next(absent for absent in net_mensuel_absents(cas) if absent.fait == chemin)
