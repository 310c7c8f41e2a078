"""One renderer of verdicts: the same sentences by page, API, mail and letter, in French and in English."""

from types import SimpleNamespace

import pytest
from django.template import engines
from django.utils import translation

from palier.droit.articles import articles, renvois, slug
from palier.droit.explication import cle_manquant, explication, explication_texte
from palier.droit.menage import lire_cas
from palier.droit.plafonds import eligibilite, plafond_ressources
from palier.droit.verdict import Manquant, Motif

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
