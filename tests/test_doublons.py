"""Duplicates: found by a blind index, labelled for both, joined by the person alone, never deleted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from palier.attributions.actions import join_demandes
from palier.base.actor import Actor
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.models import Candidature
from palier.demandes import actions
from palier.demandes.actions.doublons import identity_index
from palier.demandes.models import Demande, Doublon, Echange
from palier.demandes.queries import step_values
from palier.demandes.queries.doublons import doublons_of, duplicate_sentence
from palier.journal.mover import act, lock, move
from tests import factories as make
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
AT = make.NOW
WHO = {"nom": "N'Diaye-Lefèvre", "prenom": "Zoé", "naissance": date(1988, 4, 9)}


def person(at: Any = AT, *, state: str = "deposee", **who: Any) -> Demande:
    said = {**make.STEPS["identite"], **WHO, **who}
    return make.make_demande(state=state, filed=at, at=at, identite=said)


def fresh(demande: Demande) -> Demande:
    return Demande.objects.get(pk=demande.pk)


def by(demande: Demande) -> Actor:
    return make.actor_of(demande.titulaire)


@act
def judged(row: Doublon, transition: str) -> Doublon:
    adviser = Actor(make.make_user().pk, "conseiller", uuid4())
    (held,) = lock((Doublon, row.pk))
    move(held, transition, by=adviser, at=AT)
    return Doublon.objects.get(pk=row.pk)


def test_the_same_person_twice_is_labelled_for_both_whatever_the_spelling():
    first = person(AT - timedelta(days=300))
    second = person(nom="NDIAYE LEFEVRE", prenom="zoe")
    (row,) = Doublon.objects.all()
    assert (row.ancienne_id, row.recente_id, row.indices) == (first.pk, second.pk, ["identite"])
    assert "Une autre demande porte votre nom" in duplicate_sentence(doublons_of(fresh(first)))
    assert doublons_of(fresh(second)) == []  # a name without an identity piece is told of nobody
    assert WHO["nom"] not in str(Demande.objects.values_list("identite_index", flat=True))


@pytest.mark.parametrize("other", [{"naissance": date(1988, 4, 10)}, {"prenom": "Chloé"}, {"nom": "Diallo"}])
def test_another_person_is_no_duplicate(other: dict[str, Any]):
    person(AT - timedelta(days=300))
    person(**other)
    assert not Doublon.objects.exists()


def test_one_demande_in_each_territory_is_lawful():
    person(AT - timedelta(days=300))
    said = {**make.STEPS["identite"], **WHO}
    make.make_communes()
    away = make.make_demande(state="brouillon", identite=said)
    data = {"prioritaires": ["35238"], "secondaires": []}
    now = fresh(away)
    actions.save_step(demande_id=now.pk, step="perimetre", data=data, version=now.version, by=by(now), at=AT)
    actions.submit_demande(demande_id=now.pk, by=by(now), at=AT)
    assert not Doublon.objects.exists()


def test_an_identity_mended_after_filing_is_compared_again():
    person(AT - timedelta(days=300))
    second = person(prenom="Chloé")
    now = fresh(second)
    data = step_values(now, "identite") | {"prenom": "Zoé"}
    actions.save_step(demande_id=now.pk, step="identite", data=data, version=now.version, by=by(now), at=AT)
    assert Doublon.objects.count() == 1


def test_the_blind_index_waits_for_the_whole_identity():
    assert identity_index({"nom": "Lefèvre", "prenom": "Zoé"}) == ""
    assert identity_index({"nom": "Lefèvre", "prenom": "", "naissance": "1988-04-09"}) == ""


def test_joined_by_the_person_the_longest_seniority_stays_and_nothing_is_deleted():
    old = person(AT - timedelta(days=300), state="active")
    new = person(state="active")
    (row,) = Doublon.objects.all()
    candidature = make.make_candidature(demande=old)
    judged(row, "proposer")
    stranger = make.make_demande(identite={**make.STEPS["identite"], "prenom": "Ana"})
    for nobody in (by(stranger), Actor(None, "demandeur")):
        with pytest.raises(NotVisible):
            join_demandes(doublon_id=row.pk, by=nobody, at=AT)
    assert "propose de réunir" in duplicate_sentence(doublons_of(fresh(old)))
    kept = join_demandes(doublon_id=row.pk, by=by(old), at=AT)
    assert kept.pk == new.pk
    assert fresh(new).deposee_le == (AT - timedelta(days=300)).date()
    assert (fresh(old).state, fresh(old).motif_radiation) == ("radiee", "renonciation")
    assert Doublon.objects.get().state == "fusionne"
    assert not Candidature.objects.get(pk=candidature.pk).is_live
    assert Echange.objects.get(demande=old, state="a_envoyer").operation == "radiation"
    assert fresh(old).personnes.count() == fresh(new).personnes.count()


def test_nobody_joins_a_demande_that_ended_meanwhile():
    old, new = person(AT - timedelta(days=300), state="active"), person(state="active")
    judged(Doublon.objects.get(), "proposer")
    actions.renounce_demande(demande_id=old.pk, by=by(old), at=AT)
    with pytest.raises(Refused, match="a pris fin"):
        join_demandes(doublon_id=Doublon.objects.get().pk, by=by(new), at=AT)
    assert fresh(new).state == "active"


def test_the_register_hears_the_seniority_that_was_kept():
    person(AT - timedelta(days=300), state="active")
    new = person(state="active")
    (row,) = Doublon.objects.all()
    judged(row, "proposer")
    join_demandes(doublon_id=row.pk, by=by(row.ancienne), at=AT)
    assert Echange.objects.get(demande=new, state="a_envoyer").operation == "modification"


def test_on_the_page_the_person_joins_or_keeps_both_once_an_adviser_proposed():
    old = person(AT - timedelta(days=300))
    person()
    (row,) = Doublon.objects.all()
    client, path = Client(), f"/demande/doublon/{row.pk}/"
    sign_in(client, old.titulaire)
    assert client.get(path).status_code == 404
    judged(row, "proposer")
    assert "Réunir deux demandes" in client.get(path).content.decode()
    assert client.post(path, {"cle": str(uuid4())}).status_code == 422
    assert client.post(path, {"cle": str(uuid4()), "reponse": "garder"}).status_code == 303
    assert Doublon.objects.get().state == "signale"
    judged(Doublon.objects.get(), "proposer")
    assert client.post(path, {"cle": str(uuid4()), "reponse": "reunir"}).status_code == 303
    assert (fresh(old).state, Doublon.objects.get().state) == ("radiee", "fusionne")
    assert client.get(path).status_code in (302, 404)


def test_two_persons_said_an_adviser_and_the_label_goes():
    old = person(AT - timedelta(days=300))
    person()
    judged(Doublon.objects.get(), "ecarter")
    assert duplicate_sentence(doublons_of(fresh(old))) == ""
    now = fresh(old)
    data = step_values(now, "identite")
    actions.save_step(demande_id=now.pk, step="identite", data=data, version=now.version, by=by(now), at=AT)
    assert Doublon.objects.get().state == "ecarte"


def test_the_dashboard_tells_the_label_and_leads_to_the_answer():
    old, new = person(AT - timedelta(days=300)), person()
    client, unproved = Client(), Client()
    sign_in(client, old.titulaire)
    sign_in(unproved, new.titulaire)
    assert "Un conseiller les compare" not in unproved.get("/mon-espace/").content.decode()
    assert "Un conseiller les compare" in client.get("/mon-espace/").content.decode()
    row = judged(Doublon.objects.get(), "proposer")
    assert f"/demande/doublon/{row.pk}/" in client.get("/mon-espace/").content.decode()
