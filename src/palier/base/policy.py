"""The one policy table (promises.md D1, section 2): `policy.toml` read once; what is not listed is refused.

A row is (role, relation) -> field classes per verb, and acts. Verbs: `read` and `write` open whole fields;
the narrow ones (`masked`, `pixels`, `band`, `need`, `state`, `initials`, `total`, `commune`, `pseudonym`)
only say that a derived value may be shown. Relations are computed by each app at each request.
"""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any, TypeVar

from palier.base.actor import ROLES

FIELD_CLASSES = tuple(f"P{number}" for number in range(10))
VERBS = ("read", "write", "masked", "pixels", "band", "need", "state", "initials", "total", "commune", "pseudonym")
MARK = "palier_policy"
OPEN_PREFIXES = ("/statique/", "/static/", "/compte/")
"""Path prefixes whose views come from libraries (static files, allauth): open, and checked by their own rules."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Row:
    """What one role may do in one relation."""

    role: str
    relation: str
    verbs: dict[str, frozenset[str]]
    acts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Policy:
    """The mark a view carries: the act it performs and the roles that may ask for it."""

    act: str
    roles: frozenset[str]

    def admits(self, role: str) -> bool:
        """True when this role may call the view at all; the relation is checked on the object."""
        return role in self.roles


def _row(raw: dict[str, Any]) -> Row:
    unknown = set(raw) - {"role", "relation", "acts"} - set(VERBS)
    classes = {verb: frozenset(raw[verb]) for verb in VERBS if verb in raw}
    bad = frozenset().union(*classes.values()) - set(FIELD_CLASSES)
    if unknown or bad or raw["role"] not in ROLES:
        raise ValueError(f"policy.toml: {raw['role']}/{raw['relation']}: unknown {sorted(unknown | bad) or 'role'}")
    return Row(raw["role"], raw["relation"], classes, frozenset(raw.get("acts", ())))


def _load() -> tuple[dict[tuple[str, str], Row], frozenset[str], frozenset[str]]:
    raw = tomllib.loads(resources.files("palier.base").joinpath("policy.toml").read_text(encoding="utf-8"))
    rows: dict[tuple[str, str], Row] = {}
    for each in raw["row"]:
        row = _row(each)
        if (row.role, row.relation) in rows:
            raise ValueError(f"policy.toml: {row.role}/{row.relation} is given twice")
        rows[row.role, row.relation] = row
    return rows, frozenset(raw["everybody"]["acts"]), frozenset(raw["everybody"]["read"])


ROWS, _COMMON_ACTS, _COMMON_CLASSES = _load()
RELATIONS = frozenset(relation for _, relation in ROWS) | {"none"}
ACTS = _COMMON_ACTS.union(*(row.acts for row in ROWS.values()))


def _known(value: str, names: frozenset[str] | tuple[str, ...], what: str) -> None:
    if value not in names:
        raise LookupError(f"the policy table knows no {what} {value!r}")


def allowed_classes(role: str, relation: str, verb: str) -> frozenset[str]:
    """The field classes this verb opens. LookupError for a role, relation or verb the table does not know."""
    _known(role, ROLES, "role")
    _known(relation, RELATIONS, "relation")
    _known(verb, VERBS, "verb")
    row = ROWS.get((role, relation))
    own = row.verbs.get(verb, frozenset()) if row else frozenset()
    return own | _COMMON_CLASSES if verb == "read" else own


def allows(role: str, relation: str, field_class: str, verb: str) -> bool:
    """True when the table opens this class to this role in this relation for this verb."""
    _known(field_class, FIELD_CLASSES, "field class")
    return field_class in allowed_classes(role, relation, verb)


def may(role: str, relation: str, act: str) -> bool:
    """True when the table lists the act. LookupError for names the table does not know."""
    _known(role, ROLES, "role")
    _known(relation, RELATIONS, "relation")
    _known(act, ACTS, "act")
    row = ROWS.get((role, relation))
    return act in _COMMON_ACTS or (row is not None and act in row.acts)


def roles_of(act: str) -> frozenset[str]:
    """The roles that hold this act in some relation."""
    if act in _COMMON_ACTS:
        return frozenset(ROLES)
    return frozenset(row.role for row in ROWS.values() if act in row.acts)


def policy(act: str, roles: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Mark a view with the act it performs; without `roles`, those of the table. Unmarked views are refused."""

    def mark(view: View) -> View:
        setattr(view, MARK, Policy(act, frozenset(roles) or roles_of(act)))
        return view

    return mark


def _layers(view: object) -> Iterator[object]:
    current: object | None = view
    while current is not None:
        yield current
        current = getattr(current, "__wrapped__", None) or getattr(current, "view_class", None)


def policy_of(view: object) -> Policy | None:
    """The mark of a view, also under decorators; None when it has none."""
    for layer in _layers(view):
        found = getattr(layer, MARK, None)
        if isinstance(found, Policy):
            return found
    return None
