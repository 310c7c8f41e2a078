"""Hostile and broken files (FI-2, FI-9): each is refused in a sentence or re-made, and nothing dies of it."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pypdfium2
import pytest

from palier.base import limits
from palier.base.refusal import Refused
from palier.gateways.files.receive import Part, Received, receive
from palier.gateways.files.refusals import SENTENCES, BadFile, shown_name
from palier.gateways.files.sniff import take
from tests import hostile

MAKERS = (hostile.images, hostile.documents, hostile.disguises)
LONGEST_SENTENCE = 25


@cache
def made(maker: Callable[[], object]) -> list[hostile.Bad]:
    return list(maker())


def _sent(bad: hostile.Bad) -> Received | Exception:
    try:
        return receive([Part(bad.name, bad.content, bad.declared)])
    except Exception as error:  # judged below, file by file
        return error


def _wrong(bad: hostile.Bad, found: Received | Exception) -> str:
    """What is not as it should be with this file; "" when all is."""
    if isinstance(found, Received):
        if bad.expected not in (hostile.REMADE, hostile.EITHER):
            return "taken"
        return "" if len(pypdfium2.PdfDocument(found.pdf)) == found.pages >= 1 else "pages"
    if not isinstance(found, Refused):
        return f"crashed: {found!r}"
    if bad.expected not in (found.code, hostile.EITHER):
        return f"refused as {found.code}, not {bad.expected}"
    return _badly_said(found)


def _badly_said(refused: Refused) -> str:
    sentences = f"{refused.detail} {refused.mend}".replace("? ", ". ").split(". ")
    if any(len(sentence.split()) > LONGEST_SENTENCE for sentence in sentences):
        return "a long sentence"
    if not (refused.detail.endswith(".") and refused.mend.endswith(".")):
        return "not a sentence"
    return "" if str(refused.value).isprintable() and len(str(refused.value)) <= 70 else f"shown as {refused.value!r}"


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_refused_in_a_sentence_or_remade(maker: Callable[[], object]):
    corpus = made(maker)
    with ThreadPoolExecutor(2) as pool:  # two people at once
        found = list(pool.map(_sent, corpus))
    assert [
        f"{bad.label}: {wrong}" for bad, each in zip(corpus, found, strict=True) if (wrong := _wrong(bad, each))
    ] == []


def test_the_corpus_holds_every_reason():
    corpus = [bad for maker in MAKERS for bad in made(maker)]
    assert len({bad.label for bad in corpus}) == len(corpus) >= 80
    refused = {bad.expected.removeprefix("fichier_") for bad in corpus}
    assert set(SENTENCES) - refused <= {"sans_fichier", "trop_lourd_ouvert"}


class Endless:
    """A sending that never ends; it counts what was taken from it."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int, /) -> bytes:
        self.given += size
        return bytes(size)


def test_200_megabytes_are_refused_without_being_read():
    announced, silent = Endless(), Endless()
    with pytest.raises(BadFile, match="10 Mo") as refused:
        take(announced, "film.jpg", length=200_000_000)
    assert (refused.value.status, announced.given) == (413, 0)
    with pytest.raises(BadFile, match="10 Mo"):
        take(silent, "film.jpg")
    assert silent.given == limits.value("upload") + 1
    assert take(io.BytesIO(b"abc"), "a.jpg", length=3) == b"abc"


def test_no_file_at_all_is_a_sentence():
    with pytest.raises(BadFile, match="Aucun fichier"):
        receive([])


def test_one_bad_photo_among_good_ones_is_named():
    good = Part("recto.jpg", hostile.jpeg(), "image/jpeg")
    with pytest.raises(BadFile, match="verso") as refused:
        receive([good, Part("verso.jpg", hostile.jpeg()[:900], "image/jpeg")])
    assert refused.value.code == "fichier_illisible"


def test_sixty_pages_in_all():
    photo = Part("a.jpg", hostile.jpeg(), "image/jpeg")
    with pytest.raises(BadFile, match="61 pages"):
        receive([photo] * 61)
    assert receive([photo] * 60).pages == 60


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("..\\..\\a.jpg", "a.jpg"),
        ("avis\u202egpj.exe", "avisgpj.exe"),
        ("a\0\r\nb.pdf", "ab.pdf"),
        ("\ud800.jpg", ".jpg"),
        ("", ""),
        ("Avis d'impôt 2024.pdf", "Avis d'impôt 2024.pdf"),
    ],
)
def test_a_name_is_shown_without_what_deceives(name: str, shown: str):
    assert shown_name(name) == shown
    assert len(shown_name("é" * 255 + ".jpg")) <= 60
