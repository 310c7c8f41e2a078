"""A night: no unreadable file holds it up, whoever was erased has no estimate left, public delays tell nobody's day."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from palier import coffre
from palier.attributions import actions as attributions
from palier.base import clock
from palier.candidatures.models import Candidature
from palier.demandes.models import CommuneDemandee, Personne
from palier.estimations import queries
from palier.estimations.actions import computing, storing
from palier.estimations.calcul import offres as offres_calcul
from palier.estimations.models import Ajustement, Estimation, Rejeu
from palier.estimations.queries.territories import due
from tests import attributions_kit as kit
from tests import factories as make
from tests.pages_chances_kit import give_all

pytestmark = pytest.mark.django_db
SIGNED = kit.DECIDED + timedelta(days=3)
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


def lease(number: int = 1) -> None:
    for _ in range(number):
        world, bail = kit.leased(chosen=3, number=3)
        attributions.sign_bail(bail_id=bail.pk, by=world.bailleur, at=SIGNED)


def test_public_delays_count_a_lease_from_the_month_that_follows_its_month(client: Client):
    """Signed in December, said from 1 February on: nobody's day can be read in what two nights changed."""
    lease(11)
    nights = [datetime(2027, *day, 9, tzinfo=UTC) for day in ((1, 31), (2, 1), (2, 27))]
    said = []
    for at in (SIGNED + timedelta(hours=3), *nights):
        computing.refit("territoire-demo", at=at)
        clock.set_now(at)
        said.append((queries.landmarks()[0], client.get("/delais/").content.decode()))
    early, eve, first, later = (marks for marks, _ in said)
    for marks, page in said[:2]:
        assert (marks.loges, marks.stock_flux, marks.devenir) == (None, None, None)
        assert marks.un_an is None or marks.un_an.loges == 0
        assert "11 personnes logées" not in page
    assert (early.faits_le, eve.faits_le) == (date(2026, 10, 31), date(2026, 11, 30))
    assert first.faits_le == date(2026, 12, 31)
    assert first.loges is not None
    assert first.stock_flux is not None
    assert (first.loges[1], first.stock_flux[2]) == (11, 11)
    assert first.un_an is not None
    assert later == first
    assert "11 personnes logées" in said[2][1]


def test_a_lease_of_this_month_changes_no_public_delay():
    lease(10)
    world, bail = kit.leased(chosen=3, number=3)
    night = datetime(2027, 2, 10, 9, tzinfo=UTC)
    computing.refit("territoire-demo", at=night)
    before = Rejeu.objects.get().reperes
    assert before["flux"] == 10
    attributions.sign_bail(bail_id=bail.pk, by=world.bailleur, at=night + timedelta(hours=1))
    computing.refit("territoire-demo", at=night + timedelta(days=1))
    assert Rejeu.objects.get().reperes == before


def test_whoever_applies_while_a_night_counts_keeps_the_estimate_made_meanwhile(monkeypatch: pytest.MonkeyPatch):
    offre, late = make_rows(1)[0].offre, []
    computing.refit("territoire-demo", at=NIGHT)
    counted = offres_calcul.drafts_of

    def meanwhile(ids: list[object], *, at: datetime) -> object:
        found = counted(ids, at=at)
        monkeypatch.setattr(offres_calcul, "drafts_of", counted)
        late.append(make.make_candidature(offre, at=NIGHT))
        computing.estimate_offres([offre.pk], cause="candidature.deposee", at=NIGHT + timedelta(seconds=20))
        return found

    monkeypatch.setattr(offres_calcul, "drafts_of", meanwhile)
    computing.estimate_offres([offre.pk], cause="nuit", at=NIGHT)
    assert Estimation.objects.current().filter(candidature=late[0], genre="chance").count() == 1


def test_an_outlook_that_nothing_renews_is_told_no_more():
    row = make_rows(1)[0]
    give_all(row.demande)
    assert made_on(row)
    CommuneDemandee.objects.filter(demande=row.demande_id).delete()
    computing.refit("territoire-demo", at=NIGHT)
    computing.estimate_demandes([row.demande_id], cause="demande.etape", at=NEXT)
    assert {genre for genre, _ in made_on(row)} & {"delai", "leviers", "etape"} == set()
