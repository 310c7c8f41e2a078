"""The append-only record: what happened (chained), what was said of it (sealed), who looked, and kept answers.

Ids only, never a foreign key. Rows of `append_only` models are never changed: triggers refuse it, and the
application's database role has no right to try.
"""

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from palier.base.ids import new_id
from palier.base.lifecycle import LifeCycle


def append_only_triggers(name: str) -> list[pgtrigger.Trigger]:
    """Triggers that refuse UPDATE, DELETE and TRUNCATE on a table."""
    refuse = "RAISE EXCEPTION 'journal: append only (% on %)', TG_OP, TG_TABLE_NAME;"
    return [
        pgtrigger.Protect(name=f"{name}_rows", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{name}_table",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=refuse,
        ),
    ]


class Stateful(models.Model):
    """A row with a life cycle. `palier.journal.mover` alone writes its state."""

    life: ClassVar[LifeCycle]

    state = models.CharField(max_length=32, editable=False)
    state_since = models.DateTimeField(editable=False)

    class Meta:
        abstract = True

    @property
    def state_label(self) -> str:
        """The French name of the state."""
        return self.life.label(self.state)

    @property
    def is_live(self) -> bool:
        """True while the object still counts."""
        return self.state in self.life.live


class Event(models.Model):
    """One line of one object's chain: number `n`, previous hash, own hash. Ids and codes only."""

    append_only: ClassVar[bool] = True
    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "id",
            "aggregate",
            "aggregate_id",
            "n",
            "at",
            "kind",
            "from_state",
            "to_state",
            "actor_id",
            "role",
            "organisation_id",
            "reason",
            "digest",
            "prev",
            "hash",
        ),
        "P1",
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    aggregate = models.CharField(max_length=40)
    aggregate_id = models.UUIDField()
    n = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32, blank=True)
    actor_id = models.UUIDField(null=True)
    role = models.CharField(max_length=20)
    organisation_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    prev = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["aggregate", "aggregate_id", "n"], name="event_one_number")]
        indexes = [models.Index(fields=["kind", "at"], name="event_kind_at")]
        triggers = append_only_triggers("event")

    def __str__(self) -> str:
        return f"{self.aggregate} {self.aggregate_id} n° {self.n} {self.kind}"


class Payload(models.Model):
    """What an event carried, beside the chain so that it can be erased: sealed when it is about a person."""

    append_only: ClassVar[bool] = True
    field_classes: ClassVar[dict[str, str]] = {"event_id": "P1", "person_id": "P1", "blob": "P6"}

    event_id = models.UUIDField(primary_key=True, editable=False)
    person_id = models.UUIDField(null=True)
    blob = models.BinaryField()

    class Meta:
        triggers = append_only_triggers("payload")

    def __str__(self) -> str:
        return str(self.event_id)


class ChainHead(models.Model):
    """The last number and hash of one object's chain; its row lock gives out the numbers."""

    field_classes: ClassVar[dict[str, str]] = {
        "key": "P1",
        "aggregate": "P1",
        "aggregate_id": "P1",
        "n": "P1",
        "hash": "P1",
    }

    key = models.CharField(primary_key=True, max_length=80, editable=False)
    aggregate = models.CharField(max_length=40)
    aggregate_id = models.UUIDField()
    n = models.PositiveIntegerField()
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["aggregate", "aggregate_id"], name="chainhead_one_per_object")]

    def __str__(self) -> str:
        return f"{self.key} n° {self.n}"


class AccessLine(models.Model):
    """Who looked at what, under which hat and why. The table is cut by months (see `partitions`)."""

    append_only: ClassVar[bool] = True
    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "id",
            "at",
            "actor_id",
            "role",
            "organisation_id",
            "relation",
            "purpose",
            "aggregate",
            "object_id",
            "person_id",
            "classes",
        ),
        "P1",
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    role = models.CharField(max_length=20)
    organisation_id = models.UUIDField(null=True)
    relation = models.CharField(max_length=30)
    purpose = models.CharField(max_length=60)
    aggregate = models.CharField(max_length=40)
    object_id = models.UUIDField()
    person_id = models.UUIDField(null=True)
    classes = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["person_id", "-at"], name="accessline_person")]
        triggers = append_only_triggers("accessline")

    def __str__(self) -> str:
        return f"{self.role} → {self.aggregate} {self.object_id}"


class Idempotency(models.Model):
    """The kept answer of one act from outside, for 30 days; the body is sealed when it is somebody's."""

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P1",
        "actor_id": "P1",
        "scope": "P1",
        "key": "P7",
        "digest": "P1",
        "at": "P1",
        "status": "P1",
        "location": "P1",
        "body": "P6",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor_id = models.UUIDField(null=True)
    scope = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    location = models.CharField(max_length=500, blank=True)
    body = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor_id", "scope", "key"], name="idempotency_one_answer", nulls_distinct=False
            ),
            models.CheckConstraint(condition=~Q(key=""), name="idempotency_key_given"),
        ]
        indexes = [models.Index(fields=["at"], name="idempotency_at")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class Verification(models.Model):
    """What one verification of the whole record found; the first faults in words, ids only."""

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        ("id", "begun_at", "lines", "chains", "rows", "faults", "first_faults"), "P0"
    )

    id = models.BigAutoField(primary_key=True)
    begun_at = models.DateTimeField()
    lines = models.PositiveBigIntegerField()
    chains = models.PositiveBigIntegerField()
    rows = models.PositiveBigIntegerField()
    faults = models.PositiveIntegerField()
    first_faults = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["-begun_at"], name="verification_latest")]

    def __str__(self) -> str:
        return f"vérification {self.begun_at:%Y-%m-%d}"


def aggregate_of(obj: Any) -> str:
    """The name of an object's chain: its life cycle's, else its model's."""
    life = getattr(obj, "life", None)
    return str(life.name) if life is not None else str(obj._meta.model_name)


def person_of(obj: Any) -> Any:
    """The person the object is about (`person_id()`), or None."""
    method = getattr(obj, "person_id", None)
    return method() if callable(method) else method
