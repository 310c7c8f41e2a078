"""Our score of a quarter: from what was shown and from the record replayed, weighted, written once, silent when few."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.db import DatabaseError, transaction

from palier.attributions import actions as attributions
from palier.base import limits
from palier.candidatures.models import Candidature
from palier.chances import mesures
from palier.chances.journal import Journal
from palier.chances.recalage import apprendre
from palier.chances.simulateur import simuler
from palier.estimations.actions import computing, scoring
from palier.estimations.calcul import scores
from palier.estimations.models import Estimation, Score
from tests import attributions_kit as kit
from tests import factories as make

YEAR = 365 * 86_400


@pytest.fixture(scope="module")
def journal() -> Journal:
    return simuler("detendu", graine=3, annees=2).journal


def replayed(journal: Journal) -> scores.Cases:
    start, end = journal.parametres.debut + YEAR, journal.parametres.debut + YEAR + YEAR // 4
    fit = apprendre(journal, start)
    return scores.replayed(journal, fit, start, end, np.random.default_rng(1).random, date(2026, 1, 1))


def test_the_table_is_the_published_formulas_on_weighted_cases(journal: Journal):
    cases = replayed(journal)
    assert cases.proba.size > 200
    row = scores.table(cases)[0]
    assert (row["zone"], row["typologie"], row["cas"]) == ("", "", cases.proba.size)
    weights = cases.poids / cases.poids.sum()
    assert row["brier"] == pytest.approx(float(weights @ (cases.proba - cases.y) ** 2), abs=1e-12)
    assert row["base"] == pytest.approx(float(weights @ cases.y))
    assert row["brier"] < row["base"] * (1 - row["base"]), "better than saying the base rate to everybody"
    assert row["log_perte"] == pytest.approx(mesures.log_perte(cases.proba, cases.y, poids=cases.poids))
    assert row["ece"] < 0.1
    assert 0.6 < row["couverture"] <= 1
    assert sum(share for share, *_ in row["bacs"]) == pytest.approx(1, abs=1e-4)
    assert sum(share * happened for share, _, happened, _ in row["bacs"]) == pytest.approx(row["base"], abs=1e-4)
    assert sum(count for *_, count in row["bacs"]) == row["cas"]
    announced = [each for _, each, *_ in row["bacs"]]
    assert announced == sorted(announced)
    assert len(announced) > 5


def test_what_comes_after_the_quarter_changes_nothing(journal: Journal):
    start, end = journal.parametres.debut + YEAR, journal.parametres.debut + YEAR + YEAR // 4
    inside = scores.ended(journal, start, end)
    said = journal.evenements
    assert inside.sum() > 20
    later = said.offre_i[(said.instant >= end) & (said.offre_i >= 0)]
    assert not inside[np.setdiff1d(later, said.offre_i[said.instant < end])].any()


def test_too_few_offres_make_no_figure(journal: Journal):
    cases = replayed(journal)
    few = np.unique(cases.offre)[: limits.value("score_offres_min") - 1]
    row = scores.table(cases.where(np.isin(cases.offre, few)))[0]
    assert set(row) == {"zone", "typologie", "offres", "cas"}
    assert row["offres"] == len(few)


def test_no_case_at_all_is_a_row_that_says_so():
    assert scores.table(scores.together([])) == [{"zone": "", "typologie": "", "offres": 0, "cas": 0}]


def test_which_of_several_estimates_counts_is_chosen_by_nobody():
    drawn = [scores.pick(f"{number:032x}", 3) for number in range(300)]
    assert {0, 1, 2} == set(drawn)
    assert max(drawn.count(each) for each in range(3)) < 150
    assert drawn == [scores.pick(f"{number:032x}", 3) for number in range(300)]


def test_the_last_quarter_is_the_one_that_is_over():
    assert scoring.last_quarter(datetime(2026, 12, 1, 12, tzinfo=UTC)) == date(2026, 7, 1)
    assert scoring.last_quarter(datetime(2027, 1, 1, 12, tzinfo=UTC)) == date(2026, 10, 1)
    assert scoring.last_quarter(datetime(2026, 2, 28, 12, tzinfo=UTC)) == date(2025, 10, 1)


@pytest.mark.django_db
class TestStored:
    """On the platform's own rows."""

    @pytest.fixture
    def world(self, monkeypatch: pytest.MonkeyPatch) -> kit.World:
        """An offre let: the chances were made, and shown, while it was open."""
        made, bail = kit.leased(6)
        real = limits.value
        monkeypatch.setattr(limits, "value", lambda name: 1 if name == "score_offres_min" else real(name))
        rows = list(Candidature.objects.filter(offre=made.offre).in_order())
        computing.refit("territoire-demo", at=make.NOW)
        fit = scoring.Ajustement.objects.get()
        for row, proba in zip(rows, (0.7, 0.6, 0.5, 0.3, 0.2, 0.1), strict=True):
            for wait, value in ((1, proba), (2, proba)):
                Estimation.objects.create(
                    genre="chance", demande_id=row.demande_id, candidature=row, ajustement=fit, cause="nuit",
                    faite_le=make.NOW + timedelta(hours=wait), empreinte="e", proba=value, bas=0.0, haut=1.0,
                    statut="ok", montree_le=make.NOW + timedelta(hours=wait), courante=wait == 2,
                )  # fmt: skip
        attributions.sign_bail(bail_id=bail.pk, by=made.bailleur, at=kit.DECIDED + timedelta(days=3))
        return made

    def test_each_candidature_shown_counts_once(self, world: kit.World):
        debut = scoring.last_quarter(kit.DECIDED + timedelta(days=100))
        at = scoring.opening(date(2027, 1, 2))
        assert scoring.score_quarter(debut=debut, at=at) >= 1
        row = Score.objects.get(source="montrees", zone="", typologie="")
        assert (row.offres, row.origine, row.calcule_le) == (1, "demonstration", at)
        assert 1 <= row.cas <= 6
        assert row.couverture == 1.0
        assert row.brier is not None

    def test_a_quarter_is_scored_once_and_never_changed(self, world: kit.World):
        debut, at = date(2026, 10, 1), scoring.opening(date(2027, 1, 2))
        scoring.score_quarter(debut=debut, at=at)
        before = list(Score.objects.order_by("pk").values())
        assert scoring.score_quarter(debut=debut, at=at + timedelta(days=1)) == 0
        assert list(Score.objects.order_by("pk").values()) == before
        for change in (lambda: Score.objects.update(brier=0), lambda: Score.objects.all().delete()):
            with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
                change()

    def test_what_nobody_was_shown_is_not_scored(self, world: kit.World):
        debut, at = date(2026, 7, 1), scoring.opening(date(2027, 1, 2))
        scoring.score_quarter(debut=debut, at=at)
        assert Score.objects.get(source="montrees").cas == 0
