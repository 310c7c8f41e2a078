"""Prove that the record is whole: every chain, head, payload and state, and the legality of each step.

Finds an edited, removed, reordered or truncated line. Faults are French lines for whoever runs `palier verifier`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction

from palier import coffre
from palier.base.lifecycle import LifeCycle
from palier.journal import chain
from palier.journal.models import Stateful, Verification, aggregate_of

FETCH = 5_000
KEPT_FAULTS = 20
"""How many faults a kept verification tells in words; all are counted."""
_LINES = f"""
SELECT {", ".join(f"e.{name}" for name in chain.FIELDS)}, p.event_id, p.person_id, p.blob
FROM journal_event e LEFT JOIN journal_payload p ON p.event_id = e.id
ORDER BY e.aggregate, e.aggregate_id, e.n
"""  # noqa: S608 - column names of our own
_ORPHANS = (
    "SELECT event_id FROM journal_payload p WHERE NOT EXISTS (SELECT 1 FROM journal_event e WHERE e.id = p.event_id)"
)
Key = tuple[str, UUID]


class Line(NamedTuple):
    """One event as stored, with its payload (`payload_id` is None when it has none)."""

    id: UUID
    aggregate: str
    aggregate_id: UUID
    n: int
    at: Any
    kind: str
    from_state: str
    to_state: str
    actor_id: UUID | None
    role: str
    organisation_id: UUID | None
    reason: str
    digest: str
    prev: str
    hash: str
    payload_id: UUID | None
    person_id: UUID | None
    blob: bytes | None


@dataclass
class Report:
    """What was counted, and the faults found (one French line each)."""

    lines: int = 0
    chains: int = 0
    rows: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """True when nothing is wrong."""
        return not self.faults


def _stateful(models: Iterable[Any] | None) -> list[Any]:
    found = apps.get_models() if models is None else models
    return [model for model in found if issubclass(model, Stateful)]


def _lines() -> Iterator[Line]:
    with connection.cursor() as plain:
        raw = plain.connection
        with raw.cursor(name="verifier") as cursor:
            cursor.itersize = FETCH
            cursor.execute(_LINES)
            for row in cursor:
                yield Line(*row)


def _heads() -> dict[Key, tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT aggregate, aggregate_id, n, hash FROM journal_chainhead")
        return {(name, key): (n, digest) for name, key, n, digest in cursor.fetchall()}


def _where(line: Line) -> str:
    return f"{line.aggregate} {line.aggregate_id}, ligne {line.n}"


def _check_links(lines: Sequence[Line]) -> Iterator[str]:
    prev = ""
    for expected, line in enumerate(lines, 1):
        if line.n != expected:
            yield f"{_where(line)} : numéro {expected} attendu, une ligne a été retirée ou déplacée."
            return
        if line.prev != prev:
            yield f"{_where(line)} : ne suit pas la ligne {line.n - 1}."
        if chain.line_hash(line) != line.hash:
            yield f"{_where(line)} : le contenu a été modifié."
        prev = line.hash


def _check_head(lines: Sequence[Line], head: tuple[int, str] | None) -> Iterator[str]:
    last = lines[-1]
    if head is None:
        yield f"{_where(last)} : la tête de chaîne manque."
    elif head[0] > last.n:
        yield f"{_where(last)} : la chaîne devrait aller jusqu'à la ligne {head[0]}, la fin a été retirée."
    elif head != (last.n, last.hash):
        yield f"{_where(last)} : la tête de chaîne ne correspond pas à la dernière ligne."


def _check_steps(lines: Sequence[Line], life: LifeCycle | None) -> Iterator[str]:
    state = ""
    for line in lines:
        if line.from_state != state:
            yield f"{_where(line)} : part de l'état « {line.from_state} », l'état était « {state} »."
        if life is not None and not _is_legal(line, life):
            step = f"« {line.from_state} » vers « {line.to_state} »"
            yield f"{_where(line)} : {step} n'est pas dans la table « {life.name} »."
        state = line.to_state


def _is_legal(line: Line, life: LifeCycle) -> bool:
    if not line.from_state:
        return line.to_state == life.initial
    if line.from_state == line.to_state and line.kind != f"{life.name}.{line.to_state}":
        return True  # an act without a change of state
    return life.leads(line.from_state, line.to_state)


def _opened(line: Line) -> Any:
    blob = bytes(line.blob or b"")
    if line.person_id is None:
        return json.loads(blob)
    return coffre.unseal(line.person_id, blob, aad=chain.payload_place(line.id))


def _check_payload(line: Line) -> str | None:
    if not line.digest:
        return f"{_where(line)} : une charge qui n'était pas annoncée." if line.payload_id else None
    if line.payload_id is None:
        return f"{_where(line)} : la charge manque."
    try:
        content = _opened(line)
        whole = chain.payload_digest(content["salt"], content["data"]) == line.digest
    except coffre.Destroyed:
        return None  # erased by right: the chain says nothing about it any more
    except (coffre.VaultError, ValueError, KeyError, TypeError):
        whole = False
    return None if whole else f"{_where(line)} : la charge a été modifiée."


def _check_rows(model: Any, last: dict[Key, str], report: Report) -> None:
    name = aggregate_of(model)
    seen = set()
    for pk, state in model._base_manager.values_list("pk", "state").iterator(chunk_size=FETCH):
        report.rows += 1
        seen.add((name, pk))
        told = last.get((name, pk))
        if told is None:
            report.faults.append(f"{name} {pk} : aucune ligne au journal.")
        elif told != state:
            report.faults.append(f"{name} {pk} : l'état est « {state} », le journal dit « {told} ».")
    for missing in sorted(key for key in last if key[0] == name and key not in seen):
        report.faults.append(f"{name} {missing[1]} : au journal, mais absent de sa table.")


def _persons() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT person_id FROM journal_payload WHERE person_id IS NOT NULL")
        return [row[0] for row in cursor.fetchall()]


def _check_chains(report: Report, lives: dict[str, LifeCycle]) -> dict[Key, str]:
    heads, last = _heads(), {}
    for key, group in groupby(_lines(), key=lambda line: (line.aggregate, line.aggregate_id)):
        lines = list(group)
        report.lines += len(lines)
        report.chains += 1
        report.faults += _check_links(lines)
        report.faults += _check_head(lines, heads.pop(key, None))
        report.faults += _check_steps(lines, lives.get(key[0]))
        report.faults += [fault for fault in map(_check_payload, lines) if fault]
        last[key] = lines[-1].to_state
    report.faults += [
        f"{name} {key} : toute la chaîne a été retirée ({n} lignes)." for (name, key), (n, _) in heads.items()
    ]
    return last


def whole_scans() -> None:
    """Have this transaction read whole tables only: old statistics suggest one look-up a line."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")


def verify(models: Iterable[Any] | None = None) -> Report:
    """Check the whole record, and the state of every row of the `Stateful` models (all installed ones by default)."""
    report = Report()
    checked = _stateful(models)
    lives = {model.life.name: model.life for model in checked}
    with transaction.atomic(), coffre.ring(_persons()):
        whole_scans()
        last = _check_chains(report, lives)
        for model in checked:
            _check_rows(model, last, report)
        with connection.cursor() as cursor:
            cursor.execute(_ORPHANS)
            report.faults += [f"charge {row[0]} : sa ligne manque au journal." for row in cursor.fetchall()]
    return report


def check(at: datetime) -> Verification:
    """Verify the whole record, and keep what was found."""
    report = verify()
    return Verification.objects.create(
        begun_at=at, lines=report.lines, chains=report.chains, rows=report.rows, faults=len(report.faults),
        first_faults=report.faults[:KEPT_FAULTS],
    )  # fmt: skip


def last_check() -> Verification | None:
    """The latest verification kept. One query."""
    return Verification.objects.order_by("-begun_at", "-id").first()
