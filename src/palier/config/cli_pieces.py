"""`palier pieces analyser`: what can be read on pieces, as the upload reads them, without a database.

One JSON line a file, in order. A file that is not taken is answered like the others. Exit: 0 done, 1 when a path or the
case cannot be read (one French line on standard error), 2 wrong usage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from palier.base.refusal import Refused
from palier.config import cli_droit, environment
from palier.config.cli_droit import FAIT, REFUSE, MauvaisUsage
from palier.droit.champs import CasInvalide
from palier.droit.lecture_pieces import lire_attendu
from palier.droit.menage import lire_cas
from palier.droit.mots import francais
from palier.droit.pieces import pieces as pieces_connues
from palier.gateways.files.receive import Part, receive
from palier.gateways.files.sniff import take
from palier.gateways.lecture.analyse import Document, judge, read

USAGE = "Usage : palier pieces analyser FICHIER… [--cas CAS.json] [--piece CODE]"
SETTINGS = ("PALIER_CLAMD", "PALIER_DEUX_D_DOC", "PALIER_MODE")
Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """The files, the case, the code of the piece expected, the day."""

    places: tuple[str, ...]
    cas: Json | None
    code: str | None
    au: date


@dataclass(frozen=True)
class Opened:
    """A file that was read, or why it was not taken."""

    place: str
    document: Document | None
    reason: str = ""
    missing: bool = False


def pieces(argv: list[str]) -> int:
    """Run `palier pieces …`; return the exit status."""
    if cli_droit.demande_aide(argv):
        return cli_droit.aide(USAGE)
    return cli_droit.garde(lambda: _pieces(argv))


def _pieces(argv: Sequence[str]) -> int:
    asked = _asked(argv)
    _configure()
    opened = [_opened(place, asked.au) for place in asked.places]
    for one in opened:
        cli_droit.ecrit(_answer(one, opened, asked))
    missing = [one.reason for one in opened if one.missing]
    return cli_droit.dit(missing[0], REFUSE) if missing else FAIT


def _asked(argv: Sequence[str]) -> Asked:
    """Read the arguments and the case; the case is judged whole before any file is opened."""
    options, free = cli_droit.arguments(argv, avec_valeur=("--cas", "--piece"), drapeaux=(), usage=USAGE)
    if free[:1] != ["analyser"] or len(free) < 2:
        raise MauvaisUsage(USAGE)
    code = options.get("--piece")
    if code is not None and code not in pieces_connues():
        raise MauvaisUsage(f"La pièce « {code} » n'est pas sur la liste. {USAGE}")
    cas = _case(options.get("--cas"))
    return Asked(tuple(free[1:]), cas, code, lire_cas(cas).au if cas else date.today())


def _case(place: str | None) -> Json | None:
    if place is None:
        return None
    brut = cli_droit.lit_json(cli_droit.lit_octets(place), place)
    lire_attendu(brut)
    if not isinstance(brut, dict):
        raise CasInvalide("cas", brut, "un objet JSON est attendu.")
    return brut


def _configure() -> None:
    """The few settings that reading needs: those of the whole platform would start a database."""
    if not settings.configured:
        given = {name: environment.text(name) for name in SETTINGS}
        settings.configure(**given, PALIER_ANTIVIRUS_EXIGE=environment.flag("PALIER_ANTIVIRUS_EXIGE"))


def _opened(place: str, au: date) -> Opened:
    """Receive and read one file, as the upload does."""
    try:
        with Path(place).open("rb") as handle:
            received = receive([Part(Path(place).name, take(handle, place))])
        return Opened(place, read(received.pdf, au))
    except Refused as refusal:
        return Opened(place, None, str(refusal))
    except (OSError, ValueError):
        reason = francais(f"Le fichier « {place} » ne se lit pas. Vérifiez son chemin.")
        return Opened(place, None, reason, missing=True)


def _answer(one: Opened, all_opened: Sequence[Opened], asked: Asked) -> Json:
    if one.document is None:
        return {
            "fichier": one.place,
            "acceptee": False,
            "raison": one.reason,
            "type": None,
            "pages": None,
            "deux_d_doc": {"etat": "absent"},
            "champs": {},
            "regles": [],
        }
    beside = [other.document for other in all_opened if other is not one and other.document is not None]
    analysis = judge(one.document, code=asked.code, cas=asked.cas, au=asked.au, beside=beside)
    return {"fichier": one.place, **analysis.to_json()}
