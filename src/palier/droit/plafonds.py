"""Income ceilings and eligibility: PLAI, PLUS, PLS, PLI."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from palier.droit.bareme import bareme, table
from palier.droit.categorie import rang_foyer
from palier.droit.foyer import Foyer, selon_foyer
from palier.droit.menage import FINANCEMENTS, Cas
from palier.droit.mots import euros
from palier.droit.ressources import montant_pli, montant_retenu, rfr_absents
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, en_euros, etabli, indetermine
from palier.droit.zones import outre_mer, zone_abc, zone_plafonds

Bareme = Mapping[str, int]
REFERENCES = {
    "PLAI": "arrêté du 29/07/1987, annexe II",
    "PLUS": "arrêté du 29/07/1987, annexe I",
    "PLS": "arrêté du 29/07/1987, art. 1 et annexe I (PLUS majoré de 30 %)",
    "PLI": "CGI, annexe III, art. 2 terdecies D",
}
SUPPLEMENT = "supplement"
TROIS_ADULTES = Manquant(
    "menage.personnes",
    None,
    "Le texte du logement intermédiaire ne prévoit pas trois adultes ou plus.",
    "pli_trois_adultes",
)


@cache
def _plafonds() -> Mapping[tuple[str, int, str], Bareme]:
    """Return cents by category (`1`…`6`, `supplement`), for each financement, year and zone."""
    resultat: dict[tuple[str, int, str], dict[str, int]] = {}
    for ligne in table("plafonds_ressources"):
        cle = (ligne["financement"], int(ligne["annee"]), ligne["zone"])
        resultat.setdefault(cle, {})[ligne["categorie"]] = int(ligne["montant_eur"]) * 100
    return resultat


def annees_publiees(financement: str) -> tuple[int, ...]:
    """Return the years that have ceilings for a financement, in order."""
    return tuple(sorted({annee for nom, annee, _ in _plafonds() if nom == financement}))


def zones_publiees() -> tuple[str, ...]:
    """Return the zones that have ceilings, sorted, whatever the financement."""
    return tuple(sorted({zone for _, _, zone in _plafonds()}))


def plafond_rang(financement: str, annee: int, zone: str, rang: int) -> int | None:
    """Return the ceiling in cents of an uncapped category in a zone, None unpublished (arrêté 29/07/1987; CGI)."""
    return _montant(_plafonds().get((financement, annee, zone), {}), rang)


def plafond_ressources(cas: Cas, financement: str) -> Verdict[int]:
    """Return the income ceiling in cents for the household, in the commune, on `au` (arrêté 29/07/1987; CGI)."""
    bareme_zone, manquants = _bareme_zone(cas, financement)
    if bareme_zone is None:
        return indetermine(manquants)
    montant, absents = selon_foyer(cas, lambda foyer: _montant(bareme_zone, _rang(foyer, financement)))
    if montant is None:
        return indetermine(absents or (_ligne_absente(cas, financement),))
    faits: dict[str, Fait] = {"financement": financement, "annee": cas.au.year, "plafond": en_euros(montant)}
    texte = f"En {cas.au.year}, le plafond {financement} de votre ménage est de {euros(montant)}."
    return etabli(montant, Motif("plafond", REFERENCES[financement], faits, texte), montant=True)


def plafond_foyer(cas: Cas, foyer: Foyer, financement: str) -> int | None:
    """Return the ceiling in cents of one reading of the household, None without a row (arrêté 29/07/1987)."""
    lignes, _ = _bareme_zone(cas, financement)
    return None if lignes is None else _montant(lignes, _rang(foyer, financement))


def eligibilite(cas: Cas, financement: str) -> Verdict[bool]:
    """Tell whether resources are at most the ceiling, equal is in (CCH R.441-1; CGI ann. III art. 2 terdecies D)."""
    bareme_zone, manquants = _bareme_zone(cas, financement)
    sans_rfr = rfr_absents(cas)
    if bareme_zone is None or sans_rfr:
        return indetermine((*(manquants or plafond_ressources(cas, financement).manquants), *sans_rfr))
    retenu = montant_pli if financement == "PLI" else montant_retenu

    def compare(foyer: Foyer) -> bool | None:
        plafond = _montant(bareme_zone, _rang(foyer, financement))
        return None if plafond is None else retenu(foyer, cas.au.year) <= plafond

    valeur, inconnus = selon_foyer(cas, compare)
    if valeur is None:
        return indetermine(inconnus or (_ligne_absente(cas, financement),))
    ressources, _ = selon_foyer(cas, lambda foyer: retenu(foyer, cas.au.year))
    motifs = [_motif_eligibilite(cas, financement, valeur, ressources)]
    if not valeur:
        motifs.extend(_espoir(cas, financement))
    return etabli(valeur, *motifs)


def eligibilites(cas: Cas) -> dict[str, Verdict[bool]]:
    """Return the eligibility for each financement (CCH R.441-1; CGI ann. III art. 2 terdecies D)."""
    return {financement: eligibilite(cas, financement) for financement in FINANCEMENTS}


def zone_financement(commune: str | None, financement: str, au: date) -> Verdict[str]:
    """Return the zone that the ceiling of a financement reads (arrêté 29/07/1987; CGI ann. III art. 2 terdecies D)."""
    if financement == "PLI" and not (commune and outre_mer(commune)):
        return zone_abc(commune, au)
    return zone_plafonds(commune, au)


def _bareme_zone(cas: Cas, financement: str) -> tuple[Bareme | None, tuple[Manquant, ...]]:
    """Return the rows of the zone and year, or what is missing."""
    if financement not in FINANCEMENTS:
        raise ValueError(f"unknown financement: {financement}")
    zone = zone_financement(cas.commune, financement, cas.au)
    if zone.valeur is None:
        return None, zone.manquants
    lignes = _plafonds().get((financement, cas.au.year, zone.valeur))
    if lignes is None:
        texte = f"Les plafonds {financement} {cas.au.year} de cette zone ne sont pas publiés ici."
        return None, (_non_publie(cas, financement, texte, "plafonds_non_publies"),)
    return lignes, ()


def _rang(foyer: Foyer, financement: str) -> int | None:
    """Return the uncapped category that a financement reads; None when its text has no row."""
    if financement != "PLI":
        return rang_foyer(foyer)
    if len(foyer.adultes) > 2:
        return None
    return 2 + len(foyer.a_charge) if foyer.a_charge else len(foyer.adultes)


def _montant(lignes: Bareme, rang: int | None) -> int | None:
    """Return the ceiling in cents of an uncapped category, supplements added; None without a row."""
    if rang is None:
        return None
    maximum = int(bareme("menage")["categories"]["maximum"])
    base = lignes.get(str(min(rang, maximum)))
    supplements = max(0, rang - maximum)
    if base is None or (supplements and SUPPLEMENT not in lignes):
        return None
    return base + supplements * lignes.get(SUPPLEMENT, 0)


def _ligne_absente(cas: Cas, financement: str) -> Manquant:
    """Say that the table has no row for such a household."""
    if financement == "PLI" and cas.menage is not None and len(cas.menage.adultes) > 2:
        return TROIS_ADULTES
    texte = f"Le plafond {financement} {cas.au.year} d'un tel ménage n'est pas publié ici."
    return _non_publie(cas, financement, texte, "plafond_menage_non_publie")


def _non_publie(cas: Cas, financement: str, texte: str, code: str) -> Manquant:
    """Say that a ceiling of the year is not held."""
    faits: dict[str, Fait] = {"financement": financement, "annee": cas.au.year}
    return Manquant(f"plafonds.{financement}.{cas.au.year}", None, texte, code, faits)


def _espoir(cas: Cas, financement: str) -> tuple[Motif, ...]:
    """Say that a lower recent income, unknown here for an adult, can still change a « no »."""
    adultes = cas.menage.adultes if cas.menage is not None else ()
    n1 = cas.au.year - 1
    n1_inconnu = any(n1 not in adulte.rfr for adulte in adultes)
    if financement == "PLI":
        texte = f"Un revenu fiscal {n1} plus bas peut changer cette réponse."
        return (Motif("revenu_n1_a_prouver", REFERENCES["PLI"], {"annee": n1}, texte),) if n1_inconnu else ()
    if not n1_inconnu and all(adulte.douze_mois is not None for adulte in adultes):
        return ()
    texte = "Une baisse de revenus d'au moins 10 %, prouvée, peut changer cette réponse."
    return (Motif("baisse_a_prouver", bareme("menage")["ressources"]["reference"], {}, texte),)


def _motif_eligibilite(cas: Cas, financement: str, valeur: bool, ressources: int | None) -> Motif:
    """Say resources, ceiling and the gap."""
    plafond = plafond_ressources(cas, financement).valeur
    reference = f"CCH R.441-1 ; {REFERENCES[financement]}" if financement != "PLI" else REFERENCES["PLI"]
    code = "sous_plafond" if valeur else "au_dessus_plafond"
    sens = "ne dépassent pas" if valeur else "dépassent"
    if ressources is None or plafond is None:
        texte = f"Dans tous les cas, vos ressources {sens} le plafond {financement}."
        return Motif(f"{code}_dans_tous_les_cas", reference, {"financement": financement}, texte)
    faits = {"financement": financement, "ressources": en_euros(ressources), "plafond": en_euros(plafond)}
    texte = f"Vos ressources ({euros(ressources)}) {sens} le plafond {financement} ({euros(plafond)})."
    return Motif(code, reference, faits, texte)
