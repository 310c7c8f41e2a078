"""How often one address may ask for what needs no account: a count of one minute in the shared cache, nothing else."""

from django.core.cache import cache
from django.utils.translation import gettext as _

from palier.base import limits
from palier.base.refusal import Refused

KEPT = 120
"""Seconds that a count is kept."""


def count_call(name: str, address: str, minute: int, detail: str = "") -> None:
    """Count one call of this address; Refused (429) past the limit `<name>_per_minute` of limits.toml.

    `detail`: the sentence that says what was asked too often.
    """
    if _counted(f"{name}:{address}:{minute}") > limits.value(f"{name}_per_minute"):
        raise Refused(
            "trop_de_demandes",
            detail or _("Trop de simulations en une minute."),
            mend=_("Réessayez dans une minute."),
            status=429,
        )


def _counted(place: str) -> int:
    """One more call at this place; the first again when the cache was culled in between."""
    cache.add(place, 0, timeout=KEPT)
    try:
        return int(cache.incr(place))
    except ValueError:
        return 1
