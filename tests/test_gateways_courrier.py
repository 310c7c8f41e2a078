"""E-mail and SMS, seen from outside: delivered once, to files in the tests, to a server when one is set."""

import json
import smtplib

import httpx
import pytest
from django.core import mail as django_mail

from palier.gateways import mail, memory, outage, sms

MESSAGE = mail.Mail("ines@exemple.invalid", "Une réponse vous attend", "Bonjour", "<p>Bonjour</p>")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.PALIER_COURRIER = tmp_path / "demo" / "courrier"
    settings.PALIER_SMTP_URL = ""
    return settings.PALIER_COURRIER


def test_sent_twice_with_one_id_is_delivered_once(own_folder):
    for _ in range(2):
        mail.send(MESSAGE, message_id="tache-12")
    mail.send(mail.Mail("yann@exemple.invalid", "Autre sujet", "Texte"), message_id="tache-13")
    assert [sent.message_id for sent in mail.list_delivered()] == ["tache-13", "tache-12"]
    assert [sent.subject for sent in mail.list_delivered(to="INES@exemple.invalid")] == ["Une réponse vous attend"]
    found = mail.find_delivered("tache-12")
    assert found is not None
    assert (found.text, found.html) == ("Bonjour", "<p>Bonjour</p>")
    assert json.loads((own_folder / "tache-12.json").read_text())["to"] == "ines@exemple.invalid"
    assert not list(own_folder.glob(".*"))
    assert (own_folder / "tache-12.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["../evil", "", ".cache", "a/b", "x" * 101])
def test_an_id_is_never_a_path(name):
    with pytest.raises(ValueError, match="plain name"):
        memory.checked_name(name)


@pytest.mark.parametrize(
    ("to", "subject", "text"),
    [
        ("a@b.fr", "Votre numéro 0440323004217", "x"),
        ("a@b.fr", "Votre numéro 044 0323 004217", "x"),
        ("a@b.fr", "Pour ines@exemple.invalid", "x"),
        ("a@b.fr", "Deux\nlignes", "x"),
        ("a@b.fr", "", "x"),
        ("a@b.fr", "Sujet", "é" * 12_501),
        ("a@b.fr, c@d.fr", "Sujet", "x"),
        ("personne", "Sujet", "x"),
    ],
)
def test_a_message_that_must_not_leave_is_refused(to, subject, text):
    with pytest.raises(mail.BadMail):
        mail.Mail(to, subject, text)


def test_with_a_server_the_message_goes_out_with_its_id(settings):
    settings.PALIER_SMTP_URL = "smtp://serveur.invalid"
    settings.DEFAULT_FROM_EMAIL = "Palier <ne-pas-repondre@palier.invalid>"
    mail.send(MESSAGE, message_id="tache-14")
    [sent] = django_mail.outbox
    assert sent.extra_headers["Message-ID"] == "<tache-14@palier.invalid>"
    assert sent.alternatives[0][0] == "<p>Bonjour</p>"
    assert mail.list_delivered() == []


def test_a_server_that_fails_is_a_gateway_down(settings, monkeypatch):
    settings.PALIER_SMTP_URL = "smtp://serveur.invalid"

    def fail(self):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr("palier.gateways.mail.EmailMultiAlternatives.send", fail)
    with pytest.raises(outage.GatewayDown, match="ne répond pas"):
        mail.send(MESSAGE, message_id="tache-15")


def test_production_without_a_server_never_writes_files(settings):
    settings.PALIER_MODE = "production"
    for send, message in ((mail.send, MESSAGE), (sms.send, sms.Sms("+33612345678", "Bonjour"))):
        with pytest.raises(outage.GatewayDown, match="non configuré"):
            send(message, message_id="tache-16")


def test_a_simulated_outage_lasts_until_it_is_lifted():
    outage.simulate("mail", down=True)
    with pytest.raises(outage.GatewayDown, match="gardée"):
        mail.send(MESSAGE, message_id="tache-17")
    outage.simulate("mail", down=False)
    mail.send(MESSAGE, message_id="tache-17")
    assert len(mail.list_delivered()) == 1


def test_sms_to_files_beside_the_mail(own_folder):
    sms.send(sms.Sms("+33612345678", "Une réponse vous attend."), message_id="sms-1")
    sms.send(sms.Sms("+33612345678", "Une réponse vous attend."), message_id="sms-1")
    [sent] = sms.list_delivered()
    assert (sent.to, sent.message_id) == ("+33612345678", "sms-1")
    assert mail.list_delivered() == []


@pytest.mark.parametrize(("to", "text"), [("0612345678", "x"), ("+33612345678", ""), ("+33612345678", "x" * 460)])
def test_a_bad_sms_is_refused(to, text):
    with pytest.raises(sms.BadSms):
        sms.Sms(to, text)


def test_sms_over_http_carries_its_id_and_says_when_it_is_down():
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(202 if len(seen) == 1 else 500)

    client = sms.Http("https://exemple.invalid/envoi", "jeton", httpx.MockTransport(answer))
    message = sms.Sms("+33612345678", "Bonjour")
    client.send(message, message_id="sms-2")
    assert seen[0].headers["Idempotency-Key"] == "sms-2"
    assert json.loads(seen[0].content) == {"to": "+33612345678", "text": "Bonjour", "reference": "sms-2"}
    with pytest.raises(outage.GatewayDown, match="SMS ne répond pas"):
        client.send(message, message_id="sms-2")
