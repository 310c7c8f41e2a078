"""What the page of a rank says: months only where months help, the third file whatever is presented, the Paris day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from palier.candidatures.facts import law_grille
from palier.candidatures.models import Candidature
from palier.candidatures.queries import explanation
from palier.candidatures.queries.explain import months_for
from palier.parc.models import Offre
from tests import factories as make

pytestmark = pytest.mark.django_db


def fresh(row: Candidature) -> Candidature:
    return Candidature.objects.select_related("offre__grille", "demande").get(pk=row.pk)


def test_months_are_not_promised_past_the_cap_of_seniority():
    grille = law_grille(make.make_offre().grille)
    scales = (c.points_par for r in grille.rubriques for c in r.criteres if c.points_par)
    cap = next(scale.plafond for scale in scales if scale.fait == "anciennete_mois")
    assert cap
    assert months_for(grille, 2, held=cap - 2) == 2
    assert months_for(grille, 2, held=cap - 1) is None
    assert months_for(grille, 2, held=cap) is None


def test_the_exact_points_shown_are_those_of_the_third_place():
    offre = make.make_offre()
    for _ in range(6):
        make.make_candidature(offre)
    Offre.objects.filter(pk=offre.pk).update(presentes=1)
    last = list(Candidature.objects.filter(offre=offre).in_order())[-1]  # equal points: the draw decides the order
    why = explanation(fresh(last))
    assert why.repere == 3
    assert [each.rang for each in why.voisins if each.lu] == [3]
    assert why.manque == 0


def test_the_number_of_the_count_carries_the_paris_day():
    row = make.make_candidature()
    row = fresh(row)
    row.cote_le = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert explanation(row).numero.startswith("2026-11-25-")
