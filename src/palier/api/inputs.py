"""Types of what comes in: text that PostgreSQL can hold, bounded numbers."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _clean(value: str) -> str:
    if "\x00" in value or any(0xD800 <= ord(char) <= 0xDFFF for char in value):
        raise ValueError("Le texte contient un caractère interdit. Retirez-le.")
    return value


Text = Annotated[str, AfterValidator(_clean), Field(max_length=200)]
Loyer = Annotated[int, Field(ge=0, le=100_000)]


def euros(cents: int) -> float:
    """Euros with at most two decimals, as the contract writes amounts."""
    return cents / 100
