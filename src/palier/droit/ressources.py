"""Resources compared with a ceiling: year N-2, or a lower N-1 or twelve months."""

from __future__ import annotations

from decimal import Decimal

from palier.droit.bareme import bareme
from palier.droit.foyer import Foyer, manquant_personne, qui, selon_foyer, un_foyer
from palier.droit.menage import Cas, Personne
from palier.droit.mots import euros
from palier.droit.verdict import Manquant, Motif, Verdict, en_euros, etabli, indetermine


def ressources_retenues(cas: Cas) -> Verdict[int]:
    """Return the retained resources of the household in cents (CCH R.441-1; arrêté 29/07/1987, art. 4)."""
    absents = rfr_absents(cas)
    if absents:
        return indetermine(absents)
    montant, manquants = selon_foyer(cas, lambda foyer: montant_retenu(foyer, cas.au.year))
    if montant is None:
        return indetermine(manquants)
    return etabli(montant, _motif(un_foyer(cas), cas.au.year, montant), montant=True)


def rfr_absents(cas: Cas) -> tuple[Manquant, ...]:
    """List the adults whose tax income of year N-2 is unknown (CCH R.441-1)."""
    annee = cas.au.year - 2
    adultes = cas.menage.adultes if cas.menage is not None else ()
    return tuple(
        manquant_personne(
            personne,
            f"rfr.{annee}",
            "AVIS_IMPOT_N2",
            f"Le revenu fiscal {annee} manque pour {qui(personne)}.",
            annee=annee,
        )
        for personne in adultes
        if annee not in personne.rfr
    )


def revenu_fiscal(foyer: Foyer, annee: int) -> int:
    """Return the sum of known tax incomes of a year, in cents; à charge without a figure counts 0 (CCH R.441-1)."""
    return sum(personne.rfr.get(annee, 0) for personne in foyer.personnes)


def _declarants(foyer: Foyer, annee: int) -> tuple[Personne, ...]:
    """Return the persons whose N-2 income is known: a lower figure must be known for all of them."""
    return tuple(personne for personne in foyer.personnes if annee - 2 in personne.rfr)


def revenu_n1(foyer: Foyer, annee: int) -> int | None:
    """Return the tax income of N-1 in cents, None unless known like N-2 (arrêté 29/07/1987, art. 4)."""
    if any(annee - 1 not in personne.rfr for personne in _declarants(foyer, annee)):
        return None
    return revenu_fiscal(foyer, annee - 1)


def revenu_douze_mois(foyer: Foyer, annee: int) -> int | None:
    """Return the income of the last twelve months in cents, None unless known like N-2 (arrêté 29/07/1987, art. 4)."""
    if any(personne.douze_mois is None for personne in _declarants(foyer, annee)):
        return None
    return sum(personne.douze_mois or 0 for personne in foyer.personnes)


def montant_retenu(foyer: Foyer, annee: int) -> int:
    """Return min(N-2, N-1 and twelve months when at least 10 % lower) in cents (arrêté 29/07/1987, art. 4)."""
    n2 = revenu_fiscal(foyer, annee - 2)
    seuil = Decimal(bareme("menage")["ressources"]["baisse"]) * n2
    candidats = (revenu_n1(foyer, annee), revenu_douze_mois(foyer, annee))
    return min([n2, *(montant for montant in candidats if montant is not None and montant <= seuil)])


def montant_pli(foyer: Foyer, annee: int) -> int:
    """Return min(N-2, N-1 when known) in cents, never the twelve months (CGI ann. III art. 2 terdecies D)."""
    n2 = revenu_fiscal(foyer, annee - 2)
    n1 = revenu_n1(foyer, annee)
    return n2 if n1 is None else min(n2, n1)


def net_mensuel_absents(cas: Cas) -> tuple[Manquant, ...]:
    """List the adults whose monthly net income is unknown (CCH R.441-3-1)."""
    adultes = cas.menage.adultes if cas.menage is not None else ()
    return tuple(
        manquant_personne(
            personne, "net_mensuel", "BULLETINS_SALAIRE", f"Le revenu net mensuel manque pour {qui(personne)}."
        )
        for personne in adultes
        if personne.net_mensuel is None
    )


def net_mensuel_foyer(foyer: Foyer) -> int:
    """Return the monthly net income of the foyer in cents; à charge without a figure counts 0 (CCH R.441-3-1)."""
    return sum(personne.net_mensuel or 0 for personne in foyer.personnes)


def _motif(foyer: Foyer, annee: int, montant: int) -> Motif:
    """Say which figure was kept."""
    n2 = revenu_fiscal(foyer, annee - 2)
    reference = bareme("menage")["ressources"]["reference"]
    faits = {"annee": annee - 2, "annee_n1": annee - 1, "rfr_n2": en_euros(n2), "retenu": en_euros(montant)}
    if montant == n2:
        texte = f"Les revenus fiscaux {annee - 2} du ménage comptent, soit {euros(n2)}."
        return Motif("revenus_n2", reference, faits, texte)
    code, periode = "douze_mois", "des douze derniers mois"
    if montant == revenu_n1(foyer, annee):
        code, periode = "revenus_n1", f"de {annee - 1}"
    texte = f"Les revenus {periode} sont plus bas d'au moins 10 %. Ils comptent, soit {euros(montant)}."
    return Motif(code, reference, faits, texte)
