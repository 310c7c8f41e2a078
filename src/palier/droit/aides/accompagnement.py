"""Social support by Action Logement: free and confidential."""

from __future__ import annotations

from dataclasses import dataclass

from palier.droit.aides.profil import SANS_EMPLOI, Issue, Profil, Temoins, temoins_emploi, verdict_profil
from palier.droit.aides.versions import Version, reference, regles, sans_regle
from palier.droit.menage import Cas
from palier.droit.mots import pluriel
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, etabli

CODE = "accompagnement_social"


def accompagnement_social(cas: Cas) -> Verdict[bool]:
    """Tell whether the demandeur's work opens social support (notice Action Logement)."""
    return sans_regle(CODE, cas.au) or verdict_profil(cas, ReglesAccompagnement(regles(CODE, cas.au)))


def cout_accompagnement() -> Verdict[int]:
    """Return the cost of social support in cents: none (notice Action Logement)."""
    motif = Motif("accompagnement_gratuit", reference(CODE), {}, "L'accompagnement est gratuit pour vous.")
    return etabli(0, motif, montant=True)


@dataclass(frozen=True)
class ReglesAccompagnement:
    """Whose work opens social support."""

    version: Version

    @property
    def temoins(self) -> Temoins:
        """Return the fields read, on both sides of each threshold."""
        seuils = self.version["effectif_minimum"].values()
        mois = self.version["contrat_mois_minimum"]
        return {
            **temoins_emploi(),
            "effectif": tuple(effectif for seuil in seuils for effectif in (seuil - 1, seuil)),
            "anciennete": (mois - 1, mois),
        }

    def juge(self, profil: Profil) -> Issue:
        """Decide: secteur, size of the employeur, then the contrat; the notice is silent on an EPIC and out of work."""
        if profil.secteur == "public":
            return False, ("accompagnement_public",)
        if profil.secteur == SANS_EMPLOI:
            return None, ("sans_emploi",)
        minimum = self.version["effectif_minimum"].get(profil.secteur)
        if minimum is None:
            return None, ("epic",)
        if profil.effectif < minimum:
            return False, ("accompagnement_effectif",)
        if profil.contrat == "cdi" or profil.anciennete >= self.version["contrat_mois_minimum"]:
            return True, ("accompagnement_ouvert",)
        return None, ("duree",)

    def motif(self, code: str, profil: Profil) -> Motif:
        """Return the reason of a code, in words."""
        if code == "accompagnement_public":
            texte = "L'accompagnement s'adresse aux salariés du secteur privé ou agricole."
            return Motif("accompagnement_public", reference(CODE), {"secteur": profil.secteur}, texte)
        minimum = self.version["effectif_minimum"].get(profil.secteur)
        faits: dict[str, Fait] = {"effectif": profil.effectif, "minimum": minimum, "secteur": profil.secteur}
        compte = pluriel(profil.effectif, "salarié")
        if code == "accompagnement_effectif":
            texte = f"Votre employeur compte {compte}. L'accompagnement en demande {minimum} au moins."
            return Motif("accompagnement_effectif", reference(CODE), faits, texte)
        texte = f"Votre employeur compte {compte}, et il en faut {minimum}. Votre contrat convient."
        return Motif("accompagnement_ouvert", reference(CODE), faits, texte)

    def manquant(self, code: str) -> Manquant:
        """Return a fact that the case does not hold, or that the notice leaves open."""
        if code == "duree":
            mois = self.version["contrat_mois_minimum"]
            texte = f"Dites si votre contrat dure {mois} mois au moins."
            return Manquant("emploi.duree", "ATTESTATION_EMPLOYEUR", texte, "accompagnement_duree", {"mois": mois})
        if code == "epic":
            texte = "La notice ne dit rien des EPIC. Demandez à Action Logement."
            return Manquant("aides.accompagnement_social.epic", None, texte)
        texte = "La notice ne dit rien sans emploi. Demandez à Action Logement."
        return Manquant("aides.accompagnement_social.sans_emploi", None, texte)
