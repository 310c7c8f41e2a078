"""The English catalogue holds every sentence marked for translation, with the same values, and is compiled."""

import re

import pytest
from babel.messages.catalog import Catalog
from tests.messages import MO, compiled, current, found, merged

PLACE = re.compile(r"%\((\w+)\)|%(?:s|d)")
SAME = {"Effort", "Social (PLUS)", "social (PLUS)"}
"""French words that may stay as they are; any other sentence equal to its French is not translated."""


def _each(catalogue: Catalog) -> list[tuple[str, str]]:
    """(French, English) of each sentence, both forms of a plural included."""
    pairs: list[tuple[str, str]] = []
    for message in catalogue:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            pairs += zip(ids, [*strings, *[""] * len(ids)], strict=False)
    return pairs


def test_the_catalogue_holds_every_sentence_and_no_other():
    assert {one.id for one in current() if one.id} == {one.id for one in found() if one.id}, "run `make langues`"


def test_every_sentence_has_its_english():
    pairs = _each(current())
    assert len(pairs) > 200
    assert [french for french, english in pairs if not english] == []


def test_every_sentence_keeps_its_values():
    assert [f for f, e in _each(current()) if sorted(PLACE.findall(f)) != sorted(PLACE.findall(e))] == []


def test_no_sentence_is_left_in_french():
    left = [f for f, e in _each(current()) if f == e and f not in SAME and re.search(r"[a-z]{3}", PLACE.sub("", f))]
    assert left == []


def test_the_compiled_catalogue_is_that_of_the_text():
    assert MO.read_bytes() == compiled(current()), "run `make langues`"


def test_merging_changes_nothing_once_done():
    assert {(one.id, one.string) for one in merged() if one.id} == {(one.id, one.string) for one in current() if one.id}


@pytest.mark.parametrize("text", ["%(a)s et %(b)s", "rien", "%s sur %d"])
def test_the_values_of_a_sentence_are_seen(text: str):
    assert len(PLACE.findall(text)) == text.count("%")
