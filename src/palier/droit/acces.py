"""Access to Action Logement's offers as an employee."""

from __future__ import annotations

from palier.droit.bareme import bareme
from palier.droit.menage import Cas
from palier.droit.mots import jour, pluriel
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, etabli, indetermine

EMPLOI_ABSENT = Manquant("emploi.secteur", "ATTESTATION_EMPLOYEUR", "Votre employeur et son secteur manquent.")
LIBELLES = {"prive": "privé", "agricole": "agricole", "epic": "EPIC", "public": "public"}


def acces_action_logement(cas: Cas) -> Verdict[bool]:
    """Tell whether the employer opens access (CCH L.313-1, L.313-26-2)."""
    emploi = cas.emploi
    if emploi is not None and emploi.demandeur_emploi:
        texte = "Sans emploi, l'accès suppose une priorité reconnue (DALO ou public prioritaire)."
        return indetermine([Manquant("situation.dalo", "DALO", texte, "acces_sans_emploi")])
    if emploi is None or emploi.secteur is None:
        return _secteur_inconnu(cas)
    regle = next(ligne for ligne in bareme("acces_action_logement")["regle"] if ligne["secteur"] == emploi.secteur)
    if cas.au < regle["depuis"]:
        texte = f"La règle d'avant le {jour(regle['depuis'])} n'est pas connue pour ce secteur."
        return indetermine([Manquant("au", None, texte, "acces_avant", {"depuis": regle["depuis"].isoformat()})])
    faits = {"secteur": emploi.secteur, "effectif": emploi.effectif, "minimum": regle.get("effectif_min")}
    if regle.get("acces") is False:
        texte = "L'État, les collectivités et leurs établissements administratifs n'ouvrent pas cet accès."
        return etabli(False, Motif("secteur_public", regle["reference"], faits, texte))
    if emploi.effectif is None:
        texte = "L'effectif de votre employeur manque."
        return indetermine([Manquant("emploi.effectif", "ATTESTATION_EMPLOYEUR", texte)])
    ouvert = emploi.effectif >= regle["effectif_min"]
    secteur = LIBELLES[emploi.secteur]
    texte = (
        f"Votre employeur ({secteur}) compte {pluriel(emploi.effectif, 'salarié')}. "
        f"Il en faut au moins {regle['effectif_min']}."
    )
    return etabli(
        ouvert, Motif("effectif_suffisant" if ouvert else "effectif_insuffisant", regle["reference"], faits, texte)
    )


def _secteur_inconnu(cas: Cas) -> Verdict[bool]:
    """Answer without the secteur: too few employees for any of them is a « no », anything else is unknown."""
    regles = bareme("acces_action_logement")["regle"]
    effectif = cas.emploi.effectif if cas.emploi else None
    minimum = min(ligne["effectif_min"] for ligne in regles if "effectif_min" in ligne)
    if effectif is None or effectif >= minimum or any(cas.au < ligne["depuis"] for ligne in regles):
        return indetermine([EMPLOI_ABSENT])
    texte = f"Votre employeur compte {pluriel(effectif, 'salarié')}. Il en faut au moins {minimum}."
    faits: dict[str, Fait] = {"effectif": effectif, "minimum": minimum}
    return etabli(False, Motif("effectif_insuffisant_partout", regles[0]["reference"], faits, texte))
