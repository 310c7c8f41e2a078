"""The counter: which pieces, seen when, valid until when, and how many wrong codes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from palier.base import clock
from palier.base.refusal import Refused
from palier.candidatures import actions
from palier.demandes import actions as demandes
from palier.demandes.models import Demande
from palier.journal.models import Event
from palier.portals.bailleur.forms import PieceForm, longest_validity
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = clock.local_day(make.NOW)


@pytest.mark.parametrize(
    ("vue_le", "expire_le", "named"),
    [
        (TODAY - timedelta(days=1), None, "Vue le"),
        (TODAY + timedelta(days=1), None, "Vue le"),
        (TODAY, TODAY - timedelta(days=1), "Valable jusqu'au"),
    ],
)
def test_an_identity_piece_with_an_impossible_day_gives_no_number(vue_le: date, expire_le: date | None, named: str):
    demande = make.make_demande(state="deposee")
    agent = make.make_counter(demande)
    with pytest.raises(Refused) as refusal:
        actions.record_piece(
            demande_id=demande.pk, code="ID_FR", vue_le=vue_le, expire_le=expire_le, by=agent, at=make.NOW
        )
    value = expire_le or vue_le
    assert (refusal.value.field, refusal.value.value) == (named, f"{value:%d/%m/%Y}")
    assert refusal.value.mend
    assert Demande.objects.get(pk=demande.pk).state == "deposee"


def test_a_piece_valid_until_today_is_taken():
    demande = make.make_demande(state="deposee")
    make.make_piece(demande, "ID_FR", expire_le=TODAY)
    assert Demande.objects.get(pk=demande.pk).state == "active"


@pytest.mark.parametrize("code", ["RIB", "ASSURANCE_HABITATION"])
def test_a_piece_of_the_lease_is_neither_offered_nor_taken(code: str):
    assert code not in dict(PieceForm().fields["code"].choices)
    demande = make.make_demande(state="deposee")
    agent = make.make_counter(demande)
    with pytest.raises(Refused, match="après l'attribution"):
        actions.record_piece(demande_id=demande.pk, code=code, vue_le=TODAY, by=agent, at=make.NOW)


def test_a_ten_year_card_is_accepted_by_the_form():
    clock.set_now(make.NOW)
    end = date(TODAY.year + 10, TODAY.month, 1)
    day = {"vue_le_jour": "24", "vue_le_mois": "11", "vue_le_annee": "2026"}
    until = {"expire_le_jour": str(end.day), "expire_le_mois": str(end.month), "expire_le_annee": str(end.year)}
    form = PieceForm({"code": "ID_FR", **day, **until})
    assert form.is_valid(), form.errors
    assert longest_validity() == TODAY.replace(year=TODAY.year + 15)


def test_ten_wrong_codes_then_a_pause_even_for_a_right_one():
    clock.set_now(make.NOW)
    demande = make.make_demande(state="deposee")
    code = demandes.issue_counter_code(demande_id=demande.pk, by=make.actor_of(demande.titulaire), at=make.NOW)
    agent = make.make_bailleur()[1]
    browser, url = kit.client_of(agent), reverse("bailleur:guichet")
    assert {kit.post(browser, url, code=f"AAAA222{n % 8 + 2}").status_code for n in range(10)} == {422}
    told = Event.objects.filter(kind="guichet.code_refuse", actor_id=agent.user_id)
    assert told.count() == 10
    paused = kit.post(browser, url, code=code)
    assert paused.status_code == 429
    assert "Attendez 10 minutes" in paused.content.decode()
    assert told.count() == 10
    later = make.NOW + timedelta(minutes=11)
    assert demandes.open_counter(code=code, by=agent, at=later).pk == demande.pk
