"""Two small objects with a life cycle, their tables made in the test's own database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from django.db import connection, models

from palier.base.actor import Actor
from palier.base.ids import new_id
from palier.base.lifecycle import LifeCycle, Transition
from palier.base.models import Entity
from palier.coffre.fields import SealedField
from palier.journal.models import Stateful

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
BAILLEUR = Actor(new_id(), "bailleur", new_id())
DEMANDEUR = Actor(new_id(), "demandeur")


def life(name: str) -> LifeCycle:
    """ouverte -> fermee (bailleur, systeme) -> ouverte (bailleur); -> retiree (demandeur, with a reason)."""
    return LifeCycle(
        name=name,
        initial="ouverte",
        states=("ouverte", "fermee", "retiree"),
        labels={"ouverte": "ouverte", "fermee": "fermée", "retiree": "retirée"},
        transitions=(
            Transition("fermer", ("ouverte",), "fermee", ("bailleur", "systeme"), "Fermer"),
            Transition("rouvrir", ("fermee",), "ouverte", ("bailleur",), "Rouvrir"),
            Transition("retirer", ("ouverte", "fermee"), "retiree", ("demandeur",), "Retirer", reason=True),
        ),
        live=("ouverte", "fermee"),
    )


class Offre(Entity, Stateful):
    """An object without a person."""

    life = life("offre")
    field_classes: ClassVar[dict[str, str]] = {"id": "P0", "state": "P0", "state_since": "P0", "titre": "P0"}
    titre = models.CharField(max_length=40, default="")

    class Meta:
        app_label = "essais"
        db_table = "essais_offre"


class Candidature(Entity, Stateful):
    """An object about a person."""

    life = life("candidature")
    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0", "state": "P1", "state_since": "P1", "personne": "P1", "points": "P1",
        "identite": "P2", "note": "P8",
    }  # fmt: skip
    personne = models.UUIDField()
    points = models.IntegerField(default=0)
    identite = SealedField(default=dict)
    note = SealedField(null=True)

    class Meta:
        app_label = "essais"
        db_table = "essais_candidature"

    def person_id(self) -> UUID:
        """The person of the row."""
        return self.personne


MODELS = (Offre, Candidature)


def make_tables() -> None:
    """Create the tables in the current database."""
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)


@contextmanager
def as_owner_without_triggers() -> Iterator[None]:
    """What an intruder with the owner's rights could do: switch the triggers off."""
    with connection.cursor() as cursor:
        for table in ("journal_event", "journal_payload"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in ("journal_event", "journal_payload"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
