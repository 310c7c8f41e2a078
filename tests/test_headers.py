"""BR-1, BR-2, BR-4, BR-5, BR-9: what every answer carries, in every state, and what a browser may not be made to do."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import DjangoDbBlocker

from palier.config import environment
from tests.access import ledger, routes
from tests.access.calls import call, send, undone
from tests.access.routes import Row
from tests.access.world import Subject, World, rolled_back

pytestmark = pytest.mark.web
HOST, EVIL = "palier.example", "https://ailleurs.example"
PRODUCTION = {
    "PALIER_MODE": "production",
    "PALIER_SECRET_KEY": "k9Zq7-mB" * 8,
    "PALIER_HOTES": HOST,
    "PALIER_MANDATAIRE_TLS": "oui",
    "DATABASE_URL": "postgresql://palier_app:x@127.0.0.1:9/palier",
}
READ = ("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_", "CSRF_FAILURE", "X_FRAME", "ALLOWED_HOSTS", "DEBUG", "MIDDLEWARE")
DUMP = """
import json, django
from django.conf import settings
django.setup()
names = [name for name in dir(settings) if name.startswith(tuple({names!r})) and name.isupper()]
print(json.dumps({{name: getattr(settings, name) for name in names}}, default=str))
"""
NOT_STORED = {"public:danger", "alive", "ready", "demandeur:flux"}
"""Public answers that are never stored: the page of a danger, and the health of the process."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world of the access tests, undone at the end."""
    with django_db_blocker.unblock(), rolled_back() as made:
        yield made


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Expected refusals are not worth a line each."""
    for name in ("django.request", "django.security.csrf", "django.security.DisallowedHost"):
        caplog.set_level("CRITICAL", name)


def in_production(tmp_path_factory: pytest.TempPathFactory, *words: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own with the environment of production."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    place = {"PYTHONPATH": str(environment.ROOT / "src"), "PALIER_VAR": str(tmp_path_factory.mktemp("var"))}
    env = {**kept, **place, "DJANGO_SETTINGS_MODULE": "palier.config.settings", **PRODUCTION}
    return subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What production sets about hosts, cookies, transport and headers, read from production itself."""
    done = in_production(tmp_path_factory, "-c", DUMP.format(names=READ))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    found["SECURE_PROXY_SSL_HEADER"] = tuple(found["SECURE_PROXY_SSL_HEADER"])
    return found


# What an answer carries -----------------------------------------------------------------------------------------------


def directives(response: Any) -> dict[str, set[str]]:
    """The content security policy, directive by directive; a page without a script has no script-src."""
    parts = [each.split() for each in response.headers.get("Content-Security-Policy", "").split(";") if each.strip()]
    return {part[0]: set(part[1:]) for part in parts}


def csp_faults(response: Any) -> Iterator[str]:
    found = directives(response)
    wanted = {"default-src": "'none'", "frame-ancestors": "'none'", "base-uri": "'none'", "object-src": "'none'"}
    for name, value in {**wanted, "form-action": "'self'"}.items():
        if found.get(name) != {value}:
            yield f"{name} is {sorted(found.get(name, ()))}"
    scripts = found.get("script-src", set())
    if not all(each.startswith(("'nonce-", "'sha256-", "'none'")) for each in scripts):
        yield f"script-src is {sorted(scripts)}"
    loose = {each for values in found.values() for each in values} & {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"}
    if loose:
        yield f"the policy holds {sorted(loose)}"


def header_faults(response: Any) -> Iterator[str]:
    wanted = {
        "X-Content-Type-Options": {"nosniff"},
        "Referrer-Policy": {"same-origin", "no-referrer", "strict-origin"},
        "Cross-Origin-Opener-Policy": {"same-origin"},
        "Cross-Origin-Resource-Policy": {"same-origin"},
    }
    for name, values in wanted.items():
        if response.headers.get(name) not in values:
            yield f"{name} is {response.headers.get(name)}"
    closed = response.headers.get("Permissions-Policy", "")
    if not all(f"{name}=()" in closed for name in ("camera", "microphone", "geolocation")):
        yield f"Permissions-Policy is {closed!r}"


def body_faults(response: Any) -> Iterator[str]:
    """What the policy would block, or fetch from elsewhere."""
    text = response.content.decode(errors="replace")
    nonces = directives(response).get("script-src", set())
    for attributes in re.findall(r"<script\b([^>]*)>", text):
        given = re.search(r'nonce="([^"]+)"', attributes)
        if given is None or f"'nonce-{given[1]}'" not in nonces:
            yield "a script without the nonce"
    if re.search(r"<[a-z][^>]*\s(style|on[a-z]+)=", text) or "<style" in text:
        yield "a style or a handler written in the page"
    if re.search(r'<(script|img|link|iframe|source|form)\b[^>]*\s(src|href|action)="(https?:)?//', text):
        yield "something from elsewhere"


def faults(response: Any) -> list[str]:
    """Everything that is missing of BR-2 in one HTML answer."""
    if not response.headers.get("Content-Type", "text/html").startswith("text/html"):
        return list(header_faults(response))
    return [*csp_faults(response), *header_faults(response), *body_faults(response)]


def first_allowed(row: Row, world: World) -> Subject:
    """Whom the page answers."""
    return next((each for each in world.subjects.values() if row.allows(each.name)), world.subjects["anonymous"])


def readable(world: World) -> list[tuple[Row, Subject]]:
    """Every page with one reader."""
    return [(row, first_allowed(row, world)) for row in routes.rows() if "GET" in row.methods]


def library_paths() -> list[str]:
    """The pages of accounts that libraries serve."""

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
        for each in patterns:
            path = prefix + str(each.pattern).lstrip("^")
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, path)
            elif str(getattr(each.callback, "__module__", "")).startswith("allauth."):
                yield re.sub(r"\(\?P<\w+>[^)]*\)\$?", "abc-def", path).rstrip("$")

    return sorted(set(walk(get_resolver().url_patterns, "/")))


def test_every_page_carries_every_header(world: World, capsys: pytest.CaptureFixture[str]):
    answers = [(row.key, call(who, "GET", row.path(world))) for row, who in readable(world)]
    for name in ("anonymous", "demandeur.own", "bailleur.own", "bailleur.password"):
        answers += [(f"{path} {name}", call(world.subjects[name], "GET", path)) for path in library_paths()]
    found = [f"{key} ({response.status_code}): {fault}" for key, response in answers for fault in faults(response)]
    with capsys.disabled():
        sys.stdout.write(f"\nHeaders: {len(answers)} answers\n")
    assert found == []
    assert {response.status_code for _, response in answers} >= {200, 302, 404}


def too_many_fields() -> dict[str, str]:
    return {f"champ{number}": "x" for number in range(10_000)}


def errors(world: World) -> Iterator[tuple[str, Any, set[int]]]:
    """(what, answer, statuses) of every way to fail."""
    anonymous, own = world.subjects["anonymous"], world.subjects["demandeur.own"]
    yield "NUL in the address", call(anonymous, "GET", "/recherche/?commune=%00"), {400}
    yield "unknown host", call(anonymous, "GET", "/", host="inconnu.example"), {400}
    yield "too many fields", call(own, "POST", "/demande/identite/", too_many_fields()), {400, 413}
    yield "too large", call(own, "POST", "/demande/identite/", {"nom": "x" * 3_000_000}), {400, 413}
    yield "no token", Client(enforce_csrf_checks=True).post("/compte/login/", {}), {403}
    yield "unknown page", call(anonymous, "GET", "/nulle-part/"), {404}
    yield "unknown object", call(own, "GET", f"/candidatures/{world.unknown}/rang/"), {404}
    yield "method", call(own, "DELETE", "/mon-espace/"), {405}
    stale = f"/candidatures/{world.pk('attente_own')}/retirer/"
    yield "refused", call(own, "POST", stale, {"cle": "x"}), {409, 422}


def test_every_error_carries_every_header(world: World):
    found = []
    for what, response, statuses in errors(world):
        assert response.status_code in statuses, (what, response.status_code)
        found += [f"{what}: {fault}" for fault in faults(response)]
    assert found == []


def test_a_crash_is_a_plain_page_with_every_header(world: World, monkeypatch: pytest.MonkeyPatch):
    def crash(*args: object) -> None:
        raise RuntimeError("secret de la panne")

    monkeypatch.setattr("palier.portals.public.views.open_offres", crash)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    text = response.content.decode()
    assert "secret de la panne" not in text
    assert "Traceback" not in text
    assert "<h1" in text
    assert faults(response) == []


# Production -----------------------------------------------------------------------------------------------------------


def test_check_deploy_is_silent(tmp_path_factory: pytest.TempPathFactory):
    words = ("-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    done = in_production(tmp_path_factory, *words)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
    assert "0 silenced" in done.stdout


def test_production_cookies(world: World, production: dict[str, Any]):
    with override_settings(**production), undone(world.subjects["anonymous"]):
        behind = {"host": HOST, "x-forwarded-proto": "https"}
        browser = Client(headers=behind)
        page = browser.get("/compte/login/")
        assert page.status_code == 200
        body = {"login": "personne@exemple.fr", "password": "x" * 14}
        browser.post("/compte/login/", {**body, "csrfmiddlewaretoken": browser.cookies["__Host-palier_csrf"].value})
        browser.force_login(world.objects["user_own"])
        browser.get("/mon-espace/")
        assert set(browser.cookies) <= {"__Host-palier_csrf", "__Host-palier_session"}
        for cookie in page.cookies.values():
            assert cookie["secure"]
            assert cookie["httponly"]
            assert cookie["path"] == "/"
            assert not cookie["domain"]
            assert cookie["samesite"] in ("Lax", "Strict")
        assert Client(headers=behind).get("/").cookies == {}
        assert faults(browser.get("/mon-espace/")) == []
        assert "max-age=63072000" in page.headers["Strict-Transport-Security"]


def test_production_hosts_and_transport(production: dict[str, Any]):
    assert production["DEBUG"] is False
    with override_settings(**production):
        plain = Client(headers={"host": HOST}).get("/aide/")
        assert (plain.status_code, plain.headers["Location"]) == (301, f"https://{HOST}/aide/")
        for proto in ("https", "http"):
            wrong = Client(headers={"host": "ailleurs.example", "x-forwarded-proto": proto}).get("/aide/")
            assert wrong.status_code == 400
            assert faults(wrong) == []


# What is stored, what changes -----------------------------------------------------------------------------------------


def test_what_a_person_receives_is_never_stored(world: World):
    found = []
    for row, who in readable(world):
        if row.is_api or who.user is None:
            continue
        response = call(who, "GET", row.path(world))
        if "no-store" not in response.headers.get("Cache-Control", ""):
            found.append(f"{row.key}: {response.headers.get('Cache-Control')}")
        if "Cookie" not in response.headers.get("Vary", ""):
            found.append(f"{row.key}: Vary {response.headers.get('Vary')}")
    assert found == []
    for path in ("/", "/recherche/", "/aide/"):
        assert "no-store" in call(world.subjects["demandeur.own"], "GET", path).headers["Cache-Control"]


def test_public_pages_are_cacheable_and_set_no_cookie(world: World):
    found = []
    for row in routes.rows():
        public = row.allow is None and row.methods == ("GET",) and not row.is_api
        if not public or row.key.startswith("demo:"):
            continue
        response = Client().get(row.path(world))
        if response.cookies:
            found.append(f"{row.key}: sets {sorted(response.cookies)}")
        if row.key not in NOT_STORED and not response.headers.get("Cache-Control", "").startswith("public"):
            found.append(f"{row.key}: {response.headers.get('Cache-Control')}")
    assert found == []


def test_signing_out_is_a_post_that_clears_the_browser(world: World):
    own = world.subjects["demandeur.own"]
    with undone(own):
        assert send(own, "GET", "/compte/logout/").status_code == 200
        assert send(own, "GET", "/mon-espace/").status_code == 200
        gone = send(own, "POST", "/compte/logout/", {"x": ""})
        assert gone.status_code == 302
        assert '"cookies"' in gone.headers["Clear-Site-Data"]
        assert send(own, "GET", "/mon-espace/").status_code == 302


def test_no_get_changes_anything(world: World):
    changed, looks = [], 0
    for who in world.subjects.values():
        mine = [row for row in routes.rows() if row.allows(who.name) and "GET" in row.methods]
        with undone(who):
            before = ledger.read()
            for row in mine:
                send(who, "GET", row.path(world))
            if ledger.changed(before, ledger.read()):
                changed += _one_by_one(who, mine, world)
        looks += len(mine)
    assert changed == []
    assert looks > 300


def _one_by_one(who: Subject, rows: list[Row], world: World) -> list[str]:
    """Which of these pages wrote what."""
    found = []
    for row in rows:
        with undone(who):
            before = ledger.read()
            send(who, "GET", row.path(world))
            if touched := ledger.changed(before, ledger.read()):
                found.append(f"{row.key} {who.name}: {touched}")
    return found or [f"{who.name}: the pages together"]


def strict(subject: Subject) -> Client:
    """The subject's browser, with the forgery check that the test client leaves out."""
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = copy.deepcopy(subject.client.cookies)
    return browser


def token_of(browser: Client) -> str:
    """A good token of this browser."""
    page = browser.get("/compte/renvoyer/")
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', unescape(page.content.decode()))
    assert found
    return found[1]


def test_no_post_without_token_or_from_elsewhere(world: World):
    found, sent = [], 0
    pages = [(row.path(world), first_allowed(row, world)) for row in routes.rows() if not row.is_api]
    pages += [(path, world.subjects["demandeur.own"]) for path in library_paths()]
    for path, who in pages:
        browser = strict(who)
        forged = {"x": "1", "csrfmiddlewaretoken": token_of(browser)}
        with undone(who):
            answers = {
                "no token": browser.post(path, {"x": "1"}),
                "elsewhere": browser.post(path, forged, headers={"origin": EVIL}),
            }
        sent += len(answers)
        found += [f"{path} {what}: {each.status_code}" for what, each in answers.items() if each.status_code != 403]
    assert found == []
    assert sent > 150


def test_the_api_knows_no_cookie(world: World):
    own = world.subjects["demandeur.own"]
    assert own.client.get("/api/v1/demandes/moi").status_code == 401
    answer = own.client.post(
        "/api/v1/candidatures", json.dumps({"offre": str(world.pk("offre_libre"))}), content_type="application/json"
    )
    assert answer.status_code == 401
