"""Open results a month after an offre ended, delays by territory: k-anonymous, never a protected person (V1, V2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from palier.attributions import actions
from palier.attributions.actions import results
from palier.attributions.models import Bail, ResultatOffre
from palier.attributions.queries import delays_by_territory, open_results
from palier.attributions.queries.results import TYPES
from palier.base.clock import local_day
from palier.base.ids import new_id
from palier.demandes.models import Demande
from palier.droit.dates import plus_mois
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = pytest.mark.django_db
LEASE = kit.DECIDED + timedelta(days=9)
MONTH = LEASE + timedelta(days=32)


@pytest.fixture(autouse=True)
def _nothing_drawn(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(results, "is_drawn", lambda offre_id: False)


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
    assert (found.candidatures, found.ordre_loge, found.jours_ouverte) == (6, 1, 6)
    assert sum(count for _, count in found.bandes) == 3, "those presented"
    assert (found.semaines_decision, found.semaines_reponse) == (2, 1)
    assert not found.compte_seul
    assert actions.publish_results(at=MONTH + timedelta(days=1)) == 0


def test_below_five_candidatures_only_the_count():
    world = housed(4)
    actions.publish_results(at=MONTH)
    found = open_results(world.offre, MONTH)
    assert (found.candidatures, found.compte_seul) == (4, True)
    assert (found.bandes, found.ordre_loge, found.semaines_reponse) == ((), None, None)


def test_who_withdrew_is_not_counted():
    world = housed()
    row = world.candidates[5]
    type(row).objects.filter(pk=row.pk).update(state="retiree")
    actions.publish_results(at=MONTH)
    assert open_results(world.offre, MONTH).candidatures == 5


@pytest.mark.parametrize("situation", [{"violences_couple": True}, {"handicap": True}])
def test_an_attribution_to_a_protected_person_is_never_public(situation: dict[str, Any]):
    world = housed()
    demande = Demande.objects.get(pk=world.candidates[0].demande_id)
    demande.situation = situation
    demande.save(update_fields=["situation"])
    actions.publish_results(at=MONTH)
    assert open_results(world.offre, MONTH) is None
    row = ResultatOffre.objects.get(offre=world.offre)
    assert [row.candidatures, row.bandes, row.ordre_loge, row.jours_ouverte] == [None, [], None, None]
    assert (row.semaines_decision, row.semaines_reponse) == (None, None)


def test_a_silence_is_drawn_too_so_that_it_teaches_nothing(monkeypatch: pytest.MonkeyPatch):
    world = housed()
    monkeypatch.undo()
    drawn = [results.is_drawn(new_id()) for _ in range(400)]
    assert 60 < sum(drawn) < 140
    monkeypatch.setattr(results, "is_drawn", lambda offre_id: offre_id == world.offre.pk)
    actions.publish_results(at=MONTH)
    assert open_results(world.offre, MONTH) is None


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
    assert actions.count_delays(at=MONTH) == 0, "nine"
    more_leases(world, range(9, 12))
    assert actions.count_delays(at=MONTH) == 3
    rows = {(row.niveau, row.code): row for row in delays_by_territory(MONTH)}
    assert set(rows) == {("commune", make.NANTES), ("epci", make.EPCI), ("type", "metropole")}
    assert {row.attente_mois for row in rows.values()} == {(3, 6, 9)}, "1 to 11 months, and the 30 of the first"
    assert {(row.effectif, row.typologie) for row in rows.values()} == {(12, "T3")}
    assert delays_by_territory(MONTH, niveau="commune", code=make.REZE) == []
    assert set(TYPES) == {"metropole", "detendu"}
    assert actions.count_delays(at=LEASE + timedelta(days=20)) == 0, "a lease of this month is not counted yet"
