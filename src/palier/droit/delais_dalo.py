"""Delays of the droit au logement opposable, step by step; silence, refusal, forms; abnormally long delay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from palier.droit.bareme import bareme
from palier.droit.dates import plus_mois
from palier.droit.mots import INSECABLE, jour, pluriel
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, etabli, indetermine
from palier.droit.zones import groupe_plafonds

OBJETS = ("logement", "hebergement")
OUTRE_MER, METROPOLE = "outre_mer", "metropole"
EN_ATTENTE, REJET = "en_attente", "rejet"
LU = "lu"


def etapes_dalo() -> tuple[str, ...]:
    """Return the steps that have a delay (CCH L.441-2-3), in order of reading."""
    return tuple(bareme("dalo")["delais"])


def delai_dalo(etape: str, departement: str | None) -> Verdict[int]:
    """Return the delay of a step (CCH L.441-2-3 to R.441-18); its unit is `unite` of the reason."""
    regle = bareme("dalo")["delais"][etape]
    if regle["statut"] != LU:
        return indetermine([Manquant(f"dalo.{etape}", None, regle["inconnu"])])
    valeur = regle.get("valeur")
    if valeur is None:
        groupe = None if departement is None else groupe_plafonds(departement)
        if groupe is None:
            texte = "Le département manque ou n'est pas connu."
            return indetermine([Manquant("departement", None, texte, "dalo_departement")])
        if groupe != OUTRE_MER and "grande_agglomeration" in regle:
            return indetermine([Manquant("departement.agglomeration", None, regle["inconnu"])])
        valeur = regle[OUTRE_MER if groupe == OUTRE_MER else METROPOLE]
    faits: dict[str, Fait] = {"delai": valeur, "unite": regle["unite"], "departement": departement}
    texte = regle["texte"].format(duree=_duree(valeur, regle["unite"]))
    return etabli(int(valeur), Motif(f"dalo_{etape}", regle["reference"], faits, texte))


def _duree(valeur: int, unite: str) -> str:
    """Write a delay in words."""
    return f"{valeur}{INSECABLE}mois" if unite == "mois" else pluriel(valeur, unite.removesuffix("s"))


def echeance_dalo(etape: str, depuis: date, departement: str | None) -> Verdict[str]:
    """Return the last day of a step begun on a day, AAAA-MM-JJ (CCH L.441-2-3 to R.441-18)."""
    delai = delai_dalo(etape, departement)
    if delai.valeur is None:
        return indetermine(delai.manquants)
    fin = _fin(depuis, delai.valeur, str(delai.motifs[0].faits["unite"]))
    faits = {**delai.motifs[0].faits, "depuis": depuis.isoformat(), "fin": fin.isoformat()}
    texte = f"Le dernier jour est le {jour(fin)}."
    return etabli(fin.isoformat(), *delai.motifs, Motif("dalo_echeance", delai.motifs[0].reference, faits, texte))


def _fin(depuis: date, valeur: int, unite: str) -> date:
    """Add a delay to a day."""
    if unite == "mois":
        return plus_mois(depuis, valeur)
    return depuis + timedelta(days=valeur * (7 if unite == "semaines" else 1))


def silence_dalo(objet: str, reception: date, departement: str | None, au: date) -> Verdict[str]:
    """Tell whether silence of the commission is a rejection on `au` (CCH R.441-15, R.441-18): the last day still waits.

    `reception`: day written on the acknowledgment.
    """
    echeance = echeance_dalo(f"decision_{objet}", reception, departement)
    if echeance.valeur is None:
        return indetermine(echeance.manquants)
    if au.isoformat() <= echeance.valeur:
        return etabli(EN_ATTENTE, *echeance.motifs)
    texte = "La commission n'a pas répondu. Ce silence vaut rejet, vous pouvez faire un recours."
    reference = echeance.motifs[0].reference
    return etabli(REJET, *echeance.motifs, Motif("dalo_silence", reference, {"fin": echeance.valeur}, texte))


def perte_dalo(avertie: bool | None) -> Verdict[bool]:
    """Tell whether refusing an adapted offre loses the decision: only after a warning (CCH R.441-16-3)."""
    regle = bareme("dalo")["refus_offre_adaptee"]
    if avertie is None:
        texte = "Dites si l'offre prévient des conséquences d'un refus."
        return indetermine([Manquant("dalo.avertissement", None, texte)])
    if avertie:
        return etabli(True, Motif("dalo_refus_averti", regle["reference"], {"avertie": True}, regle["texte"]))
    texte = regle["sans_avertissement"]
    return etabli(False, Motif("dalo_refus_sans_avertissement", regle["reference"], {"avertie": False}, texte))


def formulaire_dalo(objet: str) -> Verdict[str]:
    """Return the form to send (usage: service-public.fr F18005); a number still to be read again is not given."""
    regle = bareme("dalo")["formulaires"][objet]
    if regle["statut"] != LU:
        texte = f"Le formulaire serait le {regle['valeur']}, à vérifier sur service-public.fr."
        faits = {"formulaire": regle["valeur"]}
        return indetermine([Manquant(f"dalo.formulaire_{objet}", None, texte, "dalo_formulaire_a_verifier", faits)])
    texte = f"Le formulaire est le {regle['valeur']}."
    return etabli(regle["valeur"], Motif("dalo_formulaire", regle["reference"], {"formulaire": regle["valeur"]}, texte))


def delai_anormalement_long(
    departement: str | None, typologie: str | None, anciennete_mois: int | None, au: date
) -> Verdict[bool]:
    """Tell whether a demande has waited the delay of the prefect, reached is passed (CCH L.441-1-4).

    Only delays that were read decide; another département is unknown. An unknown typologie that changes nothing
    does not block.
    """
    if departement is None:
        texte = "Le département de la demande manque."
        return indetermine([Manquant("departement", None, texte, "delai_departement")])
    lignes = _lignes(departement, typologie)
    if au < bareme("dalo")["anormalement_long"]["depuis"] or not lignes:
        texte = "Le délai fixé par le préfet n'est pas connu ici. La préfecture vous le dira."
        return indetermine([Manquant("departement.delai_anormalement_long", None, texte, "delai_inconnu")])
    a_verifier = next((ligne for ligne in lignes if ligne["statut"] != LU), None)
    if a_verifier is not None:
        texte = f"Le délai serait de {a_verifier['mois']}{INSECABLE}mois, à vérifier auprès de la préfecture."
        faits = {"mois": a_verifier["mois"]}
        return indetermine([Manquant("departement.delai_anormalement_long", None, texte, "delai_a_verifier", faits)])
    if anciennete_mois is None:
        texte = "La date de votre première demande manque."
        return indetermine([Manquant("anciennete_mois", None, texte, "delai_depot")])
    atteints = {anciennete_mois >= ligne["mois"] for ligne in lignes}
    if len(atteints) > 1:
        texte = "La taille du logement demandé manque : le délai en dépend."
        return indetermine([Manquant("typologie", None, texte, "delai_typologie")])
    return _delai_juge(departement, lignes, anciennete_mois, atteints.pop())


def _lignes(departement: str, typologie: str | None) -> list[Mapping[str, Any]]:
    """Return the delays that may hold: all those of a département when the typologie is unknown."""
    return [
        ligne
        for ligne in bareme("dalo")["anormalement_long"]["lignes"]
        if ligne["departement"] == departement
        and (typologie is None or typologie in ligne.get("typologies", [typologie]))
    ]


def _delai_juge(departement: str, lignes: list[Mapping[str, Any]], anciennete: int, atteint: bool) -> Verdict[bool]:
    """Say the delay compared: when several give the same answer, the one that is nearest to changing it."""
    reference = bareme("dalo")["anormalement_long"]["reference"]
    mois = max(ligne["mois"] for ligne in lignes) if atteint else min(ligne["mois"] for ligne in lignes)
    faits: dict[str, Fait] = {"departement": departement, "delai": mois, "anciennete_mois": anciennete}
    attente = f"Vous attendez depuis {anciennete}{INSECABLE}mois. Le délai fixé ici est de {mois}{INSECABLE}mois"
    code, suite = ("delai_atteint", "il est atteint") if atteint else ("delai_non_atteint", "il n'est pas atteint")
    motifs = [Motif(code, reference, faits, f"{attente} : {suite}.")]
    motifs += [Motif("delai_a_confirmer", reference, faits, ligne["note"]) for ligne in lignes if "note" in ligne]
    return etabli(atteint, *motifs)
