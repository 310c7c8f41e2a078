"""Open results a month after an offre ended, delays and ranks by territory: alike whoever was housed (V1, V2)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from palier.attributions import actions, rules
from palier.attributions.models import Bail, ResultatOffre
from palier.attributions.queries import delays_by_territory, open_results
from palier.attributions.queries.results import TYPES
from palier.base.clock import local_day
from palier.base.ids import new_id
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.droit.dates import plus_mois
from palier.parc.models import Offre
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = pytest.mark.django_db
LEASE = kit.DECIDED + timedelta(days=9)
MONTH = LEASE + timedelta(days=32)
TOLD = datetime(2027, 2, 1, 9, tzinfo=UTC)


def housed(number: int = 6) -> kit.World:
    """An offre let to the first of the decided order."""
    world, bail = kit.leased(number)
    actions.sign_bail(bail_id=bail.pk, by=world.bailleur, at=LEASE)
    return world


def test_the_result_is_said_a_month_later_and_not_before():
    world = housed()
    actions.publish_results(at=LEASE + timedelta(days=20))
    assert open_results(world.offre, LEASE + timedelta(days=20)) is None
    assert actions.publish_results(at=MONTH) == 1
    found = open_results(world.offre, MONTH)
    assert (found.candidatures, found.jours_ouverte) == (6, 6)
    assert sum(count for _, count in found.bandes) == 3, "those presented"
    assert (found.semaines_decision, found.semaines_reponse) == (2, 1)
    assert not found.compte_seul
    assert actions.publish_results(at=MONTH + timedelta(days=1)) == 0


def test_below_five_candidatures_only_the_count():
    world = housed(4)
    actions.publish_results(at=MONTH)
    found = open_results(world.offre, MONTH)
    assert (found.candidatures, found.compte_seul) == (4, True)
    assert (found.bandes, found.jours_ouverte, found.semaines_reponse) == ((), None, None)


def test_the_points_of_one_presented_alone_are_not_told():
    world = housed(7)
    Candidature.objects.filter(pk__in=[each.pk for each in world.candidates[1:3]]).update(state="retiree")
    actions.publish_results(at=MONTH)
    found = open_results(world.offre, MONTH)
    assert (found.candidatures, found.bandes, found.jours_ouverte) == (5, (), 6)


def test_who_withdrew_is_not_counted():
    world = housed()
    row = world.candidates[5]
    type(row).objects.filter(pk=row.pk).update(state="retiree")
    actions.publish_results(at=MONTH)
    assert open_results(world.offre, MONTH).candidatures == 5


@pytest.mark.parametrize("situation", [{"violences_couple": True}, {"handicap": True}])
def test_a_result_is_the_same_whoever_was_housed(situation: dict[str, Any]):
    world = housed()
    actions.publish_results(at=MONTH)
    before = open_results(world.offre, MONTH)
    ResultatOffre.objects.all().delete()
    demande = Demande.objects.get(pk=world.candidates[0].demande_id)
    demande.situation = situation
    demande.save(update_fields=["situation"])
    assert actions.publish_results(at=MONTH) == 1
    assert open_results(world.offre, MONTH) == before
    assert before is not None


def test_no_result_reads_a_demande_or_a_person():
    housed()
    with CaptureQueriesContext(connection) as queries:
        actions.publish_results(at=MONTH)
    said = " ".join(each["sql"] for each in queries)
    assert "attributions_resultatoffre" in said
    assert not re.search(r"demandes_\w+", said)


def test_no_two_ended_offres_differ_by_a_silence():
    let, dropped = housed(), kit.closed(6)
    Offre.objects.filter(pk=dropped.offre.pk).update(state="infructueuse", state_since=LEASE)
    assert actions.publish_results(at=MONTH) == 2
    assert ResultatOffre.objects.count() == Offre.objects.filter(state__in=("pourvue", "infructueuse")).count() == 2
    found = [open_results(world.offre, MONTH) for world in (let, dropped)]
    assert [(each.candidatures, each.jours_ouverte) for each in found] == [(6, 6), (6, 6)]
    assert [each.semaines_reponse for each in found] == [1, None]


def test_a_result_is_read_in_one_query(django_assert_num_queries: Any):
    world = housed()
    actions.publish_results(at=MONTH)
    with django_assert_num_queries(1):
        open_results(world.offre, MONTH)


def copy_of(row: Any, **changes: Any) -> Any:
    """The same row under another id."""
    made = type(row).objects.get(pk=row.pk)
    made.pk = new_id()
    for name, value in changes.items():
        setattr(made, name, value)
    made.save(force_insert=True)
    return made


def more_leases(world: kit.World, waits: range) -> None:
    """One lease like that of the world for each wait in months."""
    bails = Bail.objects.select_related("offre__logement", "demande", "proposition__candidature")
    bail = bails.earliest("pk")
    for months in waits:
        filed = plus_mois(local_day(LEASE), -months)
        demande = copy_of(bail.demande, deposee_le=filed, numero_index=f"copie {months}", titulaire=make.make_user())
        logement = copy_of(bail.offre.logement, numero=f"C{months}")
        offre = copy_of(bail.offre, logement=logement)
        candidature = copy_of(bail.proposition.candidature, demande=demande, offre=offre)
        proposition = copy_of(bail.proposition, candidature=candidature, offre=offre)
        copy_of(bail, proposition=proposition, logement=logement, demande=demande, offre=offre)


def test_delays_need_ten_persons_and_give_the_middle_half():
    world = housed(4)
    more_leases(world, range(1, 9))
    assert actions.count_delays(at=TOLD) == 0, "nine"
    more_leases(world, range(9, 12))
    assert actions.count_delays(at=TOLD) == 3
    rows = {(row.niveau, row.code): row for row in delays_by_territory(TOLD)}
    assert set(rows) == {("commune", make.NANTES), ("epci", make.EPCI), ("type", "metropole")}
    assert {row.attente_mois for row in rows.values()} == {(3, 6, 9)}, "1 to 11 months, and the 30 of the first"
    assert {(row.effectif, row.typologie) for row in rows.values()} == {(12, "T3")}
    assert delays_by_territory(TOLD, niveau="commune", code=make.REZE) == []
    assert set(TYPES) == {"metropole", "detendu"}


def test_two_nights_of_a_month_count_the_same_leases():
    world = housed(4)
    more_leases(world, range(1, 12))
    assert LEASE.month == 12
    assert actions.count_delays(at=TOLD - timedelta(days=1)) == 0, "on 31 January, December is not a month old"
    assert actions.count_delays(at=TOLD) == 3
    assert rules.months_told(date(2027, 1, 31)) == (date(2024, 12, 1), date(2026, 11, 30))
    assert {rules.months_told(date(2027, 2, day)) for day in (1, 2, 15, 28)} == {(date(2025, 1, 1), date(2026, 12, 31))}


def test_a_share_of_fewer_than_five_dwellings_is_never_told():
    assert rules.order_shares(30, 15, 5) == [6, 3, 1]
    assert rules.order_shares(30, 4, 6) == [8, 2], "the 2nd folds into the last"
    assert rules.order_shares(7, 5, 4) == [4, 6], "so does the last with the 2nd"
    assert rules.order_shares(10, 2, 2) == [], "four would be known by subtraction"
    assert rules.order_shares(12, 0, 0) == [], "all of them would be"
    assert rules.order_shares(4, 20, 20) == []
    assert {sum(rules.order_shares(a, b, c)) for a in range(5, 16) for b in range(5, 16) for c in range(5, 9)} == {10}


def test_the_decided_rank_is_told_by_territory_only():
    world = housed(4)
    more_leases(world, range(1, 12))
    actions.count_delays(at=TOLD)
    assert {row.ordre for row in delays_by_territory(TOLD)} == {()}, "all went to the 1st: it would tell of each"
    late = Bail.objects.exclude(offre=world.offre).values_list("proposition__candidature_id", flat=True)[:6]
    Candidature.objects.filter(pk__in=list(late)).update(ordre_decision=3)
    actions.count_delays(at=TOLD)
    assert {row.ordre for row in delays_by_territory(TOLD)} == {(5, 5)}
