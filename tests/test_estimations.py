"""Stored estimates: what was shown is kept for ever as it was, what was not is replaced; off means nothing at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from palier.base.actor import Actor
from palier.base.refusal import NotVisible
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.estimations import actions, queries
from palier.estimations.actions import Draft
from palier.estimations.models import Ajustement, Estimation
from palier.estimations.queries.stored import perspective
from palier.journal.models import Event
from tests import factories as make

pytestmark = pytest.mark.django_db
NOW = make.NOW
CHANCE = {
    "rang": 5, "candidatures": 80, "arrivees_attendues": 5.0, "arrivees_devant": 1.0, "f_places": 0.5, "f_devant": 0.9,
    "f_arrivees": 0.95, "f_dossier": 0.93, "perte_devant": 0.56, "prete": None,
    "cloture_le": "2026-11-30T22:59:59+00:00",
}  # fmt: skip
OUTLOOK = {
    "offres_rejouees": 37, "parmi_presentes": 6.2, "servies": 2.1, "courbe": [0.04 * (each + 1) for each in range(36)],
    "p6": 0.24, "p12": 0.48, "p24": 0.9, "p36": 0.99, "q10": 2.0, "q25": 6.0, "q50": 12.0, "q75": 20.0, "q90": None,
    "toutes_p12": 0.6, "loge12": 0.3, "sorti12": 0.2, "loge36": 0.5, "sorti36": 0.4, "annonces_12m": 37,
    "moins_p12": None,
    "delais": {"loges": {"mois": 17.0, "n": 320}, "attente": None, "stock_flux": 69.0}, "au": "2026-11-24",
}  # fmt: skip
LEVER = {
    "action": "commune:44143", "gain": 0.1, "bas80": 0.05, "haut80": 0.2, "gratuit": False, "trajet_min": 31,
    "loyer_cents": 61_000, "pieces": [],
}  # fmt: skip
POINT = {"vues": 7, "attendues": 6.0, "p": 0.74, "verdict": "normal", "depuis": "2026-09-24"}


def make_estimation(**fields: object) -> Estimation:
    candidature = make.make_candidature()
    given = {
        "genre": "chance", "demande": candidature.demande, "candidature": candidature, "faite_le": NOW,
        "cause": "candidature.deposee", "empreinte": "e" * 64, "proba": 0.4, "bas": 0.2, "haut": 0.6, "statut": "ok",
        **fields,
    }  # fmt: skip
    return Estimation.objects.create(**given)


def test_what_was_shown_can_neither_change_nor_go():
    shown = make_estimation(montree_le=NOW)
    for change in ({"proba": 0.5}, {"bas": 0.1}, {"montree_le": None}, {"detail": {"rang": 1}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Estimation.objects.filter(pk=shown.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        shown.delete()
    assert Estimation.objects.filter(pk=shown.pk).update(courante=False) == 1


def test_what_was_never_shown_is_replaced():
    fresh = make_estimation()
    assert Estimation.objects.filter(pk=fresh.pk).update(proba=0.5, montree_le=NOW) == 1


def test_one_current_estimate_a_question():
    first = make_estimation()
    again = Estimation.objects.get(pk=first.pk)
    again.pk, again._state.adding = None, True
    again.id = Estimation._meta.pk.get_default()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.parametrize("wrong", [{"proba": 1.2}, {"proba": -0.1}, {"bas": None}, {"haut": None}])
def test_no_number_without_its_range(wrong: dict[str, object]):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_estimation(**wrong)


def test_a_fit_is_never_edited():
    fit = Ajustement.objects.create(
        territoire=make.EPCI, coupe_le=NOW, fait_le=NOW, origine="demonstration", offres_finies=0, contactees=0,
        decisions=0, parametres={}, empreinte="f" * 64,
    )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        Ajustement.objects.filter(pk=fit.pk).update(decisions=500)


def draft(candidature: Candidature, **fields: object) -> Draft:
    given = {
        "genre": "chance", "demande_id": candidature.demande_id, "candidature_id": candidature.pk, "statut": "ok",
        "entrees": {"n": 80}, "proba": 0.4, "bas": 0.2, "haut": 0.6, "detail": CHANCE, **fields,
    }  # fmt: skip
    return Draft(**given)


def stored(candidature: Candidature) -> list[tuple[float, bool, bool]]:
    """(chance, shown, current) of each row of a candidature, first to last."""
    rows = Estimation.objects.filter(candidature=candidature).order_by("faite_le", "pk")
    return [(row.proba, row.montree_le is not None, row.courante) for row in rows]


def owner(demande: Demande) -> Actor:
    return Actor(demande.titulaire_id, "demandeur")


def test_the_same_value_from_the_same_inputs_is_written_once():
    mine = make.make_candidature()
    assert [actions.store([draft(mine)], cause="nuit", at=NOW + timedelta(days=day)) for day in range(3)] == [1, 0, 0]
    assert Estimation.objects.get(candidature=mine).faite_le == NOW


@pytest.mark.parametrize("change", [{"entrees": {"n": 81}}, {"proba": 0.5}, {"bas": 0.1}, {"statut": "insuffisant"}])
def test_another_input_or_value_replaces_what_was_never_shown(change: dict[str, object]):
    mine, later = make.make_candidature(), NOW + timedelta(hours=1)
    actions.store([draft(mine)], cause="candidature.deposee", at=NOW)
    assert actions.store([draft(mine, **change)], cause="candidature.retiree", at=later) == 1
    row = Estimation.objects.get(candidature=mine)
    assert (row.faite_le, row.cause) == (later, "candidature.retiree")


def test_a_count_that_ends_late_does_not_win_over_a_newer_one():
    mine = make.make_candidature()
    actions.store([draft(mine, proba=0.5)], cause="candidature.retiree", at=NOW + timedelta(minutes=10))
    assert actions.store([draft(mine, proba=0.3)], cause="nuit", at=NOW) == 0
    assert stored(mine) == [(0.5, False, True)]


def test_estimates_are_never_written_while_somebody_switches_them_off():
    mine = make.make_candidature()
    with CaptureQueriesContext(connection) as told:
        actions.store([draft(mine)], cause="nuit", at=NOW)
        actions.switch(demande_id=mine.demande_id, off=True, by=owner(mine.demande), at=NOW)
    held = [each["sql"] for each in told.captured_queries if "estimations.choix" in each["sql"]]
    assert ["_shared" in each for each in held] == [True, False]


def test_what_was_shown_stays_beside_its_successor():
    mine = make.make_candidature()
    actions.store([draft(mine)], cause="nuit", at=NOW)
    assert actions.note_shown(queries.chances_of([mine]).values(), at=NOW) == 1
    actions.store([draft(mine, proba=0.5)], cause="nuit", at=NOW + timedelta(days=1))
    assert stored(mine) == [(0.4, True, False), (0.5, False, True)]
    assert queries.chances_of([mine])[mine.pk].proba == 0.5


def test_a_value_replaced_since_it_was_read_is_not_marked_as_shown(django_assert_num_queries: Any):
    mine = make.make_candidature()
    actions.store([draft(mine)], cause="nuit", at=NOW)
    seen = queries.chances_of([mine])
    actions.store([draft(mine, proba=0.5)], cause="nuit", at=NOW + timedelta(hours=1))
    assert actions.note_shown(seen.values(), at=NOW) == 0
    actions.note_shown(queries.chances_of([mine]).values(), at=NOW)
    seen = queries.chances_of([mine])
    with django_assert_num_queries(0):
        assert actions.note_shown(seen.values(), at=NOW) == 0


def test_the_chances_of_a_whole_page_are_one_query(django_assert_num_queries: Any):
    offre = make.make_offre()
    rows = [make.make_candidature(offre) for _ in range(4)]
    actions.store([draft(each, proba=0.3) for each in rows], cause="nuit", at=NOW)
    for few in (rows[:1], rows):
        with django_assert_num_queries(1):
            assert len(queries.chances_of(few)) == len(few)


def test_switched_off_nothing_is_shown_computed_nor_kept_unseen():
    mine, shown = make.make_candidature(), make.make_candidature()
    for each in (mine, shown):
        actions.store([draft(each)], cause="nuit", at=NOW)
    actions.note_shown(queries.chances_of([shown]).values(), at=NOW)
    for each in (mine, shown):
        actions.switch(demande_id=each.demande_id, off=True, by=owner(each.demande), at=NOW)
        assert actions.store([draft(each, proba=0.9)], cause="nuit", at=NOW) == 0
    assert queries.chances_of([mine, shown]) == {}
    assert (stored(mine), stored(shown)) == ([], [(0.4, True, False)])
    assert queries.tableau_of(mine.demande) == queries.Tableau(eteint=True)


def test_switching_is_in_the_journal_can_be_undone_and_asking_twice_is_nothing():
    demande = make.make_demande()
    for off in (True, True, False, False, True):
        actions.switch(demande_id=demande.pk, off=off, by=owner(demande), at=NOW)
        assert queries.is_off(demande) is off
    kinds = Event.objects.filter(aggregate_id=demande.pk, kind__contains="estimations").order_by("n")
    assert [each.kind.rpartition("_")[2] for each in kinds] == ["coupees", "remises", "coupees"]


def test_nobody_else_switches_them_off():
    demande, stranger = make.make_demande(), make.make_user()
    for by in (Actor(stranger.pk, "demandeur"), make.make_bailleur()[1], Actor(demande.titulaire_id, "conseiller")):
        with pytest.raises(NotVisible):
            actions.switch(demande_id=demande.pk, off=True, by=by, at=NOW)


def test_only_the_holder_reads_a_row():
    row = make_estimation()
    assert list(Estimation.objects.visible_to(owner(row.demande))) == [row]
    for by in (make.make_bailleur()[1], make.make_reservataire()[1], Actor(row.demande.titulaire_id, "codemandeur")):
        assert not Estimation.objects.visible_to(by).exists()


def test_the_dashboard_is_one_query(django_assert_num_queries: Any):
    demande = make.make_demande()
    with django_assert_num_queries(1):
        assert queries.tableau_of(demande) == queries.Tableau(eteint=False)
    common = {"demande_id": demande.pk, "statut": "ok", "entrees": 1}
    actions.store(
        [
            Draft(genre="delai", detail=OUTLOOK, **common),
            Draft(genre="leviers", detail={"leviers": [LEVER]}, **common),
            Draft(genre="etape", detail=POINT, **common),
        ],
        cause="nuit", at=NOW,
    )  # fmt: skip
    with django_assert_num_queries(1):
        board = queries.tableau_of(demande)
    assert board.perspective is not None
    assert board.perspective.courbe[11] == board.perspective.p12 == 0.48
    assert board.perspective.delais.loges == queries.Moyenne(17.0, 320)
    assert board.perspective.faite_le == NOW
    assert [each.action for each in board.leviers] == ["commune:44143"]
    assert board.point is not None
    assert board.point.verdict == "normal"
    assert actions.note_shown([board.perspective, *board.leviers, board.point], at=NOW) == 3


@pytest.mark.parametrize(
    ("p12", "statut", "low"), [(0.019, "ok", True), (0.02, "ok", False), (0.0, "insuffisant", False)]
)
def test_below_two_in_a_hundred_somebody_is_offered(p12: float, statut: str, low: bool):
    outlook = perspective({**OUTLOOK, "p12": p12}, statut=statut, demonstration=True, faite_le=NOW)
    assert queries.below_floor(outlook) is low
