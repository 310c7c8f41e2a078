"""The rank shown is the one recomputed; ties follow the published rule; a frozen list counts again the same."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from palier.base.actor import Actor
from palier.base.refusal import NotVisible
from palier.candidatures import actions
from palier.candidatures.models import Candidature, Classement, ClassementLigne
from palier.candidatures.queries import (
    bailleur_view,
    explanation,
    rank,
    rank_if_applied,
    ranked,
    ranks_of,
    recount,
    replay,
)
from palier.demandes.models import Demande
from palier.droit.cotation import cle_egalite
from palier.journal.models import AccessLine
from palier.parc.models import Offre
from tests import factories as make

pytestmark = pytest.mark.django_db
TRIGGER = "candidatures.ClassementLigne:classement_ligne_immuable"


def crowd(offre: Offre, *days: int) -> list[Candidature]:
    """One candidature of a demande filed so many days ago, each."""
    return [make.make_candidature(offre, filed=make.NOW - timedelta(days=each)) for each in days]


def test_order_is_points_then_seniority():
    offre = make.make_offre()
    rows = crowd(offre, 10, 900, 400, 401)
    assert [rank(row).rang for row in rows] == [4, 1, 3, 2]
    assert rank(rows[0]).effectif == 4


def test_equal_keys_follow_the_drawn_key():
    offre = make.make_offre()
    rows = crowd(offre, 30, 30, 30)
    drawn = sorted(rows, key=lambda row: cle_egalite(str(offre.pk), str(row.demande_id)))
    assert [rank(row).rang for row in drawn] == [1, 2, 3]


def test_all_ranks_of_a_person_in_one_query(django_assert_num_queries):
    demande = make.make_demande()
    rows = [make.make_candidature(demande=demande) for _ in range(3)]
    with django_assert_num_queries(1):
        found = ranks_of(demande)
    assert {pk: place.rang for pk, place in found.items()} == {row.pk: 1 for row in rows}


def test_rank_if_applied_is_the_rank_after_applying():
    offre = make.make_offre()
    crowd(offre, 10, 900, 400)
    demande = make.make_demande(filed=make.NOW - timedelta(days=500))
    would = rank_if_applied(demande, offre)
    got = rank(make.make_candidature(offre, demande))
    assert (would.rang, would.effectif) == (got.rang, got.effectif) == (2, 4)


def test_a_draft_has_no_rank():
    assert rank_if_applied(make.make_demande(state="brouillon"), make.make_offre()) is None


def test_recount_agrees_and_finds_a_plant():
    offre = make.make_offre()
    rows = crowd(offre, 10, 900)
    assert recount(offre) == []
    Candidature.objects.filter(pk=rows[0].pk).update(points=500)
    assert len(recount(offre)) == 1
    with pytest.raises(CommandError):
        call_command("recalculer_rangs", "--verifier", stdout=StringIO())


def test_recalculer_rangs_says_how_many():
    crowd(make.make_offre(), 10, 900)
    out = StringIO()
    call_command("recalculer_rangs", "--verifier", stdout=out)
    assert "2 rangs recalculés, 0 différence(s)" in out.getvalue()


def test_replay_agrees():
    offre = make.make_offre()
    crowd(offre, 10, 900, 400)
    classement = make.make_closed(offre)
    assert replay(classement) == []
    out = StringIO()
    call_command("rejouer", "--toutes", stdout=out)
    assert "1 classement rejoué, 0 différence(s)" in out.getvalue()


@pytest.mark.parametrize("change", ["points = points + 1", "anciennete_le = anciennete_le - 400"])
def test_replay_finds_a_planted_difference(change):
    offre = make.make_offre()
    crowd(offre, 10, 900, 400)
    classement = make.make_closed(offre)
    with pgtrigger.ignore(TRIGGER), connection.cursor() as cursor:
        cursor.execute(f"UPDATE candidatures_classementligne SET {change} WHERE rang = 3")
    assert replay(classement)
    out = StringIO()
    with pytest.raises(CommandError) as stop:
        call_command("rejouer", str(offre.pk), stdout=out)
    assert stop.value.returncode == 1
    assert ", 0 différence(s)" not in out.getvalue()


def test_a_removed_line_is_found():
    offre = make.make_offre()
    crowd(offre, 10, 900)
    classement = make.make_closed(offre)
    with pgtrigger.ignore(TRIGGER), connection.cursor() as cursor:
        cursor.execute("DELETE FROM candidatures_classementligne WHERE rang = 1")
    assert replay(classement)


@pytest.mark.parametrize("model", [Classement, ClassementLigne])
def test_a_classement_is_immutable(model):
    crowd(offre := make.make_offre(), 10)
    make.make_closed(offre)
    row = model.objects.get()
    for attempt in (row.save, row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_rejouer_refuses_in_french():
    with pytest.raises(CommandError, match="identifiant"):
        call_command("rejouer", "pas-un-uuid")
    with pytest.raises(CommandError, match="n'est pas close"):
        call_command("rejouer", str(make.make_offre().pk))


def test_the_frozen_rank_stays_when_others_leave():
    offre = make.make_offre()
    rows = crowd(offre, 10, 900)
    make.make_closed(offre)
    by = Actor(rows[1].demande.titulaire_id, "demandeur")
    actions.withdraw_candidature(candidature_id=rows[1].pk, by=by, at=offre.cloture_le + timedelta(hours=1))
    found = rank(rows[0])
    assert (found.rang, found.fige) == (2, True)
    assert [row.rang for row in ranked(offre)] == [2]


def test_neighbours_need_five():
    offre = make.make_offre()
    rows = crowd(offre, 100, 200, 300, 400)
    assert explanation(fresh(rows[0])).voisins == ()
    rows += crowd(offre, 500)
    around = explanation(fresh(rows[0])).voisins
    assert [each.rang for each in around] == [3, 4, 5]
    assert around[-1].moi


def test_points_to_the_third_place_and_their_months():
    offre = make.make_offre()
    rows = crowd(offre, 40, 400, 500, 600, 700)
    why = explanation(fresh(rows[0]))
    third = sorted((row.points for row in rows), reverse=True)[2]
    assert why.manque == third - rows[0].points
    assert why.manquant.points == why.manquant.attente.mois == why.manque + 1, "its demande is older: a tie is lost"


def test_the_printed_lines_give_the_points():
    demande = make.make_demande(situation={"dalo": True, "taux_effort_actuel": 0.41})
    make.make_piece(demande, "DALO")
    why = explanation(fresh(make.make_candidature(demande=demande)))
    assert sum(line.points for line in why.lignes) == why.points
    assert all(line.zero for line in why.lignes if line.points == 0)


def test_a_lever_says_the_rank_it_gives():
    demande = make.make_demande(situation={"dalo": True})
    offre = make.make_offre()
    candidature = make.make_candidature(offre, demande)
    crowd(offre, 400, 500)
    (lever,) = explanation(fresh(candidature)).leviers
    assert (lever.points, lever.rang) == (60, 1)


def test_before_designation_a_bailleur_sees_a_band_and_a_pseudonym():
    _, agent = make.make_bailleur()
    candidature = make.make_candidature(make.make_offre(agent))
    with pytest.raises(NotVisible):
        bailleur_view(candidature=candidature, by=agent, at=make.NOW)
    make.make_closed(candidature.offre)
    candidature = fresh(candidature)
    seen = bailleur_view(candidature=candidature, by=agent, at=make.NOW)
    assert seen.etape == "classee"
    (line,) = AccessLine.objects.filter(object_id=candidature.pk)
    assert (line.relation, line.classes) == ("own_contingent", "P1 P2")
    shown = str(seen.sections)
    assert "Marchal" not in shown
    assert candidature.pseudonyme in shown


def test_the_recount_reads_stored_facts():
    demande = make.make_demande()
    candidature = make.make_candidature(demande=demande)
    Demande.objects.filter(pk=demande.pk).update(commune_travail="")
    assert recount(candidature.offre)


def fresh(row: Candidature) -> Candidature:
    return Candidature.objects.select_related("offre__grille", "demande").get(pk=row.pk)
