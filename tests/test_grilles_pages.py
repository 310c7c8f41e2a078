"""The desk of a collectivité: form and text save one draft, nothing typed is lost; every grid is read by all."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from palier.accounts.models import User
from palier.base import clock
from palier.base.actor import Actor
from palier.base.refusal import Refused
from palier.candidatures.facts import law_grille
from palier.droit.bareme import texte_donnees
from palier.droit.cotation import lire_grille, textes_partiels
from palier.territoires.actions import publish_grille, save_draft
from palier.territoires.grids import grille_lue
from palier.territoires.models import BrouillonGrille, Grille
from tests import factories as make
from tests.access.pages import main_form
from tests.sign_in import key, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.web]
DEMO = texte_donnees("donnees/grilles/territoire_demo.toml")


@pytest.fixture
def agent(client: Client) -> Actor:
    """The signed-in agent of the collectivité of the demonstration, whose grid is in force."""
    clock.set_now(make.NOW)
    publish_grille(texte=DEMO, perimetre=[make.EPCI], by=Actor.system(), at=make.NOW)
    _, by = make.make_collectivite()
    sign_in(client, User.objects.get(pk=by.user_id))
    return by


def at(name: str, draft: BrouillonGrille) -> str:
    return reverse(f"collectivite:{name}", args=[draft.pk])


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))


def typed(client: Client, path: str, **changes: Any) -> dict[str, Any]:
    """The form of a page as it would be sent, with some fields changed."""
    form = main_form(client.get(path), path)
    assert form is not None
    return form.data(**{name.replace("__", "-"): value for name, value in changes.items()})


def test_a_draft_starts_from_the_grid_in_force(client: Client, agent: Actor):
    path = reverse("collectivite:nouveau")
    shown = text_of(client.get(path))
    assert "Grille de démonstration, version 1, pour en écrire la version 2" in shown
    in_force = Grille.objects.get()
    sent = client.post(path, {"cle": key(), "libelle": "Projet 2027", "modele": str(in_force.pk)})
    draft = BrouillonGrille.objects.get()
    assert sent.status_code == 303
    assert sent["Location"] == at("brouillon", draft)
    read = lire_grille(draft.texte)
    assert (read.code, read.version, read.deliberation) == ("territoire-demo", 2, "à voter")
    assert "Projet 2027" in text_of(client.get(reverse("collectivite:grilles")))


@pytest.mark.parametrize("modele", ["exemple", "vide"])
def test_a_model_is_ready_to_be_voted(client: Client, agent: Actor, modele: str):
    client.post(reverse("collectivite:nouveau"), {"cle": key(), "libelle": "P", "modele": modele})
    draft = BrouillonGrille.objects.get()
    read = lire_grille(draft.texte)
    assert (read.code, read.fictif) == (f"grille-{make.EPCI}", False)
    assert "rien n'empêche de publier" in text_of(client.get(at("brouillon", draft)))


def test_the_form_sent_as_it_is_changes_nothing_but_the_save(client: Client, agent: Actor):
    draft = make.make_brouillon(agent)
    path = at("brouillon", draft)
    assert client.post(path, typed(client, path)).status_code == 303
    saved = BrouillonGrille.objects.get(pk=draft.pk)
    assert lire_grille(saved.texte).empreinte == lire_grille(draft.texte).empreinte
    assert saved.version == 2


def test_the_form_and_the_text_save_the_same_draft(client: Client, agent: Actor):
    draft = make.make_brouillon(agent)
    path = at("brouillon", draft)
    client.post(path, typed(client, path, r1c1__points="75", r1c1__libelle="Priorité « DALO »", r4c3__reference=""))
    text = main_form(client.get(at("brouillon_texte", draft)), at("brouillon_texte", draft))
    assert text is not None
    sent = str(text.values["texte"][0]).replace("points = 75", "points = 80")
    page = client.post(at("brouillon_texte", draft), text.data(texte=sent))
    assert page.status_code == 303
    again = typed(client, path)
    assert (again["r1c1-points"], again["r1c1-libelle"]) == (["80"], ["Priorité « DALO »"])
    assert "aucun texte n'est cité" in text_of(client.get(path))


def test_lines_and_rubriques_are_added_moved_and_removed_without_script(client: Client, agent: Actor):
    draft = make.make_brouillon(agent)
    path = at("brouillon", draft)

    def do(gesture: str) -> list[list[str]]:
        sent = client.post(path, typed(client, path, geste=gesture))
        assert sent.status_code == 303
        read = lire_grille(BrouillonGrille.objects.get(pk=draft.pk).texte)
        return [[line.code for line in rubrique.criteres] for rubrique in read.rubriques]

    before = do("")
    assert do("bas-r1c1")[0] == before[0][::-1]
    assert do("haut-r1c2") == before
    assert do("haut-r1c1") == before
    assert do("bas-r1")[:2] == [before[1], before[0]]
    assert do("haut-r2") == before
    added = do("ajouter-r1")
    assert added[0] == [*before[0], "critere_3"]
    shown = text_of(client.get(f"{path}?ouvert=r1c3"))
    assert "il n'apporte jamais de point" in shown
    assert do("retirer-r1c3") == before
    assert do("ajouter-r")[-1] == ["critere_1"]
    assert do(f"retirer-r{len(before) + 1}") == before
    assert do("retirer-r99c1") == before
    assert do("exploser-r1") == before


def test_the_address_after_a_gesture_is_that_of_the_line(client: Client, agent: Actor):
    draft = make.make_brouillon(agent)
    path = at("brouillon", draft)
    sent = client.post(path, typed(client, path, geste="ajouter-r2"))
    assert sent["Location"] == f"{path}?ouvert=r2c5#r2c5"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("r1c1-points", "beaucoup", "un nombre entier"),
        ("r1c1-si", "situation.dalo et", "incomplète"),
        ("r1c1-si", "situation.nationalite", "n'est pas un fait du dictionnaire"),
        ("r1c1-code", "", "un texte est attendu"),
        ("r1c1-par_fait", "anciennete_mois", "soit points, soit points_par"),
        ("r7c1-par_pas", "1,5,2", "un nombre de"),
        ("g-version", "deux", "version"),
        ("r1-cumul", "produit", "inconnu"),
    ],
)
def test_a_wrong_answer_is_kept_and_said(client: Client, agent: Actor, field: str, value: str, said: str):
    draft = make.make_brouillon(agent)
    path = at("brouillon", draft)
    assert client.post(path, {**typed(client, path), field: value}).status_code == 303
    page = client.get(path)
    assert said in text_of(page)
    kept = typed(client, path)
    if field != "r1-cumul":
        assert kept[field] in ([value], value)
    assert 'href="#' in page.content.decode()


def test_two_agents_at_once_lose_nothing(client: Client, agent: Actor):
    draft = make.make_brouillon(agent)
    path = at("brouillon", draft)
    mine = typed(client, path, r1c1__libelle="Mon mot")
    client.post(path, typed(client, path, r1c1__libelle="Le sien"))
    page = client.post(path, mine)
    assert page.status_code == 409
    assert "enregistré ailleurs" in text_of(page)
    form = main_form(page, path)
    assert form is not None
    assert form.values["r1c1-libelle"] == ["Mon mot"]
    assert "Le sien" in BrouillonGrille.objects.get(pk=draft.pk).texte
    assert client.post(path, form.data(cle=key())).status_code == 303
    assert "Mon mot" in BrouillonGrille.objects.get(pk=draft.pk).texte


def test_a_text_written_elsewhere_meanwhile_is_kept_too(client: Client, agent: Actor):
    draft = make.make_brouillon(agent)
    path = at("brouillon_texte", draft)
    mine = typed(client, path, texte="# mon texte")
    client.post(path, typed(client, path, texte="# le sien"))
    page = client.post(path, mine)
    assert page.status_code == 409
    form = main_form(page, path)
    assert form is not None
    assert form.values["texte"] == ["# mon texte"]
    assert client.post(path, form.data(cle=key())).status_code == 303
    assert BrouillonGrille.objects.get(pk=draft.pk).texte == "# mon texte"


def test_a_text_that_is_no_toml_is_kept_and_its_line_is_said(client: Client, agent: Actor):
    draft = make.make_brouillon(agent)
    path = at("brouillon_texte", draft)
    assert client.post(path, typed(client, path, texte='code = "a"\r\n[[rubrique]\r\n')).status_code == 303
    assert BrouillonGrille.objects.get(pk=draft.pk).texte == 'code = "a"\n[[rubrique]\n'
    page = text_of(client.get(path))
    assert "ligne 2, colonne" in page
    assert "#l2" in page
    assert "ne peut pas montrer ce texte" in text_of(client.get(at("brouillon", draft)))
    assert "ne se lit pas encore" in text_of(client.get(at("brouillon_apercu", draft)))
    assert 'name="deliberation"' not in text_of(client.get(at("brouillon_publier", draft)))


@pytest.mark.parametrize(
    "text",
    [
        "a = 1e999999999\n[[rubrique]]\n[[rubrique.critere]]\npoints_par = {pas = 1e999999999}",
        "rubrique = 3",
        "rubrique = [1, 2]",
        'code = "x"',
        "[rubrique]\ncritere = 1",
        "[[rubrique]]\ncritere = 1",
        "",
    ],
)
def test_any_toml_has_its_pages(client: Client, agent: Actor, text: str):
    draft = make.make_brouillon(agent, "#\n" + text)
    for name in ("brouillon", "brouillon_texte", "brouillon_apercu", "brouillon_publier", "ecarter"):
        assert client.get(at(name, draft)).status_code == 200


def test_a_form_that_arrived_cut_wipes_nothing(client: Client, agent: Actor):
    draft = make.make_brouillon(agent)
    path = at("brouillon", draft)
    sent = typed(client, path)
    del sent["fin"]
    page = client.post(path, sent)
    assert page.status_code == 422
    assert BrouillonGrille.objects.get(pk=draft.pk).texte == draft.texte


def test_the_preview_counts_three_households_before_and_after(client: Client, agent: Actor):
    heavier = DEMO.replace("version = 1", "version = 2").replace("points = 12", "points = 20")
    page = text_of(client.get(at("brouillon_apercu", make.make_brouillon(agent, heavier))))
    assert page.count("<h2>") >= 3
    assert "Hébergé par un tiers" in page
    assert "<strong>+8</strong>" in page
    assert "Il manque une pièce" in page
    assert "version 1, en vigueur aujourd'hui" in page


def test_a_draft_is_published_with_its_deliberation(client: Client, agent: Actor):
    draft = make.make_brouillon(agent)
    path = at("brouillon_publier", draft)
    names = sorted(name for name in typed(client, path) if name.startswith("en_vigueur_depuis"))
    day = dict(zip(names, _parts(names, date(2027, 1, 1)), strict=True))
    forgotten = client.post(path, {**typed(client, path), "deliberation": "n° 2026-118", **day})
    assert forgotten.status_code == 422
    assert "Cochez la confirmation" in text_of(forgotten)
    assert "n° 2026-118" in text_of(forgotten)
    sent = client.post(path, {**typed(client, path), "deliberation": "n° 2026-118", "confirme": "on", **day})
    grille = Grille.objects.get(version=2)
    assert sent["Location"] == reverse("public:grille", args=[grille.empreinte])
    page = text_of(client.get(sent["Location"]))
    assert "n° 2026-118" in page
    assert "À venir" in page
    assert client.get(path).status_code == 404


def _parts(names: list[str], day: date) -> list[str]:
    said = {"jour": str(day.day), "mois": str(day.month), "annee": str(day.year)}
    return [said[name.rpartition("_")[2]] for name in names]


def test_a_refused_publication_keeps_what_was_typed(client: Client, agent: Actor):
    draft = make.make_brouillon(agent)
    path = at("brouillon_publier", draft)
    names = sorted(name for name in typed(client, path) if name.startswith("en_vigueur_depuis"))
    day = dict(zip(names, _parts(names, date(2026, 11, 1)), strict=True))
    page = client.post(path, {**typed(client, path), "deliberation": "n° 7", "confirme": "on", **day})
    assert page.status_code == 422
    assert "jours passés" in text_of(page)
    assert "n° 7" in text_of(page)
    assert Grille.objects.count() == 1


def test_a_draft_is_set_aside_after_a_page_that_asks(client: Client, agent: Actor):
    draft = make.make_brouillon(agent)
    assert "Il ne revient pas" in text_of(client.get(at("ecarter", draft)))
    seen = draft.version
    draft = save_draft(
        draft_id=draft.pk, libelle=draft.libelle, texte=draft.texte + "\n# suite", version=seen, by=agent, at=make.NOW
    )
    stale = client.post(at("ecarter", draft), {"cle": key(), "version": seen})
    assert stale.status_code == 409, "a colleague saved it since this page was read"
    assert client.get(at("brouillon", draft)).status_code == 200
    done = client.post(at("ecarter", draft), {"cle": key(), "version": draft.version})
    assert done["Location"] == reverse("collectivite:grilles")
    assert client.get(at("brouillon", draft)).status_code == 404


def test_nobody_else_opens_the_desk(client: Client, agent: Actor):
    draft = make.make_brouillon(agent)
    other = Client()
    _, by = make.make_bailleur()
    sign_in(other, User.objects.get(pk=by.user_id))
    for name in ("brouillon", "brouillon_texte", "brouillon_apercu", "brouillon_publier", "ecarter"):
        assert other.get(at(name, draft)).status_code == 404


# Public reading -------------------------------------------------------------------------------------------------------


def test_every_published_version_is_readable_by_all(client: Client):
    clock.set_now(make.NOW)
    first = publish_grille(texte=DEMO, perimetre=[make.EPCI], by=Actor.system(), at=make.NOW)
    second = publish_grille(
        texte=DEMO.replace("version = 1", "version = 2").replace("2025-01-01", "2026-07-01"),
        perimetre=[make.EPCI], by=Actor.system(), at=make.NOW,
    )  # fmt: skip
    listed = text_of(client.get(reverse("public:grilles")))
    assert "Nantes Métropole" in listed
    assert "Passée" in listed
    assert "En vigueur" in listed
    assert all(each.empreinte in listed for each in (first, second))
    page = text_of(client.get(reverse("public:grille", args=[first.empreinte])))
    for said in (first.empreinte, first.deliberation, "01/01/2025", "30/06/2026", "Version 2"):
        assert said in page
    text = client.get(reverse("public:grille_texte", args=[first.empreinte]))
    assert text.content.decode() == DEMO
    assert lire_grille(text.content.decode()).empreinte == first.empreinte
    assert text["Content-Disposition"] == 'attachment; filename="territoire-demo-v1.toml"'


@pytest.mark.parametrize("code", ["paris-2014", "rhone", "toulouse-metropole"])
def test_an_extract_is_credited_and_never_ranks(client: Client, code: str):
    page = text_of(client.get(reverse("public:grille_extrait", args=[code])))
    text = textes_partiels()[code]
    read = lire_grille(text)
    assert "Partiel :" in page
    assert "ne sert jamais à classer" in page
    assert read.source.split(" ; ")[0].split(" (")[0].split(" »")[0].split("« ")[-1] in page
    assert client.get(reverse("public:grille_extrait_texte", args=[code])).content.decode() == text
    with pytest.raises(Refused) as caught:
        publish_grille(texte=text, perimetre=["44"], by=Actor.system(), at=make.NOW)
    assert "un extrait ne se publie pas" in str(caught.value)
    stored = Grille(code=code, texte=text, empreinte=read.empreinte)
    for door in (law_grille, grille_lue):
        with pytest.raises(Refused, match="extrait"):
            door(stored)


def test_the_extracts_are_listed_and_not_in_the_api(client: Client):
    listed = text_of(client.get(reverse("public:grilles")))
    assert all(reverse("public:grille_extrait", args=[code]) in listed for code in textes_partiels())
    assert client.get("/api/v1/grilles").json() == []
    assert client.get(reverse("public:grille_extrait", args=["lyon"])).status_code == 404


def test_the_api_keeps_the_grids_of_a_day(client: Client):
    publish_grille(texte=DEMO, perimetre=[make.EPCI], by=Actor.system(), at=make.NOW)
    assert len(client.get("/api/v1/grilles?en_vigueur=2026-11-24").json()) == 1
    assert client.get("/api/v1/grilles?en_vigueur=2024-12-31").json() == []
    assert client.get("/api/v1/grilles?en_vigueur=demain").status_code in (400, 422)
