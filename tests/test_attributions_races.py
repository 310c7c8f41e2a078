"""Two people at the same instant on real commits: one wins, the other reads a sentence, nothing is half done (NL-2)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from palier.attributions import actions
from palier.attributions.models import Proposition
from palier.base.actor import Actor
from palier.base.refusal import Refused
from palier.candidatures.models import Candidature
from palier.parc.models import Offre
from tests import attributions_kit as kit

ROUNDS = 200
NEXT = kit.DECIDED + timedelta(days=1)
Act = Callable[[], object]


class Ring:
    """Two threads that leave the same barrier, each with its own connection."""

    def __init__(self) -> None:
        self.barrier = threading.Barrier(2)
        self.pool = ThreadPoolExecutor(2)

    def run(self, first: Act, second: Act) -> list[str]:
        """« won », « nothing » (False) or the sentence of the refusal, for each."""
        return [each.result() for each in [self.pool.submit(self._one, first), self.pool.submit(self._one, second)]]

    def _one(self, act: Act) -> str:
        self.barrier.wait()
        try:
            return "nothing" if act() is False else "won"
        except Refused as refusal:
            return str(refusal)

    def close(self) -> None:
        """End both threads and their connections."""
        for each in [self.pool.submit(self._leave), self.pool.submit(self._leave)]:
            each.result()
        self.pool.shutdown()

    def _leave(self) -> None:
        self.barrier.wait()
        connection.close()


@pytest.fixture
def ring(committed_db: str):
    found = Ring()
    yield found
    found.close()


def rewind(world: kit.World, *, proposed: bool) -> None:
    """Put the decided order back as it was (rows only: the journal keeps every round)."""
    kept = world.candidates[0].pk
    if not proposed:
        Proposition.objects.filter(offre=world.offre).delete()
    Proposition.objects.filter(offre=world.offre).exclude(candidature_id=kept).delete()
    Candidature.objects.filter(offre=world.offre, ordre_decision__isnull=False).update(state="attribuee")
    Proposition.objects.filter(candidature_id=kept).update(state="envoyee", motif_refus="")
    if proposed:
        Candidature.objects.filter(pk=kept).update(state="proposee")
    Offre.objects.filter(pk=world.offre.pk).update(state="attribuee")


def check_one_sentence(answers: list[str]) -> None:
    assert answers.count("won") == 1, answers
    loser = next(each for each in answers if each != "won")
    assert loser == "nothing" or loser.endswith("."), loser


def test_two_agents_propose_one_dwelling(ring: Ring):
    world = kit.decided(3)
    other = Actor(world.membre.user_id, "bailleur", world.organisation.pk)
    for _ in range(ROUNDS):
        rewind(world, proposed=False)
        answers = ring.run(
            lambda: actions.send_proposition(offre_id=world.offre.pk, by=world.bailleur, at=kit.DECIDED),
            lambda: actions.send_proposition(offre_id=world.offre.pk, by=other, at=kit.DECIDED),
        )
        check_one_sentence(answers)
        assert Candidature.objects.filter(offre=world.offre, state="proposee").count() == 1


def test_two_agents_designate_one_list(ring: Ring):
    world = kit.closed(4, reserved=False)
    other = Actor(world.membre.user_id, "bailleur", world.organisation.pk)
    choices = [each.pk for each in world.candidates[:3]]
    for _ in range(ROUNDS):
        world.offre.designations.all().delete()
        Candidature.objects.filter(offre=world.offre).update(state="deposee")
        Offre.objects.filter(pk=world.offre.pk).update(state="cloturee")
        answers = ring.run(
            lambda: actions.designate(
                offre_id=world.offre.pk, choices=choices, skipped={}, by=world.bailleur, at=kit.CLOSED
            ),
            lambda: actions.designate(offre_id=world.offre.pk, choices=choices, skipped={}, by=other, at=kit.CLOSED),
        )
        check_one_sentence(answers)
        assert world.offre.designations.count() == 3


def test_an_acceptance_against_the_expiry(ring: Ring):
    world = kit.proposed(3)
    proposition = world.proposition(0)
    limit = proposition.limite_le
    for _ in range(ROUNDS):
        rewind(world, proposed=True)
        answers = ring.run(
            lambda: kit.answer(world, 0, "accepter", limit),
            lambda: actions.expire_proposition(proposition_id=proposition.pk, at=limit + timedelta(seconds=1)),
        )
        check_one_sentence(answers)
        states = (world.state(0), world.state(1))
        assert states in (("acceptee", "attribuee"), ("sans_reponse", "proposee")), states


def test_acceptances_on_two_offres_at_once(ring: Ring):
    world = kit.proposed(3)
    other = kit.proposed_to(world.candidates[0].demande)
    for _ in range(ROUNDS):
        rewind(world, proposed=True)
        rewind(other, proposed=True)
        answers = ring.run(
            lambda: kit.answer(world, 0, "accepter", NEXT), lambda: kit.answer(other, 0, "accepter", NEXT)
        )
        check_one_sentence(answers)
        demande = world.candidates[0].demande_id
        assert Candidature.objects.filter(demande_id=demande, state="acceptee").count() == 1


def test_a_withdrawal_against_the_designation(ring: Ring):
    world = kit.closed(4, reserved=False)
    leaving, skipped = world.candidates[3], world.candidates[0].pk
    choices = [each.pk for each in world.candidates[1:]]
    actions.skip_rank(candidature_id=skipped, motif="Le foyer demande un T4.", by=world.bailleur, at=kit.CLOSED)
    for _ in range(ROUNDS):
        world.offre.designations.all().delete()
        Candidature.objects.filter(offre=world.offre).update(state="deposee")
        Offre.objects.filter(pk=world.offre.pk).update(state="cloturee")
        answers = ring.run(
            lambda: actions.designate(
                offre_id=world.offre.pk, choices=choices, skipped={}, by=world.bailleur, at=kit.CLOSED
            ),
            lambda: kit.make.candidatures.withdraw_candidature(
                candidature_id=leaving.pk, by=world.person(3), at=kit.CLOSED
            ),
        )
        assert answers[1] == "won", answers
        assert world.state(3) == "retiree"
        assert world.offre.designations.count() == (3 if answers[0] == "won" else 0)
