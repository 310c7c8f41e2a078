"""The three "delays" that must not be confused, each with its n, and what became of demandes: net and lived.

Mean delay of those housed counts winners only. Mean age of those waiting is that of a stock: long waits weigh more.
Stock over yearly flow is a duration only if nobody leaves and the queue is in balance. Kaplan-Meier says "if nobody
left"; Aalen-Johansen says what is lived, leaving included.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palier.chances.attente import MOIS_MAX
from palier.chances.delais.archives import Archives, archiver
from palier.chances.delais.gel import AN, candidatures_recentes
from palier.chances.delais.sorties import LOGE, presence, risques_par_age
from palier.chances.journal import MOIS, Journal, Reels

N_MINIMUM = 10
"""Below that many persons a mean is not given."""


@dataclass(frozen=True)
class Moyenne:
    """A mean number of months and how many persons it is the mean of; NaN below 10 of them."""

    mois: float
    n: int


@dataclass(frozen=True)
class Devenir:
    """Of the demandes deposited in one year, 36 months ago: where each stands. `dormantes` wait without applying."""

    n: int
    logees: int
    sorties: int
    attendent: int
    dormantes: int


@dataclass(frozen=True)
class Reperes:
    """What a territory may publish at an instant. Curves are shares by month since the deposit, 1 to 36."""

    loges: Moyenne  # delay of those housed here in the 12 months before
    attente: Moyenne  # age of those waiting
    stock: int
    flux: int  # housed here in the 12 months before
    stock_flux: float  # months; NaN without any housed
    nette: Reels  # housed, had nobody left otherwise
    vecue_loge: Reels
    vecue_sorti: Reels
    suivies: int
    devenir: Devenir


def reperes(journal: Journal, au: int) -> Reperes:
    """Return the landmarks of a territory from rows strictly before `au`."""
    return reperes_des_archives(archiver(journal), au)


def reperes_des_archives(archives: Archives, au: int) -> Reperes:
    """Return the landmarks from a journal already laid out."""
    quand, cause = archives.sortie
    deposee, actives = archives.premiere[1], archives.actives(au)
    loges = (cause == LOGE) & (quand < au) & (quand >= au - AN)
    stock, flux = len(actives), int(loges.sum())
    nette, vecue_loge, vecue_sorti, suivies = courbes_vecues(archives, au)
    return Reperes(
        loges=_moyenne((quand[loges] - deposee[loges]) / MOIS),
        attente=_moyenne((au - deposee[actives]) / MOIS),
        stock=stock,
        flux=flux,
        stock_flux=12.0 * stock / flux if flux else float("nan"),
        nette=nette,
        vecue_loge=vecue_loge,
        vecue_sorti=vecue_sorti,
        suivies=suivies,
        devenir=_devenir(archives, au),
    )


def _moyenne(mois: Reels) -> Moyenne:
    """Return a mean and its n."""
    return Moyenne(float(mois.mean()) if len(mois) >= N_MINIMUM else float("nan"), len(mois))


def courbes_vecues(archives: Archives, au: int, mois: int = MOIS_MAX) -> tuple[Reels, Reels, Reels, int]:
    """Return (net housed, lived housed, lived left, persons followed) by month since the deposit, late entries held."""
    exposes, loges, partis = risques_par_age(archives, au, mois)
    base = np.maximum(exposes, 1e-9)
    loge, parti = np.where(exposes > 0, loges / base, 0.0), np.where(exposes > 0, partis / base, 0.0)
    total = loge + parti
    reste = np.exp(-np.cumsum(total))
    perdu = np.concatenate(([1.0], reste[:-1])) - reste
    part = np.divide(loge, total, out=np.zeros(mois), where=total > 0)
    suivies = len(presence(archives, au)[0])
    return -np.expm1(-np.cumsum(loge)), np.cumsum(perdu * part), np.cumsum(perdu * (1 - part)), suivies


def _devenir(archives: Archives, au: int) -> Devenir:
    """Return what became of the demandes deposited between 42 and 30 months before, 36 months after the deposit each.

    Those deposited less than 36 months before are seen as they stand at `au`.
    """
    connue, deposee = archives.premiere
    quand, cause = archives.sortie
    debut = archives.journal.parametres.debut
    cohorte = np.flatnonzero((deposee >= max(au - 3.5 * AN, debut)) & (deposee < au - 2.5 * AN) & (connue < au))
    terme = np.minimum(deposee[cohorte] + 3 * AN, au)
    parti = quand[cohorte] < terme
    loge = parti & (cause[cohorte] == LOGE)
    dormante = ~parti & (candidatures_recentes(archives, au)[cohorte] == 0) & (quand[cohorte] >= au)
    return Devenir(
        n=len(cohorte),
        logees=int(loge.sum()),
        sorties=int((parti & ~loge).sum()),
        attendent=int((~parti).sum()),
        dormantes=int(dormante.sum()),
    )
