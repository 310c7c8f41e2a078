"""A corpus of pieces of people who do not exist, photographed as phones do, and what an honest reader would answer.

`python -m tests.corpus` reads all of it and writes docs/preuves/pieces.md; the tests read a sample.
"""

from __future__ import annotations

import io
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import typst
from django.conf import settings
from PIL import Image, ImageFilter

from palier.gateways.files.receive import Part, receive
from palier.gateways.lecture.analyse import Analyse, analyser
from tests import corpus_papers as papers
from tests.corpus_papers import AU, Personne

DPI = 200
BON, MAUVAIS = "conforme", "non_conforme"
Pages = list[Image.Image]
Degrade = Callable[[Image.Image], Image.Image]


def _turn(degrees: float) -> Degrade:
    return lambda page: page.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=235)


def _grey(page: Image.Image, change: Callable[[np.ndarray], np.ndarray]) -> Image.Image:
    return Image.fromarray(np.clip(change(np.asarray(page, dtype=np.float32)), 0, 255).astype(np.uint8))


def _shade(page: Image.Image) -> Image.Image:
    """A lamp on one side, a hand's shadow on the other."""
    across = np.linspace(0.42, 1, page.width)[None, :] * np.linspace(1, 0.72, page.height)[:, None]
    return _grey(page, lambda pixels: pixels * across)


def _noise(page: Image.Image) -> Image.Image:
    drawn = np.random.default_rng(7).normal(0, 22, (page.height, page.width))
    return _grey(page, lambda pixels: pixels * 0.9 + drawn)


def _crop(page: Image.Image) -> Image.Image:
    """Cut by the edge of the picture: 4 % on the left and the top, 7 % at the bottom."""
    wide, high = page.size
    return page.crop((int(wide * 0.04), int(high * 0.04), wide, int(high * 0.93)))


def _small(page: Image.Image) -> Image.Image:
    return page.resize((page.width * 11 // 20, page.height * 11 // 20), Image.Resampling.BILINEAR)


def _table(page: Image.Image) -> Image.Image:
    """On a table, seen a little from the side."""
    wide, high = page.size
    desk = Image.new("L", (int(wide * 1.16), int(high * 1.12)), 92)
    desk.paste(page.rotate(1.5, Image.Resampling.BICUBIC, expand=True, fillcolor=92), (wide // 14, high // 20))
    lean = (1, 0.02, -10, 0.015, 1, -8, 0.00001, 0.00001)
    return desk.transform(desk.size, Image.Transform.PERSPECTIVE, lean, Image.Resampling.BICUBIC, fillcolor=92)


PHOTOS: dict[str, Degrade] = {
    "nette": lambda page: page,
    "penchée de 3°": _turn(3),
    "penchée de -3°": _turn(-3),
    "sur le côté": _turn(90),
    "à l'envers": _turn(180),
    "sombre": lambda page: _grey(page, lambda pixels: pixels * 0.28 + 6),
    "ombrée": _shade,
    "floue": lambda page: page.filter(ImageFilter.GaussianBlur(1.7)),
    "rognée": _crop,
    "bruitée": _noise,
    "JPEG 40": lambda page: page,
    "petite": _small,
    "sur une table": _table,
}
QUALITY = {"JPEG 40": 40}


@dataclass(frozen=True)
class Piece:
    """One piece: its pages, the code and the case given, and the rules that an honest reader finds wrong."""

    name: str
    pages: tuple[bytes, ...]
    """Typst sources; those that end with a code carry it after a NUL."""
    code: str
    personnes: tuple[Personne, ...]
    wrong: frozenset[str] = frozenset()
    photo: str = "nette"
    aside: frozenset[str] = frozenset()
    """Rules that say nothing of another document."""

    def files(self) -> list[Part]:
        """The photos, as a phone sends them."""
        made = []
        for rank, source in enumerate(self.pages):
            kept = io.BytesIO()
            PHOTOS[self.photo](page(source)).save(kept, "JPEG", quality=QUALITY.get(self.photo, 82))
            made.append(Part(f"IMG_{rank}.jpg", kept.getvalue(), "image/jpeg"))
        return made

    def analysed(self) -> Analyse:
        """As the upload does: re-made, read, judged."""
        pdf = receive(self.files()).pdf
        return analyser(pdf, code=self.code, cas=papers.case(*self.personnes), au=AU)


@cache
def page(source: bytes) -> Image.Image:
    """A page as printed, in grey, with its code when it has one."""
    text, _, code = source.partition(b"\0")
    drawn = typst.compile(text, format="png", ppi=float(DPI), ignore_system_fonts=True)
    opened = Image.open(io.BytesIO(drawn)).convert("L")
    if code:
        matrix = papers.matrix(code)
        opened.paste(matrix, (opened.width - matrix.width - 110, 110))
    return opened


JEANNE = Personne("Jeanne", "Martin", date(1992, 3, 2), rfr=21_500, net=1_720)
LOIC = Personne("Loïc", "Le Gall", date(1988, 7, 14), rfr=18_240, net=1_490)
ANAIS = Personne("Anaïs", "Bénard-Dupré", date(1995, 11, 30), rfr=24_317, net=1_905)
PAUL = Personne("Paul", "Okonkwo", date(1979, 1, 9), rfr=30_120, net=2_240)
MOIS = [(2026, 8), (2026, 9), (2026, 10)]


def _good() -> Iterator[Piece]:
    """One of each kind that nothing is wrong with."""
    yield Piece("avis signé", (papers.avis(JEANNE, 2024),), "AVIS_IMPOT_N2", (JEANNE,))
    yield Piece("avis sans code", (papers.avis(LOIC, 2024, code=False),), "AVIS_IMPOT_N2", (LOIC,))
    yield Piece("dernier avis", (papers.avis(ANAIS, 2025),), "AVIS_IMPOT_DERNIER", (replace(ANAIS, annee=2025),))
    yield Piece("bulletins", tuple(papers.bulletin(ANAIS, *un) for un in MOIS), "BULLETINS_SALAIRE", (ANAIS,))
    yield Piece("carte d'identité", (papers.carte(LOIC, date(2031, 5, 4)),), "ID_FR", (LOIC,))
    yield Piece("passeport européen", (papers.passeport(ANAIS, date(2029, 2, 1), "ITA"),), "ID_UE", (ANAIS,))
    yield Piece("titre de séjour", (papers.titre(PAUL, date(2028, 9, 12)),), "TITRE_SEJOUR", (PAUL,))
    yield Piece("livret de famille", (papers.livret(JEANNE, LOIC),), "LIVRET_OU_NAISSANCE", (JEANNE,))
    yield Piece("attestation", (papers.attestation(PAUL),), "ATTESTATION_EMPLOYEUR", (PAUL,))


def _fault(name: str, pages: Iterable[bytes], code: str, personne: Personne, *wrong: str) -> Piece:
    return Piece(name, tuple(pages), code, (personne,), frozenset(wrong))


def _bad() -> Iterator[Piece]:
    """Those that should be mended, and the rules that say it."""
    avis, bulletin = papers.avis, papers.bulletin
    yield _fault("avis d'un autre", [avis(PAUL, 2024)], "AVIS_IMPOT_N2", JEANNE, "bonne_personne", "revenu_concordant")
    yield _fault("carte d'un autre", [papers.carte(PAUL, date(2031, 5, 4))], "ID_FR", JEANNE, "bonne_personne")
    yield _fault("titre d'un autre", [papers.titre(PAUL, date(2028, 9, 12))], "TITRE_SEJOUR", LOIC, "bonne_personne")
    yield _fault("attestation d'un autre", [papers.attestation(PAUL)], "ATTESTATION_EMPLOYEUR", ANAIS, "bonne_personne")
    before = [replace(each, annee=2023) for each in (JEANNE, LOIC)]
    yield _fault("avis d'avant", [avis(JEANNE, 2023)], "AVIS_IMPOT_N2", before[0], "bonne_annee")
    yield _fault("avis d'avant, sans code", [avis(LOIC, 2023, code=False)], "AVIS_IMPOT_N2", before[1], "bonne_annee")
    other, changed = replace(JEANNE, rfr=19_000), replace(JEANNE, rfr=11_500)
    yield _fault("autre montant", [avis(JEANNE, 2024)], "AVIS_IMPOT_N2", other, "revenu_concordant")
    pays = [bulletin(ANAIS, *each) for each in MOIS]
    yield _fault("autre salaire", pays, "BULLETINS_SALAIRE", replace(ANAIS, net=1_300), "revenu_concordant")
    for name, months in (("mois qui manque", (7, 9, 10)), ("bulletins anciens", (4, 5, 6))):
        pays = [bulletin(LOIC, 2026, month) for month in months]
        yield _fault(name, pays, "BULLETINS_SALAIRE", LOIC, "trois_bulletins")
    yield _fault("passeport périmé", [papers.passeport(ANAIS, date(2025, 2, 1), "ITA")], "ID_UE", ANAIS, "en_validite")
    yield _fault("titre périmé", [papers.titre(PAUL, date(2026, 10, 1))], "TITRE_SEJOUR", PAUL, "en_validite")
    instead = _fault("bulletin pour un avis", [bulletin(JEANNE, 2026, 10)], "AVIS_IMPOT_N2", JEANNE, "bon_document")
    yield replace(instead, aside=frozenset({"bonne_annee", "revenu_concordant"}))
    altered, reprinted = avis(JEANNE, 2024, altered=True), avis(changed, 2024, signed_rfr=JEANNE.rfr)
    yield _fault("code changé", [altered], "AVIS_IMPOT_N2", JEANNE, "deux_d_doc_concordant")
    yield _fault("texte changé", [reprinted], "AVIS_IMPOT_N2", JEANNE, "deux_d_doc_concordant")


BAD_PHOTOS = ("nette", "penchée de 3°", "sombre", "floue", "JPEG 40")


def pieces() -> list[Piece]:
    """The whole corpus: every good piece in every photo, every wrong one in some."""
    good = [replace(piece, photo=photo) for piece in _good() for photo in PHOTOS]
    return good + [replace(piece, photo=photo) for piece in _bad() for photo in BAD_PHOTOS]


def sample() -> list[Piece]:
    """Part of it, always the same: each photo, each kind, each fault of one page, and a month that is missing."""
    good = list(_good())
    bad = [each for each in _bad() if len(each.pages) == 1 or each.name == "mois qui manque"]
    light = [each for each in good if len(each.pages) == 1]
    drawn = [replace(light[rank % len(light)], photo=photo) for rank, photo in enumerate(PHOTOS)]
    heavy = [replace(each, photo="ombrée") for each in good if len(each.pages) > 1]
    order = random.Random(3).sample(range(len(bad)), len(bad))
    return [*drawn, *heavy, *(replace(bad[rank], photo=BAD_PHOTOS[at % 2]) for at, rank in enumerate(order))]


@dataclass(frozen=True)
class Answered:
    """One piece and what was answered."""

    piece: Piece
    regles: dict[str, str]

    def judged(self) -> Iterator[tuple[str, str, str]]:
        """(rule, truth, answer) of every rule that can be true or wrong of this piece."""
        for code, answer in self.regles.items():
            if code not in self.piece.aside:
                yield code, MAUVAIS if code in self.piece.wrong else BON, answer


def read(some: Iterable[Piece]) -> list[Answered]:
    """Read pieces, one after the other."""
    return [Answered(one, {each.code: each.resultat for each in one.analysed().regles}) for one in some]


ANSWERS = (BON, "indetermine", MAUVAIS)


def table(answered: Iterable[Answered]) -> str:
    """The confusion table: for each rule, the truth against the answer."""
    counted = Counter(each for one in answered for each in one.judged())
    lines = ["| rule | truth | conforme | indetermine | non_conforme |", "| --- | --- | ---: | ---: | ---: |"]
    for code in dict.fromkeys(code for code, _, _ in counted):
        for truth in (BON, MAUVAIS):
            cells = [str(counted[code, truth, answer]) for answer in ANSWERS]
            if any(cell != "0" for cell in cells):
                lines.append(f"| `{code}` | {truth} | {' | '.join(cells)} |")
    return "\n".join(lines)


def by_photo(answered: Iterable[Answered]) -> str:
    """For each kind of photo, how many pieces were wholly conforme, left to a person, or to mend."""
    counted: Counter[tuple[str, bool, str]] = Counter()
    for one in answered:
        answers = set(one.regles.values())
        whole = MAUVAIS if MAUVAIS in answers else "indetermine" if "indetermine" in answers else BON
        counted[one.piece.photo, not one.piece.wrong, whole] += 1
    heads = [f"good: {each}" for each in ANSWERS] + [f"wrong: {each}" for each in reversed(ANSWERS)]
    lines = [f"| photo | {' | '.join(heads)} |", "| --- |" + " ---: |" * len(heads)]
    for photo in PHOTOS:
        good = [str(counted[photo, True, answer]) for answer in ANSWERS]
        bad = [str(counted[photo, False, answer]) for answer in reversed(ANSWERS)]
        lines.append(f"| {photo} | {' | '.join([*good, *bad])} |")
    return "\n".join(lines)


def wronged(answered: Iterable[Answered]) -> list[str]:
    """Good pieces of which a rule says that they should be mended: there must be none."""
    return [
        f"{one.piece.name}, {one.piece.photo}: {code}"
        for one in answered
        for code, truth, answer in one.judged()
        if truth == BON and answer == MAUVAIS
    ]


def missed(answered: Iterable[Answered]) -> list[str]:
    """Wrong pieces of which every rule says that they are good: there must be none."""
    return [
        f"{one.piece.name}, {one.piece.photo}"
        for one in answered
        if one.piece.wrong and set(one.regles.values()) == {BON}
    ]


PROOF = Path(__file__).resolve().parents[1] / "docs" / "preuves" / "pieces.md"


def proof(answered: list[Answered], seconds: float) -> str:
    """The page of docs/preuves."""
    rules = sum(len(list(one.judged())) for one in answered)
    return f"""# Reading pieces

Made by `.venv/bin/python -m tests.corpus` (about {round(seconds / 60)} minutes on two busy cores). Papers are
drawn by `tests/corpus_papers.py` for people who do not exist; signed codes come from an authority of ours; photos are
degraded by `tests/corpus.py`. They look like real papers as their public models describe them: no real paper was read.

{len(answered)} pieces in {len(PHOTOS)} kinds of photo, {rules} answers of rules.
Good pieces of which a rule says « à corriger »: {len(wronged(answered))}.
Wrong pieces found wholly conforme: {len(missed(answered))}.
Whatever is `indetermine` goes to a person; nothing is refused by itself.

## Each rule: the truth against the answer

{table(answered)}

## Each kind of photo: the whole piece

{by_photo(answered)}
"""


def main() -> int:
    """Read the whole corpus and write the page; 1 when a good piece is wronged or a wrong one missed."""
    with TemporaryDirectory() as folder:
        settings.configure(PALIER_ANTIVIRUS_EXIGE=False, PALIER_DEUX_D_DOC=papers.trust(Path(folder)))
        start = time.perf_counter()
        answered = read(pieces())
    PROOF.write_text(proof(answered, time.perf_counter() - start), encoding="utf-8")
    sys.stdout.write(PROOF.read_text(encoding="utf-8"))
    faults = wronged(answered) + missed(answered)
    sys.stdout.write("".join(f"FAUTE {fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
