"""What the tests of the estimates share: journals of simulated territories, and what they ask of them."""

from dataclasses import fields, is_dataclass

import numpy as np

from palier.chances.journal import TYPES

CODE = {name: code for code, name in enumerate(TYPES)}


def content(value: object) -> bytes:
    """Every byte of a tree of dataclasses and arrays."""
    if is_dataclass(value):
        return b"|".join(content(getattr(value, each.name)) for each in fields(value))
    return value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode()
