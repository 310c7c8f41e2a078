"""The persons of the household: add, change, remove; each writes the whole household (step « menage »)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.demandes import queries
from palier.demandes.models import Demande
from palier.portals.demandeur import flow
from palier.portals.demandeur.common import own_demande, with_demande, write_answers
from palier.portals.demandeur.questions import PersonneForm
from palier.portals.demandeur.questions.identite import birth_initial
from palier.portals.forms import form_page, once_view


@policy("demande.completer")
@with_demande
def personne(request: HttpRequest, demande: Demande, personne_id: UUID | None = None) -> HttpResponse:
    """Add a person, or change one."""
    values = queries.step_values(demande, "menage")
    found = _find(values, personne_id)
    form = PersonneForm(request.POST or None, initial=_initial(found))

    def work() -> str:
        said = {**(found or {}), **form.data_of(), "id": str(personne_id or "")}
        others = [each for each in values["personnes"] if each["id"] != said["id"]]
        place = values["personnes"].index(found) if found else len(others)
        _write(request, demande, {"personnes": [*others[:place], said, *others[place:]]})
        return _next(request)

    if request.method == "POST" and form.is_valid():
        return once_view(request, work, refused=lambda no: _page(request, demande, form, personne_id, no))
    return _page(request, demande, form, personne_id)


def _write(request: HttpRequest, demande: Demande, data: dict[str, Any]) -> None:
    """The household, changed: it is not told whole until its questions are answered."""
    write_answers(request, demande, "menage", data, keys=[], complete=False)


def _next(request: HttpRequest) -> str:
    """Back to the list of persons: somebody else may be added before one goes on."""
    demande = own_demande(request)
    assert demande is not None
    home = reverse("demandeur:etape", args=["menage"])
    if demande.state != "brouillon" or not flow.one_by_one(request):
        return home
    return reverse("demandeur:question", args=["menage", "personnes"])


def _find(values: dict[str, Any], personne_id: UUID | None) -> dict[str, Any] | None:
    if personne_id is None:
        return None
    found = next((each for each in values["personnes"] if each["id"] == str(personne_id)), None)
    if found is None:
        raise Http404
    return dict(found)


def _initial(found: dict[str, Any] | None) -> dict[str, Any]:
    return {**found, "naissance": birth_initial(found)} if found else {}


def _page(
    request: HttpRequest, demande: Demande, form: PersonneForm, personne_id: UUID | None, no: Refused | None = None
) -> HttpResponse:
    current = (own_demande(request) if no is not None else None) or demande
    context = flow.step_context(current, "menage") | {"personne_id": personne_id}
    if no is not None and no.code == "version":
        context["differences"] = no.motifs
    return form_page(request, "demandeur/personne.html", form, context, no)


@policy("demande.completer")
@with_demande
def retirer(request: HttpRequest, demande: Demande, personne_id: UUID) -> HttpResponse:
    """Remove a person, after a page that asks."""
    values = queries.step_values(demande, "menage")
    found = _find(values, personne_id)
    assert found is not None

    def work() -> str:
        left = [each for each in values["personnes"] if each["id"] != str(personne_id)]
        union = values["union"] if any(each["role"] == "conjoint" for each in left) else ""
        _write(request, demande, {"union": union, "personnes": left})
        return reverse("demandeur:etape", args=["menage"])

    if request.method == "POST":
        return once_view(request, work)
    return render(request, "demandeur/retirer.html", flow.step_context(demande, "menage") | {"personne": found})
