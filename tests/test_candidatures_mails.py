"""Mails of a candidature: one an event, nothing about the person in them, no copy when delivered twice."""

from __future__ import annotations

import pytest

from palier.attributions import actions as attributions
from palier.attributions import tasks as attribution_tasks
from palier.candidatures import tasks
from palier.gateways import mail
from palier.journal.models import Event
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = pytest.mark.django_db
SAID = ("Nantes", "Marchal", "loyer", "refus", "points", "T3")


def delivered(candidature) -> list[mail.Delivered]:
    return mail.list_delivered(candidature.demande.titulaire.email)


def event(kind: str) -> Event:
    return Event.objects.filter(kind=kind).latest("at", "id")


def test_a_candidature_is_acknowledged_once():
    candidature = make.make_candidature()
    for _ in range(2):
        tasks.send_received(event("candidature.deposee").pk)
    (message,) = delivered(candidature)
    assert candidature.pseudonyme in message.text
    assert "/candidatures/" in message.html
    assert not [word for word in SAID if word in message.subject + message.text + message.html]


def test_a_closing_tells_everyone_on_the_list():
    offre = make.make_offre()
    rows = [make.make_candidature(offre) for _ in range(2)]
    make.make_closed(offre)
    tasks.send_frozen(event("offre.cloturee").pk)
    assert [len(delivered(row)) for row in rows] == [1, 1]
    assert f"/candidatures/{rows[0].pk}/rang/" in delivered(rows[0])[0].text


def test_an_end_says_no_reason_in_the_mail():
    _, agent = make.make_bailleur()
    candidature = make.make_candidature(make.make_offre(agent))
    make.candidatures.withdraw_offre(offre_id=candidature.offre_id, motif="vente", by=agent, at=make.NOW)
    tasks.send_ended(event("candidature.close").pk)
    (message,) = delivered(candidature)
    assert "vente" not in message.text + message.html
    assert not [word for word in SAID if word in message.subject + message.text]


def test_a_closed_account_receives_nothing():
    candidature = make.make_candidature()
    user = candidature.demande.titulaire
    user.is_active = False
    user.save()
    tasks.send_received(event("candidature.deposee").pk)
    assert delivered(candidature) == []


def test_an_annulled_proposition_sends_one_mail():
    world = kit.proposed()
    row = world.candidates[0]
    attributions.cancel_proposition(
        proposition_id=world.proposition(0).pk, motif="logement_indisponible", by=world.bailleur, at=kit.DECIDED
    )
    before = len(delivered(row))
    tasks.send_ended(event("candidature.close").pk)
    assert len(delivered(row)) == before
    attribution_tasks.tell_answer(event("proposition.annulee").pk)
    assert len(delivered(row)) == before + 1
