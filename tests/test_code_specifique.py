"""The code of an employer: made for one employee, given by that person alone, worth a priority, ended at once."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from palier.base import clock, limits
from palier.base.actor import Actor
from palier.base.refusal import NotVisible, Refused
from palier.candidatures import tasks
from palier.candidatures.actions import give_code
from palier.candidatures.facts import has_employeur_priority
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.gateways.sirene import recognise
from palier.journal.models import Event
from palier.organisations.actions import make_code, revoke_code
from palier.organisations.models import CodeSpecifique
from palier.organisations.queries import employeur_of_code
from tests import factories as make
from tests.access.world import subject
from tests.sign_in import key

pytestmark = pytest.mark.django_db
INES = {"nom": "Marchal", "prenom": "Inès", "naissance": date(1992, 3, 2)}


@pytest.fixture(autouse=True)
def the_day() -> None:
    clock.set_now(make.NOW)


def employer(nom: str = "Fonderie d'Essai") -> Actor:
    return make.make_agent(make.make_organisation("employeur", nom))[1]


def give(demande: Demande, code: str, at: Any = make.NOW) -> Demande:
    return give_code(demande_id=demande.pk, code=code, by=make.actor_of(demande.titulaire), at=at)


def refused(call: Any, *args: Any, **named: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **named)
    return caught.value


def test_a_code_is_said_once_and_neither_it_nor_the_name_is_kept():
    code = make_code(**INES, by=employer(), at=make.NOW)
    found = recognise(code)
    assert found is not None
    assert found.slug == "code_specifique"
    row = CodeSpecifique.objects.get()
    stored = " ".join(str(value) for value in vars(row).values())
    assert code not in stored
    assert "marchal" not in stored.lower()
    assert (row.fin, row.expire_le - row.cree_le) == (code[-4:], timedelta(days=365))
    assert not any("marchal" in str(event.__dict__).lower() for event in Event.objects.all())


@pytest.mark.parametrize("prenom", ["ines", "INÈS Marie", "Inès"])
def test_the_person_whose_name_it_bears_gives_it_however_it_was_typed(prenom):
    by, demande = employer(), make.make_demande()
    code = make_code(nom="MARCHAL", prenom=prenom, naissance=INES["naissance"], by=by, at=make.NOW)
    kept = give(demande, f" {code[:2].lower()}-{code[2:6]} {code[6:].lower()}")
    assert kept.code_specifique == CodeSpecifique.objects.get().pk
    found = employeur_of_code(kept.code_specifique, make.NOW)
    assert found is not None
    assert found.pk == by.organisation_id
    assert give(demande, "").code_specifique is None


def test_unknown_expired_ended_and_somebody_elses_codes_are_refused_in_the_same_words():
    by, demande = employer(), make.make_demande()
    other = make_code(nom="Autre", prenom="Inès", naissance=INES["naissance"], by=by, at=make.NOW)
    born = make_code(**{**INES, "naissance": date(1992, 3, 3)}, by=by, at=make.NOW)
    old = make_code(**INES, by=by, at=make.NOW - timedelta(days=365))
    fresh = make_code(**INES, by=by, at=make.NOW)
    revoke_code(code_id=CodeSpecifique.objects.get(fin=fresh[-4:]).pk, by=by, at=make.NOW)
    every = [refused(give, demande, code) for code in (other, born, old, fresh, "ES" + "A" * 8)]
    said = {(each.code, each.detail, each.mend) for each in every}
    assert len(said) == 1
    assert next(iter(said))[0] == "code_employeur"


def test_another_code_in_this_field_is_named():
    no = refused(give, make.make_demande(), "732 829 320 00074")
    assert no.code == "code_employeur_confondu"
    assert "SIRET" in no.detail
    assert "ES" in no.mend


def test_a_new_code_ends_the_former_one_of_the_same_person_alone():
    by = employer()
    make_code(**INES, by=by, at=make.NOW)
    make_code(**{**INES, "nom": "Autre"}, by=by, at=make.NOW)
    make_code(**INES, by=by, at=make.NOW + timedelta(hours=1))
    assert CodeSpecifique.objects.count() == 3
    assert CodeSpecifique.objects.filter(revoque_le=None).count() == 2


def test_only_the_company_ends_its_codes_and_only_employers_make_them():
    by = employer()
    make_code(**INES, by=by, at=make.NOW)
    row = CodeSpecifique.objects.get()
    for actor in (employer("Autre usine"), make.make_bailleur()[1], Actor.anonymous()):
        with pytest.raises(NotVisible):
            revoke_code(code_id=row.pk, by=actor, at=make.NOW)
    with pytest.raises(NotVisible):
        make_code(**INES, by=make.make_bailleur()[1], at=make.NOW)


def test_a_company_makes_a_bounded_number_of_codes(monkeypatch):
    by = employer()
    real = limits.value
    monkeypatch.setattr(limits, "value", lambda name: 1 if name == "code_specifique_nombre" else real(name))
    make_code(**INES, by=by, at=make.NOW)
    assert refused(make_code, **INES, by=by, at=make.NOW + timedelta(hours=23)).status == 429
    make_code(**INES, by=by, at=make.NOW + timedelta(hours=25))


def test_the_code_gives_points_on_what_this_employer_reserves_and_they_end_with_it():
    by, demande = employer(), make.make_demande()
    agent = make.make_bailleur()[1]
    reserved = make.make_offre(agent, reservataire_id=by.organisation_id)
    other = make.make_offre(agent, reservataire_id=employer("Autre usine").organisation_id)
    free = make.make_offre(agent)
    rows = [make.make_candidature(each, demande) for each in (reserved, other, free)]
    before = [row.points for row in rows]
    kept = give(demande, make_code(**INES, by=by, at=make.NOW))
    assert [has_employeur_priority(kept, each) for each in (reserved, other, free)] == [True, False, False]
    gained = [Candidature.objects.get(pk=row.pk).points - old for row, old in zip(rows, before, strict=True)]
    assert gained[0] > 0
    assert gained[1:] == [0, 0]
    revoke_code(code_id=CodeSpecifique.objects.get().pk, by=by, at=make.NOW)
    tasks.count_without_code(Event.objects.get(kind="code_specifique.revoque").pk)
    assert [Candidature.objects.get(pk=row.pk).points for row in rows] == before


def desk(by: Actor) -> Client:
    user = make.User.objects.get(pk=by.user_id)
    return subject("employeur.own", user, by).client


@pytest.mark.web
def test_the_desk_makes_a_code_lists_it_and_ends_it():
    client = desk(employer())
    born = {"naissance_jour": "2", "naissance_mois": "3", "naissance_annee": "1992"}
    body = {"cle": key(), "prenom": "Inès", "nom": "Marchal", **born}
    made, again = client.post("/employeur/", body), client.post("/employeur/", body)
    code = re.search(r'id="code">(ES-\w{4}-\w{4})<', made.content.decode())
    assert code
    assert code[1] in again.content.decode()
    assert CodeSpecifique.objects.count() == 1
    page = client.get("/employeur/").content.decode()
    assert f"…{code[1][-4:]}" in page
    assert code[1] not in page
    row = CodeSpecifique.objects.get()
    assert client.post(f"/employeur/codes/{row.pk}/revoquer/", {"cle": key()}).status_code == 303
    assert "arrêté" in client.get("/employeur/").content.decode()


@pytest.mark.web
def test_the_person_gives_the_code_on_a_page_and_a_siret_typed_there_is_named():
    by, demande = employer(), make.make_demande()
    client = Client()
    client.force_login(demande.titulaire)
    wrong = client.post("/demande/employeur/code/", {"cle": key(), "code": "73282932000074"})
    assert wrong.status_code == 422
    assert "C&#x27;est un SIRET" in wrong.content.decode()
    code = make_code(**INES, by=by, at=make.NOW)
    assert client.post("/demande/employeur/code/", {"cle": key(), "code": code}).status_code == 303
    assert "Fonderie d&#x27;Essai" in client.get("/demande/employeur/code/").content.decode()
