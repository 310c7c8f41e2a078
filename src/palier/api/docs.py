"""`/api/docs`: the OpenAPI document read as a page, without a script from elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from palier.api.application import api
from palier.base.policy import policy


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "method": method.upper(),
            "path": route,
            "summary": operation["summary"],
            "description": operation.get("description", ""),
            "parameters": [param["name"] for param in operation.get("parameters", ())],
            "statuses": sorted(int(status) for status in operation["responses"]),
            "needs_token": bool(operation.get("security")),
        }
        for route, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


@policy("api.lire")
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """A table of operations; the document itself is linked."""
    context = {"schema_url": reverse("api:openapi-json"), "operations": _operations(dict(api.get_openapi_schema()))}
    return render(request, "api/docs.html", context)
