"""The bailleur's desk: from a programme to the signed lease, and what it may not see."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from palier.attributions import actions as attributions
from palier.attributions import queries
from palier.base import clock
from palier.base.ids import new_id
from palier.demandes import actions as demandes
from palier.demandes.models import Demande, Personne
from palier.journal.models import AccessLine
from palier.parc.models import Logement, Offre, Programme
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.web]


def name_of(world: kit.World, place: int) -> str:
    person = Personne.objects.get(demande=world.candidates[place].demande, role="demandeur")
    return f"{person.identite['prenom']} {person.identite['nom']}"


def test_programme_logement_offre_publication():
    clock.set_now(make.NOW)
    make.make_communes()
    make.make_grille()
    browser = kit.client_of(make.make_bailleur()[1])
    done = kit.post(
        browser, reverse("bailleur:programmes"), nom="Les Tilleuls", commune="Nantes", adresse="1 rue Haute"
    )
    assert done.status_code == 303
    programme = Programme.objects.get(nom="Les Tilleuls")
    made = kit.post(
        browser, reverse("bailleur:programme", args=[programme.pk]), numero="12", typologie="T3", surface="62,5",
        etage="2", financement="PLUS", loyer_hc_cents="540", charges_cents="80",
    )  # fmt: skip
    assert made.status_code == 303
    logement = Logement.objects.get(programme=programme)
    assert (logement.loyer_cc_cents, str(logement.surface)) == (62_000, "62.50")
    draft = kit.post(browser, made["Location"], **day("disponible_le", 4, 1, 2027))
    assert draft.status_code == 303, draft.content.decode()[:3000]
    offre = Offre.objects.get(logement=logement)
    window = {"debut": "maintenant", **day("cloture_le", 30, 11, 2026)}
    assert kit.post(browser, reverse("bailleur:publier", args=[offre.pk]), **window).status_code == 303
    offre.refresh_from_db()
    assert offre.state == "publiee"
    page = browser.get(reverse("bailleur:offre", args=[offre.pk])).content.decode()
    assert "0 candidature" in page
    gone = kit.post(browser, reverse("bailleur:retirer", args=[offre.pk]), motif="travaux")
    assert gone.status_code == 303
    assert Offre.objects.get(pk=offre.pk).state == "retiree"


def day(name: str, number: int, month: int, year: int) -> dict[str, str]:
    """The three parts of a day, under both ways of naming them."""
    parts = {"jour": number, "mois": month, "annee": year}
    return {f"{name}_{part}": str(value) for part, value in parts.items()}


def test_bad_input_is_said_and_what_was_typed_stays():
    clock.set_now(make.NOW)
    browser = kit.client_of(make.make_bailleur()[1])
    answer = kit.post(browser, reverse("bailleur:programmes"), nom="Les Ormes", commune="Zzz", adresse="1 rue Haute")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Les Ormes" in page
    assert "Aucune commune" in page


def test_nothing_is_seen_before_the_closing_but_a_count():
    world_offre = make.make_offre(by := make.make_bailleur()[1])
    rows = [make.make_candidature(world_offre) for _ in range(2)]
    clock.set_now(make.NOW + timedelta(hours=1))
    browser = kit.client_of(by)
    page = browser.get(reverse("bailleur:candidats_offre", args=[world_offre.pk])).content.decode()
    assert "2 candidatures" in page
    assert rows[0].pseudonyme not in page
    assert "Marchal" not in page


def test_a_reserved_list_is_pseudonymous_until_the_designation():
    world = kit.closed(5)
    clock.set_now(kit.CLOSED)
    browser = kit.client_of(world.bailleur)
    page = browser.get(reverse("bailleur:candidats_offre", args=[world.offre.pk])).content.decode()
    assert world.candidates[0].pseudonyme in page
    assert "Marchal" not in page
    sheet = browser.get(reverse("bailleur:dossier", args=[world.candidates[0].pk])).content.decode()
    assert "Marchal" not in sheet
    lines = AccessLine.objects.filter(role="bailleur")
    assert set(lines.values_list("relation", "classes")) == {("candidate", "P1 P2")}
    assert lines.count() == 6


def test_fewer_than_five_candidates_are_only_counted():
    world = kit.closed(4)
    clock.set_now(kit.CLOSED)
    page = kit.client_of(world.bailleur).get(reverse("bailleur:candidats_offre", args=[world.offre.pk]))
    assert world.candidates[0].pseudonyme not in page.content.decode()


def test_designated_files_are_read_and_each_look_is_written():
    world = kit.designated()
    clock.set_now(kit.CLOSED)
    browser = kit.client_of(world.bailleur)
    page = browser.get(reverse("bailleur:candidats_offre", args=[world.offre.pk])).content.decode()
    assert name_of(world, 0) in page
    assert "3 rue Basse" not in page
    lines = AccessLine.objects.filter(role="bailleur", relation="presented")
    assert {line.person_id for line in lines} == {row.demande.titulaire_id for row in world.candidates[:3]}
    sheet = browser.get(reverse("bailleur:dossier", args=[world.candidates[0].pk])).content.decode()
    assert "Marchal" in sheet
    assert "0199001212" not in sheet


def test_the_telephone_opens_at_the_acceptance_only():
    world = kit.proposed()
    clock.set_now(kit.DECIDED)
    browser = kit.client_of(world.bailleur)
    url = reverse("bailleur:dossier", args=[world.candidates[0].pk])
    assert "0199001212" not in browser.get(url).content.decode()
    kit.answer(world, 0, "accepter", kit.DECIDED)
    assert "0199001212" in browser.get(url).content.decode()
    assert AccessLine.objects.filter(relation="accepted", classes__contains="P3").exists()


def test_what_is_not_mine_is_unknown():
    world = kit.designated()
    clock.set_now(kit.CLOSED)
    browser = kit.client_of(make.make_bailleur()[1])
    for name, pk in (
        ("offre", world.offre.pk),
        ("candidats_offre", world.offre.pk),
        ("dossier", world.candidates[0].pk),
    ):
        refused = browser.get(reverse(f"bailleur:{name}", args=[pk]))
        unknown = browser.get(reverse(f"bailleur:{name}", args=[new_id()]))
        assert refused.status_code == 404
        assert kit.bytes_of(refused) == kit.bytes_of(unknown)


def test_a_withdrawn_candidate_leaves_every_screen():
    world = kit.designated()
    make.candidatures.withdraw_candidature(candidature_id=world.candidates[0].pk, by=world.person(0), at=kit.CLOSED)
    clock.set_now(kit.CLOSED)
    browser = kit.client_of(world.bailleur)
    assert browser.get(reverse("bailleur:dossier", args=[world.candidates[0].pk])).status_code == 404


def test_the_bailleur_designates_on_its_own_dwellings():
    world = kit.closed(4, reserved=False)
    clock.set_now(kit.CLOSED)
    browser = kit.client_of(world.bailleur)
    url = reverse("bailleur:candidats_offre", args=[world.offre.pk])
    page = browser.get(url).content.decode()
    assert world.candidates[0].pseudonyme in page
    assert "Marchal" not in page
    ticked = [str(row.pk) for row in world.candidates[:3]]
    assert kit.post(browser, reverse("bailleur:designer", args=[world.offre.pk]), dossier=ticked).status_code == 303
    assert name_of(world, 0) in browser.get(url).content.decode()


def test_from_the_agenda_to_the_signed_lease():
    world = kit.designated()
    clock.set_now(kit.CLOSED + timedelta(days=1))
    browser = kit.client_of(world.bailleur)
    chosen = {"heure": "14:00", "offres": [str(world.offre.pk)], **day("jour", 8, 12, 2026)}
    made = kit.post(browser, reverse("bailleur:seances"), **chosen)
    assert made.status_code == 303, made.content.decode()[-3000:]
    seance = made["Location"]
    for act in ("convoquer", "ouvrir"):
        assert kit.post(browser, f"{seance}{act}/").status_code == 303
    point = f"{seance}offres/{world.offre.pk}/"
    ballots = {}
    for place, row in enumerate(world.candidates[:3], start=1):
        ballots |= {f"lettre-{row.pk}": "b", f"ordre-{row.pk}": str(place)}
    wrong = kit.post(browser, point, **{**ballots, f"ordre-{world.candidates[2].pk}": "7"})
    assert wrong.status_code == 409
    assert "sans trou" in wrong.content.decode()
    assert 'value="7"' in wrong.content.decode()
    assert kit.post(browser, point, **ballots).status_code == 303
    assert kit.post(browser, f"{seance}clore/").status_code == 303
    assert kit.post(browser, reverse("bailleur:proposer", args=[world.offre.pk])).status_code == 303
    kit.answer(world, 0, "accepter", clock.now())
    proposition = world.proposition(0)
    assert kit.post(browser, reverse("bailleur:preparer_bail", args=[proposition.pk])).status_code == 303
    url = reverse("bailleur:signer", args=[proposition.bail.pk])
    assert "radiée" in browser.get(url).content.decode()
    assert kit.post(browser, url).status_code == 303
    assert world.offre_state() == "pourvue"
    assert "Signé" in browser.get(reverse("bailleur:baux")).content.decode()


def test_a_double_tap_acts_once():
    world = kit.decided()
    clock.set_now(kit.DECIDED)
    browser = kit.client_of(world.bailleur)
    url, cle = reverse("bailleur:proposer", args=[world.offre.pk]), str(uuid.uuid4())
    answers = [browser.post(url, {"cle": cle}) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    again = kit.post(browser, url)
    assert again.status_code == 409
    assert "déjà en cours" in again.content.decode()


def test_an_annulled_proposition_passes_to_the_next():
    world = kit.proposed()
    clock.set_now(kit.DECIDED)
    browser = kit.client_of(world.bailleur)
    url = reverse("bailleur:annuler", args=[world.proposition(0).pk])
    assert kit.post(browser, url).status_code == 422
    assert kit.post(browser, url, motif="dossier_inexact", texte="Le contrat a pris fin.").status_code == 303
    assert [world.state(0), world.state(1)] == ["close", "proposee"]


def test_the_counter_opens_identity_alone_and_records_a_piece():
    clock.set_now(make.NOW)
    demande = make.make_demande(state="deposee")
    code = demandes.issue_counter_code(demande_id=demande.pk, by=make.actor_of(demande.titulaire), at=make.NOW)
    browser = kit.client_of(make.make_bailleur()[1])
    wrong = kit.post(browser, reverse("bailleur:guichet"), code="AAAA2222")
    assert wrong.status_code == 422
    opened = kit.post(browser, reverse("bailleur:guichet"), code=code)
    assert opened.status_code == 303
    page = browser.get(opened["Location"]).content.decode()
    assert "Marchal" in page
    assert "1720" not in page
    assert AccessLine.objects.filter(relation="code", person_id=demande.titulaire_id).exists()
    seen = kit.post(browser, opened["Location"], code="ID_FR", **day("vue_le", 24, 11, 2026))
    assert seen.status_code == 303, seen.content.decode()[-3000:]
    demandes.send_waiting(demande_id=demande.pk, at=clock.now())
    assert Demande.objects.get(pk=demande.pk).state == "active"
    other = kit.client_of(make.make_bailleur()[1])
    assert other.get(opened["Location"]).status_code == 404


def test_before_the_closing_a_file_is_not_read():
    _, bailleur = make.make_bailleur()
    contingent, reservataire = make.make_reservataire()
    row = make.make_candidature(make.make_offre(bailleur, reservataire_id=contingent.pk))
    clock.set_now(make.NOW)
    assert kit.client_of(bailleur).get(reverse("bailleur:dossier", args=[row.pk])).status_code == 404
    assert kit.client_of(reservataire).get(reverse("reservataire:dossier", args=[row.pk])).status_code == 404
    assert not AccessLine.objects.filter(object_id=row.pk).exists()


def test_contacts_are_told_to_whoever_designates_then_after_the_presentation():
    world = kit.closed()
    by, first = world.reservataire, world.candidates[0]
    attributions.record_contact(candidature_id=first.pk, type="contacte", by=by, at=kit.CLOSED)
    clock.set_now(kit.CLOSED)
    url = reverse("bailleur:offre", args=[world.offre.pk])
    assert first.pseudonyme not in kit.client_of(world.bailleur).get(url).content.decode()
    assert [fact for fact in queries.register(world.offre, by=by) if first.pseudonyme in fact.texte]
    choices = [each.pk for each in world.candidates[:3]]
    attributions.designate(offre_id=world.offre.pk, choices=choices, skipped={}, by=by, at=kit.CLOSED)
    attributions.prepare_seance(prevue_le=kit.SEANCE, offre_ids=[world.offre.pk], by=world.bailleur, at=kit.CLOSED)
    assert first.pseudonyme in kit.client_of(world.bailleur).get(url).content.decode()


def test_contacts_on_own_dwellings_are_told_to_the_bailleur():
    world = kit.closed(reserved=False)
    first = world.candidates[0]
    attributions.record_contact(candidature_id=first.pk, type="contacte", by=world.bailleur, at=kit.CLOSED)
    assert [fact for fact in queries.register(world.offre, by=world.bailleur) if first.pseudonyme in fact.texte]


@pytest.mark.parametrize(("number", "lines"), [(5, 5), (4, 0)])
def test_the_public_list_of_a_reserved_dwelling_leaves_a_line_each(number, lines):
    world = kit.closed(number)
    clock.set_now(kit.CLOSED)
    page = kit.client_of(world.bailleur).get(reverse("bailleur:candidats_offre", args=[world.offre.pk]))
    assert (world.candidates[0].pseudonyme in page.content.decode()) is bool(lines)
    written = AccessLine.objects.filter(relation="candidate", purpose="candidature.lire")
    assert [line.classes for line in written] == ["P1 P2"] * lines


def test_the_designation_list_records_what_it_shows():
    world = kit.closed(reserved=False)
    clock.set_now(kit.CLOSED)
    assert (
        kit.client_of(world.bailleur).get(reverse("bailleur:candidats_offre", args=[world.offre.pk])).status_code == 200
    )
    written = AccessLine.objects.filter(relation="own_contingent", purpose="candidature.designer")
    assert [line.classes for line in written] == ["P1 P2 P4"] * 4
    assert {line.person_id for line in written} == {row.demande.titulaire_id for row in world.candidates}
