"""A year in which offres ended: the outlook of a demande, its levers, what-if, travel limits, the checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from palier.attributions import actions as attributions
from palier.attributions.models import Proposition
from palier.base.clock import local_day
from palier.demandes.models import Demande
from palier.droit.dates import plus_mois
from palier.estimations import queries
from palier.estimations.actions import computing
from palier.estimations.models import Estimation
from palier.estimations.queries import Levier, Perspective, Tableau
from tests import attributions_kit as kit
from tests import factories as make

AFTER = kit.DECIDED + timedelta(days=4)
LIMITS = [20, 30, 40, 50, 60]


@pytest.fixture(scope="module")
def history(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Demande]]:
    """Six offres that ended, each accepted by its first; a demande well placed, one that lacks the proof of a line."""
    with django_db_blocker.unblock(), transaction.atomic():
        for _ in range(6):
            world, bail = kit.leased(chosen=3, number=3)
            attributions.sign_bail(bail_id=bail.pk, by=world.bailleur, at=kit.DECIDED + timedelta(days=3))
        old, young = make.NOW - timedelta(days=1400), make.NOW - timedelta(days=200)
        made = {
            "ahead": make.make_demande(filed=old),
            "unproved": make.make_demande(filed=young, situation={"dalo": True}),
        }
        computing.estimate_all(at=AFTER)
        yield {name: Demande.objects.get(pk=each.pk) for name, each in made.items()}
        transaction.set_rollback(True)


def board(demande: Demande) -> tuple[Perspective, Tableau]:
    found = queries.tableau_of(demande)
    assert found.perspective is not None
    return found.perspective, found


def test_the_outlook_replays_the_year(history: dict[str, Demande]):
    outlook, found = board(history["ahead"])
    assert (outlook.statut, outlook.offres_rejouees, outlook.annonces_12m) == ("ok", 6, 6)
    assert list(outlook.courbe) == sorted(outlook.courbe)
    assert outlook.p12 == outlook.courbe[11] <= outlook.toutes_p12 <= 1
    assert (outlook.parmi_presentes, outlook.moins_p12) == (6, None)
    assert outlook.servies >= 1
    assert not queries.below_floor(outlook)
    assert found.point is not None
    assert (found.point.vues, found.point.depuis) == (6, plus_mois(local_day(AFTER), -2))
    assert found.point.verdict == "insuffisant"  # the record is younger than two months


def test_with_fewer_than_one_served_a_bound_alone_is_given(history: dict[str, Demande]):
    outlook, _ = board(history["unproved"])
    assert (outlook.statut, outlook.offres_rejouees) == ("insuffisant", 6)
    assert outlook.moins_p12 is not None
    assert outlook.moins_p12 >= outlook.p12


def test_levers_are_few_clear_and_the_free_ones_come_first(history: dict[str, Demande]):
    for name in history:
        levers = board(history[name])[1].leviers
        costs = [not lever.gratuit for lever in levers]
        assert costs == sorted(costs)
        assert len(levers) <= 3
        assert all(0.01 < lever.bas80 <= lever.gain <= lever.haut80 for lever in levers)


def test_the_lever_of_a_proof_names_the_piece(history: dict[str, Demande]):
    lever: Levier = board(history["unproved"])[1].leviers[0]
    assert (lever.action, lever.gratuit, lever.pieces[0]) == ("justificatif", True, "DALO")


def test_a_what_if_says_what_a_change_is_worth_and_writes_nothing(history: dict[str, Demande]):
    before = list(Estimation.objects.order_by("pk").values())
    proof = queries.what_if(history["unproved"], actions=["justificatif"], now=AFTER)
    assert proof is not None
    assert proof.apres.p12 > proof.avant.p12
    assert proof.bas80 <= proof.gain <= proof.haut80
    assert proof.gain == pytest.approx(0.9 * (proof.apres.p12 - proof.avant.p12))
    assert list(Estimation.objects.order_by("pk").values()) == before


def test_a_smaller_perimeter_or_dwelling_brings_other_offres(history: dict[str, Demande]):
    nowhere = queries.what_if(history["ahead"], actions=[f"sans_commune:{make.NANTES}"], now=AFTER)
    assert nowhere is not None
    assert (nowhere.apres.offres_rejouees, nowhere.annonces) == (0, (6, 0))
    assert nowhere.gain < 0
    assert nowhere.trajet_min[0] is not None
    assert (nowhere.trajet_min[1], nowhere.loyer_cents) == (None, (62_000, None))
    smaller = queries.what_if(history["ahead"], actions=["moins_une_piece"], now=AFTER)
    assert smaller is not None
    assert smaller.apres.offres_rejouees == 0


def test_no_change_is_worth_nothing_and_says_what_is_stored(history: dict[str, Demande]):
    nothing = queries.what_if(history["ahead"], actions=[], now=AFTER)
    assert nothing is not None
    assert (nothing.gain, nothing.avant) == (0, nothing.apres)
    assert board(history["ahead"])[0].courbe == pytest.approx(nothing.avant.courbe)


def test_the_table_of_travel_widens_with_the_limit(history: dict[str, Demande]):
    found = queries.zones_of(history["ahead"], AFTER)
    assert found is not None
    assert [row.maximum for row in found.trajets] == LIMITS
    assert [row.p12 for row in found.trajets] == sorted(row.p12 for row in found.trajets)
    assert found.prioritaire_p12 == pytest.approx(found.ensemble_p12)  # every offre was in the priority ring
    assert {row.loyer_cents for row in found.trajets} <= {None, 62_000}


def test_each_share_of_the_travel_table_says_what_may_be_said_of_it(history: dict[str, Demande]):
    """Six offres were replayed: a number where one would have been served, else a bound above it."""
    for demande in history.values():
        found, outlook = queries.zones_of(demande, AFTER), board(demande)[0]
        assert found is not None
        assert (found.statut, found.ensemble_moins) == (outlook.statut, outlook.moins_p12)
        assert (found.prioritaire_statut, found.prioritaire_moins) == (outlook.statut, outlook.moins_p12)
        for row in found.trajets:
            assert row.moins_p12 is None or (row.statut == "insuffisant" and row.moins_p12 >= row.p12)


def test_a_perimeter_is_too_wide_where_the_person_refused_the_place(history: dict[str, Demande]):
    """Refusing the dwelling says nothing of the commune; refusing the place does."""
    demande = history["ahead"]
    before = queries.zones_of(demande, AFTER)
    assert before is not None
    assert before.alerte == ""
    for motif, alerte in (("etat", ""), ("quartier", "trop_large")):
        with transaction.atomic():
            row = make.make_candidature(demande=demande)
            Proposition.objects.create(
                candidature=row, offre=row.offre, state="refusee", state_since=AFTER, envoyee_le=AFTER,
                limite_le=AFTER + timedelta(days=10), motif_refus=motif,
            )  # fmt: skip
            found = queries.zones_of(demande, AFTER)
            transaction.set_rollback(True)
        assert found is not None
        assert found.alerte == alerte


def test_a_second_night_on_the_same_day_changes_no_outlook(history: dict[str, Demande]):
    fields = ("genre", "demande_id", "proba", "statut", "detail")
    rows = Estimation.objects.filter(candidature=None).order_by("demande_id", "genre")
    before = list(rows.values(*fields))
    ids = [each.pk for each in history.values()]
    computing.estimate_demandes(ids, cause="demande.etape", at=AFTER)
    assert list(rows.values(*fields)) == before
    assert not rows.filter(cause="demande.etape").exists()
