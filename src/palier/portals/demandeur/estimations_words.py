"""The outlook of a demande in words: how long, the replay of a year, what would help, the checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import floor
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from palier.base import limits
from palier.base.money import whole_euros
from palier.droit.pieces import libelle_court
from palier.estimations.queries import Levier, Moyenne, Perspective, PointEtape
from palier.parc.enums import Financement
from palier.portals.chances_words import NO_FIGURE, finite, mention
from palier.portals.demandeur import places
from palier.portals.ui import chances, french

NBSP = french.NBSP
HORIZONS = ((6, f"avant 6{NBSP}mois"), (12, f"avant 1{NBSP}an"), (24, f"avant 2{NBSP}ans"), (36, f"avant 3{NBSP}ans"))
LONG = f"plus de 3{NBSP}ans"
RAREST = 1e-4
"""A tail below this is said as « 1 chance sur 10 000 »."""
SEEN = 3
"""How many dossiers a commission reads at least, in the sentence of the replay (CCH R.441-3)."""


@dataclass(frozen=True)
class Outlook:
    """What the dashboard says of the wait: a chart or the sentence that replaces it, then sentences."""

    marches: tuple[tuple[str, int], ...] = ()
    titre: str = ""
    phrases: tuple[str, ...] = ()
    rejeu: str = ""
    vecu: str = ""
    delais: tuple[tuple[str, str, str], ...] = ()
    mention: str = ""


@dataclass(frozen=True)
class Lever:
    """One action that would help: what, its gain and its price, the pieces that it asks for."""

    titre: str
    texte: str
    icone: str
    url: str
    pieces: tuple[str, ...] = field(default=())


def reliable(found: Perspective) -> bool:
    """True when the numbers of an outlook may be shown."""
    return found.statut == "ok" and finite((found.p6, found.p12, found.p24, found.p36))


def bounded(found: Perspective) -> bool:
    """True when all that may be said is « moins de N »: offres enough, fewer than one of them for the person."""
    return finite((found.p12,)) and (found.moins_p12 is not None or (reliable(found) and found.servies < 1))


def outlook(found: Perspective) -> Outlook:
    """The outlook in words. Fewer than 5 offres replayed: no number; fewer than one served: « moins de » alone."""
    common: dict[str, Any] = {
        "delais": tuple(three_delays(found)),
        "mention": mention(found.faite_le, demonstration=found.demonstration),
    }
    if bounded(found):
        return Outlook(titre=bound_only(found), rejeu=replay(found), **common)
    if not reliable(found):
        return Outlook(titre=NO_FIGURE, phrases=(too_few(found),), **common)
    return Outlook(
        marches=tuple((label, _whole(p)) for (_, label), p in zip(HORIZONS, _four(found), strict=True)),
        phrases=(sentence(found), spread(found), everything(found)),
        rejeu=replay(found),
        vecu=lived(found),
        **common,
    )


def _four(found: Perspective) -> tuple[float, float, float, float]:
    return found.p6, found.p12, found.p24, found.p36


def _whole(p: float) -> int:
    """Out of 100, to the unit: these are shares of demandes, counted. Never 100: nothing is certain."""
    return min(floor(chances.hundredths(p) + 0.5), 99)


def count(p: float) -> str:
    """« 31 », or « moins de 1 »."""
    return str(_whole(p)) if chances.hundredths(p) >= 1 else f"moins de{NBSP}1"


def too_few(found: Perspective) -> str:
    """« Seulement 4 logements en un an : nous ne pouvons pas donner de chiffre fiable. »"""
    seen = found.offres_rejouees
    if seen >= limits.value("estimation_offres_min"):
        return f"L'historique est trop court ici{NBSP}: nous ne pouvons pas donner de chiffre fiable."
    many = f"Seulement {seen}{NBSP}logements en un an" if seen > 1 else "Un seul logement en un an"
    said = many if seen else "Aucun logement en un an"
    return f"{said}{NBSP}: nous ne pouvons pas donner de chiffre fiable."


def bound_only(found: Perspective) -> str:
    """« Moins de 8 sur 100 avant 1 an. »: all that may be said when fewer than one offre a year was for the person."""
    most = found.p12 if found.moins_p12 is None or not finite((found.moins_p12,)) else found.moins_p12
    return f"Moins de{NBSP}{chances.less_than(most)} sur{NBSP}100 avant 1{NBSP}an."


def sentence(found: Perspective) -> str:
    """« Sur 100 demandes comme la vôtre maintenues : 31 reçoivent une proposition avant 6 mois, 48 avant 1 an… »"""
    first, year, two, three = (count(p) for p in _four(found))
    left = 100 - _whole(found.p36)
    return (
        f"Sur 100{NBSP}demandes comme la vôtre maintenues{NBSP}: {first} reçoivent une proposition "
        f"{HORIZONS[0][1]}, {year} {HORIZONS[1][1]}, {two} {HORIZONS[2][1]}, {three} {HORIZONS[3][1]}. "
        f"{left} attendent encore après 3{NBSP}ans."
    )


def months(value: float | None) -> str:
    """« 14 mois », « plus de 3 ans »."""
    return LONG if value is None else f"{max(1, round(value))}{NBSP}mois"


def spread(found: Perspective) -> str:
    """The range of the wait: what 8 demandes out of 10 live."""
    if found.q10 is None:
        return f"L'attente dépasse 3{NBSP}ans pour plus de 9{NBSP}demandes sur{NBSP}10."
    return f"Fourchette{NBSP}: 8{NBSP}fois sur{NBSP}10, l'attente va de {months(found.q10)} à {months(found.q90)}."


def everything(found: Perspective) -> str:
    """The rhythm of the person against applying to everything: two facts, no advice."""
    return (
        f"Avant 1{NBSP}an{NBSP}: {count(found.p12)} à votre rythme, "
        f"{count(found.toutes_p12)} si vous candidatez à toutes les offres."
    )


def replay(found: Perspective) -> str:
    """The last 12 months with today's points, in the past."""
    homes, near, served = found.offres_rejouees, round(found.parmi_presentes), round(found.servies)
    among = f"pour {near}" if near else "pour aucun"
    own = f"{served}{NBSP}vous étaient proposés" if served > 1 else "un vous était proposé"
    own = own if found.servies >= 1 else "moins d'un vous était proposé"
    return (
        f"Ces 12 derniers mois, {homes}{NBSP}logements correspondaient à vos critères. Avec vos points d'aujourd'hui, "
        f"vous auriez été parmi les {SEEN} premiers {among}. "
        f"En comptant ceux qui se désistent ou refusent devant vous, {own}."
    )


def lived(found: Perspective) -> str:
    """What happens to 100 demandes in 3 years: housed this way, left otherwise, still waiting."""
    if found.loge36 is None or found.sorti36 is None or not finite((found.loge36, found.sorti36)):
        return ""
    housed, left = _whole(found.loge36), _whole(found.sorti36)
    return (
        f"Ce qui arrive en 3{NBSP}ans à 100{NBSP}demandes comme la vôtre{NBSP}: {housed} logées par cette voie, "
        f"{left} sorties autrement, {max(100 - housed - left, 0)} attendent."
    )


def three_delays(found: Perspective) -> Iterable[tuple[str, str, str]]:
    """Name, value with its n, definition: three numbers that do not measure the same thing."""
    three = found.delais
    yield (
        "Délai moyen des demandes logées",
        _mean(three.loges, "demande logée", "demandes logées"),
        "Du dépôt à l'attribution. Celles qui attendent encore n'y sont pas.",
    )
    yield (
        "Ancienneté moyenne des demandes en attente",
        _mean(three.attente, "demande en attente", "demandes en attente"),
        "Du dépôt à aujourd'hui. Les plus longues y pèsent davantage.",
    )
    flow = three.stock_flux
    yield (
        "Demandes en attente, au rythme d'un an d'attributions",
        months_long(flow) if flow is not None else "non connu",
        "Une durée seulement si personne ne renonçait.",
    )


def months_long(value: float) -> str:
    """A number of months that may pass 3 years: this one is a ratio, not a wait."""
    return f"{french.number(round(value))}{NBSP}mois"


def _mean(mean: Moyenne | None, one: str, many: str) -> str:
    if mean is None:
        return "non connu"
    return f"{months_long(mean.mois)}, sur {french.number(mean.n)}{NBSP}{many if mean.n > 1 else one}"


# What would help ------------------------------------------------------------------------------------------------------


def points_more(low: float, high: float) -> str:
    """« Entre 2 et 5 de plus sur 100 avant 1 an »: the low bound first."""
    least, most = _signed(low), _signed(high)
    more = "de plus" if low >= 0 else "d'écart"
    if least == most:
        return f"Environ {least} {more} sur{NBSP}100 avant 1{NBSP}an"
    return f"Entre {least} et {most} {more} sur{NBSP}100 avant 1{NBSP}an"


def _signed(value: float) -> str:
    return french.number(floor(round(100 * value, 9) + 0.5))


def price(travel: float | None, loyer: int | None) -> str:
    """What it costs: the travel and the loyer that it brings."""
    parts = []
    if travel is not None:
        parts.append(f"Trajet de {round(travel)}{NBSP}min, estimation.")
    if loyer is not None:
        parts.append(f"Loyer moyen {whole_euros(loyer)}.")
    return " ".join(parts)


def name_of(action: str) -> str:
    """An action in words, as a verb."""
    kind, _, value = action.partition(":")
    plain = {
        "justificatif": "Prouver ce que vous avez déclaré",
        "dossier_complet": "Compléter votre dossier",
        "moins_une_piece": "Accepter une pièce de moins",
    }
    if kind in plain:
        return plain[kind]
    if kind in ("commune", "sans_commune"):
        name = places.labels([value]).get(value, value)
        return f"{'Ajouter' if kind == 'commune' else 'Retirer'} {name}"
    if kind == "typologie":
        return f"Demander aussi un {value}"
    if kind == "financement":
        return f"Accepter aussi le logement {Financement(value).label}"
    if kind == "secteur":
        return "Garder le secteur prioritaire seul" if value == "prioritaire" else "Garder les deux secteurs"
    return action


ICONS = {"commune": "map", "typologie": "home", "financement": "building", "moins_une_piece": "home"}


def levers(found: Sequence[Levier]) -> list[Lever]:
    """At most three, the free ones first (the query orders them)."""
    return [
        Lever(
            titre=name_of(each.action),
            texte=" ".join(filter(None, (
                "Gratuit." if each.gratuit else price(each.trajet_min, each.loyer_cents),
                points_more(each.bas80, each.haut80) + ".",
            ))),
            url=f"{reverse('demandeur:et_si')}?{urlencode({'essai': each.action})}",
            icone=ICONS.get(each.action.partition(":")[0], "file"),
            pieces=tuple(libelle_court(code) for code in each.pieces),
        )
        for each in found
    ]  # fmt: skip


# Checkpoint -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Checkpoint:
    """The two months just gone, as a test: from when to when, its sentence; `moins` when fewer came than expected."""

    titre: str
    kind: str
    texte: str

    @property
    def moins(self) -> bool:
        """True when the criteria are worth another look."""
        return self.kind == "warn"


def checkpoint(point: PointEtape, today: date) -> Checkpoint:
    """« 7 annonces (attendu 6) : rien d'anormal », or how often so few would come by chance."""
    since = mark_safe(f"{french.short_date(point.depuis)} au {french.short_date(today)}")
    seen = f"{point.vues}{NBSP}annonce{french.plural(point.vues)} (attendu {french.number(round(point.attendues))})"
    if point.verdict == "insuffisant":
        return Checkpoint(since, "doubt", f"{seen}{NBSP}: trop peu pour conclure.")
    if point.verdict == "normal":
        return Checkpoint(since, "info", f"{seen}{NBSP}: rien d'anormal.")
    luck = f"1{NBSP}chance sur{NBSP}{french.number(max(2, round(1 / max(point.p, RAREST))))} par hasard"
    return Checkpoint(since, "warn", f"{seen}{NBSP}: moins que prévu, {luck}. Regardons vos critères.")
