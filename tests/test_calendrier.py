"""The calendar of a file: announced 60, 30, 7 and 1 days before, never at night, renewed in one act, never lost."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import pytest
from django.test import Client
from icalendar import Calendar

from palier.base import clock
from palier.base.refusal import NotVisible, Refused
from palier.demandes import actions, queries, tasks
from palier.demandes.actions import renewal
from palier.demandes.models import Demande, Piece, Rappel
from palier.gateways import mail, sms
from palier.journal.models import Event
from tests import factories as make
from tests.sign_in import key, sign_in

pytestmark = pytest.mark.django_db
FILED = make.NOW
END = date(2027, 11, 24)
TELLING = {
    "demande.rappel": tasks.send_reminder,
    "demande.a_renouveler": tasks.send_renewal,
    "demande.active": tasks.send_renewed,
    "demande.radiee": tasks.send_removed,
    "demande.telephone_code": tasks.send_code,
}
PRIVATE = ("Marchal", "Inès", "Nantes", "loyer", "revenu", "impôt", "santé", "violence", "handicap", "refus")


def at_hour(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)


def run(days: Iterable[date], hour: int = 9) -> None:
    """What the queue does each hour, at one hour of these days."""
    for day in days:
        actions.lapse_due(at=at_hour(day, hour))
        actions.remind_due(at=at_hour(day, hour))


def from_to(first: date, last: date) -> list[date]:
    return [first + timedelta(days=days) for days in range((last - first).days + 1)]


def tell() -> None:
    for event in Event.objects.filter(kind__in=TELLING).order_by("at", "n"):
        TELLING[event.kind](event.pk)


def told(demande: Demande) -> list[str]:
    """Subjects delivered to the holder, in any order."""
    return sorted(each.subject for each in mail.list_delivered(demande.titulaire.email))


def fresh(demande: Demande) -> Demande:
    return Demande.objects.get(pk=demande.pk)


def renew(demande: Demande, day: date) -> Demande:
    return actions.renew_demande(demande_id=demande.pk, by=make.actor_of(demande.titulaire), at=at_hour(day))


def test_a_year_passes_with_each_announcement_once():
    demande = make.make_demande(at=FILED)
    assert (demande.renouvelee_le, demande.renouveler_avant) == (date(2026, 11, 24), END)
    run(from_to(date(2027, 9, 1), END))
    run(from_to(date(2027, 9, 1), END))
    rows = Rappel.objects.filter(demande=demande, objet="renouvellement").order_by("-jours")
    assert [(row.jours, row.cree_le.date()) for row in rows] == [
        (60, date(2027, 9, 25)),
        (30, date(2027, 10, 24)),
        (7, date(2027, 11, 17)),
        (1, date(2027, 11, 23)),
    ]
    assert fresh(demande).state == "a_renouveler"
    called = Event.objects.get(kind="demande.a_renouveler")
    assert called.at.date() == date(2027, 10, 24)
    assert Event.objects.filter(kind="demande.rappel").count() == 3, "the notice of the month is its own announcement"


def test_an_announcement_missed_while_the_queue_slept_comes_once_when_it_wakes():
    demande = make.make_demande(at=FILED)
    run([date(2027, 11, 20)])
    assert [row.jours for row in Rappel.objects.filter(demande=demande).order_by("jours")] == [7, 30]
    assert Event.objects.filter(kind="demande.rappel").count() == 1


@pytest.mark.parametrize(("hour", "expected"), [(6, 0), (8, 1), (18, 1), (19, 0), (23, 0)])
def test_nothing_is_announced_at_night_in_paris(hour: int, expected: int):
    make.make_demande(at=FILED)  # in January Paris is one hour ahead of UTC
    Demande.objects.update(renouvelee_le=date(2027, 1, 20), renouveler_avant=date(2028, 1, 20))
    assert actions.remind_due(at=at_hour(date(2028, 1, 13), hour)) == expected
    assert actions.is_quiet(at_hour(date(2028, 1, 13), hour)) is (expected == 0)


def test_nothing_lapses_at_night_either_and_the_morning_does_it_once():
    make.make_demande(at=FILED)
    assert actions.lapse_due(at=at_hour(date(2027, 10, 24), 22)) == {}
    assert actions.lapse_due(at=at_hour(date(2027, 10, 25), 3)) == {}
    assert actions.lapse_due(at=at_hour(date(2027, 10, 25)))["appels"] == 1
    assert actions.lapse_due(at=at_hour(date(2027, 10, 25), 10))["appels"] == 0


def test_one_demande_that_breaks_holds_no_other(monkeypatch: pytest.MonkeyPatch):
    bad, good = make.make_demande(at=FILED), make.make_demande(at=FILED)
    real = renewal.queries.validity

    def broken(demande: Demande, au: date):
        if demande.pk == bad.pk:
            raise RuntimeError("planted")
        return real(demande, au)

    monkeypatch.setattr(renewal.queries, "validity", broken)
    assert actions.lapse_due(at=at_hour(date(2027, 10, 25)))["appels"] == 1
    assert (fresh(bad).state, fresh(good).state) == ("active", "a_renouveler")


def test_a_demande_without_its_number_is_not_called_to_renew():
    demande = make.make_demande(state="deposee", at=FILED)
    run(from_to(date(2027, 9, 20), date(2027, 11, 26)))
    assert not Rappel.objects.filter(demande=demande).exists()
    assert queries.due_dates(fresh(demande), date(2027, 11, 1)) == []


def test_a_telephone_changed_in_the_form_is_no_longer_confirmed():
    demande = make.make_demande(at=FILED)
    _confirm(demande)
    version = fresh(demande).version
    by = make.actor_of(demande.titulaire)
    same = {**make.STEPS["identite"], "telephone": "06 12 34 56 78"}
    actions.save_step(demande_id=demande.pk, step="identite", data=same, version=version, by=by, at=clock.now())
    assert fresh(demande).telephone_confirme_le is not None, "written otherwise, it is the same telephone"
    other = {**same, "telephone": "0699999999"}
    actions.save_step(demande_id=demande.pk, step="identite", data=other, version=version + 1, by=by, at=clock.now())
    assert (fresh(demande).telephone_confirme_le, fresh(demande).preferences["sms"]) == (None, False)


def test_a_piece_is_announced_then_expires_and_no_longer_proves():
    demande = make.make_demande(at=FILED)
    last = date(2027, 3, 31)
    make.make_piece(demande, "AVIS_IMPOT_N2", expire_le=last, at=FILED)
    piece = Piece.objects.get(code="AVIS_IMPOT_N2")
    run(from_to(date(2027, 1, 1), last))
    rows = Rappel.objects.filter(objet="piece", objet_id=piece.pk).order_by("-jours")
    assert [(row.jours, (last - row.cree_le.date()).days) for row in rows] == [(60, 60), (30, 30), (7, 7), (1, 1)]
    assert Piece.objects.get(pk=piece.pk).state == "validee", "its last day counts"
    run([last + timedelta(days=1)])
    assert Piece.objects.get(pk=piece.pk).state == "expiree"
    assert Event.objects.filter(kind="piece.expiree", aggregate_id=piece.pk).count() == 1


def test_one_act_renews_for_a_year_and_the_seniority_does_not_move():
    demande = make.make_demande(at=FILED)
    run(from_to(date(2027, 10, 20), date(2027, 11, 10)))
    done = renew(demande, date(2027, 11, 10))
    assert (done.state, done.renouveler_avant, done.deposee_le) == ("active", date(2028, 11, 10), date(2026, 11, 24))
    again = renew(demande, date(2027, 11, 10))
    assert again.renouveler_avant == date(2028, 11, 10)
    assert Event.objects.filter(kind="demande.active", from_state="a_renouveler").count() == 1
    run(from_to(date(2027, 11, 11), date(2028, 1, 31)))
    assert fresh(demande).state == "active"


def test_too_early_is_refused_with_the_date_and_a_stranger_is_told_nothing():
    demande = make.make_demande(at=FILED)
    with pytest.raises(Refused, match="valable jusqu'au 24/11/2027"):
        renew(demande, date(2027, 9, 24))
    assert renew(demande, date(2027, 9, 25)).renouveler_avant == date(2028, 9, 25)
    with pytest.raises(NotVisible):
        actions.renew_demande(demande_id=demande.pk, by=make.actor_of(make.make_user()), at=at_hour(END))


def test_after_the_end_a_month_of_grace_then_the_removal_then_five_months_to_take_it_up():
    demande = make.make_demande(at=FILED)
    run(from_to(date(2027, 10, 1), date(2027, 12, 23)))
    assert fresh(demande).state == "a_renouveler"
    late = Rappel.objects.filter(demande=demande, echeance=date(2027, 12, 24)).order_by("-jours")
    assert [row.jours for row in late] == [30, 7, 1], "the last day before the removal is announced too"
    run([date(2027, 12, 24)])
    removed = fresh(demande)
    assert (removed.state, removed.motif_radiation) == ("radiee", "non_renouvellement")
    assert queries.reactivation_until(removed) == date(2028, 5, 24)
    by = make.actor_of(demande.titulaire)
    with pytest.raises(Refused, match="24/05/2028"):
        actions.reactivate_demande(demande_id=demande.pk, by=by, at=at_hour(date(2028, 5, 25)))
    back = actions.reactivate_demande(demande_id=demande.pk, by=by, at=at_hour(date(2028, 5, 24)))
    assert (back.state, back.deposee_le, back.motif_radiation) == ("active", date(2026, 11, 24), "")
    assert back.numero_index == demande.numero_index
    assert back.renouveler_avant == date(2029, 5, 24)


def test_a_queue_that_slept_all_year_still_warns_a_month_before_it_removes():
    demande = make.make_demande(at=FILED)
    run([date(2028, 2, 1)])
    assert fresh(demande).state == "a_renouveler", "no removal without a warning (CCH R.441-2-8)"
    run(from_to(date(2028, 2, 2), date(2028, 2, 29)))
    assert fresh(demande).state == "a_renouveler"
    run([date(2028, 3, 1)])
    assert fresh(demande).state == "radiee"


def test_a_removed_demande_that_was_replaced_stays_closed():
    demande = make.make_demande(at=FILED)
    run(from_to(date(2027, 10, 1), date(2027, 12, 24)))
    user = demande.titulaire
    actions.open_demande(user=user, by=make.actor_of(user), at=at_hour(date(2028, 1, 2)))
    with pytest.raises(Refused, match="déjà une demande en cours"):
        actions.reactivate_demande(demande_id=demande.pk, by=make.actor_of(user), at=at_hour(date(2028, 1, 3)))


def test_messages_say_no_fact_and_leave_once():
    demande = make.make_demande(at=FILED)
    _confirm(demande)
    run(from_to(date(2027, 9, 20), date(2027, 12, 24)))
    tell()
    tell()
    assert told(demande).count("Une date approche pour votre demande") == 6
    assert told(demande).count("Votre demande est à renouveler") == 1
    assert told(demande).count("Votre demande s'est arrêtée") == 1
    texts = [each.text for each in sms.list_delivered() if each.to == "+33612345678"]
    assert len(texts) == 1 + 6 + 1
    everything = "".join(m.subject + m.text + m.html for m in mail.list_delivered(demande.titulaire.email))
    assert not [word for word in PRIVATE if word in everything + "".join(texts)]


def _confirm(demande: Demande, number: str = "06 12 34 56 78") -> str:
    """Ask a code, read it where it was delivered, type it."""
    by = make.actor_of(demande.titulaire)
    actions.send_phone_code(demande_id=demande.pk, telephone=number, by=by, at=clock.now())
    tasks.send_code(Event.objects.filter(kind="demande.telephone_code").latest("at", "n").pk)
    (found,) = re.findall(r"\d{6}", sms.list_delivered()[0].text)
    assert actions.confirm_phone(demande_id=demande.pk, code=found, by=by, at=clock.now())
    return found


def test_a_telephone_is_confirmed_by_the_code_that_arrived_and_by_no_other():
    demande = make.make_demande(at=FILED)
    by = make.actor_of(demande.titulaire)
    with pytest.raises(Refused, match="n'est pas confirmé"):
        actions.choose_notices(demande_id=demande.pk, sms=True, by=by, at=clock.now())
    with pytest.raises(Refused, match="n'est pas un numéro de téléphone"):
        actions.send_phone_code(demande_id=demande.pk, telephone="12", by=by, at=clock.now())
    used = _confirm(demande)
    assert not actions.confirm_phone(demande_id=demande.pk, code=used, by=by, at=clock.now()), "a code works once"
    assert fresh(demande).preferences == {"sms": True}
    assert fresh(demande).contact["telephone"] == "+33612345678"


def test_codes_cannot_be_guessed_nor_sent_without_end():
    demande = make.make_demande(at=FILED)
    by, at = make.actor_of(demande.titulaire), clock.now()
    actions.send_phone_code(demande_id=demande.pk, telephone="0612345678", by=by, at=at)
    tasks.send_code(Event.objects.filter(kind="demande.telephone_code").latest("at", "n").pk)
    (good,) = re.findall(r"\d{6}", sms.list_delivered()[0].text)
    wrong = "000000" if good != "000000" else "111111"
    for _ in range(5):
        assert not actions.confirm_phone(demande_id=demande.pk, code=wrong, by=by, at=at)
    assert not actions.confirm_phone(demande_id=demande.pk, code=good, by=by, at=at), "five wrong codes end it"
    for _ in range(2):
        actions.send_phone_code(demande_id=demande.pk, telephone="0612345678", by=by, at=at)
    with pytest.raises(Refused, match="déjà été envoyés"):
        actions.send_phone_code(demande_id=demande.pk, telephone="0612345678", by=by, at=at)


@pytest.fixture
def browser() -> Client:
    clock.set_now(at_hour(date(2027, 11, 1)))
    client = Client()
    sign_in(client, make.make_demande(at=FILED).titulaire, strong=False)
    return client


def test_the_pages_renew_in_one_click_and_give_the_dates_to_an_agenda(browser: Client):
    demande = Demande.objects.get()
    page = browser.get("/demande/renouveler/").content.decode()
    assert "Rien n'a changé, je renouvelle" in page
    assert browser.post("/demande/renouveler/", {"cle": key()}).status_code == 303
    assert fresh(demande).renouveler_avant == date(2028, 11, 1)
    assert "Rien à faire." in browser.get("/demande/renouveler/").content.decode()
    opened = browser.post("/mon-espace/prevenir/agenda/", {"cle": key()}).content.decode()
    (path,) = set(re.findall(r"http://[^/]+(/calendrier/[^\"<]+\.ics)", opened))
    feed = Client().get(path)
    assert (feed.status_code, feed["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    events = Calendar.from_ical(feed.content).walk("VEVENT")
    assert [each.decoded("dtstart") for each in events] == [date(2028, 11, 1)]
    assert {str(each["summary"]) for each in events} == {"Palier : une date à ne pas manquer"}
    assert not [word for word in PRIVATE if word in feed.content.decode()]
    assert browser.post("/mon-espace/prevenir/agenda/", {"cle": key(), "fermer": "1"}).status_code == 302
    assert Client().get(path).status_code == 404
    assert Client().get("/calendrier/nimporte.ics").status_code == 404


def test_the_telephone_pages_keep_what_was_typed(browser: Client):
    wrong = browser.post("/mon-espace/prevenir/telephone/", {"cle": key(), "telephone": "12 bis"})
    assert wrong.status_code == 422
    assert "« 12 bis » n'est pas un numéro de téléphone." in unescape(wrong.content.decode()).replace("\u00a0", " ")
    assert 'value="12 bis"' in wrong.content.decode()
    sent = browser.post("/mon-espace/prevenir/telephone/", {"cle": key(), "telephone": "06 12 34 56 78"})
    assert sent["Location"] == "/mon-espace/prevenir/code/"
    missed = browser.post("/mon-espace/prevenir/code/", {"cle": key(), "code": "000000"})
    assert missed["Location"] == "/mon-espace/prevenir/code/?faux=1"
    assert "Ce code ne convient pas." in browser.get(missed["Location"]).content.decode()
    assert browser.get("/mon-espace/prevenir/").status_code == 200
