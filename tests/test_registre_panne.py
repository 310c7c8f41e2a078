"""The registration system switched off for an hour: nothing lost, everything told, everything sent once afterwards."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from palier.base import clock, limits
from palier.base.actor import Actor
from palier.base.faults import InjectedFault, armed
from palier.base.refusal import Refused
from palier.candidatures.actions import record_piece
from palier.demandes import actions, tasks
from palier.demandes.actions import registre as registre_actions
from palier.demandes.models import Demande, Echange
from palier.demandes.queries import step_values
from palier.demandes.queries.registre import waiting
from palier.gateways import mail, outage
from palier.gateways.registre import AlreadyRegistered, Identite, registre
from palier.gateways.registre import double as system
from palier.journal.models import Event
from tests import factories as make
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
AT = make.NOW


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.PALIER_COURRIER = tmp_path / "demo" / "courrier"


def queue(at: datetime) -> None:
    """What the queue does at this minute: news delivered (twice, as it may be), then what is due."""
    clock.set_now(at)
    for event in Event.objects.filter(kind="echange.a_envoyer").order_by("at", "pk"):
        tasks.send_exchange(event.pk)
        tasks.send_exchange(event.pk)
    tasks.send_each(timestamp=0)
    for event in Event.objects.filter(kind="demande.active"):
        tasks.send_number(event.pk)
        tasks.send_number(event.pk)


def filed(at: datetime) -> Demande:
    """A demande filed without its identity piece."""
    return make.make_demande(state="deposee", at=at)


def shown(demande: Demande, at: datetime) -> None:
    """The identity piece is seen at a counter: the number is asked for."""
    agent = make.make_counter(demande, at=at)
    record_piece(demande_id=demande.pk, code="ID_FR", vue_le=at.date(), expire_le=None, by=agent, at=at)


def change(demande: Demande, at: datetime, budget: int) -> None:
    demande = Demande.objects.get(pk=demande.pk)
    data = step_values(demande, "logement") | {"budget_cents": budget}
    by = Actor(demande.titulaire_id, "demandeur")
    actions.save_step(demande_id=demande.pk, step="logement", data=data, version=demande.version, by=by, at=at)


def told() -> Counter[str]:
    return Counter(operation for operation, _, _ in system.effects())


def fresh(demande: Demande) -> Demande:
    return Demande.objects.get(pk=demande.pk)


def test_an_hour_without_the_register_loses_nothing_and_repeats_nothing():
    kept = make.make_demande(filed=AT - timedelta(days=340), at=AT)
    leaving = make.make_demande(filed=AT - timedelta(days=100), at=AT)
    before = told()
    assert before == {"creation": 2}
    outage.simulate("registre", down=True)
    new = [filed(AT + timedelta(minutes=rank)) for rank in range(3)]
    for rank, demande in enumerate(new):
        shown(demande, AT + timedelta(minutes=5 + rank))
    change(kept, AT + timedelta(minutes=10), 71_000)
    change(kept, AT + timedelta(minutes=11), 72_000)
    owner = Actor(kept.titulaire_id, "demandeur")
    actions.renew_demande(demande_id=kept.pk, by=owner, at=AT + timedelta(minutes=12))
    change(kept, AT + timedelta(minutes=13), 73_000)
    gone = Actor(leaving.titulaire_id, "demandeur")
    actions.renounce_demande(demande_id=leaving.pk, by=gone, at=AT + timedelta(minutes=14))
    hurried = Actor(new[2].titulaire_id, "demandeur")
    actions.renounce_demande(demande_id=new[2].pk, by=hurried, at=AT + timedelta(minutes=15))
    for minute in range(20, 60, 3):
        queue(AT + timedelta(minutes=minute))

    assert told() == before
    assert [fresh(each).state for each in (*new, kept, leaving)] == ["deposee", "deposee", "radiee", "active", "radiee"]
    assert "ne répond pas" in waiting(fresh(new[0]))[0]
    assert len(waiting(fresh(kept))) == 2
    numbers_known = len(mail.list_delivered())
    assert numbers_known == 2
    assert Echange.objects.filter(state="a_envoyer").count() == 7

    outage.simulate("registre", down=False)
    for minute in range(60, 60 + 2 * limits.value("registre_essai_maximum"), 3):
        queue(AT + timedelta(minutes=minute))

    assert told() == {"creation": 5, "modification": 2, "renouvellement": 1, "radiation": 2}
    assert set(Echange.objects.values_list("state", flat=True)) == {"envoye"}
    assert [fresh(each).state for each in new] == ["active", "active", "radiee"]
    assert all(waiting(fresh(each)) == [] for each in (*new, kept, leaving))
    assert len(mail.list_delivered()) == numbers_known + 2
    _the_register_knows(kept, leaving, new)


def _the_register_knows(kept: Demande, leaving: Demande, new: list[Demande]) -> None:
    after = registre().import_demande(fresh(kept).numero["numero_unique"])
    assert after is not None
    assert after.recherche["budget_cents"] == 73_000
    assert after.renouvelee_le == AT.date()
    for each in (leaving, new[2]):
        removed = registre().check(fresh(each).numero["numero_unique"])
        assert removed is not None
        assert (removed.motif_radiation, removed.radie_le) == ("renonciation", AT.date())
    order = Echange.objects.filter(demande=kept).exclude(operation="creation").order_by("state_since", "pk")
    assert [each.operation for each in order] == ["modification", "renouvellement", "modification"]


def test_killed_between_the_sending_and_its_mark_it_is_sent_again_with_one_effect():
    demande = filed(AT)
    shown(demande, AT)
    with armed("after_registre"), pytest.raises(InjectedFault):
        actions.send_waiting(demande_id=demande.pk, at=AT)
    assert fresh(demande).state == "deposee"
    assert told() == {"creation": 1}
    queue(AT + timedelta(minutes=1))
    assert fresh(demande).state == "active"
    ((_, reference, numero),) = system.effects()
    assert (reference, numero) == (str(demande.pk), fresh(demande).numero["numero_unique"])
    change(demande, AT + timedelta(minutes=2), 55_000)
    with armed("after_registre"), pytest.raises(InjectedFault):
        actions.send_waiting(demande_id=demande.pk, at=AT + timedelta(minutes=2))
    queue(AT + timedelta(minutes=3))
    assert told() == {"creation": 1, "modification": 1}


def test_a_change_that_joins_a_message_cut_on_its_way_is_told_after_it():
    demande = make.make_demande(at=AT)
    change(demande, AT, 50_000)
    with armed("after_registre"), pytest.raises(InjectedFault):
        actions.send_waiting(demande_id=demande.pk, at=AT)
    change(demande, AT + timedelta(minutes=1), 60_000)
    queue(AT + timedelta(minutes=3))
    assert told()["modification"] == 2, "the second try repeats the first message: what came since leaves on its own"


def test_a_renewal_that_the_register_refuses_is_told(monkeypatch):
    demande = make.make_demande(at=AT)
    by = Actor(demande.titulaire_id, "demandeur")
    later = AT + timedelta(days=330)
    actions.renew_demande(demande_id=demande.pk, by=by, at=later)

    def refuse(*args: Any, **options: Any) -> None:
        raise Refused("numero_inconnu", "Numéro inconnu.")

    monkeypatch.setattr(type(registre()), "renew", refuse)
    actions.send_waiting(demande_id=demande.pk, at=later)
    assert any("a refusé votre renouvellement" in sentence for sentence in waiting(fresh(demande)))


def test_one_demande_that_breaks_holds_no_other(monkeypatch):
    bad, good = make.make_demande(at=AT), make.make_demande(at=AT)
    for each in (bad, good):
        change(each, AT, 50_000)
    real = registre_actions.dossier

    def broken(demande, **options):
        if demande.pk == bad.pk:
            raise RuntimeError("planted")
        return real(demande, **options)

    monkeypatch.setattr(registre_actions, "dossier", broken)
    actions.send_due(at=AT + timedelta(minutes=1))
    assert not good.echanges.filter(state="a_envoyer").exists()
    row = bad.echanges.get(state="a_envoyer")
    assert row.prochain_essai_le > AT + timedelta(minutes=1), "it waits its turn again"


def test_a_change_made_while_another_is_on_its_way_is_told_too(monkeypatch):
    demande = make.make_demande(at=AT)
    change(demande, AT, 50_000)
    sent = system.carry

    def meanwhile(content: bytes) -> bytes:
        answer = sent(content)
        if b"500.00<" in content or b">500<" in content:
            change(demande, AT, 60_000)
        return answer

    monkeypatch.setattr("palier.gateways.registre.carry", meanwhile)
    actions.send_waiting(demande_id=demande.pk, at=AT)
    after = registre().import_demande(fresh(demande).numero["numero_unique"])
    assert after is not None
    assert after.recherche["budget_cents"] == 60_000


def test_a_silence_waits_longer_each_time_and_lets_nothing_overtake():
    demande = make.make_demande(at=AT)
    change(demande, AT, 50_000)
    outage.simulate("registre", down=True)
    waits, at = [], AT
    for _ in range(6):
        with pytest.raises(outage.GatewayDown):
            actions.send_waiting(demande_id=demande.pk, at=at)
        row = Echange.objects.get(state="a_envoyer")
        waits.append((row.prochain_essai_le - at).total_seconds() / 60)
        at = row.prochain_essai_le
    assert waits == [1, 2, 4, 8, 15, 15]
    outage.simulate("registre", down=False)
    owner = Actor(demande.titulaire_id, "demandeur")
    actions.renounce_demande(demande_id=demande.pk, by=owner, at=at - timedelta(minutes=1))
    assert actions.send_due(at=at - timedelta(minutes=1)) == 0
    assert actions.send_due(at=at) == 2


def test_one_message_that_always_fails_does_not_stop_the_others(monkeypatch):
    bad, good = filed(AT), filed(AT)
    for each in (bad, good):
        shown(each, AT)
    sent = system.carry

    def picky(content: bytes) -> bytes:
        if str(bad.pk).encode() in content:
            raise outage.GatewayDown("registre", "en panne")
        return sent(content)

    monkeypatch.setattr("palier.gateways.registre.carry", picky)
    for minute in range(4):
        actions.send_due(at=AT + timedelta(minutes=minute))
    assert [fresh(each).state for each in (bad, good)] == ["deposee", "active"]


def test_a_demande_that_exists_already_asks_for_its_number_and_keeps_the_first_filing():
    demande = filed(AT)
    said = demande.personnes.get(role="demandeur").identite
    person = Identite(said["nom"], said["prenom"], AT.date().fromisoformat(said["naissance"]))
    older = _registered(person)
    shown(demande, AT)
    actions.send_waiting(demande_id=demande.pk, at=AT)
    assert fresh(demande).state == "deposee"
    assert "existe déjà" in waiting(fresh(demande))[0]
    assert older not in str(waiting(fresh(demande)))
    event = Event.objects.get(kind="demande.deja_enregistree")
    owner = Actor(demande.titulaire_id, "demandeur")
    give = {"demande_id": demande.pk, "by": owner, "at": AT}
    for wrong in ("0441125018830G4407", "044112699999999999", "0440622009104G4403"):
        with pytest.raises(Refused, match=r"pas enregistré sous votre nom|ne connaît pas|radiée"):
            actions.give_existing_number(numero=wrong, **give)
    done = actions.give_existing_number(numero=older, **give)
    assert (done.state, done.deposee_le) == ("active", AT.date() - timedelta(days=900))
    assert "Votre changement" in waiting(fresh(demande))[0]
    clock.set_now(AT)
    tasks.send_existing(event.pk)
    assert mail.list_delivered() == []


def test_on_the_page_the_person_gives_that_number_and_nothing_typed_is_lost():
    demande = filed(AT)
    said = demande.personnes.get(role="demandeur").identite
    older = _registered(Identite(said["nom"], said["prenom"], AT.date().fromisoformat(said["naissance"])))
    client, path = Client(), "/demande/numero/existant/"
    sign_in(client, demande.titulaire)
    assert client.get(path).status_code == 302
    shown(demande, AT)
    actions.send_waiting(demande_id=demande.pk, at=AT)
    tasks.send_existing(Event.objects.get(kind="demande.deja_enregistree").pk)
    (letter,) = mail.list_delivered()
    assert path in letter.text
    assert older not in letter.text + letter.html
    assert path in client.get("/mon-espace/").content.decode()
    assert "existe déjà" in client.get(path).content.decode()
    for wrong, status in (("0441125018830G4407", 422), ("044", 422), ("", 422)):
        answer = client.post(path, {"cle": str(uuid4()), "numero": wrong})
        assert (answer.status_code, wrong in answer.content.decode()) == (status, True)
    assert client.post(path, {"cle": str(uuid4()), "numero": older}).status_code == 303
    assert fresh(demande).state == "active"
    assert client.get(path).status_code == 302


def _registered(person: Identite) -> str:
    """Somebody whom the register knows already, since 900 days."""
    membre = system.Membre(person.nom, person.prenom, person.naissance)
    record = system.Dossier("44", AT.date() - timedelta(days=900), (membre,), "ancienne-demande")
    numero: str = registre().request_number(record).numero
    system.declare_existing(person, numero)
    with pytest.raises(AlreadyRegistered):
        registre().request_number(system.Dossier("44", AT.date(), (membre,), "une-autre"))
    return numero


def test_a_refused_creation_is_said_and_never_tried_forever(monkeypatch):
    demande = filed(AT)
    shown(demande, AT)
    monkeypatch.setattr("palier.gateways.registre.carry", lambda content: _refused(content))
    assert actions.send_waiting(demande_id=demande.pk, at=AT) == 1
    assert Echange.objects.get().state == "refuse"
    assert "guichet" in waiting(fresh(demande))[0]
    assert actions.send_due(at=AT + timedelta(days=1)) == 0


def _refused(content: bytes) -> bytes:
    asked = system.read_message(system.parse(content))
    record: Any = system.replace(asked.dossier, membres=())
    answer = system.message("retour", clock.now(), record, [("DONNEES", "Message incomplet.")])
    return system.serialise(answer)
