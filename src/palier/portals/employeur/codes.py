"""The codes that a company gives to its employees: the same page and the same answer whoever they are."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from palier.base import clock, limits
from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.organisations.actions import make_code, revoke_code
from palier.organisations.models import CodeSpecifique
from palier.portals.desk import actor_of, context_of, posted
from palier.portals.employeur.space import ROLES, SPACE
from palier.portals.forms import DayField, PalierForm, TextField, form_page, once_body

SHOWN = 50
GROUP = 4


class CodeForm(PalierForm):
    """Whom the code is for; nothing of it is kept but a fingerprint."""

    prenom = TextField(label="Prénom", max_length=80)
    nom = TextField(label="Nom de famille", max_length=80)
    naissance = DayField(label="Date de naissance")
    examples: ClassVar[dict[str, str]] = {
        "prenom": "Écrivez-le comme sur la pièce d'identité.",
        "nom": "Écrivez-le comme sur la pièce d'identité.",
        "naissance": "Exemple\u00a0: 12 3 1992",
    }


@policy("employeur.coder", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """The list, the form, and the code just made, said once."""
    form, by = CodeForm(request.POST or None), actor_of(request)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    said = form.cleaned_data
    try:
        made = once_body(request, lambda: make_code(**said, by=by, at=clock.now()))
    except Refused as refusal:
        return _page(request, form, refusal)
    return _page(request, CodeForm(), code=f"{made[:2]}-{made[2 : 2 + GROUP]}-{made[2 + GROUP :]}")


@policy("employeur.coder", roles=ROLES)
@require_POST
def revoquer(request: HttpRequest, code_id: UUID) -> HttpResponse:
    """End one code."""
    by = actor_of(request)
    return posted(request, lambda: revoke_code(code_id=code_id, by=by, at=clock.now()), SPACE.url("codes"))


def _page(request: HttpRequest, form: CodeForm, refusal: Refused | None = None, **more: Any) -> HttpResponse:
    now = clock.now()
    rows = CodeSpecifique.objects.visible_to(actor_of(request)).order_by("-cree_le", "-pk")[:SHOWN]
    lines = [(row, _state(row, now)) for row in rows]
    context = context_of(request, SPACE, "codes", lignes=lines, jours=limits.value("code_specifique"), **more)
    return form_page(request, "employeur/codes.html", form, context, refusal)


def _state(row: CodeSpecifique, now: Any) -> str:
    if row.revoque_le is not None:
        return "arrêté"
    return "valable" if row.expire_le > now else "expiré"
