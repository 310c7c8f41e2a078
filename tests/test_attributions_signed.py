"""A signed lease settles its proposition for good: nothing that comes later may undo it."""

from datetime import timedelta

import pytest

from palier.attributions import actions
from palier.attributions.models import Bail
from palier.base.refusal import Refused
from tests import attributions_kit as kit

pytestmark = pytest.mark.django_db
SIGNED = kit.DECIDED + timedelta(days=3)


def signed() -> tuple[kit.World, Bail]:
    world, bail = kit.leased()
    return world, actions.sign_bail(bail_id=bail.pk, by=world.bailleur, at=SIGNED)


def settled(world: kit.World, bail: Bail) -> bool:
    states = (world.proposition(0).state, world.state(0), Bail.objects.get(pk=bail.pk).state, world.offre_state())
    return states == ("acceptee", "logee", "signe", "pourvue")


def test_the_removal_of_the_demande_that_follows_a_signature_leaves_the_accepted_proposition():
    world, bail = signed()
    demande_id = world.candidates[0].demande_id
    assert actions.release_demande(demande_id=demande_id, motif="demande_radiee", at=SIGNED) == 0
    assert settled(world, bail)


def test_a_proposition_is_not_annulled_once_its_lease_is_signed():
    world, bail = signed()
    pk = world.proposition(0).pk
    with pytest.raises(Refused) as refused:
        actions.cancel_proposition(proposition_id=pk, motif="bail_non_signe", by=world.bailleur, at=SIGNED)
    assert refused.value.code == "etat_offre"
    assert "avant la signature" in str(refused.value)
    assert settled(world, bail)
