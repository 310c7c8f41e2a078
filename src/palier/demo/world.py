"""What a seeding holds in memory: who acts, the rows made so far, and the history still to be written."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from palier.accounts.models import User
from palier.base.actor import Actor
from palier.demo.draw import Draw
from palier.demo.people import Menage
from palier.journal.bulk import Move, Note
from palier.organisations.models import Organisation
from palier.parc.models import Offre


@dataclass
class Team:
    """An organisation and the hats that act for it; `members` are those of its commission."""

    organisation: Organisation
    agent: Actor
    guichet: Actor | None = None
    members: list[User] = field(default_factory=list)

    @property
    def member(self) -> Actor:
        """The first member of the commission, who opens its sittings."""
        return Actor(self.members[0].pk, "membre_caleol", self.organisation.pk)


@dataclass
class Birth:
    """A row to insert in its initial state, with its first event."""

    obj: Any
    at: datetime
    by: Actor
    data: dict[str, Any] | None = None


@dataclass
class History:
    """Births, acts and changes, in any order; they are written kind by kind, each chain in the order of its hours."""

    births: dict[str, list[Birth]] = field(default_factory=lambda: defaultdict(list))
    plain: dict[type[Any], list[Any]] = field(default_factory=lambda: defaultdict(list))
    notes: list[Note] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)

    def born(self, obj: Any, at: datetime, by: Actor, data: dict[str, Any] | None = None) -> None:
        """A new row with a life cycle."""
        self.births[obj.life.name].append(Birth(obj, at, by, data))

    def add(self, obj: Any) -> None:
        """A new row without a life cycle."""
        self.plain[type(obj)].append(obj)

    def move(self, obj: Any, name: str, by: Actor, at: datetime, reason: str = "", **data: Any) -> None:
        """A change of state to be played."""
        self.moves.append(Move(obj, name, by, at, reason, data or None))

    def note(self, kind: str, obj: Any, by: Actor, at: datetime, **data: Any) -> None:
        """An act without a change of state, before any change of that row."""
        self.notes.append(Note(kind, obj, by, at, data=data or None))


@dataclass
class World:
    """Everything that one seeding knows."""

    draw: Draw
    bailleurs: list[Team] = field(default_factory=list)
    reservataire: Team | None = None
    menages: list[Menage] = field(default_factory=list)
    cast: dict[str, Menage] = field(default_factory=dict)
    staff: dict[str, User] = field(default_factory=dict)
    offres: list[tuple[Offre, str]] = field(default_factory=list)
    history: History = field(default_factory=History)
    by_demande: dict[UUID, Menage] = field(default_factory=dict)
    showcase: Offre | None = None

    def team_of(self, offre: Offre) -> Team:
        """The bailleur of an offre."""
        owner = offre.logement.programme.bailleur_id
        return next(team for team in self.bailleurs if team.organisation.pk == owner)

    def designator(self, offre: Offre) -> Actor:
        """Who designates on an offre: the réservataire of the dwelling, or its bailleur."""
        if offre.logement.reservataire_id and self.reservataire is not None:
            return self.reservataire.agent
        return self.team_of(offre).agent
