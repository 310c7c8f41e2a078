"""Two adults, one demande: what each reads of the other (AC-9), the invitation, the separation."""

from __future__ import annotations

from uuid import uuid4

import pytest

from palier.accounts.models import User
from palier.base.actor import Actor
from palier.demandes import rules
from palier.demandes.models import Demande, Personne

CLASSES = ("P1", "P2", "P3", "P4", "P5", "P6", "P8")
SHARED = {"P1", "P2", "P8"}


def seen(by: Actor, personne: Personne) -> set[str]:
    return {each for each in CLASSES if rules.may_see(by, personne, each)}


@pytest.fixture
def couple() -> tuple[Actor, Actor, dict[str, Personne]]:
    """A demande in memory: its holder, the other adult who shares it, a child."""
    holder, other = User(pk=uuid4()), User(pk=uuid4())
    demande = Demande(pk=uuid4(), titulaire=holder, codemandeur=other)
    people = {
        "holder": Personne(demande=demande, position=1, role="demandeur"),
        "other": Personne(demande=demande, position=2, role="conjoint", compte=other),
        "child": Personne(demande=demande, position=3, role="enfant"),
    }
    return Actor(holder.pk, "demandeur"), Actor(other.pk, "codemandeur"), people


def test_each_adult_reads_their_own_and_what_is_shared_of_the_other(couple):
    first, second, people = couple
    assert seen(first, people["holder"]) == seen(second, people["other"]) == set(CLASSES)
    assert seen(first, people["other"]) == seen(second, people["holder"]) == SHARED
    assert seen(first, people["child"]) == set(CLASSES)
    assert seen(second, people["child"]) == SHARED
    assert all(rules.may_see_total(by, each) for by in (first, second) for each in people.values())


def test_what_the_demande_says_of_the_holder_is_the_holders(couple):
    first, second, people = couple
    demande = people["holder"].demande
    assert {each for each in CLASSES if rules.may_see_demande(first, demande, each)} == set(CLASSES)
    assert {each for each in CLASSES if rules.may_see_demande(second, demande, each)} == SHARED


def test_without_an_account_of_their_own_the_other_adult_is_in_the_holders_hands(couple):
    first, second, people = couple
    people["other"].compte = None
    people["other"].demande.codemandeur = None
    assert seen(first, people["other"]) == set(CLASSES)
    assert seen(second, people["other"]) == seen(second, people["holder"]) == set()
    assert not rules.may_see_total(second, people["holder"])


@pytest.mark.parametrize("role", ["demandeur", "conseiller", "bailleur", "guichet"])
def test_nobody_else_comes_by_this_door(couple, role):
    stranger = Actor(uuid4(), role)
    people = couple[2]
    assert all(seen(stranger, each) == set() for each in people.values())
    assert seen(Actor(couple[1].user_id, role), people["holder"]) == set()
