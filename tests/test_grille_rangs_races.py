"""A new version of a grid against what happens meanwhile, on real commits: one list, one grid."""

from __future__ import annotations

from datetime import date
from typing import Any

from palier.base.actor import Actor
from palier.candidatures import actions
from palier.candidatures.models import Candidature, Classement
from palier.candidatures.queries import recount, replay
from palier.parc.models import Offre
from tests import factories as make
from tests.test_grille_rangs import SYSTEM, publish
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
