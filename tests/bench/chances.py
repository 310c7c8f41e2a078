"""B6: the chance of a candidature, by the batch, against plain loops; the wait of a hundred thousand demandes."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from scipy.special import expit

from palier.chances import simulateur
from palier.chances.delais import predire_delais, tables_rejeu
from palier.chances.delais.archives import archiver
from palier.chances.delais.profils import Profils, profils_des_demandes
from palier.chances.lots import Fragilite, Lot, chances_lot
from tests import chances_oracle as oracle
from tests.bench.measure import Row, keep, pair

DEVANT, DERRIERE, LOT, BOUCLE = 30, 12, 1000, 5
DEMANDES = 100_000
FRAGILE = Fragilite(sigma_u=0.8, charge_u=0.35, noeuds=7)


def make_lot(cases: int) -> Lot:
    """Cases all of 30 ahead and 12 behind, 8 arrivals expected, a third of them ahead."""
    rng = np.random.default_rng(6)

    def side(height: int, low: float, high: float) -> list[np.ndarray]:
        logits = [rng.normal(-0.2, 0.4, (height, cases)) for _ in range(2)]
        return [*logits, rng.uniform(0.6, 1, (height, cases)), rng.uniform(low, high, (height, cases))]

    return Lot(
        *side(DEVANT, 0.5, 1), np.full(cases, DEVANT), *side(DERRIERE, 0, 0.5), np.full(cases, DERRIERE),
        np.full(cases, -0.2), np.full(cases, -0.2), rng.uniform(0.6, 1, cases), np.full(cases, 3), np.full(cases, 3),
        np.full(cases, 8.0), np.full(cases, 0.35), np.full(cases, 13.5), np.full(cases, 0.45), np.full(cases, 0.42),
    )  # fmt: skip


def looped(lot: Lot, column: int) -> float:
    """The same chance of one case, in plain loops."""
    total = 0.0
    for u, weight in zip(*FRAGILE.noeuds_u(), strict=True):

        def people(lp: np.ndarray, la: np.ndarray, c: np.ndarray, w: np.ndarray, u: float) -> list[oracle.Candidat]:
            p, alpha = expit(lp + FRAGILE.charge_u * u), c * expit(la + u)
            return list(zip(p.tolist(), alpha.tolist(), w.tolist(), strict=True))

        ahead = [getattr(lot, f"{name}_devant")[:, column] for name in ("logit_p", "logit_a", "c", "w")]
        behind = [getattr(lot, f"{name}_derriere")[:, column] for name in ("logit_p", "logit_a", "c", "w")]
        mine = lot.c_moi[column : column + 1]
        arrival = people(ahead[0].mean(keepdims=True), ahead[1].mean(keepdims=True), mine, np.full(1, 0.75), u[0])[0]
        total += weight * oracle.chance(
            people(*ahead, u[0]), people(*behind, u[0]), c_moi=mine[0],
            arrivees=lot.arrivees[column] * lot.part[column], forme=lot.forme[column], arrivant=arrival,
        )  # fmt: skip
    return float(total)


def one_by_one() -> list[Row]:
    lot, few = make_lot(LOT), range(BOUCLE)
    batch, loops = chances_lot(lot, FRAGILE, details=False).proba, [looped(lot, column) for column in few]
    if not np.allclose(batch[:BOUCLE], loops, rtol=0, atol=1e-12):
        raise AssertionError("batch and loops disagree on a chance")
    ours, base = pair(
        lambda: chances_lot(lot, FRAGILE, details=False), lambda: [looped(lot, column) for column in few], repeat=1
    )
    whole, _ = pair(lambda: chances_lot(lot, FRAGILE), lambda: None, repeat=1, rounds=3)
    ours, base, whole = ours / LOT * 1000, base / BOUCLE * 1000, whole / LOT * 1000
    what = f"{DEVANT} devant, {DERRIERE} derrière, arrivées, {FRAGILE.noeuds} nœuds"
    note = f"{whole:.3f} ms avec la fourchette et les quatre facteurs"
    return [
        Row("B6", f"une chance par lot de {LOT} : {what}", ours, "ms", 0.2, note=note),
        Row("B6", "une boucle simple, contre le lot", base / ours, "x", 20, at_least=True, note=f"{base:.2f} ms"),
    ]


def crowd(profils: Profils, count: int) -> Profils:
    """As many demandes as asked for, drawn from those of the territory, each with points of its own."""
    rng = np.random.default_rng(9)
    drawn = profils.lignes(rng.integers(0, len(profils), count))
    return drawn.avec(
        places=np.full(count, -1), points_hors_offre=drawn.points_hors_offre + rng.integers(0, 30, count),
        mois=drawn.mois + rng.integers(0, 12, count),
    )  # fmt: skip


def all_who_wait() -> list[Row]:
    journal = simulateur.simuler("metropole", graine=6, annees=2).journal
    au = journal.parametres.fin
    rejeu, archives = tables_rejeu(journal, au), archiver(journal)
    known = np.flatnonzero(np.bincount(journal.demandes.demande_i[journal.demandes.version_du < au]) > 0)
    profils = profils_des_demandes(archives, rejeu.gel, known, np.full(len(known), au))
    demandes = crowd(profils, DEMANDES)
    start = time.process_time()
    answers = predire_delais(rejeu, demandes)
    spent = time.process_time() - start
    pairs = int(answers.offres_rejouees.sum())
    note = f"{len(rejeu.offre)} offres rejouées, {pairs} insertions, courbes et quantiles compris"
    return [Row("B6", f"{DEMANDES} demandes × 5 horizons, un cœur", spent, "s", 90, note=note)]


if __name__ == "__main__":
    keep([*one_by_one(), *all_who_wait()], Path(sys.argv[1]))
