"""BI-4: what no honest person types. A form shown again with a French sentence, or 400/422: never a crash."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.access import routes
from tests.access.calls import call, send, undone
from tests.access.pages import Form, forms_of, main_form
from tests.access.routes import Row
from tests.access.world import Subject, World, rolled_back

pytestmark = pytest.mark.web
HUGE = "1" + "0" * 30
SURROGATE = b"%ED%A0%80"
VALUES = ("a\x00b", HUGE, "NaN", "1e309", "0000", "-1", "٣٤", "\u202eabc", "x" * 5_000)
DEEP = (HUGE, "NaN", "1e309", "0000", "99999999999", "31/02/2026")
"""Values sent in one field alone, the others being good: they may pass the form and reach the database."""
REFUSED = {400, 409, 413, 422}
ANSWERED = REFUSED | {200, 302, 303, 403, 404}
SENTENCE = re.compile(r"[A-ZÀ-Ý«][^<>]{15,}?[.?!»]")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world of the access tests, undone at the end."""
    with django_db_blocker.unblock(), rolled_back() as made:
        yield made


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Expected refusals are not worth a line each."""
    for name in ("django.request", "django.security"):
        caplog.set_level("CRITICAL", name)


def posted_pages(world: World) -> list[tuple[Row, Subject, Form]]:
    """Every page that holds a form with something to type, with somebody who may send it."""
    found = []
    for row in routes.rows():
        who = next((each for each in world.subjects.values() if row.allows(each.name)), None)
        if row.is_api or who is None or not {"GET", "POST"} <= set(row.methods):
            continue
        page = call(who, "GET", row.path(world))
        form = main_form(page, row.path(world)) if page.status_code == 200 else None
        if form is not None and form.texts:
            found.append((row, who, form))
    return found


def attempt(row: Row, who: Subject, world: World, data: dict[str, Any]) -> tuple[str, Any]:
    """(fault, answer) of one post."""
    try:
        response = call(who, "POST", row.path(world), data)
    except Exception as error:  # reported with what was typed
        return f"{type(error).__name__} {str(error)[:200]}", None
    return ("" if response.status_code in ANSWERED else str(response.status_code)), response


def said(response: Any) -> list[str]:
    """The sentences of refusal of a page."""
    text = unescape(response.content.decode(errors="replace"))  # some addresses give a PDF
    found = re.findall(r"Erreur\s*:\s*([^<]+)", text)
    return [each.strip() for each in found] or SENTENCE.findall(re.sub(r"<[^>]+>", "\n", text))


def lost(form: Form, typed: dict[str, str], response: Any, path: str) -> list[str]:
    """The fields whose words are not in the form shown again."""
    again = main_form(response, path)
    if again is None:
        return ["the form"]
    return [name for name, value in typed.items() if name in form.texts and again.values.get(name) != [value]]


def judge(row: Row, who: Subject, form: Form, typed: dict[str, str], world: World) -> str:
    """One bad post; "" when it is refused in words and nothing typed is lost."""
    label = f"{row.key} {[(name, value[:20]) for name, value in list(typed.items())[:2]]}"
    wrong, response = attempt(row, who, world, {**form.values, **row.posted(world), **typed})
    if wrong:
        return f"{label}: {wrong}"
    if response.status_code in REFUSED and not said(response):
        return f"{label}: {response.status_code} without a sentence"
    if response.status_code == 422 and (missing := lost(form, typed, response, row.path(world))):
        return f"{label}: lost {missing}"
    return ""


def test_no_form_crashes_and_nothing_typed_is_lost(world: World, capsys: pytest.CaptureFixture[str]):
    faults, sent = [], 0
    pages = posted_pages(world)
    for row, who, form in pages:
        tries = [dict.fromkeys(form.texts, value) for value in VALUES]
        tries += [{name: value} for name in form.texts for value in DEEP]
        faults += [fault for typed in tries if (fault := judge(row, who, form, typed, world))]
        sent += len(tries)
    with capsys.disabled():
        sys.stdout.write(f"\nBad input: {sent} posts on {len(pages)} forms\n")
    assert not faults, f"{len(faults)} of {sent}\n" + "\n".join(faults)
    assert len(pages) >= 12


def test_what_postgresql_cannot_keep_is_refused_at_the_edge(world: World):
    faults = []
    for row, who, form in posted_pages(world):
        for name in form.texts:
            response = call(who, "POST", row.path(world), {**form.values, name: "a\x00b"})
            if response.status_code not in (400, 422) or not said(response):
                faults.append(f"{row.key} {name}: {response.status_code}")
    assert faults == []


def test_a_lone_surrogate_is_never_a_crash(world: World):
    for row, who, form in posted_pages(world):
        body = urlencode({**form.values, **row.posted(world)}, doseq=True).encode()
        for name in form.texts[:3]:
            with undone(who):
                response = who.client.generic(
                    "POST",
                    row.path(world),
                    body + b"&" + name.encode() + b"=" + SURROGATE,
                    content_type="application/x-www-form-urlencoded",
                )
            assert response.status_code in ANSWERED, (row.key, name, response.status_code)


def test_ten_thousand_fields_and_doubles(world: World):
    own = world.subjects["demandeur.own"]
    many = {f"champ{number}": "x" for number in range(10_000)}
    response = call(own, "POST", "/demande/identite/", many)
    assert response.status_code in (400, 413)
    assert said(response)
    for row, who, form in posted_pages(world):
        doubled = {name: [*values, *values, "autre"] for name, values in form.values.items()}
        wrong, _ = attempt(row, who, world, doubled)
        assert wrong == "", (row.key, wrong)


def queries(world: World) -> Iterator[tuple[Row, Subject, str, str]]:
    """(page, reader, parameter, value) for every parameter that a page reads from its address."""
    for row in routes.rows():
        who = next((each for each in world.subjects.values() if row.allows(each.name)), None)
        if row.is_api or who is None or "GET" not in row.methods:
            continue
        page = call(who, "GET", row.path(world))
        asked = [form for form in forms_of(page) if form.method == "get"] if page.status_code == 200 else []
        names = {"page", "q", "zone", "a", "next"} | {name for form in asked for name in form.names}
        for name in sorted(names) if asked or row.allow is None else ("page",):
            for value in ("a\x00b", HUGE, "NaN", "1e309", "-1", "zzz", "%ED%A0%80"):
                yield row, who, name, value


def test_no_address_crashes(world: World):
    faults, sent = [], 0
    for row, who, name, value in queries(world):
        asked = f"{name}={value}" if value.startswith("%") else urlencode({name: value})
        response = send(who, "GET", f"{row.path(world)}?{asked}")
        sent += 1
        wanted = {400} if "\x00" in value else {200, 302, 400, 404, 422, 429, 503}
        if response.status_code not in wanted:
            faults.append(f"{row.key} {name}={value[:20]!r}: {response.status_code}")
        elif response.status_code in (400, 422) and not said(response):
            faults.append(f"{row.key} {name}={value[:20]!r}: no sentence")
    assert faults == []
    assert sent > 300


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("loyer=" + HUGE, 422),
        ("loyer=NaN", 422),
        ("loyer=1e309", 422),
        ("loyer=1&loyer=NaN", 422),
        ("personnes=" + HUGE, 422),
        ("typologie=T99", 422),
        ("page=zzz", 400),
        ("page=%00", 400),
    ],
)
def test_a_filter_that_cannot_be_read_is_said(world: World, query: str, status: int):
    response = Client().get(f"/recherche/?{query}")
    assert response.status_code == status
    assert said(response)
    if status == 422:
        name, value = query.split("&")[-1].split("=")
        again = [form.values.get(name) for form in forms_of(response) if name in form.names]
        assert [value] in again or name in ("typologie", "personnes")  # a list, and a hidden field


# API ------------------------------------------------------------------------------------------------------------------

BODIES: dict[str, Any] = {
    "api:/candidatures": {"offre": "{}"},
    "api:/propositions/<uuidstr:proposition_id>/reponse": {"reponse": "{}", "motif": "{}"},
}
STRINGS = ("\x00", "\ud800", HUGE, "NaN", "0000-01-01", "x" * 100_000)


def problem(response: Any) -> str:
    """The fault of an answer that should be a problem document with a sentence; "" when it is one."""
    if response.status_code not in (400, 404, 409, 413, 422, 429):
        return str(response.status_code)
    if response.headers["Content-Type"] != "application/problem+json":
        return str(response.headers["Content-Type"])
    return "" if len(response.json()["detail"]) > 15 else "no sentence"


def raw_bodies(world: World) -> Iterator[tuple[str, bytes]]:
    """(address, body) of bodies that cannot be meant."""
    for row in routes.rows():
        if not row.is_api or "POST" not in row.methods:
            continue
        path = row.path(world)
        if row.key.endswith("/retrait"):  # it reads no body
            continue
        yield from ((path, body) for body in (b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 5_000, b'{"a":NaN}'))
        for value in STRINGS:
            said = dict.fromkeys(BODIES.get(row.key, {"personnes": ""}), value)
            yield path, json.dumps(said).encode()
        yield path, json.dumps({"offre": [HUGE] * 10_000}).encode()


def test_no_body_crashes_the_api(world: World):
    own = world.subjects["demandeur.own"]
    faults = []
    for path, body in raw_bodies(world):
        response = call(own, "POST", path, body)
        if fault := problem(response):
            faults.append(f"{path} {body[:40]!r}: {fault}")
    assert faults == []


def case_with(value: str) -> bytes:
    """A good simulation, but one figure written as `value`."""
    person = (
        '{"id": "p1", "role": "demandeur", "naissance": "1990-05-10", "a_charge": false, "handicap": false,'
        ' "rfr": {"2024": VALUE, "2025": null}, "douze_mois": null, "net_mensuel": null}'
    )
    menage = f'{{"union": null, "personnes": [{person}], "enfants_a_naitre": 0}}'
    return f'{{"au": "2026-11-24", "menage": {menage}}}'.replace("VALUE", value).encode()


@pytest.mark.parametrize("value", ["NaN", "1e309", "-1e309", "Infinity", HUGE, '"\\u0000"', '"\\ud800"', "[]", "-1"])
def test_no_figure_crashes_a_simulation(world: World, value: str):
    anonymous = world.subjects["anonymous"]
    assert call(anonymous, "POST", "/api/v1/simulations", case_with("21500")).status_code == 200
    assert problem(call(anonymous, "POST", "/api/v1/simulations", case_with(value))) == ""


@pytest.mark.parametrize(
    "query",
    [
        "/offres?curseur=zzz", "/offres?curseur=%00", f"/offres?loyer_max={HUGE}", "/offres?loyer_max=NaN",
        "/offres?loyer_max=1e309", "/offres?loyer_max=1&loyer_max=zzz", "/offres?typologie=%00",
        "/offres?commune=%00", "/communes?q=%00", f"/communes?q={'x' * 5_000}", "/communes",
    ],
)  # fmt: skip
def test_no_filter_crashes_the_api(world: World, query: str):
    assert problem(call(world.subjects["anonymous"], "GET", f"/api/v1{query}")) == ""


def test_a_surrogate_in_an_address_of_the_api_is_never_a_crash(world: World):
    for query in ("/communes?q=%ED%A0%80", "/offres?commune=%ED%A0%80", "/offres?curseur=%ED%A0%80"):
        assert call(world.subjects["anonymous"], "GET", f"/api/v1{query}").status_code in (200, 400, 422)


def test_an_impossible_key_is_refused(world: World):
    own, path = world.subjects["demandeur.own"], "/api/v1/candidatures"
    body = {"offre": str(world.pk("offre_libre"))}
    for key in ("x", "é" * 20, "x" * 500):
        with undone(own):
            response = send(own, "POST", path, body, **{"Idempotency-Key": key.encode().decode("latin-1")})
        assert problem(response) == "", key
