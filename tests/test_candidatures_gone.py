"""Who left the list is on no screen of others (V4); a piece is seen on the day of the counter, not of the server."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from palier.base.actor import Actor
from palier.candidatures import actions
from palier.candidatures.facts import profil
from palier.candidatures.models import Candidature
from palier.candidatures.queries import explanation
from palier.candidatures.queries.presented import is_priority, ranked
from palier.demandes import actions as demandes
from palier.parc.models import Offre
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = pytest.mark.django_db
AFTER_MIDNIGHT = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # 25 November, half past midnight in Paris


def test_a_radiated_demande_leaves_the_frozen_list_and_the_neighbours():
    world = kit.closed(6)
    demande, by = world.candidates[0].demande, world.person(0)
    demandes.renounce_demande(demande_id=demande.pk, by=by, at=kit.CLOSED)
    actions.close_other_candidatures(demande_id=demande.pk, motif="demande_radiee", by=by, at=kit.CLOSED)
    assert [row.rang for row in ranked(Offre.objects.with_place().get(pk=world.offre.pk))] == [2, 3, 4, 5, 6]
    second = Candidature.objects.select_related("offre__grille").get(pk=world.candidates[1].pk)
    assert [each.rang for each in explanation(second).voisins] == [2, 3, 4]


def test_a_piece_seen_half_an_hour_after_midnight_carries_the_new_day():
    _, agent = make.make_bailleur()
    demande = make.make_demande(state="active")
    person = Actor(demande.titulaire_id, "demandeur")
    code = demandes.issue_counter_code(demande_id=demande.pk, by=person, at=AFTER_MIDNIGHT)
    demandes.open_counter(code=code, by=agent, at=AFTER_MIDNIGHT)
    seen = actions.record_piece(
        demande_id=demande.pk, code="DALO", vue_le=date(2026, 11, 25), by=agent, at=AFTER_MIDNIGHT
    )
    assert (seen.vue_le, seen.state) == (date(2026, 11, 25), "validee")


@pytest.mark.parametrize(("expire_le", "shown"), [(None, True), ("2026-12-01", True), ("2026-11-30", False)])
def test_a_priority_whose_proof_has_expired_is_not_recognised(expire_le, shown):
    demande = make.make_demande(state="active")
    proof = {"code": "DALO", "expire_le": expire_le}
    known = replace(profil(demande, date(2026, 12, 1)), situation={"dalo": True}, pieces=[proof])
    assert is_priority(known) is shown
