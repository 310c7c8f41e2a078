"""docs/droit.md: every value and every function of the law, with its text, and what is not covered."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from palier.droit.articles import articles
from palier.droit.bareme import dictionnaire
from palier.droit.fonctions import Fonction, exemptes, fonctions
from palier.droit.sources import Sujet, Tableau, Valeur, sujets, tableaux, valeurs

MOST_ROWS = 40
"""A table with more values than this is told by line: how many values, from when to when."""
INTRODUCTION = """# The law: values, functions, and what is not covered

Every value is data in `src/palier/droit/baremes/` or `src/palier/droit/donnees/`, with its first day, its source and
how sure it is: `lu` read in the source named, `calcule` computed by the rule named, `a_verifier` second hand, to read
again before production, `usage` practice without a text. Every function returns a verdict: a value with its reasons, or
« indéterminé » with the fact and the piece that would settle it. People read the same at `/droit/`.
"""


def droit() -> str:
    """The page."""
    counts = Counter(value.statut for value in valeurs())
    told = ", ".join(f"{counts[name]} `{name}`" for name in ("lu", "calcule", "usage", "a_verifier"))
    shown = [each for code, each in sujets().items() if tableaux(code)]
    parts = [INTRODUCTION, f"\n{len(valeurs())} values: {told}.\n", "\n## Not covered\n\n", _list("non_couvert")]
    parts += ["\n## Facts read as a value when absent\n\n", _list("absents")]
    parts += ["\n## Functions\n\n| function | answers | texts |\n|---|---|---|\n", *map(_function, fonctions())]
    parts += ["\nThese rest on no text: ", ", ".join(f"`{path}` ({why})" for path, why in exemptes().items()), ".\n"]
    parts += ["\n## Values\n", *map(_subject, shown)]
    return "".join(parts)


def _list(name: str) -> str:
    """A list of sentences of `sources.toml`."""
    return "".join(f"- {sentence}\n" for sentence in dictionnaire("sources")[name])


def _function(function: Fonction) -> str:
    """One function, its answer, the texts that its docstring names."""
    named = ", ".join(articles()[slug].titre for slug in function.articles if slug in articles())
    return _row(f"`{function.chemin}`", function.dit, named)


def _subject(subject: Sujet) -> str:
    """The values of one file."""
    head = f"\n### {subject.titre} (`{subject.code}`)\n\n| value | is | days | source | sure |\n|---|---|---|---|---|\n"
    return head + "".join(_table(each) for each in tableaux(subject.code))


def _table(table: Tableau) -> str:
    """One row a value, or one row a line of a big table."""
    held = [value for version in table.versions for value in version.valeurs.values()]
    if len(held) <= MOST_ROWS:
        return "".join(_row(f"`{v.chemin}`", v.texte, _days([v]), v.source, v.statut) for v in held)
    lines: dict[str, list[Valeur]] = {}
    for value in held:
        lines.setdefault(value.groupe, []).append(value)
    return "".join(_summary(path, group) for path, group in sorted(lines.items()))


def _summary(path: str, held: Sequence[Valeur]) -> str:
    """One line of a big table: how many values, which, from when to when."""
    names = ", ".join(dict.fromkeys(value.nom for value in held))
    sure = ", ".join(f"{count} {name}" for name, count in Counter(value.statut for value in held).most_common())
    known = sorted({value.source for value in held})
    more = [f"and {len(known) - 2} more"] if len(known) > 2 else []
    return _row(f"`{path}`", f"{len(held)} values: {names}", _days(held), " ; ".join([*known[:2], *more]), sure)


def _days(held: Iterable[Valeur]) -> str:
    """From the first day to the last one known; open when a value has no end."""
    group = list(held)
    first = min((value.depuis for value in group if value.depuis), default=None)
    ends = [value.jusqu_au for value in group]
    last = None if None in ends else max(end for end in ends if end is not None)
    return f"{_day(first)} → {_day(last)}"


def _day(when: date | None) -> str:
    return when.isoformat() if when else "…"


def _row(*cells: str) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"
