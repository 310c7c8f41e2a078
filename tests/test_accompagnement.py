"""An adviser's door: who follows, who may open for half an hour, what each reads, and what closes it (AC-4, AC-5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from palier.accompagnement import actions, queries, tasks
from palier.accompagnement.models import AccesUrgence, Assignation
from palier.base.actor import Actor
from palier.base.refusal import NotVisible, Refused
from palier.demandes.models import Demande, Fichier
from palier.gateways import mail
from palier.journal.models import AccessLine, Event
from palier.organisations.models import Role
from tests import factories as make
from tests.accompagnement_kit import make_agence, make_conseiller, make_waiting

pytestmark = pytest.mark.django_db
AT = make.NOW
REASON = "Expulsion prévue demain, la personne est au guichet."


@pytest.fixture
def demande() -> Demande:
    return make.make_demande(filed=AT - timedelta(days=400))


@pytest.fixture
def agence() -> Any:
    return make_agence("44")


def relation(by: Actor, demande: Demande, at: Any = AT) -> str:
    return queries.relation_of(by, demande, at)[0]


def test_the_relation_comes_from_rows_of_this_instant(demande: Demande, agence: Any):
    by, colleague = make_conseiller(agence)[1], make_conseiller(agence)[1]
    far = make_conseiller(make_agence("13"))[1]
    assert [relation(each, demande) for each in (by, colleague, far)] == ["same_agency", "same_agency", "other_agency"]
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    assert [relation(each, demande) for each in (by, colleague, far)] == ["assigned", "same_agency", "other_agency"]
    actions.release_demande(demande_id=demande.pk, by=by, at=AT)
    assert relation(by, demande) == "same_agency"
    assert relation(Actor(by.user_id, "bailleur", by.organisation_id), demande) == "none"
    assert relation(Actor(by.user_id, "conseiller", far.organisation_id), demande) == "other_agency"


def test_one_adviser_at_a_time_and_the_person_is_told(demande: Demande, agence: Any, settings: Any, tmp_path: Any):
    settings.PALIER_COURRIER = tmp_path
    by, colleague = make_conseiller(agence)[1], make_conseiller(agence)[1]
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    with pytest.raises(Refused) as refused:
        actions.assign_demande(demande_id=demande.pk, by=colleague, at=AT)
    assert refused.value.code == "deja_suivie"
    event = Event.objects.get(kind="assignation.ouverte")
    tasks.send_assigned(event.pk)
    tasks.send_assigned(event.pk)
    [told] = mail.list_delivered(demande.titulaire.email)
    assert told.subject == "Un conseiller suit votre demande"
    assert agence.nom in told.text


def test_a_draft_and_another_agency_do_not_exist(agence: Any):
    by = make_conseiller(agence)[1]
    draft = make.make_demande(state="brouillon")
    far = make_conseiller(make_agence("13"))[1]
    filed = make.make_demande(filed=AT - timedelta(days=10))
    for who, demande in ((by, draft), (far, filed)):
        for act in (actions.assign_demande, lambda **said: actions.open_urgence(motif=REASON, **said)):
            with pytest.raises(NotVisible):
                act(demande_id=demande.pk, by=who, at=AT)


@pytest.mark.parametrize("motif", ["", "urgent", "   dix-neuf   lettres  ", "x" * 19])
def test_break_glass_without_twenty_characters_is_refused(demande: Demande, agence: Any, motif: str):
    by = make_conseiller(agence)[1]
    with pytest.raises(Refused) as refused:
        actions.open_urgence(demande_id=demande.pk, motif=motif, by=by, at=AT)
    assert refused.value.code == "urgence_motif"
    assert not AccesUrgence.objects.exists()
    assert relation(by, demande) == "same_agency"


def test_break_glass_lasts_half_an_hour_and_writes_each_read(demande: Demande, agence: Any):
    by = make_conseiller(agence)[1]
    actions.open_urgence(demande_id=demande.pk, motif=REASON, by=by, at=AT)
    last, over = AT + timedelta(minutes=29, seconds=59), AT + timedelta(minutes=30)
    assert relation(by, demande, last) == "break_glass"
    before = AccessLine.objects.count()
    sheet = queries.sheet(queries.opened(by, demande.pk, last), by, last)
    lines = list(AccessLine.objects.filter(relation="break_glass"))
    assert len(lines) == AccessLine.objects.count() - before == 1 + len(sheet.personnes)
    assert {line.person_id for line in lines} == {demande.titulaire_id}
    assert not any("P6" in line.classes.split() for line in lines)
    with pytest.raises(NotVisible):
        queries.opened(by, demande.pk, over)
    with pytest.raises(NotVisible):
        queries.opened(by, demande.pk, last, "piece.verifier")


def test_break_glass_never_opens_what_is_protected(demande: Demande, agence: Any):
    by = make_conseiller(agence)[1]
    actions.open_urgence(demande_id=demande.pk, motif=REASON, by=by, at=AT)
    found = queries.opened(by, demande.pk, AT)
    protected = {name for model in (Demande, type(demande.personnes.all()[0])) for name, said in
                 model.field_classes.items() if said in ("P6", "P7")}  # fmt: skip
    assert not protected & set(queries.SHEET + queries.PERSONNE)
    assert "numero" in queries.sheet(found, by, AT).demande


def test_the_person_learns_of_a_break_glass_by_mail_without_its_reason(
    demande: Demande, agence: Any, settings: Any, tmp_path: Any
):
    settings.PALIER_COURRIER = tmp_path
    actions.open_urgence(demande_id=demande.pk, motif=REASON, by=make_conseiller(agence)[1], at=AT)
    event = Event.objects.get(kind="urgence.ouverte")
    assert event.at == AT
    tasks.send_broken_open(event.pk)
    [told] = mail.list_delivered(demande.titulaire.email)
    assert told.subject == "Votre dossier a été ouvert"
    assert "Expulsion" not in told.text + told.html
    assert queries.urgences_of(demande.pk)[0].motif == {"texte": REASON}


def test_leaving_ends_what_was_followed(demande: Demande, agence: Any):
    user, by = make_conseiller(agence)
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    admin = make.make_agent(agence, Role.ADMIN)[1]
    said = {"user_id": user.pk, "organisation_id": agence.pk, "at": AT}
    with pytest.raises(NotVisible):
        actions.unassign_conseiller(by=by, **said)
    assert actions.unassign_conseiller(by=admin, **said) == 1
    assert Assignation.objects.get().fin_le == AT
    with pytest.raises(NotVisible):
        queries.opened(by, demande.pk, AT)


def test_a_search_shows_initials_and_the_number_in_the_agency_alone(demande: Demande, agence: Any):
    by, far = make_conseiller(agence)[1], make_conseiller(make_agence("13"))[1]
    numero = demande.numero["numero_unique"]
    [found] = queries.search(by, f" {numero} ", AT)
    assert (found.id, found.numero, found.suivie) == (demande.pk, numero, False)
    assert len(found.initiales) == 5
    line = AccessLine.objects.get(purpose=queries.SEARCH)
    assert (line.classes, line.relation) == ("P2", "same_agency")
    assert queries.search(far, numero, AT) == []
    assert queries.search(by, numero[:-1], AT) == []


def test_a_piece_is_validated_or_refused_for_a_reason_of_the_list(demande: Demande, agence: Any):
    by = make_conseiller(agence)[1]
    piece, other = make_waiting(demande), make_waiting(demande, "BULLETINS_SALAIRE")
    with pytest.raises(NotVisible):
        actions.verify_piece(piece_id=piece.pk, by=by, at=AT)
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    done = actions.verify_piece(piece_id=piece.pk, by=by, at=AT)
    assert (done.state, done.vue_par, done.organisation_id) == ("validee", by.user_id, agence.pk)
    with pytest.raises(Refused) as refused:
        actions.verify_piece(piece_id=other.pk, motif="tete_du_client", by=by, at=AT)
    assert refused.value.code == "motif_inconnu"
    gone = actions.verify_piece(piece_id=other.pk, motif="illisible", by=by, at=AT)
    assert (gone.state, gone.motif_refus) == ("refusee", "illisible")
    with pytest.raises(Refused):
        actions.verify_piece(piece_id=other.pk, motif="illisible", by=by, at=AT)


def test_validating_takes_the_place_of_the_former_piece(demande: Demande, agence: Any):
    by = make_conseiller(agence)[1]
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    first, second = make_waiting(demande), make_waiting(demande)
    actions.verify_piece(piece_id=first.pk, by=by, at=AT)
    actions.verify_piece(piece_id=second.pk, by=by, at=AT)
    states = dict(demande.pieces.filter(code=first.code).values_list("pk", "state"))
    assert (states[first.pk], states[second.pk]) == ("retiree", "validee"), "nothing is to replace"


def test_a_piece_that_grew_while_it_was_looked_at_is_looked_at_again(demande: Demande, agence: Any):
    by = make_conseiller(agence)[1]
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    piece = make_waiting(demande)
    seen = queries.seen_of(piece)
    Fichier.objects.create(
        piece=piece, ordre=1, objet="plus.pdf.scelle", cle=b"", empreinte="", octets=1, pages=1, recu_le=AT
    )
    with pytest.raises(Refused, match="a changé pendant que vous la regardiez"):
        actions.verify_piece(piece_id=piece.pk, seen=seen, by=by, at=AT)
    done = actions.verify_piece(piece_id=piece.pk, seen=queries.seen_of(piece), by=by, at=AT)
    assert done.state == "validee"


def test_what_an_adviser_validates_still_ends(demande: Demande, agence: Any):
    by = make_conseiller(agence)[1]
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    done = actions.verify_piece(piece_id=make_waiting(demande, "AVIS_IMPOT_N2").pk, by=by, at=AT)
    assert done.expire_le == date(AT.year, 12, 31)
    slips = actions.verify_piece(piece_id=make_waiting(demande, "BULLETINS_SALAIRE").pk, by=by, at=AT)
    assert slips.expire_le is not None


def test_what_a_person_adds_freely_is_not_shown(demande: Demande, agence: Any):
    by = make_conseiller(agence)[1]
    actions.assign_demande(demande_id=demande.pk, by=by, at=AT)
    private = make_waiting(demande, "RIB")
    with pytest.raises(NotVisible):
        actions.verify_piece(piece_id=private.pk, by=by, at=AT)
    assert private.pk not in {each.pk for each in queries.pieces_of(queries.opened(by, demande.pk, AT), by, AT)}


def test_the_worklist_puts_first_what_can_be_unblocked(agence: Any, django_assert_max_num_queries: Any):
    by = make_conseiller(agence)[1]
    rows = [make.make_demande(filed=AT - timedelta(days=100)) for _ in range(4)]
    for row in rows:
        actions.assign_demande(demande_id=row.pk, by=by, at=AT)
    make_waiting(rows[2])
    with django_assert_max_num_queries(10):
        found = queries.worklist(by, AT)
    assert (found[0].id, found[0].a_verifier) == (rows[2].pk, 1)
    assert {each.id for each in found} == {each.pk for each in rows}
    assert AccessLine.objects.filter(relation="assigned").count() == 4
