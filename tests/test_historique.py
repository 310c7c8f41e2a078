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
from palier.candidatures.actions import declare_change, declare_part, declare_separation
from palier.demandes import actions as demandes
from palier.demandes.models import Demande, Personne
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


# Two adults -----------------------------------------------------------------------------------------------------------

BIRTH = "1990-05-06"
OTHERS = ("1 234 €", "76 543 €", "11 111 €")
"""What Camille earns, as a page would tell it."""
ALONE = (*OTHERS, "« invalidité », Camille", "Revenu net du mois, Camille", "Handicap")


def digits(said: Any) -> str:
    """A text whose spaces are all plain: amounts are written with non-breaking ones."""
    return re.sub(r"\s", " ", str(said))


@pytest.fixture
def couple() -> tuple[Demande, Actor, Actor]:
    """A demande shared with Camille, who has a card and wrote her incomes; its holder, and her."""
    demande = make.make_demande()
    Personne.objects.create(
        demande=demande, position=9, role="conjoint", protege={"handicap": True, "mdph": True},
        identite={"prenom": "Camille", "nom": "Autre", "naissance": BIRTH},
    )  # fmt: skip
    holder, user = make.actor_of(demande.titulaire), make.make_user()
    token = demandes.invite_codemandeur(demande_id=demande.pk, by=holder, at=make.NOW)
    demandes.join_demande(token=token, naissance=BIRTH, user=user, by=make.actor_of(user), at=make.NOW)
    other = Actor(user.pk, "codemandeur")
    said = {"net_mensuel_cents": 123_400, "rfr_n2_cents": 7_654_300, "douze_mois_cents": 1_111_100}
    version = Demande.objects.get(pk=demande.pk).version
    declare_part(demande_id=demande.pk, amounts=said, version=version, by=other, at=make.NOW + timedelta(hours=1))
    return demande, holder, other


def told(demande: Demande, by: Actor) -> tuple[str, int]:
    """Every difference that a person reads, in one text, and how many are kept from them."""
    now = Demande.objects.prefetch_related("personnes", "communes", "pieces").get(pk=demande.pk)
    lines = history(now, by, size=100).lignes
    words = [f"{each.libelle} : {each.avant}, puis {each.apres}." for line in lines for each in line.details]
    return digits(" ".join(words)), sum(line.cachees for line in lines)


def test_what_the_holder_wrote_of_themselves_is_not_told_to_the_other(couple: tuple[Demande, Actor, Actor]):
    demande, holder, other = couple
    mine = demande.personnes.get(role="demandeur")
    save(demande, "ressources", hours=2, annee_n2=2024, **{str(mine.pk): {"rfr_n2_cents": 1_234_500}})
    assert "12 345 €" in told(demande, holder)[0]
    text, hidden = told(demande, other)
    assert "12 345" not in text
    assert hidden
    assert "Revenu net du mois, Camille : rien, puis 1 234 €." in text


def test_what_is_the_others_alone_is_told_neither_shared_nor_after_the_separation(couple: tuple[Demande, Actor, Actor]):
    demande, holder, other = couple
    values = step_values(Demande.objects.get(pk=demande.pk), "menage")
    save(demande, "menage", hours=2, personnes=values["personnes"][1:])  # a child leaves: every place moves
    assert [each for each in OTHERS if each in told(demande, holder)[0]] == []
    declare_separation(demande_id=demande.pk, by=other, at=make.NOW + timedelta(hours=3))
    save(demande, "logement", hours=4, budget_cents=81_000)
    text, hidden = told(demande, holder)
    assert [each for each in ALONE if each in text] == []
    assert hidden
    assert "Loyer le plus élevé : 700 €, puis 810 €." in text
    page = digits(text_of(client_of(demande.titulaire).get(PAGE)))
    assert [each for each in ALONE if each in page] == []
    assert told(demande, other)[0] == ""


def test_what_the_holder_writes_of_them_once_they_have_left_is_told(couple: tuple[Demande, Actor, Actor]):
    demande, holder, other = couple
    declare_separation(demande_id=demande.pk, by=other, at=make.NOW + timedelta(hours=2))
    save(demande, "logement", hours=3, budget_cents=81_000)
    left = str(demande.personnes.get(role="conjoint").pk)
    save(demande, "ressources", hours=4, annee_n2=2024, **{left: {"net_mensuel_cents": 90_000}})
    assert "Revenu net du mois, Camille : rien, puis 900 €." in told(demande, holder)[0]


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
