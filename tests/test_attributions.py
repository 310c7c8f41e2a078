"""From the frozen list to the lease: contacts in order, désignation, agenda."""

from __future__ import annotations

from datetime import timedelta

import pytest

from palier.attributions import actions
from palier.attributions.models import Contact, Designation, Dossier, RangPasse
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.models import Candidature
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = pytest.mark.django_db
LATER = kit.CLOSED + timedelta(days=1)


def contact(world: kit.World, place: int, type: str = "contacte"):
    return actions.record_contact(
        candidature_id=world.candidates[place].pk, type=type, by=world.reservataire, at=kit.CLOSED
    )


def designate(world: kit.World, places: list[int], skipped: dict[int, str] | None = None):
    choices = [world.candidates[place].pk for place in places]
    words = {world.candidates[place].pk: text for place, text in (skipped or {}).items()}
    return actions.designate(
        offre_id=world.offre.pk, choices=choices, skipped=words, by=world.reservataire, at=kit.CLOSED
    )


def test_first_contact_opens_the_designation():
    world = kit.closed()
    contact(world, 0)
    assert world.offre_state() == "en_designation"
    assert Contact.objects.get().type == "contacte"


def test_contacts_follow_the_list():
    world = kit.closed()
    with pytest.raises(Refused, match="Le rang 1 n'a pas encore été contacté"):
        contact(world, 1)
    contact(world, 0)
    contact(world, 1)
    with pytest.raises(Refused, match="n'a pas encore été contactée"):
        contact(world, 2, "presente")


def test_an_answer_follows_a_contact_and_a_loss_is_final():
    world = kit.closed()
    contact(world, 0)
    contact(world, 0, "retire")
    with pytest.raises(Refused, match="Après «\u00a0Ne souhaite plus ce logement\u00a0»"):
        contact(world, 0)


def test_three_files_at_least():
    world = kit.closed()
    with pytest.raises(Refused, match="au moins 3"):
        designate(world, [0, 1])
    assert world.state(0) == "deposee"
    assert len(designate(world, [0, 1, 2])) == 3
    assert [world.state(place) for place in range(4)] == ["designee", "designee", "designee", "deposee"]


def test_fewer_files_when_there_are_no_more_candidates():
    world = kit.closed(2)
    assert len(designate(world, [0, 1])) == 2


def test_a_better_rank_is_left_out_with_a_reason_only():
    world = kit.closed(5)
    with pytest.raises(Refused, match="Raison pour le rang 2"):
        designate(world, [0, 2, 3])
    designate(world, [0, 2, 3], {1: "Le logement est au 4e étage sans ascenseur."})
    assert RangPasse.objects.get().motif == {"texte": "Le logement est au 4e étage sans ascenseur."}
    marks = Designation.objects.order_by("rang_vu").values_list("rang_vu", "hors_ordre")
    assert list(marks) == [(1, False), (3, True), (4, True)]


def test_a_reason_is_never_empty_nor_longer_than_500():
    world = kit.closed(5)
    with pytest.raises(Refused, match="doit pouvoir lire une raison"):
        designate(world, [0, 2, 3], {1: "   "})
    with pytest.raises(Refused, match="compte 501 caractères"):
        designate(world, [0, 2, 3], {1: "x" * 501})


def test_a_loss_contact_needs_no_other_reason():
    world = kit.closed(4)
    contact(world, 0)
    contact(world, 0, "injoignable")
    designate(world, [1, 2, 3])
    assert not RangPasse.objects.exists()
    assert not Designation.objects.filter(hors_ordre=True).exists()


def test_designation_needs_the_number():
    world = kit.closed(3)
    make.make_demande(state="deposee")
    offre = make.make_offre(world.bailleur)
    for _ in range(3):
        make.make_candidature(offre, state="deposee")
    make.make_closed(offre)
    choices = list(Candidature.objects.filter(offre=offre).values_list("pk", flat=True))
    with pytest.raises(Refused, match="pas encore de numéro unique"):
        actions.designate(offre_id=offre.pk, choices=choices, skipped={}, by=world.bailleur, at=kit.CLOSED)


def test_only_the_reservataire_of_the_dwelling_designates():
    world = kit.closed()
    choices = [each.pk for each in world.candidates[:3]]
    stranger = make.make_reservataire()[1]
    with pytest.raises(NotVisible):
        actions.designate(offre_id=world.offre.pk, choices=choices, skipped={}, by=stranger, at=kit.CLOSED)
    with pytest.raises(Refused, match="Ce logement est réservé"):
        actions.designate(offre_id=world.offre.pk, choices=choices, skipped={}, by=world.bailleur, at=kit.CLOSED)


def test_the_bailleur_designates_for_its_own_dwellings():
    world = kit.designated(reserved=False)
    assert world.state(0) == "designee"


def test_a_withdrawn_candidate_cannot_be_designated():
    world = kit.closed(4)
    from_page = [0, 1, 2]
    kit_withdraw(world, 1)
    with pytest.raises(Refused, match="n'est plus disponible"):
        designate(world, from_page)
    assert not Designation.objects.exists()


def kit_withdraw(world: kit.World, place: int) -> None:
    make.candidatures.withdraw_candidature(
        candidature_id=world.candidates[place].pk, by=world.person(place), at=kit.CLOSED
    )


def test_the_agenda_tells_everybody_else_why():
    world = kit.closed(6)
    contact(world, 0)
    contact(world, 0, "injoignable")
    designate(world, [2, 3, 4], {1: "Le foyer déclaré demande un T4."})
    seance = actions.prepare_seance(prevue_le=kit.SEANCE, offre_ids=[world.offre.pk], by=world.bailleur, at=LATER)
    assert Dossier.objects.filter(seance=seance).count() == 3
    assert world.offre_state() == "en_commission"
    rows = [Candidature.objects.get(pk=each.pk) for each in world.candidates]
    assert [row.state for row in rows] == [
        "non_designee",
        "non_designee",
        "inscrite",
        "inscrite",
        "inscrite",
        "non_designee",
    ]
    assert [rows[0].motif_fin, rows[1].motif_fin, rows[5].motif_fin] == ["injoignable", "rang", "rang"]
    assert rows[1].explication == {"texte": "Le foyer déclaré demande un T4."}


def test_an_agenda_is_convened_with_the_members_of_the_bailleur():
    world = kit.seated()
    assert world.seance is not None
    assert list(world.seance.membres.values_list("user_id", flat=True)) == [world.membre_user.pk]


def test_nobody_left_ends_the_offre():
    world = kit.closed(1)
    with pytest.raises(Refused, match="peuvent encore être désignées"):
        actions.declare_fruitless(offre_id=world.offre.pk, by=world.bailleur, at=LATER)
    contact(world, 0)
    contact(world, 0, "loge_ailleurs")
    actions.declare_fruitless(offre_id=world.offre.pk, by=world.bailleur, at=LATER)
    row = Candidature.objects.get(pk=world.candidates[0].pk)
    assert (world.offre_state(), row.state, row.motif_fin) == ("infructueuse", "non_designee", "loge_ailleurs")
