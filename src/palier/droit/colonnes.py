"""The law on populations: the same answers as on one household, on columns of already counted features.

A table is a mapping of NumPy arrays. One row is one complete reading of a household (`foyer.Foyer`): a household whose
facts are all known has one row, another has a row for each way of completing it. `menage` gives the rank of the
household of each row, in order; without it, one row is one household. A leaf is decided when all rows of a household
agree; otherwise, as when something is missing, its cell is masked: never zero, never a refusal.

| column | is |
| --- | --- |
| `adultes`, `a_charge`, `pour_pieces` | persons, counted as in `foyer` |
| `moins_14` | persons à charge under the age of the consumption units, masked when an age is missing |
| `couple`, `jeune`, `handicap` | booleans |
| `rfr_n2`, `rfr_n1`, `douze_mois`, `net_mensuel`, `loyer_cc` | cents, masked when unknown |
| `surface`, `pieces_principales` | m² (a float) and main rooms of the dwelling, masked when unknown |
| `zone_plafonds`, `zone_pli` | rank in `plafonds.zones_publiees()`, -1 when unknown |
| `menage`, `lisible` | rank of the household; false when it has no reading at all |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from palier.droit.bareme import bareme, version
from palier.droit.effort import PRECISION, ages_absents, petits_enfants
from palier.droit.foyer import Foyer, lecture
from palier.droit.menage import Cas, Logement
from palier.droit.occupation import BORNES, adequation, pieces_principales, surface_minimale
from palier.droit.plafonds import plafond_rang, zone_financement, zones_publiees
from palier.droit.ressources import (
    net_mensuel_absents,
    net_mensuel_foyer,
    revenu_douze_mois,
    revenu_fiscal,
    revenu_n1,
    rfr_absents,
)

Tableau: TypeAlias = "NDArray[Any]"
Colonnes: TypeAlias = "Mapping[str, Tableau]"
Feuille: TypeAlias = "np.ma.MaskedArray[Any, Any]"
Ligne: TypeAlias = "dict[str, int | float | None]"

INCONNUE = -1
COMPTES = ("adultes", "a_charge", "pour_pieces", "moins_14", "pieces_principales")
BOOLEENS = ("couple", "jeune", "handicap", "lisible")
MONTANTS = ("rfr_n2", "rfr_n1", "douze_mois", "net_mensuel", "loyer_cc")
ZONES = ("zone_plafonds", "zone_pli")
ILLISIBLE = Foyer((), (), 0, False, False)


class Categories(NamedTuple):
    """Category 1 to 6 of each household, and persons beyond."""

    valeur: Feuille
    supplements: Feuille


def colonnes_menages(cas: Iterable[Cas], au: date) -> dict[str, Tableau]:
    """Turn cases, all on the day `au`, into the columns of this module; the order of households is kept."""
    lignes: list[Ligne] = []
    for rang, un in enumerate(cas):
        if un.au != au:
            raise ValueError(f"a case of {un.au} among those of {au}")
        lignes.extend({"menage": rang, **ligne} for ligne in _lignes_cas(un))
    types: dict[str, type[np.generic]] = dict.fromkeys(COMPTES, np.int16) | dict.fromkeys(BOOLEENS, np.bool_)
    types |= (
        dict.fromkeys(MONTANTS, np.int64) | dict.fromkeys(ZONES, np.int8) | {"menage": np.int64, "surface": np.float64}
    )
    return {nom: _colonne([ligne[nom] for ligne in lignes], dtype) for nom, dtype in types.items()}


def _colonne(valeurs: list[int | float | None], dtype: type[np.generic]) -> Tableau:
    """Return an array, masked where a value is None."""
    absentes = np.array([valeur is None for valeur in valeurs], np.bool_)
    pleines = np.array([valeur or 0 for valeur in valeurs], dtype)
    return np.ma.MaskedArray(pleines, absentes) if absentes.any() else pleines


def _lignes_cas(cas: Cas) -> list[Ligne]:
    """Return one row for each reading of a household; one row that cannot be read when there is none."""
    commune = {
        nom: _rang_zone(zone_financement(cas.commune, financement, cas.au).valeur)
        for nom, financement in (("zone_plafonds", "PLUS"), ("zone_pli", "PLI"))
    }
    commun = {**commune, **_ligne_logement(cas.logement or Logement())}
    lue = None if cas.menage is None else lecture(cas.menage, cas.au)
    foyers = [ILLISIBLE] if lue is None else list(lue.foyers.values())
    return [{**_ligne_foyer(cas, foyer), **commun, "lisible": lue is not None} for foyer in foyers]


def _ligne_logement(logement: Logement) -> Ligne:
    """Return what the columns say of a dwelling."""
    return {
        "loyer_cc": logement.loyer_cc,
        "surface": None if logement.surface is None else float(logement.surface),
        "pieces_principales": None if logement.typologie is None else pieces_principales(logement.typologie),
    }


def _rang_zone(zone: str | None) -> int:
    """Return the rank of a zone among those that have ceilings, -1 when unknown."""
    zones = zones_publiees()
    return zones.index(zone) if zone in zones else INCONNUE


def _ligne_foyer(cas: Cas, foyer: Foyer) -> Ligne:
    """Count one complete household."""
    annee, sans_rfr = cas.au.year, bool(rfr_absents(cas))
    return {
        "adultes": len(foyer.adultes),
        "a_charge": len(foyer.a_charge),
        "pour_pieces": foyer.pour_pieces,
        "moins_14": None if ages_absents(cas) else petits_enfants(foyer, cas.au),
        "couple": foyer.couple,
        "jeune": foyer.jeune,
        "handicap": foyer.handicap,
        "rfr_n2": None if sans_rfr else revenu_fiscal(foyer, annee - 2),
        "rfr_n1": revenu_n1(foyer, annee),
        "douze_mois": revenu_douze_mois(foyer, annee),
        "net_mensuel": None if net_mensuel_absents(cas) else net_mensuel_foyer(foyer),
    }


def categorie_menage(colonnes: Colonnes) -> Categories:
    """Return the category of each household and its supplements (arrêté 29/07/1987, art. 1 and 2)."""
    total = _par_menage(colonnes, _rang(colonnes))
    maximum = bareme("menage")["categories"]["maximum"]
    return Categories(np.ma.minimum(total, maximum), np.ma.maximum(total - maximum, 0))


def ressources_retenues(colonnes: Colonnes) -> Feuille:
    """Return the retained resources of each household in cents (CCH R.441-1; arrêté 29/07/1987, art. 4)."""
    return _par_menage(colonnes, _retenu(colonnes))


def plafond_ressources(colonnes: Colonnes, financement: str, au: date) -> Feuille:
    """Return the income ceiling of each household in cents (arrêté 29/07/1987; CGI ann. III art. 2 terdecies D)."""
    return _par_menage(colonnes, _plafond(colonnes, financement, au))


def eligibilite(colonnes: Colonnes, financement: str, au: date) -> Feuille:
    """Tell whether resources are at most the ceiling, equal is in (CCH R.441-1; CGI ann. III art. 2 terdecies D)."""
    retenu = _retenu_pli(colonnes) if financement == "PLI" else _retenu(colonnes)
    return _par_menage(colonnes, retenu <= _plafond(colonnes, financement, au))


def typologies(colonnes: Colonnes) -> dict[str, Feuille]:
    """Return the smallest, best and largest typologie of each household (usage; a parameter per territory)."""
    personnes = np.ma.asarray(colonnes["pour_pieces"])
    plus_grand = max(1, int(personnes.max())) if personnes.count() else 1
    rendues: dict[str, Feuille] = {}
    for borne in BORNES:
        lignes = [
            [str(adequation(max(n, 1), couple)[borne]) for couple in (False, True)] for n in range(plus_grand + 1)
        ]
        noms, rangs = np.unique(np.array(lignes), return_inverse=True)
        choisis = rangs.reshape(-1, 2)[personnes.filled(0), np.ma.filled(colonnes["couple"], False).astype(np.intp)]
        choix = _par_menage(colonnes, np.ma.MaskedArray(choisis, np.ma.getmaskarray(personnes)))
        rendues[borne] = np.ma.MaskedArray(noms[choix.filled(0)], np.ma.getmaskarray(choix))
    return rendues


def unites_consommation(colonnes: Colonnes) -> Feuille:
    """Return the consumption units of each foyer: first adult 1, others 0.5 from 14 years, 0.3 under (usage)."""
    regle = bareme("menage")["unites_consommation"]
    enfants = np.ma.asarray(colonnes["moins_14"])
    autres = _taille(colonnes) - 1 - enfants
    dixiemes = regle["premier_adulte"] + autres * regle["autre"] + enfants * regle["enfant"]
    return _par_menage(colonnes, dixiemes) / 10


def effort_brut(colonnes: Colonnes) -> Feuille:
    """Return the loyer over monthly net incomes before any aid, four decimals half up (CCH R.441-3-1)."""
    revenus = _par_menage(colonnes, np.ma.masked_equal(colonnes["net_mensuel"], 0))
    loyer = _par_menage(colonnes, np.ma.asarray(colonnes["loyer_cc"]))
    ratio: Feuille = (2 * loyer * PRECISION + revenus) // (2 * revenus) / PRECISION
    return ratio


def suroccupation(colonnes: Colonnes) -> Feuille:
    """Tell whether each dwelling is too small, strictly under the legal surface (CCH R.822-25)."""
    personnes = np.ma.asarray(colonnes["pour_pieces"])
    minimums = np.array([surface_minimale(max(n, 1)) for n in range(int(personnes.filled(0).max(initial=0)) + 1)])
    minimum = np.ma.MaskedArray(minimums[personnes.filled(0)], np.ma.getmaskarray(personnes))
    return _par_menage(colonnes, np.ma.asarray(colonnes["surface"]) < minimum)


def sous_occupation(colonnes: Colonnes, au: date) -> Feuille:
    """Tell whether the rooms of each dwelling exceed persons by more than the legal gap (CCH L.621-2)."""
    regle = version(bareme("occupation")["sous_occupation"]["versions"], au)
    trop = np.ma.asarray(colonnes["pieces_principales"]) - colonnes["pour_pieces"]
    excede = trop > (regle["ecart"] if regle else 0)
    return _par_menage(colonnes, np.ma.MaskedArray(excede, mask=regle is None, keep_mask=True))


def _taille(colonnes: Colonnes) -> Feuille:
    """Return the persons of each foyer."""
    return np.ma.asarray(colonnes["adultes"]) + colonnes["a_charge"]


def _rang(colonnes: Colonnes) -> Feuille:
    """Return the uncapped category: persons, one more for a bonus (never two)."""
    adultes, a_charge = np.ma.asarray(colonnes["adultes"]), np.ma.asarray(colonnes["a_charge"])
    parent_isole = (adultes == 1) & (a_charge > 0)
    jeune_menage = colonnes["couple"] & colonnes["jeune"] & (a_charge == 0) & (adultes == 2)
    rang: Feuille = adultes + a_charge + (parent_isole | jeune_menage | colonnes["handicap"])
    return rang


def _rang_pli(colonnes: Colonnes) -> Feuille:
    """Return the uncapped category of PLI, masked beyond two adults: its text has no row for them."""
    adultes, a_charge = np.ma.asarray(colonnes["adultes"]), np.ma.asarray(colonnes["a_charge"])
    rang = np.where(a_charge.data > 0, 2 + a_charge.data, adultes.data)
    return np.ma.MaskedArray(rang, np.ma.getmaskarray(adultes + a_charge) | (adultes.data > 2))


def _retenu(colonnes: Colonnes) -> Feuille:
    """Return min(N-2, N-1 and twelve months when at least 10 % lower), in whole cents."""
    n2 = np.ma.asarray(colonnes["rfr_n2"])
    numerateur, denominateur = Decimal(bareme("menage")["ressources"]["baisse"]).as_integer_ratio()
    plus_bas = n2
    for nom in ("rfr_n1", "douze_mois"):
        autre = np.ma.asarray(colonnes[nom])
        plus_bas = _plus_bas(plus_bas, np.ma.masked_where(autre * denominateur > n2 * numerateur, autre))
    return plus_bas


def _retenu_pli(colonnes: Colonnes) -> Feuille:
    """Return min(N-2, N-1 when known)."""
    return _plus_bas(np.ma.asarray(colonnes["rfr_n2"]), np.ma.asarray(colonnes["rfr_n1"]))


def _plus_bas(montant: Feuille, autre: Feuille) -> Feuille:
    """Return the lower of two amounts; the second counts only where it is known."""
    retenu = np.where(np.ma.getmaskarray(autre), montant.data, np.minimum(montant.data, autre.data))
    return np.ma.MaskedArray(retenu, np.ma.getmaskarray(montant))


def _plafond(colonnes: Colonnes, financement: str, au: date) -> Feuille:
    """Look the ceiling of each row up, masked without a zone or a published row."""
    rang = _rang_pli(colonnes) if financement == "PLI" else _rang(colonnes)
    zones = np.ma.filled(np.ma.asarray(colonnes["zone_pli" if financement == "PLI" else "zone_plafonds"]), INCONNUE)
    rangs = rang.filled(0)
    tables = np.full((len(zones_publiees()) + 1, int(rangs.max(initial=0)) + 1), INCONNUE, np.int64)
    for place, zone in enumerate(zones_publiees()):
        for un in range(tables.shape[1]):
            montant = plafond_rang(financement, au.year, zone, un)
            tables[place, un] = INCONNUE if montant is None else montant
    # The last row of the table, read by the rank -1, stands for an unknown zone.
    return np.ma.masked_equal(tables[zones, rangs], INCONNUE)


def _par_menage(colonnes: Colonnes, lignes: Feuille) -> Feuille:
    """Keep what all the rows of a household agree on; masked where a row is, or where two differ."""
    masque = np.ma.getmaskarray(lignes)
    if "lisible" in colonnes:
        masque = masque | ~colonnes["lisible"].astype(np.bool_)
    rangs = colonnes.get("menage")
    if rangs is None or not len(rangs):
        return np.ma.MaskedArray(lignes.data, masque)
    debuts = np.flatnonzero(np.concatenate(([True], rangs[1:] != rangs[:-1])))
    premiere = lignes.data[debuts]
    differe = lignes.data != np.repeat(premiere, np.diff(np.append(debuts, len(rangs))))
    return np.ma.MaskedArray(premiere, np.logical_or.reduceat(masque | differe, debuts))
