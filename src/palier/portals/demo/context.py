"""The strip on every page of a demonstration: invented data, and the three pages that only it has."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def strip(request: HttpRequest) -> dict[str, Any]:
    """Context of `ui/base.html`: nothing but in the mode « demo ». No query."""
    if settings.PALIER_MODE != "demo":
        return {}
    links = (("Visite guidée", "demo:visite"), ("Horloge", "demo:horloge"), ("Courrier", "demo:courrier"))
    return {"demo": True, "demo_liens": [(label, reverse(name)) for label, name in links]}
