"""The studies of a grid before a vote: asked from a draft or a file, followed, stopped, read, taken away."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palier.base import clock, limits
from palier.base.policy import policy
from palier.base.refusal import NotVisible
from palier.etudes import actions, queries
from palier.etudes.models import Etude
from palier.etudes.rules import number
from palier.portals.collectivite import result
from palier.portals.collectivite.space import ROLES, SPACE
from palier.portals.desk import actor_of, context_of, form_view, page, posted
from palier.portals.forms import ChoiceField, LongTextField, PalierForm
from palier.territoires.models import BrouillonGrille

PASTED = "autre"
"""The choice of a text given here rather than a draft kept on the platform."""


class LaunchForm(PalierForm):
    """A draft of the collectivité, or a text: pasted, or read from a file."""

    brouillon = ChoiceField(label="Le projet à étudier", widget=forms.RadioSelect)
    fichier = forms.FileField(label="Fichier TOML d'une grille", required=False)
    texte = LongTextField(
        label="Texte TOML d'une grille",
        required=False,
        max_length=limits.value("grille_texte"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    refused_fields: ClassVar[dict[str, str]] = {"texte": "brouillon"}

    def __init__(self, *args: Any, drafts: list[BrouillonGrille], **options: Any) -> None:
        super().__init__(*args, **options)
        self.drafts = {str(each.pk): each for each in drafts}
        field = self.fields["brouillon"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *((key, each.libelle) for key, each in self.drafts.items()),
            (PASTED, "Une autre grille, donnée ci-dessous"),
        ]

    def clean_fichier(self) -> str:
        """The text of the file. ValidationError when it is too long or no text."""
        given = self.cleaned_data["fichier"]
        if given is None:
            return ""
        most = limits.value("grille_texte")
        raw = given.read(most + 1)
        if len(raw) > most:
            raise forms.ValidationError(f"Ce fichier dépasse {most} octets. Donnez le texte d'une seule grille.")
        try:
            return str(raw.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError("Ce fichier n'est pas un texte UTF-8. Enregistrez-le en TOML.") from error

    def clean(self) -> dict[str, Any]:
        """One grid and one only."""
        said: dict[str, Any] = super().clean() or {}
        draft = self.drafts.get(said.get("brouillon") or "")
        given = [text for text in (draft and draft.texte, said.get("fichier"), said.get("texte")) if text]
        if len(given) != 1 and not self.errors:
            mend = "Choisissez un brouillon, ou donnez un fichier ou un texte."
            what = "Plusieurs grilles sont données." if given else "Aucune grille n'est donnée."
            self.add_error("brouillon", f"{what} {mend}")
        return {**said, "grille": given[0] if given else ""}


def _etude(request: HttpRequest, etude_id: UUID) -> Etude:
    found = Etude.objects.visible_to(actor_of(request)).select_related("grille").filter(pk=etude_id).first()
    if found is None:
        raise NotVisible
    return found


def _finished(request: HttpRequest, etude_id: UUID) -> Etude:
    found = _etude(request, etude_id)
    if found.state != "terminee":
        raise NotVisible
    return found


@policy("etude.lancer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def etudes(request: HttpRequest) -> HttpResponse:
    """The studies of the collectivité, and the form that asks for another."""
    actor = actor_of(request)
    drafts = list(BrouillonGrille.objects.visible_to(actor).open())
    chosen = {"brouillon": request.GET.get("brouillon") or (str(drafts[0].pk) if drafts else PASTED)}
    form = LaunchForm(request.POST or None, request.FILES or None, drafts=drafts, initial=chosen)
    rows = list(Etude.objects.visible_to(actor).defer("texte", "resultat").order_by("-demandee_le"))
    context = context_of(request, SPACE, "etudes", etudes=rows, brouillons=drafts)

    def work(asked: PalierForm) -> str:
        etude = actions.launch_etude(texte=asked.cleaned_data["grille"], by=actor, at=clock.now())
        return SPACE.url("etude", etude.pk)

    return form_view(request, "collectivite/etudes.html", form, context, work)


@policy("etude.lire", roles=ROLES)
@require_safe
def etude(request: HttpRequest, etude_id: UUID) -> HttpResponse:
    """One study: how far it is, or what it found."""
    found = _etude(request, etude_id)
    minimum = number("cellule")
    context: dict[str, Any] = {
        "etude": found,
        "minimum": minimum,
        "sous": minimum - 1,
        "compte": found.total >= minimum,
    }
    if found.state != "terminee" or found.resultat is None:
        return page(request, SPACE, "collectivite/etude.html", "etudes", **context)
    communes = queries.communes_of(found.epci)
    context |= {
        "communes": len(communes),
        "differences": result.differences(found.resultat),
        "empreintes": [("Grille en vigueur", found.grille.empreinte), ("Projet", found.empreinte)],
    }
    if found.resultat["ensemble"] is not None:
        context |= _shown(found.resultat)
    return page(request, SPACE, "collectivite/etude_resultat.html", "etudes", **context)


def _shown(resultat: dict[str, Any]) -> dict[str, Any]:
    offres = resultat["offres"]
    return {
        "phrase": result.summary(resultat),
        "mois": result.months(resultat),
        "ensemble": [(label, result.figure(resultat["ensemble"][name])) for name, label in result.COLUMNS],
        "ecarts": result.gaps(resultat),
        "axes": result.axes(resultat),
        "colonnes": [label for _, label in result.COLUMNS],
        "offres": offres,
        "listes": result.lists_chart(offres),
        "phrase_listes": result.lists_sentence(offres) if offres["listes"] else "",
        "premiers": number("premiers"),
    }


@policy("etude.arreter", roles=ROLES)
@require_POST
def etude_arreter(request: HttpRequest, etude_id: UUID) -> HttpResponse:
    """Stop a study that runs."""
    found, by = _etude(request, etude_id), actor_of(request)
    return posted(
        request,
        lambda: actions.stop_etude(etude_id=found.pk, by=by, at=clock.now()),
        SPACE.url("etude", found.pk),
    )


@policy("etude.lire", roles=ROLES)
@require_safe
def etude_csv(request: HttpRequest, etude_id: UUID) -> HttpResponse:
    """The aggregates for a spreadsheet."""
    found = _finished(request, etude_id)
    answer = HttpResponse(result.table(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="etude-{found.au:%Y-%m-%d}.csv"'
    return answer


@policy("etude.lire", roles=ROLES)
@require_safe
def etude_json(request: HttpRequest, etude_id: UUID) -> HttpResponse:
    """The aggregates for a program."""
    found = _finished(request, etude_id)
    answer = JsonResponse(result.document(found), json_dumps_params={"ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="etude-{found.au:%Y-%m-%d}.json"'
    return answer


urlpatterns: list[URLPattern] = [
    path("etudes/", etudes, name="etudes"),
    path("etudes/<uuid:etude_id>/", etude, name="etude"),
    path("etudes/<uuid:etude_id>/arreter/", etude_arreter, name="etude_arreter"),
    path("etudes/<uuid:etude_id>/etude.csv", etude_csv, name="etude_csv"),
    path("etudes/<uuid:etude_id>/etude.json", etude_json, name="etude_json"),
]
