"""The sixteen steps of the housing aid, for one family in one zone (CCH D.823-16, D.823-17); cents a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from palier.droit.bareme import bareme, version

CENT = Decimal(100)


@dataclass(frozen=True)
class Situation:
    """What the steps read: zone 1 to 3, family, yearly resources in cents, handicap of someone."""

    au: date
    zone: str
    couple: bool
    a_charge: int
    ressources: int
    handicap: bool


@dataclass(frozen=True)
class Etapes:
    """The steps of one aid, in cents a month; `part` is what is left of the aid of a dear dwelling, 0 to 1."""

    loyer: int
    plafond: int
    charges: int
    participation: int
    part: Decimal
    rls: int
    aide: int


def ressources_arrondies(centimes: Decimal) -> int:
    """Return yearly resources in cents, rounded up to the next hundred euros (CCH D.823-17)."""
    pas = bareme("aide_logement")["champ"]["arrondi_ressources"] * CENT
    return int((centimes / pas).to_integral_value(ROUND_CEILING) * pas)


def etapes(situation: Situation, loyer_hc: int) -> Etapes:
    """Return the aid of a dwelling, step by step (CCH D.823-16, D.823-17)."""
    plafond = _famille(_ligne("plafonds_loyer", situation, situation.zone), situation)
    loyer = min(Decimal(loyer_hc), plafond)
    charges = _charges(situation)
    participation = _participation(situation, loyer, charges)
    brut = max(Decimal(0), loyer + charges - participation)
    brut = brut if brut >= _ligne("seuil_versement", situation)["valeur"] * CENT else Decimal(0)
    part = _part(situation, loyer_hc, plafond)
    rls = reduction(situation)
    return Etapes(
        loyer=int(loyer),
        plafond=int(plafond),
        charges=int(charges),
        participation=int(_arrondi(participation)),
        part=part,
        rls=rls,
        aide=_net(situation, _arrondi(brut * part), rls),
    )


def borne_haute(situation: Situation, loyer_hc: int | None) -> int:
    """Return in cents an amount that the aid never exceeds, when the loyer may be any, None (CCH D.823-16)."""
    plafond = _famille(_ligne("plafonds_loyer", situation, situation.zone), situation)
    charges = _charges(situation)
    loyer = plafond if loyer_hc is None else min(Decimal(loyer_hc), plafond)
    forfait = _ligne("participation_minimale", situation)["valeur"] * CENT
    brut = max(Decimal(0), loyer + charges - forfait - _taux_famille(situation) * _au_dela(situation))
    part = Decimal(1) if loyer_hc is None else _part(situation, loyer_hc, plafond)
    return _net(situation, _arrondi(brut * part), 0)


def reduction(situation: Situation) -> int:
    """Return the reduction of loyer of the month in cents, 0 when not due (CCH L.442-2-1)."""
    plafonds = version(bareme("aide_logement")["rls_plafond"][f"zone_{situation.zone}"], situation.au)
    montants = version(bareme("aide_logement")["rls"][f"zone_{situation.zone}"], situation.au)
    if plafonds is None or montants is None or Decimal(situation.ressources) / 12 >= _famille(plafonds, situation):
        return 0
    return int(_famille(montants, situation))


def _ligne(nom: str, situation: Situation, zone: str | None = None) -> Mapping[str, Any]:
    """Return the row in force of a dated table, of a zone when the table has zones."""
    return _en_vigueur(nom, situation.au, zone)


@lru_cache(maxsize=1024)
def _en_vigueur(nom: str, au: date, zone: str | None) -> Mapping[str, Any]:
    """Return the row in force on a day; a list of offres asks for the same ones again and again."""
    en_vigueur = version(bareme("aide_logement")[nom]["versions" if zone is None else f"zone_{zone}"], au)
    if en_vigueur is None:
        raise ValueError(f"no row of {nom} on {au}")
    return en_vigueur


def _pour_famille(ligne: Mapping[str, Any], situation: Situation) -> Decimal:
    """Return the cell of a family: `seul`, `couple`, `pac_n`, then one `supplement` for each person beyond."""
    if situation.a_charge == 0:
        return Decimal(ligne["couple" if situation.couple else "seul"])
    dernier = sum(cle.startswith("pac_") for cle in ligne)
    base = Decimal(ligne[f"pac_{min(situation.a_charge, dernier)}"])
    return base + max(0, situation.a_charge - dernier) * Decimal(ligne["supplement"])


def _famille(ligne: Mapping[str, Any], situation: Situation) -> Decimal:
    """Return the amount of a family, in cents."""
    return _pour_famille(ligne, situation) * CENT


def _charges(situation: Situation) -> Decimal:
    """Return the fixed charges in cents: real ones do not count."""
    ligne = _ligne("forfait_charges", situation)
    return Decimal(ligne["menage"] + situation.a_charge * ligne["supplement"]) * CENT


def _taux_famille(situation: Situation) -> Decimal:
    """Return the share of resources asked from a family; many persons never make it negative."""
    return max(Decimal(0), _pour_famille(_ligne("taux_famille", situation), situation))


def _au_dela(situation: Situation) -> Decimal:
    """Return the yearly resources beyond those that ask nothing, in cents."""
    return max(Decimal(0), situation.ressources - _famille(_ligne("ressources_exonerees", situation), situation))


def _taux_loyer(situation: Situation, loyer: Decimal) -> Decimal:
    """Return the share of resources added by the loyer, beside the ceiling of zone 2."""
    regle = bareme("aide_logement")["taux_loyer"]
    reference = _famille(_ligne("plafonds_loyer", situation, str(regle["zone_reference"])), situation)
    rapport = _arrondi(loyer / reference, regle["decimales_rapport"])
    tranches = _ligne("taux_loyer", situation)["tranches"]
    fins = [*(tranche["debut"] for tranche in tranches[1:]), max(rapport, tranches[-1]["debut"])]
    somme = sum(
        tranche["taux"] * max(Decimal(0), min(rapport, fin) - tranche["debut"])
        for tranche, fin in zip(tranches, fins, strict=True)
    )
    return _arrondi(Decimal(somme), regle["decimales_taux"])


def _participation(situation: Situation, loyer: Decimal, charges: Decimal) -> Decimal:
    """Return what the household pays by itself, in cents."""
    forfait = _ligne("participation_minimale", situation)["valeur"] * CENT
    minimum = max(bareme("aide_logement")["participation_minimale"]["taux"] * (loyer + charges), forfait)
    taux = _taux_famille(situation) + _taux_loyer(situation, loyer)
    return Decimal(minimum + taux * _au_dela(situation))


def _part(situation: Situation, loyer_hc: int, plafond: Decimal) -> Decimal:
    """Return what is left of the aid when the loyer is far beyond its ceiling; all of it with a handicap."""
    ligne = _ligne("degressivite", situation, situation.zone)
    debut, fin = plafond * ligne["debut"], plafond * ligne["fin"]
    if situation.handicap:
        return Decimal(1)
    return min(Decimal(1), max(Decimal(0), 1 - Decimal((loyer_hc - debut) / (fin - debut))))


def _net(situation: Situation, brut: Decimal, rls: int) -> int:
    """Return the paid aid in cents, whole euros: less the fixed cut, the share of the reduction and the CRDS."""
    minore = max(Decimal(0), brut - _ligne("minoration", situation)["valeur"] * CENT)
    apres_rls = max(Decimal(0), minore - bareme("aide_logement")["rls"]["fraction"] * rls)
    apres_crds = (apres_rls * (1 - _ligne("crds", situation)["taux"])).to_integral_value(ROUND_FLOOR)
    return int((apres_crds / CENT).to_integral_value(ROUND_FLOOR) * CENT)


def _arrondi(valeur: Decimal, decimales: int = 0) -> Decimal:
    """Round half up."""
    return valeur.quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP)
