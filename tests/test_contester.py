"""« Contester cette décision »: a letter of the person, with the motive received, the rules, and what is asked."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from palier.attributions import actions
from palier.base import clock
from palier.droit.decision import recours_commission
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.web]
MOTIVE = "Le loyer pèse trop sur les ressources du ménage."


def _decided(lettre: str = "d") -> kit.World:
    """The last file of the agenda is refused."""
    world = kit.seated()
    assert world.seance is not None
    order = [actions.Choice(each.pk, "b", place) for place, each in enumerate(world.candidates[:2], start=1)]
    refused = actions.Choice(world.candidates[2].pk, lettre, None, motif="taux_effort_ou_reste_a_vivre")
    actions.record_decisions(
        seance_id=world.seance.pk,
        offre_id=world.offre.pk,
        decisions=[*order, refused],
        by=world.membre,
        at=kit.DECIDED,
    )
    clock.set_now(kit.DECIDED)
    return world


def _read(world: kit.World, place: int) -> tuple[int, str]:
    url = reverse("demandeur:contester", args=[world.candidates[place].pk])
    response = kit.client_of(world.person(place)).get(url)
    return response.status_code, response.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize(("au", "said"), [(date(2027, 1, 24), "Écrivez avant"), (date(2027, 1, 25), "a fini le")])
def test_the_delay_is_named_and_never_held_for_sure(au: date, said: str):
    answer = recours_commission(date(2026, 11, 24), au)
    assert not answer.sur
    assert said in answer.manquants[0].texte
    assert "24/01/2027" in answer.manquants[0].texte


@pytest.mark.parametrize(("lettre", "said"), [("d", "Non-attribution"), ("e", "Rejet pour irrecevabilité")])
def test_the_letter_quotes_the_decision_its_motive_and_the_articles(lettre: str, said: str):
    status, page = _read(_decided(lettre), 2)
    assert status == 200
    assert said in page
    assert MOTIVE in page
    assert 'href="/droit/articles/cch-r-441-3/"' in page
    assert "Ce que je demande" in page
    assert "ne dépassent pas le plafond PLUS" in page.replace("\u00a0", " ")
    assert recours_commission(kit.DECIDED.date(), kit.DECIDED.date()).manquants[0].texte in page


def test_only_a_refusal_of_the_commission_is_contested_and_only_by_its_person():
    world = _decided()
    assert _read(world, 0)[0] == 404
    url = reverse("demandeur:contester", args=[world.candidates[2].pk])
    assert kit.client_of(world.person(0)).get(url).status_code == 404


def test_the_list_of_candidatures_leads_to_the_letter():
    world = _decided()
    page = kit.client_of(world.person(2)).get(reverse("demandeur:candidatures")).content.decode()
    assert f'href="{reverse("demandeur:contester", args=[world.candidates[2].pk])}"' in page
    assert "contester/" not in kit.client_of(world.person(0)).get(reverse("demandeur:candidatures")).content.decode()


def test_a_refusal_by_the_rules_is_contested_with_its_reason_and_its_rule():
    clock.set_now(make.NOW)
    demande = make.make_demande(ressources={"rfr_n2_cents": 9_000_000})
    offre = make.make_offre()
    person = kit.client_of(make.actor_of(demande.titulaire))
    url = reverse("demandeur:contester_refus", args=[offre.pk])
    page = person.get(url).content.decode().replace("\u00a0", " ")
    assert "dépassent le plafond PLUS" in page
    assert 'href="/droit/articles/cch-r-441-1/"' in page
    assert f'href="{url}"' in person.get(reverse("public:offre", args=[offre.pk])).content.decode()


def test_the_same_letter_is_given_as_plain_text_with_its_reasons():
    _status, page = _read(_decided(), 2)
    text = page.split('aria-label="La lettre en texte">')[1].split("</pre>")[0].replace("\u00a0", " ")
    assert f"« {MOTIVE} »" in text
    assert "- Vos ressources (21 500 €) ne dépassent pas le plafond PLUS" in text
    assert "(CCH R.441-1 ; arrêté du 29/07/1987, annexe I)" in text
    assert "- un nouvel examen de mon dossier ;" in text


def test_an_offre_that_is_open_to_the_person_has_nothing_to_contest():
    clock.set_now(make.NOW)
    demande = make.make_demande()
    offre = make.make_offre()
    person = kit.client_of(make.actor_of(demande.titulaire))
    assert person.get(reverse("demandeur:contester_refus", args=[offre.pk])).status_code == 404
    assert "Contester" not in person.get(reverse("public:offre", args=[offre.pk])).content.decode()
