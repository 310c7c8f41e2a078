"""The employer's part, seen by the person: the code it gave, the link by which it attests, and what it attested."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from palier import coffre
from palier.accounts import links
from palier.base import clock, limits
from palier.base.policy import policy
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.actions import give_code
from palier.demandes import queries
from palier.demandes.actions import cancel_employeur_link, invite_employeur
from palier.demandes.models import Demande
from palier.demandes.queries.employer import attestations_of, waiting_employeur_links
from palier.organisations.queries import employeur_of_code
from palier.portals.codes import where_is
from palier.portals.demandeur.common import actor_of, own_demande, page_context, user_of
from palier.portals.forms import PalierForm, TextField, form_page, once_body, once_view


class LinkForm(PalierForm):
    """What the employer will see of the person, and where to send the link."""

    nom = TextField(
        label="Votre nom, tel que l'employeur vous connaît", max_length=80, help_text="Lui seul sera montré."
    )
    siret = TextField(label="SIRET de l'employeur", max_length=40, help_text=where_is("siret"))
    email = forms.EmailField(
        label="Adresse électronique de l'employeur",
        required=False,
        max_length=254,
        help_text="Facultatif. Sinon, copiez le lien et donnez-le vous-même.",
        error_messages={"invalid": "Cette adresse n'a pas la forme nom@exemple.fr. Vérifiez-la."},
    )
    examples: ClassVar[dict[str, str]] = {"siret": where_is("siret"), "nom": "Écrivez votre prénom et votre nom."}


class CodeForm(PalierForm):
    """The code that the employer gave."""

    code = TextField(label="Code spécifique", max_length=40, required=False, help_text=where_is("code_specifique"))


@policy("attestation.demander")
@require_http_methods(["GET", "HEAD", "POST"])
def employeur(request: HttpRequest) -> HttpResponse:
    """What waits, what came, and a form for a new link; the link is said once."""
    demande = own_demande(request)
    with coffre.ring():
        form = LinkForm(request.POST or None, initial=_known(demande))
        if request.method != "POST" or not form.is_valid():
            return _page(request, demande, form)
        said, by = form.cleaned_data, actor_of(request)
        try:
            token = once_body(request, lambda: invite_employeur(**said, by=by, at=clock.now()))
        except Refused as refusal:
            return _page(request, demande, form, refusal)
        address = links.absolute(reverse("employeur:attestation", args=[token]))
        return _page(request, demande, LinkForm(initial=_known(demande)), adresse=address, envoye=said["email"])


@policy("attestation.demander")
@require_POST
def annuler(request: HttpRequest, lien_id: UUID) -> HttpResponse:
    """A link stops working."""

    def work() -> str:
        cancel_employeur_link(lien_id=lien_id, by=actor_of(request), at=clock.now())
        return reverse("demandeur:employeur")

    return once_view(request, work)


@policy("demande.completer", roles=("demandeur",))
@require_http_methods(["GET", "HEAD", "POST"])
def code_employeur(request: HttpRequest) -> HttpResponse:
    """The employer's code: checked against the name, kept, or taken away when left empty."""
    demande = own_demande(request)
    if demande is None or not demande.is_live:
        raise NotVisible
    form = CodeForm(request.POST or None)

    def work() -> str:
        give_code(demande_id=demande.pk, code=form.cleaned_data["code"], by=actor_of(request), at=clock.now())
        return reverse("demandeur:code_employeur")

    def draw(refusal: Refused | None = None) -> HttpResponse:
        given = employeur_of_code(demande.code_specifique, clock.now())
        context = page_context(demande, ouvre=given, fini=demande.code_specifique and given is None)
        return form_page(request, "demandeur/code_employeur.html", form, context, refusal)

    if request.method == "POST" and form.is_valid():
        return once_view(request, work, refused=draw)
    return draw()


def _known(demande: Demande | None) -> dict[str, str]:
    """What the demande already says, if there is one: the person may write otherwise."""
    holder = queries.holder_of(demande) if demande else None
    said = (holder.identite or {}) if holder else {}
    return {
        "nom": f"{said.get('prenom', '')} {said.get('nom', '')}".strip(),
        "siret": demande.siret if demande else "",
    }


def _page(
    request: HttpRequest, demande: Demande | None, form: LinkForm, refusal: Refused | None = None, **more: Any
) -> HttpResponse:
    user, now = user_of(request), clock.now()
    context = page_context(
        demande,
        attente=waiting_employeur_links(user.pk, now),
        recues=attestations_of(user.pk),
        jours=limits.value("attestation_lien"),
        **more,
    )
    return form_page(request, "demandeur/employeur.html", form, context, refusal)


urlpatterns: list[URLPattern] = [
    path("demande/employeur/", employeur, name="employeur"),
    path("demande/employeur/code/", code_employeur, name="code_employeur"),
    path("demande/employeur/liens/<uuid:lien_id>/annuler/", annuler, name="employeur_annuler"),
]
