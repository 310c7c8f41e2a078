"""The adviser's pages: what each relation opens, the decision on a piece, the emergency, the duplicates."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from palier.accompagnement import actions, queries
from palier.accounts.models import User
from palier.base import clock
from palier.base.actor import Actor
from palier.demandes.models import Demande, Doublon, Piece
from palier.demandes.queries.blockers import blockers
from palier.journal.models import AccessLine
from palier.journal.mover import create
from palier.organisations.models import Organisation
from tests import factories as make
from tests.accompagnement_kit import make_agence, make_conseiller, make_waiting
from tests.sign_in import key, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.web]
AT = make.NOW
REASON = "Sa famille dort dehors ce soir, elle est au guichet."


@pytest.fixture
def demande() -> Demande:
    clock.set_now(AT)
    return make.make_demande(filed=AT - timedelta(days=200))


@pytest.fixture
def agence() -> Organisation:
    return make_agence("44")


@pytest.fixture
def adviser(agence: Organisation) -> tuple[Client, User, Actor]:
    return browser(agence)


def browser(agence: Organisation) -> tuple[Client, User, Actor]:
    user, by = make_conseiller(agence)
    client = Client()
    sign_in(client, user)
    return client, user, by


def text(response: Any) -> str:
    return unescape(response.content.decode())


def home(demande: Demande) -> str:
    return f"/conseiller/demandes/{demande.pk}/"


def secrets_of(demande: Demande) -> list[str]:
    holder = demande.personnes.get(role="demandeur")
    return [holder.identite["nom"], *[value for value in demande.contact.values() if len(value) > 3]]


def test_an_adviser_finds_a_demande_by_its_number_takes_it_and_gives_it_back(demande: Demande, adviser: Any):
    client, _, _ = adviser
    numero = demande.numero["numero_unique"]
    page = text(client.post("/conseiller/", {"numero": numero}))
    assert home(demande) in page
    assert [each for each in secrets_of(demande) if each in page] == []
    closed = text(client.get(home(demande)))
    assert [each for each in secrets_of(demande) if each in closed] == []
    taken = client.post(home(demande) + "suivre/", {"cle": key()})
    assert taken["Location"] == home(demande)
    sheet = text(client.get(home(demande)))
    assert [each for each in secrets_of(demande) if each not in sheet] == []
    assert secrets_of(demande)[0] in text(client.get("/conseiller/"))
    assert client.post(home(demande) + "rendre/", {"cle": key()})["Location"] == "/conseiller/"
    assert [each for each in secrets_of(demande) if each in text(client.get(home(demande)))] == []
    assert client.post(home(demande) + "rendre/", {"cle": key()}).status_code == 404


def test_another_agency_and_other_hats_find_nothing(demande: Demande):
    far = browser(make_agence("13"))[0]
    assert far.get(home(demande)).status_code == 404
    assert home(demande) not in text(far.post("/conseiller/", {"numero": demande.numero["numero_unique"]}))
    bailleur = Client()
    sign_in(bailleur, make.make_agent(make.make_organisation("bailleur"))[0])
    for path in ("/conseiller/", home(demande), home(demande) + "urgence/", "/conseiller/doublons/"):
        assert bailleur.get(path).status_code == 404


def test_an_emergency_opens_reads_alone_and_closes_in_an_open_session(demande: Demande, adviser: Any):
    client, _, _ = adviser
    waiting = make_waiting(demande)
    short = client.post(home(demande) + "urgence/", {"cle": key(), "motif": "urgent"})
    assert short.status_code == 422
    assert "urgent" in text(short)
    assert "20 au moins" in text(short)
    assert client.post(home(demande) + "urgence/", {"cle": key(), "motif": REASON})["Location"] == home(demande)
    page = text(client.get(home(demande)))
    assert secrets_of(demande)[0] in page
    assert "Lecture seule." in page
    assert client.get(f"/conseiller/pieces/{waiting.pk}/").status_code == 404
    assert client.post(home(demande) + "rendre/", {"cle": key()}).status_code == 404
    clock.set_now(AT + timedelta(minutes=31))
    assert [each for each in secrets_of(demande) if each in text(client.get(home(demande)))] == []


def test_each_page_of_a_demande_leaves_its_lines(demande: Demande, adviser: Any):
    client, _, by = adviser
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    piece = make_waiting(demande)
    for path in (home(demande), f"/conseiller/pieces/{piece.pk}/", "/conseiller/"):
        before = AccessLine.objects.filter(person_id=demande.titulaire_id).count()
        assert client.get(path).status_code == 200
        assert AccessLine.objects.filter(person_id=demande.titulaire_id).count() > before


def test_a_piece_is_decided_beside_what_was_declared(demande: Demande, adviser: Any):
    client, _, by = adviser
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    piece = make_waiting(demande)
    piece.analyse = {"regles": [{"code": "revenu_concordant", "resultat": "non_conforme", "texte": "1 900 € lus"}]}
    piece.explication = {"texte": "J'ai changé d'emploi <en> mars."}
    piece.save(update_fields=["analyse", "explication"])
    address = f"/conseiller/pieces/{piece.pk}/"
    page = text(client.get(address))
    assert "1 900 € lus" in page
    assert "J'ai changé d'emploi <en> mars." in page
    assert "1 720" in page.replace("\u202f", " ").replace("\u00a0", " ") or "Revenu fiscal" in page
    empty = client.post(address, {"cle": key()})
    assert empty.status_code == 422
    assert client.post(address, {"cle": key(), "decision": "inconnu"}).status_code == 422
    assert client.post(address, {"cle": key(), "decision": "illisible"}).status_code == 409, "without what was seen"
    seen = re.search(r'name="vu" value="(\w+)"', client.get(address).content.decode())
    assert seen
    assert client.post(address, {"cle": key(), "decision": "illisible", "vu": seen[1]}).status_code == 303
    piece.refresh_from_db()
    assert (piece.state, piece.motif_refus) == ("refusee", "illisible")
    again = client.post(address, {"cle": key(), "decision": "valider"})
    assert again.status_code == 409


def test_unassigning_closes_the_pages_of_an_open_session(demande: Demande, adviser: Any, agence: Organisation):
    client, user, by = adviser
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    piece = make_waiting(demande)
    address = f"/conseiller/pieces/{piece.pk}/"
    assert client.get(address).status_code == 200
    admin = make.make_agent(agence, "admin")[1]
    actions.unassign_conseiller(user_id=user.pk, organisation_id=agence.pk, by=admin, at=AT)
    assert client.get(address).status_code == 404
    assert client.get(f"{address}1/1/").status_code == 404
    assert client.post(address, {"cle": key(), "decision": "valider"}).status_code == 404
    assert [each for each in secrets_of(demande) if each in text(client.get(home(demande)))] == []


@pytest.fixture
def doublon(demande: Demande) -> Doublon:
    older = make.make_demande(filed=AT - timedelta(days=900))
    found = Doublon.objects.filter(recente=demande, ancienne=older).first()
    if found is not None:
        return found
    row = Doublon(ancienne=older, recente=demande, indices=["nom", "naissance"], signale_le=AT)
    create(row, by=Actor.system(), at=AT)
    return row


def test_two_demandes_are_compared_and_nothing_is_deleted(demande: Demande, doublon: Doublon, adviser: Any):
    client, _, by = adviser
    assert str(doublon.pk) not in text(client.get("/conseiller/doublons/"))
    assert client.get(f"/conseiller/doublons/{doublon.pk}/").status_code == 404
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    assert str(doublon.pk) in text(client.get("/conseiller/doublons/"))
    page = text(client.get(f"/conseiller/doublons/{doublon.pk}/"))
    assert secrets_of(demande)[0] in page
    older = doublon.ancienne.personnes.get(role="demandeur").identite
    assert queries.initials_of(doublon.ancienne.personnes.get(role="demandeur")) in page
    assert f"{older['prenom']} {older['nom']}" not in page.partition("La plus récente")[0]
    address = f"/conseiller/doublons/{doublon.pk}/"
    assert client.post(address, {"cle": key(), "avis": "meme"})["Location"] == "/conseiller/doublons/"
    doublon.refresh_from_db()
    assert doublon.state == "fusion_proposee"
    assert client.post(address, {"cle": key(), "avis": "deux"}).status_code == 303
    assert Demande.objects.filter(pk__in=[doublon.ancienne_id, doublon.recente_id]).count() == 2


def test_what_blocks_says_nothing_of_health_to_an_adviser(adviser: Any):
    client, _, by = adviser
    clock.set_now(AT)
    demande = make.make_demande(filed=AT - timedelta(days=200), situation={"handicap": True})
    for person in demande.personnes.all():
        person.protege = {"handicap": True, "mdph": True}
        person.save(update_fields=["protege"])
    over = AT.date() - timedelta(days=30)
    for code in ("HANDICAP", "AVIS_IMPOT_N2"):
        piece = make_waiting(demande, code)
        Piece.objects.filter(pk=piece.pk).update(state="expiree", expire_le=over)
    fresh = Demande.objects.prefetch_related("personnes", "communes", "pieces").get(pk=demande.pk)
    own, told = blockers(fresh, AT.date()), blockers(fresh, AT.date(), staff=True)
    assert any("handicap" in each.phrase for each in own)
    assert [each for each in told if "handicap" in each.phrase or "CMI" in each.phrase] == []
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    page = text(client.get(home(demande)))
    assert "Cette pièce n'est plus valable\u00a0: avis d'imposition" in page.replace("Avis", "avis")
    assert [each for each in ("handicap", "invalidit", "mdph", "cdaph") if each in page.lower()] == []


def test_pages_are_light(demande: Demande, adviser: Any, django_assert_max_num_queries: Any):
    client, _, by = adviser
    rows = [demande, *(make.make_demande(filed=AT - timedelta(days=9)) for _ in range(5))]
    for row in rows:
        actions.assign_demande(demande_id=row.pk, by=by, at=AT)
    piece = make_waiting(demande)
    for path in ("/conseiller/", home(demande), f"/conseiller/pieces/{piece.pk}/", "/conseiller/doublons/"):
        client.get(path)
        with django_assert_max_num_queries(20):
            page = client.get(path)
        assert len(page.content) <= 30 * 1024
