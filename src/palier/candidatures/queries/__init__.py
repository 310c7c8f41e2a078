"""Reads of this room that are used twice."""

from palier.candidatures.queries.explain import Explanation, explanation
from palier.candidatures.queries.figures import Reality, applicants, reality
from palier.candidatures.queries.landlord import LandlordView, RankedRow, Section, landlord_view, ranked
from palier.candidatures.queries.lists import (
    Followed,
    Movement,
    applicants_of,
    follow,
    followed,
    my_rank,
    with_applicants,
    with_place,
)
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
    "Condition",
    "Difference",
    "Explanation",
    "Followed",
    "LandlordView",
    "Movement",
    "Rang",
    "RankedRow",
    "Reality",
    "Section",
    "Status",
    "Verdict4",
    "applicants",
    "applicants_of",
    "conditions",
    "designator_name",
    "ending",
    "explanation",
    "follow",
    "followed",
    "landlord_view",
    "my_rank",
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
    "with_applicants",
    "with_place",
    "with_rank",
]
