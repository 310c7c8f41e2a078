"""A perimeter, counted: what a longer travel brings, too wide or too narrow, the checkpoint, the missing points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.special import pdtr

from palier.chances.delais.profils import Profils
from palier.chances.delais.rejeu import Rejeu
from palier.chances.delais.reponses import predire_delais
from palier.chances.delais.risques import Insertions, inserer
from palier.chances.journal import Entiers, Reels, Vrais

LIMITES = (20, 30, 40, 50, 60)
TROP_ETROIT = 1 / 36
"""Hazard a month: less than one proposition expected in three years."""
TROP_LARGE = 1 / 3
"""Share of the hazard that lies in communes already refused, from which a perimeter is said too wide. A choice."""
MOINS_QUE_PREVU = 0.05


@dataclass(frozen=True)
class Zone:
    """What a limit of travel gives. The means are those of the propositions expected; NaN when none is.

    `statut` and `moins_de12` are those of an answer on delays: what may be said of `p12`.
    """

    limite: int
    communes: tuple[str, ...]
    p12: float
    trajet: float
    loyer: float
    statut: str
    offres: int
    moins_de12: float


def risques_par_commune(rejeu: Rejeu, profils: Profils) -> tuple[dict[str, float], Insertions]:
    """Return the monthly hazard of each commune in the perimeter of one person, at the points of today."""
    paires = inserer(rejeu, profils)
    logs = paires.logs(profils.rythme[paires.i])[0] / rejeu.couverture / 12
    par_commune = np.bincount(rejeu.commune[paires.o], weights=logs, minlength=len(rejeu.communes))
    return {nom: float(par_commune[place]) for place, nom in enumerate(rejeu.communes)}, paires


def zones(
    rejeu: Rejeu, profils: Profils, minutes: Mapping[str, float], limites: Sequence[int] = LIMITES
) -> tuple[Zone, ...]:
    """Return, for one person and each limit of travel, the chance at 12 months and what would be expected there.

    Every commune within the limit is taken, in the perimeter or not; a commune of unknown travel is left out.
    """
    return tuple(_zone(rejeu, profils, minutes, limite) for limite in limites)


def _zone(rejeu: Rejeu, profils: Profils, minutes: Mapping[str, float], limite: int) -> Zone:
    """Return what one limit gives."""
    communes = tuple(nom for nom in rejeu.communes if nom in minutes and minutes[nom] <= limite)
    elargi = avec_communes(profils, communes)
    dit = predire_delais(rejeu, elargi)
    _, paires = risques_par_commune(rejeu, elargi)
    poids = paires.logs(elargi.rythme[paires.i])[0]
    trajets = np.array([minutes.get(rejeu.communes[c], np.nan) for c in rejeu.commune[paires.o]])
    return Zone(
        limite, communes, float(dit.p12[0]), _moyenne(trajets, poids), _moyenne(rejeu.loyer[paires.o], poids),
        str(dit.statut[0]), int(dit.offres_rejouees[0]), float(dit.moins_de12[0]),
    )  # fmt: skip


def avec_communes(profils: Profils, communes: tuple[str, ...]) -> Profils:
    """Return the same person with other communes."""
    return profils.avec(communes=(communes,) * len(profils))


def _moyenne(valeurs: Reels, poids: Reels) -> float:
    """Return the weighted mean of the known values, NaN without any weight."""
    connues: Vrais = ~np.isnan(valeurs)
    total = poids[connues].sum()
    return float(poids[connues] @ valeurs[connues] / total) if total > 0 else float("nan")


def alertes(par_commune: Mapping[str, float], refusees: Sequence[str] = ()) -> tuple[str, ...]:
    """Return `trop_etroit` and `trop_large` where they hold, from monthly hazards by commune and communes refused."""
    total = sum(par_commune.values())
    etroit = ("trop_etroit",) if total < TROP_ETROIT else ()
    perdu = sum(par_commune.get(nom, 0.0) for nom in set(refusees))
    return etroit + (("trop_large",) if total > 0 and perdu / total > TROP_LARGE else ())


def point_etape(vues: int, attendues: float) -> tuple[float, str]:
    """Return P(X <= vues) for a Poisson of that mean, and the verdict: `normal` or `moins` (1 chance in 20 at most)."""
    if np.isnan(attendues) or attendues < 0:
        raise ValueError(f"attendues : {attendues} n'est pas un nombre d'annonces.")
    if vues < 0:
        raise ValueError(f"vues : {vues} n'est pas un nombre d'annonces.")
    p = float(pdtr(vues, attendues))
    return p, "moins" if p <= MOINS_QUE_PREVU else "normal"


def attendues(rejeu: Rejeu, profils: Profils, mois: float) -> Reels:
    """Return how many offres of each perimeter `mois` months bring, at the rate of the replay."""
    masques = rejeu.perimetres(profils.communes, profils.typologies, profils.financements)
    combien: Entiers = masques.convient(rejeu.commune, rejeu.typologie, rejeu.financement).sum(axis=1)
    return combien / rejeu.couverture * mois / 12


def points_manquants(liste: Sequence[float], mes_points: float, places: int) -> float:
    """Return the points short of standing among the first `places` of a list of others; 0 when already there.

    Equal points go to the older demande: to be sure, one needs more than the person of that place; the shortfall is
    the gap itself, reached from above.
    """
    if np.isnan(mes_points):
        raise ValueError("mes_points : une valeur manque.")
    devant = np.sort(np.asarray(liste, dtype=np.float64))[::-1]
    return float(max(devant[places - 1] - mes_points, 0.0)) if len(devant) >= places else 0.0


def mois_pour(points: float, *, anciennete: float, par_mois: float, plafond: float) -> int | None:
    """Return the whole months after which seniority alone brings these points; None when its ceiling comes first."""
    if points <= 0:
        return 0
    if par_mois <= 0:
        return None
    mois = ceil(points / par_mois - 1e-9)
    return mois if anciennete + mois <= plafond + 1e-9 else None
