"""The acts of the attribution: the only writers of this room. Keyword-only, `by` and `at` always given."""

from palier.attributions.actions.baux import prepare_bail, release_demande, renounce, sign_bail, withdraw_offre
from palier.attributions.actions.commission import (
    Choice,
    close_seance,
    convene_seance,
    open_seance,
    prepare_seance,
    record_decisions,
    sign_seance,
)
from palier.attributions.actions.designation import declare_fruitless, designate, record_contact, skip_rank
from palier.attributions.actions.propositions import (
    answer_proposition,
    cancel_proposition,
    expire_due,
    expire_proposition,
    lift_condition,
    remind,
    remind_due,
    send_proposition,
    settle_offre,
)
from palier.attributions.actions.results import count_delays, publish_result, publish_results
from palier.attributions.actions.reunion import join_demandes

__all__ = [
    "Choice",
    "answer_proposition",
    "cancel_proposition",
    "close_seance",
    "convene_seance",
    "count_delays",
    "declare_fruitless",
    "designate",
    "expire_due",
    "expire_proposition",
    "join_demandes",
    "lift_condition",
    "open_seance",
    "prepare_bail",
    "prepare_seance",
    "publish_result",
    "publish_results",
    "record_contact",
    "record_decisions",
    "release_demande",
    "remind",
    "remind_due",
    "renounce",
    "send_proposition",
    "settle_offre",
    "sign_bail",
    "sign_seance",
    "skip_rank",
    "withdraw_offre",
]
