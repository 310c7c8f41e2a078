"""Reads of this room that are used twice."""

from palier.candidatures.queries.explain import Explanation, Lever, explanation
from palier.candidatures.queries.figures import Reality, reality
from palier.candidatures.queries.impact import Impact, Moved, compare, picture
from palier.candidatures.queries.lists import (
    Followed,
    candidats_of,
    follow,
    followed,
    my_rank,
    with_candidats,
    with_place,
)
from palier.candidatures.queries.movements import Movement, Reasons, Recounted, movements
from palier.candidatures.queries.presented import BailleurView, RankedRow, Section, bailleur_view, ranked
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
from palier.candidatures.queries.replay import Difference, recount, replay
from palier.candidatures.queries.status import Status, designator_name, ending, status_line
from palier.candidatures.queries.verdicts import INDETERMINE, MAIS, NON, OUI, Condition, Verdict4, conditions, verdict

__all__ = [
    "INDETERMINE",
    "MAIS",
    "NON",
    "OUI",
    "BailleurView",
    "Condition",
    "Difference",
    "Explanation",
    "Followed",
    "Impact",
    "Lever",
    "Moved",
    "Movement",
    "Rang",
    "RankedRow",
    "Reality",
    "Reasons",
    "Recounted",
    "Section",
    "Status",
    "Verdict4",
    "bailleur_view",
    "candidats_of",
    "compare",
    "conditions",
    "designator_name",
    "ending",
    "explanation",
    "follow",
    "followed",
    "movements",
    "my_rank",
    "picture",
    "points_if_applied",
    "rank",
    "rank_if_applied",
    "rank_of",
    "ranked",
    "ranks_if_applied",
    "ranks_of",
    "reality",
    "recount",
    "replay",
    "status_line",
    "verdict",
    "with_candidats",
    "with_place",
    "with_rank",
]
