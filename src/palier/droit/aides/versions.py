"""The dated rules of the aids, and what is said when none is known or the aid is closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from palier.droit.bareme import bareme, version
from palier.droit.mots import jour
from palier.droit.verdict import Manquant, Motif, Verdict, etabli, indetermine

Version = Mapping[str, Any]
NOMS = {
    "visale": "Visale",
    "loca_pass": "l'avance Loca-Pass",
    "mobili_jeune": "Mobili-Jeune",
    "mobili_pass": "Mobili-Pass",
    "mon_job_mon_logement": "Mon Job Mon Logement",
    "accompagnement_social": "l'accompagnement social",
    "adaptation_handicap": "MaPrimeAdapt'",
    "mise_aux_normes": "la mise aux normes",
    "double_loyer": "le double loyer",
    "demenagement": "le déménagement",
    "recherche_logement": "la recherche d'un logement",
    "famille_nombreuse": "les familles nombreuses",
    "apl": "l'aide au logement",
    "fsl": "le fonds de solidarité pour le logement",
}
TERMINEE = ("dispositif_arrete", "dispositif_clos")


def en_vigueur(code: str, au: date) -> Version | None:
    """Return the version of an aid's rules on a day, None before the first known one."""
    return version(bareme("aides")[code]["versions"], au)


def regles(code: str, au: date) -> Version:
    """Return the version of an aid's rules on a day; ValueError before the first known one."""
    regle = en_vigueur(code, au)
    if regle is None:
        raise ValueError(f"no rules of {code} on {au}")
    return regle


def reference(code: str) -> str:
    """Return the reference of an aid's rules."""
    return str(bareme("aides")[code]["reference"])


def distribuee(code: str, au: date) -> bool:
    """Tell whether an aid is known to be given on a day."""
    regle = en_vigueur(code, au)
    return regle is not None and bool(regle.get("distribue", True))


def close_depuis(code: str, au: date) -> date | None:
    """Return the first day without an aid that was given before, None when it is given or was never found."""
    regle = en_vigueur(code, au)
    if regle is None or regle.get("motif") not in TERMINEE:
        return None
    depuis: date = regle["depuis"]
    return depuis


def refus_fermee(code: str, au: date) -> Verdict[bool] | None:
    """Return the refusal of a closed aid, with its last day (usage); None when it is not closed."""
    fin = close_depuis(code, au)
    if fin is None:
        return None
    faits = {"aide": code, "depuis": fin.isoformat()}
    texte = f"{NOMS[code]} est fermé depuis le {jour(fin)}, pour tout le monde."
    return etabli(False, Motif("aide_fermee", reference(code), faits, texte))


def regles_inconnues(code: str) -> Manquant:
    """Say that no rule of an aid is known on the day."""
    texte = f"Les règles d'alors pour {NOMS[code]} ne sont pas connues ici."
    return Manquant(f"aides.{code}.regles", None, texte, "aide_regles_inconnues", {"aide": code})


def aucune_trouvee(code: str) -> Manquant:
    """Say that no open national aid was found."""
    texte = f"Nous n'avons trouvé aucune aide nationale ouverte pour {NOMS[code]}."
    return Manquant(f"aides.{code}.ouverture", None, texte, "aide_aucune_trouvee", {"aide": code})


def sans_regle(code: str, au: date) -> Verdict[bool] | None:
    """Return the answer of an aid closed, never found, or without known rules (usage); None when it is given."""
    regle = en_vigueur(code, au)
    if regle is None:
        return indetermine([regles_inconnues(code)])
    if regle.get("motif") == "aucune_trouvee":
        return indetermine([aucune_trouvee(code)])
    return refus_fermee(code, au)


def montant_selon(eligible: Verdict[bool]) -> Verdict[int] | None:
    """Return 0 for someone not eligible, undecided like eligibility (usage); None when the amount must be counted."""
    return None if eligible.valeur else montant_jamais_sur(eligible)


def montant_jamais_sur(eligible: Verdict[bool]) -> Verdict[int]:
    """Return 0 for someone not eligible, undecided otherwise: no case holds what the amount needs (usage)."""
    if eligible.valeur is False:
        return etabli(0, *eligible.motifs, montant=True)
    return indetermine(eligible.manquants)
