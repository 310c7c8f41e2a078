"""Visale: the guarantee of unpaid loyers. Who may have it, and up to which loyer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from palier.droit.aides.profil import SANS_EMPLOI, Issue, Profil, Temoins, temoins_emploi, verdict_profil
from palier.droit.aides.versions import Version, montant_selon, reference, regles, sans_regle
from palier.droit.bareme import bareme, version
from palier.droit.menage import Cas
from palier.droit.mots import euros, jour
from palier.droit.ressources import net_mensuel_absents
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, en_euros, etabli, indetermine
from palier.droit.zones import code_commune, departement, zone_apl, zone_plafonds

CODE = "visale"
PARIS = "75056"
LIBELLES = {
    "paris": "Paris",
    "hors_paris": "hors de Paris",
    "idf": "Île-de-France",
    "hors_idf": "hors Île-de-France",
    "zone_1": "Île-de-France",
    "zone_2": "grandes agglomérations, Corse et outre-mer",
    "zone_3": "reste du territoire",
}


def visale(cas: Cas) -> Verdict[bool]:
    """Tell whether the demandeur may have the guarantee (notice Visale)."""
    sans = sans_regle(CODE, cas.au)
    return sans or verdict_profil(cas, ReglesVisale(bareme("aides")[CODE], cas.au))


def montant_visale(cas: Cas, eligible: Verdict[bool]) -> Verdict[int]:
    """Return in cents the highest loyer covered, charges included: of the zone, or half the net (notice Visale)."""
    decide = montant_selon(eligible)
    if decide is not None:
        return decide
    regle, absents, moitie = regles(CODE, cas.au), net_mensuel_absents(cas), _moitie(cas)
    zones, sans_zone = zones_visale(cas.commune, cas.au, regle)
    plafonds = {regle["plafond_loyer_cc"][zone] * 100 for zone in zones}
    montants = {min(plafond, moitie) for plafond in plafonds}
    if len(montants) > 1 or (absents and montants != plafonds):
        return indetermine((*absents, *sans_zone))
    (montant,) = montants
    motif = _motif_plafond(regle, zones[0], montant) if absents or montant < moitie else _motif_moitie(moitie)
    return etabli(montant, motif, montant=True)


def zones_visale(commune: str | None, au: date, regle: Version) -> tuple[tuple[str, ...], tuple[Manquant, ...]]:
    """Return the zones of the guarantee that a commune may be in, and what would settle it (notice Visale)."""
    zones = tuple(regle["plafond_loyer_cc"])
    groupe = zone_plafonds(commune, au)
    if commune is None or groupe.valeur is None:
        return zones, groupe.manquants
    if "paris" in zones:
        return ("paris" if code_commune(commune) == PARIS else "hors_paris",), ()
    idf = groupe.valeur in ("paris_limitrophes", "reste_idf")
    if "idf" in zones:
        return ("idf" if idf else "hors_idf",), ()
    if idf:
        return ("zone_1",), ()
    deux = bareme("aides")[CODE]["zone_2"]
    if groupe.valeur == deux["zone_plafonds"] or departement(commune) in deux["departements"]:
        return ("zone_2",), ()
    apl = zone_apl(commune, au)
    if apl.valeur is None:
        return ("zone_2", "zone_3"), apl.manquants
    return ("zone_2" if apl.valeur == deux["zone_apl"] else "zone_3",), ()


def _moitie(cas: Cas) -> int:
    """Return in cents the part of the adults' known net monthly resources that a loyer may take."""
    net = sum(adulte.net_mensuel or 0 for adulte in cas.menage.adultes) if cas.menage else 0
    return int(Decimal(bareme("aides")[CODE]["effort"]["part_maximum"]) * net)


def _motif_moitie(moitie: int) -> Motif:
    texte = f"Visale couvre un loyer d'au plus la moitié de vos revenus nets, soit {euros(moitie)}."
    return Motif("visale_moitie_revenus", reference(CODE), {"moitie": en_euros(moitie)}, texte)


def _motif_plafond(regle: Version, zone: str, plafond: int) -> Motif:
    faits = {"zone": zone, "plafond": en_euros(plafond), "depuis": regle["depuis"].isoformat()}
    texte = (
        f"Visale couvre un loyer d'au plus {euros(plafond)} depuis le {jour(regle['depuis'])} "
        f"(zone « {LIBELLES[zone]} »)."
    )
    return Motif("visale_plafond_zone", reference(CODE), faits, texte)


@dataclass(frozen=True)
class ReglesVisale:
    """Who may have Visale on a day."""

    fond: Mapping[str, Any]
    au: date

    @property
    def salaire_maximum(self) -> int | None:
        """Return in cents the highest net of an employee over the age, None when the day has none."""
        regle = version(self.fond["salaire"]["versions"], self.au)
        return None if regle is None else regle["salarie_net_maximum"] * 100

    @property
    def temoins(self) -> Temoins:
        """Return the fields read, on both sides of each threshold."""
        commun, maximum = self.fond["commun"], self.salaire_maximum
        ages = (commun["age_minimum"] - 1, commun["age_minimum"], commun["age_maximum"], commun["age_maximum"] + 1)
        return {
            "age": ages,
            **temoins_emploi(),
            "anciennete": (0, self.fond["plus_de_30_ans"]["embauche_mois"]),
            "net": (0,) if maximum is None else (maximum, maximum + 1),
            "social": (False, True),
        }

    def juge(self, profil: Profil) -> Issue:
        """Decide: age first, then work for those over it; the social stock only with an alternance."""
        age_minimum, age_maximum = self.fond["commun"]["age_minimum"], self.fond["commun"]["age_maximum"]
        salaries = self.fond["plus_de_30_ans"]["secteurs"]
        refus = {
            "visale_trop_jeune": profil.age < age_minimum,
            "visale_logement_social": profil.social and profil.contrat not in self.fond["parc_social"]["contrats"],
            "visale_secteur_public": profil.age > age_maximum and profil.secteur not in (*salaries, SANS_EMPLOI),
        }
        if any(refus.values()):
            return False, tuple(code for code, vrai in refus.items() if vrai)
        if profil.age <= age_maximum:
            return True, ("visale_jeune",)
        if profil.secteur == SANS_EMPLOI:
            return None, ("promesse",)
        maximum, recent = self.salaire_maximum, 0 <= profil.anciennete < self.fond["plus_de_30_ans"]["embauche_mois"]
        accords = {
            "visale_salaire": maximum is not None and profil.net <= maximum,
            "visale_embauche": recent and profil.contrat != "cdi",
        }
        if any(accords.values()):
            return True, tuple(code for code, vrai in accords.items() if vrai)
        return None, ("essai", "mobilite") if recent else ("mobilite",)

    def motif(self, code: str, profil: Profil) -> Motif:
        """Return the reason of a code, in words."""
        commun, texte_reference = self.fond["commun"], reference(CODE)
        bornes: dict[str, Fait] = {"age_minimum": commun["age_minimum"], "age_maximum": commun["age_maximum"]}
        if code == "visale_trop_jeune":
            demande = {"demande_ans": commun["demande_ans"], "demande_mois": commun["demande_mois"]}
            texte = (
                f"Visale commence à {commun['age_minimum']} ans. "
                f"La demande s'ouvre à {commun['demande_ans']} ans et {commun['demande_mois']} mois."
            )
            return Motif("visale_trop_jeune", texte_reference, {**bornes, **demande}, texte)
        if code == "visale_logement_social":
            texte = "Visale ne couvre pas ce logement social : il faut être étudiant ou en alternance."
            return Motif("visale_logement_social", texte_reference, {}, texte)
        if code == "visale_secteur_public":
            texte = f"Après {commun['age_maximum']} ans, Visale s'adresse aux salariés hors secteur public."
            return Motif("visale_secteur_public", texte_reference, {**bornes, "age": profil.age}, texte)
        if code == "visale_jeune":
            texte = (
                f"De {commun['age_minimum']} à {commun['age_maximum']} ans inclus, Visale est ouvert "
                "quelle que soit la situation."
            )
            return Motif("visale_jeune", texte_reference, {**bornes, "age": profil.age}, texte)
        return self._motif_salarie(code, profil)

    def _motif_salarie(self, code: str, profil: Profil) -> Motif:
        """Return the reason of an employee over the age."""
        age_maximum = self.fond["commun"]["age_maximum"]
        if code == "visale_salaire":
            maximum = self.salaire_maximum or 0
            faits = {"age_maximum": age_maximum, "net": en_euros(profil.net), "maximum": en_euros(maximum)}
            texte = (
                f"Après {age_maximum} ans, Visale s'ouvre aux salariés jusqu'à {euros(maximum)} nets par mois. "
                f"Vous gagnez {euros(profil.net)}."
            )
            return Motif("visale_salaire", reference(CODE), faits, texte)
        mois = self.fond["plus_de_30_ans"]["embauche_mois"]
        texte = f"Après {age_maximum} ans, une embauche de moins de {mois} mois hors CDI ouvre Visale."
        return Motif("visale_embauche", reference(CODE), {"age_maximum": age_maximum, "mois": mois}, texte)

    def manquant(self, code: str) -> Manquant:
        """Return a fact that the case does not hold."""
        regle, age = self.fond["plus_de_30_ans"], self.fond["commun"]["age_maximum"]
        if code == "essai":
            mois = regle["embauche_mois"]
            faits: dict[str, Fait] = {"age_maximum": age, "mois": mois}
            texte = f"Après {age} ans, dites si votre CDI de moins de {mois} mois est à l'essai."
            return Manquant("emploi.essai", "ATTESTATION_EMPLOYEUR", texte, "visale_essai", faits)
        if code == "mobilite":
            texte = f"Après {age} ans, dites si vous changez de lieu de travail ou avez une promesse d'embauche."
            return Manquant("emploi.mobilite", "MUTATION_PRO", texte, "visale_mobilite", {"age_maximum": age})
        mois = regle["promesse_mois"]
        texte = f"Après {age} ans, dites si vous avez une promesse d'embauche de moins de {mois} mois."
        faits = {"age_maximum": age, "mois": mois}
        return Manquant("emploi.promesse", "MUTATION_PRO", texte, "visale_promesse", faits)
