"""Work of the queue on demandes, one module a subject; each is imported here, or its tasks are unknown to the queue."""

from palier.demandes.tasks.calendar import (
    keep_calendar,
    send_code,
    send_expired,
    send_reminder,
    send_removed,
    send_renewal,
    send_renewed,
)
from palier.demandes.tasks.contestation import send_answer
from palier.demandes.tasks.employer import send_employeur_link, tell_signed
from palier.demandes.tasks.mails import send_filed, send_number
from palier.demandes.tasks.pieces import read_piece, resume_readings, send_to_mend, sweep_files
from palier.demandes.tasks.registre import send_each, send_exchange, send_existing
from palier.demandes.tasks.sharing import send_separated, send_shared

__all__ = [
    "keep_calendar",
    "read_piece",
    "resume_readings",
    "send_answer",
    "send_code",
    "send_each",
    "send_employeur_link",
    "send_exchange",
    "send_existing",
    "send_expired",
    "send_filed",
    "send_number",
    "send_reminder",
    "send_removed",
    "send_renewal",
    "send_renewed",
    "send_separated",
    "send_shared",
    "send_to_mend",
    "sweep_files",
    "tell_signed",
]
