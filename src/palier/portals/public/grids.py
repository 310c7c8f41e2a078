"""Published grids, readable by all: every version, in force or past, and the extracts that are only read."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from palier.base import clock
from palier.base.policy import policy
from palier.candidatures.facts import law_grille
from palier.droit.cotation import Critere, Grille, Rubrique, faits_publiables, lire_grille, textes_partiels
from palier.droit.mots import francais
from palier.droit.pieces import libelle_piece
from palier.territoires.models import Grille as StoredGrille
from palier.territoires.queries import territory_names

TOML = "application/toml; charset=utf-8"


@policy("public.lire")
@require_safe
def grids(request: HttpRequest) -> HttpResponse:
    """`/grilles/`: every published grid by territory, the latest first, then the extracts of real grids."""
    today = clock.today()
    stored = list(StoredGrille.objects.public().order_by("-en_vigueur_depuis", "code"))
    names = territory_names({code for each in stored for code in each.perimetre})
    places: dict[str, list[tuple[StoredGrille, str]]] = {}
    for each in stored:
        places.setdefault(_territory(each, names), []).append((each, each.moment(today)))
    context = {"territoires": sorted(places.items()), "extraits": [lire_grille(each) for each in _extracts()]}
    return render(request, "public/grilles.html", context)


def _territory(stored: StoredGrille, names: dict[str, str]) -> str:
    return ", ".join(sorted(names.get(code, code) for code in stored.perimetre))


def _extracts() -> list[str]:
    return list(textes_partiels().values())


def _published(empreinte: str) -> StoredGrille:
    stored = StoredGrille.objects.public().filter(empreinte=empreinte).first()
    if stored is None:
        raise Http404
    return stored


@policy("public.lire")
@require_safe
def grid(request: HttpRequest, empreinte: str) -> HttpResponse:
    """`/grilles/<empreinte>/`: one published grid, old ones too."""
    stored = _published(empreinte)
    versions = StoredGrille.objects.public().filter(code=stored.code).exclude(pk=stored.pk)
    context = {
        **shown(law_grille(stored)),
        "texte": stored.texte,
        "publiee": stored,
        "moment": stored.moment(clock.today()),
        "territoire": _territory(stored, territory_names(stored.perimetre)),
        "autres": [(each, each.moment(clock.today())) for each in versions.order_by("-version")],
    }
    return render(request, "public/grille.html", context)


@policy("public.lire")
@require_safe
def grid_text(request: HttpRequest, empreinte: str) -> HttpResponse:
    """`/grilles/<empreinte>/grille.toml`: the very text that was published, to count again."""
    stored = _published(empreinte)
    return _file(stored.texte, f"{stored.code}-v{stored.version}")


@policy("public.lire")
@require_safe
def extract(request: HttpRequest, code: str) -> HttpResponse:
    """`/grilles/exemples/<code>/`: an extract of a real grid, with its source; it never orders a list."""
    text = _extract(code)
    read = lire_grille(text)
    context = {**shown(read), "texte": text, "source": francais(read.source), "manque": francais(read.manque)}
    return render(request, "public/grille_extrait.html", context)


@policy("public.lire")
@require_safe
def extract_text(request: HttpRequest, code: str) -> HttpResponse:
    """`/grilles/exemples/<code>/grille.toml`: its text."""
    return _file(_extract(code), f"{code}-extrait")


def _extract(code: str) -> str:
    text = textes_partiels().get(code)
    if text is None:
        raise Http404
    return text


def _file(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.toml"'}
    return HttpResponse(text, content_type=TOML, headers=headers)


def shown(grille: Grille) -> dict[str, Any]:
    """The grid in words: each line with its points, the piece that proves it, its rule."""
    return {"grille": grille, "rubriques": [_rubrique(each) for each in grille.rubriques]}


def _rubrique(rubrique: Rubrique) -> dict[str, Any]:
    lines = [
        {
            "libelle": c.libelle,
            "points": _points(c),
            "piece": libelle_piece(c.piece) if c.piece else "",
            "regle": c.reference,
        }
        for c in rubrique.criteres
    ]
    return {"libelle": rubrique.libelle, "somme": rubrique.cumul == "somme", "lignes": lines}


def _points(critere: Critere) -> str:
    scale = critere.points_par
    if scale is None:
        return str(critere.points)
    known = faits_publiables().get(scale.fait)
    per = (known.unite or known.sens) if known else scale.fait
    most = f", {scale.plafond} au plus" if scale.plafond is not None else ""
    return f"{scale.points} par {'' if scale.pas == 1 else f'{scale.pas} '}{per}{most}"
