"""Supplément de loyer de solidarité: is it due, its coefficient, and how far it may go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from palier.droit.bareme import bareme, version
from palier.droit.foyer import Foyer, selon_foyer
from palier.droit.loyer import FINANCEMENT_ABSENT, SURFACE_ABSENTE, valeurs_loyer
from palier.droit.menage import Cas
from palier.droit.mots import euros, nombre
from palier.droit.plafonds import plafond_foyer, plafond_ressources
from palier.droit.ressources import montant_retenu, ressources_retenues, rfr_absents
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, en_euros, etabli, indetermine
from palier.droit.zones import code_commune, departement, zone_apl, zone_plafonds

V = TypeVar("V")
PLAFOND = "PLUS"
MOIS = 12
QUARTIER_ABSENT = Manquant(
    "logement.quartier_prioritaire", None, "Dites si le logement est dans un quartier prioritaire de la ville."
)
REVITALISATION_ABSENTE = Manquant(
    "logement.zone_revitalisation", None, "Dites si la commune est classée en revitalisation rurale."
)
LOYER_ABSENT = Manquant("logement.loyer_hc", None, "Le loyer hors charges manque.")
PART_ABSENTE = Manquant(
    "sls.part_locale", None, "Un programme local de l'habitat peut relever cette limite : demandez-la au bailleur."
)


@dataclass(frozen=True)
class Adresse:
    """Where the dwelling stands, when it exempts: priority district, rural revitalisation; None = unknown."""

    quartier_prioritaire: bool | None = None
    zone_revitalisation: bool | None = None

    @property
    def exonere(self) -> bool:
        """Tell whether the place alone exempts."""
        return bool(self.quartier_prioritaire or self.zone_revitalisation)

    @property
    def manquants(self) -> tuple[Manquant, ...]:
        """List what is unknown of the place."""
        faits = ((self.quartier_prioritaire, QUARTIER_ABSENT), (self.zone_revitalisation, REVITALISATION_ABSENTE))
        return tuple(manquant for connu, manquant in faits if connu is None)


PARTOUT = Adresse()


def supplement_du(cas: Cas, adresse: Adresse = PARTOUT) -> Verdict[bool]:
    """Tell whether the supplement is due: resources beyond 1.2 times the PLUS ceiling, no exemption (CCH L.441-3)."""
    regle = bareme("sls")["exonerations"]
    financement = cas.logement.financement if cas.logement else None
    if adresse.exonere or financement in regle["financements"]:
        texte = "Ce logement est exonéré de supplément de loyer, par son quartier, sa commune ou son financement."
        return etabli(False, Motif("sls_exonere", regle["reference"], {"financement": financement}, texte))
    depasse, manquants = _selon_foyer(cas, _depasse)
    if depasse is False:
        return etabli(False, _motif_seuil(cas, du=False))
    inconnus = (*manquants, *((FINANCEMENT_ABSENT,) if financement is None else ()), *adresse.manquants)
    return indetermine(inconnus) if inconnus else etabli(True, _motif_seuil(cas, du=True))


def coefficient_depassement(points: int) -> Decimal:
    """Return the coefficient of a whole percentage of excess, 20 or more (CCH R.441-21)."""
    regle = bareme("sls")["coefficient"]
    if points < regle["premier_point"]:
        raise ValueError(f"no coefficient under {regle['premier_point']} points: {points}")
    debuts = [tranche["de"] for tranche in regle["tranches"]]
    fins = [*debuts[1:], max(points + 1, debuts[-1])]
    ajouts = (
        tranche["par_point"] * max(0, min(points + 1, fin) - tranche["de"])
        for tranche, fin in zip(regle["tranches"], fins, strict=True)
    )
    return Decimal(sum(ajouts, regle["a_ce_point"]))


def supplement_loyer_solidarite(
    cas: Cas, adresse: Adresse = PARTOUT, *, base_m2: Decimal | None = None, part_locale: Decimal | None = None
) -> Verdict[int]:
    """Return the supplement in cents a month, loyer and supplement limited (CCH L.441-3, L.441-4, R.441-21).

    `base_m2` is the base of the year and zone in euros a m², when the caller knows it; else the published one.
    `part_locale` is the share of resources that a local plan sets, 0 when none does; None = unknown: the answer is
    then established only when no share that a plan may set would change it.
    """
    du = supplement_du(cas, adresse)
    if du.valeur is None:
        return indetermine(du.manquants)
    if not du.valeur:
        return etabli(0, *du.motifs, montant=True)
    points, manquants = _selon_foyer(cas, _points)
    motifs = du.motifs if points is None else (*du.motifs, _motif_coefficient(points))
    parts = _parts_effort(cas, part_locale)
    plein = _loyer_plein(cas, max(parts))
    if plein is not None:
        return etabli(0, *motifs, plein, montant=True)
    entrees, absents = _entrees(cas, _base(cas) if base_m2 is None else base_m2)
    if points is None or entrees is None:
        return indetermine((*manquants, *absents), *motifs)
    brut = _cents(entrees.surface * coefficient_depassement(points) * entrees.base)
    (montant, motif), *autres = (_limite(part, brut, entrees) for part in parts)
    if any(autre != montant for autre, _ in autres):
        return indetermine([PART_ABSENTE], *motifs)
    return etabli(montant, *motifs, motif, montant=True)


@dataclass(frozen=True)
class Entrees:
    """What the amount reads: base in euros a m², surface, loyer and resources in cents, limit in euros a m²."""

    base: Decimal
    surface: Decimal
    loyer: int
    limite_m2: Decimal
    ressources: int


def _entrees(cas: Cas, base: Decimal | None) -> tuple[Entrees | None, tuple[Manquant, ...]]:
    """Gather what the amount reads, or what is missing."""
    surface, loyer = (cas.logement.surface, cas.logement.loyer_hc) if cas.logement else (None, None)
    ressources, limite = ressources_retenues(cas), _limite_m2(cas)
    if surface is None or loyer is None or base is None or limite is None or ressources.valeur is None:
        absences = (
            (surface, SURFACE_ABSENTE),
            (loyer, LOYER_ABSENT),
            (base, _non_publie(cas, "base_m2", "La base en euros par m²")),
            (limite, _non_publie(cas, "plafond_m2", "La limite du loyer et du supplément par m²")),
        )
        return None, (*(absent for valeur, absent in absences if valeur is None), *ressources.manquants)
    return Entrees(base, surface, loyer, limite, ressources.valeur), ()


def _non_publie(cas: Cas, nom: str, sujet: str) -> Manquant:
    annee = cas.au.year
    texte = f"{sujet} n'est pas publiée ici pour {annee}."
    return Manquant(f"sls.{nom}.{annee}", None, texte, faits={"annee": annee})


def _selon_foyer(cas: Cas, calcul: Callable[[Cas, Foyer], V | None]) -> tuple[V | None, tuple[Manquant, ...]]:
    """Apply a comparison of resources with the PLUS ceiling to every reading of the household."""
    absents = rfr_absents(cas)
    if absents:
        return None, (*absents, *plafond_ressources(cas, PLAFOND).manquants)
    valeur, inconnus = selon_foyer(cas, lambda foyer: calcul(cas, foyer))
    return valeur, () if valeur is not None else (*inconnus, *plafond_ressources(cas, PLAFOND).manquants)


def _depasse(cas: Cas, foyer: Foyer) -> bool | None:
    """Tell whether resources exceed the threshold, strictly."""
    plafond = plafond_foyer(cas, foyer, PLAFOND)
    return None if plafond is None else montant_retenu(foyer, cas.au.year) > plafond * (1 + _seuil())


def _points(cas: Cas, foyer: Foyer) -> int | None:
    """Return the whole points of excess over the ceiling."""
    plafond = plafond_foyer(cas, foyer, PLAFOND)
    return None if plafond is None else (montant_retenu(foyer, cas.au.year) - plafond) * 100 // plafond


def _seuil() -> Decimal:
    return Decimal(bareme("sls")["depassement"]["seuil"])


def _zone_1bis(cas: Cas) -> bool:
    return zone_plafonds(cas.commune, cas.au).valeur == "paris_limitrophes"


def _base(cas: Cas) -> Decimal | None:
    """Return the base of the year in euros a m², None when not published."""
    zone = "1bis" if _zone_1bis(cas) else zone_apl(cas.commune, cas.au).valeur
    lignes = (ligne for ligne in bareme("sls")["base_m2"]["annees"] if ligne["annee"] == cas.au.year)
    return next((ligne.get(f"zone_{zone}") for ligne in lignes), None)


def _limite_m2(cas: Cas) -> Decimal | None:
    """Return the limit of loyer and supplement in euros a m², None when not published."""
    regle, commune = bareme("sls")["plafond_m2"], cas.commune or ""
    if code_commune(commune) in regle["centre"]:
        zone = regle["zone_centre"]
    elif departement(commune) in regle["corse"]:
        zone = "corse"
    elif _zone_1bis(cas):
        zone = "reste_zone_1bis"
    else:
        zone = regle["zones_apl"].get(zone_apl(cas.commune, cas.au).valeur)
    return valeurs_loyer("SLS_PLAFOND", cas.au.year).get((zone, "loyer_plus_sls_max_eur_m2_sh"))


def _cents(montant: Decimal) -> int:
    """Turn euros into cents, half up."""
    return int((montant * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _parts_effort(cas: Cas, part_locale: Decimal | None) -> tuple[Decimal, ...]:
    """Return the share of resources that loyer and supplement may take together; two when a local plan is unknown."""
    regle = bareme("sls")["plafond_effort"]
    ligne = version(regle["versions"], cas.au)
    nationale = Decimal(1 if ligne is None else ligne["part"])
    if part_locale is not None:
        return (max(nationale, part_locale),)
    return nationale, max(nationale, Decimal(regle["plan_local"]))


def _marge_effort(part: Decimal, ressources: int, loyer: int) -> int:
    """Return in cents a month what the share of yearly resources leaves to the supplement; under zero when beyond."""
    return int(ressources * part // MOIS) - loyer


def _loyer_plein(cas: Cas, part: Decimal) -> Motif | None:
    """Say that the loyer alone already takes the whole share of resources: no supplement, whatever its base."""
    loyer, ressources = cas.logement.loyer_hc if cas.logement else None, ressources_retenues(cas).valeur
    if loyer is None or ressources is None or _marge_effort(part, ressources, loyer) > 0:
        return None
    cent = nombre(part * 100)
    faits = {"loyer_hc": en_euros(loyer), "part": float(part * 100)}
    texte = f"Le loyer ({euros(loyer)}) prend déjà au moins {cent} % des ressources : aucun supplément ne s'ajoute."
    return Motif("sls_loyer_plein", bareme("sls")["plafond_effort"]["reference"], faits, texte)


def _limite(part: Decimal, brut: int, entrees: Entrees) -> tuple[int, Motif]:
    """Keep loyer and supplement under the share of resources and under the limit by m²."""
    par_effort = _marge_effort(part, entrees.ressources, entrees.loyer)
    par_m2 = _cents(entrees.limite_m2 * entrees.surface) - entrees.loyer
    montant = max(0, min(brut, par_effort, par_m2))
    faits: dict[str, Fait] = {"brut": en_euros(brut), "sls": en_euros(montant)}
    if montant == brut:
        texte = f"Le supplément est de {euros(montant)} par mois."
        return montant, Motif("sls_montant", bareme("sls")["base_m2"]["reference"], faits, texte)
    if par_effort <= par_m2:
        faits["part"] = float(part * 100)
        texte = (
            f"Loyer et supplément restent sous {nombre(part * 100)} % des ressources : "
            f"le supplément est de {euros(montant)} par mois."
        )
        return montant, Motif("sls_limite_effort", bareme("sls")["plafond_effort"]["reference"], faits, texte)
    faits["limite_m2"] = float(entrees.limite_m2)
    texte = (
        f"Loyer et supplément restent sous {nombre(entrees.limite_m2)} € par m² : "
        f"le supplément est de {euros(montant)} par mois."
    )
    return montant, Motif("sls_limite_m2", bareme("sls")["plafond_m2"]["reference"], faits, texte)


def _motif_seuil(cas: Cas, *, du: bool) -> Motif:
    """Say resources and threshold when every reading shares them."""
    regle = bareme("sls")["depassement"]
    ressources, plafond = ressources_retenues(cas).valeur, plafond_ressources(cas, PLAFOND).valeur
    sens, code = ("dépassent", "sls_du") if du else ("ne dépassent pas", "sls_non_du")
    part = nombre(100 * (1 + _seuil()))
    if ressources is None or plafond is None:
        texte = f"Dans tous les cas, vos ressources {sens} {part} % du plafond PLUS."
        return Motif(f"{code}_dans_tous_les_cas", regle["reference"], {"part": float(part)}, texte)
    seuil = int(plafond * (1 + _seuil()))
    faits = {"ressources": en_euros(ressources), "seuil": en_euros(seuil), "part": float(part)}
    texte = f"Vos ressources ({euros(ressources)}) {sens} {part} % du plafond PLUS, soit {euros(seuil)}."
    return Motif(code, regle["reference"], faits, texte)


def _motif_coefficient(points: int) -> Motif:
    """Say the excess and its coefficient."""
    coefficient = coefficient_depassement(points)
    faits = {"points": points, "coefficient": float(coefficient)}
    texte = f"Le dépassement est de {points} %. Son coefficient est de {nombre(coefficient)}."
    return Motif("sls_coefficient", bareme("sls")["coefficient"]["reference"], faits, texte)
