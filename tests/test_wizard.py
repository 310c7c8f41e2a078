"""From sign-up to an active demande through the pages alone, without a script."""

import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from palier.accounts import actions as accounts
from palier.accounts import tasks
from palier.accounts.models import User
from palier.base import clock
from palier.base.actor import Actor
from palier.demandes import actions
from palier.demandes.models import Demande
from palier.gateways import mail
from palier.journal.models import Event
from palier.territoires.models import Commune
from tests.sign_in import key, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.web]
PASSWORD = "un long mot de passe bien à moi"
IDENTITE = {
    "prenom": "Inès", "nom": "Marchal", "naissance_jour": "2", "naissance_mois": "3", "naissance_annee": "1992",
    "telephone": "01 99 00 12 12", "adresse": "3 rue des Lilas", "commune": "Nantes (44)", "commune_code": "",
}  # fmt: skip
CHILD = {
    "role": "enfant", "prenom": "Léo", "nom": "Marchal",
    "naissance_jour": "5", "naissance_mois": "5", "naissance_annee": "2019", "a_charge": "oui", "garde": "alternee",
}  # fmt: skip


@pytest.fixture(autouse=True)
def a_clean_mailbox(settings: Any, tmp_path: Any) -> None:
    settings.PALIER_COURRIER = tmp_path / "courrier"


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode()).replace("\u00a0", " ")


def hidden(response: HttpResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no hidden {name}"
    return found[1]


def step(client: Client, path: str, expected: int = 303, **data: Any) -> HttpResponse:
    """Open a page and send its form as a browser without script would."""
    page = client.get(path)
    assert page.status_code == 200, (path, page.status_code, page.headers.get("Location"))
    version = re.search(r'name="version" value="(\d+)"', page.content.decode())
    body = {"cle": hidden(page, "cle"), "version": version[1] if version else "", **data}
    response = client.post(path, body)
    assert response.status_code == expected, (
        path,
        response.status_code,
        re.findall(r"Erreur : [^<]*", text(response)) or text(response)[-2500:],
    )
    return response


def deliver(kind: str) -> None:
    for event in Event.objects.filter(kind=kind).order_by("at"):
        tasks.send_activation(event.pk)


def applicant(email: str = "ines@exemple.fr") -> User:
    return accounts.open_account(email=email, password=PASSWORD, by=Actor.system(), at=clock.now(), verified=True)


def fill(client: Client) -> None:
    step(client, "/demande/numero/", connu="non", numero="")
    step(client, "/demande/identite/", **IDENTITE)
    step(client, "/demande/menage/personne/", **CHILD)
    step(client, "/demande/menage/", enfants_a_naitre="1", handicap="on")
    step(
        client,
        "/demande/travail/",
        activite="recherche",
        emploi_depuis_jour="",
        emploi_depuis_mois="",
        emploi_depuis_annee="",
    )
    holder = Demande.objects.get().personnes.get(role="demandeur")
    step(client, "/demande/ressources/", **{f"rfr_n2_cents_{holder.pk.hex}": "21 500,50"})
    step(client, "/demande/perimetre/", commune="Nantes", secteur="prioritaire")
    step(client, "/demande/perimetre/", commune="Rezé (44)", secteur="secondaire")
    step(client, "/demande/logement/", typologies=["T2", "T3"], budget_cents="700")
    step(client, "/demande/situation/", heberge_tiers="on", taux_effort_actuel="41")


def test_from_sign_up_to_an_active_demande():
    assert Commune.objects.filter(code="44109").exists()
    client = Client()
    signed_up = client.post("/compte/signup/", {"email": "ines@exemple.fr", "password1": PASSWORD})
    assert (signed_up.status_code, signed_up["Location"]) == (302, "/compte/confirm-email/")
    assert "/compte/login" in client.get("/mon-espace/")["Location"]
    deliver("compte.activation_demandee")
    sent = mail.list_delivered("ines@exemple.fr")
    assert [each.subject for each in sent] == ["Activez votre compte Palier"]
    link = re.search(r"http://\S+?(/compte/confirm-email/\S+/)", sent[0].text)
    assert link
    assert client.get(link[1]).status_code == 200
    opened = client.post(link[1])
    assert opened["Location"] == "/entree/"
    assert client.get("/entree/")["Location"] == "/mon-espace/"
    assert "Commencer" in text(client.get("/mon-espace/"))

    fill(client)
    review = text(client.get("/demande/relecture/"))
    assert "Hébergé par un tiers" in review
    assert "Il manque encore" not in review
    done = step(client, "/demande/relecture/", vues_consenties="oui", exact="on")
    assert done["Location"] == "/demande/attestation/"
    assert "Récapitulatif de dépôt" in text(client.get("/demande/attestation/"))
    demande = Demande.objects.get()
    assert (demande.state, demande.vues_consenties, demande.commune_domicile) == ("deposee", True, "44109")
    assert demande.situation["taux_effort_actuel"] == 0.41
    assert demande.personnes.get(role="demandeur").rfr_n2_cents == 2_150_050

    page = client.get("/demande/code/")
    body = {"cle": hidden(page, "cle")}
    first, again = client.post("/demande/code/", body), client.post("/demande/code/", body)
    code = re.search(r'id="code">(\w{4} \w{4})<', first.content.decode())
    assert code
    assert code[1] in again.content.decode()
    agent = Actor(applicant("agent@exemple.fr").pk, "guichet", UUID(int=7))
    actions.open_counter(code=code[1], by=agent, at=clock.now())
    actions.record_number(demande_id=demande.pk, by=agent, at=clock.now())
    home = text(client.get("/mon-espace/"))
    assert re.search(r"Numéro unique <span[^>]*>044 \d\d \d\d", home)
    assert "Attestation d'enregistrement" in text(client.get("/demande/attestation/"))


@pytest.fixture
def browser() -> Client:
    client = Client()
    sign_in(client, applicant(), strong=False)
    return client


def test_errors_keep_what_was_typed(browser: Client):
    step(browser, "/demande/numero/", connu="non", numero="")
    wrong = {**IDENTITE, "naissance_annee": "", "commune": "Saint", "nom": ""}
    page = text(step(browser, "/demande/identite/", 422, **wrong))
    assert "Il manque l'année. Exemple : 12 3 1992" in page
    assert "« Nom de famille » est vide. Écrivez votre nom de famille." in page
    assert "« Saint » peut désigner plusieurs communes" in page
    assert 'value="Inès"' in page
    assert 'value="3 rue des Lilas"' in page
    assert "<title>Erreur – " in page
    assert Demande.objects.get().version == 1


@pytest.mark.parametrize(("day", "expected"), [("24", 303), ("25", 422)])
def test_whoever_files_is_sixteen_to_the_day(browser: Client, day: str, expected: int):
    step(browser, "/demande/numero/", connu="non", numero="")
    born = {"naissance_jour": day, "naissance_mois": "11", "naissance_annee": "2010"}
    page = text(step(browser, "/demande/identite/", expected, **{**IDENTITE, **born}))
    assert ("au moins 16 ans" in page) is (expected == 422)


@pytest.mark.parametrize(
    ("amount", "said"),
    [("NaN", "n'est pas un montant"), ("1e309", "n'est pas un montant"), ("-5", "négatif"), ("99999999999", "dépasse")],
)
def test_bad_amounts(browser: Client, amount: str, said: str):
    step(browser, "/demande/numero/", connu="non", numero="")
    step(browser, "/demande/identite/", **IDENTITE)
    page = text(step(browser, "/demande/logement/", 422, typologies=["T2"], budget_cents=amount))
    assert said in page
    assert f"« {amount} »" in page
    assert f'value="{amount}"' in page


def test_a_stale_form_is_a_409_with_the_difference_and_the_typed_text(browser: Client):
    step(browser, "/demande/numero/", connu="non", numero="")
    step(browser, "/demande/identite/", **IDENTITE)
    stale = {**IDENTITE, "adresse": "9 rue Autre", "cle": key(), "version": "1"}
    page = browser.post("/demande/identite/", stale)
    assert page.status_code == 409
    assert "Adresse : enregistré « 3 rue des Lilas », saisi « 9 rue Autre »." in text(page)
    assert 'value="9 rue Autre"' in text(page)
    mended = browser.post("/demande/identite/", {**stale, "cle": key(), "version": hidden(page, "version")})
    assert mended.status_code == 303
    assert Demande.objects.get().contact["adresse"] == "9 rue Autre"


def test_a_double_tap_is_one_effect_and_another_body_is_refused(browser: Client):
    step(browser, "/demande/numero/", connu="non", numero="")
    body = {**IDENTITE, "cle": key(), "version": "1"}
    answers = [browser.post("/demande/identite/", body) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Demande.objects.get().version == 2
    assert Event.objects.filter(kind="demande.etape").count() == 1
    other = browser.post("/demande/identite/", {**body, "nom": "Autre"})
    assert other.status_code == 422
    assert 'value="Autre"' in text(other)
    lost = browser.post("/demande/identite/", {**IDENTITE, "version": "2"})
    assert (lost.status_code, "clé d'envoi" in text(lost)) == (422, True)


def test_the_perimeter_without_script(browser: Client):
    step(browser, "/demande/numero/", connu="non", numero="")
    step(browser, "/demande/identite/", **IDENTITE)
    page = step(browser, "/demande/perimetre/", 422, commune="Saint-Her", secteur="prioritaire")
    assert "Ajouter Saint-Herblain (44)" in text(page)
    step(browser, "/demande/perimetre/", commune="Saint-Herblain (44)", commune_code="44162", secteur="prioritaire")
    step(browser, "/demande/perimetre/", commune="44400", secteur="prioritaire")
    assert "déjà dans vos secteurs" in text(
        step(browser, "/demande/perimetre/", 422, commune="Rezé (44)", secteur="secondaire")
    )
    step(browser, "/demande/perimetre/", action="monter", code="44143")
    assert list(Demande.objects.get().communes.values_list("code", "ordre")) == [("44143", 1), ("44162", 2)]
    step(browser, "/demande/perimetre/", action="changer", code="44162")
    assert set(Demande.objects.get().communes.values_list("code", "secteur")) == {
        ("44143", "prioritaire"),
        ("44162", "secondaire"),
    }
    last = text(step(browser, "/demande/perimetre/", 422, action="retirer", code="44143"))
    assert "Gardez au moins une commune en secteur prioritaire" in last
    moved = text(step(browser, "/demande/perimetre/", 422, action="changer", code="44143"))
    assert "Gardez au moins une commune en secteur prioritaire" in moved
    assert "Il manque une commune" not in moved
    assert Demande.objects.get().communes.count() == 2


def test_the_siret_is_checked(browser: Client):
    step(browser, "/demande/numero/", connu="non", numero="")
    step(browser, "/demande/identite/", **IDENTITE)
    day = {"emploi_depuis_jour": "6", "emploi_depuis_mois": "1", "emploi_depuis_annee": "2020"}
    work = {"activite": "salarie", "contrat": "cdi", "secteur": "", **day}
    page = text(step(browser, "/demande/travail/", 422, siret="12345", **work))
    assert "Un SIRET compte 14 chiffres" in page
    step(browser, "/demande/travail/", 422, siret="", effectif="une dizaine", **{**work, "secteur": "prive"})
    known = {**work, "secteur": "prive", "effectif": "35"}
    step(browser, "/demande/travail/", siret="", employeur="Atelier du Quai", **known)
    assert Demande.objects.get().effectif == 35
    assert Demande.objects.get().employeur == "Atelier du Quai"


def test_household_acts(browser: Client):
    step(browser, "/demande/numero/", connu="non", numero="")
    step(browser, "/demande/identite/", **IDENTITE)
    no_answer = text(step(browser, "/demande/menage/personne/", 422, **{**CHILD, "a_charge": ""}))
    assert "« À votre charge ? » est vide" in no_answer
    step(browser, "/demande/menage/personne/", **CHILD)
    step(
        browser,
        "/demande/menage/personne/",
        **{**CHILD, "role": "conjoint", "prenom": "Yann", "naissance_annee": "1990", "garde": "", "a_charge": ""},
    )
    assert "Pacs" in text(browser.get("/demande/menage/"))
    step(browser, "/demande/menage/", union="pacs", enfants_a_naitre="")
    demande = Demande.objects.get()
    child = demande.personnes.get(role="enfant")
    step(browser, f"/demande/menage/personne/{child.pk}/", **{**CHILD, "prenom": "Léonard"})
    assert demande.personnes.get(role="enfant").identite["prenom"] == "Léonard"
    partner = demande.personnes.get(role="conjoint")
    step(browser, f"/demande/menage/personne/{partner.pk}/retirer/")
    assert (Demande.objects.get().union, demande.personnes.count()) == ("", 2)


def test_an_imported_number(browser: Client):
    page = text(step(browser, "/demande/numero/", 422, connu="oui", numero="123"))
    assert "« 123 » (3 caractères) : le numéro unique a 18 chiffres ou lettres" in page
    assert 'value="123"' in page
    step(browser, "/demande/numero/", connu="oui", numero="0440323004217G4401")
    assert Demande.objects.get().deposee_le.isoformat() == "2023-03-14"


def test_a_demande_can_be_renounced(browser: Client):
    fill(browser)
    step(browser, "/demande/relecture/", vues_consenties="non", exact="on")
    step(browser, "/demande/renoncer/")
    assert Demande.objects.get().state == "radiee"
    assert "Déposer une nouvelle demande" in text(browser.get("/mon-espace/"))


def test_filing_needs_an_explicit_choice(browser: Client):
    fill(browser)
    page = text(step(browser, "/demande/relecture/", 422))
    assert "Répondez Oui ou Non." in page
    assert "Cochez la case pour déposer." in page
    assert "checked" not in page


def test_a_filed_demande_may_change(browser: Client):
    fill(browser)
    step(browser, "/demande/relecture/", vues_consenties="non", exact="on")
    response = step(browser, "/demande/logement/", typologies=["T4"], budget_cents="")
    assert response["Location"] == "/mon-espace/"
    assert Demande.objects.get().typologies == ["T4"]


@pytest.mark.parametrize(
    "path", ["/demande/inconnue/", "/demande/menage/personne/0190a000-0000-7000-8000-000000000000/"]
)
def test_unknown_pages(browser: Client, path: str):
    step(browser, "/demande/numero/", connu="non", numero="")
    step(browser, "/demande/identite/", **IDENTITE)
    assert browser.get(path).status_code == 404


def test_a_yearly_rent_is_refused(browser: Client):
    step(browser, "/demande/numero/", connu="non", numero="")
    step(browser, "/demande/identite/", **IDENTITE)
    page = text(step(browser, "/demande/logement/", 422, typologies=["T2"], budget_cents="19 000"))
    assert "19 000 € par mois dépasse 5 000 €" in page
    assert "Vérifiez le montant." in page


def test_the_last_reading_says_the_card_of_each_person(browser: Client):
    fill(browser)
    page = text(browser.get("/demande/relecture/"))
    cards = dict(re.findall(r"<dt>CMI invalidité, ([^<]*)</dt><dd>(Oui|Non)</dd>", page))
    assert cards == {"Inès Marchal": "Oui", "Léo Marchal": "Non"}
    assert "MDPH" in text(browser.get("/demande/menage/"))
