"""Weight of a rent before any aid, and consumption units."""

from __future__ import annotations

from palier.droit.bareme import bareme
from palier.droit.foyer import Foyer, fait_personne, qui, selon_foyer
from palier.droit.menage import Cas
from palier.droit.mots import euros, nombre
from palier.droit.verdict import Manquant, Motif, Verdict, en_euros, etabli, indetermine

PRECISION = 10_000


def net_mensuel_absents(cas: Cas) -> tuple[Manquant, ...]:
    """List the adults whose monthly net income is unknown."""
    adultes = cas.menage.adultes if cas.menage is not None else ()
    return tuple(
        Manquant(
            fait_personne(personne, "net_mensuel"),
            "BULLETINS_SALAIRE",
            f"Le revenu net mensuel manque pour {qui(personne)}.",
        )
        for personne in adultes
        if personne.net_mensuel is None
    )


def net_mensuel_foyer(foyer: Foyer) -> int:
    """Return the monthly net income of the foyer in cents; someone à charge without a figure counts 0."""
    return sum(personne.net_mensuel or 0 for personne in foyer.personnes)


def effort_brut(cas: Cas) -> Verdict[float]:
    """Return rent with charges over monthly net incomes, before any aid, four decimals half up (CCH R.441-3-1)."""
    manquants = list(net_mensuel_absents(cas))
    loyer = cas.logement.loyer_cc if cas.logement else None
    if loyer is None:
        manquants.append(Manquant("logement.loyer_cc", None, "Le loyer charges comprises manque."))
    revenus, inconnus = selon_foyer(cas, net_mensuel_foyer)
    manquants.extend(inconnus)
    if revenus == 0 and not manquants:
        texte = "Les revenus mensuels sont nuls : le taux d'effort ne se calcule pas."
        manquants.append(Manquant("menage.personnes.net_mensuel", "BULLETINS_SALAIRE", texte))
    if manquants or loyer is None or revenus is None:
        return indetermine(manquants)
    ratio = (2 * loyer * PRECISION + revenus) // (2 * revenus) / PRECISION
    faits = {"loyer_cc": en_euros(loyer), "net_mensuel": en_euros(revenus)}
    part = f"{nombre(round(ratio * 100, 2))} %"
    texte = f"Avant aide, le loyer ({euros(loyer)}) prend {part} de vos revenus ({euros(revenus)})."
    return etabli(ratio, Motif("effort_avant_aide", bareme("occupation")["effort"]["reference"], faits, texte))


def unites_consommation(cas: Cas) -> Verdict[float]:
    """Return the consumption units of the foyer: first adult 1, others 0.5 from 14 years, 0.3 under (usage)."""
    regle = bareme("menage")["unites_consommation"]
    sans_age = [
        Manquant(fait_personne(p, "naissance"), "LIVRET_OU_NAISSANCE", f"La date de naissance manque pour {qui(p)}.")
        for p in (cas.menage.personnes if cas.menage else ())
        if p.role in ("enfant", "autre") and p.a_charge is not False and p.garde != "visite" and p.naissance is None
    ]

    def dixiemes(foyer: Foyer) -> int:
        ages = [personne.age(cas.au) for personne in foyer.a_charge]
        enfants = sum(age is not None and age < regle["age_enfant"] for age in ages)
        autres = len(foyer.personnes) - 1 - enfants
        return int(regle["premier_adulte"] + autres * regle["autre"] + enfants * regle["enfant"])

    valeur, manquants = selon_foyer(cas, dixiemes)
    if valeur is None or sans_age:
        return indetermine((*sans_age, *manquants))
    texte = f"Votre ménage compte {nombre(valeur / 10)} unités de consommation."
    return etabli(valeur / 10, Motif("unites_consommation", regle["reference"], {"unites": valeur / 10}, texte))
