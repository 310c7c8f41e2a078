"""One border of names: the terms of the trade are French, and their English synonyms name nothing."""

import pytest
from tests.house import glossary, walk


def test_terms_are_complete_ascii_and_given_once():
    names = [each["term"] for each in glossary.terms()]
    assert len(names) == len(set(names)) >= 40
    for each in glossary.terms():
        assert each["term"].isascii(), each
        assert each["term"] == each["term"].lower()
        assert all(each[key] for key in ("english", "meaning", "source")), each


def test_no_identifier_uses_a_forbidden_synonym():
    faults = [
        f"{path}:{line} {name}: say {term}"
        for path, tree in walk.modules().items()
        for line, name in walk.identifiers(tree)
        if (term := glossary.wrong(name))
    ]
    assert faults == []


def test_the_glossary_page_is_the_generated_one():
    assert glossary.PLACE.read_text(encoding="utf-8") == glossary.render()


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("rank_offers", "offre"),
        ("LandlordView", "bailleur"),
        ("coherent", None),
        ("registration_number", "numero_unique"),
    ],
)
def test_words_are_seen_inside_identifiers(name: str, term: str | None):
    assert glossary.wrong(name) == term
