"""Work of the queue on demandes, one module a subject; each is imported here, or its tasks are unknown to the queue."""

from palier.demandes.tasks.mails import send_filed, send_number
from palier.demandes.tasks.registre import ask_number_again

__all__ = ["ask_number_again", "send_filed", "send_number"]
