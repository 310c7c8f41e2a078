"""`palier chances exporter`: the platform's own journal as files, under numbers that lead to nobody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from palier.attributions import actions as attributions
from palier.base import clock
from palier.candidatures.models import Candidature
from palier.chances.journal import TYPES
from palier.config.cli_chances import chances
from palier.estimations.facts import journal_of
from palier.estimations.facts.pseudonymes import renamed
from palier.estimations.fichiers import lire
from tests import attributions_kit as kit
from tests import factories as make
from tests.chances_files_kit import assert_same

pytestmark = pytest.mark.django_db
GRID = "territoire-demo"
LATER = kit.DECIDED + 40 * (kit.DECIDED - kit.SEANCE) * 24


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> kit.World:
    """A dwelling let, and a list of equals that is still open."""
    made, bail = kit.leased(5)
    attributions.sign_bail(bail_id=bail.pk, by=made.bailleur, at=kit.DECIDED + (kit.DECIDED - kit.SEANCE) * 72)
    offre = make.make_offre()
    for _ in range(4):
        make.make_candidature(offre, filed=make.NOW - (kit.DECIDED - kit.SEANCE) * 24 * 30)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    return made


def test_what_is_exported_is_what_the_platform_holds(world: kit.World, tmp_path: Path):
    call_command("exporter_journal", sortie=str(tmp_path / "journal"))
    journal = lire(tmp_path / "journal")
    assert_same(renamed(journal_of(GRID, au=LATER)), journal)
    assert [TYPES[each] for each in journal.evenements.type[-2:]] == ["attribue", "accepte"]


def test_numbers_lead_to_nobody_and_keep_the_order_of_ties(world: kit.World, tmp_path: Path):
    call_command("exporter_journal", sortie=str(tmp_path / "journal"))
    text = "".join(each.read_text(encoding="utf-8") for each in (tmp_path / "journal").iterdir())
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|[0-9a-f]{16}", text) is None
    for word in ("Marchal", "Inès", "1992-03-02", "rue", "exemple.fr"):
        assert word not in text
    told, rows = renamed(journal_of(GRID, au=LATER)), journal_of(GRID, au=LATER)
    by_number = sorted(range(len(told.candidatures.candidature)), key=lambda row: told.candidatures.candidature[row])
    by_key = sorted(by_number, key=lambda row: rows.candidatures.candidature[row])
    assert by_number == by_key
    keys = dict(Candidature.objects.values_list("pk", "cle_egalite"))
    assert [key[:16] for key in sorted(keys.values())] == [rows.candidatures.candidature[row][:16] for row in by_key]


def test_twice_the_same_bytes(world: kit.World, tmp_path: Path):
    for name in ("un", "deux"):
        call_command("exporter_journal", sortie=str(tmp_path / name))
    for each in (tmp_path / "un").iterdir():
        assert each.read_bytes() == (tmp_path / "deux" / each.name).read_bytes()


def test_the_export_is_read_by_every_command(world: kit.World, tmp_path: Path):
    folder = tmp_path / "journal"
    call_command("exporter_journal", sortie=str(folder))
    journal = lire(folder)
    name = str(journal.candidatures.candidature[0])
    demande = str(journal.demandes.demande[0])
    (tmp_path / "q.csv").write_text(
        f"question,candidature,demande,instant\nq1,{name},{demande},2026-11-29T00:00:00Z\n", encoding="utf-8"
    )
    for command in ("predire", "delais", "leviers"):
        out = tmp_path / f"{command}.csv"
        files = ["--journal", str(folder), "--questions", str(tmp_path / "q.csv"), "--sortie", str(out)]
        assert chances([command, *files]) == 0
        assert "nan" not in out.read_text(encoding="utf-8").lower()


def test_refusals(world: kit.World, tmp_path: Path):
    with pytest.raises(CommandError, match="territoire-demo"):
        call_command("exporter_journal", sortie=str(tmp_path / "x"), territoire="ailleurs")
    (tmp_path / "plein").mkdir()
    (tmp_path / "plein" / "reste.txt").write_text("à garder", encoding="utf-8")
    with pytest.raises(CommandError, match="existe déjà"):
        call_command("exporter_journal", sortie=str(tmp_path / "plein"))
    assert [each.name for each in tmp_path.iterdir() if each.name != "registre"] == ["plein"]
    assert [each.name for each in (tmp_path / "plein").iterdir()] == ["reste.txt"]


def test_nothing_published_is_refused(tmp_path: Path):
    with pytest.raises(CommandError, match="Aucune offre"):
        call_command("exporter_journal", sortie=str(tmp_path / "x"))
