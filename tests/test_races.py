"""Races on real commits: two taps, two people, a withdrawal against a closing. Each ends in one truth."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from palier.base.actor import Actor
from palier.base.refusal import Refused
from palier.candidatures import actions
from palier.candidatures.facts import profil
from palier.candidatures.models import Candidature, ClassementLigne
from palier.candidatures.queries import replay
from palier.parc.models import Offre
from tests import factories as make

ROUNDS = 200


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run these at the same instant, each on its own connection; a refusal is an answer."""
    gate, answers = threading.Barrier(len(works)), [None] * len(works)

    def one(place: int, work: Callable[[], Any]) -> None:
        try:
            gate.wait()
            answers[place] = work()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def owner(demande: Any) -> Actor:
    return Actor(demande.titulaire_id, "demandeur")


def test_two_taps_are_one_candidature(committed_db):
    demande, offre = make.make_demande(), make.make_offre()

    def tap() -> Candidature:
        return actions.submit_candidature(demande_id=demande.pk, offre_id=offre.pk, by=owner(demande), at=make.NOW)

    answers = together(*[tap] * 4)
    assert sum(isinstance(each, Candidature) for each in answers) == 1
    assert all(isinstance(each, Candidature | Refused) for each in answers)
    assert Candidature.objects.filter(demande=demande, offre=offre).count() == 1


def test_the_constraint_alone_holds(committed_db):
    candidature = make.make_candidature()
    twin = actions.new_candidature(
        make_profile(candidature), Offre.objects.with_place().get(pk=candidature.offre_id), make.NOW
    )
    twin.state, twin.state_since = "deposee", make.NOW
    with pytest.raises(Exception, match="candidature_une_vivante_par_offre"):
        twin.save(force_insert=True)


def make_profile(candidature: Candidature) -> Any:
    return profil(candidature.demande, make.NOW.date())


def test_applying_against_closing(committed_db):
    """Who was acked before the closing is in the list; who came after is refused."""
    _, agent = make.make_bailleur()
    demandes = [make.make_demande() for _ in range(6)]
    for _ in range(3):
        offre = make.make_offre(agent)
        late = offre.cloture_le + timedelta(seconds=1)
        works = [apply_to(offre, demande) for demande in demandes]
        together(*works, lambda o=offre, at=late: actions.close_offre(offre_id=o.pk, by=Actor.system(), at=at))
        live = set(Candidature.objects.live().filter(offre=offre).values_list("pk", flat=True))
        listed = set(ClassementLigne.objects.filter(classement__offre=offre).values_list("candidature_id", flat=True))
        assert live == listed


def apply_to(offre: Offre, demande: Any) -> Callable[[], Candidature]:
    return lambda: actions.submit_candidature(
        demande_id=demande.pk, offre_id=offre.pk, by=owner(demande), at=offre.cloture_le
    )


def test_withdraw_against_close(committed_db):
    """200 rounds: a withdrawal is either before the list (and out of it) or after it; never half."""
    offres = worlds(ROUNDS)
    for offre_id, candidature_id, by, late in offres:
        together(
            lambda o=offre_id, at=late: actions.close_offre(offre_id=o, by=Actor.system(), at=at),
            lambda c=candidature_id, who=by, at=late: actions.withdraw_candidature(candidature_id=c, by=who, at=at),
        )
    check_rounds([offre_id for offre_id, *_ in offres])


def worlds(count: int) -> list[tuple[Any, Any, Actor, Any]]:
    """So many open offres with one candidature of one demande each."""
    _, agent = make.make_bailleur()
    demande = make.make_demande()
    made = []
    programme = make.make_programme(agent)
    for _ in range(count):
        offre = make.make_offre(agent, programme=programme)
        candidature = make.make_candidature(offre, demande)
        made.append((offre.pk, candidature.pk, owner(demande), offre.cloture_le + timedelta(seconds=1)))
    return made


def check_rounds(offre_ids: list[Any]) -> None:
    """Every offre closed, every candidature withdrawn; listed when it was still live at the closing, and only then."""
    rows = Offre.objects.filter(pk__in=offre_ids).select_related("classement").prefetch_related("candidatures")
    listed = set(ClassementLigne.objects.values_list("candidature_id", flat=True))
    for offre in rows:
        (candidature,) = offre.candidatures.all()
        assert offre.state == "cloturee"
        assert candidature.state == "retiree"
        assert (candidature.pk in listed) == (offre.classement.effectif == 1)
        assert replay(offre.classement) == []
