"""What a state change must satisfy, and how it is told: shared by the mover and its bulk variants."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from palier.base.actor import Actor
from palier.base.lifecycle import Transition
from palier.base.refusal import NBSP, Refused
from palier.journal.chain import Draft
from palier.journal.models import Event, aggregate_of, person_of

_REASON = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,59}", re.ASCII)
_KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+", re.ASCII)


def find(obj: Any, name: str) -> Transition:
    """The transition of this name in the object's table. LookupError when the code names none."""
    transition: Transition = obj.life.transition(name)
    return transition


def check(obj: Any, transition: Transition, by: Actor, reason: str) -> None:
    """Refuse what the table does not list: the state, the role, a missing reason (French sentences)."""
    if by.role not in transition.who:
        raise Refused(
            "role_refuse",
            f"«{NBSP}{transition.label}{NBSP}» n'est pas ouvert au rôle sous lequel vous agissez.",
            mend="Changez de rôle, ou demandez à une personne qui l'a.",
            motifs=(by.role,),
            status=403,
        )
    if obj.state not in transition.sources:
        raise Refused(
            "etat_refuse",
            f"«{NBSP}{transition.label}{NBSP}» n'est plus possible{NBSP}: "
            f"l'état est «{NBSP}{obj.life.label(obj.state)}{NBSP}».",
            mend="Rechargez la page pour voir où l'on en est.",
            motifs=(obj.state,),
        )
    if transition.reason and not reason:
        raise Refused(
            "motif_absent",
            f"«{NBSP}{transition.label}{NBSP}» demande un motif.",
            field="motif",
            mend="Choisissez un motif dans la liste.",
            status=422,
        )


def checked_reason(reason: str) -> str:
    """A reason is a code of a dated list, never free text (promises.md D16). ValueError otherwise."""
    if reason and not _REASON.fullmatch(reason):
        raise ValueError("a reason is a code such as « ressources_hors_plafond », never free text")
    return reason


def check_changes(obj: Any, changes: Mapping[str, Any]) -> None:
    """`changes` names fields of the object, never its state. ValueError otherwise."""
    known = {name for each in obj._meta.concrete_fields for name in (each.name, each.attname)}
    wrong = (set(changes) - known) | (set(changes) & {"state", "state_since", obj._meta.pk.name})
    if wrong:
        raise ValueError(f"{obj._meta.label}: changes cannot hold {sorted(wrong)}")


def new_draft(
    obj: Any, kind: str, *, by: Actor, at: datetime, states: tuple[str, str] = ("", ""), reason: str = "",
    data: Mapping[str, Any] | None = None, tell: bool = True,
) -> Draft:  # fmt: skip
    """An event about `obj`, not yet numbered. ValueError for a naive instant or a malformed kind."""
    if at.tzinfo is None:
        raise ValueError("an event needs an aware instant")
    if not _KIND.fullmatch(kind):
        raise ValueError(f"{kind!r} is not a kind such as « candidature.deposee »")
    event = Event(
        aggregate=aggregate_of(obj), aggregate_id=obj.pk, at=at, kind=kind, from_state=states[0], to_state=states[1],
        actor_id=by.user_id, role=by.role, organisation_id=by.organisation_id, reason=checked_reason(reason),
    )  # fmt: skip
    return Draft(event, dict(data) if data else None, person_of(obj), tell)
