"""« Qui a regardé mon dossier »: every read by somebody else is a line, at once, in words (PR-1)."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from palier.accompagnement import actions, queries
from palier.base import clock
from palier.base.actor import Actor
from palier.candidatures.queries import bailleur_view
from palier.demandes.models import Demande
from palier.journal import reading
from palier.journal.looks import looks_at
from palier.journal.models import AccessLine
from tests import factories as make
from tests.accompagnement_kit import make_agence, make_conseiller
from tests.sign_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.web]
AT = make.NOW
PAGE = "/mon-espace/regards/"


@pytest.fixture
def demande() -> Demande:
    clock.set_now(AT)
    return make.make_demande(filed=AT - timedelta(days=400))


def page_of(demande: Demande, address: str = PAGE) -> str:
    client = Client()
    sign_in(client, demande.titulaire)
    response = client.get(address)
    assert response.status_code == 200
    return unescape(response.content.decode())


def follow(demande: Demande) -> tuple[Actor, queries.Opened]:
    by = make_conseiller(make_agence("44"))[1]
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    return by, queries.opened(by, demande.pk, AT)


def test_nobody_looked_and_own_visits_do_not_count(demande: Demande):
    client = Client()
    sign_in(client, demande.titulaire)
    before = AccessLine.objects.count()
    for path in ("/mon-espace/", PAGE, "/demande/attestation/"):
        client.get(path)
    assert AccessLine.objects.count() == before


def test_every_counted_read_is_on_the_page(demande: Demande, monkeypatch: pytest.MonkeyPatch):
    by, found = follow(demande)
    counted = []
    real = reading._line
    monkeypatch.setattr(reading, "_line", lambda *said: counted.append(said) or real(*said))
    queries.sheet(found, by, AT)
    queries.search(by, demande.numero["numero_unique"], AT + timedelta(seconds=1))
    looks = looks_at(demande.titulaire_id, size=50).lignes
    assert sum(each.lectures for each in looks if each.role == "conseiller") == len(counted) > 3
    page = page_of(demande)
    assert "Conseiller" in page
    assert "Suivre votre demande" in page
    assert "Chercher une demande par son numéro" in page
    assert f"{len(counted) - 1}\u00a0lectures" in page
    assert "A vu : un pseudonyme ou vos initiales." in page.replace("\u00a0", " ")


def test_without_its_line_nothing_is_read(demande: Demande, monkeypatch: pytest.MonkeyPatch):
    by, found = follow(demande)

    def broken(*_args: object) -> None:
        raise RuntimeError("no line")

    monkeypatch.setattr(AccessLine.objects, "bulk_create", broken)
    with pytest.raises(RuntimeError):
        queries.sheet(found, by, AT)


def test_the_line_says_who_why_what_and_which_case_never_a_name(demande: Demande):
    bailleur, agent = make.make_bailleur("Habitat des Bois")
    offre = make.make_offre(agent)
    row = make.make_candidature(offre, demande)
    make.make_closed(offre)
    row.refresh_from_db()
    bailleur_view(candidature=row, by=agent, at=AT + timedelta(days=7))
    page = page_of(demande)
    assert "Bailleur, Habitat des Bois" in page
    assert "Examiner une candidature" in page
    assert "Candidature T3, Nantes" in page
    assert "un pseudonyme ou vos initiales" in page
    assert str(agent.user_id) not in page
    assert bailleur.nom in page


def test_an_emergency_shows_its_reason_to_the_person(demande: Demande):
    by = make_conseiller(make_agence("44"))[1]
    actions.open_urgence(demande_id=demande.pk, motif="Coupure d'eau et nourrisson au foyer.", by=by, at=AT)
    queries.sheet(queries.opened(by, demande.pk, AT), by, AT)
    page = page_of(demande)
    assert "Coupure d'eau et nourrisson au foyer." in page
    assert "Ouvrir en urgence un dossier non suivi" in page


def test_pages_follow_one_another_without_a_gap(demande: Demande):
    by, found = follow(demande)
    for minute in range(45):
        reading.glance([found.demande], ("P1",), by=by, relation="assigned", purpose="demande.lire",
                       at=AT + timedelta(minutes=minute))  # fmt: skip
    client = Client()
    sign_in(client, demande.titulaire)
    seen, address, pages = 0, PAGE, 0
    while address:
        page = unescape(client.get(address).content.decode())
        seen += page.count("Suivre votre demande.")
        more = page.partition('class="link-action" href="/mon-espace/regards/?')
        address = "/mon-espace/regards/?" + more[2].partition('"')[0] if more[1] else ""
        pages += 1
    assert (seen, pages >= 3) == (45, True)


@pytest.mark.parametrize("avant", ["hier", "2026-13-01", "2026-11-24", "%00", ""])
def test_an_unreadable_place_starts_again(demande: Demande, avant: str):
    client = Client()
    sign_in(client, demande.titulaire)
    assert client.get(f"{PAGE}?avant={avant}").status_code in (200, 400)


def test_others_read_their_own_lines_alone(demande: Demande):
    by, found = follow(demande)
    queries.sheet(found, by, AT)
    other = make.make_demande(filed=AT - timedelta(days=5))
    assert "Suivre votre demande" not in page_of(other)


def test_the_page_is_small_and_asks_little(demande: Demande, django_assert_max_num_queries: Any):
    by, found = follow(demande)
    for minute in range(60):
        reading.glance([found.demande], ("P1", "P4"), by=by, relation="assigned", purpose="demande.lire",
                       at=AT + timedelta(minutes=minute))  # fmt: skip
    client = Client()
    sign_in(client, demande.titulaire)
    client.get(PAGE)
    with django_assert_max_num_queries(12):
        page = client.get(PAGE)
    assert len(page.content) <= 30 * 1024
