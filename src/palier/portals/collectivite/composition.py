"""A draft as the rows of a form, and back: rubriques, criteria, and the gestures that add, move and remove them.

Names of fields: `g-libelle` for the heading, `r1-code` for a rubrique, `r1c2-si` for a line, ranks from 1. Keys that
the form does not show keep their value, found by rank: the version of the draft says that ranks did not move.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from palier.base.refusal import Refused
from palier.droit.cotation import Defaut, faits_publiables
from palier.droit.cotation.ecriture import nombre_ecrit
from palier.droit.cotation.grille import tables_toml
from palier.droit.mots import pluriel

LINES_MOST = 90
HEADING = ("libelle", "code", "version")
RUBRIQUE = ("code", "libelle", "cumul")
LINE = ("code", "libelle", "points", "si", "piece", "reference")
SCALE = {"par_fait": "fait", "par_pas": "pas", "par_points": "points", "par_plafond": "plafond"}
WHOLE = ("points", "version", "plafond")
END = "fin"
"""A hidden field after all others: without it the form arrived cut, and would wipe what it does not name."""
GESTURE = re.compile(r"(ajouter|haut|bas|retirer)-r(?P<r>[0-9]{0,3})(?:c(?P<c>[0-9]{1,3}))?")

Table = dict[str, Any]


@dataclass
class Row:
    """One block of the form: its anchor (also the prefix of its fields), values as text, faults, lines inside."""

    anchor: str
    values: dict[str, str]
    faults: list[Defaut] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    first: bool = False
    last: bool = False

    @property
    def bad(self) -> frozenset[str]:
        """The names of the fields at fault."""
        return frozenset("par_fait" if key == "points_par" else key for key in self._keys)

    @property
    def _keys(self) -> set[str]:
        return {each.cle.partition(".")[0] for each in self.faults}

    @property
    def title(self) -> str:
        """What names the block."""
        return self.values.get("libelle") or self.values.get("code") or "sans nom"

    @property
    def worth(self) -> str:
        """The points of a line in a few words."""
        if self.values.get("par_fait"):
            most = f", {self.values['par_plafond']} au plus" if self.values.get("par_plafond") else ""
            points, step = self.values.get("par_points", ""), self.values.get("par_pas", "")
            counted = faits_publiables().get(self.values["par_fait"])
            what = counted.unite if counted and counted.unite else self.values["par_fait"]
            return f"{points} par {'' if step == '1' else f'{step} '}{what}{most}"
        points = self.values.get("points", "")
        return pluriel(int(points), "point") if re.fullmatch(r"[0-9]{1,6}", points) else f"{points or 'aucun'} point"


def read_tables(texte: str) -> Table | None:
    """The tables of a text that has the shape of a grid, right or wrong; None when a form cannot show it."""
    try:
        brute = tables_toml(texte)
    except (ValueError, ArithmeticError, RecursionError):
        return None
    rubriques = brute.get("rubrique", [])
    if not _tables(rubriques) or not all(_tables(each.get("critere", [])) for each in rubriques):
        return None
    return brute if sum(len(each.get("critere", [])) for each in rubriques) <= LINES_MOST else None


def _tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


# To the form ----------------------------------------------------------------------------------------------------------


def rows_of(brute: Table, faults: tuple[Defaut, ...] = ()) -> list[Row]:
    """The rubriques and their lines, each with its faults."""
    rubriques = brute.get("rubrique", [])
    made = [_rubrique(each, rank, faults) for rank, each in enumerate(rubriques, 1)]
    _ends(made)
    return made


def _rubrique(brute: Table, rank: int, faults: tuple[Defaut, ...]) -> Row:
    here = [each for each in faults if each.rubrique in (str(brute.get("code", rank)), f"{rank}")]
    lines = []
    for place, line in enumerate(brute.get("critere", []), 1):
        code = str(line.get("code", place))
        own = [each for each in here if each.critere and each.critere in (code, f"{place}")]
        lines.append(Row(f"r{rank}c{place}", _line_values(line), own))
    _ends(lines)
    return Row(f"r{rank}", _values(brute, RUBRIQUE), [each for each in here if not each.critere], lines)


def _ends(rows: list[Row]) -> None:
    if rows:
        rows[0].first, rows[-1].last = True, True


def _values(brute: Table, keys: tuple[str, ...]) -> dict[str, str]:
    return {key: _text(brute[key]) if key in brute else "" for key in keys}


def _line_values(brute: Table) -> dict[str, str]:
    scale = brute.get("points_par")
    inside = scale if isinstance(scale, dict) else {}
    return {
        **_values(brute, LINE),
        **{name: _text(inside[key]) if key in inside else "" for name, key in SCALE.items()},
    }


def _text(value: object) -> str:
    return nombre_ecrit(value) if isinstance(value, Decimal) else str(value)


def heading_of(brute: Table) -> dict[str, str]:
    """The keys of the heading that the form shows."""
    return _values(brute, HEADING)


def anchor_of(brute: Table, fault: Defaut) -> str:
    """The block of the form where a fault is, "entete" for the heading."""
    for row in rows_of(brute, (fault,)):
        for each in (*row.lines, row):
            if each.faults:
                return each.anchor
    return "entete"


# From the form --------------------------------------------------------------------------------------------------------


def tables_of(brute: Table, posted: Mapping[str, str]) -> Table:
    """The tables that a posted form says, over those of the draft. Refused (422) when the form arrived cut."""
    if END not in posted:
        raise Refused(
            "formulaire_incomplet",
            "Le formulaire est arrivé incomplet.",
            mend="Rouvrez la page, puis envoyez-le à nouveau.",
            status=422,
        )
    made = _over(brute, HEADING, posted, "g-")
    known = brute.get("rubrique", [])
    made["rubrique"] = [
        _posted_rubrique(known[rank - 1] if rank <= len(known) else {}, posted, f"r{rank}")
        for rank in _ranks(posted, "r{}-code")
    ]
    return made


def _ranks(posted: Mapping[str, str], pattern: str) -> range:
    count = 0
    while pattern.format(count + 1) in posted:
        count += 1
    return range(1, count + 1)


def _posted_rubrique(brute: Table, posted: Mapping[str, str], prefix: str) -> Table:
    made = _over(brute, RUBRIQUE, posted, f"{prefix}-")
    known = brute.get("critere", [])
    made["critere"] = [
        _posted_line(known[rank - 1] if rank <= len(known) else {}, posted, f"{prefix}c{rank}-")
        for rank in _ranks(posted, f"{prefix}c{{}}-code")
    ]
    return made


def _posted_line(brute: Table, posted: Mapping[str, str], prefix: str) -> Table:
    made = _over(brute, LINE, posted, prefix)
    said = {key: _typed(key, posted.get(f"{prefix}{name}", "")) for name, key in SCALE.items()}
    scale = {key: value for key, value in said.items() if value != ""}
    if scale or isinstance(brute.get("points_par"), dict):
        made.pop("points_par", None)
    return {**made, "points_par": scale} if scale else made


def _over(brute: Table, keys: tuple[str, ...], posted: Mapping[str, str], prefix: str) -> Table:
    said = {key: _typed(key, posted.get(f"{prefix}{key}", "")) for key in keys}
    kept = {key: value for key, value in brute.items() if key not in keys}
    return {**{key: value for key, value in said.items() if value != ""}, **kept}


def _typed(key: str, text: str) -> object:
    """A number where one is typed and expected, else the text as it is: its check says what is wrong."""
    said = " ".join(text.split())
    if key in WHOLE and re.fullmatch(r"-?[0-9]{1,9}", said, re.ASCII):
        return int(said)
    if key == "pas" and re.fullmatch(r"[0-9]{1,9}([.,][0-9]{1,4})?", said, re.ASCII):
        number = Decimal(said.replace(",", "."))
        return int(number) if number == number.to_integral_value() else number
    return said


# Gestures -------------------------------------------------------------------------------------------------------------


def gesture_on(brute: Table, name: str) -> str:
    """Do « ajouter-r », « ajouter-r2 », « haut-r1c2 », « bas-r1 », « retirer-r1c3 »… on the tables; the anchor to show.

    An unknown gesture or rank does nothing and shows the top.
    """
    found = GESTURE.fullmatch(name)
    if found is None:
        return ""
    act, rubrique, line = found[1], int(found["r"] or 0), int(found["c"] or 0)
    rubriques: list[Table] = brute.setdefault("rubrique", [])
    if act == "ajouter" and not rubrique:
        rubriques.append(new_rubrique(rubriques))
        return f"r{len(rubriques)}"
    if not 0 < rubrique <= len(rubriques):
        return ""
    lines: list[Table] = rubriques[rubrique - 1].setdefault("critere", [])
    if act == "ajouter":
        lines.append(new_line(lines))
        return f"r{rubrique}c{len(lines)}"
    if line:
        place = _ACTS[act](lines, line)
        return f"r{rubrique}c{place}" if place else f"r{rubrique}"
    place = _ACTS[act](rubriques, rubrique)
    return f"r{place}" if place else ""


def _remove(rows: list[Table], rank: int) -> int:
    if 0 < rank <= len(rows):
        rows.pop(rank - 1)
    return 0


def _move(rows: list[Table], rank: int, step: int) -> int:
    other = rank + step
    if not (0 < rank <= len(rows) and 0 < other <= len(rows)):
        return min(max(rank, 1), len(rows))
    rows[rank - 1], rows[other - 1] = rows[other - 1], rows[rank - 1]
    return other


_ACTS: dict[str, Callable[[list[Table], int], int]] = {
    "retirer": _remove,
    "haut": lambda rows, rank: _move(rows, rank, -1),
    "bas": lambda rows, rank: _move(rows, rank, 1),
}


def new_line(lines: list[Table]) -> Table:
    """A line that brings nothing yet: its check asks for the rest."""
    return {"code": _fresh("critere", lines), "libelle": "Nouveau critère", "points": 0, "si": "faux"}


def new_rubrique(rubriques: list[Table]) -> Table:
    """A rubrique with one line."""
    code = _fresh("rubrique", rubriques)
    return {"code": code, "libelle": "Nouvelle rubrique", "cumul": "somme", "critere": [new_line([])]}


def _fresh(word: str, rows: list[Table]) -> str:
    taken = {str(row.get("code")) for row in rows}
    ranks = range(len(rows) + 1, 2 * len(rows) + 2)
    return next(name for rank in ranks if (name := f"{word}_{rank}") not in taken)
