"""The pages of a demonstration on a bare database: tour, clock, mail; and nothing of it in production."""

from __future__ import annotations

import importlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as live
from django.test import Client, RequestFactory

from palier.base import clock
from palier.base.actor import Actor
from palier.config import urls
from palier.demandes.actions import record_number
from palier.demandes.models import Demande
from palier.demo import credentials, tour
from palier.gateways import mail, outage
from palier.parc.models import Offre
from palier.portals.demo.context import strip
from palier.portals.demo.views import linked
from tests.factories import NOW, make_demande, make_offre

pytestmark = [pytest.mark.django_db, pytest.mark.web]
ADDRESSES = ("/demo/", "/demo/horloge/", "/demo/courrier/", "/demo/courrier/essai/")


@pytest.fixture(autouse=True)
def installation(settings: Any, tmp_path: Path) -> None:
    """A mailbox and a folder of its own, the clock at nine."""
    settings.PALIER_COURRIER = tmp_path / "courrier"
    clock.set_now(NOW)


def text_of(response: Any) -> str:
    return str(response.content.decode().replace("&#x27;", "'").replace("\u00a0", " "))


def advance(client: Client, **fields: str) -> Any:
    return client.post("/demo/horloge/", {"cle": str(uuid4()), **fields})


def test_a_bare_installation_says_that_nobody_is_here(client: Client) -> None:
    page = client.get("/demo/")
    assert page.status_code == 200
    assert "Aucun compte de démonstration" in text_of(page)
    assert page["Cache-Control"] == "no-store, private"


def test_the_tour_shows_the_cast_with_a_code_for_staff(client: Client) -> None:
    agent = credentials.Account("bailleur", "Claire", "claire@palier.example", "quatre-mots", "JBSWY3DPEHPK3PXP", "j1")
    person = credentials.Account("demandeur", "Inès", "ines@palier.example", "autre-phrase", "", "j2")
    credentials.write_files([agent, person], ["jeton"])
    shown = text_of(client.get("/demo/"))
    assert tour.code_of(agent.totp_secret) in shown
    assert "quatre-mots" in shown
    assert shown.count("Code de maintenant") == 1
    assert "j1" not in shown


def test_the_clock_moves_once_for_one_form_and_only_forward(client: Client) -> None:
    key = str(uuid4())
    for _ in range(2):
        assert client.post("/demo/horloge/", {"pas": "1h", "cle": key}).status_code == 303
    assert timedelta(minutes=59) < clock.now() - NOW < timedelta(minutes=62)
    refused = advance(client, pas="date", jour_jour="1", jour_mois="1", jour_annee="2026")
    assert refused.status_code == 422
    assert "n'est pas après aujourd'hui" in text_of(refused)
    assert advance(client, pas="date").status_code == 422
    assert advance(client, pas="autre").status_code == 422


def test_a_chosen_day_is_reached_at_nine(client: Client) -> None:
    assert advance(client, pas="date", jour_jour="4", jour_mois="12", jour_annee="2026").status_code == 303
    assert abs((clock.now() - (NOW + timedelta(days=10))).total_seconds()) < 60


def test_moving_the_clock_does_what_is_due(client: Client) -> None:
    offre = make_offre(days=3)
    assert "Clôture des candidatures" in text_of(client.get("/demo/horloge/"))
    advance(client, pas="6j")
    assert Offre.objects.get(pk=offre.pk).state == "cloturee"
    assert "1 liste close et figée." in text_of(client.get("/demo/horloge/"))


def test_a_mail_is_listed_and_its_link_leads_here(client: Client) -> None:
    home = str(live.PALIER_ADRESSE)
    sent = mail.Mail("ines@palier.example", "Activez votre compte", f"Suivez {home}/compte/x/. Puis voilà <b>.")
    mail.send(sent, message_id="compte-1")
    listing = client.get("/demo/courrier/?a=INES@palier.example")
    assert "Activez votre compte" in text_of(listing)
    assert "Activez" not in text_of(client.get("/demo/courrier/?a=autre@palier.example"))
    page = text_of(client.get("/demo/courrier/compte-1/"))
    assert 'href="/compte/x/"' in page
    assert "<b>" not in page
    for unknown in ("inconnu", "..", ".cache", "a%20b"):
        assert client.get(f"/demo/courrier/{unknown}/").status_code == 404


def test_links_elsewhere_stay_as_they_are() -> None:
    assert 'href="https://exemple.fr/a?b=1"' in linked("voir https://exemple.fr/a?b=1, puis")


def test_the_page_of_mail_says_that_one_may_be_on_its_way(client: Client) -> None:
    assert "rechargez la page" in text_of(client.get("/demo/courrier/"))


def test_production_has_no_demonstration(client: Client, settings: Any) -> None:
    settings.IS_PRODUCTION = True
    for address in ADDRESSES:
        assert client.get(address).status_code == 404
    assert advance(client, pas="1j").status_code == 404
    try:
        routes = [str(each.pattern) for each in importlib.reload(urls).urlpatterns]
    finally:
        settings.IS_PRODUCTION = False
        importlib.reload(urls)
    assert "demo/" not in routes


def test_the_strip_is_for_the_demonstration_alone(settings: Any) -> None:
    request = RequestFactory().get("/")
    assert strip(request) == {}
    settings.PALIER_MODE = "demo"
    assert [url for _, url in strip(request)["demo_liens"]] == ["/demo/", "/demo/horloge/", "/demo/courrier/"]


def test_the_register_is_cut_and_brought_back_with_one_button(client: Client) -> None:
    assert "Il est en marche" in re.sub("<[^>]+>", "", text_of(client.get("/demo/horloge/")))
    assert client.post("/demo/registre/", {"etat": "couper"}).status_code == 302
    assert outage.is_down("registre")
    demande = make_demande(state="deposee")
    record_number(demande_id=demande.pk, by=Actor.system(), at=NOW)
    page = re.sub("<[^>]+>", "", text_of(client.get("/demo/horloge/")))
    assert "Il est coupé. 1 message attend d'y partir." in page
    client.post("/demo/registre/", {"etat": "ralentir"})
    assert (outage.is_down("registre"), outage.slowness("registre")) == (False, 3)
    client.post("/demo/registre/", {"etat": "retablir"})
    assert (outage.is_down("registre"), outage.slowness("registre")) == (False, 0)
    assert Demande.objects.get().state == "active"
    assert "Rien n'attend d'y partir" in text_of(client.get("/demo/horloge/"))
    assert client.get("/demo/registre/").status_code == 405
