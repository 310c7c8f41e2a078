"""A bailleur describes, offers, publishes: the window, the hour, the right, one live offre a dwelling."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from palier.base.refusal import NotVisible, Refused
from palier.parc import actions
from palier.parc.models import Offre
from palier.parc.queries import Filters, Perimetre, counts, search
from tests import factories as make

pytestmark = pytest.mark.django_db


def publish(offre, agent, *, start=make.NOW, days=6):
    return actions.publish_offre(
        offre_id=offre.pk, publiee_le=start, cloture_le=start + timedelta(days=days), by=agent, at=make.NOW
    )


def test_a_draft_becomes_open():
    _, agent = make.make_bailleur()
    assert publish(make.make_offre(agent, state="brouillon"), agent).state == "publiee"


@pytest.mark.parametrize("days", [0, 2, 31, -4])
def test_a_window_is_three_to_thirty_days(days):
    _, agent = make.make_bailleur()
    with pytest.raises(Refused, match="de 3 à 30"):
        publish(make.make_offre(agent, state="brouillon"), agent, days=days)


def test_a_later_hour_waits_for_the_system():
    _, agent = make.make_bailleur()
    start = make.NOW + timedelta(days=2)
    offre = publish(make.make_offre(agent, state="brouillon"), agent, start=start)
    assert offre.state == "programmee"
    assert actions.publish_due(at=make.NOW) == []
    assert [each.pk for each in actions.publish_due(at=start)] == [offre.pk]
    assert Offre.objects.get(pk=offre.pk).state == "publiee"


def test_another_bailleur_touches_nothing():
    _, agent = make.make_bailleur()
    _, other = make.make_bailleur()
    offre = make.make_offre(agent, state="brouillon")
    with pytest.raises(NotVisible):
        publish(offre, other)
    with pytest.raises(NotVisible):
        actions.create_offre(logement_id=offre.logement_id, disponible_le=date(2027, 1, 1), by=other, at=make.NOW)


def test_one_live_offre_a_dwelling():
    _, agent = make.make_bailleur()
    offre = make.make_offre(agent)
    with pytest.raises(Refused, match="déjà en cours"):
        make.make_offre(agent, logement=offre.logement)


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("typologie", "T99", "Typologie"),
        ("financement", "HLM", "Financement"),
        ("surface", Decimal("8"), "Surface"),
        ("loyer_hc_cents", 0, "Loyer"),
        ("numero", " ", "Numéro"),
    ],
)
def test_a_bad_dwelling_names_its_field(field, value, word):
    _, agent = make.make_bailleur()
    with pytest.raises(Refused, match=word):
        make.make_logement(agent, **{field: value})


def test_a_commune_without_a_grid_is_refused():
    _, agent = make.make_bailleur()
    logement = make.make_logement(agent)
    with pytest.raises(Refused, match="grille"):
        actions.create_offre(logement_id=logement.pk, disponible_le=date(2027, 1, 1), by=agent, at=make.NOW)


def test_unknown_commune_and_taken_name_are_refused():
    _, agent = make.make_bailleur()
    programme = make.make_programme(agent)
    with pytest.raises(Refused, match="n'existe pas"):
        actions.create_programme(nom="A", commune="99999", adresse="1 rue", by=agent, at=make.NOW)
    with pytest.raises(Refused, match="existe déjà"):
        actions.create_programme(nom=programme.nom, commune=make.NANTES, adresse="1 rue", by=agent, at=make.NOW)


def test_zones_are_disjoint_and_counted(django_assert_num_queries):
    _, agent = make.make_bailleur()
    for commune in (make.NANTES, make.REZE, make.SAINT_HERBLAIN):
        make.make_offre(agent, commune=commune)
    asked = Perimetre((make.NANTES,), ("44",))
    with django_assert_num_queries(1):
        found = counts(Filters(), asked, at=make.NOW)
    assert found == {"demandees": 1, "limitrophes": 2, "autres": 0}
    with django_assert_num_queries(1):
        page = search(Filters(loyer_max_cents=62_000), asked, "limitrophes", at=make.NOW)
    assert len(page.offres) == 2
    assert search(Filters(loyer_max_cents=61_999), asked, "limitrophes", at=make.NOW).offres == []


def test_filters_keep_what_they_say():
    _, agent = make.make_bailleur()
    wanted = make.make_offre(agent, typologie="T2", financement="PLAI")
    make.make_offre(agent, typologie="T2", financement="PLUS")
    make.make_offre(agent, typologie="T3", financement="PLAI")
    page = search(Filters(("T2",), ("PLAI",)), Perimetre(), "autres", at=make.NOW)
    assert [offre.pk for offre in page.offres] == [wanted.pk]
