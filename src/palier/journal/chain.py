"""The chain: drafts of events become numbered, hashed lines at the end of an act, heads locked last.

Numbers come from the locked head row, never from a sequence. The payload's digest is salted, the salt
lies with the payload: once that is erased the chain says nothing about it and still verifies.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from palier import coffre
from palier.base import limits
from palier.journal import events
from palier.journal.models import ChainHead, Event, Payload

FIELDS = ("id", "aggregate", "aggregate_id", "n", "at", "kind", "from_state", "to_state", "actor_id", "role",
          "organisation_id", "reason", "digest", "prev", "hash")  # fmt: skip
Head = tuple[int, str]
_HEADS = """
INSERT INTO journal_chainhead (key, aggregate, aggregate_id, n, hash)
SELECT a || ':' || i, a, i, 0, '' FROM unnest(%s::text[], %s::uuid[]) AS given(a, i) ORDER BY 1
ON CONFLICT (key) DO UPDATE SET n = journal_chainhead.n RETURNING key, n, hash
"""
_ADVANCE = """
UPDATE journal_chainhead AS head SET n = given.n, hash = given.hash
FROM unnest(%s::text[], %s::int[], %s::text[]) AS given(key, n, hash) WHERE head.key = given.key
"""


@dataclass
class Draft:
    """An event to append, what it carries, whose data it is, and whether anybody is told."""

    event: Event
    data: dict[str, Any] | None
    person_id: UUID | None
    tell: bool


def canonical(value: object) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8: the bytes that are hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    isoformat = getattr(value, "isoformat", None)
    if isoformat is None:
        raise TypeError(f"{type(value).__name__} cannot be journaled: give text, numbers, dates or ids")
    return str(isoformat())


def head_key(aggregate: str, aggregate_id: UUID) -> str:
    """The key of a chain's head row."""
    return f"{aggregate}:{aggregate_id}"


def line_hash(event: Event | Any) -> str:
    """SHA-256 (64 hexadecimal digits) over everything the line says, previous hash included."""
    said = (
        str(event.id), event.aggregate, str(event.aggregate_id), event.n, _plain(event.at), event.kind,
        event.from_state, event.to_state, str(event.actor_id or ""), event.role, str(event.organisation_id or ""),
        event.reason, event.digest, event.prev,
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(map(str, said)).encode()).hexdigest()


def payload_digest(salt: str, data: object) -> str:
    """Salted SHA-256 of a payload."""
    return hashlib.sha256(salt.encode() + canonical(data)).hexdigest()


def payload_place(event_id: UUID) -> str:
    """The additional data that bind a sealed payload to its event."""
    return f"journal.payload|{event_id}|blob"


def _payloads(drafts: Sequence[Draft]) -> list[Payload]:
    carrying = [draft for draft in drafts if draft.data]
    contents: list[dict[str, Any]] = []
    for draft in carrying:
        salt = secrets.token_hex(16)
        data = json.loads(canonical(draft.data))
        draft.event.digest = payload_digest(salt, data)
        contents.append({"salt": salt, "data": data})
    owned = [
        (d.person_id, c, payload_place(d.event.id)) for d, c in zip(carrying, contents, strict=True) if d.person_id
    ]
    sealed = iter(coffre.seal_many(owned))
    return [
        Payload(event_id=d.event.id, person_id=d.person_id, blob=next(sealed) if d.person_id else canonical(c))
        for d, c in zip(carrying, contents, strict=True)
    ]


def _locked_heads(drafts: Iterable[Draft]) -> dict[str, Head]:
    wanted = sorted({(draft.event.aggregate, draft.event.aggregate_id) for draft in drafts})
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, [[name for name, _ in wanted], [key for _, key in wanted]])
        return {key: (n, digest) for key, n, digest in cursor.fetchall()}


def _number(drafts: Iterable[Draft], heads: dict[str, Head]) -> None:
    for draft in drafts:
        event = draft.event
        key = head_key(event.aggregate, event.aggregate_id)
        n, event.prev = heads[key]
        event.n = n + 1
        event.hash = line_hash(event)
        heads[key] = event.n, event.hash


def _insert(events_: list[Event]) -> None:
    if len(events_) < limits.value("copy_from"):
        Event.objects.bulk_create(events_)
        return
    statement = f"COPY journal_event ({', '.join(FIELDS)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for event in events_:
            copy.write_row([getattr(event, name) for name in FIELDS])


def _advance(heads: dict[str, Head]) -> None:
    keys = list(heads)
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [keys, [heads[key][0] for key in keys], [heads[key][1] for key in keys]])


def flush(drafts: list[Draft]) -> None:
    """Append all drafts of an act in their order, then queue what listens to them; same transaction."""
    if not drafts:
        return
    payloads = _payloads(drafts)
    heads = _locked_heads(drafts)
    _number(drafts, heads)
    _insert([draft.event for draft in drafts])
    Payload.objects.bulk_create(payloads, batch_size=5_000)
    _advance(heads)
    events.dispatch([draft.event for draft in drafts if draft.tell])
    drafts.clear()


def payload_of(event: Event) -> dict[str, Any]:
    """What the event carried; empty when nothing. `coffre.Destroyed` once the person was erased."""
    row = Payload.objects.filter(pk=event.id).first()
    if row is None:
        return {}
    if row.person_id is None:
        content = json.loads(bytes(row.blob))
    else:
        content = coffre.unseal(row.person_id, bytes(row.blob), aad=payload_place(event.id))
    data: dict[str, Any] = content["data"]
    return data


def payloads_of(wanted: Q) -> dict[UUID, dict[str, Any]]:
    """What the events of this condition on payloads carried, by event: one query, and one for the keys.

    `coffre.Destroyed` once a person was erased.
    """
    rows = list(Payload.objects.filter(wanted))
    asked = [(row.person_id, bytes(row.blob), payload_place(row.event_id)) for row in rows if row.person_id]
    opened = iter(coffre.unseal_many(asked))
    contents = [next(opened) if row.person_id else json.loads(bytes(row.blob)) for row in rows]
    return {row.event_id: content["data"] for row, content in zip(rows, contents, strict=True)}


__all__ = [
    "ChainHead", "Draft", "canonical", "flush", "head_key", "line_hash", "payload_digest", "payload_of", "payloads_of",
]  # fmt: skip
