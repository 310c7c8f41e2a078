"""B9, B7 and B2 on the demo territory: seeding, pages, and candidatures by the API under 16 clients."""

from __future__ import annotations

import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client

from palier.accounts.models import User
from palier.base import clock
from palier.candidatures.facts import closing_day, profil
from palier.candidatures.models import Candidature
from palier.candidatures.queries import verdict
from palier.demandes.models import Demande
from palier.organisations.models import ApiToken
from palier.parc.queries import open_offres
from tests.bench.load import Call, post_all
from tests.bench.measure import Row, keep

PALIER = [sys.executable, "-m", "palier.config.cli"]
PORT, BARE_PORT = 8791, 8792
ROUNDS = 3
PUBLIC = ("/", "/recherche/", "/regles/")
OWN = ("/mon-espace/", "/recherche/", "/candidatures/")
GUNICORN = "-w 2 -k gthread --threads 4 --no-control-socket --log-level warning"


def _seed() -> list[Row]:
    start = time.perf_counter()
    subprocess.run([*PALIER, "demo", "--sans-serveur"], check=True)
    taken = time.perf_counter() - start
    return [Row("B9", "palier demo --sans-serveur, base vide : schéma, communes, graines", taken, "s", 45.0)]


@contextmanager
def _serving(words: list[str], port: int, ready: str) -> Iterator[None]:
    process = subprocess.Popen(words, env=os.environ | {"PALIER_ROLE": "app"})
    try:
        _wait(port, ready)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, path: str) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        probe = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            probe.request("GET", path)
            if probe.getresponse().status in (200, 404, 405):
                return
        except (HTTPException, OSError):
            time.sleep(0.2)
    raise TimeoutError(f"nothing answers on port {port}")


def _calls(wanted: int) -> list[Call]:
    """Candidatures that the rules admit, one per (person, offre), in a drawn order."""
    tokens = (Path(settings.PALIER_VAR) / "demo" / "jetons.txt").read_text().split()
    offres = list(open_offres(clock.now()).with_place().select_related("grille", "logement__reservataire"))
    made: list[Call] = []
    for token in tokens:
        row = ApiToken.objects.usable(token, clock.now()).get()
        known_demandes = Demande.objects.prefetch_related("personnes", "communes", "pieces")
        demande = known_demandes.get(titulaire=row.user, state__in=("deposee", "active", "a_renouveler"))
        done = set(Candidature.objects.filter(demande=demande).values_list("offre_id", flat=True))
        for offre in offres:
            known = profil(demande, closing_day(offre))
            if offre.pk not in done and verdict(known, offre, closing_day(offre)).may_apply:
                made.append(_call(token, str(offre.pk)))
        if len(made) > 3 * wanted:
            break
    random.Random(7).shuffle(made)
    return made[:wanted]


def _call(token: str, offre: str) -> Call:
    headers = {
        "Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4()), "Content-Type": "application/json",
    }  # fmt: skip
    return Call("/api/v1/candidatures", json.dumps({"offre": offre}).encode(), headers)


def _throughput() -> list[Row]:
    """Interleaved rounds of both servers, each on for its own rounds only."""
    calls = _calls(900)
    size = len(calls) // ROUNDS
    with connection.cursor() as cursor:
        cursor.execute("create table banc_insertion (id bigserial primary key, corps text not null)")
        cursor.execute("grant all on banc_insertion, banc_insertion_id_seq to palier_app")
    bare = [Call("/insertion", b'{"offre": "rien"}', {"Content-Type": "application/json"}) for _ in range(size)]
    before = Candidature.objects.count()
    ours, base, statuses = [], [], []
    for number in range(ROUNDS):
        with _serving([*PALIER, "servir", "--port", str(PORT)], PORT, "/sante/vivant"):
            outcome = post_all(PORT, calls[number * size : (number + 1) * size])
        words = [sys.executable, "-m", "gunicorn", "tests.bench.bare_wsgi", "-b", f"127.0.0.1:{BARE_PORT}"]
        with _serving([*words, *GUNICORN.split()], BARE_PORT, "/rien"):
            baseline = post_all(BARE_PORT, bare)
        ours.append(outcome.per_second)
        base.append(baseline.per_second)
        statuses += outcome.statuses
    effects = Candidature.objects.count() - before
    mine, theirs = statistics.median(ours), statistics.median(base)
    note = f"{mine:.0f}/s contre {theirs:.0f}/s ; {statuses.count(201)} acquittées sur {len(statuses)}"
    return [
        Row("B2", "postuler par l'API, 16 clients, contre un INSERT durable", mine / theirs, "× nu", 0.5, True, note),
        Row("B2", "perdues ou doublées", abs(effects - statuses.count(201)), "lignes", 0),
    ]


def _page(client: Client, path: str) -> Row:
    client.get(path)
    queries: list[str] = []

    def note_query(execute: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
        queries.append(statement)
        return execute(statement, values, many, context)

    with connection.execute_wrapper(note_query):
        answer = client.get(path)
    if answer.status_code != 200:
        raise AssertionError(f"{path} answers {answer.status_code}")
    taken = []
    for _ in range(9):
        start = time.perf_counter()
        client.get(path)
        taken.append(time.perf_counter() - start)
    size = len(gzip.compress(answer.content)) / 1000
    about = f"p50 {statistics.median(taken) * 1000:.1f} ms ; {size:.1f} ko compressés"
    return Row("B7", f"requêtes SQL de {path}", len(queries), "requêtes", 12, note=about)


def _pages() -> list[Row]:
    accounts = json.loads((Path(settings.PALIER_VAR) / "demo" / "comptes.json").read_text())
    email = next(row["email"] for row in accounts if row["prenom"].startswith("In"))
    anyone, person = Client(SERVER_NAME="127.0.0.1"), Client(SERVER_NAME="127.0.0.1")
    person.force_login(User.objects.get(email=email))
    offre = open_offres(clock.now()).first()
    return [
        *(_page(anyone, path) for path in (*PUBLIC, f"/offres/{offre.pk}/" if offre else "/")),
        *(_page(person, path) for path in OWN),
    ]


if __name__ == "__main__":
    rows = _seed() + _throughput() + _pages()
    keep(rows, Path(sys.argv[1]))
