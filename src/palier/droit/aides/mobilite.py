"""Mobili-Jeune and Mobili-Pass: to live near a place of training or of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from palier.droit.aides.profil import Issue, Profil, Temoins, temoins_emploi, verdict_profil
from palier.droit.aides.versions import en_vigueur, montant_jamais_sur, reference, regles, sans_regle
from palier.droit.bareme import bareme
from palier.droit.menage import Cas
from palier.droit.mots import euros
from palier.droit.verdict import Manquant, Motif, Verdict, en_euros, indetermine

JEUNE = "mobili_jeune"
PASS = "mobili_pass"  # noqa: S105 the name of an aid


def mobili_jeune(cas: Cas) -> Verdict[bool]:
    """Refuse for age, contrat or secteur; else the distance decides, which no case holds (notice Mobili-Jeune)."""
    return sans_regle(JEUNE, cas.au) or verdict_profil(cas, ReglesMobiliJeune(bareme("aides")[JEUNE]))


def montant_mobili_jeune(cas: Cas, eligible: Verdict[bool], aide: Verdict[int] | None = None) -> Verdict[int]:
    """Return 0 for someone not eligible, else undecided with what the aid would be a month (notice Mobili-Jeune)."""
    decide = montant_jamais_sur(eligible)
    loyer = cas.logement.loyer_cc if cas.logement else None
    if decide.sur or loyer is None or aide is None or aide.valeur is None or en_vigueur(JEUNE, cas.au) is None:
        return decide
    montant = aide_mobili_jeune(loyer, aide.valeur, cas.au)
    faits = {"loyer_cc": en_euros(loyer), "aide_logement": en_euros(aide.valeur), "montant": en_euros(montant)}
    texte = f"Si la distance est prouvée, l'aide serait de {euros(montant)} par mois."
    return indetermine(decide.manquants, Motif("mobili_jeune_estimation", reference(JEUNE), faits, texte))


def aide_mobili_jeune(loyer_cc: int, aide_logement: int, au: date) -> int:
    """Return in cents a month loyer less housing aid, capped, nothing under the minimum (notice Mobili-Jeune)."""
    regle = regles(JEUNE, au)
    reste = min(max(0, loyer_cc - aide_logement), regle["montant_maximum"] * 100)
    return reste if reste >= regle["montant_minimum"] * 100 else 0


def mobili_pass(cas: Cas) -> Verdict[bool]:
    """Tell whether the aid is closed; before, the distance decides, which no case holds (notice Mobili-Pass)."""
    sans = sans_regle(PASS, cas.au)
    if sans is not None:
        return sans
    regle = regles(PASS, cas.au)
    texte = (
        f"Mobili-Pass demande une mutation à plus de {regle['distance_km']} km ou {regle['trajet_minutes']} minutes. "
        "Dites la distance."
    )
    faits = {"distance_km": regle["distance_km"], "trajet_minutes": regle["trajet_minutes"]}
    return indetermine([Manquant("emploi.distance_mutation", "MUTATION_PRO", texte, "mobili_pass_distance", faits)])


@dataclass(frozen=True)
class ReglesMobiliJeune:
    """Who may have Mobili-Jeune; a highest salary is disputed, so it never refuses."""

    fond: Mapping[str, Any]

    @property
    def temoins(self) -> Temoins:
        """Return the fields read, on both sides of each threshold."""
        limite = self.fond["commun"]["age_limite"]
        return {"age": (limite - 1, limite), **temoins_emploi()}

    def juge(self, profil: Profil) -> Issue:
        """Refuse for age, contrat or secteur; else leave it to the distance."""
        commun = self.fond["commun"]
        refus = {
            "mobili_jeune_age": profil.age >= commun["age_limite"],
            "mobili_jeune_contrat": profil.contrat not in commun["contrats"],
            "mobili_jeune_agricole": profil.secteur == "agricole",
            "mobili_jeune_public": profil.secteur == "public",
        }
        if any(refus.values()):
            return False, tuple(code for code, vrai in refus.items() if vrai)
        return None, ("distance",)

    def motif(self, code: str, profil: Profil) -> Motif:
        """Return the reason of a code, in words."""
        limite = self.fond["commun"]["age_limite"]
        if code == "mobili_jeune_age":
            texte = f"Mobili-Jeune s'arrête à {limite} ans. Vous avez {profil.age} ans."
            return Motif("mobili_jeune_age", reference(JEUNE), {"age": profil.age, "age_limite": limite}, texte)
        if code == "mobili_jeune_contrat":
            texte = "Mobili-Jeune est réservé aux personnes en alternance."
            return Motif("mobili_jeune_contrat", reference(JEUNE), {"contrat": profil.contrat}, texte)
        if code == "mobili_jeune_agricole":
            maximum = self.fond["agricole"]["montant_maximum_agricole"]
            texte = f"Le secteur agricole a sa propre aide, Agri-Mobili-Jeune ({maximum} € au plus)."
            return Motif("mobili_jeune_agricole", reference(JEUNE), {"maximum": maximum}, texte)
        texte = "Mobili-Jeune s'adresse aux salariés du secteur privé."
        return Motif("mobili_jeune_public", reference(JEUNE), {"secteur": profil.secteur}, texte)

    def manquant(self, code: str) -> Manquant:
        """Name the distance, the one fact outside the case."""
        commun = self.fond["commun"]
        texte = (
            f"Prouvez que la formation est à plus de {commun['distance_km']} km "
            f"ou {commun['trajet_minutes']} minutes de votre domicile."
        )
        faits = {"distance_km": commun["distance_km"], "trajet_minutes": commun["trajet_minutes"]}
        return Manquant("emploi.distance", "CONTRAT_APPRENTISSAGE", texte, "mobili_jeune_distance", faits)
