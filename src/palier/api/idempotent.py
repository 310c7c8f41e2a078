"""Acts from outside: the key, the effect and the stored answer are one transaction (promises.md NL-1)."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from ninja import Header
from pydantic import AfterValidator

from palier.api.auth import ApiRequest
from palier.base import clock
from palier.journal.mover import Answer, once


def _key(value: str) -> str:
    if not 8 <= len(value) <= 100 or not value.isascii() or not value.isprintable():
        raise ValueError("Une clé a de 8 à 100 caractères ASCII. Prenez par exemple un UUID.")
    return value


Key = Annotated[str, AfterValidator(_key), Header(alias="Idempotency-Key")]


def act_once(request: HttpRequest, key: str, work: Callable[[], dict[str, Any]], *, status: int = 200) -> HttpResponse:
    """Run `work` once for this key and body; the same key with the same body gets the stored bytes."""
    known: ApiRequest = request  # type: ignore[assignment]

    def answer() -> Answer:
        body = json.dumps(work(), cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True).encode()
        return Answer(status, body)

    stored = once(
        key,
        by=known.actor,
        scope=f"{request.method} {request.path}",
        body=request.body,
        at=clock.now(),
        work=answer,
    )
    return HttpResponse(stored.body, status=stored.status, content_type="application/json")
