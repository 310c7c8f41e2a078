"""AC-2: one applicant carries a unique string in each field and inside a document; who reads which, equals the table.

`canaries.toml` declares the observed set: a role that reads one more leaks, one that reads one less is denied what
the table gives it. The base, the journal, the file store, the mails and the logs are read too.
"""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.apps import apps
from django.db import connection
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from pytest_django import DjangoDbBlocker

from palier.accompagnement import actions as accompagnement
from palier.base import clock
from palier.base.actor import Actor
from palier.demandes import actions
from palier.demandes.models import Demande, Personne, Piece
from palier.gateways import mail
from palier.gateways.files.receive import Part
from palier.journal import events
from palier.journal.models import Event
from tests.access import routes
from tests.access.calls import call
from tests.access.world import CANARIES, TODAY, World, rolled_back
from tests.canaries_estimations import MARKS, plant_estimations

pytestmark = pytest.mark.web
DECLARED = tomllib.loads(Path(__file__).with_name("canaries.toml").read_text(encoding="utf-8"))
SEALED = {
    "demande.contact": {
        name: f"Cnr{name.replace('_', '')}qz"
        for name in ("ville", "heberge_chez", "courrier_chez", "courrier_adresse", "courrier_ville", "aidant_nom")
    },
    "demande.precisions": {"texte": "Cnrprecisionsqz"},
    "demande.situation": {"canari": "Cnrsituationqz"},
    "demande.logement_actuel": {"bailleur": "Cnrbailleurqz", "structure": "Cnrstructureqz"},
    "titulaire.identite": {"nom_usage": "Cnrusageqz", "nir": "284057599912345"},
    "titulaire.protege": {"canari": "Cnrprotegeqz"},
    "autre.identite": {"nom": "Cnrautrenomqz", "prenom": "Cnrautreprenomqz"},
    "autre.protege": {"canari": "Cnrautreprotegeqz"},
    "enfant.identite": {"prenom": "Cnrenfantqz"},
    "enfant.protege": {"canari": "Cnrenfantprotegeqz"},
    "piece.explication": {"texte": "Cnrexplicationqz"},
    "piece.analyse": {"regles": [{"code": "type", "resultat": "pas_concluant", "texte": "Cnranalyseqz"}]},
}
CLEAR = {
    "demande.travail": {"profession": "Cnrprofessionqz"},
    "titulaire.travail": {"employeur": "Cnrtravailqz"},
    "autre.travail": {"employeur": "Cnrautretravailqz"},
    "demande.budget_cents": 117_300,
    "titulaire.rfr_n2_cents": 1_941_700,
    "titulaire.rfr_n1_cents": 1_985_300,
    "titulaire.douze_mois_cents": 2_095_900,
    "titulaire.net_mensuel_cents": 173_100,
    "autre.rfr_n2_cents": 1_337_900,
    "autre.net_mensuel_cents": 109_700,
}
"""Amounts and work stay clear in rows that carry no identity, so that SQL can count (D10)."""
REASON = "Cnrurgenceqz, il faut ouvrir ce dossier aujourd'hui."
DOCUMENT = "Cnrdocumentqz"


def markers() -> dict[str, str]:
    """Name of the field -> what is looked for. A household's total is a field of its own."""
    found = {f"compte.{name}" if name == "email" else f"base.{name}": value for name, value in CANARIES.items()}
    for place, said in {**SEALED, **CLEAR}.items():
        if isinstance(said, int):
            found[place] = str(said // 100)
        elif "regles" in said:
            found[place] = "Cnranalyseqz"
        else:
            found |= {f"{place}.{name}": str(value) for name, value in said.items()}
    total = CLEAR["titulaire.net_mensuel_cents"] + CLEAR["autre.net_mensuel_cents"]
    others = {"foyer.net_mensuel": str(total // 100), "urgence.motif": "Cnrurgenceqz", "document": DOCUMENT}
    return {**found, **others, **MARKS}


MARKERS = markers()


def photo() -> bytes:
    """A page whose pixels and metadata hold the canary of the document."""
    image = Image.new("RGB", (1240, 1754), "white")
    ImageDraw.Draw(image).text((200, 300), "Avis", fill="black", font_size=60)
    ImageDraw.Draw(image).rectangle((150, 250, 1000, 1500), outline="black", width=6)
    info, out = PngInfo(), io.BytesIO()
    info.add_text("Author", DOCUMENT)
    image.save(out, "PNG", pnginfo=info)
    return out.getvalue()


def rows_of(world: World) -> dict[str, Any]:
    """The rows that carry canaries, by the first word of a place."""
    demande = Demande.objects.get(pk=world.pk("demande_own"))
    people = Personne.objects.filter(demande=demande)
    return {
        "demande": demande,
        "titulaire": people.get(role="demandeur"),
        "autre": people.get(role="codemandeur"),
        "enfant": people.filter(role="enfant").first(),
        "piece": Piece.objects.get(pk=world.pk("piece_own")),
    }


def plant(world: World) -> None:
    """Write every canary, add the document, and open the demande once in an emergency."""
    rows = rows_of(world)
    for place, value in {**SEALED, **CLEAR}.items():
        owner, _, name = place.partition(".")
        former = getattr(rows[owner], name)
        setattr(rows[owner], name, {**(former or {}), **value} if isinstance(value, dict) else value)
    for row in rows.values():
        row.save()
    own, part = Actor(world.pk("user_own"), "demandeur"), Part("CnrNomDeFichierqz.png", photo())
    stored = actions.store_file(demande_id=rows["demande"].pk, part=part, by=own, at=TODAY)
    piece = Piece.objects.get(pk=rows["piece"].pk)
    piece.fichiers.create(
        ordre=1, objet=stored.objet, cle=stored.cle, empreinte=stored.empreinte, octets=stored.octets,
        pages=stored.pages, recu_le=TODAY, id=stored.id,
    )  # fmt: skip
    assert plant_estimations(rows["demande"], at=TODAY) > len(MARKS)
    accompagnement.open_urgence(
        demande_id=rows["demande"].pk, motif=REASON, by=world.objects["actor_agency"], at=TODAY.replace(hour=0)
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("canaris")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker, store: Path) -> Iterator[World]:
    """The world of the matrix, with its canaries."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, rolled_back() as made:
        patch.setattr("django.conf.settings.PALIER_STOCKAGE", str(store / "pieces"))
        plant(made)
        clock.set_now(TODAY)
        yield made


@pytest.fixture(autouse=True)
def settled(settings: Any, store: Path) -> None:
    settings.PALIER_STOCKAGE, settings.PALIER_COURRIER = str(store / "pieces"), store / "courrier"


def words_of(response: Any) -> str:
    """The text of an answer: HTML as read, PDF as extracted; digits glued, as « 1 731 € »."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"%PDF"):
        pages = pypdfium2.PdfDocument(body)
        text = " ".join(pages[number].get_textpage().get_text_range() for number in range(len(pages)))
        text += json.dumps(pages.get_metadata_dict())
    else:
        text = unescape(body.decode(errors="replace"))
    return re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d)", "", text)


def found_in(text: str) -> set[str]:
    """The fields whose canary stands in a text; numbers as whole numbers."""
    low = text.lower()
    return {
        name
        for name, mark in MARKERS.items()
        if (re.search(rf"(?<![\w,-]){mark}(?![\w-])", text) if mark.isdigit() else mark.lower() in low)
    }


def crawl(world: World) -> dict[str, set[str]]:
    """Role and relation -> the fields read over every address of the matrix."""
    seen: dict[str, set[str]] = {name: set() for name in world.subjects}
    for row in routes.rows():
        if row.methods[0] != "GET":
            continue
        path = row.path(world)
        for name, subject in world.subjects.items():
            response = call(subject, "GET", path)
            if response.status_code == 200:
                seen[name] |= found_in(words_of(response))
    return seen


def declared(kind: str) -> dict[str, set[str]]:
    """A table of `canaries.toml`; `*` in a name stands for every field that begins so."""
    return {name: {each for word in words for each in _named(word)} for name, words in DECLARED[kind].items()}


def _named(word: str) -> set[str]:
    return {name for name in MARKERS if re.fullmatch(re.escape(word).replace(r"\*", ".*"), name)}


def differences(observed: dict[str, set[str]], wanted: dict[str, set[str]]) -> list[str]:
    """What is read beyond the declaration, and what is missing."""
    said = []
    for name in sorted(observed.keys() | wanted.keys()):
        read, given = observed.get(name, set()), wanted.get(name, set())
        said += [f"{name} reads {each}" for each in sorted(read - given)]
        said += [f"{name} lacks {each}" for each in sorted(given - read)]
    return said


def test_each_role_reads_what_is_declared_and_nothing_else(world: World, capsys: pytest.CaptureFixture[str]):
    observed = crawl(world)
    assert observed["demandeur.own"], "the owner must read their own canaries first"
    with capsys.disabled():
        pairs = sum(len(each) for each in observed.values())
        sys.stdout.write(f"\nCanaries: {len(MARKERS)} fields, {len(observed)} subjects, {pairs} pairs read\n")
    assert differences(observed, declared("roles")) == []


def dump() -> str:
    """Every row of every table as text; bytes also as the characters they hold."""
    parts = []
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    with connection.cursor() as cursor:
        for name in sorted(tables | {"procrastinate_jobs", "palier_cache"}):
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            parts += [row[0] for row in cursor.fetchall()]
    text = "\n".join(parts)
    hexes = re.findall(r"\\\\x((?:[0-9a-f]{2}){4,})", text)
    return text + "\n".join(bytes.fromhex(each).decode("latin-1") for each in hexes)


def test_the_base_holds_in_clear_what_it_must_count_and_no_more(world: World):
    text = dump()
    assert "CnrNomDeFichierqz" not in text
    alone = text.replace(CANARIES["email"], "")  # the address of the account holds a name: it is found by itself
    clear = {name for name in found_in(alone) if not MARKERS[name].isdigit()}
    clear |= found_in(CANARIES["email"]) & {"compte.email"} if alone != text else set()
    assert differences({"base": clear}, declared("base")) == []


def test_the_file_store_holds_nothing_in_clear(world: World, store: Path):
    files = [each for each in (store / "pieces").rglob("*") if each.is_file()]
    assert files
    for each in files:
        assert found_in(each.read_bytes().decode("latin-1")) == set()
        assert "Cnr" not in each.name


def test_mails_and_texts_say_nothing(world: World, store: Path):
    subscribers = events._subscribers
    for event in Event.objects.order_by("at"):
        for _, task in subscribers.get(event.kind, ()):
            task.func(None, event_id=str(event.pk))
    sent = mail.list_delivered()
    assert len(sent) > 5
    text = "\n".join(f"{each.subject}\n{each.text}\n{each.html}" for each in sent)
    assert differences({"mails": found_in(text)}, declared("mails")) == []


def test_logs_say_nothing(world: World, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    for name in ("demandeur.own", "conseiller.assigned", "bailleur.own", "codemandeur.shared"):
        for row in routes.rows():
            if row.methods[0] == "GET" and row.allows(name):
                call(world.subjects[name], "GET", row.path(world))
    said = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert found_in(said) == set()


def test_the_harness_sees_a_leak(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("palier.accompagnement.rules.follows", lambda by, row: by.role == "conseiller")
    path = f"/conseiller/demandes/{world.pk('demande_own')}/"
    leaked = found_in(words_of(call(world.subjects["conseiller.agency"], "GET", path)))
    assert leaked - declared("roles").get("conseiller.agency", set())
