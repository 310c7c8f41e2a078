"""Weight of a loyer in the incomes of a household, before and after aid, and what is left to live on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from palier.droit.aide_logement import aide_logement, reduction_loyer_solidarite
from palier.droit.bareme import bareme
from palier.droit.foyer import Foyer, manquant_personne, qui, selon_foyer
from palier.droit.menage import Cas
from palier.droit.mots import euros, nombre
from palier.droit.ressources import net_mensuel_absents as net_mensuel_absents
from palier.droit.ressources import net_mensuel_foyer
from palier.droit.verdict import Manquant, Motif, Verdict, en_euros, etabli, indetermine

PRECISION = 10_000
LOYER_ABSENT = Manquant("logement.loyer_cc", None, "Le loyer charges comprises manque.")
REVENUS_NULS = Manquant(
    "menage.personnes.net_mensuel",
    "BULLETINS_SALAIRE",
    "Les revenus mensuels sont nuls : le taux d'effort ne se calcule pas.",
)


@dataclass(frozen=True)
class Charge:
    """What a dwelling weighs on a household: five verdicts computed together, amounts in cents."""

    aide_logement: Verdict[int]
    reduction: Verdict[int]
    reste_a_payer: Verdict[int]
    taux_effort: Verdict[float]
    reste_a_vivre: Verdict[int]


def charge_logement(cas: Cas) -> Charge:
    """Return aid, reduction, loyer left to pay, effort and what is left to live on (CCH R.441-3-1)."""
    aide, reduction = aide_logement(cas), reduction_loyer_solidarite(cas)
    reste = _reste_a_payer(cas, aide, reduction)
    revenus = _revenus(cas)
    return Charge(aide, reduction, reste, _taux(reste, revenus), _reste_a_vivre(cas, reste, revenus))


def reste_a_payer(cas: Cas) -> Verdict[int]:
    """Return the loyer left to pay in cents a month, aid and reduction deducted, never negative (CCH R.441-3-1)."""
    return charge_logement(cas).reste_a_payer


def taux_effort(cas: Cas) -> Verdict[float]:
    """Return the loyer left to pay over monthly net incomes, four decimals half up (CCH R.441-3-1)."""
    return charge_logement(cas).taux_effort


def reste_a_vivre(cas: Cas) -> Verdict[int]:
    """Return what is left once the loyer is paid, in cents a day and a consumption unit, half up (usage)."""
    return charge_logement(cas).reste_a_vivre


def _reste_a_payer(cas: Cas, aide: Verdict[int], reduction: Verdict[int]) -> Verdict[int]:
    """Deduct the aid and the reduction from the loyer with charges."""
    loyer = cas.logement.loyer_cc if cas.logement else None
    if loyer is None or aide.valeur is None or reduction.valeur is None:
        return indetermine((*((LOYER_ABSENT,) if loyer is None else ()), *aide.manquants, *reduction.manquants))
    reste = max(0, loyer - aide.valeur - reduction.valeur)
    faits = {
        "loyer_cc": en_euros(loyer),
        "aide": en_euros(aide.valeur),
        "rls": en_euros(reduction.valeur),
        "reste_a_payer": en_euros(reste),
    }
    texte = f"Il reste à payer {euros(reste)} par mois, aide estimée déduite."
    return etabli(reste, Motif("reste_a_payer", _reference("effort"), faits, texte), montant=True)


def _revenus(cas: Cas) -> Verdict[int]:
    """Return the monthly net incomes of the household."""
    absents = net_mensuel_absents(cas)
    revenus, inconnus = selon_foyer(cas, net_mensuel_foyer)
    if revenus is None or absents:
        return indetermine((*absents, *inconnus))
    texte = f"Les revenus nets du ménage sont de {euros(revenus)} par mois."
    faits = {"net_mensuel": en_euros(revenus)}
    return etabli(revenus, Motif("revenus_mensuels", _reference("effort"), faits, texte), montant=True)


def _taux(reste: Verdict[int], revenus: Verdict[int]) -> Verdict[float]:
    """Divide the loyer left to pay by the incomes."""
    manquants = (*reste.manquants, *revenus.manquants, *((REVENUS_NULS,) if revenus.valeur == 0 else ()))
    if reste.valeur is None or not revenus.valeur:
        return indetermine(manquants)
    ratio = _ratio(reste.valeur, revenus.valeur)
    faits = {"reste_a_payer": en_euros(reste.valeur), "net_mensuel": en_euros(revenus.valeur), "taux": ratio}
    part = f"{nombre(round(ratio * 100, 2))} %"
    texte = f"Aide estimée déduite, le loyer ({euros(reste.valeur)}) prend {part} de vos revenus."
    return etabli(ratio, Motif("effort_apres_aide", _reference("effort"), faits, texte))


def _reste_a_vivre(cas: Cas, reste: Verdict[int], revenus: Verdict[int]) -> Verdict[int]:
    """Divide what is left of the incomes by days and consumption units."""
    unites = unites_consommation(cas)
    if reste.valeur is None or revenus.valeur is None or unites.valeur is None:
        return indetermine((*reste.manquants, *revenus.manquants, *unites.manquants))
    jours = bareme("occupation")["reste_a_vivre"]["jours"]
    parts = Decimal(str(unites.valeur)) * jours
    montant = int((Decimal(revenus.valeur - reste.valeur) / parts).quantize(Decimal(1), ROUND_HALF_UP))
    faits = {
        "net_mensuel": en_euros(revenus.valeur),
        "reste_a_payer": en_euros(reste.valeur),
        "unites": unites.valeur,
        "reste_a_vivre": en_euros(montant),
    }
    texte = f"Le loyer payé, il reste {euros(montant)} par jour et par unité de consommation."
    return etabli(montant, Motif("reste_a_vivre", _reference("reste_a_vivre"), faits, texte), montant=True)


def _reference(sujet: str) -> str:
    return str(bareme("occupation")[sujet]["reference"])


def _ratio(part: int, total: int) -> float:
    """Return part over total with four decimals, half up."""
    return (2 * part * PRECISION + total) // (2 * total) / PRECISION


def effort_brut(cas: Cas) -> Verdict[float]:
    """Return rent with charges over monthly net incomes, before any aid, four decimals half up (CCH R.441-3-1)."""
    revenus = _revenus(cas)
    loyer = cas.logement.loyer_cc if cas.logement else None
    if loyer is None or not revenus.valeur:
        sans_loyer = (LOYER_ABSENT,) if loyer is None else ()
        return indetermine((*sans_loyer, *revenus.manquants, *((REVENUS_NULS,) if revenus.valeur == 0 else ())))
    ratio = _ratio(loyer, revenus.valeur)
    faits = {"loyer_cc": en_euros(loyer), "net_mensuel": en_euros(revenus.valeur), "taux": ratio}
    part = f"{nombre(round(ratio * 100, 2))} %"
    texte = f"Avant aide, le loyer ({euros(loyer)}) prend {part} de vos revenus ({euros(revenus.valeur)})."
    return etabli(ratio, Motif("effort_avant_aide", _reference("effort"), faits, texte))


def ages_absents(cas: Cas) -> tuple[Manquant, ...]:
    """List the persons who may be à charge and whose unknown age changes the units (usage)."""
    return tuple(
        manquant_personne(p, "naissance", "LIVRET_OU_NAISSANCE", f"La date de naissance manque pour {qui(p)}.")
        for p in (cas.menage.personnes if cas.menage else ())
        if p.role in ("enfant", "autre") and p.a_charge is not False and p.garde != "visite" and p.naissance is None
    )


def petits_enfants(foyer: Foyer, au: date) -> int:
    """Return the persons à charge who are known to be under the age of a whole half-unit (usage)."""
    maximum = bareme("menage")["unites_consommation"]["age_enfant"]
    ages = [personne.age(au) for personne in foyer.a_charge]
    return sum(age is not None and age < maximum for age in ages)


def unites_consommation(cas: Cas) -> Verdict[float]:
    """Return the consumption units of the foyer: first adult 1, others 0.5 from 14 years, 0.3 under (usage)."""
    regle = bareme("menage")["unites_consommation"]
    sans_age = ages_absents(cas)

    def dixiemes(foyer: Foyer) -> int:
        enfants = petits_enfants(foyer, cas.au)
        autres = len(foyer.personnes) - 1 - enfants
        return int(regle["premier_adulte"] + autres * regle["autre"] + enfants * regle["enfant"])

    valeur, manquants = selon_foyer(cas, dixiemes)
    if valeur is None or sans_age:
        return indetermine((*sans_age, *manquants))
    unite = "unités" if valeur >= 20 else "unité"
    texte = f"Votre ménage compte {nombre(valeur / 10)} {unite} de consommation."
    return etabli(valeur / 10, Motif("unites_consommation", regle["reference"], {"unites": valeur / 10}, texte))
