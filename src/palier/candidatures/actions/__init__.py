"""Acts on candidatures: the only writers of this room."""

from palier.candidatures.actions.changes import (
    declare_change,
    declare_changes,
    give_code,
    record_piece,
    recote_demande,
    withdraw_piece,
)
from palier.candidatures.actions.closing import (
    build_classement,
    close_candidatures,
    close_due,
    close_offre,
    close_other_candidatures,
    end,
    withdraw_offre,
)
from palier.candidatures.actions.filing import (
    check_may_apply,
    cote,
    new_candidature,
    pseudonym,
    submit_candidature,
    withdraw_candidature,
)
from palier.candidatures.actions.holding import hold_live
from palier.candidatures.actions.parts import declare_part, declare_separation
from palier.candidatures.actions.recounting import renew_grille
from palier.candidatures.actions.traces import note_rank_seen, note_seen
from palier.candidatures.rules import digest

__all__ = [
    "build_classement",
    "check_may_apply",
    "close_candidatures",
    "close_due",
    "close_offre",
    "close_other_candidatures",
    "cote",
    "declare_change",
    "declare_changes",
    "declare_part",
    "declare_separation",
    "digest",
    "end",
    "give_code",
    "hold_live",
    "new_candidature",
    "note_rank_seen",
    "note_seen",
    "pseudonym",
    "record_piece",
    "recote_demande",
    "renew_grille",
    "submit_candidature",
    "withdraw_candidature",
    "withdraw_offre",
    "withdraw_piece",
]
