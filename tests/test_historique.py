"""The history of a demande: every event in words, dated, with who did it; what changed between two versions."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

import palier.demandes
from palier.base import clock
from palier.base.actor import Actor
from palier.base.policy import ACTS
from palier.candidatures.actions import declare_change
from palier.demandes.models import Demande
from palier.demandes.queries import step_values
from palier.demandes.queries.history import PIECES, SENTENCES, history
from palier.demandes.states import DEMANDE, PIECE
from tests import factories as make
from tests.sign_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.web]
PAGE = "/mon-espace/historique/"


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW + timedelta(days=2))


def client_of(user: Any) -> Client:
    client = Client()
    sign_in(client, user, strong=False)
    return client


def text_of(response: HttpResponse) -> str:
    bare = re.sub(r"</?(sup|strong|b)>", "", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def save(demande: Demande, step: str, *, by: Actor | None = None, hours: int = 1, **changes: Any) -> None:
    now = Demande.objects.prefetch_related("personnes", "communes").get(pk=demande.pk)
    data = {**step_values(now, step), **changes}
    at = make.NOW + timedelta(hours=hours)
    declare_change(demande_id=now.pk, step=step, data=data, version=now.version,
                   by=by or make.actor_of(now.titulaire), at=at)  # fmt: skip


def test_the_life_of_a_demande_in_words_latest_first():
    demande = make.make_demande()
    make.make_candidature(demande=demande)
    said = text_of(client_of(demande.titulaire).get(PAGE))
    for words in ("Demande commencée.", "Demande déposée.", "Demande active.", "Candidature déposée",
                  "Pièce vue et validée : carte", "Vous."):  # fmt: skip
        assert words in said, words
    assert said.index("Demande active.") < said.index("Demande commencée.")
    assert "Où en est-on" in said
    assert "Au plus tard" in said


def test_a_change_is_told_answer_by_answer():
    demande = make.make_demande()
    save(demande, "logement", typologies=["T3", "T4"], budget_cents=80_000)
    said = text_of(client_of(demande.titulaire).get(PAGE))
    assert "Tailles : T3, puis T3, T4." in said
    assert "Loyer le plus élevé : 700 €, puis 800 €." in said


def test_incomes_are_told_with_whose_they_are():
    demande = make.make_demande()
    holder = demande.personnes.get(role="demandeur")
    data = {"annee_n2": 2024, str(holder.pk): {"rfr_n2_cents": 1_900_000, "net_mensuel_cents": 150_000}}
    save(demande, "ressources", **data)
    said = text_of(client_of(demande.titulaire).get(PAGE))
    assert "Revenu fiscal 2024, Inès : 21 500 €, puis 19 000 €." in said
    assert "Revenu net du mois, Inès : 1 720 €, puis 1 500 €." in said


def test_what_the_other_adult_wrote_is_told_as_far_as_the_table_shares_it():
    demande = make.make_demande()
    other = make.make_user()
    holder = demande.personnes.get(role="demandeur")
    save(demande, "ressources", annee_n2=2024, **{str(holder.pk): {"rfr_n2_cents": 1_234_500}})
    now = Demande.objects.prefetch_related("personnes", "communes", "pieces").get(pk=demande.pk)
    found = history(now, Actor(other.pk, "codemandeur"), size=100)
    changed = [line for line in found.lignes if line.phrase == SENTENCES["demande.etape"]]
    assert any(line.cachees for line in changed)
    assert "12 345" not in " ".join(each.apres for line in found.lignes for each in line.details)
    assert all(line.qui != "Vous" for line in found.lignes)


def test_every_kind_of_event_of_a_demande_and_its_pieces_has_its_words():
    states = {f"demande.{each}" for each in DEMANDE.states}
    pieces = {f"piece.{each}" for each in PIECE.states}
    source = "".join(each.read_text() for each in (Path(palier.demandes.__file__).parent / "actions").glob("*.py"))
    kinds = set(re.findall(r'"((?:demande|piece|consentement)\.[a-z_]+)"', source))
    assert states | {each for each in kinds if not each.startswith("piece")} - ACTS <= SENTENCES.keys()
    assert pieces | {each for each in kinds if each.startswith("piece")} - ACTS <= PIECES.keys()


def test_a_long_history_is_read_page_by_page_without_loss():
    demande = make.make_demande()
    for hours in range(1, 21):
        save(demande, "logement", hours=hours, budget_cents=70_000 + hours * 100)
    client, seen, path = client_of(demande.titulaire), [], PAGE
    for _ in range(10):
        page = client.get(path)
        seen += re.findall(r"Loyer le plus élevé&nbsp;: [^<]+", page.content.decode())
        more = re.search(r'href="(/mon-espace/historique/\?avant=[^"]+)"', page.content.decode())
        if more is None:
            break
        path = html.unescape(more[1])
    assert len(seen) == len(set(seen)) == 21  # the first answer, then each change


def test_an_address_that_cannot_be_read_starts_again():
    client = client_of(make.make_demande().titulaire)
    for typed in ("hier", "2026-11-24T08:00:00_x", "%00", "2026-11-24T08:00:00+00:00_"):
        assert client.get(f"{PAGE}?avant={typed}").status_code in (200, 400)
    assert client.get(f"{PAGE}?avant=hier").status_code == 200


def test_nobody_else_reads_it():
    demande = make.make_demande()
    save(demande, "identite", adresse="9 impasse du Secret")
    assert "9 impasse du Secret" in text_of(client_of(demande.titulaire).get(PAGE))
    stranger = make.make_demande()
    assert "9 impasse du Secret" not in text_of(client_of(stranger.titulaire).get(PAGE))
    assert client_of(make.make_user()).get(PAGE).status_code == 302


def test_the_page_is_light():
    demande = make.make_demande()
    make.make_candidature(demande=demande)
    client = client_of(demande.titulaire)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(PAGE)
    assert len(captured) <= 12, [each["sql"][:140] for each in captured]
    assert len(page.content) <= 30_000
