"""From the decision to the lease: motives, orders, propositions, cascade, one commit at the signature."""

from __future__ import annotations

from datetime import timedelta

import pytest

from palier.attributions import actions
from palier.attributions.actions import Choice
from palier.attributions.models import Decision, Proposition
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.journal.models import Event
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NEXT = kit.DECIDED + DAY


def decide(world: kit.World, *choices: tuple, by=None):
    assert world.seance is not None
    given = [Choice(world.candidates[place].pk, *rest) for place, *rest in choices]
    return actions.record_decisions(
        seance_id=world.seance.pk, offre_id=world.offre.pk, decisions=given, by=by or world.membre, at=kit.DECIDED
    )


def row(world: kit.World, place: int) -> Candidature:
    return Candidature.objects.get(pk=world.candidates[place].pk)


def test_decisions_are_written_with_their_words():
    world = kit.seated()
    decide(world, (0, "b", 1), (1, "b", 2), (2, "d", None, "taille_inadaptee", "Un T4 conviendrait."))
    assert [world.state(place) for place in range(4)] == ["attribuee", "attribuee", "non_attribuee", "non_designee"]
    assert row(world, 2).explication["texte"].endswith("Un T4 conviendrait.")
    assert row(world, 1).ordre_decision == 2
    assert world.offre_state() == "attribuee"


WRONG = [
    (((0, "b", 1), (1, "b", 2)), "2 décision"),
    (((0, "b", 1), (1, "b", 3), (2, "d", None, "taille_inadaptee")), "sans trou"),
    (((0, "b", 1), (1, "b", 1), (2, "b", 2)), "sans trou"),
    (((0, "a", 1), (1, "a", 2), (2, "d", None, "taille_inadaptee")), "un seul dossier"),
    (((0, "b", 1), (1, "b", 2), (2, "d", None, "nationalite")), "motif de la liste"),
    (((0, "b", 1), (1, "b", 2), (2, "d", None, "")), "motif de la liste"),
    (((0, "b", 1), (1, "b", 2), (2, "c", 3)), "délai à venir"),
    (((0, "b", 2), (1, "b", 1), (2, "b", 3)), "moins bien classé"),
    (((0, "x", 1), (1, "b", 2), (2, "b", 3)), "de a\\) à e\\)"),
]


def test_a_decision_that_does_not_hold_is_refused():
    world = kit.seated()
    for choices, words in WRONG:
        with pytest.raises(Refused, match=words):
            decide(world, *choices)
    assert not Decision.objects.exists()


def test_leaving_the_order_takes_words_for_the_person():
    world = kit.seated()
    decide(world, (0, "b", 2, "", "Le travail est à 50 minutes."), (1, "b", 1), (2, "b", 3))
    assert row(world, 0).explication == {"texte": "Le travail est à 50 minutes."}


def test_nobody_retained_ends_the_offre():
    world = kit.seated()
    decide(world, *((place, "d", None, "mixite_sociale") for place in range(3)))
    assert world.offre_state() == "infructueuse"


def test_only_seated_members_decide_and_only_in_an_open_seance():
    world = kit.seated()
    stranger = make.make_agent(make.make_organisation(), "membre_caleol")[1]
    with pytest.raises(NotVisible):
        decide(world, (0, "b", 1), (1, "b", 2), (2, "b", 3), by=stranger)
    with pytest.raises(Refused, match="n'ont pas encore de décision"):
        actions.close_seance(seance_id=world.seance.pk, by=world.membre, at=kit.DECIDED)
    decide(world, (0, "b", 1), (1, "b", 2), (2, "b", 3))
    actions.close_seance(seance_id=world.seance.pk, by=world.membre, at=kit.DECIDED)
    with pytest.raises(Refused, match="pendant une séance ouverte"):
        decide(world, (0, "b", 1), (1, "b", 2), (2, "b", 3))


def test_proposition_lasts_ten_full_days():
    world = kit.proposed()
    limit = world.proposition(0).limite_le
    assert limit.isoformat() == "2026-12-18T22:59:59+00:00"
    with pytest.raises(Refused, match="déjà en cours"):
        actions.send_proposition(offre_id=world.offre.pk, by=world.bailleur, at=NEXT)


def test_a_refusal_passes_the_dwelling_to_the_next():
    world = kit.proposed()
    with pytest.raises(Refused, match="Dites pourquoi"):
        kit.answer(world, 0, "refuser", NEXT)
    kit.answer(world, 0, "refuser", NEXT, "loyer_charges")
    assert [world.state(place) for place in range(3)] == ["refusee", "proposee", "attribuee"]
    assert world.proposition(1).limite_le > world.proposition(0).limite_le


def test_silence_is_a_refusal_and_the_order_ends():
    world = kit.proposed(3, 3)
    at = kit.DECIDED
    for place in range(3):
        at = world.proposition(place).limite_le
        assert actions.expire_due(at=at) == 0
        at += timedelta(seconds=1)
        assert actions.expire_due(at=at) == 1
    assert [world.state(place) for place in range(3)] == ["sans_reponse"] * 3
    assert world.offre_state() == "infructueuse"
    with pytest.raises(Refused, match="déjà une réponse"):
        kit.answer(world, 2, "accepter", at)


def test_too_late_is_said_even_before_the_system_looks():
    world = kit.proposed()
    with pytest.raises(Refused, match="délai pour répondre est passé"):
        kit.answer(world, 0, "accepter", world.proposition(0).limite_le + timedelta(seconds=1))


def test_nobody_answers_for_somebody_else():
    world = kit.proposed()
    with pytest.raises(NotVisible):
        actions.answer_proposition(
            proposition_id=world.proposition(0).pk, reponse="accepter", by=world.person(1), at=NEXT
        )


def test_reminders_are_recorded_once():
    world = kit.proposed()
    limit = world.proposition(0).limite_le
    assert actions.remind_due(at=limit - 8 * DAY) == 0
    assert actions.remind_due(at=limit - 3 * DAY) == 1
    assert actions.remind_due(at=limit - 3 * DAY) == 0
    assert actions.remind_due(at=limit - DAY) == 1
    assert world.proposition(0).rappels == [7, 3, 1]
    assert Event.objects.filter(kind="proposition.rappel").count() == 2


def test_a_cancelled_proposition_says_why_and_the_next_follows():
    world, bail = kit.leased()
    actions.cancel_proposition(
        proposition_id=world.proposition(0).pk, motif="bail_non_signe", texte="Deux rendez-vous manqués.",
        by=world.bailleur, at=NEXT + 5 * DAY,
    )  # fmt: skip
    bail.refresh_from_db()
    assert (bail.state, world.state(0), world.state(1)) == ("annule", "close", "proposee")
    assert row(world, 0).explication["texte"].endswith("Deux rendez-vous manqués.")


def test_a_condition_is_lifted_in_time_or_the_place_is_lost():
    world = kit.seated()
    limit = (kit.DECIDED + 5 * DAY).date()
    decide(world, (0, "c", 1, "", "Attestation de séparation.", limit), (1, "b", 2), (2, "b", 3))
    with pytest.raises(Refused, match="pas encore levée"):
        actions.send_proposition(offre_id=world.offre.pk, by=world.bailleur, at=NEXT)
    assert actions.expire_due(at=NEXT) == 0
    assert actions.expire_due(at=kit.DECIDED + 7 * DAY) == 1
    assert [world.state(place) for place in range(3)] == ["close", "proposee", "attribuee"]


def test_a_lifted_condition_may_be_proposed():
    world = kit.seated()
    limit = (kit.DECIDED + 5 * DAY).date()
    decide(world, (0, "c", 1, "", "Attestation de séparation.", limit), (1, "b", 2), (2, "b", 3))
    actions.lift_condition(candidature_id=world.candidates[0].pk, by=world.bailleur, at=NEXT)
    actions.send_proposition(offre_id=world.offre.pk, by=world.bailleur, at=NEXT)
    assert world.state(0) == "proposee"


def test_a_condition_lifted_after_a_refusal_passes_the_dwelling_on():
    world = kit.seated()
    limit = (kit.DECIDED + 5 * DAY).date()
    decide(world, (0, "b", 1), (1, "c", 2, "", "Attestation de séparation.", limit), (2, "b", 3))
    actions.send_proposition(offre_id=world.offre.pk, by=world.bailleur, at=kit.DECIDED)
    kit.answer(world, 0, "refuser", NEXT, "quartier")
    assert world.state(1) == "attribuee_sous_condition"
    actions.lift_condition(candidature_id=world.candidates[1].pk, by=world.bailleur, at=NEXT)
    assert [world.state(place) for place in range(3)] == ["refusee", "proposee", "attribuee"]


def test_a_condition_lifted_during_a_proposition_waits_for_its_answer():
    world = kit.seated()
    limit = (kit.DECIDED + 5 * DAY).date()
    decide(world, (0, "b", 1), (1, "c", 2, "", "Attestation de séparation.", limit), (2, "b", 3))
    actions.send_proposition(offre_id=world.offre.pk, by=world.bailleur, at=kit.DECIDED)
    actions.lift_condition(candidature_id=world.candidates[1].pk, by=world.bailleur, at=NEXT)
    assert [world.state(place) for place in range(3)] == ["proposee", "attribuee", "attribuee"]


def test_one_acceptance_per_demande():
    world = kit.proposed()
    other = kit.proposed_to(world.candidates[0].demande)
    kit.answer(world, 0, "accepter", NEXT)
    with pytest.raises(Refused, match="déjà accepté un autre logement"):
        kit.answer(other, 0, "accepter", NEXT)


def test_the_signature_settles_everything_in_one_commit():
    world, bail = kit.leased()
    other = kit.proposed_to(world.candidates[0].demande)
    open_elsewhere = make.make_candidature(demande=Demande.objects.get(pk=world.candidates[0].demande_id))
    actions.sign_bail(bail_id=bail.pk, by=world.bailleur, at=NEXT + 3 * DAY)
    assert (world.offre_state(), world.state(0)) == ("pourvue", "logee")
    assert [(row(world, place).state, row(world, place).motif_fin) for place in (1, 2)] == [
        ("close", "logement_pourvu"),
        ("close", "logement_pourvu"),
    ]
    open_elsewhere.refresh_from_db()
    assert (open_elsewhere.state, open_elsewhere.motif_fin) == ("close", "loge_ailleurs")
    demande = Demande.objects.get(pk=world.candidates[0].demande_id)
    assert (demande.state, demande.motif_radiation) == ("radiee", "attribution")
    assert Proposition.objects.get(candidature_id=other.candidates[0].pk).state == "annulee"
    assert [other.state(place) for place in range(3)] == ["close", "proposee", "attribuee"]


def test_a_lease_is_signed_once_by_its_bailleur():
    world, bail = kit.leased()
    with pytest.raises(NotVisible):
        actions.sign_bail(bail_id=bail.pk, by=make.make_bailleur()[1], at=NEXT)
    actions.sign_bail(bail_id=bail.pk, by=world.bailleur, at=NEXT)
    with pytest.raises(Refused):
        actions.sign_bail(bail_id=bail.pk, by=world.bailleur, at=NEXT)


def test_a_withdrawn_offre_annuls_its_proposition():
    world = kit.proposed()
    actions.withdraw_offre(offre_id=world.offre.pk, motif="sinistre", by=world.bailleur, at=NEXT)
    assert (world.offre_state(), world.state(0), world.state(1)) == ("retiree", "close", "close")
    assert world.proposition(0).state == "annulee"


def test_a_radiated_demande_gives_its_place_back():
    world = kit.proposed()
    demande_id = world.candidates[0].demande_id
    assert actions.release_demande(demande_id=demande_id, motif="demande_radiee", at=NEXT) == 1
    assert actions.release_demande(demande_id=demande_id, motif="demande_radiee", at=NEXT) == 0
    assert [world.state(place) for place in range(3)] == ["close", "proposee", "attribuee"]


def test_the_last_of_the_order_withdrawing_ends_the_offre():
    world = kit.decided(3, 3)
    for place in range(3):
        make.candidatures.withdraw_candidature(
            candidature_id=world.candidates[place].pk, by=world.person(place), at=NEXT
        )
    assert actions.settle_offre(offre_id=world.offre.pk, at=NEXT)
    assert world.offre_state() == "infructueuse"
