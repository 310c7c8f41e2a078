"""The person's side: deadline in full, two equal answers, a confirmation, an end said in words; and the mails."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from palier.attributions import actions, queries, tasks
from palier.attributions.actions import Choice
from palier.base import clock
from palier.base.ids import new_id
from palier.candidatures.models import Candidature
from palier.candidatures.queries import bailleur_view
from palier.gateways import mail
from palier.journal.models import Event
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.web]
NEXT = kit.DECIDED + timedelta(days=1)


def page_of(world: kit.World, place: int) -> str:
    return reverse("demandeur:proposition", args=[world.proposition(place).pk])


def test_the_deadline_is_said_in_full_and_both_answers_weigh_the_same():
    world = kit.proposed()
    clock.set_now(NEXT)
    page = kit.client_of(world.person(0)).get(page_of(world, 0)).content.decode()
    assert "vendredi 18\u00a0décembre 2026, 23\u00a0h\u00a059" in page
    assert page.count('<a class="btn" href') == 2
    assert "la loi compte un refus" in page


def test_an_acceptance_is_confirmed_before_it_leaves():
    world = kit.proposed()
    clock.set_now(NEXT)
    browser = kit.client_of(world.person(0))
    url = reverse("demandeur:proposition_reponse", args=[world.proposition(0).pk, "accepter"])
    assert "Oui, j'accepte" in browser.get(url).content.decode().replace("&#x27;", "'")
    assert world.state(0) == "proposee"
    assert kit.post(browser, url, reponse="accepter").status_code == 303
    assert world.state(0) == "acceptee"
    assert "Vous avez accepté" in browser.get(page_of(world, 0)).content.decode()
    assert kit.post(browser, url, reponse="accepter").status_code == 409


def test_a_refusal_takes_a_word_and_says_what_stays():
    world = kit.proposed()
    clock.set_now(NEXT)
    browser = kit.client_of(world.person(0))
    url = reverse("demandeur:proposition_reponse", args=[world.proposition(0).pk, "refuser"])
    assert kit.post(browser, url, reponse="refuser").status_code == 422
    assert kit.post(browser, url, reponse="refuser", motif="quartier").status_code == 303
    page = browser.get(page_of(world, 0)).content.decode()
    assert "Vous avez refusé" in page
    assert "Le quartier" in page
    assert world.state(1) == "proposee"


def test_silence_is_said_without_blame():
    world = kit.proposed()
    after = world.proposition(0).limite_le + timedelta(minutes=1)
    clock.set_now(after)
    actions.expire_due(at=after)
    page = kit.client_of(world.person(0)).get(page_of(world, 0)).content.decode()
    assert "Ce n'est pas une faute" in page.replace("&#x27;", "'")


def test_another_person_sees_nothing():
    world = kit.proposed()
    clock.set_now(NEXT)
    browser = kit.client_of(world.person(1))
    refused = browser.get(page_of(world, 0))
    unknown = browser.get(reverse("demandeur:proposition", args=[new_id()]))
    assert refused.status_code == 404
    assert kit.bytes_of(refused) == kit.bytes_of(unknown)
    url = reverse("demandeur:proposition_reponse", args=[world.proposition(0).pk, "accepter"])
    assert kit.post(browser, url, reponse="accepter").status_code == 404


def test_the_second_knows_their_place_and_when_they_are_released():
    world = kit.proposed()
    clock.set_now(NEXT)
    url = reverse("demandeur:proposition_attente", args=[world.candidates[1].pk])
    page = kit.client_of(world.person(1)).get(url).content.decode()
    assert "Vous êtes 2<sup>e</sup>" in page
    assert "vendredi 18\u00a0décembre 2026" in page
    assert kit.client_of(world.person(0)).get(url).status_code == 404


def test_mails_say_the_deadline_and_no_reason():
    world = kit.seated()
    assert world.seance is not None
    choices = [
        Choice(world.candidates[0].pk, "b", 1),
        Choice(world.candidates[1].pk, "b", 2),
        Choice(world.candidates[2].pk, "d", None, "ressources_superieures_plafond", "Vos revenus dépassent."),
    ]
    actions.record_decisions(
        seance_id=world.seance.pk, offre_id=world.offre.pk, decisions=choices, by=world.membre, at=kit.DECIDED
    )
    actions.send_proposition(offre_id=world.offre.pk, by=world.bailleur, at=kit.DECIDED)
    clock.set_now(kit.DECIDED)
    for task, kind in (
        (tasks.tell_progress, "candidature.attribuee"),
        (tasks.tell_decision, "candidature.non_attribuee"),
        (tasks.tell_proposition, "proposition.envoyee"),
        (tasks.convene, "seance.convoquee"),
    ):
        for event in Event.objects.filter(kind=kind):
            task(event.pk)
    mine = mail.list_delivered(world.candidates[0].demande.titulaire.email)
    assert {each.subject for each in mine} == {"La commission a lu votre dossier", "Un logement vous est proposé"}
    proposed = next(each for each in mine if each.subject.startswith("Un logement"))
    assert "vendredi 18 décembre 2026, 23 h 59" in proposed.text.replace("\u00a0", " ")
    assert f"/propositions/{world.proposition(0).pk}/" in proposed.html
    (answer,) = mail.list_delivered(world.candidates[2].demande.titulaire.email)
    assert "revenus" not in answer.text
    assert answer.subject == "Une réponse vous attend"
    assert mail.list_delivered(world.membre_user.email)[0].subject == "Convocation à la commission"


def test_tasks_go_on_when_somebody_of_the_order_leaves():
    world = kit.decided(3, 3)
    for place in range(3):
        make.candidatures.withdraw_candidature(
            candidature_id=world.candidates[place].pk, by=world.person(place), at=NEXT
        )
    clock.set_now(NEXT)
    for event in Event.objects.filter(kind="candidature.retiree"):
        tasks.go_on(event.pk)
    assert world.offre_state() == "infructueuse"


def test_a_personal_reason_is_enough_and_is_counted_nowhere():
    world = kit.proposed()
    clock.set_now(NEXT)
    browser = kit.client_of(world.person(0))
    url = reverse("demandeur:proposition_reponse", args=[world.proposition(0).pk, "refuser"])
    assert "Une raison personnelle, que je garde pour moi" in browser.get(url).content.decode()
    assert kit.post(browser, url, reponse="refuser", motif="raison_personnelle").status_code == 303
    assert world.state(0) == "refusee"
    row = Candidature.objects.select_related("demande", "offre__grille").get(pk=world.candidates[0].pk)
    view = bailleur_view(demande=row.demande, offre=row.offre, by=world.person(0), at=NEXT)
    history = next(dict(each.lignes) for each in view.sections if each.titre == "Candidatures et refus")
    assert history == {"Candidatures en cours": "0", "Refus chez d'autres bailleurs, sur 24 mois": "0"}


def test_the_day_of_a_decision_is_the_day_in_paris():
    world = kit.seated()
    assert world.seance is not None
    late = datetime(2026, 12, 10, 23, 30, tzinfo=UTC)
    choices = [Choice(each.pk, "b", place) for place, each in enumerate(world.candidates[:3], start=1)]
    actions.record_decisions(
        seance_id=world.seance.pk, offre_id=world.offre.pk, decisions=choices, by=world.membre, at=late
    )
    assert queries.deciding_day(world.candidates[0]) == date(2026, 12, 11)


def test_the_dashboard_puts_the_answer_first():
    world = kit.proposed()
    clock.set_now(NEXT)
    page = kit.client_of(world.person(0)).get("/mon-espace/").content.decode()
    assert "Répondre à une proposition" in page
    assert page_of(world, 0) in page
    assert "Répondre à une proposition" not in kit.client_of(world.person(1)).get("/mon-espace/").content.decode()
