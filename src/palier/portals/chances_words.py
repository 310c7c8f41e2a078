"""The chance of a candidature in words, for the person alone: its figure, the reasons, what remains to come.

Nothing here promises; below what the data allow there is no number, and the page says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from django.utils.html import strip_tags

from palier.base.clock import local_day
from palier.candidatures.facts import Profil
from palier.candidatures.queries import Rang, ranks_if_applied
from palier.estimations.queries import ChanceVue, chances_before
from palier.parc.models import Offre
from palier.portals.ui import chances, french

NBSP = french.NBSP
HALF_LOW, HALF_HIGH = 0.475, 0.525
"""Between the two, a share is « un sur deux »."""
SAME_LOW, SAME_HIGH = 0.95, 1.05
"""Between the two, a factor changes almost nothing."""
WEAK = 10
"""Out of 100: « faibles » and under."""
SAME = "Ne change presque rien"
ALONE = ("Personne n'est devant vous.", "Vos points d'avance comptent aussi devant la commission.")
SOUND = "Aucune de vos pièces n'est refusée ni périmée."
UNSOUND = "Une pièce est refusée ou périmée, ou votre numéro manque."
NO_FIGURE = "Pas de chiffre fiable"


@dataclass(frozen=True)
class Shown:
    """One chance as a page draws it: the figure, or the title that stands in its place; then sentences."""

    figure: chances.Figure | None
    phrases: tuple[str, ...]
    mention: str
    titre: str = NO_FIGURE

    @property
    def faible(self) -> bool:
        """A weak chance: the offres where it would be better are one link away."""
        return self.figure is not None and self.figure.sur < WEAK


@dataclass(frozen=True)
class Step:
    """One of the four factors: what we look at, in a sentence, and the chance once it is counted."""

    titre: str
    phrases: tuple[str, ...]
    effet: str
    sur: str


def before(
    known: Profil, offre: Offre, now: datetime, *, told: bool = True
) -> tuple[Rang | None, Shown | None]:  # fmt: skip
    """« Si vous postuliez maintenant »: the rank and the chance.

    The rank alone once estimates are switched off, and for whoever may not be `told` a chance.
    """
    vue = chances_before(known, [offre], now).get(offre.pk) if told else None
    if vue is None:
        return ranks_if_applied(known, [offre]).get(offre.pk), None
    return Rang(vue.rang, vue.candidatures, fige=False), shown(vue, offre, now, before=True)


def reliable(vue: ChanceVue) -> bool:
    """True when a number may be shown: enough data, and numbers indeed."""
    return vue.statut == "ok" and finite((vue.proba, vue.bas80, vue.haut80))


def finite(values: Iterable[float]) -> bool:
    """True when every value is a probability that can be written."""
    return all(isfinite(value) and 0 <= value <= 1 for value in values)


def shown(
    vue: ChanceVue, offre: Offre, now: datetime, *, before: bool = False, rang: Rang | None = None
) -> Shown:  # fmt: skip
    """The chance of a candidature whose place is `rang`, or of one that would be sent now (`before`)."""
    place = place_told(vue, offre, now, rang)
    if not reliable(vue):
        return Shown(None, too_few(vue, offre, place), mention(vue.faite_le, demonstration=vue.demonstration))
    figure = chances.figure(vue.proba, vue.bas80, vue.haut80)
    old = moved(vue, rang)
    parts = [
        *(old or first(place, figure)), *low(figure, before=before), *remaining(vue, offre, now), *ready(vue),
    ]  # fmt: skip
    return Shown(figure, tuple(parts), mention(vue.faite_le, demonstration=vue.demonstration))


def mention(made: datetime, *, demonstration: bool) -> str:
    """« Estimation du 24/11/2026. » and, while nothing real was learned, that it is a demonstration."""
    said = f"Estimation du {local_day(made):%d/%m/%Y}."
    return f"{said} Démonstration{NBSP}: elle vient de décisions inventées." if demonstration else said


def place_told(vue: ChanceVue, offre: Offre, now: datetime, rang: Rang | None) -> Rang | None:
    """The place that sentences speak of: before the closing that of the estimate, afterwards the frozen one alone.

    Those who were tried in vain leave the list of an estimate, so its place would tell that they were lost.
    """
    if _left(offre, now) is None:
        return rang if rang is not None and rang.fige else None
    return Rang(vue.rang, vue.candidatures, fige=False)


def too_few(vue: ChanceVue, offre: Offre, place: Rang | None) -> tuple[str, ...]:
    """Why there is no number, and an order of magnitude instead."""
    homes, seen = vue.offres_finies, vue.contactees
    many = (
        f"Seulement {homes}{NBSP}logement{french.plural(homes)} attribué{french.plural(homes)} ici, "
        f"{seen}{NBSP}personne{french.plural(seen)} contactée{french.plural(seen)}"
        if homes
        else "Aucun logement attribué ici encore"
    )
    why = many if vue.statut != "ok" else "Trop peu de décisions semblables ici"
    read = f"{offre.presentes}{NBSP}dossiers lus"
    if place is not None:
        read = f"{place.effectif}{NBSP}candidature{french.plural(place.effectif)} pour 1{NBSP}logement, {read}"
    return (
        f"{why}{NBSP}: nous ne pouvons pas donner de chiffre fiable.",
        f"Ordre de grandeur{NBSP}: {read}.",
    )


def first(place: Rang | None, figure: chances.Figure) -> Iterable[str]:
    """First is not an attribution: said with how often it goes to somebody else."""
    if place is None or place.rang != 1:
        return ()
    when = "à la clôture" if place.fige else "à cet instant"
    if not figure.sur:
        return (f"Vous êtes premier {when}. Ce n'est pas une attribution.",)
    others = f"environ {figure.autres}{NBSP}fois sur{NBSP}100, le logement va à quelqu'un d'autre"
    return (f"Vous êtes premier {when}. Ce n'est pas une attribution{NBSP}: {others}.",)


def moved(vue: ChanceVue, rang: Rang | None) -> tuple[str, ...]:
    """When the list has moved since the estimate: it says for which place it was made."""
    if rang is None or rang.fige or (rang.rang, rang.effectif) == (vue.rang, vue.candidatures):
        return ()
    was = f"{strip_tags(french.ordinal(vue.rang))} sur{NBSP}{vue.candidatures}"
    return (f"Ce chiffre a été calculé quand vous étiez {was}. Il se refait dans les minutes qui viennent.",)


def low(figure: chances.Figure, *, before: bool) -> Iterable[str]:
    """Kind words for a chance below 1 in 100."""
    if figure.sur:
        return ()
    what = "Postuler" if before else "Garder cette candidature"
    return (f"{what} ne vous coûte rien, mais ne comptez pas dessus.",)


def _left(offre: Offre, now: datetime) -> int | None:
    """Whole days left before the closing; None once it is closed."""
    if offre.cloture_le is None or offre.cloture_le <= now:
        return None
    return (local_day(offre.cloture_le) - local_day(now)).days


def remaining(vue: ChanceVue, offre: Offre, now: datetime) -> tuple[str, ...]:
    """« Il reste 3 jours ; d'habitude 5 dossiers arrivent encore, dont 1 devant. »"""
    days = _left(offre, now)
    if days is None:
        return (f"La liste est close{NBSP}: plus personne n'arrive.",)
    left = f"Il reste {days}{NBSP}jour{french.plural(days)}" if days else "La clôture est aujourd'hui"
    return (f"{left}{NBSP}; {arrivals(vue)}.",)


def arrivals(vue: ChanceVue) -> str:
    """« d'habitude 5 dossiers arrivent encore, dont 1 devant vous »."""
    coming, ahead = round(vue.arrivees_attendues), round(vue.arrivees_devant)
    if not coming:
        return "d'habitude plus aucun dossier n'arrive"
    many = f"d'habitude {coming}{NBSP}dossier{french.plural(coming)} arrive{'nt' if coming > 1 else ''} encore"
    return f"{many}, dont {min(ahead, coming) or 'aucun'}{NBSP}devant vous"


def ready(vue: ChanceVue) -> Iterable[str]:
    """What an incomplete file changes: the chance holds if it is complete in time."""
    if vue.prete is None or not finite((vue.prete,)):
        return ()
    return (
        f"Ce chiffre suppose votre dossier complet à temps{NBSP}: {out_of(vue.prete)} le sont d'habitude.",
        f"En comptant ce risque{NBSP}: {out_of(vue.proba * vue.prete)}.",
    )


def out_of(proba: float) -> str:
    """« environ 40 sur 100 », to be read inside a sentence."""
    return french.after_colon(chances.figure(proba, proba, proba).titre)


def losses(share: float | None) -> str:
    """« D'habitude, plus d'un candidat sur deux devant vous se désiste ou refuse. »"""
    if share is None or not finite((share,)):
        return "Nous ne savons pas encore combien se désistent ou refusent."
    if share > HALF_HIGH:
        return "D'habitude, plus d'un candidat sur deux devant vous se désiste ou refuse."
    if share >= HALF_LOW:
        return "D'habitude, un candidat sur deux devant vous se désiste ou refuse."
    few = chances.figure(share, share, share)
    return f"D'habitude, {few.sur or 'moins de 1'} sur{NBSP}100 devant vous se désistent ou refusent."


def effect(factor: float) -> str:
    """What a factor does, in a word: never a percentage."""
    if SAME_LOW <= factor <= SAME_HIGH:
        return SAME
    return "Augmente la chance" if factor > 1 else "Diminue la chance"


def compared(factor: float) -> tuple[str, ...]:
    """How those ahead differ from the usual of their kind: what a factor that moves the chance means."""
    if SAME_LOW <= factor <= SAME_HIGH:
        return ()
    return (f"Celles-ci devraient partir {'plus' if factor > 1 else 'moins'} que la moyenne.",)


def standing(vue: ChanceVue, place: Rang | None, rang: Rang | None) -> tuple[str, ...]:
    """« Vous êtes 5e sur 80. »; the place that the figure was made for when the list has moved since."""
    if place is None:
        return ()
    ordinal = f"{strip_tags(french.ordinal(place.rang))} sur{NBSP}{place.effectif}"
    if moved(vue, rang):
        return (f"Vous étiez {ordinal} quand ce chiffre a été calculé.",)
    return (f"Vous êtes {ordinal}{' à la clôture' if place.fige else ''}.",)


def factors(vue: ChanceVue, offre: Offre, now: datetime, *, rang: Rang | None = None) -> list[Step]:
    """The four factors in their fixed order, each with the chance once it is counted: the last is the one announced."""
    place = place_told(vue, offre, now, rang)
    read = f"La commission lit {offre.presentes}{NBSP}dossiers à la fois."
    alone = place is not None and place.rang == 1
    ahead = ALONE if alone else (losses(vue.perte_devant), *compared(vue.f_devant))
    own = SOUND if vue.prete is None else UNSOUND
    rest = "Comptent aussi les personnes derrière vous, et le logement lui-même."
    said: tuple[tuple[str, tuple[str, ...], float], ...] = (
        ("Votre place", (*standing(vue, place, rang), read), vue.f_places),
        ("Les personnes devant vous", ahead, vue.f_devant),
        ("Les arrivées", remaining(vue, offre, now), vue.f_arrivees),
        ("Votre dossier et ce logement", (own, rest), vue.f_dossier),
    )
    steps, so_far = [], 1.0
    for rank, (titre, phrases, factor) in enumerate(said):
        before, so_far = so_far, min(so_far * factor, 1.0)
        same = out_of(before) == out_of(so_far)
        word = "Point de départ" if not rank else SAME if same else effect(factor)
        steps.append(Step(titre, phrases, word, out_of(so_far)))
    return steps
