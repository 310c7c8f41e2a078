"""Are the figures of a household exact? A kind sentence for each doubt, never a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from palier.droit.bareme import bareme
from palier.droit.foyer import MENAGE_ABSENT, Foyer, fait_personne, qui, selon_foyer, un_foyer
from palier.droit.menage import Cas, Personne
from palier.droit.mots import euros
from palier.droit.ressources import net_mensuel_absents, net_mensuel_foyer, revenu_fiscal, rfr_absents
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, en_euros, etabli, indetermine

COHERENT, A_VERIFIER = "coherent", "a_verifier"
MOIS = 12
PIECES = {"rfr": "AVIS_IMPOT_N2", "douze_mois": "BAISSE_RESSOURCES", "net_mensuel": "BULLETINS_SALAIRE"}
SOURCES = {
    "AVIS_IMPOT_N2": "votre avis d'imposition",
    "BAISSE_RESSOURCES": "vos relevés des douze derniers mois",
    "BULLETINS_SALAIRE": "vos bulletins de salaire",
}


def exactitude(cas: Cas) -> Mapping[str, Verdict[str]]:
    """Check a whole household (usage): `coherent` or `a_verifier`, by dotted path of the figure, then by comparison."""
    return {
        **chiffres_ronds(cas),
        "fiches_contre_avis": fiches_contre_avis(cas),
        "douze_mois_contre_fiches": douze_mois_contre_fiches(cas),
    }


def chiffres_ronds(cas: Cas) -> Mapping[str, Verdict[str]]:
    """Check every known amount of the persons for a round figure (usage), by dotted path."""
    personnes = cas.menage.personnes if cas.menage is not None else ()
    return {
        fait_personne(personne, nom): chiffre_rond(montant, fait_personne(personne, nom), PIECES[nom.split(".")[0]])
        for personne in personnes
        for nom, montant in _montants(personne, cas.au.year)
    }


def _montants(personne: Personne, annee: int) -> Iterator[tuple[str, int]]:
    """List the known amounts that count, in cents."""
    for passee in (annee - 2, annee - 1):
        if passee in personne.rfr:
            yield f"rfr.{passee}", personne.rfr[passee]
    if personne.douze_mois is not None:
        yield "douze_mois", personne.douze_mois
    if personne.net_mensuel is not None:
        yield "net_mensuel", personne.net_mensuel


def chiffre_rond(montant: int | None, fait: str, piece: str) -> Verdict[str]:
    """Tell whether an amount in cents looks copied from memory (usage): 0 does not."""
    regle = bareme("exactitude")["arrondi"]
    if montant is None:
        texte = f"Ce montant manque. Il se lit sur {SOURCES[piece]}."
        return indetermine([Manquant(fait, piece, texte, "montant_absent", {"piece": piece})])
    pas = next((euro for euro in regle["pas"] if montant and montant % (euro * 100) == 0), None)
    faits: dict[str, Fait] = {"montant": en_euros(montant), "pas": pas, "piece": piece}
    if pas is None:
        texte = f"Le montant de {euros(montant)} est précis."
        return etabli(COHERENT, Motif("montant_precis", regle["reference"], faits, texte))
    texte = (
        f"Le montant de {euros(montant)} est rond. S'il est exact, gardez-le. Sinon, recopiez-le de {SOURCES[piece]}."
    )
    return etabli(A_VERIFIER, Motif("montant_rond", regle["reference"], faits, texte))


def fiches_contre_avis(cas: Cas) -> Verdict[str]:
    """Compare twelve months of pay, less the flat deduction, with the tax income of year N-2 (usage)."""
    regle = bareme("exactitude")["fiches_contre_avis"]
    absents = (*rfr_absents(cas), *net_mensuel_absents(cas))
    if absents or cas.menage is None:
        return indetermine(absents or [MENAGE_ABSENT])
    annee = cas.au.year - 2
    code, manquants = selon_foyer(cas, lambda foyer: _ecart(*_comptes(foyer, annee)))
    if code is None:
        return indetermine(manquants)
    estime, rfr = _comptes(un_foyer(cas), annee)
    faits: dict[str, Fait] = {"annee": annee, "rfr": en_euros(rfr), "estime": en_euros(_rond(estime))}
    if code == "avis_et_fiches_proches":
        texte = f"Vos bulletins et votre avis d'imposition {annee} se ressemblent."
        return etabli(COHERENT, Motif(code, regle["reference"], faits, texte))
    suite = {
        "fiches_sous_avis": "Si vos revenus ont baissé, une preuve peut jouer pour vous.",
        "fiches_au_dessus_avis": "C'est possible si vos revenus ont augmenté. Relisez les deux montants.",
    }[code]
    texte = (
        f"Vos bulletins donnent environ {euros(_rond(estime))} par an, votre avis {annee} porte {euros(rfr)}. {suite}"
    )
    return etabli(A_VERIFIER, Motif(code, regle["reference"], faits, texte))


def _comptes(foyer: Foyer, annee: int) -> tuple[int, int]:
    """Return the tax income that the payslips make likely, and that of the notice, in cents."""
    abattement = Decimal(bareme("exactitude")["fiches_contre_avis"]["abattement"])
    return int(MOIS * net_mensuel_foyer(foyer) * abattement), revenu_fiscal(foyer, annee)


def _ecart(estime: int, rfr: int) -> str:
    """Compare two incomes: near within a share of the larger one, else which side."""
    tolerance = Decimal(bareme("exactitude")["fiches_contre_avis"]["tolerance"])
    if abs(estime - rfr) <= tolerance * max(estime, rfr):
        return "avis_et_fiches_proches"
    return "fiches_sous_avis" if estime < rfr else "fiches_au_dessus_avis"


def douze_mois_contre_fiches(cas: Cas) -> Verdict[str]:
    """Compare the last twelve months with twelve times the monthly net (usage)."""
    regle = bareme("exactitude")["douze_mois_contre_fiches"]
    absents = (*net_mensuel_absents(cas), *_douze_mois_absents(cas))
    if absents or cas.menage is None:
        return indetermine(absents or [MENAGE_ABSENT])
    adultes = cas.menage.adultes
    douze = sum(personne.douze_mois or 0 for personne in adultes)
    annuel = sum(personne.net_mensuel or 0 for personne in adultes) * MOIS
    tolerance = Decimal(regle["tolerance"])
    bas, haut = annuel * Decimal(regle["abattement"]) * (1 - tolerance), annuel * (1 + tolerance)
    faits: dict[str, Fait] = {"douze_mois": en_euros(douze), "estime": en_euros(_rond(annuel))}
    if bas <= douze <= haut:
        texte = "Vos douze derniers mois et vos bulletins se ressemblent."
        return etabli(COHERENT, Motif("douze_mois_proches", regle["reference"], faits, texte))
    texte = (
        f"Vos douze derniers mois font {euros(douze)}, vos bulletins environ {euros(_rond(annuel))}. "
        "C'est possible si vos revenus varient. Relisez les deux montants."
    )
    return etabli(A_VERIFIER, Motif("douze_mois_eloignes", regle["reference"], faits, texte))


def _rond(montant: int) -> int:
    """Round an estimate in cents to ten euros: it is said with « environ »."""
    return (montant + 500) // 1000 * 1000


def _douze_mois_absents(cas: Cas) -> tuple[Manquant, ...]:
    """List the adults whose last twelve months are unknown."""
    adultes = cas.menage.adultes if cas.menage is not None else ()
    return tuple(
        Manquant(
            fait_personne(personne, "douze_mois"),
            PIECES["douze_mois"],
            f"Les revenus des douze derniers mois manquent pour {qui(personne)}.",
            "douze_mois_absents",
            {"role": personne.role},
        )
        for personne in adultes
        if personne.douze_mois is None
    )
