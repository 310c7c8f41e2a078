"""Grids of a collectivité: drafts that are never lost, publication that checks, one grid a place and a day."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palier.base.actor import Actor
from palier.base.refusal import NotVisible, Refused
from palier.droit.bareme import texte_donnees
from palier.droit.cotation import apercus, ecrire_grille, lire_grille, texte_adopte
from palier.journal.models import Event
from palier.territoires.actions import discard_draft, open_draft, publish_draft, publish_grille, save_draft
from palier.territoires.models import BrouillonGrille, Grille
from tests import factories as make
from tests.test_races import together

DEMO = texte_donnees("donnees/grilles/territoire_demo.toml")
DEUX = DEMO.replace("version = 1", "version = 2")
OTHER_EPCI = "243500139"
"""Rennes Métropole: an EPCI elsewhere than the demonstration."""


def publish(texte: str = DEMO, perimetre: tuple[str, ...] = (make.EPCI,), by: Actor | None = None) -> Grille:
    return publish_grille(texte=texte, perimetre=perimetre, by=by or Actor.system(), at=make.NOW)


def adopt(draft: BrouillonGrille, by: Actor, **changes: Any) -> Grille:
    given = {
        "version": draft.version, "siren": make.EPCI, "deliberation": "Délibération n° 12 du 18/12/2026",
        "en_vigueur_depuis": date(2027, 1, 1), **changes,
    }  # fmt: skip
    return publish_draft(draft_id=draft.pk, by=by, at=make.NOW, **given)


def refused(work: Any, *args: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        work(*args, **options)
    return caught.value


# Writing --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nom", ["territoire_demo", "territoire_exemple"])
def test_a_grid_written_again_is_the_same_grid(nom: str):
    texte = texte_donnees(f"donnees/grilles/{nom}.toml")
    brute = tomllib.loads(texte, parse_float=Decimal)
    ecrit = ecrire_grille(brute)
    assert tomllib.loads(ecrit, parse_float=Decimal) == brute
    assert lire_grille(ecrit).empreinte == lire_grille(texte).empreinte


valeurs = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.integers(-(10**6), 10**6), st.booleans(),
    st.dates(), st.decimals(allow_nan=False, allow_infinity=False, places=4),
)  # fmt: skip
cles = st.sampled_from(["code", "libelle", "points", "si", "autre clé", "é", "note"])
tables = st.dictionaries(cles, valeurs, max_size=4)


@settings(max_examples=100, deadline=None)
@given(tables, st.lists(st.tuples(tables, st.lists(tables, max_size=3)), max_size=3))
def test_nothing_of_a_wrong_grid_is_dropped(entete: dict[str, Any], rubriques: list[Any]):
    brute = {**entete}
    if rubriques:
        brute["rubrique"] = [{**cles, **({"critere": lignes} if lignes else {})} for cles, lignes in rubriques]
    assert tomllib.loads(ecrire_grille(brute), parse_float=Decimal) == brute


def test_adopting_a_text_keeps_its_comments_and_sets_its_heading():
    adopte = texte_adopte(DEMO, {"deliberation": 'N° 3 « "ici" »', "en_vigueur_jusqu_au": date(2030, 1, 1)})
    assert adopte.startswith("# FICTITIOUS")
    lue = lire_grille(adopte)
    assert (lue.deliberation, lue.en_vigueur_jusqu_au) == ('N° 3 « "ici" »', date(2030, 1, 1))
    assert lue.rubriques == lire_grille(DEMO).rubriques
    assert lire_grille(texte_adopte(adopte, {"en_vigueur_jusqu_au": None})).en_vigueur_jusqu_au is None
    assert texte_adopte("pas [du toml", {"deliberation": "x"}) == "pas [du toml"


def test_adopting_a_heading_on_several_lines_still_says_the_same():
    piege = DEMO.replace('libelle = "Grille de démonstration"', 'libelle = """a\ndeliberation = 3\n"""', 1)
    lue = lire_grille(texte_adopte(piege, {"deliberation": "neuve"}))
    assert (lue.libelle, lue.deliberation) == ("a\ndeliberation = 3\n", "neuve")
    ferme = DEMO.replace('libelle = "Grille de démonstration"', 'libelle = """a\ndeliberation = """', 1)
    assert lire_grille(texte_adopte(ferme, {"deliberation": "neuve"})).libelle == "a\ndeliberation = "


def test_values_that_no_grid_needs_are_written_too():
    texte = 'note = [1, "a", [true]]\nx = inf\ny = -inf\nz = nan\nd = {a = 1.50}\nq = 2026-01-01T10:00:00\n'
    texte += '"é à" = 1e999999999\np = -2e-400\nr = -3.0\n'
    brute = tomllib.loads(texte, parse_float=Decimal)
    assert repr(tomllib.loads(ecrire_grille(brute), parse_float=Decimal)) == repr(brute)


def test_a_preview_says_why_a_household_cannot_be_counted():
    fausse = lire_grille(DEMO.replace('si = "situation.dalo"', 'si = "situation.dalo >= 1"'))
    vus = apercus(fausse, lire_grille(DEMO), date(2026, 11, 24))
    assert [bool(un.erreur) for un in vus] == [False, False, True]
    assert "situation.dalo" in vus[2].erreur
    assert vus[2].lignes == ()
    assert [un.ecart for un in apercus(lire_grille(DEMO), None, date(2026, 11, 24))] == ["", "", ""]


# Publication ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_publication_lists_every_fault():
    faux = DEMO.replace("situation.dalo", "situation.nationalite").replace('reference = "loi 90-449, art. 2"\n', "")
    said = refused(publish, faux)
    assert said.code == "grille_defauts"
    lines = str(said.detail).split("\n")
    assert lines[0].replace("\u00a0", " ") == "La grille a 2 défauts."
    assert "situation.nationalite" in lines[1]
    assert "pdalhpd" in lines[2]
    assert not Grille.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["bailleur", "demandeur", "reservataire", "admin"])
def test_only_a_collectivite_publishes(role: str):
    with pytest.raises(NotVisible):
        publish(by=Actor(make.make_user().pk, role))


@pytest.mark.django_db
def test_one_place_and_one_day_have_one_grid():
    first = publish()
    autre = DEMO.replace('"territoire-demo"', '"autre"')
    said = refused(publish, autre)
    assert (said.code, said.value) == ("grille_concurrente", "autre")
    assert "territoire-demo" in said.mend
    assert publish(autre, ("44",)).perimetre == ["44"]
    avant = DEMO.replace('"territoire-demo"', '"avant"').replace(
        "en_vigueur_depuis = 2025-01-01", "en_vigueur_depuis = 2024-01-01\nen_vigueur_jusqu_au = 2024-12-31"
    )
    assert publish(avant).en_vigueur_jusqu_au == date(2024, 12, 31)
    assert refused(publish, avant.replace('"avant"', '"encore"').replace("2024-12-31", "2025-01-01")).code == (
        "grille_concurrente"
    )
    assert Grille.objects.get(pk=first.pk).en_vigueur_jusqu_au is None


@pytest.mark.django_db
def test_a_collectivite_never_touches_the_grid_of_another():
    first = publish()
    _, by = make.make_collectivite(OTHER_EPCI)
    draft = make.make_brouillon(by, DEUX, siren=OTHER_EPCI)
    said = refused(adopt, draft, by, siren=OTHER_EPCI)
    assert said.code == "grille_code"
    assert refused(adopt, draft, by).code == "grille_perimetre"
    first.refresh_from_db()
    assert first.en_vigueur_jusqu_au is None
    assert Grille.objects.count() == 1


# Drafts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_draft_is_adopted_as_the_next_version():
    first, (_, by) = publish(), make.make_collectivite()
    draft = make.make_brouillon(by, DEUX)
    grille = adopt(draft, by)
    first.refresh_from_db()
    assert (grille.version, grille.perimetre, grille.deliberation) == (
        2,
        [make.EPCI],
        "Délibération n° 12 du 18/12/2026",
    )
    assert grille.empreinte == lire_grille(grille.texte).empreinte
    assert first.en_vigueur_jusqu_au == date(2026, 12, 31)
    kinds = list(Event.objects.filter(kind__startswith="grille.").values_list("kind", flat=True).order_by("id"))
    assert kinds.count("grille.publiee") == 2
    assert "grille.brouillon_ouvert" in kinds
    assert refused(adopt, draft, by).code == "brouillon_clos"
    assert list(BrouillonGrille.objects.visible_to(by).open()) == []


@pytest.mark.django_db
def test_a_draft_keeps_any_text_and_two_agents_never_overwrite_each_other():
    _, by = make.make_collectivite()
    draft = make.make_brouillon(by)
    saved = save_draft(draft_id=draft.pk, texte="pas [du toml", version=1, by=by, at=make.NOW, libelle="Projet B")
    assert (saved.version, saved.texte, saved.libelle) == (2, "pas [du toml", "Projet B")
    said = refused(save_draft, draft_id=draft.pk, texte="autre", version=1, by=by, at=make.NOW)
    assert said.code == "brouillon_modifie"
    assert BrouillonGrille.objects.get(pk=draft.pk).texte == "pas [du toml"
    assert refused(adopt, saved, by).code == "grille_invalide"


@pytest.mark.django_db
def test_a_draft_is_its_collectivite_alone():
    (_, by), (_, other) = make.make_collectivite(), make.make_collectivite(OTHER_EPCI)
    draft = make.make_brouillon(by)
    assert list(BrouillonGrille.objects.visible_to(by)) == [draft]
    strangers = [other, make.make_bailleur()[1], Actor.anonymous(), Actor.system(), Actor(by.user_id, "demandeur")]
    assert not any(BrouillonGrille.objects.visible_to(each).exists() for each in strangers)
    for stranger in strangers:
        with pytest.raises(NotVisible):
            save_draft(draft_id=draft.pk, texte="", version=1, by=stranger, at=make.NOW)
        with pytest.raises(NotVisible):
            discard_draft(draft_id=draft.pk, version=1, by=stranger, at=make.NOW)
        with pytest.raises(NotVisible):
            adopt(draft, stranger)


@pytest.mark.django_db
@pytest.mark.parametrize("siren", ["", "999999999", "44", "244400405"])
def test_a_draft_is_opened_on_a_known_epci(siren: str):
    _, by = make.make_collectivite()
    with pytest.raises(NotVisible):
        open_draft(libelle="P", texte="", siren=make.EPCI, by=make.make_bailleur()[1], at=make.NOW)
    assert refused(open_draft, libelle="P", texte="", siren=siren, by=by, at=make.NOW).code == "grille_perimetre"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"en_vigueur_depuis": date(2026, 11, 23)}, "grille_passee"),
        ({"en_vigueur_jusqu_au": date(2026, 12, 31)}, "grille_defauts"),
        ({"deliberation": "   "}, "grille_invalide"),
    ],
)
def test_a_refused_adoption_leaves_the_draft_open(changes: dict[str, Any], code: str):
    _, by = make.make_collectivite()
    draft = make.make_brouillon(by)
    assert refused(adopt, draft, by, **changes).code == code
    assert BrouillonGrille.objects.visible_to(by).open().get().texte == draft.texte
    assert adopt(draft, by).en_vigueur_depuis == date(2027, 1, 1)


@pytest.mark.django_db
def test_a_version_published_twice_says_so():
    _, by = make.make_collectivite()
    publish(DEUX.replace("2025-01-01", "2025-06-01"))
    said = refused(adopt, make.make_brouillon(by), by)
    assert said.code == "grille_version"


@pytest.mark.django_db
def test_versions_only_go_up():
    publish(DEMO.replace("version = 1", "version = 3").replace("2025-01-01", "2025-06-01"))
    _, by = make.make_collectivite()
    said = refused(adopt, make.make_brouillon(by), by)
    assert (said.code, said.value) == ("grille_version", 2)


@pytest.mark.django_db
def test_a_name_and_a_text_have_a_size():
    _, by = make.make_collectivite()
    for libelle in ("", "  ", "x" * 161):
        said = refused(open_draft, libelle=libelle, texte="", siren=make.EPCI, by=by, at=make.NOW)
        assert said.field == "Nom du brouillon"
    long = refused(open_draft, libelle="P", texte="x" * 100_001, siren=make.EPCI, by=by, at=make.NOW)
    assert long.code == "grille_longue"


@pytest.mark.django_db
def test_a_draft_set_aside_leaves_the_list():
    _, by = make.make_collectivite()
    draft = make.make_brouillon(by)
    discard_draft(draft_id=draft.pk, version=1, by=by, at=make.NOW + timedelta(hours=1))
    assert not BrouillonGrille.objects.visible_to(by).open().exists()
    assert refused(save_draft, draft_id=draft.pk, texte="", version=1, by=by, at=make.NOW).code == "brouillon_clos"


def test_two_codes_published_at_once_on_one_place_leave_one_grid(committed_db: str):
    texts = [DEMO.replace('"territoire-demo"', f'"grille-{rank}"') for rank in range(4)]
    answers = together(*[lambda text=text: publish(text) for text in texts])
    assert sum(isinstance(each, Grille) for each in answers) == 1
    assert {each.code for each in answers if isinstance(each, Refused)} == {"grille_concurrente"}
    assert Grille.objects.count() == 1


def test_two_agents_who_save_at_once_keep_both_texts(committed_db: str):
    _, by = make.make_collectivite()
    draft = make.make_brouillon(by)
    texts = [f"# {rank}" for rank in range(4)]
    answers = together(
        *[lambda text=text: save_draft(draft_id=draft.pk, texte=text, version=1, by=by, at=make.NOW) for text in texts]
    )
    (saved,) = [each for each in answers if isinstance(each, BrouillonGrille)]
    assert {each.code for each in answers if isinstance(each, Refused)} == {"brouillon_modifie"}
    assert BrouillonGrille.objects.get(pk=draft.pk).texte == saved.texte
