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
from palier.demandes.tasks.mails import send_filed, send_number
from palier.demandes.tasks.registre import ask_number_again

__all__ = [
    "ask_number_again",
    "keep_calendar",
    "send_answer",
    "send_code",
    "send_expired",
    "send_filed",
    "send_number",
    "send_reminder",
    "send_removed",
    "send_renewal",
    "send_renewed",
]
