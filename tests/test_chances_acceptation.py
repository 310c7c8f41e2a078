"""Estimates on one simulated territory, against what only the simulation knows; three and more in `make preuves`."""

import numpy as np
import pytest

from tests import chances_proof as proof

KIND, SEED = proof.TERRITORIES[0]


@pytest.fixture(scope="module")
def run() -> object:
    return proof.Territory(KIND, SEED).run()


@pytest.fixture(scope="module")
def found(run) -> proof.Chances:
    return proof.chances(run, 2000)


@pytest.fixture(scope="module")
def waited(run) -> proof.Waits:
    return proof.waits(run, 500, 40)


def test_promises_hold_on_one_territory(found, waited):
    """Deciles and calibration are judged on territories pooled: one has its own future and strays farther.

    With 2 000 questions in 12 groups, chance alone makes an ECE of some 0.02.
    """
    gates = proof.gates([found], [waited])
    alone = {"decile": 0.06, "ECE": 0.03}
    pooled = {word: next(gate.value for gate in gates if word in gate.promise) for word in alone}
    missed = [gate.row() for gate in gates if not gate.kept and not any(word in gate.promise for word in alone)]
    assert missed == []
    assert all(pooled[word] < bound for word, bound in alone.items()), pooled


def test_chances_beat_the_rank_and_the_number(found):
    assert len(found.proba) >= 2000
    error = np.mean((found.proba - found.outcome) ** 2)
    assert error < np.mean((found.logistic - found.outcome) ** 2) - 0.005
    assert error < np.mean((found.rank - found.outcome) ** 2) - 0.005


def test_a_promise_that_is_missed_is_seen():
    wrong = proof.Chances(*[np.full(50, 0.5), np.zeros(50)], *[np.full(50, 0.1)] * 2, np.zeros(50, dtype=bool))
    curve = np.tile(np.linspace(0.5, 1, 36), (50, 1))
    late = proof.Waits(curve, np.full(50, 36.0), np.ones(50), np.full(50, 2.0), 0.01, 0.01)
    assert not any(gate.kept for gate in proof.gates([wrong], [late]))
