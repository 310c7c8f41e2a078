"""One key row per person; destroying the key is erasure, in backups too (promises.md D10)."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class PersonKey(models.Model):
    """The key of one person, wrapped by the KEK; a destroyed key leaves its dated row, without bytes."""

    field_classes: ClassVar[dict[str, str]] = {
        "person_id": "P7",
        "wrapped": "P7",
        "kek_id": "P7",
        "made_at": "P7",
        "destroyed_at": "P7",
    }

    person_id = models.UUIDField(primary_key=True, editable=False)
    wrapped = models.BinaryField(null=True)
    kek_id = models.CharField(max_length=16)
    made_at = models.DateTimeField(db_default=Now())
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=True) ^ models.Q(destroyed_at__isnull=True),
                name="personkey_destroyed_has_no_bytes",
            )
        ]

    def __str__(self) -> str:
        return str(self.person_id)
