"""Life of a demande: valid, to renew, to be removed; removal on a closed list of grounds; reactivation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from palier.droit.bareme import bareme
from palier.droit.dates import plus_mois
from palier.droit.mots import INSECABLE, jour
from palier.droit.numero_unique import debut_preavis, fin_validite, radiation_non_renouvellement
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, etabli, indetermine

VALIDE, A_RENOUVELER, ECHUE, RADIABLE = "valide", "a_renouveler", "echue", "radiable"
REACTIVABLE, A_REDEPOSER = "reactivable", "a_redeposer"
NON_RENOUVELLEMENT, SANS_REPONSE, IRRECEVABILITE = "non_renouvellement", "sans_reponse", "irrecevabilite"


def fin_reactivation(depuis: date) -> date:
    """Return the last day to reactivate a demande that was not renewed: eighteen months (arrêté du 23/03/2015)."""
    return plus_mois(depuis, int(bareme("demande")["reactivation"]["mois"]))


def validite_demande(depuis: date, au: date, *, radiee: bool = False) -> Verdict[str]:
    """Return where a demande stands on `au`, deposited or renewed on `depuis` (CCH R.441-2-7, R.441-2-8).

    valide; a_renouveler (last month); echue (still renewable); radiable (from the thirteenth month). Once removed for
    want of renewal (`radiee`): reactivable, then a_redeposer.
    """
    if au < depuis:
        texte = "La date de votre demande est après le jour du calcul. Vérifiez-la."
        return indetermine([Manquant("demande.depuis", None, texte)])
    fin, limite = fin_validite(depuis), fin_reactivation(depuis)
    regle = bareme("demande")["reactivation" if radiee else "validite"]
    faits: dict[str, Fait] = {
        "depuis": depuis.isoformat(),
        "preavis": debut_preavis(depuis).isoformat(),
        "fin": fin.isoformat(),
        "radiation": radiation_non_renouvellement(depuis).isoformat(),
        "limite": limite.isoformat(),
    }
    if radiee:
        etat, texte = _apres_radiation(au, limite)
    else:
        etat, texte = _avant_radiation(depuis, au, fin)
    return etabli(etat, Motif(f"demande_{etat}", regle["reference"], faits, texte))


def _avant_radiation(depuis: date, au: date, fin: date) -> tuple[str, str]:
    """Return the state of a demande that nobody removed, and its sentence."""
    if au < debut_preavis(depuis):
        return VALIDE, f"Votre demande est valable jusqu'au {jour(fin)}."
    if au <= fin:
        return A_RENOUVELER, f"Renouvelez votre demande au plus tard le {jour(fin)}. Votre ancienneté continue."
    radiation = radiation_non_renouvellement(depuis)
    if au < radiation:
        return ECHUE, f"Votre demande a pris fin le {jour(fin)}. Renouvelez-la avant le {jour(radiation)}."
    return RADIABLE, f"Votre demande peut être radiée depuis le {jour(radiation)}. Renouvelez-la dès maintenant."


def _apres_radiation(au: date, limite: date) -> tuple[str, str]:
    """Return the state of a demande removed for want of renewal, and its sentence."""
    if au <= limite:
        return REACTIVABLE, f"Votre demande peut reprendre jusqu'au {jour(limite)}, avec son numéro et son ancienneté."
    return A_REDEPOSER, f"Le délai pour reprendre cette demande a fini le {jour(limite)}. Déposez-en une nouvelle."


def radiation(
    motif: str, au: date, *, depuis: date | None = None, avertissement: date | None = None, fait_le: date | None = None
) -> Verdict[bool]:
    """Tell whether a demande may be removed on `au` on a ground, by whom and when (CCH R.441-2-8, closed list).

    `depuis`: deposit or last renewal. `avertissement`: day of the written warning. `fait_le`: day of the lease
    (attribution) or of the person's own writing (renonciation).
    """
    regle = next((ligne for ligne in bareme("demande")["radiation"] if ligne["slug"] == motif), None)
    if regle is None:
        texte = "La loi ferme la liste des motifs de radiation. Ce motif n'y est pas."
        return etabli(False, Motif("radiation_hors_liste", "CCH R.441-2-8", {"motif": motif}, texte))
    attendus = {"fait_le": fait_le} if not regle["avertissement"] else {"avertissement": avertissement}
    if motif == NON_RENOUVELLEMENT:
        attendus = {"depuis": depuis, **attendus}
    absents = [_absent(motif, nom) for nom, valeur in attendus.items() if valeur is None]
    if absents:
        return indetermine(absents)
    possible = _premier_jour(motif, [valeur for valeur in attendus.values() if valeur is not None])
    return _radiation_le(regle, possible, au)


def _absent(motif: str, nom: str) -> Manquant:
    """Say which day is missing."""
    textes = {
        "depuis": "La date du dernier renouvellement manque.",
        "avertissement": "La date de l'avertissement écrit manque. Sans lui, la demande reste active.",
        "fait_le": "La date du bail signé, ou de votre écrit, manque.",
    }
    return Manquant(f"radiation.{motif}.{nom}", None, textes[nom], f"radiation_{nom}_absent")


def _premier_jour(motif: str, jours: list[date]) -> date:
    """Return the first day of a possible removal: at once, one month after the warning, or thirteen after renewal."""
    regles = bareme("demande")
    if motif == NON_RENOUVELLEMENT:
        depuis, avertissement = jours
        preavis = int(regles["preavis_renouvellement"]["mois"])
        return max(radiation_non_renouvellement(depuis), plus_mois(avertissement, preavis))
    if motif in (SANS_REPONSE, IRRECEVABILITE):
        return plus_mois(jours[0], int(regles[motif]["avertissement_mois"]))
    return jours[0]


def _radiation_le(regle: Mapping[str, Any], possible: date, au: date) -> Verdict[bool]:
    """Answer with who removes, and the first day."""
    faits: dict[str, Fait] = {"motif": regle["slug"], "par": regle["par"], "possible_le": possible.isoformat()}
    quand = Motif(f"radiation_{regle['slug']}", regle["reference"], faits, f"{regle['libelle']} {regle['quand']}")
    if au >= possible:
        texte = f"La radiation est possible depuis le {jour(possible)}."
        return etabli(True, quand, Motif("radiation_possible", regle["reference"], faits, texte))
    texte = f"La radiation n'est pas possible avant le {jour(possible)}."
    return etabli(False, quand, Motif("radiation_trop_tot", regle["reference"], faits, texte))


def reactivation(motif: str, au: date, *, depuis: date | None = None, radiee_le: date | None = None) -> Verdict[bool]:
    """Tell whether a removed demande may start again with its number and seniority (arrêté du 23/03/2015).

    `depuis`: last renewal (non_renouvellement). `radiee_le`: day of the removal (sans_reponse).
    """
    if motif == NON_RENOUVELLEMENT:
        if depuis is None:
            return indetermine([_absent(motif, "depuis")])
        return _reprise(motif, fin_reactivation(depuis), au)
    if motif == SANS_REPONSE:
        if radiee_le is None:
            return indetermine([Manquant("radiation.sans_reponse.radiee_le", None, "La date de la radiation manque.")])
        return _reprise(motif, plus_mois(radiee_le, int(bareme("demande")["sans_reponse"]["reactivation_mois"])), au)
    texte = "Aucune règle lue ne dit si cette demande peut reprendre. Demandez à votre guichet."
    return indetermine([Manquant(f"reactivation.{motif}", None, texte, "reactivation_inconnue")])


def _reprise(motif: str, limite: date, au: date) -> Verdict[bool]:
    """Answer with the last day."""
    faits: dict[str, Fait] = {"motif": motif, "limite": limite.isoformat()}
    etat, texte = _apres_radiation(au, limite)
    reference = bareme("demande")["reactivation"]["reference"]
    return etabli(etat == REACTIVABLE, Motif(f"demande_{etat}", reference, faits, texte))


def enregistrement_tardif(depot: date, au: date) -> Verdict[bool]:
    """Tell whether the prefect may be asked to register a demande left aside (CCH R.441-2-4-1)."""
    regle = bareme("demande")["enregistrement"]
    ecoules, delai = (au - depot).days, int(regle["jours"])
    faits: dict[str, Fait] = {"jours": delai, "ecoules": ecoules}
    if ecoules > delai:
        texte = f"Plus de {delai}{INSECABLE}jours ont passé. Vous pouvez demander l'enregistrement au préfet."
        return etabli(True, Motif("enregistrement_tardif", regle["reference"], faits, texte))
    texte = f"Le guichet a {delai}{INSECABLE}jours pour enregistrer votre demande."
    return etabli(False, Motif("enregistrement_en_cours", regle["reference"], faits, texte))


def fin_reponse(recue: date) -> date:
    """Return the last day to answer a person who contests a fact or a line (règlement (UE) 2016/679, art. 12)."""
    return plus_mois(recue, int(bareme("demande")["reponse"]["mois"]))
