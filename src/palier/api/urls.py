"""The API and its documentation. Every path is marked for the policy; each operation declares its own act."""

from typing import Any

from django.urls import URLPattern, path

from palier.api.application import api
from palier.api.docs import docs
from palier.base.policy import policy


def _marked(patterns: list[Any]) -> list[Any]:
    mark = policy("api.lire")
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            mark(pattern.callback)
    return patterns


_patterns, _app, _namespace = api.urls
urlpatterns = [
    path("v1/", (_marked(_patterns), _app, _namespace)),
    path("docs", docs, name="api-docs"),
]
