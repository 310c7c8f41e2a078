"""One renderer of verdicts: the same sentences by page, API, mail and letter, in French and in English."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import engines
from django.utils import translation

from palier.droit.aides.versions import NOMS
from palier.droit.articles import articles, renvois, slug
from palier.droit.bareme import dictionnaire
from palier.droit.explication import _Anglais, catalogue, champs, cle_manquant, explication, explication_texte
from palier.droit.foyer import ROLES
from palier.droit.menage import lire_cas
from palier.droit.pieces import pieces
from palier.droit.plafonds import eligibilite, plafond_ressources
from palier.droit.publics import objectifs, publics
from palier.droit.simulation import simulation
from palier.droit.verdict import Manquant, Motif
from palier.droit.zones import LIBELLES_PLAFONDS
from tests.droit_kit import chemins, plates, sans

CAS = {
    "au": "2026-11-24",
    "commune": "44109",
    "menage": {"personnes": [{"id": "p1", "role": "demandeur", "naissance": "1992-03-02", "rfr": {"2024": 21500}}]},
}


def _page(verdict: object, langue: str = "fr") -> str:
    with translation.override(langue):
        template = engines["django"].from_string("{% load ui %}{% motifs verdict %}")
        return template.render({"verdict": verdict})


def test_each_reason_opens_its_article():
    page = _page(eligibilite(lire_cas(CAS), "PLUS"))
    assert 'href="/droit/articles/cch-r-441-1/">CCH R.441-1</a>' in page
    assert 'href="/droit/articles/arrete-29-07-1987/"' in page
    assert "annexe I" in page


def test_what_is_missing_names_its_piece_and_how_to_obtain_it():
    sans_revenu = {**CAS, "menage": {"personnes": [{"id": "p1", "role": "demandeur"}]}}
    page = _page(eligibilite(lire_cas(sans_revenu), "PLUS"))
    assert "Il manque" in page
    assert 'href="/droit/pieces/#AVIS_IMPOT_N2"' in page
    assert "Comment l'obtenir" in page


def test_anything_with_reasons_can_be_explained_and_nothing_is_raw_html():
    answer = SimpleNamespace(motifs=(Motif("local", "règle <b>", {}, "Une phrase <script>."),), manquants=())
    page = _page(answer)
    assert "&lt;script&gt;" in page
    assert "<b>" not in page
    assert [ligne.langue for ligne in explication(answer, "en")] == ["fr"]
    assert 'lang="fr"' in _page(answer, "en")


def test_the_plain_text_says_sentence_and_reference_on_one_line():
    texte = explication_texte(plafond_ressources(lire_cas(CAS), "PLUS"))
    assert texte == f"- {plafond_ressources(lire_cas(CAS), 'PLUS').texte()} (arrêté du 29/07/1987, annexe I)"


@pytest.mark.parametrize(
    ("reference", "slugs"),
    [
        ("CCH R.441-1 ; arrêté du 29/07/1987, art. 4", ["cch-r-441-1", "arrete-29-07-1987"]),
        ("CCH D.823-16, D.823-17", ["cch-d-823-16", "cch-d-823-17"]),
        ("CGI, annexe III, art. 2 terdecies D", ["cgi-annexe-iii-art-2-terdecies-d"]),
        ("usage des bailleurs", ["usage-des-bailleurs"]),
        ("estimation du service", []),
    ],
)
def test_a_reference_names_its_texts_and_loses_no_letter(reference: str, slugs: list[str]):
    parts = renvois(reference)
    assert "".join(part.texte for part in parts) == reference
    assert [part.slug for part in parts if part.slug] == slugs


def test_every_article_has_an_address_a_sentence_and_a_place():
    for article in articles().values():
        assert slug(article.titre) == article.slug
        assert article.dit.endswith(".")
        assert len(article.dit.split()) <= 25
        assert article.url == "" or article.url.startswith("https://")


@pytest.mark.parametrize(
    ("fait", "code", "cle"),
    [
        ("menage.personnes.p1.rfr.2024", "", "menage.personnes.*.rfr.*"),
        ("menage.personnes", "", "menage.personnes"),
        ("menage.personnes.net_mensuel", "", "menage.personnes.net_mensuel"),
        ("au", "zone_abc_ancienne", "zone_abc_ancienne"),
    ],
)
def test_the_key_of_a_missing_fact_forgets_persons_and_years(fait: str, code: str, cle: str):
    assert cle_manquant(Manquant(fait, None, "Cela manque.", code)) == cle


def test_the_article_page_says_the_text_and_an_unknown_one_is_404(client, db):
    page = client.get("/droit/articles/cch-r-441-1/")
    assert page.status_code == 200
    assert "legifrance.gouv.fr" in page.text
    assert client.get("/droit/articles/inconnu/").status_code == 404
    assert 'id="AVIS_IMPOT_N2"' in client.get("/droit/pieces/").text


def test_english_is_filled_from_the_facts():
    (ligne,) = explication(plafond_ressources(lire_cas(CAS), "PLUS"), "en")
    assert ligne.langue == "en"
    assert ligne.texte == "In 2026, the PLUS ceiling of your household is €23,403."


FILE = Path(__file__).parent / "cas" / "test_cases_public.ndjson"
CASES = {line["id"]: line["cas"] for line in map(json.loads, FILE.read_text(encoding="utf-8").splitlines())}


def _unsaid(case: dict[str, object]) -> set[str]:
    """The codes of a case that English does not say."""
    lines = [line for one in plates(simulation(lire_cas(case))).values() for line in explication(one, "en")]
    return {line.code for line in lines if line.langue != "en" or re.search(r"[{}]|None", line.texte)}


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_reason_of_a_case_is_said_in_english(name: str):
    assert _unsaid(CASES[name]) == set()


def test_every_reason_is_said_in_english_when_a_fact_is_unknown():
    richest = sorted(CASES.values(), key=lambda case: len(json.dumps(case)), reverse=True)[:12]
    without = [sans(case, path) for case in richest for path in chemins(case) if path not in (("au",),)]
    assert len(without) > 100
    assert {code for case in without for code in _unsaid(case)} == set()


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("qui", ROLES),
        ("zones", LIBELLES_PLAFONDS),
        ("aides", NOMS),
        ("pieces", pieces()),
        ("publics", {**publics(), **objectifs()}),
    ],
)
def test_every_coded_value_has_its_english_words(table: str, values: dict[str, object]):
    assert set(values) - set(catalogue()[table]) == set()


def test_each_shape_of_a_sentence_is_known():
    shapes = {"", "euros", "date", "percent", *(name for name, held in catalogue().items() if isinstance(held, dict))}
    for family in ("motifs", "manquants"):
        for key, sentence in catalogue()[family].items():
            used = set(re.findall(r"\{\w+:?([^}|]*)\}", sentence))
            assert used <= shapes, key
            assert sentence.endswith(".")
            assert all(len(part.split()) <= 25 for part in sentence.split(". ")), key


@pytest.mark.parametrize(
    ("model", "facts", "said"),
    [
        ("{x:euros}", {"x": 1718}, "€1,718"),
        ("{x:euros}", {"x": 888.89}, "€888.89"),
        ("{x:date}", {"x": "2026-11-04"}, "4 November 2026"),
        ("{x:percent}", {"x": 0.2773}, "27.73%"),
        ("{x:person|people}", {"x": 1}, "1\u00a0person"),
        ("{x:person|people}", {"x": 1200}, "1,200\u00a0people"),
        ("{x}", {"x": 2026}, "2026"),
        ("{x}", {"x": 1.50}, "1.5"),
        ("{x:qui}", {"x": "enfant"}, "a child"),
        ("{x:pieces}", {"x": "LOCALE"}, "LOCALE"),
    ],
)
def test_a_value_is_written_in_english(model: str, facts: dict[str, object], said: str):
    assert champs(model) == {"x"}
    assert _Anglais().vformat(model, (), facts) == said


def test_every_piece_says_how_to_obtain_it_in_both_languages():
    known = dictionnaire("obtenir")["piece"]
    assert set(pieces()) == set(known)
    assert all(
        set(one) == {"fr", "en"} and one["fr"].endswith(".") and one["en"].endswith(".") for one in known.values()
    )
