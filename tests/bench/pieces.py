"""B8: a page photographed with a phone, from the file to its verdict: with its text, and by its signed code alone."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from django.conf import settings

from palier.gateways.files.receive import Part, receive
from palier.gateways.lecture import deux_d_doc
from palier.gateways.lecture.analyse import analyser
from palier.gateways.lecture.reading import lire
from tests import corpus, corpus_papers
from tests.bench.measure import Row, keep, pair

ROUNDS = 5
PHOTO = "sur une table"


def _file(photo: str) -> Part:
    made = io.BytesIO()
    page = corpus.page(corpus_papers.avis(corpus.JEANNE, 2024))
    corpus.PHOTOS[photo](page).save(made, "JPEG", quality=82)
    return Part("IMG_1.jpg", made.getvalue(), "image/jpeg")


def _verdict(part: Part) -> str:
    case = corpus_papers.case(corpus.JEANNE)
    found = analyser(receive([part]).pdf, code="AVIS_IMPOT_N2", cas=case, au=corpus_papers.AU)
    if found.type != "avis_imposition":
        raise AssertionError("the page was not read")
    return found.type


def _code(part: Part) -> str:
    codes = lire(receive([part]).pdf, texte=False).codes
    message = deux_d_doc.parse(codes[0]) if codes else None
    if message is None or message.fields["rfr"] != "21500":
        raise AssertionError("the code was not read")
    return deux_d_doc.state(message, deux_d_doc.trusted(settings.PALIER_DEUX_D_DOC))


def run(folder: Path) -> list[Row]:
    """Two rows: seconds of the whole, and of the code alone, re-making included."""
    settings.configure(PALIER_ANTIVIRUS_EXIGE=False, PALIER_DEUX_D_DOC=corpus_papers.trust(folder))
    photo = _file(PHOTO)
    text, code = pair(lambda: _verdict(photo), lambda: _code(_file("nette")), repeat=1, rounds=ROUNDS)
    return [
        Row("B8", f"une page photographiée ({PHOTO}) : du fichier au verdict", text, "s", 3),
        # No bound: the verdict waits for the text, which must be compared with the code.
        Row("B8", "la même, nette : du fichier à son code signé, sans lire le texte", code, "s"),
    ]


if __name__ == "__main__":
    keep(run(Path(sys.argv[1]) / "cles"), Path(sys.argv[1]))
