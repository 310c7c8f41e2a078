"""The life of a demande through its acts: steps, versions, filing, number, counter, end."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from palier.accounts import actions as accounts
from palier.accounts.models import User
from palier.base.actor import Actor
from palier.base.refusal import NotVisible, Refused
from palier.demandes import actions, facts, queries, tasks
from palier.demandes.models import CodeGuichet, Demande
from palier.droit.menage import lire_cas
from palier.gateways import mail
from palier.journal.models import Event
from palier.journal.mover import act, lock, move

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
IDENTITE = {
    "prenom": "Inès", "nom": "Marchal", "naissance": date(1992, 3, 2), "telephone": "01 99 00 12 12",
    "adresse": "3 rue des Lilas", "code_postal": "44000", "ville": "Nantes", "commune_domicile": "44109",
}  # fmt: skip
CHILD = {
    "role": "enfant", "prenom": "Léo", "nom": "Marchal", "naissance": date(2019, 5, 5), "a_charge": True,
    "garde": "alternee", "handicap": False,
}  # fmt: skip


def make_user(email: str = "ines@exemple.fr") -> User:
    return accounts.open_account(email=email, password=None, by=Actor.system(), at=AT, verified=True)


def own(user: User) -> Actor:
    return Actor(user.pk, "demandeur")


def agent() -> Actor:
    return Actor(make_user("agent@exemple.fr").pk, "guichet", make_user("orga@exemple.fr").pk)


def save(demande: Demande, step: str, **data: Any) -> Demande:
    user = demande.titulaire
    version = Demande.objects.get(pk=demande.pk).version
    return actions.save_step(demande_id=demande.pk, step=step, data=data, version=version, by=own(user), at=AT)


def fill(demande: Demande) -> Demande:
    save(demande, "identite", **IDENTITE)
    save(demande, "menage", union="", enfants_a_naitre=1, personnes=[CHILD], handicap=False)
    save(demande, "travail", secteur="prive", effectif=120, contrat="cdi", emploi_depuis=date(2020, 1, 6))
    holder = queries.holder_of(demande)
    assert holder is not None
    save(
        demande,
        "ressources",
        annee_n2=2024,
        **{str(holder.pk): {"rfr_n2_cents": 2_150_050, "net_mensuel_cents": 172_000}},
    )
    save(demande, "perimetre", prioritaires=["44109", "44143"], secondaires=["44162", "44109"])
    save(demande, "logement", typologies=["T2", "T3"], budget_cents=70_000)
    save(demande, "situation", heberge_tiers=True, taux_effort_actuel=0.41, dalo=False)
    return save(demande, "relecture", vues_consenties=True)


def opened() -> Demande:
    user = make_user()
    return actions.open_demande(user=user, by=own(user), at=AT)


def filed() -> Demande:
    demande = opened()
    fill(demande)
    return actions.submit_demande(demande_id=demande.pk, by=own(demande.titulaire), at=AT)


def test_a_filled_demande_gives_the_case_of_the_contract():
    demande = opened()
    fill(demande)
    found = queries.current_demande(demande.titulaire)
    assert found is not None
    case = facts.cas(found, au=date(2026, 11, 24), logement={"typologie": "T3", "loyer_cc": 620})
    read = lire_cas(case)
    assert read.commune == "44109"
    assert read.menage is not None
    assert [p.role for p in read.menage.personnes] == ["demandeur", "enfant"]
    assert read.menage.personnes[0].rfr == {2024: 2_150_050}
    assert read.menage.enfants_a_naitre == 1
    assert read.emploi is not None
    assert (read.emploi.effectif, read.emploi.debut) == (120, date(2020, 1, 6))
    assert facts.situation(found) == {"heberge_tiers": True, "taux_effort_actuel": 0.41}
    assert facts.perimetre(found) == (["44109", "44143"], ["44162"])


def test_every_step_is_journaled_and_consent_apart():
    demande = opened()
    fill(demande)
    kinds = list(Event.objects.filter(aggregate_id=demande.pk).order_by("n").values_list("kind", flat=True))
    assert kinds.count("demande.etape") == 8
    assert kinds[0] == "demande.brouillon"
    assert kinds[-1] == "consentement.donne"


def test_an_incomplete_demande_is_refused_with_what_is_missing():
    demande = opened()
    demande = save(demande, "identite", **IDENTITE)
    with pytest.raises(Refused) as refusal:
        actions.submit_demande(demande_id=demande.pk, by=own(demande.titulaire), at=AT)
    assert refusal.value.code == "incomplete"
    assert "commune" in str(refusal.value)
    assert [each.step for each in queries.completeness(demande)] == [
        step for step in queries.STEPS[1:-1] if step != "actuel"
    ]


def test_a_stale_version_is_refused_with_the_difference():
    demande = opened()
    save(demande, "identite", **IDENTITE)
    other = {**IDENTITE, "ville": "Rezé"}
    with pytest.raises(Refused) as refusal:
        actions.save_step(
            demande_id=demande.pk, step="identite", data=other, version=1, by=own(demande.titulaire), at=AT
        )
    assert (refusal.value.code, refusal.value.status) == ("version", 409)
    assert [str(each).replace("\u00a0", " ") for each in refusal.value.motifs] == [
        "Ville : enregistré « Nantes », saisi « Rezé »."
    ]


def test_filing_gives_seniority_on_the_paris_day():
    demande = opened()
    fill(demande)
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    done = actions.submit_demande(demande_id=demande.pk, by=own(demande.titulaire), at=late)
    assert (done.state, done.deposee_le, done.renouveler_avant) == ("deposee", date(2026, 11, 25), date(2027, 11, 25))
    with pytest.raises(Refused):
        actions.submit_demande(demande_id=demande.pk, by=own(demande.titulaire), at=late)


def test_the_counter_code_opens_once_and_the_number_makes_the_demande_active():
    demande = filed()
    code = actions.issue_counter_code(demande_id=demande.pk, by=own(demande.titulaire), at=AT)
    assert len(code) == 8
    assert not CodeGuichet.objects.filter(code_index=code).exists()
    by = agent()
    with pytest.raises(NotVisible):
        actions.record_number(demande_id=demande.pk, by=by, at=AT)
    assert actions.open_counter(code=code.lower(), by=by, at=AT).pk == demande.pk
    other = Actor(make_user("autre@exemple.fr").pk, "guichet", by.organisation_id)
    with pytest.raises(Refused, match="n'ouvre aucune demande"):
        actions.open_counter(code=code, by=other, at=AT)
    actions.record_number(demande_id=demande.pk, by=by, at=AT)
    actions.send_waiting(demande_id=demande.pk, at=AT)
    done = Demande.objects.get()
    assert done.state == "active"
    assert len(done.numero["numero_unique"]) == 18
    assert actions.record_number(demande_id=demande.pk, by=by, at=AT).numero == done.numero


def test_a_code_expires_after_24_hours():
    demande = filed()
    code = actions.issue_counter_code(demande_id=demande.pk, by=own(demande.titulaire), at=AT)
    with pytest.raises(Refused):
        actions.open_counter(code=code, by=agent(), at=AT + timedelta(hours=24, seconds=1))


def test_an_imported_demande_keeps_its_seniority_and_checks_the_name():
    user = make_user()
    demande = actions.import_demande(user=user, numero="0440 3230 0421 7G44 01", by=own(user), at=AT)
    fill(demande)
    done = actions.submit_demande(demande_id=demande.pk, by=own(user), at=AT)
    assert (done.state, done.deposee_le) == ("active", date(2023, 3, 14))


def test_an_imported_number_of_somebody_else_cannot_be_filed():
    user = make_user()
    demande = actions.import_demande(user=user, numero="0441125018830G4407", by=own(user), at=AT)
    fill(demande)
    with pytest.raises(Refused, match="autre nom"):
        actions.submit_demande(demande_id=demande.pk, by=own(user), at=AT)


@pytest.mark.parametrize("numero", ["123", "044032300421", "0440622009104G4403", "0449999999999G9999"])
def test_numbers_that_cannot_be_imported(numero: str):
    user = make_user()
    with pytest.raises(Refused) as refusal:
        actions.import_demande(user=user, numero=numero, by=own(user), at=AT)
    assert refusal.value.status == 422
    assert not Demande.objects.exists()


def test_one_open_demande_per_person_and_one_account_per_number():
    demande = opened()
    with pytest.raises(Refused, match="déjà une demande"):
        actions.open_demande(user=demande.titulaire, by=own(demande.titulaire), at=AT)
    other = make_user("a@exemple.fr")
    actions.import_demande(user=other, numero="0440323004217G4401", by=own(other), at=AT)
    third = make_user("b@exemple.fr")
    with pytest.raises(Refused, match="autre compte"):
        actions.import_demande(user=third, numero="0440323004217G4401", by=own(third), at=AT)


def test_nobody_else_touches_a_demande():
    demande = opened()
    other = own(make_user("autre@exemple.fr"))
    for work in (
        lambda: actions.save_step(demande_id=demande.pk, step="identite", data=IDENTITE, version=1, by=other, at=AT),
        lambda: actions.submit_demande(demande_id=demande.pk, by=other, at=AT),
        lambda: actions.issue_counter_code(demande_id=demande.pk, by=other, at=AT),
        lambda: actions.renounce_demande(demande_id=demande.pk, by=other, at=AT),
    ):
        with pytest.raises(NotVisible):
            work()


def test_a_renounced_demande_ends_and_another_may_be_opened():
    demande = filed()
    done = actions.renounce_demande(demande_id=demande.pk, by=own(demande.titulaire), at=AT)
    assert (done.state, done.motif_radiation) == ("radiee", "renonciation")
    with pytest.raises(Refused):
        save(demande, "logement", typologies=["T1"], budget_cents=None)
    assert actions.open_demande(user=demande.titulaire, by=own(demande.titulaire), at=AT).state == "brouillon"


def test_the_household_keeps_its_persons_and_their_incomes():
    demande = opened()
    fill(demande)
    values = queries.step_values(demande, "menage")
    child = values["personnes"][0]
    partner = {"role": "conjoint", "prenom": "", "nom": "Ng'ọ̀-Dũng", "naissance": date(1990, 2, 28)}
    demande = save(demande, "menage", **{**values, "union": "pacs", "personnes": [partner, child]})
    again = queries.step_values(demande, "menage")
    assert [each["role"] for each in again["personnes"]] == ["conjoint", "enfant"]
    assert again["personnes"][1]["id"] == child["id"]
    with pytest.raises(Refused, match="conjoint n'est pas dans le foyer"):
        save(demande, "menage", **{**again, "personnes": [child]})


def test_the_mails_of_a_demande_say_no_personal_fact_and_leave_once(settings: Any, tmp_path: Any):
    settings.PALIER_COURRIER = tmp_path / "courrier"
    demande = filed()
    actions.record_number(demande_id=demande.pk, by=Actor.system(), at=AT)
    actions.send_waiting(demande_id=demande.pk, at=AT)
    for kind, task in (("demande.deposee", tasks.send_filed), ("demande.active", tasks.send_number)):
        event = Event.objects.get(kind=kind)
        task(event.pk)
        task(event.pk)
    sent = mail.list_delivered("ines@exemple.fr")
    assert {each.subject for each in sent} == {
        "Votre demande de logement est déposée",
        "Votre numéro unique est arrivé",
    }
    assert len(sent) == 2
    number = Demande.objects.get().numero["numero_unique"]
    assert all(number not in each.text + each.html and "/demande/attestation/" in each.html for each in sent)


def test_a_renewal_does_not_say_that_a_number_came(settings: Any, tmp_path: Any):
    settings.PALIER_COURRIER = tmp_path / "courrier"
    demande = filed()
    actions.record_number(demande_id=demande.pk, by=Actor.system(), at=AT)
    actions.send_waiting(demande_id=demande.pk, at=AT)

    @act
    def renew() -> Event:
        return move(lock((Demande, demande.pk))[0], "renouveler", by=own(demande.titulaire), at=AT)

    tasks.send_number(renew().pk)
    assert mail.list_delivered("ines@exemple.fr") == []
