"""A signed lease settles its proposition for good: nothing that comes later may undo it."""

from datetime import timedelta

import pytest

from palier.attributions import actions, queries
from palier.attributions.models import Bail
from palier.base.refusal import Refused
from palier.journal.models import AccessLine
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


def test_after_the_signature_the_bailleur_keeps_a_pseudonym_of_those_who_did_not_get_the_home():
    world, _ = signed()
    rows = queries.presented_files(
        world.offre.__class__.objects.with_place().get(pk=world.offre.pk),
        by=world.bailleur, at=SIGNED, relation="presented", seance=world.seance,
    )  # fmt: skip
    winner, *others = rows
    assert winner.nom == "Inès Marchal"
    assert [each.nom for each in others] == [each.pseudonyme for each in world.candidates[1:3]]
    assert {(each.menage, each.points, each.revenus, each.effort) for each in others} == {("—", None, "—", "—")}
    looked = AccessLine.objects.filter(purpose="candidature.lire", at=SIGNED).values_list("person_id", flat=True)
    assert set(looked) == {world.candidates[0].demande.titulaire_id}
