"""A signed lease settles its proposition for good; what the desks and the mails say is said once, and true."""

from datetime import timedelta

import pytest
from django.urls import reverse

from palier.attributions import actions, queries
from palier.attributions.models import Bail
from palier.base import clock
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.journal.events import subscribers
from palier.journal.models import AccessLine
from tests import attributions_kit as kit
from tests import factories as make

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


def test_a_contact_on_an_offre_still_open_is_refused_in_words():
    _, bailleur = make.make_bailleur()
    row = make.make_candidature(make.make_offre(bailleur))
    response = kit.post(kit.client_of(bailleur), reverse("bailleur:contact", args=[row.pk]), type="contacte")
    assert response.status_code == 409
    assert "Ouverte aux candidatures" in response.content.decode()


def test_the_page_of_a_file_not_presented_writes_the_line_that_it_promises():
    world = kit.closed(5)
    browser, before = kit.client_of(world.bailleur), AccessLine.objects.count()
    page = browser.get(reverse("bailleur:dossier", args=[world.candidates[0].pk])).content.decode()
    assert world.candidates[0].pseudonyme in page
    assert "inscrite dans son journal" in page
    assert AccessLine.objects.count() == before + 1


@pytest.mark.parametrize("kind", ["candidature.non_designee", "candidature.non_attribuee", "candidature.irrecevable"])
def test_an_answer_is_told_by_one_mail(kind):
    tellers = [name for name in subscribers(kind) if not name.startswith("estimations.")]  # those write to nobody
    assert tellers == ["attributions.tasks.tell_decision"]


def test_renouncing_annuls_the_proposition_and_the_next_one_is_proposed_in_one_commit():
    world = kit.proposed()
    demande = world.candidates[0].demande
    elsewhere = make.make_candidature(demande=Demande.objects.get(pk=demande.pk))
    at = kit.DECIDED + timedelta(days=1)
    with pytest.raises(NotVisible):
        actions.renounce(demande_id=demande.pk, by=world.person(1), at=at)
    actions.renounce(demande_id=demande.pk, by=world.person(0), at=at)
    assert Demande.objects.get(pk=demande.pk).state == "radiee"
    assert world.proposition(0).state == "annulee"
    assert [world.state(place) for place in range(3)] == ["close", "proposee", "attribuee"]
    assert world.proposition(1).state == "envoyee"
    assert Candidature.objects.get(pk=elsewhere.pk).motif_fin == "demande_radiee"
    assert actions.release_demande(demande_id=demande.pk, motif="demande_radiee", at=at) == 0
    assert world.state(1) == "proposee"


def test_renouncing_after_an_acceptance_annuls_the_lease_to_sign():
    world, bail = kit.leased()
    actions.renounce(demande_id=world.candidates[0].demande_id, by=world.person(0), at=kit.DECIDED + timedelta(days=3))
    bail.refresh_from_db()
    assert (bail.state, world.proposition(0).state, world.state(1)) == ("annule", "annulee", "proposee")


def test_the_page_that_renounces_frees_the_dwelling():
    world = kit.proposed()
    clock.set_now(kit.DECIDED + timedelta(days=1))
    answer = kit.post(kit.client_of(world.person(0)), reverse("demandeur:renoncer"))
    assert answer.status_code == 303
    assert [world.state(place) for place in range(2)] == ["close", "proposee"]
