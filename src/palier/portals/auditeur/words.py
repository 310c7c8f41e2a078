"""An audit in words: what each test found, what it could not have found, and what is never shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from palier.estimations.rules import AUDIT_LEAST, cannot_exclude
from palier.portals.ui.french import NBSP

VARIABLES = {
    "sexe": "Sexe",
    "age": "Âge",
    "famille": "Situation familiale",
    "handicap": "Handicap",
    "nationalite": "Nationalité",
    "revenu": "Revenu par personne du foyer",
    "emploi": "Emploi",
}
TESTS = {
    "ordre": "Ordre de la commission, à points égaux",
    "non_attribution": "Non-attribution, à situation comparable",
}
SAYABLE = (0.1, 10)
"""Odds ratios beyond which a figure says no more than « too few data »."""
CLEAR = 2.58
"""Errors beyond which a gap is clear: two-sided 1 %."""
LOWER = {"ordre": "classé plus bas", "non_attribution": "refusé plus souvent"}


@dataclass(frozen=True)
class Row:
    """One test of one group: its figures as written, what they mean, and how serious that is (`icone`)."""

    groupe: str
    reference: str
    test: str
    seances: int
    personnes: int
    rapport: str
    verdict: str
    icone: str


def tables(lines: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Row]]]:
    """The rows of each variable, in the order of the list above; a group of fewer than 11 is never drawn."""
    found: dict[str, list[Row]] = {}
    for line in lines:
        if line["effectif"] >= AUDIT_LEAST:
            found.setdefault(line["variable"], []).append(_row(line))
    return [(label, found[name]) for name, label in VARIABLES.items() if name in found]


def silent(variables: Sequence[str]) -> list[str]:
    """The variables of which nobody declared anything."""
    return [label for name, label in VARIABLES.items() if name not in variables]


def _row(line: Mapping[str, Any]) -> Row:
    verdict, icon = _verdict(line)
    return Row(
        groupe=str(line["modalite"]), reference=str(line["reference"]), test=TESTS[line["test"]],
        seances=line["commissions"], personnes=line["effectif"], rapport=_ratio(line), verdict=verdict, icone=icon,
    )  # fmt: skip


def decimal(value: float) -> str:
    """0.617 -> « 0,62 »."""
    return f"{value:.2f}".replace(".", ",")


def _ratio(line: Mapping[str, Any]) -> str:
    """« 0,62 (entre 0,51 et 0,75) »; without a ratio, its bound; unknown bounds are said."""
    if line["odds_ratio"] is None:
        return _bounded(line["bas95"], line["haut95"])
    high = "sans limite" if line["haut95"] is None else decimal(line["haut95"])
    return f"{decimal(line['odds_ratio'])} (entre {decimal(line['bas95'] or 0)} et {high})"


def _bounded(low: float | None, high: float | None) -> str:
    """« moins de 0,11 » when everybody of a group came last, « plus de 9,20 » when first."""
    if high is not None:
        return f"moins de {decimal(high)}"
    return f"plus de {decimal(low)}" if low else "non calculable"


def _verdict(line: Mapping[str, Any]) -> tuple[str, str]:
    lower = LOWER[line["test"]]
    if line["confirmee"]:
        return f"Alerte{NBSP}: ce groupe est {lower}, deux trimestres de suite.", "err"
    if line["alerte"]:
        return f"Écart ce trimestre{NBSP}: ce groupe est {lower}. Une alerte demande deux trimestres de suite.", "warn"
    seen = line["or_detectable"]
    if cannot_exclude(line):
        few = "Les données sont trop peu nombreuses."
        said = seen is not None and SAYABLE[0] <= seen <= SAYABLE[1]
        limit = f"Seul un rapport de {decimal(seen)} se serait vu 4 fois sur 5." if said else few
        return f"Aucun écart net. Nous ne pouvons pas exclure un écart. {limit}", "info"
    return f"Aucun écart net. Un rapport de {decimal(seen)} se serait vu 4 fois sur 5.", "ok"


def calibration(lines: Iterable[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any], str]]:
    """(group, figures out of 100, meaning) of each group large enough: our own chances, judged group by group."""
    return [
        (f"{VARIABLES[line['variable']]}{NBSP}: {line['modalite']}", _out_of_100(line), _leaning(line["z"]))
        for line in lines
        if line["effectif"] >= AUDIT_LEAST
    ]


def _out_of_100(line: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**line, "annonce": 100 * line["annonce"], "arrive": 100 * line["arrive"]}


def _leaning(z: float) -> str:
    if abs(z) <= CLEAR:
        return "Pas d'écart net"
    return "Chances annoncées trop hautes" if z > 0 else "Chances annoncées trop basses"
