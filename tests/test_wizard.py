"""From sign-up to an active demande through the pages alone, without a script."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from palier.accounts import tasks
from palier.base import clock
from palier.base.actor import Actor
from palier.demandes import actions, facts
from palier.demandes.models import Demande
from palier.gateways import mail
from palier.journal.models import Event
from palier.territoires.models import Commune
from tests.form_walk import DESK, PASSWORD, PHONE, applicant, born, browser_of, send, text, walk
from tests.sign_in import key
from tests.test_wizard_households import ALONE, CHILD

pytestmark = [pytest.mark.django_db, pytest.mark.web]
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
IDENTITE = {**ALONE["nom"], **ALONE["naissance"]}


@pytest.fixture(autouse=True)
def the_day() -> None:
    clock.set_now(AT)


@pytest.fixture(autouse=True)
def a_clean_mailbox(settings: Any, tmp_path: Any) -> None:
    settings.PALIER_COURRIER = tmp_path / "courrier"


def hidden(response: HttpResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no hidden {name}"
    return found[1]


def begin(client: Client) -> None:
    """A draft whose holder is known."""
    send(client, "/demande/numero/", connu="non", numero="")
    send(client, "/demande/identite/nom/", **ALONE["nom"])
    send(client, "/demande/identite/naissance/", **ALONE["naissance"])


def fill(client: Client) -> None:
    """Every answer of a parent with a child in shared custody, one question a page."""
    begin(client)
    send(client, "/demande/menage/personne/", **CHILD)
    walk(client, "/demande/identite/", {**ALONE, "charge": {"a_charge": "oui", "garde": "alternee"}})


def deliver(kind: str) -> None:
    for event in Event.objects.filter(kind=kind).order_by("at"):
        tasks.send_activation(event.pk)


def test_from_sign_up_to_an_active_demande():
    assert Commune.objects.filter(code="44109").exists()
    client = Client(headers={"User-Agent": PHONE})
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
    assert "Logement trop cher" in review
    assert "Il manque encore" not in review
    done = send(client, "/demande/relecture/", vues_consenties="oui", exact="on")
    assert done["Location"] == "/demande/attestation/"
    assert "Récapitulatif de dépôt" in text(client.get("/demande/attestation/"))
    demande = Demande.objects.get()
    assert (demande.state, demande.vues_consenties, demande.commune_domicile) == ("deposee", True, "44109")
    assert facts.situation(demande)["taux_effort_actuel"] == 0.3552
    assert demande.personnes.get(role="demandeur").rfr_n2_cents == 2_151_250

    page = client.get("/demande/code/")
    body = {"cle": hidden(page, "cle")}
    first, again = client.post("/demande/code/", body), client.post("/demande/code/", body)
    code = re.search(r'id="code">(\w{4} \w{4})<', first.content.decode())
    assert code
    assert code[1] in again.content.decode()
    agent = Actor(applicant("agent@exemple.fr").pk, "guichet", UUID(int=7))
    actions.open_counter(code=code[1], by=agent, at=clock.now())
    actions.record_number(demande_id=demande.pk, by=agent, at=clock.now())
    actions.send_waiting(demande_id=demande.pk, at=clock.now())
    home = text(client.get("/mon-espace/"))
    assert re.search(r"Numéro unique <span[^>]*>044 \d\d \d\d", home)
    assert "Attestation d'enregistrement" in text(client.get("/demande/attestation/"))


@pytest.fixture
def browser() -> Client:
    return browser_of(applicant())


@pytest.fixture
def desk() -> Client:
    return browser_of(applicant(), DESK)


def test_errors_keep_what_was_typed(desk: Client):
    send(desk, "/demande/numero/", connu="non", numero="")
    wrong = {**IDENTITE, "naissance_annee": "", "commune": "Saint", "nom": "", "adresse": "3 rue des Lilas"}
    page = text(send(desk, "/demande/identite/", 422, **wrong))
    assert "Il manque l'année. Exemple : 12 3 1992" in page
    assert "« Nom de naissance » est vide. Écrivez votre nom de naissance." in page
    assert "« Saint » peut désigner plusieurs communes" in page
    assert 'value="Inès"' in page
    assert 'value="3 rue des Lilas"' in page
    assert "<title>Erreur – " in page
    assert Demande.objects.get().version == 1


@pytest.mark.parametrize(("day", "expected"), [("24", 303), ("25", 422)])
def test_whoever_files_is_sixteen_to_the_day(browser: Client, day: str, expected: int):
    begin(browser)
    page = text(send(browser, "/demande/identite/naissance/", expected, **born(day, "11", "2010")))
    assert ("au moins 16 ans" in page) is (expected == 422)


@pytest.mark.parametrize(
    ("amount", "said"),
    [("NaN", "n'est pas un montant"), ("1e309", "n'est pas un montant"), ("-5", "négatif"), ("99999999999", "dépasse")],
)
def test_bad_amounts(browser: Client, amount: str, said: str):
    begin(browser)
    page = text(send(browser, "/demande/logement/taille/", 422, typologies=["T2"], budget_cents=amount))
    assert said in page
    assert f"« {amount} »" in page
    assert f'value="{amount}"' in page


def test_a_stale_form_is_a_409_with_the_difference_and_the_typed_text(browser: Client):
    begin(browser)
    send(browser, "/demande/identite/courrier/", courrier_chez="Mme Roux")
    stale = {"courrier_chez": "M. Blanc", "cle": key(), "version": "3"}
    page = browser.post("/demande/identite/courrier/", stale)
    assert page.status_code == 409
    assert "Courrier chez : enregistré « Mme Roux », saisi « M. Blanc »." in text(page)
    assert 'value="M. Blanc"' in text(page)
    mended = browser.post("/demande/identite/courrier/", {**stale, "cle": key(), "version": hidden(page, "version")})
    assert mended.status_code == 303
    assert Demande.objects.get().contact["courrier_chez"] == "M. Blanc"


def test_a_double_tap_is_one_effect_and_another_body_is_refused(browser: Client):
    begin(browser)
    path = "/demande/identite/nom/"
    body = {**ALONE["nom"], "nom_usage": "Roux", "cle": key(), "version": "3"}
    answers = [browser.post(path, body) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Demande.objects.get().version == 4
    assert Event.objects.filter(kind="demande.etape").count() == 3
    other = browser.post(path, {**body, "nom": "Autre"})
    assert other.status_code == 422
    assert 'value="Autre"' in text(other)
    lost = browser.post(path, {**ALONE["nom"], "version": "4"})
    assert (lost.status_code, "clé d'envoi" in text(lost)) == (422, True)


def test_interrupted_on_a_phone_taken_up_on_a_desk_at_the_first_question_unanswered(browser: Client):
    begin(browser)
    send(browser, "/demande/identite/nationalite/", nationalite="FR")
    assert browser.get("/demande/identite/")["Location"] == "/demande/identite/famille/"
    other = browser_of(Demande.objects.get().titulaire, DESK)
    assert 'href="/demande/identite/famille/">Continuer' in text(other.get("/mon-espace/"))
    page = text(other.get("/demande/identite/"))
    assert "Enregistré à 10 h 00" in page
    assert re.search(r'value="FR"[^>]*checked', page)


def test_a_phone_asks_one_question_a_desk_the_chapter_and_a_link_switches(browser: Client):
    begin(browser)
    path = "/demande/identite/"
    asked = text(browser.get("/demande/identite/famille/"))
    assert asked.count("Pourquoi cette question") == 1
    assert "chapitre 1 sur 7. Question 4 sur" in asked
    assert browser.get(f"{path}?questions=toutes")["Location"] == path
    whole = text(browser.get(path))
    assert whole.count("Pourquoi cette question") == 9
    browser.get(f"{path}?questions=une")
    assert browser.get(path).status_code == 302
    hinted = browser_of(applicant("b@exemple.fr"), DESK)
    begin(hinted)
    assert hinted.get(path).status_code == 200
    assert hinted.get(path, headers={"Sec-CH-UA-Mobile": "?1"}).status_code == 302
    assert browser_of(Demande.objects.first().titulaire, PHONE).get(path).status_code == 302


def test_a_whole_chapter_is_saved_at_once_and_asks_what_becomes_useful(desk: Client):
    begin(desk)
    shown = text(desk.get("/demande/actuel/"))
    assert "Combien payez-vous chaque mois" not in shown
    said = send(desk, "/demande/actuel/", statut="locataire_hlm", personnes="2", motifs=["non_decent"])
    assert said["Location"].startswith("/demande/actuel/#q-")
    again = text(desk.get("/demande/actuel/"))
    assert "Combien payez-vous chaque mois" in again
    assert "Qui est votre bailleur social" in again
    send(desk, "/demande/actuel/", loyer_cents="410", bailleur="Habitat de la Loire", bailleur_siren="552100554")
    assert Demande.objects.get().logement_actuel["loyer_cents"] == 41_000
    send(desk, "/demande/actuel/", statut="proprietaire")
    kept = Demande.objects.get().logement_actuel
    assert {"loyer_cents", "bailleur"} & set(kept) == set()
    assert kept["motifs"] == ["non_decent"]


def test_what_does_not_apply_is_not_asked(browser: Client):
    begin(browser)
    send(browser, "/demande/travail/activite/", statut="retraite")
    assert browser.get("/demande/travail/employeur/")["Location"] == "/demande/travail/"
    assert browser.get("/demande/travail/inconnue/").status_code == 404
    send(browser, "/demande/ressources/natures/", natures=["AUCUNE"])
    assert browser.get("/demande/ressources/montants/")["Location"] == "/demande/ressources/"
    assert Demande.objects.get().personnes.get().net_mensuel_cents == 0
    refused = text(send(browser, "/demande/ressources/natures/", 422, natures=["AUCUNE", "SAL"]))
    assert "« Aucune ressource » va seule." in refused


def test_doubtful_figures_are_said_kindly_and_never_block(browser: Client):
    begin(browser)
    send(browser, "/demande/ressources/rfr/", rfr_n2_cents="20 000", rfr_n1_cents="", douze_mois_cents="")
    page = text(browser.get("/demande/ressources/natures/"))
    assert "Le montant de 20 000 € est rond. S'il est exact, gardez-le." in page
    assert "20 000 € est rond" in text(browser.get("/demande/relecture/"))
    send(browser, "/demande/ressources/rfr/", rfr_n2_cents="20 113", rfr_n1_cents="", douze_mois_cents="")
    assert "est rond" not in text(browser.get("/demande/ressources/natures/"))


def test_the_number_of_social_security_is_checked_sealed_and_never_shown_whole(browser: Client):
    begin(browser)
    wrong = text(send(browser, "/demande/identite/nir/", 422, nir="2 95 10 99 126 111 94"))
    assert "Ce numéro ou sa clé n'est pas juste" in wrong
    send(browser, "/demande/identite/nir/", nir="2 95 10 99 126 111 93")
    assert Demande.objects.get().personnes.get().identite["nir"] == "295109912611193"
    for path in ("/demande/identite/nir/", "/demande/relecture/", "/demande/identite/?questions=toutes"):
        assert "295109912611193" not in text(browser.get(path, follow=True))
    assert "se termine par 93" in text(browser.get("/demande/relecture/"))
    send(browser, "/demande/identite/nir/", nir="")
    assert Demande.objects.get().personnes.get().identite["nir"] == "295109912611193"
    send(browser, "/demande/identite/nir/", nir_effacer="on")
    assert "nir" not in Demande.objects.get().personnes.get().identite


def test_the_siret_is_checked(browser: Client):
    begin(browser)
    send(browser, "/demande/travail/activite/", statut="salarie_prive")
    page = text(send(browser, "/demande/travail/employeur/", 422, siret="12345"))
    assert "14 chiffres" in page
    send(browser, "/demande/travail/employeur/", 422, siret="", effectif="une dizaine", secteur="prive")
    send(browser, "/demande/travail/employeur/", siret="", employeur="Atelier du Quai", secteur="prive", effectif="35")
    assert Demande.objects.get().effectif == 35
    assert Demande.objects.get().employeur == "Atelier du Quai"


def test_household_acts(browser: Client):
    begin(browser)
    partner = {"role": "conjoint", "prenom": "Yann", "nom": "Roux", **born("4", "5", "1990")}
    listed = send(browser, "/demande/menage/personne/", **CHILD)["Location"]
    assert "Ajouter une personne" in text(browser.get(listed)), "somebody else may be added before one goes on"
    told = f"/demande/menage/charge-{Demande.objects.get().personnes.get(role='enfant').pk.hex[-12:]}/"
    no_answer = text(send(browser, told, 422, a_charge=""))
    assert "À votre charge ? » est vide" in no_answer
    visiting = text(send(browser, told, 422, a_charge="oui", garde="visite"))
    assert "Un enfant en visite n'est pas à charge." in visiting
    send(browser, told, a_charge="oui", garde="alternee")
    send(browser, "/demande/menage/personne/", **partner)
    send(browser, "/demande/menage/union/", union="pacs")
    send(browser, "/demande/menage/personnes/", enfants_a_naitre="1")
    send(browser, "/demande/menage/naissance-prevue/", **born("3", "4", "2027", "naissance_prevue"))
    demande = Demande.objects.get()
    child = demande.personnes.get(role="enfant")
    assert (child.a_charge, child.garde, str(demande.naissance_prevue)) == (True, "alternee", "2027-04-03")
    send(browser, f"/demande/menage/personne/{child.pk}/", **{**CHILD, "prenom": "Léonard"})
    child = demande.personnes.get(role="enfant")
    assert (child.identite["prenom"], child.a_charge, child.garde) == ("Léonard", True, "alternee")
    found = demande.personnes.get(role="conjoint")
    send(browser, f"/demande/menage/personne/{found.pk}/retirer/")
    assert (Demande.objects.get().union, demande.personnes.count()) == ("", 2)


def test_cards_and_protections_go_person_by_person(browser: Client):
    begin(browser)
    send(browser, "/demande/menage/personne/", **CHILD)
    demande = Demande.objects.get()
    child, holder = demande.personnes.get(role="enfant"), demande.personnes.get(role="demandeur")
    ticked = {f"cartes_{child.pk.hex[-12:]}": ["handicap", "mdph"], f"cartes_{holder.pk.hex[-12:]}": ["tutelle"]}
    send(browser, "/demande/menage/handicap/", **ticked)
    case = facts.cas(Demande.objects.get(), au=AT.date())
    assert [each["handicap"] for each in case["menage"]["personnes"]] == [False, True]
    assert facts.situation_pieces(Demande.objects.get())["protection_juridique"] is True
    assert "Carte mobilité inclusion « invalidité »" in text(browser.get("/demande/relecture/"))


def test_an_imported_number(browser: Client):
    page = text(send(browser, "/demande/numero/", 422, connu="oui", numero="123"))
    assert "« 123 » (3 caractères) : le numéro unique a 18 chiffres ou lettres" in page
    assert 'value="123"' in page
    send(browser, "/demande/numero/", connu="oui", numero="0440323004217G4401")
    assert Demande.objects.get().deposee_le.isoformat() == "2023-03-14"


def test_a_demande_can_be_renounced(browser: Client):
    fill(browser)
    send(browser, "/demande/relecture/", vues_consenties="non", exact="on")
    send(browser, "/demande/renoncer/")
    assert Demande.objects.get().state == "radiee"
    assert "Déposer une nouvelle demande" in text(browser.get("/mon-espace/"))


def test_filing_needs_an_explicit_choice(browser: Client):
    fill(browser)
    page = text(send(browser, "/demande/relecture/", 422))
    assert "Répondez Oui ou Non." in page
    assert "Cochez la case pour déposer." in page
    assert "checked" not in page


@pytest.mark.parametrize(
    "path", ["/demande/inconnue/", "/demande/menage/personne/0190a000-0000-7000-8000-000000000000/"]
)
def test_unknown_pages(browser: Client, path: str):
    begin(browser)
    assert browser.get(path).status_code == 404


def test_a_yearly_rent_is_refused(browser: Client):
    begin(browser)
    page = text(send(browser, "/demande/logement/taille/", 422, typologies=["T2"], budget_cents="19 000"))
    assert "19 000 € par mois dépasse 5 000 €" in page
    assert "Vérifiez le montant." in page


def test_a_question_with_one_field_is_the_label_of_it(browser: Client):
    begin(browser)
    page = browser.get("/demande/identite/nationalite/").content.decode()
    assert re.search(r"<legend><h1>Quelle est votre nationalité\s\?</h1>", page)
    assert page.count("<h1>") == 1


def test_once_filed_a_phone_shows_the_whole_chapter_to_change(browser: Client):
    fill(browser)
    send(browser, "/demande/relecture/", vues_consenties="non", exact="on")
    page = browser.get("/demande/menage/")
    assert page.status_code == 200
    assert "Qui vivra avec vous" in text(page)
    assert "Handicap, santé, protection" in text(page)
