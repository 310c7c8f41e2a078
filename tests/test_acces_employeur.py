"""What an employer attests through a one-time link, and all that it never learns (AC-6, ID-3, PR-11)."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from palier.accounts.models import User
from palier.base import clock, limits
from palier.base.actor import Actor
from palier.base.refusal import NotVisible, Refused
from palier.demandes import tasks
from palier.demandes.actions import Attested, cancel_employeur_link, invite_employeur, sign_attestation
from palier.demandes.models import AttestationEmployeur, Lien
from palier.gateways import mail
from palier.journal.models import Event
from tests import factories as make
from tests.sign_in import key

pytestmark = [pytest.mark.django_db, pytest.mark.web]
SIRET = "99900005200012"
NOM = "Inès Marchal"
SAID = Attested(siret=SIRET, present=True, nom="Paul Vidal", fonction="DRH", contrat="cdi", depuis=date(2020, 1, 6))
FORM = {
    "siret": SIRET, "present": "oui", "contrat": "cdi", "depuis_jour": "6", "depuis_mois": "1", "depuis_annee": "2020",
    "mobilite_le_jour": "4", "mobilite_le_mois": "1", "mobilite_le_annee": "2027", "nom": "Paul Vidal",
    "fonction": "DRH", "exact": "on",
}  # fmt: skip
HOUSING = re.compile(r"logement|loyer|demande de|habitat|bailleur|candidat|social", re.I)


@pytest.fixture(autouse=True)
def the_day(settings: Any, tmp_path: Any) -> None:
    settings.PALIER_COURRIER = tmp_path / "courrier"
    clock.set_now(make.NOW)
    cache.clear()


def with_link(*, demande: bool, email: str = "", at: Any = make.NOW) -> tuple[User, str]:
    user = make.make_demande(at=at).titulaire if demande else make.make_user()
    return user, invite_employeur(nom=NOM, siret=SIRET, email=email, by=make.actor_of(user), at=at)


def page_of(token: str, client: Client | None = None) -> Any:
    return (client or Client()).get(f"/employeur/attestation/{token}/")


def fixed(page: Any) -> str:
    """The bytes without what differs at each drawing: key of the form, tokens."""
    return re.sub(r'(name="(?:cle|csrfmiddlewaretoken)" value|nonce)="[^"]*"', "", page.content.decode())


def headers(page: Any) -> dict[str, str]:
    kept = dict(page.items())
    return {name: value for name, value in kept.items() if name not in ("Content-Security-Policy", "Content-Length")}


def test_every_page_of_the_link_is_the_same_with_and_without_a_demande():
    seen = []
    for demande in (True, False):
        _user, token = with_link(demande=demande)
        client = Client()
        opened = page_of(token, client)
        wrong = client.post(f"/employeur/attestation/{token}/", {"cle": key(), **FORM, "siret": "123"})
        signed = client.post(f"/employeur/attestation/{token}/", {"cle": key(), **FORM})
        thanks = client.get(signed["Location"])
        again = page_of(token, client)
        every = (opened, wrong, signed, thanks, again)
        seen.append([(each.status_code, fixed(each), headers(each)) for each in every])
    assert [each[0] for each in seen[0]] == [200, 422, 303, 200, 404]
    assert seen[0] == seen[1]


def test_the_page_shows_the_name_it_was_given_and_nothing_else_of_the_person():
    user, token = with_link(demande=True)
    said = page_of(token).content.decode()
    assert NOM in said
    assert SIRET in said
    for secret in (user.email, "3 rue Basse", "Léo", "21 500", "0199001212", "rang", "candidature", "offre"):
        assert secret not in re.sub(r"<footer.*?</footer>", "", said, flags=re.S), secret


def test_a_wrong_expired_used_or_cancelled_link_gives_one_and_the_same_page():
    user, used = with_link(demande=True)
    sign_attestation(token=used, said=SAID, at=make.NOW)
    _other, cancelled = with_link(demande=False)
    cancel_employeur_link(lien_id=Lien.objects.get(titulaire=_other).pk, by=make.actor_of(_other), at=make.NOW)
    _third, old = with_link(demande=False, at=make.NOW - limits.duration("attestation_lien"))
    pages = [page_of(token) for token in (used, cancelled, old, "n" * 43, "x", used[:-1])]
    said = [(used, FORM), (old, FORM), ("n" * 43, FORM), ("n" * 43, {})]
    posts = [Client().post(f"/employeur/attestation/{token}/", {"cle": key(), **form}) for token, form in said]
    assert {page.status_code for page in (*pages, *posts)} == {404}
    assert len({fixed(page) for page in (*pages, *posts)}) == 1
    assert AttestationEmployeur.objects.filter(titulaire=user).count() == 1


def test_a_link_signs_once_and_the_person_alone_reads_what_was_attested():
    user, token = with_link(demande=True)
    client = Client()
    body = {"cle": key(), **FORM}
    path = f"/employeur/attestation/{token}/"
    assert client.post(path, body).status_code == 303
    assert client.post(path, body).status_code == 303
    with pytest.raises(NotVisible):
        sign_attestation(token=token, said=SAID, at=make.NOW)
    row = AttestationEmployeur.objects.get()
    assert (row.titulaire_id, row.siret, row.contrat, row.mobilite_le) == (user.pk, SIRET, "cdi", date(2027, 1, 4))
    person = Client()
    person.force_login(user)
    said = html.unescape(person.get("/demande/employeur/").content.decode())
    assert "CDI depuis le 06/01/2020" in said
    assert "Mutation le 04/01/2027." in said
    assert "par Paul Vidal, DRH" in said
    assert list(AttestationEmployeur.objects.visible_to(make.actor_of(user))) == [row]
    for other in (make.actor_of(make.make_user()), Actor.anonymous(), Actor(None, "employeur")):
        assert not AttestationEmployeur.objects.visible_to(other).exists()


def test_the_end_of_the_job_is_told_with_what_to_do():
    user, token = with_link(demande=True)
    gone = Attested(siret=SIRET, present=False, nom="Paul Vidal", fonction="DRH", fin=date(2026, 10, 31))
    sign_attestation(token=token, said=gone, at=make.NOW)
    person = Client()
    person.force_login(user)
    said = html.unescape(person.get("/demande/employeur/").content.decode())
    assert "N'est plus salarié depuis le 31/10/2026" in said
    assert "Mettre mon travail à jour" in said


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contrat": ""}, "Contrat"),
        ({"fin": date(2019, 1, 1)}, "Fin du contrat"),
        ({"siret": "732829320"}, "SIRET de l'employeur"),
    ],
)
def test_a_bad_answer_is_refused_and_the_link_still_works(changes, field):
    _user, token = with_link(demande=False)
    with pytest.raises(Refused) as caught:
        sign_attestation(token=token, said=replace(SAID, **changes), at=make.NOW)
    assert caught.value.field == field
    assert page_of(token).status_code == 200


def test_the_person_makes_a_link_without_a_demande_and_it_is_said_once():
    user = make.make_user()
    client = Client()
    client.force_login(user)
    body = {"cle": key(), "nom": NOM, "siret": SIRET, "email": ""}
    made = client.post("/demande/employeur/", body)
    link = re.search(r'id="lien">\S*?(/employeur/attestation/[\w-]+/)<', made.content.decode())
    assert link
    assert Client().get(link[1]).status_code == 200
    later = client.get("/demande/employeur/").content.decode()
    assert link[1] not in later
    assert "Lien du 24/11/2026" in later
    lien = Lien.objects.get()
    assert lien.demande_id is None
    assert lien.contenu == {"nom": NOM, "siret": SIRET}
    assert client.post(f"/demande/employeur/liens/{lien.pk}/annuler/", {"cle": key()}).status_code == 303
    assert Client().get(link[1]).status_code == 404


def test_a_siren_or_a_numero_unique_typed_as_siret_is_named():
    client = Client()
    client.force_login(make.make_user())
    for typed, named in (("732829320", "un SIREN"), ("0440326016982G1104", "un numéro unique")):
        answer = client.post("/demande/employeur/", {"cle": key(), "nom": NOM, "siret": typed, "email": ""})
        assert answer.status_code == 422
        assert named in html.unescape(answer.content.decode())


def test_the_mail_carries_the_link_and_no_word_of_the_person_nor_of_housing():
    seen = []
    for demande in (True, False):
        user, token = with_link(demande=demande, email=f"rh{demande}@exemple.fr")
        event = Event.objects.get(kind="attestation.demandee", aggregate_id=Lien.objects.get(titulaire=user).pk)
        tasks.send_employeur_link(event.pk)
        tasks.send_employeur_link(event.pk)
        (sent,) = mail.list_delivered(f"rh{demande}@exemple.fr")
        assert f"/employeur/attestation/{token}/" in sent.text
        for text in (sent.subject, sent.text, sent.html):
            assert not HOUSING.search(text), text
            assert "Marchal" not in text
        seen.append((sent.subject, sent.text.replace(token, ""), sent.html.replace(token, "")))
    assert seen[0] == seen[1]


def test_a_used_link_is_not_sent_any_more_and_its_address_is_forgotten():
    user, token = with_link(demande=False, email="rh@exemple.fr")
    sign_attestation(token=token, said=SAID, at=make.NOW)
    tasks.send_employeur_link(Event.objects.get(kind="attestation.demandee").pk)
    assert mail.list_delivered("rh@exemple.fr") == []
    assert set(Lien.objects.get().contenu or {}) == {"nom", "siret"}
    tasks.tell_signed(Event.objects.get(kind="attestation.signee").pk)
    (sent,) = mail.list_delivered(user.email)
    assert not HOUSING.search(sent.subject + sent.text)


def test_links_are_few_and_tries_are_counted():
    user = make.make_user()
    for _turn in range(limits.value("attestation_liens")):
        invite_employeur(nom=NOM, siret=SIRET, email="", by=make.actor_of(user), at=make.NOW)
    with pytest.raises(Refused) as caught:
        invite_employeur(nom=NOM, siret=SIRET, email="", by=make.actor_of(user), at=make.NOW)
    assert caught.value.status == 429
    answers = [page_of("n" * 43).status_code for _turn in range(limits.value("lien_employeur_per_minute") + 1)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {404}
    clock.set_now(make.NOW + timedelta(minutes=1))
    assert page_of("n" * 43).status_code == 404


def test_cancelled_links_count_in_the_day():
    user, _ = with_link(demande=False, email="rh@exemple.fr")
    by = make.actor_of(user)
    for _ in range(limits.value("attestation_jour") - 1):
        cancel_employeur_link(lien_id=Lien.objects.latest("cree_le", "pk").pk, by=by, at=make.NOW)
        invite_employeur(nom=NOM, siret=SIRET, email="rh@exemple.fr", by=by, at=make.NOW)
    cancel_employeur_link(lien_id=Lien.objects.latest("cree_le", "pk").pk, by=by, at=make.NOW)
    with pytest.raises(Refused, match="beaucoup de liens"):
        invite_employeur(nom=NOM, siret=SIRET, email="rh@exemple.fr", by=by, at=make.NOW)
    tomorrow = make.NOW + timedelta(hours=25)
    assert invite_employeur(nom=NOM, siret=SIRET, email="", by=by, at=tomorrow)
