"""Around sign-in: where to go first, which hat to wear, and the activation mail again."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from palier.accounts.actions import ask_activation, change_hat
from palier.base import clock
from palier.base.policy import policy
from palier.organisations.models import Membership
from palier.portals.demandeur.common import actor_of, address, user_of
from palier.portals.forms import PalierForm, form_page, once_view

HAT = "membership_id"
HOMES = {
    "bailleur": "bailleur:accueil",
    "reservataire": "reservataire:candidats",
    "membre_caleol": "caleol:seances",
    "conseiller": "conseiller:portefeuille",
    "codemandeur": "demandeur:ma_part",
    "collectivite": "collectivite:grilles",
    "employeur": "employeur:codes",
    "dpo": "dpo:contestations",
    "auditeur": "auditeur:equite",
}
SIGNED_IN = (
    "demandeur",
    "codemandeur",
    "bailleur",
    "reservataire",
    "membre_caleol",
    "conseiller",
    "collectivite",
    "employeur",
    "auditeur",
    "dpo",
    "admin",
)


@policy("compte.lire", roles=SIGNED_IN)
@require_safe
def entree(request: HttpRequest) -> HttpResponse:
    """Where a person who signs in begins: the choice of a hat when there are several, else their own space."""
    hats = Membership.objects.usable_by(user_of(request)).count()
    if hats > 1 and HAT not in request.session:
        return HttpResponseRedirect(reverse("demandeur:chapeau"))
    role = actor_of(request).role
    home = reverse("demandeur:accueil") if role == "demandeur" else address(HOMES.get(role, ""))
    return HttpResponseRedirect(home or "/")


@policy("compte.modifier", roles=SIGNED_IN)
def chapeau(request: HttpRequest) -> HttpResponse:
    """Choose the hat to wear; the session gets a new id and the journal a line (ID-4)."""
    hats = list(Membership.objects.usable_by(user_of(request)).order_by("organisation__nom", "role"))
    if request.method != "POST":
        context = {"chapeaux": hats, "porte": request.session.get(HAT), "acteur": actor_of(request)}
        return render(request, "demandeur/chapeau.html", context)
    chosen = request.POST.get("chapeau", "")
    if chosen and chosen not in {str(each.pk) for each in hats}:
        raise Http404

    def work() -> str:
        change_hat(user=user_of(request), membership=chosen, by=actor_of(request), at=clock.now())
        return reverse("demandeur:entree")

    response = once_view(request, work)
    if response.status_code == 303:
        request.session[HAT] = chosen
        request.session.cycle_key()
    return response


class ResendForm(PalierForm):
    """The address that waits for its activation."""

    email = forms.EmailField(
        label="Votre adresse électronique",
        max_length=254,
        error_messages={"invalid": "Cette adresse n'a pas la forme nom@exemple.fr. Vérifiez-la."},
    )


@policy("compte.ouvrir")
def renvoyer(request: HttpRequest) -> HttpResponse:
    """Ask for the activation mail again. The answer never says whether the address is known (ID-3)."""
    form = ResendForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return form_page(request, "demandeur/renvoyer.html", form, {})

    def work() -> str:
        ask_activation(email=form.cleaned_data["email"], by=actor_of(request), at=clock.now())
        return reverse("account_email_verification_sent")

    messages.info(request, "Si cette adresse attend son activation, un nouveau lien vient de partir.")
    return once_view(request, work)
