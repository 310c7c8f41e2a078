"""What the guided tour needs to know: who may sign in, with which code now, and which offre the story is about."""

from __future__ import annotations

import time
from dataclasses import dataclass

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from palier.attributions.models import Proposition
from palier.candidatures.models import Candidature
from palier.demo.credentials import Account, read_accounts
from palier.demo.draw import NOW
from palier.parc.models import Offre

HEROINE, PROPOSED = "ines@palier.example", "thomas@palier.example"


@dataclass(frozen=True)
class Guest:
    """One account of the cast, its one-time code of this instant ("" when it needs none), and how long it lasts."""

    compte: Account
    code: str
    secondes: int


def guests() -> list[Guest]:
    """The cast with the codes of this instant; empty when this installation was not seeded."""
    period = int(app_settings.TOTP_PERIOD)
    left = period - int(time.time()) % period
    return [Guest(each, code_of(each.totp_secret), left) for each in read_accounts()]


def code_of(secret: str) -> str:
    """The one-time code of now, "" without a secret."""
    if not secret:
        return ""
    counter = int(time.time()) // int(app_settings.TOTP_PERIOD)
    return str(format_hotp_value(hotp_value(secret, counter)))


def showcase() -> Offre | None:
    """The offre of the story: the first to close of those that Inès applied to."""
    mine = Candidature.objects.filter(demande__titulaire__email=HEROINE, offre__cloture_le__gt=NOW)
    first = mine.order_by("offre__cloture_le").values_list("offre_id", flat=True).first()
    return Offre.objects.with_place().filter(pk=first).first() if first else None


def proposition() -> Proposition | None:
    """Thomas's proposition."""
    mine = Proposition.objects.filter(candidature__demande__titulaire__email=PROPOSED)
    return mine.select_related("offre__logement__programme__commune").order_by("envoyee_le").first()
