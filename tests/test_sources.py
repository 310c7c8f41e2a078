"""« D'où vient ce chiffre ? »: every value of the law with its day, its source, how sure it is, and its page."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.template import engines
from django.utils import translation

from palier.config.environment import ROOT
from palier.droit.bareme import bareme
from palier.droit.fonctions import fonctions
from palier.droit.plafonds import annees_publiees
from palier.droit.sources import Valeur, baremes, en_mots, lisible, sujets, tableaux, valeurs


def _under(path: str) -> list[Valeur]:
    return [value for value in valeurs() if value.chemin == path]


def test_a_dated_value_ends_the_day_before_the_next_one():
    first, second = sorted(_under("occupation.sous_occupation.ecart"), key=lambda one: one.depuis or date.min)
    assert (first.depuis, first.jusqu_au, first.valeur) == (date(2017, 1, 1), date(2017, 1, 28), 2)
    assert (second.depuis, second.jusqu_au, second.valeur) == (date(2017, 1, 29), None, 1)
    assert second.reference == bareme("occupation")["sous_occupation"]["reference"]


def test_a_table_of_ceilings_is_one_value_a_cell_with_its_unit():
    cells = _under("plafonds_ressources.PLUS.autres_regions.categorie_1")
    assert [one.depuis for one in cells] == [date(year, 1, 1) for year in annees_publiees("PLUS")]
    assert cells[-1].texte == "23 403 € par an".replace(" 403", "\u00a0403")
    assert {one.statut for one in cells} <= {"lu", "calcule"}


def test_no_number_of_a_bareme_is_left_out():
    def numbers(held: object) -> int:
        if isinstance(held, dict):
            return sum(numbers(one) for key, one in held.items() if key != "annee")
        if isinstance(held, list) and held and isinstance(held[0], dict):
            return sum(numbers(one) for one in held)
        return isinstance(held, int | Decimal) and not isinstance(held, bool)

    for name in baremes():
        shown = sum(
            isinstance(one.valeur, int | Decimal) and not isinstance(one.valeur, bool)
            for one in valeurs()
            if one.bareme == name
        )
        assert shown == numbers(bareme(name)), name


def test_every_subject_of_a_bareme_has_its_tables_with_every_value():
    for name in {value.bareme for value in valeurs()}:
        shown = [one for table in tableaux(name) for version in table.versions for one in version.valeurs.values()]
        assert sorted(one.chemin for one in shown) == sorted(v.chemin for v in valeurs() if v.bareme == name)
        assert name in sujets()
        assert len({table.chemin for table in tableaux(name)}) == len(tableaux(name))


@pytest.mark.parametrize(
    ("value", "words"),
    [(True, "oui"), (False, "non"), (1234, "1\u00a0234"), (Decimal("0.0283"), "0,0283"), ("0.9", "0,9"),
     (date(2026, 1, 2), "02/01/2026"), (["75056", "2A"], "75056, 2A"), ("01004", "01004")],
)  # fmt: skip
def test_a_value_is_said_in_french(value: object, words: str):
    assert en_mots(value) == words


def test_a_path_is_said_in_words():
    assert lisible("plafonds_loyer.zone_1.seul") == "loyers retenus au plus, zone 1, personne seule"
    assert lisible("quelque_chose") == "quelque chose"


def test_the_functions_of_the_law_are_read_with_what_they_rest_on():
    found = {each.chemin: each for each in fonctions()}
    assert found["plafonds.eligibilite"].verdict
    assert "cch-r-441-1" in found["plafonds.eligibilite"].articles
    assert "mots.euros" not in found
    assert "cgi-annexe-iii-art-2-terdecies-d" in found["loyer.surface_ponderee"].articles


def test_every_subject_has_a_page_and_the_index_leads_to_it(client, db):
    index = client.get("/droit/").text
    for name in {value.bareme for value in valeurs()}:
        assert f'href="/droit/{name}/"' in index
        page = client.get(f"/droit/{name}/")
        assert page.status_code == 200
        for table in tableaux(name):
            anchor = table.chemin.partition(".")[2]
            assert not anchor or f'id="{anchor}"' in page.text
    assert client.get("/droit/inconnu/").status_code == 404


def test_a_page_says_value_day_source_and_how_sure(client, db):
    page = client.get("/droit/plafonds_ressources/").text
    for words in (
        "<td>23\u00a0403</td>",
        "Catégorie 1 (€ par an)",
        "du 01/01/2026 au 31/12/2026",
        "paramètres OpenFisca-France",
        "Calculé par",
    ):
        assert words in page


def test_the_page_of_a_text_names_what_rests_on_it(client, db):
    page = client.get("/droit/articles/cch-l-621-2/").text
    assert 'href="/droit/occupation/#sous_occupation"' in page
    assert "occupation.sous_occupation" in page


def test_the_pieces_are_told_in_both_languages(client, db):
    french, english = client.get("/droit/pieces/").text, client.get("/en/droit/pieces/").text
    assert "impots.gouv.fr, rubrique" in french
    assert "Download it from impots.gouv.fr" in english
    assert '<html lang="en"' in english


def _source(path: str) -> str:
    return engines["django"].from_string("{% load ui %}{% source chemin %}").render({"chemin": path})


def test_the_tag_leads_to_the_values_and_refuses_an_unknown_subject():
    with translation.override("fr"):
        assert 'href="/droit/menage/#ressources"' in _source("menage.ressources")
        assert "D&#x27;où vient ce chiffre" in _source("menage") or "D'où vient ce chiffre" in _source("menage")
    with pytest.raises(ValueError, match="no values under"):
        _source("inconnu")


SOURCE = re.compile(r"{% source \"([^\"]+)\" %}")


def test_every_link_to_a_source_leads_to_a_table():
    root = ROOT / "src/palier"
    asked = {path for page in root.rglob("*.html") for path in SOURCE.findall(page.read_text(encoding="utf-8"))}
    assert len(asked) > 5
    for path in asked:
        subject, _dot, anchor = path.partition(".")
        anchors = {table.chemin.partition(".")[2] for table in tableaux(subject)}
        assert not anchor or anchor in anchors, path
