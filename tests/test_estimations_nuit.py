"""One file that cannot be read holds up nobody's night, and whoever was erased has no estimate left."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from palier import coffre
from palier.candidatures.models import Candidature
from palier.demandes.models import Personne
from palier.estimations.actions import computing, storing
from palier.estimations.calcul import offres as offres_calcul
from palier.estimations.models import Ajustement, Estimation, Rejeu
from palier.estimations.queries.territories import due
from tests import factories as make

pytestmark = pytest.mark.django_db
NIGHT, NEXT = make.NOW + timedelta(hours=2), make.NOW + timedelta(hours=26)


def make_rows(number: int = 3) -> list[Candidature]:
    offre = make.make_offre()
    return [make.make_candidature(offre, at=make.NOW + timedelta(minutes=each)) for each in range(number)]


def made_on(row: Candidature) -> set[tuple[str, bool]]:
    """Kinds of the current estimates of a demande, and whether the second night made them."""
    found = Estimation.objects.current().filter(demande=row.demande_id).values_list("genre", "faite_le")
    return {(genre, at == NEXT) for genre, at in found}


def spoil(row: Candidature) -> None:
    """What the holder declared no longer opens: its bytes are those of nothing."""
    spoiled = Personne.objects.filter(demande=row.demande_id)
    assert spoiled.update(identite=b"\x01" + bytes(80), protege=b"\x01" + bytes(80))


def test_a_destroyed_key_stops_no_night_and_leaves_no_estimate():
    first, erased, last = make_rows()
    computing.estimate_all(at=NIGHT)
    chance = Estimation.objects.get(genre="chance", demande=erased.demande_id)
    Estimation.objects.filter(pk=chance.pk).update(montree_le=NIGHT)
    coffre.destroy(erased.demande.titulaire_id)
    computing.estimate_all(at=NEXT)
    assert (due(NEXT), Rejeu.objects.get().acheve_le, Ajustement.objects.count()) == ([], NEXT, 2)
    for row in (first, last):
        assert {("chance", True), ("delai", True)} <= made_on(row)
    left = Estimation.objects.filter(demande=erased.demande_id)
    assert [(row.pk, row.courante) for row in left] == [(chance.pk, False)]


def test_whoever_was_erased_counts_in_the_list_of_others_and_is_estimated_nothing():
    first, erased, last = make_rows()
    coffre.destroy(erased.demande.titulaire_id)
    computing.estimate_all(at=NIGHT)
    assert made_on(erased) == set()
    assert Estimation.objects.get(genre="chance", demande=last.demande_id).detail["candidatures"] == 3
    computing.estimate_demandes([erased.demande_id], cause="piece.conforme", at=NIGHT)
    computing.estimate_offres([first.offre_id], cause="candidature.deposee", at=NIGHT)
    assert made_on(erased) == set()


def test_erasing_nobody_leaves_every_estimate():
    make_rows()
    computing.estimate_all(at=NIGHT)
    before = Estimation.objects.count()
    assert (storing.forget_erased(), Estimation.objects.count()) == (0, before)


def test_facts_that_do_not_open_leave_out_one_demande_alone(caplog: pytest.LogCaptureFixture):
    first, spoiled, last = make_rows()
    computing.estimate_all(at=NIGHT)
    spoil(spoiled)
    with caplog.at_level(logging.WARNING, logger="palier.estimations"):
        computing.estimate_all(at=NEXT)
    assert due(NEXT) == []
    for row in (first, last):
        assert ("delai", True) in made_on(row)
    assert ("delai", False) in made_on(spoiled), "what was counted before stays, under its date"
    said = [record.getMessage() for record in caplog.records]
    assert said == ["estimates: Tampered in one demande, left out"]


def test_an_offre_that_breaks_keeps_its_chances_and_stops_no_other(monkeypatch: pytest.MonkeyPatch):
    broken, sound = make_rows(2), make_rows(2)
    computing.estimate_all(at=NIGHT)
    real = offres_calcul.annonce

    def fail(offre, at):  # type: ignore[no-untyped-def]
        if offre.pk == broken[0].offre_id:
            raise ValueError("points")
        return real(offre, at)

    monkeypatch.setattr(offres_calcul, "annonce", fail)
    computing.estimate_all(at=NEXT)
    assert ("chance", False) in made_on(broken[0])
    assert ("chance", True) in made_on(sound[0])
    assert due(NEXT) == []
