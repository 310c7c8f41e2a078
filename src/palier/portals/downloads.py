"""A file goes out: a link that dies soon, and headers with which no browser runs or keeps it (promises.md FI-7)."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse

from palier.base import limits

SALT = "palier.telechargement"
OURS = ("same-origin", "none", "")
"""Where a download may be asked from: our pages, or the address bar."""


def link_token(request: HttpRequest, file_id: UUID) -> str:
    """A name for this file that this session alone may use, for `piece_lien` minutes of real time."""
    return signing.dumps([str(file_id), request.session.session_key], salt=SALT)


def file_of(request: HttpRequest, token: str) -> UUID:
    """The file that a token names. 404 when it is old, changed, of another session, or asked from elsewhere."""
    if request.headers.get("Sec-Fetch-Site", "") not in OURS:
        raise Http404
    try:
        found, session = signing.loads(token, salt=SALT, max_age=limits.duration("piece_lien"))
    except signing.BadSignature as error:
        raise Http404 from error
    if session is None or session != request.session.session_key:
        raise Http404
    return UUID(found)


def attachment(content: bytes, name: str) -> HttpResponse:
    """A PDF to keep, under a name of ours: ASCII, and the whole one for those who read RFC 6266."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace('"', "").replace("\\", "")
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
        },
    )
