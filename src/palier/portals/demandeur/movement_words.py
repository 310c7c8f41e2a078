"""How a rank moved and why, in words: an arrow, the places, then one short sentence a reason. Nobody is named."""

from __future__ import annotations

from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from palier.candidatures.enums import CauseRecotation
from palier.candidatures.queries import Movement, Reasons, Recounted
from palier.portals.ui import french

NBSP = french.NBSP
CAUSES = {each.value: str(each.label) for each in CauseRecotation}
FEW = f"Moins de 5{NBSP}candidatures{NBSP}: les raisons ne sont pas détaillées."
ONE_AND_MANY = {
    "arrivees": ("personne est arrivée devant vous", "personnes sont arrivées devant vous"),
    "retraits": (
        "personne devant vous a retiré sa candidature",
        "personnes devant vous ont retiré leur candidature",
    ),
    "sorties": ("candidature devant vous s'est terminée", "candidatures devant vous se sont terminées"),
    "gagnees": ("place gagnée par vos points", "places gagnées par vos points"),
    "perdues": ("place perdue par vos points", "places perdues par vos points"),
    "recules": (
        "personne a moins de points et passe derrière vous",
        "personnes ont moins de points et passent derrière vous",
    ),
    "depasses": (
        "personne a plus de points et passe devant vous",
        "personnes ont plus de points et passent devant vous",
    ),
}


def moved_text(moved: Movement, now: datetime) -> SafeString:
    """« 1 place gagnée depuis hier (6e). 1 personne devant vous a retiré sa candidature. »"""
    since = french.in_days(moved.depuis, now)
    told = [*([FEW] if moved.peu and moved.places else []), *reasons(moved.raisons), *map(own_change, moved.propres)]
    tail = format_html_join("", " {}", ((each,) for each in told))
    if not moved.places:
        return format_html("Pas de changement depuis votre visite ({}).{}", since, tail)
    word = ("gagnée" if moved.sens == "up" else "perdue") + french.plural(moved.places)
    return format_html(
        "<strong>{} place{} {}</strong> depuis votre visite, {} ({}).{}",
        moved.places,
        french.plural(moved.places),
        word,
        since,
        mark_safe(french.ordinal(moved.avant)),
        tail,
    )


def reasons(found: Reasons | None) -> list[str]:
    """One sentence a reason that counts; they add up to the places gained or lost."""
    if found is None:
        return []
    told = [
        f"{count}{NBSP}{many if count > 1 else one}."
        for name, (one, many) in ONE_AND_MANY.items()
        if (count := getattr(found, name))
    ]
    if found.liste:
        told.append(f"La liste a changé{NBSP}: {_places(found.liste)}.")
    if found.autres:
        told.append(f"{_places(found.autres)} pendant votre visite précédente.")
    return told


def _places(signed: int) -> str:
    """« 1 place gagnée », « 2 places perdues »."""
    word, end = ("gagnée" if signed > 0 else "perdue"), french.plural(signed)
    return f"{abs(signed)}{NBSP}place{end} {word}{end}"


def own_change(each: Recounted) -> SafeString:
    """« 15 points de plus le 3 décembre : une pièce. »"""
    day = mark_safe(french.short_date(each.at))
    cause = CAUSES.get(each.cause, each.cause)
    if not each.points:
        return format_html("Vos points sont restés les mêmes le {}{}: {}.", day, NBSP, cause)
    word, end = ("plus" if each.points > 0 else "moins"), french.plural(each.points)
    return format_html("{}{}point{} de {} le {}{}: {}.", abs(each.points), NBSP, end, word, day, NBSP, cause)
