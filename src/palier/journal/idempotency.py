"""An act from outside happens once: key, effect, event, outbox rows and answer in one transaction (NL-1)."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection

from palier import coffre
from palier.base import limits
from palier.base.actor import Actor
from palier.base.ids import new_id
from palier.base.refusal import Refused
from palier.journal.models import Idempotency
from palier.journal.scope import LOCK_NOT_AVAILABLE, run, sqlstate

MAXIMUM_KEY = 200
_CLAIM = """
INSERT INTO journal_idempotency (id, actor_id, scope, key, digest, at, status, location, body)
VALUES (%s, %s, %s, %s, %s, %s, NULL, '', '') ON CONFLICT (actor_id, scope, key) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back, and kept: HTTP status, exact bytes, and where a new object is."""

    status: int
    body: bytes = b""
    location: str = ""


class KeyReused(Refused):
    """The same key came with another body."""

    def __init__(self) -> None:
        super().__init__(
            "cle_reutilisee",
            "Cette clé a déjà servi pour un autre contenu.",
            field="cle",
            mend="Rechargez la page, ou donnez une nouvelle clé à ce nouvel envoi.",
            status=422,
        )


class KeyBusy(Refused):
    """The first sending of this key is still being done."""

    def __init__(self) -> None:
        super().__init__(
            "cle_occupee",
            "Le premier envoi de cette action est encore en cours.",
            mend="Patientez quelques secondes, puis renvoyez la même action.",
        )


def _claim(row: Idempotency) -> bool:
    values = [row.id, row.actor_id, row.scope, row.key, row.digest, row.at]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{limits.value('lock_wait')}ms"])
            cursor.execute(_CLAIM, values)
            return cursor.fetchone() is not None
    except OperationalError as error:
        if sqlstate(error) == LOCK_NOT_AVAILABLE:
            raise KeyBusy from error
        raise


def _place(row: Idempotency) -> str:
    return f"journal.idempotency|{row.id}|body"


def _keep(row: Idempotency, answer: Answer) -> None:
    body = answer.body
    if body and row.actor_id is not None:
        body = coffre.seal(row.actor_id, {"body": base64.b64encode(body).decode()}, aad=_place(row))
    Idempotency.objects.filter(pk=row.id).update(status=answer.status, location=answer.location, body=body)


def _kept(row: Idempotency) -> Answer:
    body = bytes(row.body)
    if body and row.actor_id is not None:
        body = base64.b64decode(coffre.unseal(row.actor_id, body, aad=_place(row))["body"])
    return Answer(row.status or 0, body, row.location)


def _earlier(row: Idempotency, at: datetime) -> Answer | None:
    same: dict[str, Any] = {"actor_id": row.actor_id, "scope": row.scope, "key": row.key}
    found = Idempotency.objects.select_for_update().get(**same)
    if found.at + limits.duration("idempotency") <= at:
        found.delete()
        return None
    if found.digest != row.digest:
        raise KeyReused
    return _kept(found)


def recall(key: str, *, by: Actor, scope: str, body: bytes, at: datetime) -> Answer | None:
    """The answer kept for an act already done with this key and body; None when there is none."""
    since = at - limits.duration("idempotency")
    found = Idempotency.objects.filter(actor_id=by.user_id, scope=scope[:200], key=key, at__gt=since).first()
    if found is None or found.status is None or found.digest != hashlib.sha256(body).hexdigest():
        return None
    return _kept(found)


def checked_key(key: str) -> str:
    """A usable key: 1 to 200 printable ASCII characters. Refused (422) otherwise."""
    if 1 <= len(key) <= MAXIMUM_KEY and key.isascii() and key.isprintable():
        return key
    raise Refused(
        "cle_invalide",
        "La clé d'envoi manque ou ne se lit pas.",
        field="cle",
        mend=f"Donnez de 1 à {MAXIMUM_KEY} caractères ASCII, par exemple un UUID.",
        status=422,
    )


def once(key: str, *, by: Actor, scope: str, body: bytes, at: datetime, work: Callable[[], Answer]) -> Answer:
    """Do `work` once for (author, scope, key) and keep its answer for 30 days; scope is « METHOD path ».

    Same key and body: the kept answer, byte for byte. Other body: KeyReused (422). In parallel the second
    waits for the first, at most 2 s, then KeyBusy (409). A refused act keeps nothing and may be sent again.
    """
    digest = hashlib.sha256(body).hexdigest()
    checked_key(key)

    def attempt() -> Answer:
        row = Idempotency(id=new_id(), actor_id=by.user_id, scope=scope[:200], key=key, digest=digest, at=at)
        if not _claim(row):
            earlier = _earlier(row, at)
            if earlier is not None:
                return earlier
            _claim(row)
        answer = work()
        _keep(row, answer)
        return answer

    return run(attempt)


def purge(at: datetime) -> int:
    """Delete the answers whose delay is over; returns how many."""
    return Idempotency.objects.filter(at__lte=at - limits.duration("idempotency")).delete()[0]
