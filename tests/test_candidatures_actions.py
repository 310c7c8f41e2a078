"""Applying, withdrawing, closing: what is refused and why, what is frozen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from palier.base.actor import Actor
from palier.base.refusal import NotVisible, Refused
from palier.candidatures import actions
from palier.candidatures.models import Candidature, Classement
from palier.candidatures.queries import rank
from palier.parc.models import Offre
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_apply_counts_points_at_the_closing_day():
    candidature = make.make_candidature(filed=make.NOW - timedelta(days=400))
    assert candidature.state == "deposee"
    assert candidature.cotation["au"] == "2026-11-30"
    assert candidature.points == 13 + 6 + 6 + 4 + 3


def test_second_application_is_refused():
    candidature = make.make_candidature()
    with pytest.raises(Refused, match="déjà une candidature"):
        make.make_candidature(candidature.offre, candidature.demande)


def test_apply_again_after_a_withdrawal():
    first = make.make_candidature()
    by = Actor(first.demande.titulaire_id, "demandeur")
    actions.withdraw_candidature(candidature_id=first.pk, by=by, at=make.NOW)
    second = make.make_candidature(first.offre, first.demande)
    assert second.pseudonyme != first.pseudonyme


def test_draft_demande_may_not_apply_but_a_filed_one_may():
    offre = make.make_offre()
    with pytest.raises(Refused, match="Déposez votre demande"):
        make.make_candidature(offre, state="brouillon")
    assert make.make_candidature(offre, state="deposee").state == "deposee"


def test_income_above_the_ceiling_is_refused_with_its_rule():
    with pytest.raises(Refused) as refusal:
        make.make_candidature(ressources={"rfr_n2_cents": 9_000_000})
    assert refusal.value.code == "hors_regles"
    assert "plafond" in str(refusal.value)
    assert refusal.value.motifs[0].reference


def test_warnings_and_unknowns_may_apply():
    offre = make.make_offre()
    assert make.make_candidature(offre, ressources={"net_mensuel_cents": 90_000}).state == "deposee"
    assert make.make_candidature(offre, ressources={"rfr_n2_cents": None}).state == "deposee"


def test_adapted_dwelling_is_for_those_who_need_it():
    offre = make.make_offre(adapte=True)
    with pytest.raises(Refused, match="adapté au handicap"):
        make.make_candidature(offre)
    assert make.make_candidature(offre, menage={"handicap": True}).state == "deposee"


def test_nobody_applies_for_somebody_else():
    offre, demande = make.make_offre(), make.make_demande()
    other = make.actor_of(make.make_user())
    with pytest.raises(NotVisible):
        actions.submit_candidature(demande_id=demande.pk, offre_id=offre.pk, by=other, at=make.NOW)


def test_no_application_after_the_hour():
    offre = make.make_offre()
    with pytest.raises(Refused, match="ne prend plus de candidature"):
        make.make_candidature(offre, at=offre.cloture_le + timedelta(seconds=1))


def test_closing_freezes_the_list():
    offre = make.make_offre()
    rows = [make.make_candidature(offre, filed=make.NOW - timedelta(days=days)) for days in (10, 800, 300)]
    classement = make.make_closed(offre)
    lines = list(classement.lignes.order_by("rang"))
    assert [line.candidature_id for line in lines] == [rows[1].pk, rows[2].pk, rows[0].pk]
    assert classement.effectif == 3
    assert classement.empreinte == actions.digest(lines)
    assert rank(rows[0]).fige
    assert rank(rows[0]).rang == 3


def test_closing_twice_or_early_is_refused():
    offre = make.make_offre()
    with pytest.raises(Refused, match="clôture"):
        actions.close_offre(offre_id=offre.pk, by=Actor.system(), at=make.NOW)
    make.make_closed(offre)
    with pytest.raises(Refused):
        make.make_closed(offre)
    assert Classement.objects.filter(offre=offre).count() == 1


def test_a_withdrawn_one_is_not_in_the_classement():
    offre = make.make_offre()
    stays, leaves = make.make_candidature(offre), make.make_candidature(offre)
    by = Actor(leaves.demande.titulaire_id, "demandeur")
    actions.withdraw_candidature(candidature_id=leaves.pk, by=by, at=make.NOW)
    assert list(make.make_closed(offre).lignes.values_list("candidature_id", flat=True)) == [stays.pk]


def test_due_offres_are_closed_by_the_system():
    offre = make.make_offre()
    assert actions.close_due(at=make.NOW) == []
    assert len(actions.close_due(at=offre.cloture_le + timedelta(minutes=1))) == 1
    assert Offre.objects.get(pk=offre.pk).state == "cloturee"


def test_a_withdrawn_offre_tells_every_candidate_why():
    _, agent = make.make_bailleur()
    offre = make.make_offre(agent)
    candidature = make.make_candidature(offre)
    actions.withdraw_offre(offre_id=offre.pk, motif="travaux", by=agent, at=make.NOW)
    candidature = Candidature.objects.get(pk=candidature.pk)
    assert (candidature.state, candidature.motif_fin) == ("close", "offre_retiree")
    assert candidature.explication["texte"] == "Des travaux sont nécessaires."


def test_a_piece_counts_at_once():
    demande = make.make_demande(situation={"mobilite_professionnelle": True})
    candidature = make.make_candidature(demande=demande)
    make.make_piece(demande, "MUTATION_PRO")
    assert Candidature.objects.get(pk=candidature.pk).points == candidature.points + 15


def test_a_closed_list_does_not_move():
    demande = make.make_demande(situation={"mobilite_professionnelle": True})
    candidature = make.make_candidature(demande=demande)
    make.make_closed(candidature.offre)
    make.make_piece(demande, "MUTATION_PRO", at=make.NOW + timedelta(days=10))
    assert Candidature.objects.get(pk=candidature.pk).points == candidature.points


def test_a_change_of_life_is_counted():
    demande = make.make_demande()
    candidature = make.make_candidature(demande=demande)
    by = Actor(demande.titulaire_id, "demandeur")
    data = {**make.STEPS["travail"], "commune_travail": make.NANTES}
    actions.declare_change(
        demande_id=demande.pk, step="travail", data=data, version=demande.version, by=by, at=make.NOW
    )
    assert Candidature.objects.get(pk=candidature.pk).points == candidature.points + 6


def test_the_identity_piece_gives_the_number():
    demande = make.make_demande(state="deposee")
    assert demande.numero_index == ""
    make.make_piece(demande, "ID_FR")
    demande.refresh_from_db()
    assert demande.state == "active"


def test_a_piece_without_the_code_is_refused():
    demande = make.make_demande(state="deposee")
    agent = make.make_bailleur()[1]
    with pytest.raises(NotVisible):
        actions.record_piece(demande_id=demande.pk, code="ID_FR", vue_le=make.NOW.date(), by=agent, at=make.NOW)
