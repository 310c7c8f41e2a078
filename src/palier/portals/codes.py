"""The sentence for a code typed in the field of another one, the same on every page."""

from palier.gateways.sirene import codes, confusion
from palier.portals.forms import quote


def explain_code(typed: str, expected: str) -> str:
    """Which code was typed instead of `expected` (a slug of codes.toml) and where the right one is; "" when none."""
    said = confusion(typed, expected)
    return f"{quote(typed)}. {said[0]} {said[1]}" if said else ""


def where_is(expected: str) -> str:
    """Where one finds a code."""
    return codes()[expected].ou
