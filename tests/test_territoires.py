"""Communes, neighbours, zones and grids, seen from outside."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from palier.base.actor import Actor
from palier.base.refusal import Refused
from palier.droit import cotation
from palier.droit.bareme import texte_donnees
from palier.territoires import queries
from palier.territoires.actions import publish_grille
from palier.territoires.departements import departement, departements
from palier.territoires.grids import grille_lue
from palier.territoires.loading import charger_territoires
from palier.territoires.models import Commune, Grille, Voisinage

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
NANTES_METROPOLE = "244400404"


def names(q, limit=8):
    return [commune.nom for commune in queries.suggest_communes(q, limit)]


def test_everything_is_loaded_and_loading_again_changes_nothing():
    before = Commune.objects.get(code="44109")
    assert charger_territoires() == (34_920, 204_382)
    after = Commune.objects.get(code="44109")
    assert (after.nom, after.population) == (before.nom, before.population)
    assert after.population > 300_000
    assert "44000" in after.codes_postaux
    assert Commune.objects.filter(commune_parente="75056").count() == 20


def test_loading_mends_what_was_changed():
    Commune.objects.filter(code="44109").update(nom="Autre")
    Voisinage.objects.filter(commune="44109").delete()
    charger_territoires()
    assert Commune.objects.get(code="44109").nom == "Nantes"
    assert "44162" in queries.neighbours(["44109"])


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("nant", "Nantes"),
        ("NÂNTES", "Nantes"),
        ("saint herbl", "Saint-Herblain"),
        ("St-Herblain", "Saint-Herblain"),
        ("reze", "Rezé"),
        ("chapelle sur erdre", "La Chapelle-sur-Erdre"),
        ("l'hay les roses", "L'Haÿ-les-Roses"),
        ("oeuily", "Œuilly"),
        ("herblain", "Saint-Herblain"),
        ("44000", "Nantes"),
        ("75011", "Paris"),
        ("4480", "Saint-Herblain"),
        ("44143", "Rezé"),
    ],
)
def test_what_was_typed_finds_the_commune(typed, first):
    assert names(typed)[0] == first


@pytest.mark.parametrize("typed", ["", "   ", "%", "'; drop table", "_", "4", "\x00", "é" * 5000, "(", "9999999"])
def test_odd_input_is_never_an_error(typed):
    assert isinstance(names(typed), list)


def test_suggestions_are_few_and_the_most_populated_first():
    assert len(names("saint", 5)) == 5
    assert names("saint", 3)[0] == "Saint-Étienne"
    assert names("baule")[:2] == ["La Baule-Escoublac", "Baule"]
    assert "Nant" in names("nant")
    assert not any("Arrondissement" in name for name in names("paris", 20))


@pytest.mark.parametrize(
    ("text", "code"),
    [("Nantes (44)", "44109"), ("44109", "44109"), ("rezé", "44143"), ("44000", "44109"), ("93059", "93066")],
)
def test_a_plain_form_names_one_commune(text, code):
    found = queries.find_commune(text)
    assert found is not None
    assert found.code == code
    assert queries.find_commune(found.label) == found


@pytest.mark.parametrize("text", ["saint-denis", "nulle part", "", "99999", "Nantes (35)"])
def test_an_ambiguous_or_unknown_name_is_none(text):
    assert queries.find_commune(text) is None


def test_neighbours_go_both_ways_and_islands_have_none():
    near = queries.neighbours(["44109"])
    assert {"44162", "44143", "44114"} <= near
    assert all("44109" in queries.neighbours([code]) for code in near)
    assert queries.neighbours(["56069"]) == set()


def test_distances_are_those_of_the_map():
    assert queries.distance_km("44109", "35238") == pytest.approx(97.7, abs=0.1)
    assert queries.distance_km("75056", "69123") == pytest.approx(391.5, abs=0.1)
    assert queries.distance_km("44109", "00000") is None


def test_three_zones_share_the_departement_without_overlap(django_assert_num_queries):
    with django_assert_num_queries(3):
        zones = queries.zones_recherche(["44109", "44143"])
    assert zones.demandees == {"44109", "44143"}
    assert "44162" in zones.limitrophes
    assert not zones.demandees & zones.limitrophes
    assert not zones.autres & (zones.demandees | zones.limitrophes)
    assert len(zones.demandees | zones.limitrophes | zones.autres) == 207
    assert [zones.zone_of(code) for code in ("44109", "44162", "44184", "75056")] == [
        "demandees", "limitrophes", "autres", "",
    ]  # fmt: skip


def test_zones_without_a_wish_and_with_an_arrondissement():
    assert queries.zones_recherche([], "44").demandees == frozenset()
    assert len(queries.zones_recherche([], "44").autres) == 207
    assert queries.zones_recherche(["75111"]).demandees == {"75056"}


def test_departements_are_101():
    assert len(departements()) == 101
    assert departement("2A").nom == "Corse-du-Sud"
    assert departement("99") is None


def demo_text():
    return texte_donnees("donnees/grilles/territoire_demo.toml")


def publish(text=None, perimetre=(NANTES_METROPOLE,)):
    return publish_grille(texte=text or demo_text(), perimetre=perimetre, by=Actor.system(), at=AT)


def test_a_published_grid_applies_in_its_perimeter_on_its_days():
    grille = publish()
    assert queries.grille_en_vigueur("44109", date(2026, 11, 24)) == grille
    assert queries.grille_en_vigueur("44109", date(2024, 12, 31)) is None
    assert queries.grille_en_vigueur("44184", date(2026, 11, 24)) is None
    assert queries.grille_en_vigueur("00000", date(2026, 11, 24)) is None
    assert grille_lue(grille) is grille_lue(Grille.objects.get(pk=grille.pk))
    assert grille_lue(grille).empreinte == cotation.lire_grille(demo_text()).empreinte


def test_the_grid_of_the_epci_outranks_that_of_the_departement():
    publish(demo_text().replace('"territoire-demo"', '"grille-44"'), ("44",))
    own = publish()
    assert queries.grille_en_vigueur("44109", date(2026, 11, 24)) == own
    assert queries.grille_en_vigueur("44184", date(2026, 11, 24)).code == "grille-44"


def test_a_new_version_ends_the_one_before_and_days_never_overlap():
    first = publish()
    second = publish(demo_text().replace("version = 1", "version = 2").replace("2025-01-01", "2026-07-01"))
    first.refresh_from_db()
    assert first.en_vigueur_jusqu_au == date(2026, 6, 30)
    assert queries.grille_en_vigueur("44109", date(2026, 6, 30)) == first
    assert queries.grille_en_vigueur("44109", date(2026, 7, 1)) == second
    with pytest.raises(IntegrityError, match="grille_sans_chevauchement"), transaction.atomic():
        Grille.objects.filter(pk=first.pk).update(en_vigueur_jusqu_au=date(2026, 7, 1))


@pytest.mark.parametrize(
    ("text", "perimetre", "code"),
    [
        ("ceci n'est pas une grille", ("44",), "grille_invalide"),
        (None, ("999999999",), "grille_perimetre"),
        (None, (), "grille_perimetre"),
    ],
)
def test_a_bad_grid_is_refused_in_french(text, perimetre, code):
    with pytest.raises(Refused) as caught:
        publish(text, perimetre)
    assert caught.value.code == code
    assert not Grille.objects.exists()
