"""Who somebody is: second factor of the staff, answers that tell nothing, sessions that end (ID-1, 3, 4, 5)."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.http import HttpResponse
from django.test import Client

from palier.accounts import actions, tasks
from palier.accounts.models import User
from palier.base import clock
from palier.base.actor import Actor
from palier.gateways import mail
from palier.journal.models import Event
from palier.organisations.models import Kind, Membership, Organisation, Role
from tests.sign_in import key, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.web]
PASSWORD = "un long mot de passe bien à moi"


@pytest.fixture(autouse=True)
def a_clean_mailbox(settings: Any, tmp_path: Any) -> None:
    settings.PALIER_COURRIER = tmp_path / "courrier"
    settings.ACCOUNT_RATE_LIMITS = False


def account(email: str, *, verified: bool = True) -> User:
    return actions.open_account(email=email, password=PASSWORD, by=Actor.system(), at=clock.now(), verified=verified)


def member(user: User, name: str = "Habitat Test", role: str = Role.BAILLEUR) -> Membership:
    organisation, _ = Organisation.objects.get_or_create(nom=name, defaults={"kind": Kind.BAILLEUR})
    return Membership.objects.create(user=user, organisation=organisation, role=role)


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def log_in(client: Client, email: str, password: str = PASSWORD) -> HttpResponse:
    return client.post("/compte/login/", {"login": email, "password": password})


def shape(response: HttpResponse, email: str) -> tuple[Any, ...]:
    """What a stranger can compare: status, place, body without nonces and tokens."""
    body = response.content.decode().replace(email, "ADRESSE")
    body = re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|name="cle" value="[^"]*"', "", body)
    return response.status_code, response.headers.get("Location", ""), len(body), body


def test_a_staff_password_alone_opens_only_the_enrolment():
    user = account("staff@exemple.fr")
    member(user)
    client = Client()
    log_in(client, user.email)
    for path in (
        "/",
        "/mon-espace/",
        "/entree/",
        "/bailleur/",
        "/compte/email/",
        "/compte/password/change/",
        "/compte/chapeau/",
    ):
        response = client.get(path)
        assert response.status_code == 302, path
        assert response["Location"].startswith("/compte/2fa/totp/activate/"), path
    assert client.get("/compte/2fa/totp/activate/").status_code == 200


def test_enrolment_opens_the_session_and_ends_the_others():
    user = account("staff@exemple.fr")
    member(user)
    here, elsewhere = Client(), Client()
    log_in(here, user.email)
    log_in(elsewhere, user.email)
    before = here.session.session_key
    page = here.get("/compte/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)
    assert secret
    assert here.post("/compte/2fa/totp/activate/", {"code": code(secret[1])}).status_code == 302
    assert here.session.session_key != before
    assert here.get("/compte/chapeau/").status_code == 200
    assert "/compte/login/" in elsewhere.get("/mon-espace/")["Location"]
    assert Event.objects.filter(kind="compte.facteur_change").count() == 1


def test_with_a_factor_the_password_asks_for_the_code_and_a_code_works_once():
    user = account("staff@exemple.fr")
    member(user)
    secret = generate_totp_secret()
    actions.set_totp(user=user, secret=secret, by=Actor.system(), at=clock.now())
    client = Client()
    assert log_in(client, user.email)["Location"] == "/compte/2fa/authenticate/"
    assert "/compte/login/" in client.get("/compte/chapeau/")["Location"]
    assert client.post("/compte/2fa/authenticate/", {"code": "000000"}).status_code == 200
    given = code(secret)
    assert client.post("/compte/2fa/authenticate/", {"code": given})["Location"] == "/entree/"
    assert client.get("/compte/chapeau/").status_code == 200
    again = Client()
    log_in(again, user.email)
    assert again.post("/compte/2fa/authenticate/", {"code": given}).status_code == 200


@pytest.mark.parametrize("path", ["/compte/login/", "/compte/signup/", "/compte/password/reset/", "/compte/renvoyer/"])
def test_known_and_unknown_addresses_get_the_same_answer(path: str):
    account("connu@exemple.fr")
    account("attend@exemple.fr", verified=False)
    answers = []
    for email in ("connu@exemple.fr", "inconn@exemple.fr", "attend@exemple.fr"):
        client = Client()
        client.get(path)
        body = {"email": email, "login": email, "password": "pas le bon mot", "password1": "un autre mot de passe long"}
        first = client.post(path, {**body, "cle": key()})
        then = client.get(first["Location"]) if "Location" in first.headers else first
        answers.append((shape(first, email), shape(then, email), sorted(client.cookies)))
    assert answers[0][0] == answers[1][0] == answers[2][0]
    assert answers[0][1][:3] == answers[1][1][:3] == answers[2][1][:3]
    assert answers[0][1] == answers[1][1]
    assert answers[0][2] == answers[1][2]


def test_only_the_owner_learns_that_the_address_has_an_account():
    account("connu@exemple.fr")
    Client().post("/compte/signup/", {"email": "connu@exemple.fr", "password1": "un autre mot de passe long"})
    Client().post("/compte/password/reset/", {"email": "inconnu@exemple.fr"})
    kinds = set(Event.objects.filter(kind__startswith="compte.").values_list("kind", flat=True))
    assert "compte.inscription_repetee" in kinds
    assert "compte.mot_de_passe_oublie" not in kinds
    for event in Event.objects.filter(kind="compte.inscription_repetee"):
        tasks.send_known(event.pk)
        tasks.send_known(event.pk)
    assert [each.subject for each in mail.list_delivered()] == ["Votre compte Palier existe déjà"]


def test_a_new_password_by_mail_ends_the_open_sessions():
    user = account("connu@exemple.fr")
    elsewhere, client = Client(), Client()
    log_in(elsewhere, user.email)
    assert elsewhere.get("/mon-espace/").status_code == 200
    client.post("/compte/password/reset/", {"email": user.email})
    tasks.send_new_password(Event.objects.get(kind="compte.mot_de_passe_oublie").pk)
    link = re.search(r"http://[^/]+(/compte/password/reset/key/\S+)", mail.list_delivered(user.email)[0].text)
    assert link
    page = client.get(link[1], follow=True)
    fresh = "encore un autre mot de passe"
    done = client.post(page.redirect_chain[-1][0], {"password1": fresh, "password2": fresh})
    assert done.status_code == 302
    assert "/compte/login/" in elsewhere.get("/mon-espace/")["Location"]
    assert log_in(Client(), user.email, fresh)["Location"] == "/entree/"


def test_sign_in_and_hats_change_the_session_id():
    user = account("deux@exemple.fr")
    first, second = member(user), member(user, "Autre Habitat", Role.MEMBRE_CALEOL)
    client = Client()
    sign_in(client, user)
    assert client.get("/entree/")["Location"] == "/compte/chapeau/"
    before = client.session.session_key
    worn = client.post("/compte/chapeau/", {"cle": key(), "chapeau": str(second.pk)})
    assert worn.status_code == 303
    assert client.session.session_key != before
    assert client.session["membership_id"] == str(second.pk)
    assert Event.objects.filter(kind="compte.chapeau", aggregate_id=user.pk).count() == 1
    assert (
        client.post("/compte/chapeau/", {"cle": key(), "chapeau": str(Organisation.objects.first().pk)}).status_code
        == 404
    )
    Membership.objects.filter(pk__in=[first.pk, second.pk]).update(active=False)
    assert client.get("/mon-espace/").status_code == 200


@pytest.mark.parametrize(
    ("role", "home"),
    [(Role.BAILLEUR, "/bailleur/"), (Role.RESERVATAIRE, "/reservataire/"), (Role.MEMBRE_CALEOL, "/commission/")],
)
def test_each_hat_has_its_home(role: str, home: str):
    user = account("staff@exemple.fr")
    client = Client()
    sign_in(client, user, member(user, role=role))
    assert client.get("/entree/")["Location"] == home


def test_a_disabled_account_loses_its_sessions_at_that_commit():
    user = account("connu@exemple.fr")
    client = Client()
    log_in(client, user.email)
    actions.disable_account(user=user, by=Actor.system(), at=clock.now())
    assert "/compte/login/" in client.get("/mon-espace/")["Location"]
    assert log_in(Client(), user.email).headers.get("Location") in (None, "/compte/inactive/")


def test_idle_and_long_sessions_end():
    user = account("connu@exemple.fr")
    client = Client()
    sign_in(client, user)
    client.get("/mon-espace/")
    now = datetime.now(UTC)
    _age(client, vu_a=(now - timedelta(minutes=29)).timestamp(), debut=(now - timedelta(hours=11)).timestamp())
    assert client.get("/mon-espace/").status_code == 200
    _age(client, vu_a=(now - timedelta(minutes=31)).timestamp())
    ended = client.get("/mon-espace/")
    assert ended["Location"] == "/compte/login/?next=%2Fmon-espace%2F"
    assert "Votre session est finie" in client.get("/compte/login/").content.decode()
    member(user)
    sign_in(client, user)
    client.get("/compte/chapeau/")
    _age(client, vu_a=time.time(), debut=(now - timedelta(hours=10, minutes=1)).timestamp())
    assert "/compte/login/" in client.get("/compte/chapeau/")["Location"]


def _age(client: Client, **values: float) -> None:
    session = client.session
    session.update(values)
    session.save()


def test_sign_out_is_a_post_that_clears_the_browser():
    client = Client()
    sign_in(client, account("connu@exemple.fr"))
    assert client.get("/compte/logout/").status_code == 200
    assert client.get("/mon-espace/").status_code == 200
    left = client.post("/compte/logout/")
    assert left["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "/compte/login/" in client.get("/mon-espace/")["Location"]


def test_pages_of_a_person_are_never_stored():
    client = Client()
    sign_in(client, account("connu@exemple.fr"))
    page = client.get("/mon-espace/")
    assert page["Cache-Control"] == "no-store, private"
    assert "Cookie" in page["Vary"]


@pytest.mark.parametrize(
    ("password", "accepted"),
    [
        ("onze carac.", False),
        ("douze caract", True),
        ("a" * 64 + "é" * 64, True),
        ("x" * 129, False),
        ("password12345", False),
    ],
)
def test_password_rules(password: str, accepted: bool):
    response = Client().post("/compte/signup/", {"email": "neuf@exemple.fr", "password1": password})
    assert (response.status_code == 302) is accepted, response.content.decode()[:0]
    assert User.objects.filter(email="neuf@exemple.fr").exists() is accepted


def test_a_kept_wrong_key_is_not_a_post_without_token():
    client = Client(enforce_csrf_checks=True)
    sign_in(client, account("connu@exemple.fr"))
    assert client.post("/demande/numero/", {"cle": key(), "connu": "non"}).status_code == 403
