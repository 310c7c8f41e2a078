"""Is it the same name? Accents, case, order, hyphens, particles and civilities do not count."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache

from palier.droit.bareme import bareme, dictionnaire
from palier.droit.lecture_pieces.faits import PersonneAttendue

MEME, PROCHE, AUTRE = "meme", "proche", "autre"
LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})
Mots = tuple[str, ...]


def mots_nom(nom: str) -> Mots:
    """Return the words of a name, without accents, in capitals, civilities taken away."""
    plat = unicodedata.normalize("NFKD", nom.translate(LIGATURES)).encode("ascii", "ignore").decode().upper()
    mots = "".join(lettre if lettre.isalpha() else " " for lettre in plat).split()
    return tuple(mot for mot in mots if mot not in _liste("civilites"))


def compare(lu: str, attendue: PersonneAttendue) -> str:
    """Compare a name that was read with someone of the file: `meme`, `proche` (may be one badly read) or `autre`."""
    mots = mots_nom(lu)
    famille = min((_tous(mots, mots_nom(nom)) for nom in attendue.noms), key=_rang, default=AUTRE)
    if famille == AUTRE:
        return AUTRE
    prenom = _prenom(mots, attendue)
    return max(famille, prenom, key=_rang)


def _liste(nom: str) -> list[str]:
    """Return words that do not tell a name."""
    mots: list[str] = dictionnaire("lecture_pieces")["mots"][nom]
    return mots


def particules() -> list[str]:
    """Return the small words inside a name, in capitals."""
    return _liste("particules")


def _rang(reponse: str) -> int:
    """Order answers from the best to the worst."""
    return (MEME, PROCHE, AUTRE).index(reponse)


def _prenom(mots: Mots, attendue: PersonneAttendue) -> str:
    """Find the usual first name; an initial or no first name at all leaves a doubt."""
    prenoms = mots_nom(attendue.prenom)
    if not prenoms or _tous(mots, prenoms[:1]) == MEME:
        return MEME
    familles = {mot for nom in attendue.noms for mot in mots_nom(nom)}
    restes = [mot for mot in mots if mot not in familles and mot not in particules()]
    if not restes or any(mot == prenoms[0][0] for mot in restes):
        return PROCHE
    return max((_mot(mots, prenom) for prenom in prenoms), key=lambda reponse: -_rang(reponse))


def _tous(mots: Mots, voulus: Mots) -> str:
    """Find every word of a name, particles aside, or the whole name written in one word."""
    utiles = tuple(mot for mot in voulus if mot not in particules()) or voulus
    if not utiles or "".join(voulus) in mots or _suite(mots, "".join(utiles)):
        return MEME if utiles else AUTRE
    return max((_mot(mots, mot) for mot in utiles), key=_rang)


def _suite(mots: Mots, colle: str) -> bool:
    """Tell whether words that follow one another make this name."""
    return any("".join(mots[debut:fin]) == colle for debut in range(len(mots)) for fin in range(debut + 1, debut + 4))


def _mot(mots: Mots, voulu: str) -> str:
    """Find one word, or one that looks like it."""
    if voulu in mots:
        return MEME
    return PROCHE if any(_ressemble(mot, voulu) for mot in mots) else AUTRE


@lru_cache(maxsize=4096)
def _ressemble(mot: str, voulu: str) -> bool:
    """Tell whether two words may be one badly read."""
    seuil = Decimal(bareme("lecture_pieces")["ressemblance"]["noms"])
    return Decimal(repr(SequenceMatcher(None, mot, voulu).ratio())) >= seuil
