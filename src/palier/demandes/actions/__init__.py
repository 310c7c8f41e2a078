"""The acts on a demande: the only writers of its rows. Keyword-only; `by` and `at` always given."""

from palier.base.refusal import explain_constraint
from palier.demandes.actions.contestation import answer_contestation, contest, examine_contestation
from palier.demandes.actions.counter import issue_counter_code, note_wrong_code, open_counter, record_number
from palier.demandes.actions.draft import open_demande, save_answer, save_step
from palier.demandes.actions.employer import (
    Attested,
    cancel_employeur_link,
    give_employeur_code,
    invite_employeur,
    sign_attestation,
)
from palier.demandes.actions.filing import radiate_demande, renounce_demande, submit_demande
from palier.demandes.actions.imports import give_existing_number, import_demande
from palier.demandes.actions.joining import join_pair, keep_both, other_party
from palier.demandes.actions.opening import journal_damage
from palier.demandes.actions.pieces import (
    Stored,
    discard,
    explain_piece,
    keep_files,
    store_file,
    withdraw_own_piece,
)
from palier.demandes.actions.reading import begin_reading, end_reading
from palier.demandes.actions.registre import send_due, send_waiting
from palier.demandes.actions.reminders import remind_due
from palier.demandes.actions.renewal import is_quiet, lapse_due, reactivate_demande, renew_demande
from palier.demandes.actions.sharing import invite_codemandeur, join_demande, save_part, separate_demande
from palier.demandes.actions.telephone import (
    CALENDAR_SCOPE,
    choose_notices,
    close_calendar,
    confirm_phone,
    international,
    open_calendar,
    send_phone_code,
)

__all__ = [
    "CALENDAR_SCOPE",
    "Attested",
    "Stored",
    "answer_contestation",
    "begin_reading",
    "cancel_employeur_link",
    "choose_notices",
    "close_calendar",
    "confirm_phone",
    "contest",
    "discard",
    "end_reading",
    "examine_contestation",
    "explain_piece",
    "give_employeur_code",
    "give_existing_number",
    "import_demande",
    "international",
    "invite_codemandeur",
    "invite_employeur",
    "is_quiet",
    "issue_counter_code",
    "join_demande",
    "join_pair",
    "journal_damage",
    "keep_both",
    "keep_files",
    "lapse_due",
    "note_wrong_code",
    "open_calendar",
    "open_counter",
    "open_demande",
    "other_party",
    "radiate_demande",
    "reactivate_demande",
    "record_number",
    "remind_due",
    "renew_demande",
    "renounce_demande",
    "save_answer",
    "save_part",
    "save_step",
    "send_due",
    "send_phone_code",
    "send_waiting",
    "separate_demande",
    "sign_attestation",
    "store_file",
    "submit_demande",
    "withdraw_own_piece",
]

explain_constraint(
    "demande_une_par_titulaire",
    code="demande_deja_ouverte",
    detail="Vous avez déjà une demande en cours.",
    mend="Ouvrez « Ma demande » pour la continuer.",
)
explain_constraint(
    "demande_numero_unique",
    code="numero_deja_suivi",
    detail="Ce numéro unique est déjà suivi dans un autre compte.",
    mend="Connectez-vous avec l'adresse de ce compte, ou demandez un nouveau mot de passe.",
)
