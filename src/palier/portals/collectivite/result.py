"""The aggregates of a study, as sentences, charts, tables and files. A hidden figure stays hidden."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from palier.droit.mots import INSECABLE, francais, nombre, pluriel
from palier.etudes.models import Etude
from palier.portals.ui.charts import Chart, Share, diverging, simple

HIDDEN = "masqué"
COLUMNS = (
    ("demandes", "Demandes"),
    ("gagnent", "Gagnent des points"),
    ("egaux", "Autant de points"),
    ("perdent", "Perdent des points"),
    ("montent", "Montent"),
    ("immobiles", "Même place"),
    ("descendent", "Descendent"),
)
LISTS = (
    ("listes", "Listes"),
    ("places", "Premières places"),
    ("changent", "Places qui changent"),
    ("touchees", "Listes qui changent"),
    ("premiers", "Listes dont le premier change"),
)
LONG = "commune"
"""The axis whose hidden categories are too many to be listed one by one."""
Line = Mapping[str, Any]


@dataclass(frozen=True)
class Axis:
    """One way of sorting the demandes: two charts and the table of their figures."""

    code: str
    libelle: str
    points: Chart
    places: Chart
    lignes: list[tuple[str, list[tuple[str, str]]]]
    tues: str


def figure(value: int | None) -> str:
    """A count, with thin groups of thousands; « masqué » for one that must not be shown."""
    return HIDDEN if value is None else f"{value:,}".replace(",", INSECABLE)


def share(part: int | None, whole: int | None) -> tuple[float | None, str]:
    """A share out of 100 and its words; nothing when one of the two is hidden."""
    if part is None or not whole:
        return None, ""
    value = 100 * part / whole
    text = "<1" if 0 < value < 1 else str(round(value))
    return value, f"{text}{INSECABLE}%"


def axes(resultat: Mapping[str, Any]) -> list[Axis]:
    """Every way of sorting, in the order of the study."""
    return [_axis(each) for each in resultat["axes"]]


def _axis(raw: Mapping[str, Any]) -> Axis:
    code, libelle = str(raw["code"]), str(raw["libelle"])
    shown = [line for line in raw["lignes"] if line["demandes"] is not None]
    lines = shown if code == LONG else raw["lignes"]
    left_out = len(raw["lignes"]) - len(lines)
    table = [(line["libelle"], [(label, figure(line[name])) for name, label in COLUMNS]) for line in lines]
    said = f"{pluriel(left_out, 'commune')} de trop peu de demandes, ou masquées pour en protéger une autre."
    return Axis(
        code=code,
        libelle=libelle,
        points=_chart(f"{code}-points", f"Points selon : {libelle.lower()}", shown, ("perdent", "gagnent")),
        places=_chart(f"{code}-places", f"Places selon : {libelle.lower()}", shown, ("descendent", "montent")),
        lignes=table,
        tues=francais(said) if left_out else "",
    )


def _chart(code: str, title: str, lines: Sequence[Line], names: tuple[str, str]) -> Chart:
    """Both outcomes of each category that has something to draw: both known, or one that is not nil."""
    rows, words = [], []
    for line in lines:
        left, right = (share(line[name], line["demandes"]) for name in names)
        if (left[1] and right[1]) or left[0] or right[0]:
            rows.append(Share(line["libelle"], left[0], right[0], left[1], right[1]))
            said = [f"{text or HIDDEN} {name}" for name, (_, text) in zip(names, (left, right), strict=True)]
            words.append(f"{line['libelle']} : {', '.join(said)}")
    sides = (names[0].capitalize(), names[1].capitalize())
    return diverging(code, francais(title), francais(". ".join(words)), rows, sides, HIDDEN)


def gaps(resultat: Mapping[str, Any]) -> Chart:
    """How many demandes by difference of points."""
    values = [(each["libelle"], each["demandes"], figure(each["demandes"])) for each in resultat["ecarts"]]
    words = ". ".join(f"{label} : {text}" for label, _, text in values)
    return simple("ecarts", "Demandes selon l'écart de points", francais(words), values, HIDDEN)


def lists_chart(offres: Mapping[str, Any]) -> Chart | None:
    """Closed lists whose first places change or not, drawn; None when it must not be shown."""
    touched = offres["touchees"]
    if touched is None or not offres["listes"]:
        return None
    rows = (("Aucun changement", offres["listes"] - touched), ("Au moins un dossier change", touched))
    values = [(label, count, pluriel(count, "liste")) for label, count in rows]
    words = ". ".join(f"{label} : {text}" for label, _, text in values)
    return simple("listes", "Listes closes selon les dossiers qui changent", francais(words), values, HIDDEN)


def lists_sentence(offres: Mapping[str, Any]) -> str:
    """« Sur 60 places… 12 iraient à un autre dossier. »; says so when the figure must not be shown."""
    head = f"Sur {pluriel(offres['places'], 'place')} parmi les premiers de {pluriel(offres['listes'], 'liste')}"
    changed, firsts = offres["changent"], offres["premiers"]
    if changed is None:
        return francais(f"{head}, trop peu changent, ou trop peu restent, pour que ce chiffre soit montré.")
    verb = "irait" if changed < 2 else "iraient"
    said = f"{head}, {figure(changed)} {verb} à un autre dossier."
    return francais(said if firsts is None else f"{said} Le premier change dans {pluriel(firsts, 'liste')}.")


def summary(resultat: Mapping[str, Any]) -> str:
    """The whole study in one sentence; what is hidden is left out."""
    whole = resultat["ensemble"]
    verbs = (("gagnent", "gagnent des points"), ("perdent", "en perdent"), ("egaux", "en gardent autant"))
    said = [f"{figure(whole[name])} {words}" for name, words in verbs if whole[name] is not None]
    head = f"Sur {pluriel(whole['demandes'], 'demande')}"
    return f"{head}, {', '.join(said)}." if said else f"{head}, aucun chiffre ne peut être montré."


def months(resultat: Mapping[str, Any]) -> list[str]:
    """What the change is worth in months of waiting, in sentences."""
    mois = resultat["mois"]
    if mois is None:
        return ["L'une des deux grilles ne compte pas l'ancienneté : les points ne se traduisent pas en mois."]
    before, after = nombre(mois["actuelle"]), nombre(mois["projet"])
    price = (
        f"Dans les deux grilles, un point vaut {before} mois d'attente."
        if before == after
        else f"Un point vaut {before} mois d'attente dans la grille en vigueur, {after} dans le projet."
    )
    sides = (("gagnent", "avancent", "gagne"), ("perdent", "reculent", "perd"))
    medians = [
        f"Parmi les demandes qui {moves}, la moitié {wins} {mois[name]} mois d'attente ou plus."
        for name, moves, wins in sides
        if mois[name] is not None
    ]
    return [francais(each) for each in (price, *medians)]


def differences(resultat: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the draft changes, line by line, in words."""
    return [
        {
            "libelle": each["libelle"],
            "avant": each["avant"] or "Aucune ligne",
            "apres": each["apres"] or "Ligne supprimée",
            "mois": _signed(each["mois"]),
        }
        for each in resultat["differences"]
    ]


def _signed(mois: float | None) -> str:
    """« +24 mois »; nothing for none."""
    return f"{'+' if mois > 0 else '−'}{nombre(abs(mois))}{INSECABLE}mois" if mois else ""


# Files ----------------------------------------------------------------------------------------------------------------


def document(etude: Etude) -> dict[str, Any]:
    """The aggregates with what makes them readable later: day, territory, both grids."""
    return {
        "etude": str(etude.pk),
        "au": etude.au.isoformat(),
        "territoire": etude.epci,
        "grille_en_vigueur": {"libelle": str(etude.grille), "empreinte": etude.grille.empreinte},
        "projet": {"libelle": etude.libelle, "empreinte": etude.empreinte},
        "resultat": etude.resultat,
    }


def table(etude: Etude) -> str:
    """The same as CSV, one figure a line, for a spreadsheet set in French."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(("tableau", "categorie", "mesure", "valeur"))
    writer.writerows(_figures(etude.resultat or {}))
    return "\ufeff" + out.getvalue()


def _figures(resultat: Mapping[str, Any]) -> Iterator[tuple[str, str, str, object]]:
    tables = [{"libelle": "Ensemble", "lignes": [resultat["ensemble"]] if resultat["ensemble"] else []}]
    for each in [*tables, *resultat["axes"]]:
        for line in each["lignes"]:
            for name, label in COLUMNS:
                yield each["libelle"], line["libelle"], label, HIDDEN if line[name] is None else line[name]
    for gap in resultat["ecarts"]:
        yield "Écart de points", gap["libelle"], "Demandes", HIDDEN if gap["demandes"] is None else gap["demandes"]
    offres = resultat["offres"]
    for name, label in LISTS:
        value = offres[name]
        yield "Premiers des offres closes", "Ensemble", label, HIDDEN if value is None else value
