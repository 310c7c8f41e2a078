"""Abstract models, and the one concrete table of this floor: the offset of the clock."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from palier.base.ids import new_id


class Entity(models.Model):
    """A row with a UUIDv7. Every concrete model declares the class P0…P8 of each of its fields (promises.md D2)."""

    field_classes: ClassVar[dict[str, str]]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class ClockOffset(models.Model):
    """How far the platform's clock stands from real time: one row, demo and tests only."""

    field_classes: ClassVar[dict[str, str]] = {"id": "P0", "offset": "P0"}

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    offset = models.DurationField(default=timedelta(0))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="clockoffset_single_row")]

    def __str__(self) -> str:
        return str(self.offset)
