"""« D'où vient ce chiffre ? »: the texts behind the answers, and the pieces asked for."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from palier.base.policy import policy
from palier.droit.articles import articles
from palier.droit.pieces import pieces as known_pieces


@policy("public.lire")
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """`/droit/articles/<slug>/`: what a text says here, what rests on it, where to read it."""
    found = articles().get(slug)
    if found is None:
        raise Http404
    return render(request, "public/droit_article.html", {"article": found})


@policy("public.lire")
@require_safe
def pieces(request: HttpRequest) -> HttpResponse:
    """`/droit/pieces/`: each piece with its anchor, and how to obtain it."""
    return render(request, "public/droit_pieces.html", {"pieces": list(known_pieces().values())})
