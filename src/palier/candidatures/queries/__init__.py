"""Reads of this room that are used twice."""

from palier.candidatures.queries.ranks import (
    Rang,
    points_if_applied,
    rank,
    rank_if_applied,
    rank_of,
    ranks_if_applied,
    ranks_of,
    with_rank,
)
from palier.candidatures.queries.verdicts import INDETERMINE, MAIS, NON, OUI, Verdict4, verdict

__all__ = [
    "INDETERMINE",
    "MAIS",
    "NON",
    "OUI",
    "Rang",
    "Verdict4",
    "points_if_applied",
    "rank",
    "rank_if_applied",
    "rank_of",
    "ranks_if_applied",
    "ranks_of",
    "verdict",
    "with_rank",
]
