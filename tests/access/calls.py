"""One request as a subject, undone afterwards; the same for pages (session) and the API (token)."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.test import Client

from tests.access.world import Subject


@contextmanager
def undone(subject: Subject) -> Iterator[None]:
    """What is written inside is undone, and the browser keeps the cookies it had."""
    kept = copy.deepcopy(subject.client.cookies)
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)
            subject.client.cookies = kept


def call(subject: Subject, method: str, path: str, data: Any = None, **headers: str) -> Any:
    """The answer to one request of the subject; what it wrote is undone."""
    with undone(subject):
        return send(subject, method, path, data, **headers)


def send(subject: Subject, method: str, path: str, data: Any = None, **headers: str) -> Any:
    """The same, kept. Pages are sent form fields, the API JSON (or raw bytes)."""
    if not path.startswith("/api/v1/"):
        if method == "POST":
            return subject.client.post(path, data or {}, headers=headers)
        return subject.client.generic(method, path, headers=headers)
    if method == "POST":
        headers.setdefault("Idempotency-Key", str(uuid4()))
    if subject.token:
        headers["Authorization"] = f"Bearer {subject.token}"
    body = data if isinstance(data, bytes) else b"" if data is None else json.dumps(data).encode()
    return Client().generic(method, path, body, content_type="application/json", headers=headers)
