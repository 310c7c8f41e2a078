"""Highest loyer of a dwelling, and its revision by the index of loyers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from palier.droit.bareme import bareme, table
from palier.droit.menage import Cas
from palier.droit.mots import INSECABLE, euros, nombre
from palier.droit.verdict import Manquant, Motif, Verdict, en_euros, etabli, indetermine
from palier.droit.zones import outre_mer, zone_abc

FINANCEMENT_ABSENT = Manquant("logement.financement", None, "Le financement du logement manque.")
SURFACE_ABSENTE = Manquant("logement.surface", None, "La surface du logement manque.")
ANNEXES_ABSENTES = Manquant("logement.annexes", None, "La surface des annexes manque (zéro s'il n'y en a pas).")
CONVENTION_ABSENTE = Manquant("programme.convention", None, "Le loyer maximal est dans la convention du programme.")

OUTRE_MER = "outre_mer"


@cache
def valeurs_loyer(regime: str, annee: int | None) -> Mapping[tuple[str, str], Decimal]:
    """Return the values of a regime by (zone, grandeur), of a year or all, None (CGI ann. III art. 2 terdecies D)."""
    cherchee = "" if annee is None else str(annee)
    return {
        (ligne["zone"], ligne["grandeur"]): Decimal(ligne["valeur"])
        for ligne in table("loyers_plafonds")
        if ligne["regime"] == regime and ligne["annee"] == cherchee
    }


def loyer_maximal(cas: Cas, *, annexes: Decimal | None = None, convention: int | None = None) -> Verdict[int]:
    """Return the highest loyer without charges in cents a month (CGI ann. III art. 2 terdecies D; CCH L.831-1).

    `annexes` is their surface in m²; `convention` the loyer that the programme's convention allows, in cents.
    """
    financement = cas.logement.financement if cas.logement else None
    if financement is None:
        return indetermine([FINANCEMENT_ABSENT])
    if financement in bareme("loyer")["intermediaire"]["financements"]:
        return _intermediaire(cas, annexes)
    if convention is None:
        return indetermine([CONVENTION_ABSENTE])
    texte = f"La convention du programme limite ce loyer à {euros(convention)}."
    faits = {"financement": financement, "loyer_maximal": en_euros(convention)}
    motif = Motif("loyer_convention", bareme("loyer")["convention"]["reference"], faits, texte)
    return etabli(convention, motif, montant=True)


def surface_ponderee(surface: Decimal, annexes: Decimal) -> Decimal:
    """Return the surface in m² with half of the annexes, limited (CGI ann. III art. 2 terdecies D)."""
    limite = _constante("annexes_moitie_plafond_m2")
    return surface + min(annexes / 2, limite)


def coefficient_surface(ponderee: Decimal) -> Decimal:
    """Return the coefficient of a surface, two decimals, capped (CGI ann. III art. 2 terdecies D)."""
    brut = _constante("coefficient_constante") + _constante("coefficient_numerateur") / ponderee
    return min(brut.quantize(Decimal("0.01"), ROUND_HALF_UP), _constante("coefficient_plafond"))


def _constante(grandeur: str) -> Decimal:
    return valeurs_loyer(bareme("loyer")["intermediaire"]["regime"], None)["toutes", grandeur]


def _intermediaire(cas: Cas, annexes: Decimal | None) -> Verdict[int]:
    """Multiply the ceiling of the zone by the coefficient and the weighted surface."""
    surface = cas.logement.surface if cas.logement else None
    manquants = [*((SURFACE_ABSENTE,) if surface is None else ()), *((ANNEXES_ABSENTES,) if annexes is None else ())]
    zone, sans_zone = _zone(cas)
    plafond = _plafond_m2(zone, cas.au.year) if zone is not None else None
    if zone is not None and plafond is None:
        texte = f"Le plafond de loyer intermédiaire {cas.au.year} de cette zone n'est pas publié ici."
        manquants.append(Manquant(f"loyers.LLI.{cas.au.year}", None, texte, faits={"annee": cas.au.year}))
    if surface is None or annexes is None or plafond is None:
        return indetermine((*manquants, *sans_zone))
    ponderee = surface_ponderee(surface, annexes)
    coefficient = coefficient_surface(ponderee)
    montant = int((plafond * coefficient * ponderee * 100).quantize(Decimal(1), ROUND_HALF_UP))
    faits = {
        "zone": zone,
        "plafond_m2": float(plafond),
        "coefficient": float(coefficient),
        "surface": float(ponderee),
        "loyer_maximal": en_euros(montant),
    }
    code, lieu = (
        ("loyer_intermediaire_outre_mer", "Outre-mer")
        if zone == OUTRE_MER
        else ("loyer_intermediaire", f"En zone {zone}")
    )
    texte = (
        f"{lieu}, le plafond est de {nombre(plafond)} € par m². "
        f"Avec un coefficient de {nombre(coefficient)} sur {nombre(ponderee)}{INSECABLE}m², il donne {euros(montant)}."
    )
    motif = Motif(code, bareme("loyer")["intermediaire"]["reference"], faits, texte)
    return etabli(montant, motif, montant=True)


def _zone(cas: Cas) -> tuple[str | None, tuple[Manquant, ...]]:
    """Return the zone of an intermediate loyer: ABC, or overseas as one."""
    if cas.commune is not None and outre_mer(cas.commune):
        return OUTRE_MER, ()
    zone = zone_abc(cas.commune, cas.au)
    return zone.valeur, zone.manquants


def _plafond_m2(zone: str, annee: int) -> Decimal | None:
    """Return euros a m² without charges of a zone and year, None when not published."""
    valeurs = valeurs_loyer(bareme("loyer")["intermediaire"]["regime"], annee)
    return valeurs.get((zone, "loyer_max_eur_m2_hors_charges"))


@cache
def _indices() -> Mapping[tuple[int, int], Decimal]:
    """Return the published indices by (year, quarter)."""
    return {(int(ligne["annee"]), int(ligne["trimestre"])): Decimal(ligne["indice"]) for ligne in table("irl")}


def indexation_irl(montant: int, depuis: tuple[int, int], jusqu_a: tuple[int, int]) -> Verdict[int]:
    """Return an amount in cents revised between two (year, quarter) of the index of loyers (arrêté, INSEE)."""
    absents = [
        Manquant(
            f"irl.{annee}.T{trimestre}",
            None,
            f"L'indice T{trimestre} {annee} n'est pas publié ici.",
            "irl_non_publie",
            {"annee": annee, "trimestre": trimestre},
        )
        for annee, trimestre in (depuis, jusqu_a)
        if (annee, trimestre) not in _indices()
    ]
    if absents:
        return indetermine(absents)
    avant, apres = _indices()[depuis], _indices()[jusqu_a]
    revise = int((montant * apres / avant).quantize(Decimal(1), ROUND_HALF_UP))
    faits = {
        "montant": en_euros(montant),
        "depuis": f"T{depuis[1]} {depuis[0]}",
        "jusqu_a": f"T{jusqu_a[1]} {jusqu_a[0]}",
        "indice_avant": float(avant),
        "indice_apres": float(apres),
        "revise": en_euros(revise),
    }
    texte = (
        f"L'indice passe de {nombre(avant)} ({faits['depuis']}) à {nombre(apres)} ({faits['jusqu_a']}). "
        f"Le montant passe de {euros(montant)} à {euros(revise)}."
    )
    return etabli(revise, Motif("indexation_irl", bareme("loyer")["revision"]["reference"], faits, texte), montant=True)
