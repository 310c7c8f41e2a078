"""« Déjà un numéro unique ? »: the register's record fills the draft once the person is known, and not before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from palier.accounts.models import User
from palier.base import limits
from palier.base.refusal import Refused
from palier.demandes import actions
from palier.demandes.models import Demande, Echange
from palier.demandes.queries import STEPS, completeness, step_values
from palier.demandes.queries.registre import import_state
from palier.gateways import outage
from palier.gateways.registre import registre
from palier.journal.models import Event
from tests import factories as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
INES, SOFIA = "0440323004217G4401", "0440524011962G4405"
HELD = ("Clinique des Lilas", "3 rue des Lilas", "Léo", "172000", "44109", "65000")
"""Facts of the record of Inès Marchal."""


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.PALIER_COURRIER = tmp_path / "demo" / "courrier"


def imported(numero: str = INES, at: datetime = AT) -> tuple[Demande, User]:
    make.make_communes()
    user = make.make_user()
    return actions.import_demande(user=user, numero=numero, by=make.actor_of(user), at=at), user


def say_who(demande: Demande, nom: str, prenom: str, born: date, **more: Any) -> Demande:
    demande = Demande.objects.get(pk=demande.pk)
    data = {**step_values(demande, "identite"), "nom": nom, "prenom": prenom, "naissance": born, **more}
    by = make.actor_of(demande.titulaire)
    actions.save_step(demande_id=demande.pk, step="identite", data=data, version=demande.version, by=by, at=AT)
    return Demande.objects.get(pk=demande.pk)


def everything(demande: Demande) -> str:
    return str([step_values(Demande.objects.get(pk=demande.pk), step) for step in STEPS])


def test_nothing_is_shown_before_the_name_and_the_birth_date_are_those_of_the_number():
    demande, _ = imported()
    assert import_state(demande) == "a_prouver"
    assert not [fact for fact in HELD if fact in everything(demande)]
    demande = say_who(demande, "Marchal", "Inès", date(1992, 3, 3))
    assert not [fact for fact in HELD if fact in everything(demande)]
    demande = say_who(demande, "MARCHAL", "ines", date(1992, 3, 2))
    assert import_state(demande) == "preremplie"
    shown = everything(demande)
    assert [fact for fact in HELD if fact not in shown] == []
    assert Event.objects.filter(kind="demande.preremplie").count() == 1


def test_what_comes_is_still_to_be_confirmed_step_by_step_and_overwrites_no_answer():
    demande, _ = imported()
    demande = say_who(demande, "Marchal", "Inès", date(1992, 3, 2), adresse="8 quai neuf", code_postal="44100")
    assert demande.etapes == ["identite"]
    assert {each.step for each in completeness(demande)} >= {"menage", "travail", "ressources", "situation"}
    assert demande.contact["adresse"] == "8 quai neuf"
    roles = [(each.role, each.garde) for each in demande.personnes.all()]
    assert roles == [("demandeur", ""), ("enfant", "principale"), ("enfant", "alternee")]
    assert [each.code for each in demande.communes.all()] == ["44109", "44143"]
    holder = demande.personnes.get(role="demandeur")
    assert (holder.annee_n2, holder.rfr_n1_cents, holder.ressources["SAL"]) == (2023, 2_150_000, 172_000)
    assert (demande.typologies, demande.budget_cents) == (["T2", "T3"], 70_000)


def test_a_number_alone_opens_nothing_even_to_a_patient_guesser():
    demande, user = imported()
    for day in range(1, limits.value("import_essais") + 1):
        demande = say_who(demande, "Marchal", "Inès", date(1990, 1, day))
    assert import_state(demande) == "bloquee"
    demande = say_who(demande, "Marchal", "Inès", date(1992, 3, 2))
    assert import_state(demande) == "bloquee"
    assert not [fact for fact in HELD if fact in everything(demande)]
    assert "dossier" not in demande.numero
    _complete(demande)
    with pytest.raises(Refused, match="Trop d'essais"):
        actions.submit_demande(demande_id=demande.pk, by=make.actor_of(user), at=AT)


def test_the_given_name_counts_and_the_tries_are_those_of_the_account_whatever_the_draft():
    demande, user = imported()
    demande = say_who(demande, "Marchal", "Chloé", date(1992, 3, 2))
    assert import_state(demande) == "a_prouver"
    for day in range(1, limits.value("import_essais") - 1):
        demande = say_who(demande, "Marchal", "Inès", date(1990, 1, day))
    actions.renounce_demande(demande_id=demande.pk, by=make.actor_of(user), at=AT)
    again = actions.import_demande(user=user, numero=INES, by=make.actor_of(user), at=AT)
    again = say_who(again, "Marchal", "Inès", date(1990, 2, 1))
    assert import_state(again) == "bloquee"


def _complete(demande: Demande) -> None:
    for step, known in {**make.STEPS, "ressources": {"annee_n2": 2024}}.items():
        now = Demande.objects.get(pk=demande.pk)
        data = step_values(now, "identite") if step == "identite" else known
        by = make.actor_of(now.titulaire)
        actions.save_step(demande_id=now.pk, step=step, data=data, version=now.version, by=by, at=AT)


def test_filed_it_keeps_its_seniority_and_the_register_hears_the_renewal_then_the_changes():
    demande, user = imported()
    say_who(demande, "Marchal", "Inès", date(1992, 3, 2))
    _complete(demande)
    done = actions.submit_demande(demande_id=demande.pk, by=make.actor_of(user), at=AT)
    assert (done.state, done.deposee_le) == ("active", date(2023, 3, 14))
    actions.send_waiting(demande_id=demande.pk, at=AT)
    sent = Echange.objects.order_by("state_since", "pk").values_list("operation", "state")
    assert list(sent) == [("renouvellement", "envoye"), ("modification", "envoye")]
    known = registre().check(INES)
    assert known is not None
    assert (known.renouvelee_le, known.depose_le) == (date(2026, 12, 1), date(2023, 3, 14))


def test_a_demande_removed_for_want_of_renewal_is_taken_up_within_the_legal_delay():
    late = datetime(2026, 11, 15, 9, 0, tzinfo=UTC)
    with pytest.raises(Refused, match="a fini le"):
        imported(SOFIA, late)
    in_time = datetime(2026, 11, 14, 9, 0, tzinfo=UTC)
    demande, user = imported(SOFIA, in_time)
    say_who(demande, "Haddad", "Sofia", date(1985, 7, 30))
    _complete(demande)
    done = actions.submit_demande(demande_id=demande.pk, by=make.actor_of(user), at=in_time)
    assert (done.state, done.deposee_le) == ("active", date(2024, 5, 14))
    actions.send_waiting(demande_id=demande.pk, at=AT)
    known = registre().check(SOFIA)
    assert known is not None
    assert known.radie_le is None


def test_taken_up_in_time_but_filed_after_the_legal_delay_it_is_refused():
    demande, user = imported(SOFIA, datetime(2026, 11, 14, 9, 0, tzinfo=UTC))
    say_who(demande, "Haddad", "Sofia", date(1985, 7, 30))
    _complete(demande)
    with pytest.raises(Refused, match="a fini le"):
        actions.submit_demande(demande_id=demande.pk, by=make.actor_of(user), at=AT)


def test_while_the_register_is_silent_nothing_is_opened_and_the_person_may_go_on_without():
    outage.simulate("registre", down=True)
    with pytest.raises(outage.GatewayDown, match="ne répond pas"):
        imported()
    assert not Demande.objects.exists()


def test_an_imported_draft_given_up_leaves_the_registered_demande_alive():
    demande, user = imported()
    say_who(demande, "Marchal", "Inès", date(1992, 3, 2))
    actions.renounce_demande(demande_id=demande.pk, by=make.actor_of(user), at=AT)
    assert not Echange.objects.exists()
    known = registre().check(INES)
    assert known is not None
    assert known.radie_le is None
