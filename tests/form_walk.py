"""Walking through the questions of the demande as a browser without script does, one page after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from palier.accounts import actions as accounts
from palier.accounts.models import User
from palier.base import clock
from palier.base.actor import Actor
from tests.access.pages import main_form
from tests.sign_in import sign_in

PHONE, DESK = "Mozilla/5.0 (Linux; Android 15; Mobile) Mobi", "Mozilla/5.0 (X11; Linux)"
PASSWORD = "un long mot de passe bien à moi"
Answers = Mapping[str, Mapping[str, Any]]


def applicant(email: str = "ines@exemple.fr") -> User:
    return accounts.open_account(email=email, password=PASSWORD, by=Actor.system(), at=clock.now(), verified=True)


def browser_of(user: User, agent: str = PHONE) -> Client:
    client = Client(headers={"User-Agent": agent})
    sign_in(client, user, strong=False)
    return client


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode()).replace("\u00a0", " ")


def born(day: str, month: str, year: str, name: str = "naissance") -> dict[str, str]:
    return {f"{name}_jour": day, f"{name}_mois": month, f"{name}_annee": year}


def send(client: Client, path: str, expected: int = 303, **data: Any) -> HttpResponse:
    """Open a page and send its form with these answers; names are those of the page, its prefix apart."""
    page = client.get(path)
    assert page.status_code == 200, (path, page.status_code, page.headers.get("Location"))
    form = main_form(page, path)
    assert form is not None, path
    prefix = next((name.split("-")[0] for name in form.names if re.match(r"[0-9a-f]{12}-", name)), "")
    named = {f"{prefix}-{name}" if prefix and f"{prefix}-{name}" in form.names | _days(form.names) else name: value
             for name, value in data.items()}  # fmt: skip
    response = client.post(path, form.data(**named))
    assert response.status_code == expected, (
        path, response.status_code, re.findall(r"Erreur : [^<]*", text(response)) or text(response)[-2500:],
    )  # fmt: skip
    return response


def _days(names: set[str]) -> set[str]:
    return {name for each in names for name in (each, each.rsplit("_", 1)[0])}


@dataclass
class Walk:
    """What a walk met: the pages, the answers that could not be left empty, the dearest page."""

    pages: list[str] = field(default_factory=list)
    required: int = 0
    queries: int = 0
    weight: int = 0


def walk(client: Client, start: str, answers: Answers) -> Walk:
    """Answer each question shown until the last reading; `answers` goes by slug, a person's place after a dash."""
    met, path = Walk(), start
    seen: dict[str, int] = {}
    for _turn in range(80):
        path, page = follow(client, path, met)
        met.pages.append(path)
        met.required += len(required(page))
        if path == "/demande/relecture/":
            return met
        if path == "/demande/perimetre/":
            send(client, path, commune="Nantes (44)", secteur="prioritaire")
            path = after_perimeter(client)
            continue
        slug = re.sub(r"-[0-9a-f]{12}$", "", path.rstrip("/").rsplit("/", 1)[1])
        seen[slug] = seen.get(slug, 0) + 1
        said = answers.get(f"{slug}-{seen[slug]}", answers.get(slug, {}))
        path = send(client, path, **said)["Location"]
    raise AssertionError(f"no end: {met.pages}")


def follow(client: Client, path: str, met: Walk) -> tuple[str, HttpResponse]:
    """Open a page as a browser does, counting what the last one cost."""
    for _turn in range(4):
        with CaptureQueriesContext(connection) as caught:
            page = client.get(path)
        if page.status_code not in (302, 303):
            break
        path = page["Location"]
    assert page.status_code == 200, (path, page.status_code)
    met.queries, met.weight = max(met.queries, len(caught)), max(met.weight, len(page.content))
    return path, page


def after_perimeter(client: Client) -> str:
    """Where the dashboard says to go on."""
    found = re.search(r'href="(/demande/[^"]+)">Continuer', text(client.get("/mon-espace/")))
    assert found
    return found[1]


def required(page: HttpResponse) -> list[str]:
    """The names that the form of a page does not let empty."""
    form = page.context["form"] if page.context and "form" in page.context else None
    return [name for name, each in form.fields.items() if each.required] if form is not None else []


def perms(rows: Mapping[str, Walk]) -> Iterator[str]:
    """The table of screens and required answers."""
    for name, met in rows.items():
        yield f"{name:45} {len(met.pages):3} écrans, {met.required:3} réponses obligatoires"
