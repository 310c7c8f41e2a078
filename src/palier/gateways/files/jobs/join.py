"""Several documents that we made become one, in their order."""

import io
from typing import Any

import pikepdf


def run(payload: bytes, arguments: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The pages of every part, whose sizes are in `parts`, as one PDF."""
    out, start = pikepdf.new(), 0
    for size in arguments["parts"]:
        with pikepdf.open(io.BytesIO(payload[start : start + size])) as part:
            out.pages.extend(part.pages)
        start += size
    made = io.BytesIO()
    out.save(made, deterministic_id=True)
    return {"pages": len(out.pages)}, made.getvalue()
