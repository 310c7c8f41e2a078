"""« D'où vient ce chiffre ? »: every value of the law with its source, the texts behind the answers, the pieces."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from palier.base import clock
from palier.base.clock import local_day
from palier.base.policy import policy
from palier.droit.articles import Article, articles, renvois
from palier.droit.explication import libelle_piece as piece_label
from palier.droit.explication import obtenir as obtain
from palier.droit.fonctions import fonctions
from palier.droit.pieces import pieces as known_pieces
from palier.droit.sources import Tableau, Valeur, Version, en_mots, lisible, sujets, tableaux, valeurs

Shown = dict[str, Any]
PIECES = {"fr": "public:droit_pieces", "en": "public:droit_pieces_en"}
SURE = {
    "lu": "lu dans la source",
    "calcule": "calculé par la règle citée",
    "a_verifier": "à vérifier",
    "usage": "usage, sans texte",
}


@policy("public.lire")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """`/droit/`: the values by subject, the texts, how sure each value is."""
    counts: dict[str, int] = {}
    doubts: dict[str, int] = {}
    for value in valeurs():
        counts[value.bareme] = counts.get(value.bareme, 0) + 1
        doubts[value.bareme] = doubts.get(value.bareme, 0) + (value.statut == "a_verifier")
    subjects = [(each, counts[code], doubts[code]) for code, each in sujets().items() if counts.get(code)]
    return render(request, "public/droit.html", {"sujets": subjects, "articles": list(articles().values())})


@policy("public.lire")
@require_safe
def values(request: HttpRequest, bareme: str) -> HttpResponse:
    """`/droit/<bareme>/`: every value of one subject with its days, its source and how sure it is."""
    subject, shown = sujets().get(bareme), tableaux(bareme)
    if subject is None or not shown:
        raise Http404
    today = local_day(clock.now())
    context = {"sujet": subject, "tableaux": [_table(each, today) for each in shown], "aujourdhui": today}
    return render(request, "public/droit_valeurs.html", context)


@policy("public.lire")
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """`/droit/articles/<slug>/`: what a text says here, what rests on it, where to read it."""
    found = articles().get(slug)
    if found is None:
        raise Http404
    context = {"article": found, "sujets": _subjects_of(found), "fonctions": _functions_of(found)}
    return render(request, "public/droit_article.html", context)


@policy("public.lire")
@require_safe
def pieces(request: HttpRequest, langue: str) -> HttpResponse:
    """`/droit/pieces/` and `/en/droit/pieces/`: each piece with its anchor, and how to obtain it."""
    with translation.override(langue):
        context = {
            "pieces": [(code, piece_label(code, langue), obtain(code, langue)) for code in known_pieces()],
            "langues": [(code, name, reverse(PIECES[code])) for code, name in settings.LANGUAGES if code != langue],
        }
        return render(request, "public/droit_pieces.html", context)


def _table(tableau: Tableau, today: date) -> Shown:
    """One table: the lines in force, then those of other days."""
    path = tableau.chemin.partition(".")[2]
    named = len({version.ligne for version in tableau.versions}) > 1
    units = {name: _unit(tableau, name) for name in tableau.noms}
    lines = [(version, _line(version, units, named)) for version in tableau.versions]
    return {
        "ancre": path,
        "titre": lisible(path) or lisible(tableau.chemin),
        "colonnes": [lisible(name) + (f" ({unit})" if unit else "") for name, unit in units.items()],
        "en_vigueur": [line for version, line in lines if version.en_vigueur(today)],
        "autres": [line for version, line in lines if not version.en_vigueur(today)],
    }


def _unit(tableau: Tableau, name: str) -> str:
    """The unit of a column, to stand in its heading; "" when its values do not share one."""
    units = {version.valeurs[name].unite for version in tableau.versions if name in version.valeurs}
    return units.pop() if len(units) == 1 else ""


def _line(version: Version, units: dict[str, str], named: bool) -> Shown:
    """One line: what it is about, its days, its values, its source."""
    first = version.premiere
    return {
        "titre": lisible(version.ligne) if named else "",
        "depuis": first.depuis,
        "jusqu_au": first.jusqu_au,
        "cellules": [_cell(version.valeurs.get(name), unit) for name, unit in units.items()],
        "source": first.source,
        "sur": SURE[first.statut],
        "renvois": renvois(first.reference),
    }


def _cell(value: Valeur | None, unit: str) -> str:
    """One value, its unit said once in the heading."""
    return "—" if value is None else en_mots(value.valeur) if unit else value.texte


def _subjects_of(found: Article) -> list[Shown]:
    """The tables whose values rest on a text."""
    shown: list[Shown] = []
    for code, subject in sujets().items():
        for table in tableaux(code):
            references = {version.premiere.reference for version in table.versions}
            if any(part.slug == found.slug for reference in references for part in renvois(reference)):
                path = table.chemin.partition(".")[2]
                shown.append({"sujet": subject, "ancre": path, "titre": lisible(path)})
    return shown


def _functions_of(found: Article) -> list[Shown]:
    """The functions whose docstring names a text."""
    return [{"chemin": each.chemin, "dit": each.dit} for each in fonctions() if found.slug in each.articles]
