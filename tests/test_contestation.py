"""PR-2: a person contests a line or a fact in one act; it waits for the DPO with a due date; the answer is shown."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from palier.base import clock
from palier.base.actor import Actor
from palier.base.refusal import NotVisible
from palier.demandes import actions, tasks
from palier.demandes.models import Contestation, Demande
from palier.gateways import mail
from palier.journal.models import AccessLine, Event
from tests import factories as make
from tests.access.pages import main_form
from tests.sign_in import key, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.web]
FACT = "/mon-espace/contester/fait/"
LIST = "/mon-espace/contester/"
DESK = "/protection-des-donnees/"


@pytest.fixture(autouse=True)
def _now(settings: Any, tmp_path: Any) -> None:
    settings.PALIER_COURRIER = tmp_path / "courrier"
    clock.set_now(make.NOW)


def client_of(user: Any, *, strong: bool = False, membership: Any = None) -> Client:
    client = Client()
    sign_in(client, user, membership, strong=strong)
    return client


def dpo() -> tuple[Client, Actor]:
    user, actor = make.make_agent(make.make_organisation("plateforme"), "dpo")
    return client_of(user, strong=True, membership=user.memberships.get()), actor


def text_of(response: HttpResponse) -> str:
    bare = re.sub(r"</?(sup|strong|b)>", "", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def options(page: HttpResponse) -> list[str]:
    return [html.unescape(each) for each in re.findall(r'<option value="([^"]+)"', page.content.decode())]


def contested(demande: Demande, texte: str = "Je gagne moins que cela.") -> Contestation:
    client = client_of(demande.titulaire)
    chosen = next(each for each in options(client.get(FACT)) if "evenu" in each)
    sent = client.post(FACT, {"cle": key(), "cible": chosen, "texte": texte})
    assert (sent.status_code, sent["Location"]) == (303, LIST)
    return Contestation.objects.get(demande=demande)


def test_a_fact_is_contested_in_one_act_and_its_due_date_is_said():
    demande = make.make_demande()
    row = contested(demande)
    assert (row.state, row.objet, row.echeance) == ("deposee", "fait", date(2026, 12, 24))
    assert (row.contenu or {})["texte"] == "Je gagne moins que cela."
    said = text_of(client_of(demande.titulaire).get(LIST))
    assert "Je gagne moins que cela." in said
    assert "jeudi 24 décembre 2026" in said
    assert "Le délégué à la protection des données" in said


def test_a_line_of_points_is_contested_from_its_page():
    demande = make.make_demande()
    candidature = make.make_candidature(demande=demande)
    client, path = client_of(demande.titulaire), f"/candidatures/{candidature.pk}/rang/contester/"
    assert f'href="{path}"' in client.get(f"/candidatures/{candidature.pk}/rang/").content.decode()
    line = options(client.get(path))[0]
    assert client.post(path, {"cle": key(), "cible": line, "texte": "Ma demande date de 2019."}).status_code == 303
    row = Contestation.objects.get()
    assert (row.objet, row.candidature_id) == ("ligne", candidature.pk)
    assert (row.contenu or {})["cible"].startswith(line)
    stranger = client_of(make.make_demande().titulaire)
    assert stranger.get(path).status_code == 404


def test_the_same_form_sent_twice_is_one_contestation():
    demande = make.make_demande()
    client = client_of(demande.titulaire)
    body = {"cle": key(), "cible": options(client.get(FACT))[0], "texte": "Deux fois."}
    assert [client.post(FACT, body).status_code for _ in range(2)] == [303, 303]
    assert Contestation.objects.count() == 1


def test_an_empty_text_or_an_unknown_fact_is_said_and_what_was_typed_kept():
    client = client_of(make.make_demande().titulaire)
    page = client.post(FACT, {"cle": key(), "cible": "Un fait inventé", "texte": "Mon texte gardé"})
    assert page.status_code == 422
    assert "Mon texte gardé" in text_of(page)
    assert client.post(FACT, {"cle": key(), "cible": options(client.get(FACT))[0], "texte": "  "}).status_code == 422
    assert Contestation.objects.count() == 0


def test_the_dpo_sees_the_soonest_first_and_nothing_is_opened_by_the_list():
    first = contested(make.make_demande())
    clock.set_now(make.NOW + timedelta(days=3))
    contested(make.make_demande(), "Une autre.")
    clock.set_now(make.NOW + timedelta(days=32))
    page = dpo()[0].get(DESK)
    said = text_of(page)
    assert page.content.decode().index(str(first.pk)) < page.content.decode().rindex("/contestations/")
    assert "En retard" in said
    assert "Je gagne moins" not in said
    assert AccessLine.objects.filter(aggregate="contestation").count() == 0


def test_opening_one_is_seen_by_its_person_and_the_answer_reaches_them():
    demande = make.make_demande()
    row = contested(demande)
    client, _ = dpo()
    path = f"{DESK}contestations/{row.pk}/"
    assert "Je gagne moins que cela." in text_of(client.get(path))
    line = AccessLine.objects.get(aggregate="contestation")
    assert (line.person_id, line.role, line.classes) == (demande.titulaire_id, "dpo", "P8")
    assert client.post(f"{path}examiner/", {"cle": key()}).status_code == 303
    assert "Examinée" in text_of(client_of(demande.titulaire).get(LIST))
    form = main_form(client.get(path), path)
    assert form is not None
    sent = client.post(path, form.data(texte="Le montant vient de votre avis de 2024. Il est corrigé."))
    assert (sent.status_code, sent["Location"]) == (303, DESK)
    answered = text_of(client_of(demande.titulaire).get(LIST))
    assert "Le montant vient de votre avis de 2024." in answered
    assert Contestation.objects.get(pk=row.pk).state == "repondue"


def test_the_mail_says_neither_the_fact_nor_the_answer():
    demande = make.make_demande()
    row = contested(demande)
    _, by = dpo()
    actions.answer_contestation(contestation_id=row.pk, texte="Votre salaire est corrigé.", by=by, at=make.NOW)
    tasks.send_answer(Event.objects.get(kind="contestation.repondue").pk)
    (sent,) = mail.list_delivered(demande.titulaire.email)
    assert "salaire" not in f"{sent.subject} {sent.text} {sent.html}"
    assert LIST in sent.text


def test_nobody_but_the_dpo_answers():
    row = contested(make.make_demande())
    for role in ("demandeur", "conseiller", "bailleur", "admin"):
        user, actor = make.make_agent(make.make_organisation("plateforme"), role) if role != "demandeur" else (
            row.demande.titulaire, make.actor_of(row.demande.titulaire))  # fmt: skip
        with pytest.raises(NotVisible):
            actions.answer_contestation(contestation_id=row.pk, texte="Non.", by=actor, at=make.NOW)
        assert client_of(user, strong=True).get(f"{DESK}contestations/{row.pk}/").status_code == 404
    assert Contestation.objects.get(pk=row.pk).state == "deposee"


def test_an_answer_is_given_once():
    row = contested(make.make_demande())
    client, by = dpo()
    actions.answer_contestation(contestation_id=row.pk, texte="Corrigé.", by=by, at=make.NOW)
    again = client.post(f"{DESK}contestations/{row.pk}/", {"cle": key(), "texte": "Encore."})
    assert again.status_code == 409
    assert (Contestation.objects.get(pk=row.pk).reponse or {})["texte"] == "Corrigé."
