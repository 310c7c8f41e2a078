"""Which demande a person has now, and which code opens one at a counter."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from palier.accounts.models import User
from palier.base.actor import Actor
from palier.demandes import rules
from palier.demandes.models import CodeGuichet, Demande


def current_demande(user: User) -> Demande | None:
    """The demande that a person has now: the open one, else the last one removed. Its rows come prefetched."""
    found = Demande.objects.visible_to(user).prefetch_related("personnes", "communes", "pieces").order_by("-created_at")
    return found.open().first() or found.first()


def current_demande_id(user: User) -> UUID | None:
    """The id of the demande that `current_demande` gives, without its rows: what an act needs before it locks."""
    found = Demande.objects.visible_to(user).order_by("-created_at")
    return found.open().values_list("pk", flat=True).first() or found.values_list("pk", flat=True).first()


def opened_counter(demande_id: UUID, by: Actor, at: datetime) -> CodeGuichet | None:
    """The code that gives this agent the right to record pieces on this demande now, or None."""
    codes = CodeGuichet.objects.filter(demande_id=demande_id, ouvert_par=by.user_id, expire_le__gte=at)
    return next((code for code in codes if rules.is_open_counter(code, by, at)), None)
