"""The two ways of saying no: visible but refused, with its reason; and not visible, which is unknown."""

from collections.abc import Sequence
from typing import ClassVar

NBSP = "\u00a0"


class Refused(Exception):
    """An act that the person may see but not do. `str()` is one French text: what, where, and the mend.

    `code` is a stable ASCII slug, `detail` a French sentence, `field` and `value` what was given,
    `mend` what to do, `motifs` further reasons (slugs or sentences), `status` the HTTP status.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        field: str = "",
        value: object = "",
        mend: str = "",
        motifs: Sequence[object] = (),
        status: int = 409,
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.field = field
        self.value = value
        self.mend = mend
        self.motifs = tuple(motifs)
        self.status = status

    def __str__(self) -> str:
        text = self.detail
        if self.field and self.value not in ("", None):
            text = f"{self.field}{NBSP}: «{NBSP}{self.value}{NBSP}». {text}"
        elif self.field:
            text = f"{self.field}{NBSP}: {text}"
        return f"{text} {self.mend}".strip()


class NotVisible(Exception):
    """The object does not exist, or must look as if it did not: the same 404 for both (promises.md D3)."""

    status: ClassVar[int] = 404

    def __str__(self) -> str:
        return "Cette page n'existe pas, ou ne vous est pas ouverte."


_constraints: dict[str, tuple[str, str, str]] = {}


def explain_constraint(name: str, *, code: str, detail: str, mend: str = "") -> None:
    """Give the French sentence of a database constraint; the mover turns its violation into `Refused`."""
    _constraints[name] = (code, detail, mend)


def refusal_of_constraint(name: str) -> Refused | None:
    """The refusal declared for this constraint, or None when nobody explained it."""
    if name not in _constraints:
        return None
    code, detail, mend = _constraints[name]
    return Refused(code, detail, mend=mend)
