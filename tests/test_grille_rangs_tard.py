"""A closing that is done late, under a new grid: what was counted, and what proved, is that of its hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from palier.base import clock
from palier.base.actor import Actor
from palier.candidatures import actions
from palier.candidatures.models import Candidature, ClassementLigne
from palier.demandes.models import Piece
from palier.parc.models import Offre
from palier.territoires.actions import publish_grille
from tests import factories as make
from tests.test_grille_rangs import DEMO, SYSTEM, publish

pytestmark = pytest.mark.django_db
LATE = timedelta(hours=10)
MORE = """
[[rubrique]]
code = "ajout"
libelle = "Ajout"
cumul = "somme"
  [[rubrique.critere]]
  code = "ase"
  libelle = "Sortie de l'aide sociale à l'enfance"
  points = 25
  si = "situation.ase"
  piece = "ASE"
  reference = "plan partenarial (critère local)"
  [[rubrique.critere]]
  code = "decohabitation"
  libelle = "Décohabitation"
  points = 7
  si = "situation.decohabitation"
  reference = "plan partenarial (critère local)"
"""


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def publish_wider() -> None:
    """A version that reads two facts and a piece which the former one did not."""
    text = DEMO.replace("version = 1", "version = 2").replace("2025-01-01", "2026-11-26") + MORE
    publish_grille(texte=text, perimetre=("44",), by=SYSTEM, at=make.NOW)


def hour(offre: Offre) -> datetime:
    closing = Offre.objects.get(pk=offre.pk).cloture_le
    assert closing is not None
    return closing


def close_late(offre: Offre) -> None:
    """Twelve hours after; what is frozen is proved again from its own inputs."""
    actions.close_offre(offre_id=offre.pk, by=SYSTEM, at=hour(offre) + timedelta(hours=12))
    out = StringIO()
    call_command("rejouer", str(offre.pk), stdout=out)
    assert "0 différence(s)" in out.getvalue()


def gain(row: Candidature) -> int:
    return ClassementLigne.objects.get(candidature=row).points - row.points


def answer(row: Candidature, at: datetime, **said: object) -> None:
    demande = row.demande
    demande.refresh_from_db()
    actions.declare_change(demande_id=demande.pk, step="situation", data=said, version=demande.version,
                           by=Actor(demande.titulaire_id, "demandeur"), at=at)  # fmt: skip


@pytest.mark.parametrize("grid", [False, True])
def test_a_piece_seen_after_the_hour_brings_nothing(grid: bool):
    offre = make.make_offre()
    row = make.make_candidature(offre, situation={"dalo": True})
    first = make.make_candidature(offre, filed=make.NOW - timedelta(days=900))
    if grid:
        publish(date(2026, 11, 26))
    make.make_piece(row.demande, "DALO", at=hour(offre) + LATE)
    close_late(offre)
    assert gain(row) == gain(first) == 0
    assert ClassementLigne.objects.get(rang=1).candidature_id == first.pk


def test_an_answer_given_after_the_hour_takes_nothing_away():
    offre = make.make_offre()
    row = make.make_candidature(offre, situation={"dalo": True})
    make.make_piece(row.demande, "DALO")
    row.refresh_from_db()
    publish(date(2026, 11, 26))
    answer(row, hour(offre) + LATE)
    close_late(offre)
    assert gain(row) == 20


def test_the_demande_is_read_for_what_the_new_grid_alone_reads():
    offre = make.make_offre()
    rows = [make.make_candidature(offre, situation=said) for said in ({"ase": True, "decohabitation": True}, {})]
    make.make_piece(rows[0].demande, "ASE", at=hour(offre))
    publish_wider()
    close_late(offre)
    assert [gain(row) for row in rows] == [32, 0]


def test_a_piece_that_the_new_grid_alone_asks_for_counts_as_it_stood_at_the_hour():
    """Seen too late, it proves nothing; taken back afterwards, it proved."""
    offre = make.make_offre()
    late, kept = (make.make_candidature(offre, situation={"ase": True}) for _ in range(2))
    make.make_piece(kept.demande, "ASE")
    publish_wider()
    after = hour(offre) + LATE
    make.make_piece(late.demande, "ASE", at=after)
    owner = Actor(kept.demande.titulaire_id, "demandeur")
    piece = Piece.objects.get(demande=kept.demande, code="ASE")
    actions.withdraw_piece(piece_id=piece.pk, by=owner, at=after)
    close_late(offre)
    assert [gain(row) for row in (late, kept)] == [0, 25]


def test_before_the_hour_the_new_grid_reads_the_demande_as_it_is():
    """A piece seen before the closing counts, whether the grid or the piece came first."""
    offre = make.make_offre()
    row = make.make_candidature(offre, situation={"dalo": True})
    publish(date(2026, 11, 26))
    make.make_piece(row.demande, "DALO", at=hour(offre))
    close_late(offre)
    assert gain(row) == 80
