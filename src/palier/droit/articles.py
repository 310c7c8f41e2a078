"""The texts that reasons rest on: which of them a reference names, what each says here, where to read it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from palier.droit.bareme import dictionnaire

LEGIFRANCE = "https://www.legifrance.gouv.fr/search/"
CODE_CONSTRUCTION = "CCH "
NUMERO = r"[LRD]\.\d[\d-]*\d"
TEXTES = (
    rf"(?:CCH )?{NUMERO}",
    r"CGI,? ann(?:\.|exe) III,? art\. 2 terdecies [A-Z]",
    r"(?:arrêté|décret|ordonnance|loi) (?:du )?\d\d/\d\d/\d{4}",
    r"Code civil, art\. \d[\d-]*\d",
)
DATES = r"^(arrêté|décret|ordonnance|loi) du "
"""A docstring may leave out « du »: both name one text."""


@dataclass(frozen=True)
class Article:
    """A text: its slug, its name as references write it, what it says here, where to read it ("" nowhere)."""

    slug: str
    titre: str
    dit: str
    url: str


@dataclass(frozen=True)
class Renvoi:
    """A part of a reference: its words, and the slug of the article that they name (None for plain words)."""

    texte: str
    slug: str | None

    @property
    def article(self) -> Article | None:
        """Return the text named, None when the words name none that is known here."""
        return articles().get(self.slug) if self.slug else None


@cache
def articles() -> Mapping[str, Article]:
    """Return every known text by slug, in the order of the file."""
    lus = [
        Article(slug(ligne["titre"]), ligne["titre"], ligne["dit"], ligne.get("url", _adresse(ligne["titre"])))
        for ligne in dictionnaire("articles")["article"]
    ]
    return {article.slug: article for article in lus}


def slug(texte: str) -> str:
    """Return the address of a text named in a reference: « CCH R.441-1 » is `cch-r-441-1`."""
    nom = CODE_CONSTRUCTION + texte if re.fullmatch(NUMERO, texte) else texte
    nom = re.sub(DATES, r"\1 ", nom.replace(" ann. ", " annexe "))
    lettres = unicodedata.normalize("NFKD", nom).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", lettres).strip("-")


def renvois(reference: str) -> tuple[Renvoi, ...]:
    """Cut a reference into plain words and named texts; joined, the parts are the reference."""
    morceaux = re.split(f"({_expression()})", reference)
    return tuple(Renvoi(texte, _nomme(texte) if rang % 2 else None) for rang, texte in enumerate(morceaux) if texte)


def _nomme(texte: str) -> str:
    """Return the slug of a text by any of its names."""
    return _autres_noms().get(texte, slug(texte))


@cache
def _autres_noms() -> Mapping[str, str]:
    """Return the slugs of texts by the other names that references give them."""
    lignes = dictionnaire("articles")["article"]
    return {nom: slug(ligne["titre"]) for ligne in lignes for nom in ligne.get("aussi", ())}


@cache
def _expression() -> str:
    """Return the pattern of every name of a text: the shapes of codes and arrêtés, and the names of the file."""
    connus = [article.titre for article in articles().values()]
    noms = sorted((re.escape(nom) for nom in [*connus, *_autres_noms()]), key=len, reverse=True)
    return "|".join((*TEXTES, *(rf"\b{nom}(?!\w)" for nom in noms)))


def _adresse(titre: str) -> str:
    """Return where to look a text up: the article of the code by number, or any text by its name."""
    if titre.startswith(CODE_CONSTRUCTION):
        numero = titre.removeprefix(CODE_CONSTRUCTION).replace(".", "")
        return f"{LEGIFRANCE}code?tab_selection=code&searchField=NUM_ARTICLE&query={quote(numero)}"
    return f"{LEGIFRANCE}all?tab_selection=all&searchField=ALL&query={quote(titre)}"
