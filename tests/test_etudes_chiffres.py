"""The figures of a study: those of the explained carrier, none of fewer than eleven demandes, none of a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from palier.demandes.models import Demande
from palier.droit.cotation import coter, lire_grille
from palier.etudes import calcul, facts, queries, running
from palier.etudes.models import Etude
from palier.etudes.rules import LIMITS
from tests.etudes_kit import CURRENT, DRAFT, EPCI, make_people, study

PEOPLE = 34


@pytest.fixture(scope="module")
def etude(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Etude]:
    """One study of many demandes, undone at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield study(make_people(PEOPLE))
        transaction.set_rollback(True)


def cells(resultat: dict[str, Any]) -> list[int | None]:
    """Every figure that counts demandes."""
    lines = [resultat["ensemble"], *resultat["ecarts"], *(line for axe in resultat["axes"] for line in axe["lignes"])]
    return [value for line in lines for value in line.values() if not isinstance(value, str)]


def figures(resultat: dict[str, Any]) -> dict[tuple[str, str, str], int | None]:
    """(table, category, measure) -> count."""
    names = ("demandes", "gagnent", "egaux", "perdent", "montent", "immobiles", "descendent")
    tables = [("ensemble", [resultat["ensemble"]]), *((axe["code"], axe["lignes"]) for axe in resultat["axes"])]
    return {(code, line["code"], name): line[name] for code, lines in tables for line in lines for name in names}


def one_by_one(au: Any) -> list[tuple[facts.Fiche, int, int]]:
    """The same population counted household by household by the explained carrier."""
    before, after = lire_grille(CURRENT), lire_grille(DRAFT)
    communes = queries.communes_of(EPCI)
    rows = Demande.objects.filter(state="deposee").prefetch_related("personnes", "communes", "pieces").order_by("pk")
    fiches = [facts.fiche(each, au=au, communes=communes) for each in rows]
    return [(f, coter(before, f.faits, au).points, coter(after, f.faits, au).points) for f in fiches]


def places(rows: list[tuple[facts.Fiche, int, int]], which: int) -> dict[int, int]:
    order = sorted(range(len(rows)), key=lambda n: (rows[n][0].commune, -rows[n][which], rows[n][0].deposee_le, n))
    return {number: place for place, number in enumerate(order)}


def outcome(difference: int, names: tuple[str, str, str]) -> str:
    return names[0] if difference > 0 else names[2] if difference < 0 else names[1]


def test_figures_are_those_of_the_explained_carrier(etude: Etude):
    assert etude.state == "terminee"
    rows = one_by_one(etude.au)
    old, new = places(rows, 1), places(rows, 2)
    axes = {"menage": "menage", "taille": "taille", "priorite": "priorite", "commune": "commune"}
    wanted: Counter[tuple[str, str, str]] = Counter()
    for number, (fiche, before, after) in enumerate(rows):
        said = (
            "demandes",
            outcome(after - before, ("gagnent", "egaux", "perdent")),
            outcome(old[number] - new[number], ("montent", "immobiles", "descendent")),
        )
        for name in said:
            wanted["ensemble", "total", name] += 1
            for axe, field in axes.items():
                wanted[axe, str(getattr(fiche, field)), name] += 1
    assert min(wanted["ensemble", "total", name] for name in ("gagnent", "perdent", "montent", "descendent")) > 0
    grids, codes = running.Grids(lire_grille(CURRENT), lire_grille(DRAFT)), queries.communes_of(EPCI)
    columns = running.columns([fiche for fiche, _, _ in rows], grids, etude, list(codes))
    whole = calcul.etudier(columns, grids.actuelle, grids.projet, list(codes.items()), 1)
    found = figures(whole)
    assert {key: count for key, count in found.items() if key[0] != "quartile" and count} == dict(wanted)
    published = {key: count for key, count in figures(etude.resultat).items() if count is not None}
    assert len(published) >= 8
    assert published.items() <= found.items()
    assert sum(count for key, count in found.items() if key[0] == "quartile" and key[2] == "demandes") == len(rows)
    assert etude.resultat["ensemble"]["demandes"] == len(rows) == PEOPLE


def test_no_figure_counts_fewer_than_eleven_and_nothing_personal_is_kept(etude: Etude):
    minimum = LIMITS["cellule"].value
    found = cells(etude.resultat)
    assert minimum == 11
    assert None in found
    assert [value for value in found if value is not None and 0 < value < minimum] == []
    ids = [str(pk) for pk in Demande.objects.values_list("pk", flat=True)]
    holders = [str(pk) for pk in Demande.objects.values_list("titulaire_id", flat=True)]
    kept = str(etude.resultat)
    assert not any(each in kept for each in (*ids, *holders))
