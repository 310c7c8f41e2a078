"""The frailty of a dwelling: what its candidates share and no advert says.

A bad dwelling goes deeper down its list, so that averages over all who were reached count it too often. Spread, load,
slopes and shifts are therefore estimated together, by marginal likelihood over nine Gauss-Hermite nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit, logsumexp

from palier.chances.lots import Fragilite
from palier.chances.nombres import Entiers, Reels, noeuds_gauss

NOEUDS = 9
CENTRES = np.array([np.log(0.7), 0.35, 1.0, 0.0, 1.0, 0.0])
LARGEURS = np.array([0.5, 0.3, 0.3, np.inf, 0.3, np.inf])
"""Weak priors on (log sigma, charge, pente_p, saut_p, pente_a, saut_a); the shifts are free."""


@dataclass(frozen=True)
class Observations:
    """Outcomes of one kind: the dwelling of each row (0..n-1), its logit, its outcome."""

    groupe: Entiers
    eta: Reels
    y: Reels


def _par_offre(obs: Observations, groupes: int, pente: float, saut: float, u: Reels) -> tuple[Reels, Reels, Reels]:
    """Return, by dwelling and node: log-likelihood, sum of the residuals, sum of residual times logit."""
    eta = (pente * obs.eta + saut)[:, None] + u
    residus = obs.y[:, None] - expit(eta)
    somme = csr_array((np.ones(obs.y.size), (obs.groupe, np.arange(obs.y.size))), shape=(groupes, obs.y.size))
    return (
        somme @ (obs.y[:, None] * eta - np.logaddexp(0.0, eta)),
        somme @ residus,
        somme @ (residus * obs.eta[:, None]),
    )


def moins_log_vraisemblance(theta: Reels, p: Observations, a: Observations, groupes: int) -> tuple[float, Reels]:
    """Return minus the penalised marginal log-likelihood and its gradient.

    theta = (log sigma, charge, pente_p, saut_p, pente_a, saut_a).
    """
    x, poids = noeuds_gauss(NOEUDS)
    u = np.exp(theta[0]) * x
    vrais_p, residus_p, leviers_p = _par_offre(p, groupes, theta[2], theta[3], theta[1] * u)
    vrais_a, residus_a, leviers_a = _par_offre(a, groupes, theta[4], theta[5], u)
    par_noeud = np.log(poids) + vrais_p + vrais_a
    total = logsumexp(par_noeud, axis=1)
    part = np.exp(par_noeud - total[:, None])
    gradient = [
        (part * u * (theta[1] * residus_p + residus_a)).sum(),
        (part * u * residus_p).sum(),
        (part * leviers_p).sum(),
        (part * residus_p).sum(),
        (part * leviers_a).sum(),
        (part * residus_a).sum(),
    ]
    ecarts = (theta - CENTRES) / LARGEURS
    valeur = -total.sum() + 0.5 * float(ecarts @ ecarts)
    return float(valeur), -np.array(gradient) + ecarts / LARGEURS


def fragilite(p: Observations, a: Observations, groupes: int) -> Fragilite:
    """Estimate by a gradient method from the prior: a simplex started at zero would not move the shifts."""
    trouve = minimize(
        moins_log_vraisemblance, CENTRES, args=(p, a, groupes), jac=True, method="L-BFGS-B",
        bounds=[(-3.0, 1.5), (-1.0, 2.0), (0.2, 2.0), (None, None), (0.2, 2.0), (None, None)],
        options={"ftol": 1e-12, "gtol": 1e-6, "maxiter": 200},
    )  # fmt: skip
    log_sigma, charge, pente_p, saut_p, pente_a, saut_a = (float(v) for v in trouve.x)
    return Fragilite(float(np.exp(log_sigma)), charge, pente_p, saut_p, pente_a, saut_a)
