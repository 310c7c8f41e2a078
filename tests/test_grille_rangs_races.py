"""A new version of a grid against what happens meanwhile, on real commits: one list, one grid."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

from django.db import connection, transaction

from palier.base import clock
from palier.base.actor import Actor
from palier.candidatures import actions
from palier.candidatures.models import Candidature, Classement
from palier.candidatures.queries import recount, replay
from palier.candidatures.queries.grids import behind
from palier.parc.models import Offre
from tests import factories as make
from tests.test_grille_rangs import SYSTEM, publish, spread, waiting
from tests.test_races import together


def renew(offre: Offre) -> Any:
    return lambda: actions.renew_grille(offre_id=offre.pk, by=SYSTEM, at=make.NOW)


def test_a_candidature_filed_meanwhile_is_counted_under_one_grid(committed_db: Any):
    offre = make.make_offre()
    waiting = [make.make_demande(situation={"dalo": True}) for _ in range(4)]
    publish()

    def apply(demande: Any) -> Any:
        by = Actor(demande.titulaire_id, "demandeur")
        return lambda: actions.submit_candidature(demande_id=demande.pk, offre_id=offre.pk, by=by, at=make.NOW)

    answers = together(*(apply(demande) for demande in waiting), renew(offre))
    assert [type(each) for each in answers] == [Candidature] * 4 + [bool]
    prints = {row.cotation["grille"] for row in Candidature.objects.select_related("demande").filter(offre=offre)}
    assert prints == {Offre.objects.get(pk=offre.pk).grille.empreinte}
    assert recount(Offre.objects.with_place().get(pk=offre.pk)) == []


def test_a_closing_and_a_new_grid_leave_a_list_that_replays(committed_db: Any):
    _, agent = make.make_bailleur()
    offres = [make.make_offre(agent, days=3) for _ in range(6)]
    for offre in offres:
        make.make_candidature(offre, situation={"mobilite_professionnelle": True})
    publish(date(2026, 11, 26))
    works = [each for offre in offres for each in (renew(offre), lambda offre=offre: make.make_closed(offre))]
    together(*works)
    assert [replay(each) for each in Classement.objects.all()] == [[]] * 6
    assert {each.grille_empreinte for each in Classement.objects.all()} == {Offre.objects.first().grille.empreinte}


def test_a_lot_reads_past_an_offre_that_somebody_holds(committed_db: Any):
    """Held on another connection: the others take their grid at once, that one when it is let go."""
    clock.set_now(make.NOW)
    _, agent = make.make_bailleur()
    for _ in range(3):
        make.make_candidature(make.make_offre(agent))
    publish()
    waiting()
    first, *_ = behind(make.NOW, size=9)
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Offre.objects.select_for_update(no_key=True, of=("self",)).get(pk=first)
            held.set()
            release.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(60)
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = '200ms'")
    try:
        spread()
        left = behind(make.NOW, size=9)
    finally:
        release.set()
        holder.join()
    assert left == [first]
    assert [(essai, later) for _, essai, later in waiting()] == [(1, True)]
    spread()
    assert behind(make.NOW, size=9) == []
