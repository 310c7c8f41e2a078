"""The journal of the platform: what real acts leave in it, what it never holds, and how many questions it asks."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from palier import coffre
from palier.attributions import actions as attributions
from palier.base.actor import Actor
from palier.candidatures import actions as candidatures
from palier.candidatures.models import Candidature, OffreVue
from palier.chances.journal import CAUSES, TYPES, TYPOLOGIES, Journal
from palier.demandes.actions import radiate_demande
from palier.estimations.facts import candidature_pk, journal_of, territories
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = kit.DECIDED + 40 * DAY
GRID = "territoire-demo"


def said(journal: Journal, world: kit.World) -> list[tuple[str, int, int, int]]:
    """The lines of the journal: type, place of the candidate (-1: the offre), commission, order."""
    places = {each.pk: place for place, each in enumerate(world.candidates)}
    rows = journal.evenements
    names = journal.candidatures.candidature
    return [
        (TYPES[kind], places[candidature_pk(str(names[row]))] if row >= 0 else -1, int(commission), int(ordre))
        for kind, row, commission, ordre in zip(
            rows.type, rows.candidature_i, rows.commission, rows.ordre, strict=True
        )
    ]


def test_a_dwelling_from_its_list_to_the_lease():
    world, bail = kit.leased()
    attributions.sign_bail(bail_id=bail.pk, by=world.bailleur, at=kit.DECIDED + 3 * DAY)
    journal = journal_of(GRID, au=LATER)
    assert said(journal, world) == [
        *[("contacte", place, 1, -1) for place in range(3)],
        *[("presente", place, 1, -1) for place in range(3)],
        *[("classe", place, 1, place + 1) for place in range(3)],
        ("attribue", 0, 1, -1),
        ("accepte", 0, 1, -1),
    ]
    assert journal.evenements.numero.tolist() == list(range(1, 12))
    assert np.all(np.diff(journal.evenements.instant) >= 0)
    assert [CAUSES[cause] for cause in journal.sorties.cause] == ["loge_plateforme"]
    assert journal.parametres.points_par_mois == 1
    assert (journal.parametres.plafond_mois, journal.parametres.points_lien_domicile) == (48, 6)
    assert (len(journal.offres.offre), len(journal.candidatures.candidature)) == (1, 4)
    assert journal.offres.loyer_cc.tolist() == [620.0]
    assert TYPOLOGIES[journal.offres.typologie[0]] == "T3"


def test_the_order_of_the_platform_holds_in_the_journal():
    world = kit.closed(6)
    journal = journal_of(GRID, au=LATER)
    rows = journal.candidatures
    deposee = journal.demandes.deposee[rows.demande_i]
    order = sorted(range(6), key=lambda row: (-rows.points[row], deposee[row], rows.candidature[row]))
    assert [candidature_pk(str(rows.candidature[row])) for row in order] == [each.pk for each in world.candidates]


def test_ties_keep_the_drawn_key():
    offre = make.make_offre()
    for _ in range(5):
        make.make_candidature(offre, filed=make.NOW - 100 * DAY)
    journal = journal_of(GRID, au=make.NOW + DAY)
    wanted = list(Candidature.objects.filter(offre=offre).in_order().values_list("pk", flat=True))
    assert [candidature_pk(str(each)) for each in sorted(journal.candidatures.candidature)] == wanted


def test_points_of_a_version_are_without_seniority_and_without_the_offre():
    offre = make.make_offre()
    row = make.make_candidature(offre, filed=make.NOW - 400 * DAY)
    journal = journal_of(GRID, au=make.NOW + DAY)
    rest = row.points - row.points_anciennete - row.points_logement
    assert journal.demandes.points_hors_offre[-1] == rest
    assert journal.demandes.taille[-1] == 3
    assert journal.demandes.revenu_mensuel[-1] == 1720
    assert journal.demandes.communes[-1] == (make.NANTES, make.REZE)
    assert journal.trajets[make.SAINT_HERBLAIN, make.NANTES] > 10


def test_a_declared_fact_without_its_proof_is_lost_until_the_piece_is_seen():
    demande = make.make_demande(filed=make.NOW - 90 * DAY, situation={"sans_logement": True})
    offre = make.make_offre()
    make.make_candidature(offre, demande)
    before = journal_of(GRID, au=make.NOW + DAY)
    assert (before.demandes.points_hors_offre[-1], before.demandes.points_perdus[-1]) == (6, 30)
    make.make_piece(demande, "SANS_LOGEMENT", at=make.NOW + DAY)
    after = journal_of(GRID, au=make.NOW + 2 * DAY)
    assert (after.demandes.points_hors_offre[-1], after.demandes.points_perdus[-1]) == (36, 0)
    assert after.demandes.version_du[-1] > after.demandes.version_du[0]


def test_nothing_after_the_instant_is_read():
    world, bail = kit.leased()
    attributions.sign_bail(bail_id=bail.pk, by=world.bailleur, at=kit.DECIDED + 3 * DAY)
    journal = journal_of(GRID, au=kit.DECIDED)
    assert {name for name, *_ in said(journal, world)} == {"contacte", "presente"}
    assert len(journal.sorties.cause) == 0
    assert len(journal_of(GRID, au=make.NOW).offres.offre) == 0
    assert territories(au=make.NOW) == []
    assert territories(au=LATER) == [GRID]


def test_losses_withdrawals_refusals_and_the_end():
    world = kit.closed(5)
    at = kit.CLOSED
    candidatures.withdraw_candidature(candidature_id=world.candidates[4].pk, by=world.person(4), at=at)
    for place, outcome in enumerate(("injoignable", "presente", "loge_ailleurs")):
        for type_ in ("contacte", outcome):
            attributions.record_contact(
                candidature_id=world.candidates[place].pk, type=type_, by=world.reservataire, at=at + DAY
            )
    lines = said(journal_of(GRID, au=LATER), world)
    assert lines[0] == ("retire", 4, -1, -1)
    assert sorted(lines[1:]) == sorted(
        [("contacte", place, 1, -1) for place in range(3)]
        + [("injoignable", 0, 1, -1), ("presente", 1, 1, -1), ("loge_ailleurs", 2, 1, -1)]
    )


def test_a_refusal_then_nobody():
    world = kit.seated()
    choices = [
        attributions.Choice(world.candidates[0].pk, "b", 1),
        attributions.Choice(world.candidates[1].pk, "d", None, "taille_inadaptee"),
        attributions.Choice(world.candidates[2].pk, "d", None, "taille_inadaptee"),
    ]
    attributions.record_decisions(
        seance_id=world.seance.pk, offre_id=world.offre.pk, decisions=choices, by=world.membre, at=kit.DECIDED
    )
    attributions.send_proposition(offre_id=world.offre.pk, by=world.bailleur, at=kit.DECIDED + DAY)
    kit.answer(world, 0, "refuser", kit.DECIDED + 2 * DAY, "quartier")
    journal = journal_of(GRID, au=LATER)
    lines = said(journal, world)
    assert [each for each in lines if each[0] in ("non_attribue", "refuse", "sans_suite")] == [
        ("non_attribue", 1, 1, -1), ("non_attribue", 2, 1, -1), ("refuse", 0, 1, -1), ("sans_suite", -1, -1, -1),
    ]  # fmt: skip
    assert [each for each in lines if each[0] == "classe"] == [
        ("classe", 0, 1, 1), ("classe", 1, 1, -1), ("classe", 2, 1, -1)
    ]  # fmt: skip
    assert "taille_inadaptee" in journal.evenements.motif


@pytest.mark.parametrize(
    ("motif", "cause"),
    [("irrecevabilite", "radiee"), ("sans_reponse", "radiee"), ("non_renouvellement", "non_renouvelee")],
)
def test_each_removal_has_its_cause(motif: str, cause: str):
    row = make.make_candidature(make.make_offre())
    radiate_demande(demande_id=row.demande_id, motif=motif, by=Actor.system(), at=make.NOW + DAY)
    journal = journal_of(GRID, au=LATER)
    assert [CAUSES[each] for each in journal.sorties.cause] == [cause]


def test_no_name_and_no_protected_fact_is_in_the_journal():
    demande = make.make_demande(
        menage={"handicap": True}, situation={"violences_couple": True}, filed=make.NOW - 9 * DAY
    )
    make.make_candidature(make.make_offre(), demande)
    text = repr(journal_of(GRID, au=LATER))
    for word in ("Marchal", "Inès", "Léo", "1992", "rue Basse", "violence", "handicap", "0199001212", "exemple.fr"):
        assert word not in text


def test_an_erased_person_leaves_figures_unknown():
    row = make.make_candidature(make.make_offre())
    coffre.destroy(row.demande.titulaire_id)
    journal = journal_of(GRID, au=LATER)
    assert np.isnan(journal.demandes.points_hors_offre).all()
    assert journal.demandes.taille.tolist() == [-1]
    assert journal.candidatures.points.tolist() == [row.points]


def test_opened_ads_are_there_when_somebody_agreed():
    row = make.make_candidature(make.make_offre())
    assert journal_of(GRID, au=LATER).vues is None
    OffreVue.objects.create(demande=row.demande, offre=row.offre, vue_le=make.NOW + DAY)
    vues = journal_of(GRID, au=LATER).vues
    assert vues is not None
    assert (vues.demande_i.tolist(), vues.offre_i.tolist()) == ([0], [0])


def test_the_number_of_questions_does_not_grow():
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            journal_of(GRID, au=LATER)
        return len(queries)

    world = kit.proposed()
    few = asked()
    for _ in range(3):
        make.make_candidature(make.make_offre(), world.candidates[0].demande)
        make.make_candidature(make.make_offre())
    assert asked() == few
    assert few <= 25
