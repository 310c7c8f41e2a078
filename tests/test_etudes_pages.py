"""The pages of a study: asking, following, stopping, reading, taking away; and the geometry of its charts."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoDbBlocker

from palier.accounts.models import User
from palier.base import clock
from palier.base.actor import Actor
from palier.etudes import running
from palier.etudes.models import Etude
from palier.organisations.models import Membership
from palier.portals.collectivite import result
from palier.portals.ui.charts import ARM, MIDDLE, WIDTH, Share, diverging, simple
from tests import factories as make
from tests.etudes_kit import CURRENT, DRAFT, make_people, study
from tests.sign_in import sign_in

pytestmark = pytest.mark.web


@pytest.fixture(scope="module")
def agent(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Actor]:
    """An agent of a territory of many demandes, undone at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_people(34)
        transaction.set_rollback(True)


@pytest.fixture
def world(agent: Actor, django_db_blocker: DjangoDbBlocker) -> Iterator[Actor]:
    """The same, each test undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        clock.set_now(make.NOW)
        yield agent
        transaction.set_rollback(True)


@pytest.fixture
def browser(world: Actor) -> Client:
    client = Client()
    sign_in(client, User.objects.get(pk=world.user_id), Membership.objects.get(user_id=world.user_id))
    return client


def ask(client: Client, **said: Any) -> Any:
    return client.post(reverse("collectivite:etudes"), {"cle": str(uuid4()), **said})


def test_a_draft_is_studied_from_click_to_charts(world: Actor, browser: Client):
    make.make_brouillon(world, make.blank_grille())
    draft = make.make_brouillon(world, DRAFT)
    preview = browser.get(reverse("collectivite:brouillon_apercu", args=[draft.pk])).content.decode()
    link = f"{reverse('collectivite:etudes')}?brouillon={draft.pk}"
    assert link in preview
    chosen = re.findall(r'value="([^"]+)"[^>]*checked', browser.get(link).content.decode())
    assert chosen == [str(draft.pk)]
    page = browser.get(reverse("collectivite:etudes")).content.decode()
    assert f'value="{draft.pk}"' in page
    sent = ask(browser, brouillon=str(draft.pk))
    etude = Etude.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, reverse("collectivite:etude", args=[etude.pk]))
    assert ProcrastinateJob.objects.filter(task_name="etudes.tasks.calculate").count() == 1
    waiting = browser.get(sent["Location"]).content.decode()
    assert "En file d'attente" in waiting.replace("&#x27;", "'")
    assert "Actualiser" in waiting
    assert "data-refresh" in waiting
    running.run(etude.pk, now=clock.now)
    found = browser.get(sent["Location"])
    text = found.content.decode()
    assert "Sur 34\xa0demandes" in text
    assert "Ce que cette étude ne dit pas" in text
    assert "data-refresh" not in text
    assert etude.empreinte in text
    assert etude.grille.empreinte in text
    drawings = re.findall(r'<svg class="bars".*?</svg>', text, re.S)
    assert len(drawings) >= 3
    for each in drawings:
        assert 'role="img"' in each
        assert "<title" in each
        assert "<desc" in each
    assert len(re.findall(r"<table", text)) > len(drawings) / 2
    assert " style=" not in text


def test_figures_on_the_page_and_in_the_files_are_those_kept(world: Actor, browser: Client):
    etude = study(world)
    text = browser.get(reverse("collectivite:etude", args=[etude.pk])).content.decode()
    whole = etude.resultat["ensemble"]
    assert result.summary(etude.resultat) in text.replace("&#x27;", "'")
    answer = browser.get(reverse("collectivite:etude_json", args=[etude.pk]))
    said = json.loads(answer.content)
    assert said["resultat"] == etude.resultat
    assert said["projet"]["empreinte"] == etude.empreinte
    answer = browser.get(reverse("collectivite:etude_csv", args=[etude.pk]))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    kept = {row["mesure"]: row["valeur"] for row in rows if row["tableau"] == "Ensemble"}
    assert kept["Demandes"] == str(whole["demandes"])
    assert kept["Gagnent des points"] == (result.HIDDEN if whole["gagnent"] is None else str(whole["gagnent"]))
    figures = [row["valeur"] for row in rows if row["tableau"] != "Premiers des offres closes"]
    assert all(value == result.HIDDEN or value == "0" or int(value) >= 11 for value in figures)
    assert result.HIDDEN in figures


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"brouillon": "autre"}, "Aucune grille n'est donnée."),
        ({"brouillon": "autre", "texte": "rien"}, "n'est pas un fichier TOML lisible"),
        ({"brouillon": "autre", "texte": CURRENT}, "Ce projet est la grille en vigueur."),
        ({"brouillon": str(uuid4())}, "n'est pas une réponse possible"),
    ],
)
def test_a_refusal_keeps_what_was_typed(browser: Client, said: dict[str, str], words: str):
    answer = ask(browser, **said)
    text = answer.content.decode().replace("&#x27;", "'").replace("\xa0", " ")
    assert answer.status_code == 422
    assert words in text
    assert said.get("texte", "")[:30].split("\n")[0] in text
    assert not Etude.objects.exists()


def test_a_file_is_read_as_a_grid(browser: Client):
    wrong = SimpleUploadedFile("grille.toml", b"\xff\xfe\x00")
    assert "pas un texte UTF-8" in ask(browser, brouillon="autre", fichier=wrong).content.decode()
    large = SimpleUploadedFile("grille.toml", b"#" * 100_001)
    assert "dépasse" in ask(browser, brouillon="autre", fichier=large).content.decode()
    both = SimpleUploadedFile("grille.toml", DRAFT.encode())
    assert "Plusieurs grilles" in ask(browser, brouillon="autre", fichier=both, texte=DRAFT).content.decode()
    good = SimpleUploadedFile("grille.toml", DRAFT.encode())
    assert ask(browser, brouillon="autre", fichier=good).status_code == 303


def test_a_running_study_is_stopped_once(world: Actor, browser: Client):
    ask(browser, brouillon="autre", texte=DRAFT)
    etude = Etude.objects.get()
    assert browser.get(reverse("collectivite:etude_csv", args=[etude.pk])).status_code == 404
    stop = reverse("collectivite:etude_arreter", args=[etude.pk])
    key = str(uuid4())
    for _ in range(2):
        assert browser.post(stop, {"cle": key}).status_code == 303
    assert browser.post(stop, {"cle": str(uuid4())}).status_code == 409
    page = browser.get(reverse("collectivite:etude", args=[etude.pk])).content.decode()
    assert "Étude arrêtée." in page
    assert "Arrêter" not in page


def test_a_hidden_figure_has_no_bar_and_says_so():
    shares = [Share("Seul", None, 40.0, "", "40 %"), Share("Couple", 0, 100, "0 %", "100 %")]
    first, second = diverging("x", "Titre", "Mots", shares, ("Perdent", "Gagnent"), "masqué").rows
    assert [(bar.text, bar.width) for bar in first.bars] == [("masqué", 0), ("40 %", 0.4 * ARM)]
    assert [(bar.x, bar.width) for bar in second.bars] == [(MIDDLE, 0), (MIDDLE, ARM)]
    assert second.bars[1].text_x + 50 <= WIDTH
    chart = simple("y", "Titre", "Mots", [("a", 10, "10"), ("b", None, ""), ("c", 1, "1")], "masqué")
    assert [row.hidden for row in chart.rows] == ["", "masqué", ""]
    assert chart.rows[2].bars[0].width > 0
    assert chart.height >= max(row.baseline for row in chart.rows)
