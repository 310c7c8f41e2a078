"""Password validators that Django lacks."""

import re
import unicodedata
from functools import cache
from importlib import resources
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

SHORT_ROOT = 4
"""Shorter words are too short to be told from chance at the root of a long password."""


class MaximumLengthValidator:
    """Refuse a password longer than `max_length` characters: hashing time must stay bounded."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when the password is too long."""
        if len(password) > self.max_length:
            raise ValidationError(
                f"Ce mot de passe compte {len(password)} caractères : raccourcissez-le à {self.max_length} au plus.",
                code="password_too_long",
            )

    def get_help_text(self) -> str:
        """The sentence shown beside the field."""
        return f"Votre mot de passe compte au plus {self.max_length} caractères."


def folded(password: str) -> str:
    """Lower case, without accents or spaces: « Motdepasse » and « mot de passe » are one word."""
    plain = unicodedata.normalize("NFKD", password.strip().lower())
    return "".join(each for each in plain if not unicodedata.combining(each) and not each.isspace())


@cache
def common_passwords() -> frozenset[str]:
    """Django's list and ours, in French: no network is asked."""
    text = resources.files("palier.config").joinpath("mots_de_passe.txt").read_text(encoding="utf-8")
    return frozenset(text.split()) | frozenset(CommonPasswordValidator().passwords)


class CommonRootValidator:
    """Refuse a common password, also when it is only repeated, or lengthened by digits and signs."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when the password is known to be common."""
        word = folded(password)
        roots = {password.strip().lower(), word, re.sub(r"[^a-z]+$", "", word), re.sub(r"^[^a-z]+|[^a-z]+$", "", word)}
        roots |= {root[: len(root) // times] for root in set(roots) for times in (2, 3, 4) if is_repeated(root, times)}
        if any(len(root) > SHORT_ROOT and root in common_passwords() for root in roots) or word.isdigit():
            raise ValidationError(
                "Ce mot de passe est trop courant\u00a0: il serait deviné. Choisissez une phrase à vous.",
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        """The sentence shown beside the field."""
        return "Votre mot de passe n'est pas un mot courant, même répété ou suivi de chiffres."


def is_repeated(word: str, times: int) -> bool:
    """True when the word is `times` the same part."""
    return len(word) >= times and len(word) % times == 0 and word == word[: len(word) // times] * times
