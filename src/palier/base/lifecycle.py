"""A life cycle as one table: states, transitions, who may make them. No framework here."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow: from any of `sources` to `target`, by one of the roles `who`."""

    name: str
    sources: tuple[str, ...]
    target: str
    who: tuple[str, ...]
    label: str
    reason: bool = False


@dataclass(frozen=True)
class LifeCycle:
    """The whole table of one kind of object; incoherent tables are refused when they are built.

    `labels` gives the French name of each state; `live` the states in which the object still counts.
    """

    name: str
    initial: str
    states: tuple[str, ...]
    labels: Mapping[str, str]
    transitions: tuple[Transition, ...]
    live: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", MappingProxyType(dict(self.labels)))
        self._check()

    def _check(self) -> None:
        known = set(self.states)
        used = {self.initial, *self.live, *self.labels}
        for each in self.transitions:
            used |= {each.target, *each.sources}
        if used - known:
            raise ValueError(f"{self.name}: unknown states {sorted(used - known)}")
        if known - set(self.labels):
            raise ValueError(f"{self.name}: states without a label {sorted(known - set(self.labels))}")
        names = [each.name for each in self.transitions]
        if len(names) != len(set(names)):
            raise ValueError(f"{self.name}: a transition is named twice")

    def transition(self, name: str) -> Transition:
        """The transition of this name. LookupError when the table has none."""
        for each in self.transitions:
            if each.name == name:
                return each
        raise LookupError(f"{self.name}: no transition {name!r}")

    def allowed(self, state: str, role: str) -> tuple[Transition, ...]:
        """What this role may do from this state, in the order of the table."""
        return tuple(each for each in self.transitions if state in each.sources and role in each.who)

    def label(self, state: str) -> str:
        """The French name of a state."""
        return self.labels[state]

    def leads(self, source: str, target: str) -> bool:
        """True when some transition goes from `source` to `target`."""
        return any(source in each.sources and target == each.target for each in self.transitions)

    def mermaid(self) -> str:
        """The state diagram of the table, in Mermaid."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for each in self.transitions:
            mark = " *" if each.reason else ""
            lines += [f"    {source} --> {each.target} : {each.name}{mark}" for source in each.sources]
        sources = {source for each in self.transitions for source in each.sources}
        lines += [f"    {state} --> [*]" for state in self.states if state not in sources]
        return "\n".join(lines) + "\n"
