"""Reads on communes and grids: type-ahead, neighbours, the three zones of a search, the grid in force."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from palier.territoires import geometry
from palier.territoires.departements import departement
from palier.territoires.models import Commune, Grille, Voisinage

MAX_QUERY = 80
TRIGRAM_FROM = 3
_ABBREVIATIONS = {"st": "saint", "ste": "sainte"}
_ARTICLES = ("la_", "le_", "les_", "l_")
_BREAKS = ("% ", "%-", "%'")

_TOP = "select * from territoires_commune where commune_parente_id is null and "
_LIKE = "nom_fold like palier_fold(%s)"
_BY_NAME = f"""{_TOP} ({" or ".join([_LIKE] * (1 + len(_ARTICLES)))})
order by {_LIKE} desc, population desc, code limit %s"""
_BY_WORD = f"{_TOP} ({' or '.join([_LIKE] * len(_BREAKS))}) order by population desc, code limit %s"
_BY_SOUND = f"""{_TOP} nom_fold %% palier_fold(%s)
order by similarity(nom_fold, palier_fold(%s)) desc, population desc, code limit %s"""
_BY_POSTCODE = f"{_TOP} (codes_postaux @> array[%s]::varchar[] or code = %s) order by population desc, code limit %s"
_BY_POSTCODE_START = f"""{_TOP} exists (select from unnest(codes_postaux) p where p like %s)
order by population desc, code limit %s"""


@dataclass(frozen=True, slots=True)
class Zones:
    """The three zones of a search, as INSEE codes of communes; no commune is in two of them."""

    demandees: frozenset[str]
    limitrophes: frozenset[str]
    autres: frozenset[str]

    def zone_of(self, code: str) -> str:
        """`demandees`, `limitrophes`, `autres`, or "" for a commune outside the three."""
        for name in ("demandees", "limitrophes", "autres"):
            if code in getattr(self, name):
                return name
        return ""


def suggest_communes(q: str, limit: int = 8) -> list[Commune]:
    """Communes for what was typed: name (case, accents, hyphens, article and « St » do not matter) or postal code.

    Order: names that begin so (after their article or not), names with such a word, close spellings; the most
    populated first. A commune of exactly this name is always among them, however small.
    Arrondissements are not proposed: their commune is. An empty list when fewer than one letter or two digits.
    """
    typed = q.strip()[:MAX_QUERY]
    if typed.isdecimal() and typed.isascii():
        return _by_postcode(typed, limit)
    pattern = _pattern(typed)
    if not pattern:
        return []
    starts = [f"{pattern}%", *(f"{article}{pattern}%" for article in _ARTICLES)]
    found = list(Commune.objects.raw(_BY_NAME, [*starts, pattern, limit]))
    found.sort(key=lambda commune: (-commune.population, commune.code))
    if len(pattern) >= TRIGRAM_FROM:
        found = _extend(found, _BY_WORD, [f"{sep}{pattern}%" for sep in _BREAKS], limit)
        spelled = pattern.replace("_", " ")
        found = _extend(found, _BY_SOUND, [spelled, spelled], limit)
    return found


def _pattern(typed: str) -> str:
    words = [word for word in re.split(r"[\W_]+", typed) if word]
    return "_".join(_ABBREVIATIONS.get(word.lower(), word) for word in words)


def _extend(found: list[Commune], statement: str, params: Sequence[object], limit: int) -> list[Commune]:
    if len(found) >= limit:
        return found
    known = {commune.code for commune in found}
    more = Commune.objects.raw(statement, [*params, limit + len(found)])
    return (found + [commune for commune in more if commune.code not in known])[:limit]


def _by_postcode(digits: str, limit: int) -> list[Commune]:
    if len(digits) == 5:
        return list(Commune.objects.raw(_BY_POSTCODE, [digits, digits, limit]))
    if 2 <= len(digits) < 5:
        return list(Commune.objects.raw(_BY_POSTCODE_START, [f"{digits}%", limit]))
    return []


def find_commune(text: str) -> Commune | None:
    """The one commune that a plain form names: INSEE code, label « Nantes (44) », or a name or
    postal code that only one bears. Homonyms give None: the person chooses among the suggestions."""
    typed = text.strip()[:MAX_QUERY]
    if re.fullmatch(r"\d[0-9ABab]\d{3}", typed, re.ASCII):
        return resolve_communes([typed.upper()]).get(typed.upper()) or _only(suggest_communes(typed, 2))
    labelled = re.fullmatch(r"(.+?)\s*\((\d[0-9AB]\d?)\)", typed)
    pattern = _pattern(labelled[1] if labelled else typed)
    if not pattern:
        return None
    statement = f"{_TOP} {_LIKE}" + (" and code_departement = %s" if labelled else "") + " limit 2"
    return _only(list(Commune.objects.raw(statement, [pattern, *([labelled[2]] if labelled else [])])))


def _only(found: list[Commune]) -> Commune | None:
    return found[0] if len(found) == 1 else None


def resolve_communes(codes: Iterable[str]) -> dict[str, Commune]:
    """Current communes by the code given, absorbed codes included; unknown codes are left out. One query."""
    asked = set(codes)
    rows = Commune.objects.filter(Q(code__in=asked) | Q(anciens_codes__overlap=list(asked)))
    resolved: dict[str, Commune] = {}
    for commune in rows:
        for code in asked.intersection(commune.anciens_codes):
            resolved.setdefault(code, commune)
    resolved.update({commune.code: commune for commune in rows if commune.code in asked})
    return resolved


def neighbours(codes: Iterable[str]) -> set[str]:
    """Communes that share a border with one of `codes`; a code of the list may be in it. One query."""
    return set(Voisinage.objects.filter(commune__in=set(codes)).values_list("voisine_id", flat=True))


def with_neighbours(codes: Iterable[str], also: Iterable[str] = ()) -> tuple[dict[str, Commune], set[str]]:
    """Communes by code: `codes`, `also`, all that borders one of `codes`; then these neighbours. One query.

    An absorbed code gives its commune, as in `resolve_communes`.
    """
    asked = set(codes)
    known = asked.union(also)
    border = Exists(Voisinage.objects.filter(commune__in=asked, voisine=OuterRef("pk")))
    wanted = Q(code__in=known) | Q(anciens_codes__overlap=list(known)) | Q(borders=True)
    rows = list(Commune.objects.annotate(borders=border).filter(wanted))
    found: dict[str, Commune] = {}
    for commune in rows:
        found |= dict.fromkeys(known.intersection(commune.anciens_codes), commune)
    found |= {commune.code: commune for commune in rows}
    mine = {found[code].code for code in asked & found.keys()}
    return found, {commune.code for commune in rows if commune.borders} - mine


def distance_km(a: str, b: str) -> float | None:
    """Great-circle km between two communes by INSEE code, town hall to town hall; None when one is unknown."""
    found = Commune.objects.in_bulk({a, b})
    if a not in found or b not in found:
        return None
    return geometry.distance_km(found[a], found[b])


def zones_recherche(demandees: Sequence[str], departement: str = "") -> Zones:
    """The zones of a search on these communes; `departement` adds the rest of one more département. Three queries.

    Limitrophes: neighbours of the communes asked for, less themselves. Autres: the rest of their départements.
    An arrondissement stands for its commune. Nothing asked for: everything of `departement` is in `autres`.
    """
    rows = Commune.objects.filter(code__in=set(demandees)).values_list("code", "commune_parente_id", "code_departement")
    asked = frozenset(parent or code for code, parent, _ in rows)
    departements = {number for _, _, number in rows} | ({departement} if departement else set())
    near = frozenset(neighbours(asked)) - asked
    around = Commune.objects.filter(code_departement__in=departements, commune_parente=None)
    others = frozenset(around.values_list("code", flat=True))
    return Zones(demandees=asked, limitrophes=near, autres=others - asked - near)


def grille_en_vigueur(commune: Commune | str, au: date) -> Grille | None:
    """The grid that applies in a commune on a day: its EPCI's first, else its département's; None when there is none.

    Should two grids of different codes cover the same place and day, the one in force latest wins.
    """
    place = Commune.objects.filter(code=commune).first() if isinstance(commune, str) else commune
    if place is None:
        return None
    in_force = grilles_en_vigueur(au).order_by("-en_vigueur_depuis", "code")
    for holder in (place.siren_epci, place.code_departement):
        found = in_force.filter(perimetre__contains=[holder]).first() if holder else None
        if found is not None:
            return found
    return None


def grille_of_epci(siren: str, au: date) -> Grille | None:
    """The grid that applies in an EPCI on a day, as in its communes."""
    place = Commune.objects.filter(siren_epci=siren).exclude(siren_epci="").order_by("code").first()
    return grille_en_vigueur(place, au) if place is not None else None


def territory_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of EPCI (SIREN) and départements by code; unknown ones are left out. One query."""
    asked = set(codes)
    rows = Commune.objects.filter(siren_epci__in=asked).exclude(siren_epci="")
    names = dict(rows.values_list("siren_epci", "nom_epci").distinct())
    return names | {code: found.nom for code in asked if (found := departement(code)) is not None}


def grilles_en_vigueur(au: date) -> QuerySet[Grille]:
    """The grids in force on a day, by code."""
    return Grille.objects.in_force(au).order_by("code")
