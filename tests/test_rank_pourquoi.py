"""« Pourquoi ce rang ? »: exact points to the third file, ties with what settled them, months, dates, the stamp."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from palier.base import clock
from palier.candidatures.facts import count, law_grille
from palier.candidatures.models import Candidature
from palier.candidatures.queries import explanation
from palier.candidatures.queries.equivalence import SENIORITY, complete_on, waiting
from palier.candidatures.rules import full_months
from palier.droit.bareme import texte_donnees
from palier.droit.cotation import lire_grille
from palier.parc.models import Offre
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def crowd(offre: Offre, *days: int) -> list[Candidature]:
    return [make.make_candidature(offre, filed=make.NOW - timedelta(days=each)) for each in days]


def fresh(row: Candidature) -> Candidature:
    return Candidature.objects.select_related("offre__grille", "demande").get(pk=row.pk)


def page_of(row: Candidature) -> str:
    client = Client()
    client.force_login(row.demande.titulaire)
    bare = re.sub(r"</?(sup|strong|b)>", "", client.get(f"/candidatures/{row.pk}/rang/").content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


@pytest.mark.parametrize(("others", "mine", "one_more"), [(500, 40, 1), (2000, 2100, 0)])
def test_the_points_missing_are_those_that_pass_the_third_file(others: int, mine: int, one_more: int):
    """One point less than announced leaves the rank behind the third file, as many pass it; a tie is told."""
    offre = make.make_offre()
    crowd(offre, *range(others, others + 4))
    filed = make.NOW - timedelta(days=mine)
    row = fresh(make.make_candidature(offre, filed=filed, menage={"personnes": []}))
    found = explanation(row).manquant
    third = Candidature.objects.live().filter(offre=offre).in_order()[2]
    assert found.points == found.ecart + one_more == third.points - row.points + one_more
    for points, passes in ((found.points - 1, False), (found.points, True)):
        keys = (-(row.points + points), row.anciennete_le, row.cle_egalite)
        assert (keys < (third.points_ordre, third.anciennete_le, third.cle_egalite)) is passes


def test_an_older_demande_passes_at_equal_points():
    """The oldest of all lacks 15 points of a place of work: the lead is enough, not one more."""
    offre = make.make_offre()
    crowd(offre, 2000, 2001, 2002, 2003)
    mine = make.make_candidature(offre, filed=make.NOW - timedelta(days=2100), menage={"personnes": []})
    why = explanation(fresh(mine))
    assert why.manquant.points == why.manquant.ecart > 0
    assert why.manquant.egalite == "plus_recente"
    assert why.manquant.attente is None, "the cap of seniority is reached"
    page = page_of(mine)
    assert "L'ancienneté seule n'y suffirait jamais." in page
    assert "Vous avez le plafond de 48 points. Attendre n'apporte plus rien." in page


def test_a_tie_says_what_settled_it():
    offre = make.make_offre()
    rows = crowd(offre, 30, 30, 30, 30, 31)
    last = list(Candidature.objects.filter(offre=offre).in_order())[-1]
    why = explanation(fresh(last))
    kinds = {each.rang: each.egalite for each in why.voisins}
    assert kinds == {3: "tirage", 4: "tirage", 5: ""}
    page = page_of(last)
    assert "égalité et même date, tirage" in page
    assert f"Votre tirage commence par {last.cle_egalite[:8].upper()}" in page
    assert "Vous avez autant de points que le 3e dossier. Il manque 1 point pour passer devant" in page
    first = explanation(fresh(rows[4]))
    assert [each.egalite for each in first.voisins] == ["", "plus_recente", "plus_recente"]
    assert "égalité, demande plus récente" in page_of(rows[4])


@pytest.mark.parametrize("held", [0, 1, 11, 23, 24, 46, 47, 48, 70])
@pytest.mark.parametrize("grid", ["pas = 1, points = 1, plafond = 48", "pas = 3, points = 2, plafond = 20",
                                  "pas = 6, points = 5"])  # fmt: skip
def test_the_wait_is_the_least_seniority_that_is_enough(grid: str, held: int):
    grille = lire_grille(texte_donnees("donnees/grilles/page_blanche.toml").replace(
        "pas = 1, points = 1, plafond = 48", grid))  # fmt: skip
    frozen: dict[str, Any] = {"faits": {SENIORITY: held}, "pieces": [], "au": "2026-12-01"}
    since = date(2020, 1, 31)

    def points(months: int) -> int:
        return count(grille, {**frozen, "faits": {SENIORITY: months}}).points

    for more in (1, 2, 7, 30):
        target = points(held) + more
        found = waiting(grille, frozen, since, target)
        by_hand = next((months for months in range(held, held + 600) if points(months) >= target), None)
        assert (found and found.mois + held) == by_hand
        if found is not None:
            assert found.le == complete_on(since, by_hand)


@pytest.mark.parametrize("since", [date(2024, 1, 31), date(2024, 2, 29), date(2024, 12, 1), date(2023, 8, 30)])
def test_a_month_is_complete_on_its_first_day(since: date):
    for months in range(1, 40):
        day = complete_on(since, months)
        assert full_months(since, day) >= months > full_months(since, day - timedelta(days=1))


def test_the_page_says_the_day_when_seniority_alone_would_be_enough():
    offre = make.make_offre()
    rows = crowd(offre, 40, 400, 500, 600, 700)
    why = explanation(fresh(rows[0]))
    wait = why.manquant.attente
    grille = law_grille(offre.grille)
    frozen = fresh(rows[0]).cotation
    months = full_months(rows[0].anciennete_le, wait.le)
    later = count(grille, {**frozen, "faits": {**frozen["faits"], SENIORITY: months}})
    assert later.points == rows[0].points + wait.mois
    page = page_of(rows[0])
    assert f"Il manque {why.manquant.points} points pour passer devant le 3e dossier" in page
    assert f"autant que {wait.mois} mois d'attente" in page
    assert "À égalité, sa demande est plus ancienne que la vôtre." in page
    assert "Si rien d'autre ne bougeait, l'ancienneté seule y suffirait le" in page
    assert "1 point vaut un mois d'ancienneté, exactement." in page


def test_a_piece_is_worth_months_until_the_cap():
    demande = make.make_demande(situation={"dalo": True, "mobilite_professionnelle": True})
    page = page_of(make.make_candidature(demande=demande))
    assert "Autant que 15 mois d'ancienneté." in page
    assert "L'ancienneté n'apporte jamais autant : elle s'arrête à 48 points." in page


def test_the_stamp_names_the_grid_the_day_and_the_frozen_list():
    offre = make.make_offre()
    rows = crowd(offre, 100, 200)
    assert "L'empreinte de la liste s'écrit à la clôture." in page_of(rows[0])
    classement = make.make_closed(offre)
    page = page_of(rows[0])
    assert f"Liste arrêtée, empreinte {classement.empreinte[:8].upper()}" in page
    assert f"empreinte {offre.grille.empreinte[:8].upper()}" in page
    assert explanation(fresh(rows[0])).liste == classement.empreinte


def test_every_line_has_its_proof_its_rule_and_its_zero_explained():
    demande = make.make_demande(situation={"dalo": True})
    why = explanation(fresh(make.make_candidature(demande=demande)))
    assert sum(line.points for line in why.lignes) == why.points
    assert all(line.preuve for line in why.lignes)
    assert all(bool(line.zero) == (line.points == 0) for line in why.lignes)


def test_a_line_is_contested_in_one_act():
    row = make.make_candidature()
    assert f"/candidatures/{row.pk}/rang/contester/" in _raw(row)


def _raw(row: Candidature) -> str:
    client = Client()
    client.force_login(row.demande.titulaire)
    return client.get(f"/candidatures/{row.pk}/rang/").content.decode()
