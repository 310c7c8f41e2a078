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
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client

from palier.accounts import actions, tasks
from palier.accounts.models import User
from palier.base import clock
from palier.base.actor import Actor
from palier.config import passwords
from palier.config import settings as production
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
    given, signed = code(secret), clock.now()
    assert client.post("/compte/2fa/authenticate/", {"code": given})["Location"] == "/entree/"
    assert client.get("/compte/chapeau/").status_code == 200
    # giving one's code is no change of factor: nobody is told of one, no other session ends
    assert not Event.objects.filter(kind="compte.facteur_change", at__gte=signed).exists()
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


# ID-2: a code works once, one step either way; wrong ones slow the account and the address apart --------------------


def staff_with_secret(email: str = "staff@exemple.fr") -> tuple[User, str]:
    user = account(email)
    member(user)
    secret = generate_totp_secret()
    actions.set_totp(user=user, secret=secret, by=Actor.system(), at=clock.now())
    return user, secret


def code_at(secret: str, step: int) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def enters(user: User, given: str, client: Client | None = None) -> bool:
    client = client or Client()
    log_in(client, user.email)
    return client.post("/compte/2fa/authenticate/", {"code": given}).status_code == 302


@pytest.mark.parametrize(("step", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_taken_one_step_either_way(step: int, accepted: bool, monkeypatch: pytest.MonkeyPatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    user, secret = staff_with_secret()
    assert enters(user, code_at(secret, step)) is accepted


def test_a_code_of_the_step_before_works_once_too(monkeypatch: pytest.MonkeyPatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    user, secret = staff_with_secret()
    assert enters(user, code_at(secret, -1))
    assert not enters(user, code_at(secret, -1))
    assert enters(user, code_at(secret, 0))


@pytest.fixture
def slowed(settings: Any) -> None:
    """The real limits of allauth."""
    del settings.ACCOUNT_RATE_LIMITS
    cache.clear()


def wrong(client: Client, email: str) -> str:
    return log_in(client, email, "pas le bon mot de passe").content.decode()


TOO_MANY = "Trop de tentatives"


def test_wrong_passwords_slow_the_account_from_any_address(slowed: None):
    victim, other = account("victime@exemple.fr"), account("autre@exemple.fr")
    for place in range(10):
        wrong(Client(REMOTE_ADDR=f"192.0.2.{place + 1}"), victim.email)
    fresh = Client(REMOTE_ADDR="192.0.2.200")
    assert log_in(fresh, victim.email).status_code == 200
    assert log_in(Client(REMOTE_ADDR="192.0.2.200"), other.email)["Location"] == "/entree/"


def test_wrong_passwords_slow_the_address_for_any_account(slowed: None):
    good = account("bonne@exemple.fr")
    for place in range(10):
        wrong(Client(REMOTE_ADDR="192.0.2.7"), f"inconnue{place}@exemple.fr")
    assert log_in(Client(REMOTE_ADDR="192.0.2.7"), good.email).status_code == 200
    assert log_in(Client(REMOTE_ADDR="192.0.2.8"), good.email)["Location"] == "/entree/"


def test_wrong_codes_slow_the_account(slowed: None):
    user, secret = staff_with_secret()
    client = Client()
    log_in(client, user.email)
    for _ in range(10):
        assert client.post("/compte/2fa/authenticate/", {"code": "000000"}).status_code in (200, 429)
    assert client.post("/compte/2fa/authenticate/", {"code": code(secret)}).status_code != 302


def test_the_owner_still_enters_by_the_mailed_link(slowed: None):
    user = account("victime@exemple.fr")
    for place in range(10):
        wrong(Client(REMOTE_ADDR=f"192.0.2.{place + 1}"), user.email)
    client = Client(REMOTE_ADDR="192.0.2.99")
    client.post("/compte/password/reset/", {"email": user.email})
    tasks.send_new_password(Event.objects.get(kind="compte.mot_de_passe_oublie").pk)
    link = re.search(r"http://[^/]+(/compte/password/reset/key/\S+)", mail.list_delivered(user.email)[0].text)
    assert link
    page = client.get(link[1], follow=True)
    fresh = "une phrase toute neuve et longue"
    client.post(page.redirect_chain[-1][0], {"password1": fresh, "password2": fresh})
    assert client.get("/mon-espace/").status_code == 200


def test_a_mailed_link_is_no_second_factor():
    user, _ = staff_with_secret()
    client = Client()
    client.post("/compte/password/reset/", {"email": user.email})
    tasks.send_new_password(Event.objects.get(kind="compte.mot_de_passe_oublie").pk)
    link = re.search(r"http://[^/]+(/compte/password/reset/key/\S+)", mail.list_delivered(user.email)[0].text)
    assert link
    page = client.get(link[1], follow=True)
    fresh = "une phrase toute neuve et longue"
    client.post(page.redirect_chain[-1][0], {"password1": fresh, "password2": fresh})
    assert client.get("/entree/").status_code == 302
    assert "/compte/" in client.get("/bailleur/")["Location"]


# ID-4: a new session id at each step up; a change of password or factor ends the others -----------------------------


def test_a_step_up_changes_the_session_id():
    user = account("connu@exemple.fr")
    client = Client()
    log_in(client, user.email)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0, "email": user.email}]
    session.save()
    before = client.session.session_key
    wrong_one = client.post("/compte/reauthenticate/", {"password": "pas le bon mot de passe"})
    assert (wrong_one.status_code, client.session.session_key) == (200, before)
    assert client.post("/compte/reauthenticate/", {"password": PASSWORD}).status_code == 302
    assert client.session.session_key != before
    assert client.get("/mon-espace/").status_code == 200


def test_a_code_given_again_changes_the_session_id():
    user, secret = staff_with_secret()
    client = Client()
    assert enters(user, code(secret), client)
    before = client.session.session_key
    assert client.post("/compte/2fa/reauthenticate/", {"code": code_at(secret, 1)}).status_code == 302
    assert client.session.session_key != before


def test_a_change_of_password_ends_the_other_sessions():
    user = account("connu@exemple.fr")
    here, elsewhere = Client(), Client()
    log_in(here, user.email)
    log_in(elsewhere, user.email)
    fresh = "encore un autre mot de passe"
    said = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    assert here.post("/compte/password/change/", said).status_code == 302
    assert "/compte/login/" in elsewhere.get("/mon-espace/")["Location"]
    assert log_in(Client(), user.email).status_code == 200


# ID-5: the list of common passwords, offline ------------------------------------------------------------------------


def test_twenty_thousand_common_passwords_are_known():
    assert len(passwords.common_passwords()) >= 20_000


@pytest.mark.parametrize(
    "password",
    ["motdepasse12345", "Mot de passe 2026!", "azertyuiop123", "Soleil*Soleil*", "soleilsoleil", "123456789012345",
     "princesse2026", "Chocolat!!!!!!!", "qwertyuiop12", "MARSEILLE13013!"],
)  # fmt: skip
def test_a_common_word_lengthened_is_still_common(password: str):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("password", [PASSWORD, "quatre moineaux sur un fil", "brume-velours-canif", "🙂" * 12])
def test_a_phrase_is_welcome_whatever_it_is_made_of(password: str):
    validate_password(password)


def test_every_entry_of_the_list_that_is_long_enough_is_refused():
    for each in sorted(passwords.common_passwords()):
        if len(each) >= 12:
            with pytest.raises(ValidationError):
                validate_password(each)


def test_passwords_are_kept_by_argon2id(settings: Any):
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    assert account("connu@exemple.fr").password.startswith("argon2$argon2id$")


def test_a_password_may_be_pasted():
    page = Client().get("/compte/signup/").content.decode()
    field = re.search(r'<input[^>]+name="password1"[^>]*>', page)
    assert field
    assert "onpaste" not in field[0]
    assert 'autocomplete="new-password"' in field[0]
