"""How the person wants to be told, and the telephone that a code confirms."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from uuid import UUID

from palier import coffre
from palier.base import limits
from palier.base.actor import Actor
from palier.base.refusal import Refused
from palier.demandes.actions.common import NBSP, held, refuse_closed
from palier.demandes.enums import UsageLien
from palier.demandes.models import Demande, Lien
from palier.journal.mover import act, record

SCOPE, CALENDAR_SCOPE = "telephone", "calendrier"
DIGITS = 6


def international(typed: str) -> str:
    """« 06 12 34 56 78 » as `+33612345678`. Refused when it is not a number that a text can reach."""
    plain = re.sub(r"[\s.\-()\u00a0\u202f]", "", typed)
    number = re.sub(r"^(?:00|\+)", "+", plain) if plain.startswith(("00", "+")) else re.sub(r"^0", "+33", plain)
    if not re.fullmatch(r"\+\d{8,15}", number, re.ASCII):
        raise Refused(
            "telephone",
            f"«{NBSP}{typed[:40]}{NBSP}» n'est pas un numéro de téléphone.",
            field="Téléphone",
            value=typed[:40],
            mend=f"Exemple{NBSP}: 06 12 34 56 78, ou +32 470 12 34 56 hors de France.",
            status=422,
        )
    return number


def same_number(one: str, other: str) -> bool:
    """True when both are written differently for one telephone."""
    try:
        return one == other or international(one) == international(other)
    except Refused:
        return False


@act
def choose_notices(*, demande_id: UUID, sms: bool, by: Actor, at: datetime) -> Demande:
    """Whether reminders also come by text. Mail always stays: the notice of renewal is due in writing (R.441-2-7)."""
    demande = held(demande_id, by, "alerte.gerer")
    if sms and demande.telephone_confirme_le is None:
        raise Refused("telephone", "Votre téléphone n'est pas confirmé.", mend="Demandez un code, puis recopiez-le.")
    demande.preferences = {**demande.preferences, "sms": sms}
    demande.save(update_fields=["preferences"])
    record("demande.preferences", demande, by=by, at=at, data={"sms": sms})
    return demande


@act
def send_phone_code(*, demande_id: UUID, telephone: str, by: Actor, at: datetime) -> Demande:
    """A code of six digits by text to this number. The former code stops working; a few a day at most."""
    demande = held(demande_id, by, "alerte.gerer")
    refuse_closed(demande)
    number = international(telephone)
    sent = Lien.objects.filter(demande=demande, usage=UsageLien.TELEPHONE)
    if sent.filter(cree_le__gt=at - limits.duration("journee")).count() >= limits.value("telephone_envois"):
        raise Refused(
            "telephone_envois",
            "Plusieurs codes vous ont déjà été envoyés aujourd'hui.",
            mend="Attendez demain, ou gardez les courriels seuls.",
            status=429,
        )
    sent.filter(utilise_le=None).update(expire_le=at)
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    lien = Lien(
        titulaire_id=demande.titulaire_id,
        demande=demande,
        usage=UsageLien.TELEPHONE,
        cree_le=at,
        expire_le=at + limits.duration("telephone_code"),
        contenu={"telephone": number, "code": code},
    )
    lien.code_index = coffre.blind_index(f"{lien.pk}{code}", scope=SCOPE)
    lien.save()
    record("demande.telephone_code", demande, by=by, at=at, data={"lien": str(lien.pk)})
    return demande


@act
def confirm_phone(*, demande_id: UUID, code: str, by: Actor, at: datetime) -> bool:
    """The code that arrived: the number is confirmed and texts are on. False for a wrong one, which is counted."""
    demande = held(demande_id, by, "alerte.gerer")
    waiting = Lien.objects.filter(demande=demande, usage=UsageLien.TELEPHONE, utilise_le=None, expire_le__gt=at)
    lien = waiting.order_by("-cree_le").first()
    if lien is None or lien.essais >= limits.value("telephone_essais"):
        return False
    typed = re.sub(r"\s", "", code)[:20]
    if coffre.blind_index(f"{lien.pk}{typed}", scope=SCOPE) != lien.code_index:
        lien.essais += 1
        lien.save(update_fields=["essais"])
        record("demande.telephone_refuse", demande, by=by, at=at, tell=False)
        return False
    lien.utilise_le = at
    lien.save(update_fields=["utilise_le"])
    said = lien.contenu or {}
    demande.contact = {**(demande.contact or {}), "telephone": said["telephone"]}
    demande.telephone_confirme_le = at
    demande.preferences = {**demande.preferences, "sms": True}
    demande.save(update_fields=["contact", "telephone_confirme_le", "preferences"])
    record("demande.telephone_confirme", demande, by=by, at=at)
    return True


@act
def open_calendar(*, demande_id: UUID, by: Actor, at: datetime) -> str:
    """A secret address for an agenda, said once; the former one stops working. It holds dates, never a fact."""
    demande = held(demande_id, by, "alerte.gerer")
    refuse_closed(demande)
    close_calendar(demande_id=demande_id, by=by, at=at)
    token = secrets.token_urlsafe(32)
    Lien.objects.create(
        titulaire_id=demande.titulaire_id,
        demande=demande,
        usage=UsageLien.CALENDRIER,
        code_index=coffre.blind_index(token, scope=CALENDAR_SCOPE),
        cree_le=at,
        expire_le=at + limits.duration("calendrier"),
    )
    record("demande.calendrier_ouvert", demande, by=by, at=at)
    return token


@act
def close_calendar(*, demande_id: UUID, by: Actor, at: datetime) -> None:
    """No agenda reads the dates any more."""
    demande = held(demande_id, by, "alerte.gerer")
    if Lien.objects.filter(demande=demande, usage=UsageLien.CALENDRIER, expire_le__gt=at).update(expire_le=at):
        record("demande.calendrier_ferme", demande, by=by, at=at)
