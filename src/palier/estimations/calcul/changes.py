"""One change of what is asked for, as a lever or a what-if applies it to the version of a demande."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from palier.base.refusal import Refused
from palier.chances.journal import FINANCEMENTS, TYPOLOGIES
from palier.estimations.facts.versions import Version

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rings:
    """The two rings of a perimeter."""

    prioritaires: tuple[str, ...]
    secondaires: tuple[str, ...]


def change(version: Version, action: str, rings: Rings) -> Version:
    """The same version with one change. Refused when the action is none of those known.

    A fact of the household is never changed: only what is asked for, and what the file proves.
    """
    name, _, value = action.partition(":")
    if name == "commune" and value:
        return replace(version, communes=_with(version.communes, value))
    if name == "sans_commune" and value:
        return replace(version, communes=tuple(each for each in version.communes if each != value))
    if name == "typologie" and value in TYPOLOGIES:
        return replace(version, typologies=_with(version.typologies, TYPOLOGIES.index(value)))
    if name == "financement" and value in FINANCEMENTS:
        return replace(version, financements=_with(version.financements, FINANCEMENTS.index(value)))
    if action == "moins_une_piece":
        return replace(version, typologies=tuple(dict.fromkeys(max(0, each - 1) for each in version.typologies)))
    if action == "secteur:prioritaire":
        return replace(version, communes=rings.prioritaires)
    if action == "secteur:secondaire":
        return replace(version, communes=tuple(dict.fromkeys((*rings.prioritaires, *rings.secondaires))))
    if action == "justificatif":
        return replace(version, points=version.points + version.perdus, perdus=0.0)
    if action == "dossier_complet":
        return replace(version, complete=True)
    raise Refused(
        "action_inconnue",
        "Ce changement n'est pas dans la liste.",
        field="action",
        value=action,
        mend="Choisissez un changement de la liste.",
        status=422,
    )


def change_all(version: Version, actions: Sequence[str], rings: Rings) -> Version:
    """Several changes, in the order given."""
    for action in actions:
        version = change(version, action, rings)
    return version


def _with(known: tuple[T, ...], more: T) -> tuple[T, ...]:
    return known if more in known else (*known, more)
