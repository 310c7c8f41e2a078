"""A password validator that Django lacks."""

from typing import Any

from django.core.exceptions import ValidationError


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
