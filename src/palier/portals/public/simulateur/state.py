"""The answers, carried by the page and nowhere else: the case of the contract, and the screens already answered."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from palier.base import limits
from palier.droit.champs import CasInvalide
from palier.droit.ecriture import cas_json
from palier.droit.lecture_json import JsonIllisible, lire_json
from palier.droit.menage import Cas, lire_cas
from palier.portals.public.simulateur.persons import with_persons

PARTS = ("commune", "menage", "emploi", "logement")
PERSON = re.compile(r"p[1-9][0-9]?")


@dataclass(frozen=True)
class State:
    """What was said so far; `seen` names the screens already answered, « je ne sais pas » included."""

    cas: Cas
    seen: frozenset[str] = frozenset()


class Unreadable(ValueError):
    """Answers that are not ours; `str()` is one sentence in the language of the page."""


def write_answers(state: State) -> str:
    """The hidden field of a page."""
    said = {"cas": cas_json(state.cas), "vues": sorted(state.seen)}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def read_answers(text: str, au: date) -> State:
    """The hidden field of a page, read as strictly as a file. Unreadable when anything in it is not ours."""
    lost = _(
        "Vos réponses n'ont pas pu être relues. Elles ne sont gardées nulle part. "
        "Recommencez, ou reprenez votre fichier."
    )
    try:
        said = _json(text.encode())
        if not isinstance(said, Mapping) or set(said) != {"cas", "vues"}:
            raise Unreadable(lost)
        cas = _case(said["cas"], au)
    except (JsonIllisible, CasInvalide) as error:
        raise Unreadable(lost) from error
    seen, persons = said["vues"], cas.menage.personnes if cas.menage else ()
    ours = isinstance(seen, list) and all(isinstance(each, str) for each in seen)
    if not ours or not all(PERSON.fullmatch(each.id) for each in persons):
        raise Unreadable(lost)
    return State(cas, frozenset(seen))


def read_file(content: bytes, au: date) -> Cas:
    """A case kept as a file, its persons numbered again, on the day `au`. Unreadable says why it is none."""
    try:
        said = _json(content)
        if not isinstance(said, Mapping) or "menage" not in said:
            raise Unreadable(_("Ce fichier n'est pas une situation enregistrée ici. Choisissez-en un autre."))
        cas = _case(said, au)
    except JsonIllisible as error:
        raise Unreadable(_("Ce fichier n'est pas une situation enregistrée ici. Choisissez-en un autre.")) from error
    except CasInvalide as error:
        said_why = _("Ce fichier contient une réponse impossible\u00a0: %(field)s.") % {"field": error.champ}
        raise Unreadable(str(error) if get_language() == "fr" else said_why) from error
    if cas.menage is None:
        raise Unreadable(_("Ce fichier ne dit rien du ménage. Choisissez-en un autre, ou répondez aux questions."))
    named = tuple(replace(each, id=f"p{rank}") for rank, each in enumerate(cas.menage.personnes, 1))
    return with_persons(cas, named)


def check_size(size: int) -> None:
    """Unreadable past `simulator_file` bytes: it is asked before anything is read."""
    most = limits.value("simulator_file")
    if size > most:
        said = _("Ce fichier pèse %(size)s ko. Une situation en pèse %(most)s au plus.")
        raise Unreadable(said % {"size": -(-size // 1024), "most": most // 1024})


def _json(content: bytes) -> object:
    """The JSON of at most `simulator_file` bytes."""
    check_size(len(content))
    return lire_json(content)


def _case(said: object, au: date) -> Cas:
    """The known parts of a case, read by the law's own reader, on the day of the page."""
    parts = said if isinstance(said, Mapping) else {}
    return lire_cas({"au": au.isoformat(), **{name: parts[name] for name in PARTS if name in parts}})
