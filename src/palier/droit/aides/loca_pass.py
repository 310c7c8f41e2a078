"""The Loca-Pass advance: who may have it, how much, and how it is paid back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from palier.droit.aides.profil import SANS_EMPLOI, Issue, Profil, Temoins, temoins_emploi, verdict_profil
from palier.droit.aides.versions import montant_selon, reference, regles, sans_regle
from palier.droit.bareme import bareme
from palier.droit.menage import Cas
from palier.droit.mots import euros, pluriel
from palier.droit.verdict import Manquant, Motif, Verdict, en_euros, etabli, indetermine

CODE = "loca_pass"
LOYER_ABSENT = Manquant("logement.loyer_hc", None, "Le loyer hors charges manque.")


def loca_pass(cas: Cas) -> Verdict[bool]:
    """Tell whether the demandeur may have the advance (notice Loca-Pass)."""
    return sans_regle(CODE, cas.au) or verdict_profil(cas, ReglesLocaPass(bareme("aides")[CODE]["commun"]))


def montant_loca_pass(cas: Cas, eligible: Verdict[bool]) -> Verdict[int]:
    """Return the advance in cents: the deposit of an unfurnished or social logement, capped (notice Loca-Pass)."""
    decide = montant_selon(eligible)
    if decide is not None:
        return decide
    loyer = cas.logement.loyer_hc if cas.logement else None
    if loyer is None:
        return indetermine([LOYER_ABSENT])
    mois, plafond = bareme("aides")[CODE]["commun"]["depot_mois"], regles(CODE, cas.au)["plafond"] * 100
    depot = loyer * mois
    faits = {"depot": en_euros(depot), "plafond": en_euros(plafond), "mois": mois}
    texte = f"L'avance paie le dépôt de garantie ({euros(depot)}), dans la limite de {euros(plafond)}."
    return etabli(min(depot, plafond), Motif("loca_pass_depot", reference(CODE), faits, texte), montant=True)


def mensualites_loca_pass(cas: Cas, montant: Verdict[int]) -> Verdict[int]:
    """Return the number of monthly payments of the advance (notice Loca-Pass)."""
    if montant.valeur is None:
        return indetermine(montant.manquants)
    if not montant.valeur:
        return etabli(0, *montant.motifs)
    versements = echeancier(montant.valeur, cas.au)
    faits = {"nombre": len(versements), "mensualite": en_euros(versements[0]), "derniere": en_euros(versements[-1])}
    texte = (
        f"L'avance se rembourse sans intérêt en {pluriel(len(versements), 'mensualité')} de {euros(versements[0])}. "
        f"La dernière est de {euros(versements[-1])}."
    )
    return etabli(len(versements), Motif("loca_pass_mensualites", reference(CODE), faits, texte))


def echeancier(montant: int, au: date) -> tuple[int, ...]:
    """Return the monthly payments in cents of an advance in cents; their sum is the advance (notice Loca-Pass).

    All are equal but the last, which takes the rest and may be lower than the minimum. ValueError over the cap.
    """
    regle = regles(CODE, au)
    if not 0 <= montant <= regle["plafond"] * 100:
        raise ValueError(f"no advance of {montant} cents")
    minimum = regle["mensualite_minimum"] * 100
    nombre = min(regle["mensualites_maximum"], _plafond_division(montant, minimum))
    if nombre == 0:
        return ()
    mensualite = max(minimum, _plafond_division(montant, nombre)) if nombre > 1 else montant
    return (*[mensualite] * (nombre - 1), montant - mensualite * (nombre - 1))


def _plafond_division(dividende: int, diviseur: int) -> int:
    """Divide whole numbers, rounded up."""
    return -(-dividende // diviseur)


@dataclass(frozen=True)
class ReglesLocaPass:
    """Who may have the advance."""

    commun: Mapping[str, Any]

    @property
    def temoins(self) -> Temoins:
        """Return the fields read, on both sides of each threshold."""
        return {"age": (self.commun["age_limite"] - 1, self.commun["age_limite"]), **temoins_emploi()}

    def juge(self, profil: Profil) -> Issue:
        """Decide: any employee of the private sector; under the age, work not permanent, or none."""
        if profil.secteur in self.commun["secteurs"]:
            return True, ("loca_pass_salarie",)
        trop_age = profil.age >= self.commun["age_limite"]
        public = profil.secteur not in (*self.commun["secteurs_exclus"], SANS_EMPLOI)
        refus = {
            "loca_pass_agricole": profil.secteur in self.commun["secteurs_exclus"],
            "loca_pass_public_permanent": public and profil.contrat == "cdi",
            "loca_pass_public_age": public and trop_age,
            "loca_pass_sans_emploi_age": profil.secteur == SANS_EMPLOI and trop_age,
        }
        if any(refus.values()):
            return False, tuple(code for code, vrai in refus.items() if vrai)
        return True, ("loca_pass_jeune",)

    def motif(self, code: str, profil: Profil) -> Motif:
        """Return the reason of a code, in words."""
        limite = self.commun["age_limite"]
        faits = {"age": profil.age, "age_limite": limite}
        if code == "loca_pass_salarie":
            texte = "Votre employeur ouvre l'avance Loca-Pass, à tout âge et pour tout contrat."
            return Motif("loca_pass_salarie", reference(CODE), {"secteur": profil.secteur}, texte)
        if code == "loca_pass_agricole":
            texte = "L'avance Loca-Pass exclut le secteur agricole. Voyez l'aide Agri-Loca-Pass."
            return Motif("loca_pass_agricole", reference(CODE), {"secteur": profil.secteur}, texte)
        if code == "loca_pass_public_permanent":
            texte = "Un emploi permanent du secteur public n'ouvre pas l'avance Loca-Pass."
            return Motif("loca_pass_public_permanent", reference(CODE), {"contrat": profil.contrat}, texte)
        if code == "loca_pass_public_age":
            texte = f"Dans le secteur public, l'avance s'arrête à {limite} ans. Vous avez {profil.age} ans."
            return Motif("loca_pass_public_age", reference(CODE), faits, texte)
        if code == "loca_pass_sans_emploi_age":
            texte = f"Sans emploi, l'avance s'arrête à {limite} ans. Vous avez {profil.age} ans."
            return Motif("loca_pass_sans_emploi_age", reference(CODE), faits, texte)
        texte = f"Avant {limite} ans, l'avance s'ouvre aussi sans emploi ou avec un emploi non permanent."
        return Motif("loca_pass_jeune", reference(CODE), faits, texte)

    def manquant(self, code: str) -> Manquant:
        """Refuse: every fact of the advance is in the case."""
        raise ValueError(f"no such fact: {code}")
