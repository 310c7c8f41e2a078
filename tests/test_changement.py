"""A change of life: what it would move is shown first, nothing is written, then one act makes it count everywhere."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from palier.base import clock
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.journal.models import Event
from palier.portals.demandeur.change_forms import DOORS
from tests import factories as make
from tests.sign_in import key, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.web]
BABY = {
    "prenom": "Noé", "nom": "Marchal", "garde": "principale",
    "naissance_jour": "2", "naissance_mois": "11", "naissance_annee": "2026",
}  # fmt: skip
COUPLE = {
    "union": "mariage", "enfants_a_naitre": 1, "handicap": False,
    "personnes": [
        {"role": "conjoint", "nom": "Marchal", "prenom": "Karim", "naissance": "1990-01-02", "a_charge": False},
        {"role": "enfant", "nom": "Marchal", "prenom": "Léo", "naissance": "2019-05-05", "a_charge": True,
         "garde": "principale"},
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def client_of(demande: Demande) -> Client:
    client = Client()
    sign_in(client, demande.titulaire, strong=False)
    return client


def text_of(response: HttpResponse) -> str:
    bare = re.sub(r"</?(sup|strong|b)>", "", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare))).replace(" .", ".")


def post(client: Client, door: str, **data: Any) -> HttpResponse:
    """Open the door and send its form as a browser without script would."""
    path = f"/demande/changement/{door}/"
    page = client.get(path)
    assert page.status_code == 200
    version = re.search(r'name="version" value="(\d+)"', page.content.decode())
    assert version
    return client.post(path, {"cle": key(), "version": version[1], **data})


def again(client: Client, door: str, preview: HttpResponse, button: str) -> HttpResponse:
    """Press a button of the preview page: what it kept is sent back."""
    form = preview.content.decode().partition('<form method="post">')[2].partition("</form>")[0]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    kept: dict[str, list[str]] = {}
    for name, value in hidden:
        kept.setdefault(name, []).append(html.unescape(value))
    return client.post(f"/demande/changement/{door}/", {**kept, button: "oui"})


def written(demande: Demande) -> tuple[Any, ...]:
    """All that a change may write."""
    rows = Candidature.objects.filter(demande=demande).order_by("pk")
    fresh = Demande.objects.get(pk=demande.pk)
    return fresh.version, fresh.personnes.count(), list(rows.values_list("points", "cote_le")), Event.objects.count()


def test_every_door_opens_and_asks_at_most_five_short_answers():
    demande = make.make_demande(menage=COUPLE)
    client = client_of(demande)
    doors = re.findall(r'href="/demande/changement/([a-z-]+)/"', client.get("/demande/changement/").content.decode())
    assert set(doors) == {
        "naissance", "separation", "emploi", "perte-emploi", "revenus", "adresse", "arrivee", "depart",
    }  # fmt: skip
    for door in doors:
        assert client.get(f"/demande/changement/{door}/").status_code == 200
        assert 1 <= len(DOORS[door](demande).rows()) <= 5, door


def test_a_birth_is_shown_with_what_it_moves_and_nothing_is_written():
    demande = make.make_demande()
    candidature = make.make_candidature(demande=demande)
    for days in (100, 200):
        make.make_candidature(candidature.offre, filed=make.NOW - timedelta(days=days))
    client, before = client_of(demande), written(demande)
    preview = post(client, "naissance", **BABY)
    assert preview.status_code == 200
    said = text_of(preview)
    assert "Rien n'est encore enregistré" in said
    assert re.search(r"Catégorie de ménage 4 5", said), said
    assert "Plafond PLUS" in said
    assert "Votre ménage compte 4 personnes pour les plafonds" in said
    assert "Votre rang reste 3e sur 3" in said or "Votre rang passerait" in said
    assert written(demande) == before


def test_confirming_counts_everywhere_at_that_commit_and_as_was_shown():
    demande = make.make_demande()
    candidature = make.make_candidature(demande=demande)
    client = client_of(demande)
    preview = post(client, "naissance", **BABY)
    shown = re.search(r"(?:De \d+ à|Toujours) (\d+) point", text_of(preview))
    assert shown
    done = again(client, "naissance", preview, "confirmer")
    assert (done.status_code, done["Location"]) == (303, "/mon-espace/")
    fresh = Demande.objects.get(pk=demande.pk)
    assert fresh.personnes.filter(role="enfant").count() == 3
    row = Candidature.objects.get(pk=candidature.pk)
    assert row.points == int(shown[1])
    assert row.cote_le > candidature.cote_le


def test_the_same_confirmation_sent_twice_counts_once():
    demande = make.make_demande()
    client = client_of(demande)
    preview = post(client, "naissance", **BABY)
    answers = [again(client, "naissance", preview, "confirmer") for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert Demande.objects.get(pk=demande.pk).personnes.filter(role="enfant").count() == 3


def test_going_back_keeps_what_was_typed_and_writes_nothing():
    demande = make.make_demande()
    client, before = client_of(demande), written(demande)
    preview = post(client, "naissance", **BABY)
    page = again(client, "naissance", preview, "revenir")
    assert page.status_code == 200
    assert 'value="Noé"' in page.content.decode()
    assert "Rien n'a été changé" in text_of(page)
    assert written(demande) == before


def test_a_page_older_than_another_change_says_the_difference():
    demande = make.make_demande()
    client = client_of(demande)
    preview = post(client, "naissance", **BABY)
    second = post(client, "adresse", adresse="12 rue Neuve", code_postal="44400", commune="Rezé (44)")
    assert again(client, "adresse", second, "confirmer").status_code == 303
    late = again(client, "naissance", preview, "confirmer")
    assert late.status_code == 409
    assert 'value="Noé"' in late.content.decode()
    assert Demande.objects.get(pk=demande.pk).personnes.filter(role="enfant").count() == 2


def test_an_empty_or_wrong_answer_is_said_and_kept():
    client = client_of(make.make_demande())
    page = post(client, "naissance", **{**BABY, "prenom": "", "naissance_annee": ""})
    assert page.status_code == 422
    assert "Il manque l'année" in text_of(page)
    assert 'value="Marchal"' in page.content.decode()


def test_a_separation_takes_the_other_adult_out_and_says_where_the_children_live():
    demande = make.make_demande(menage=COUPLE)
    child = demande.personnes.get(role="enfant")
    client = client_of(demande)
    data = {"situation_familiale": "separe", f"garde_{child.pk}": "alternee"}
    preview = post(client, "separation", **data)
    assert preview.status_code == 200, text_of(preview)
    assert again(client, "separation", preview, "confirmer").status_code == 303
    fresh = Demande.objects.get(pk=demande.pk)
    assert (fresh.union, fresh.personnes.filter(role="conjoint").exists()) == ("", False)
    assert fresh.personnes.get(role="enfant").garde == "alternee"
    holder = fresh.personnes.get(role="demandeur")
    assert (holder.identite or {})["situation_familiale"] == "separe"
    assert (fresh.contact or {})["telephone"] == "0199001212"


def test_a_job_lost_writes_work_and_incomes_in_one_commit():
    demande = make.make_demande()
    client, version = client_of(demande), demande.version
    preview = post(client, "perte-emploi", net_mensuel="980")
    assert again(client, "perte-emploi", preview, "confirmer").status_code == 303
    fresh = Demande.objects.get(pk=demande.pk)
    assert (fresh.demandeur_emploi, fresh.contrat, fresh.employeur) == (True, "", "")
    assert fresh.personnes.get(role="demandeur").net_mensuel_cents == 98_000
    assert fresh.version == version + 2


def test_a_new_job_keeps_the_rest_of_the_incomes():
    demande = make.make_demande()
    client = client_of(demande)
    data = {"employeur": "Verrerie du Port", "secteur": "prive", "contrat": "cdd", "emploi_depuis_jour": "1",
            "emploi_depuis_mois": "10", "emploi_depuis_annee": "2026", "net_mensuel": "1 900"}  # fmt: skip
    preview = post(client, "emploi", **data)
    assert again(client, "emploi", preview, "confirmer").status_code == 303
    fresh = Demande.objects.get(pk=demande.pk)
    holder = fresh.personnes.get(role="demandeur")
    assert (fresh.employeur, fresh.contrat) == ("Verrerie du Port", "cdd")
    assert (holder.net_mensuel_cents, holder.rfr_n2_cents) == (190_000, 2_150_000)


def test_arriving_and_leaving_change_the_household():
    demande = make.make_demande()
    client = client_of(demande)
    data = {"role": "conjoint", "prenom": "Karim", "nom": "Adel", "naissance_jour": "1", "naissance_mois": "2",
            "naissance_annee": "1990"}  # fmt: skip
    preview = post(client, "arrivee", **data)
    assert re.search(r"À ajouter ensuite .*, Karim", text_of(preview))
    assert again(client, "arrivee", preview, "confirmer").status_code == 303
    fresh = Demande.objects.get(pk=demande.pk)
    assert fresh.union == "concubinage"
    gone = fresh.personnes.get(role="conjoint")
    preview = post(client, "depart", personne=str(gone.pk))
    assert again(client, "depart", preview, "confirmer").status_code == 303
    assert not Demande.objects.get(pk=demande.pk).personnes.filter(role="conjoint").exists()


def test_a_dwelling_that_would_close_is_told_before_confirming():
    demande = make.make_demande(ressources={"rfr_n2_cents": 4_500_000, "net_mensuel_cents": 300_000})
    make.make_candidature(demande=demande)
    client = client_of(demande)
    child = demande.personnes.filter(role="enfant").first()
    assert child is not None
    said = text_of(post(client, "depart", personne=str(child.pk)))
    assert "Au-dessus du plafond" in said
    assert "Ce logement ne vous serait plus ouvert" in said


def test_nothing_that_moves_is_said_so():
    demande = make.make_demande()
    said = text_of(post(client_of(demande), "revenus", **{
        f"net_{each.pk.hex}": "1 721" for each in demande.personnes.filter(role="demandeur")
    }))  # fmt: skip
    assert "Rien ne change" in said


def test_a_draft_has_no_change_and_an_unknown_door_is_unknown():
    draft = client_of(make.make_demande(state="brouillon"))
    assert draft.get("/demande/changement/").status_code == 302
    assert draft.get("/demande/changement/naissance/").status_code == 404
    filed = client_of(make.make_demande())
    assert filed.get("/demande/changement/inconnue/").status_code == 404
    assert filed.get("/demande/changement/separation/").status_code == 404


def test_the_incomes_of_an_adult_with_an_account_are_neither_shown_nor_lost():
    demande, other = make.make_demande(menage=COUPLE), make.make_user()
    Demande.objects.filter(pk=demande.pk).update(codemandeur=other)
    demande.personnes.filter(role="conjoint").update(compte=other, net_mensuel_cents=123_400)
    client = client_of(demande)
    assert "1234" not in client.get("/demande/changement/revenus/").content.decode()
    holder = demande.personnes.get(role="demandeur")
    preview = post(client, "revenus", **{f"net_{holder.pk.hex}": "1 500", f"douze_{holder.pk.hex}": ""})
    assert "1 234" not in text_of(preview).replace("\u00a0", " ")
    assert again(client, "revenus", preview, "confirmer").status_code == 303
    assert demande.personnes.get(role="demandeur").net_mensuel_cents == 150_000
    assert demande.personnes.get(role="conjoint").net_mensuel_cents == 123_400
    assert '"/mon-espace/separer/"' in client.get("/demande/changement/").content.decode()


def test_a_wizard_answer_that_moves_a_right_is_shown_before_it_counts_and_any_other_is_saved_at_once():
    demande = make.make_demande(menage=COUPLE)
    client, before = client_of(demande), written(demande)
    child = demande.personnes.get(role="enfant")
    path = f"/demande/menage/personne/{child.pk}/retirer/"
    version = before[0]
    preview = client.post(path, {"cle": key(), "version": version})
    assert "Rien n'est encore enregistré" in text_of(preview)
    assert written(demande) == before
    done = client.post(path, {"cle": key(), "version": version, "confirmer": "oui"})
    assert done.status_code == 303
    assert not demande.personnes.filter(role="enfant").exists()
    second = make.make_demande()
    page = client_of(second).post("/demande/perimetre/", {
        "cle": key(), "version": second.version, "action": f"changer {make.REZE}",
    })  # fmt: skip
    assert page.status_code == 303
