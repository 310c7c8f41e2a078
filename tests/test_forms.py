"""What a form refuses, in which words, and what never reaches the database (promises.md BI-3, BI-4, BI-5)."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from palier.accounts import actions as accounts
from palier.accounts.models import User
from palier.base import clock
from palier.base.actor import Actor
from palier.base.refusal import Refused
from palier.demandes.models import Demande
from palier.portals import forms
from tests.sign_in import key, sign_in

pytestmark = pytest.mark.web
BASE = {
    "civilite": "MME", "nationalite": "FR", "situation_familiale": "celibataire", "telephone": "0199001212",
    "adresse": "3 rue Basse", "naissance_jour": "12", "naissance_mois": "3", "naissance_annee": "1992",
    "commune": "44109", "version": "1",
}  # fmt: skip


class Form(forms.PalierForm):
    texte = forms.TextField(label="Texte", max_length=20, required=False)
    montant = forms.AmountField(label="Montant", required=False)
    nombre = forms.WholeField(label="Nombre", high=30, required=False)
    jour = forms.DayField(label="Jour", latest=lambda: date(2026, 11, 24), required=False)
    choix = forms.ChoiceField(label="Choix", choices=[("a", "A")], required=False)
    oui = forms.YesNoField(label="Oui ?", required=False)


def errors(**data: Any) -> dict[str, str]:
    form = Form(data)
    return {name: " ".join(texts).replace("\u00a0", " ") for name, texts in form.errors.items()}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"texte": "a\x00b"}, "« ab » contient un caractère invisible. Effacez-le et écrivez à nouveau."),
        ({"texte": "a\ud800"}, "« a » contient un caractère invisible. Effacez-le et écrivez à nouveau."),
        ({"texte": "x" * 21}, "Cette réponse compte 21 caractères. Raccourcissez-la à 20 au plus."),
        ({"montant": "mille"}, "« mille » n'est pas un montant en euros."),
        ({"nombre": "1" + "0" * 30}, "n'est pas un nombre entier de 0 à 30. Écrivez-le en chiffres."),
        ({"nombre": "٣"}, "« ٣ » n'est pas un nombre entier de 0 à 30."),
        ({"jour_jour": "30", "jour_mois": "2", "jour_annee": "2020"}, "« 30 2 2020 » n'existe pas dans le calendrier."),
        ({"jour_jour": "1", "jour_mois": "1", "jour_annee": "0000"}, "« 1 1 0000 » n'existe pas dans le calendrier."),
        ({"jour_jour": "1", "jour_mois": "1", "jour_annee": "1899"}, "n'est pas entre 1900 et le 24/11/2026."),
        ({"jour_jour": "25", "jour_mois": "11", "jour_annee": "2026"}, "n'est pas entre 1900 et le 24/11/2026."),
        ({"jour_jour": "1", "jour_mois": "", "jour_annee": "2020"}, "Il manque le mois."),
        ({"jour_jour": "²", "jour_mois": "1", "jour_annee": "2020"}, "n'est pas une date."),
        ({"choix": "z"}, "« z » n'est pas une réponse possible. Choisissez dans la liste."),
    ],
)
def test_every_refusal_names_the_value_and_the_mend(data: dict[str, str], said: str):
    (found,) = errors(**data).values()
    assert said in found


def test_values_that_are_kept():
    form = Form(
        {
            "texte": unicodedata.normalize("NFD", "Éloïse d'Ŵ"), "montant": "1 234,56", "nombre": "30", "oui": "non",
            "jour_jour": "29", "jour_mois": "2", "jour_annee": "2024",
        }
    )  # fmt: skip
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "texte": "Éloïse d'Ŵ", "montant": 123_456, "nombre": 30, "jour": date(2024, 2, 29), "choix": "", "oui": False,
    }  # fmt: skip


def test_the_body_of_a_form_is_canonical():
    one = QueryDict("b=2&a=1&a=3&cle=x&csrfmiddlewaretoken=y")
    other = QueryDict("a=1&a=3&b=2&cle=z&csrfmiddlewaretoken=t")
    assert forms.posted_body(one) == forms.posted_body(other)
    assert forms.posted_body(one) != forms.posted_body(QueryDict("a=3&a=1&b=2"))


def test_a_refusal_of_the_domain_lands_on_its_field():
    form = Form({"texte": "abc"})
    form.refuse(Refused("x", "Non.", field="Texte", value="abc", mend="Changez."))
    assert [str(each).replace("\u00a0", " ") for each in form.errors["texte"]] == ["« abc ». Non. Changez."]
    form.refuse(Refused("y", "Jamais.", field="Autre"))
    assert form.non_field_errors()


@pytest.fixture
def browser(db: None) -> Client:
    user: User = accounts.open_account(
        email="ines@exemple.fr", password=None, by=Actor.system(), at=clock.now(), verified=True
    )
    client = Client()
    sign_in(client, user, strong=False)
    client.post("/demande/numero/", {"cle": key(), "connu": "non", "numero": ""})
    return client


@pytest.mark.parametrize("path", ["/demande/identite/", "/compte/renvoyer/", "/compte/login/"])
def test_nul_is_a_400_everywhere(browser: Client, path: str):
    assert browser.post(path, {"cle": key(), "nom": "a\x00b", "email": "a\x00@b.fr"}).status_code == 400
    assert browser.get(path, {"next": "\x00"}).status_code == 400


def test_ten_thousand_fields_are_a_400(browser: Client):
    data = {f"champ{number}": "x" for number in range(10_000)}
    assert browser.post("/demande/identite/", data).status_code == 400


NAMES = [
    "O",
    "D'Aubigné-Nguyễn",
    "de La Tour du Pin",
    "Işık",
    "Trần Thị Mỹ Duyên",
    "عمر Omar",
    "N" * 120,
    "‘; DROP",
    "<b>x</b>",
]


@pytest.mark.parametrize("nom", NAMES)
def test_names_are_kept_as_typed(browser: Client, nom: str):
    response = browser.post("/demande/identite/", {**BASE, "cle": key(), "prenom": "", "nom": nom})
    assert response.status_code == 303, response.content.decode()[-2000:]
    kept = Demande.objects.get().personnes.get().identite["nom"]
    assert kept == unicodedata.normalize("NFC", nom)
    page = browser.get("/demande/relecture/").content.decode()
    assert "<b>x</b>" not in page


def test_other_fields_of_the_model_are_not_written(browser: Client):
    forged = {
        "state": "active", "deposee_le": "2001-01-01", "numero_index": "x", "titulaire": key(),
        "vues_consenties": "True", "importee": "1", "version": "1", "motif_radiation": "x",
    }  # fmt: skip
    before = Demande.objects.get()
    assert browser.post("/demande/identite/", {**forged, **BASE, "cle": key(), "nom": "Marchal"}).status_code == 303
    after = Demande.objects.get()
    for name in (
        "state",
        "deposee_le",
        "numero_index",
        "titulaire_id",
        "vues_consenties",
        "importee",
        "motif_radiation",
    ):
        assert getattr(after, name) == getattr(before, name), name
