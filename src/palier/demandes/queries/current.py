"""Which demande a person has now, and which code opens one at a counter."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from palier.accounts.models import User
from palier.base.actor import Actor
from palier.demandes import rules
from palier.demandes.models import CodeGuichet, Demande, Doublon, Echange

UNTOLD = Echange.objects.filter(demande=OuterRef("pk")).exclude(state="envoye")
ALIKE = Doublon.objects.filter(
    Q(ancienne=OuterRef("pk")) | Q(recente=OuterRef("pk")), state__in=Doublon.life.live
)  # fmt: skip


def current_demande(user: User) -> Demande | None:
    """The demande that a person has now: the open one, else the last one removed. Its rows come prefetched.

    It says without a query more whether something waits for the register (`non_dit`) or looks like it (`ressemble`).
    """
    found = Demande.objects.visible_to(user).prefetch_related("personnes", "communes", "pieces").order_by("-created_at")
    found = found.annotate(non_dit=Exists(UNTOLD), ressemble=Exists(ALIKE))
    return found.open().first() or found.first()


def current_demande_id(user: User) -> UUID | None:
    """The id of the demande that `current_demande` gives, without its rows: what an act needs before it locks."""
    found = Demande.objects.visible_to(user).order_by("-created_at")
    return found.open().values_list("pk", flat=True).first() or found.values_list("pk", flat=True).first()


def opened_counter(demande_id: UUID, by: Actor, at: datetime) -> CodeGuichet | None:
    """The code that gives this agent the right to record pieces on this demande now, or None."""
    codes = CodeGuichet.objects.filter(demande_id=demande_id, ouvert_par=by.user_id, expire_le__gte=at)
    return next((code for code in codes if rules.is_open_counter(code, by, at)), None)
