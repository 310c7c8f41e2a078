"""What the past says of a commission: who had gone before their turn says nothing of it."""

from dataclasses import replace

import numpy as np
import pytest

from palier.chances.ajustement.matiere import matiere
from palier.chances.journal import JOUR, Sorties
from tests.chances_petit import JOUR_0, candidature, evenement, journal, offre

DECIDED = JOUR_0 + 30 * JOUR


@pytest.mark.parametrize(
    ("gone", "examined", "answered"),
    [(DECIDED - JOUR, [1, 2], [0, 2]), (DECIDED + JOUR, [0, 1, 2], [2]), (None, [0, 1, 2], [2])],
    ids=["gone before the turn", "gone after", "still there"],
)
def test_who_had_gone_is_no_refusal_of_the_commission_and_no_yes(gone, examined, answered):
    persons = [(f"D{i}", JOUR_0, JOUR_0 - 100 * JOUR, 1) for i in range(3)]
    small = journal(
        offres=[offre("O1")],
        demandes=persons,
        candidatures=[candidature(f"C{i}", 0, i, JOUR_0 + JOUR) for i in range(3)],
        evenements=[
            evenement(DECIDED, 0, 0, "non_attribue"),
            evenement(DECIDED, 0, 1, "non_attribue"),
            evenement(DECIDED, 0, 2, "attribue"),
            evenement(DECIDED + JOUR, 0, 2, "accepte"),
        ],
        debut=JOUR_0,
    )
    who = np.array([0] if gone else [], dtype=np.int64)
    small = replace(small, sorties=Sorties(who, np.full(len(who), gone or 0), np.zeros(len(who), dtype=np.int64)))
    past = matiere(small, DECIDED + 9 * JOUR)
    assert np.flatnonzero(past.examinees()).tolist() == examined
    assert np.flatnonzero(past.repondues()).tolist() == answered
    assert np.flatnonzero(past.acceptees).tolist() == [2]
    assert not matiere(small, DECIDED).examinees().any()
