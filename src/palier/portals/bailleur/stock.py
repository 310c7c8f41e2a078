"""Programmes, logements, offres: described, published for a window, withdrawn with a reason."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from palier.attributions import actions as attributions
from palier.attributions import queries
from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import NotVisible, Refused
from palier.parc import actions
from palier.parc.enums import MotifRetrait
from palier.parc.models import Offre, Programme
from palier.portals.bailleur.forms import LogementForm, OffreForm, ProgrammeForm, WindowForm
from palier.portals.bailleur.space import ROLES, SPACE
from palier.portals.desk import actor_of, context_of, form_view, offre_of, page
from palier.portals.desk_forms import ChoiceOnlyForm
from palier.territoires.queries import suggest_communes

ENDED = ("pourvue", "infructueuse", "retiree")


@policy("bailleur.lire", roles=ROLES)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Every offre of the bailleur, those in course first."""
    rows = queries.with_counts(Offre.objects.visible_to(actor_of(request))).order_by("-created_at")
    offres = list(rows)
    live = [each for each in offres if each.state not in ENDED]
    context = {"en_cours": live, "terminees": [each for each in offres if each.state in ENDED][:30]}
    return page(request, SPACE, "bailleur/accueil.html", "logements", **context)


@policy("programme.creer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def programmes(request: HttpRequest) -> HttpResponse:
    """The programmes, and a form for a new one."""
    by = actor_of(request)
    known = queries.programmes_of(by)
    form = ProgrammeForm(request.POST or None)

    def work(given: object) -> str:
        data = form.cleaned_data
        made = actions.create_programme(
            nom=data["nom"],
            commune=commune_code(data["commune"], data["commune_code"]),
            adresse=data["adresse"],
            quartier=data["quartier"],
            by=by,
            at=clock.now(),
        )
        return reverse("bailleur:programme", args=[made.pk])

    context = context_of(request, SPACE, "logements", programmes=list(known))
    return form_view(request, "bailleur/programmes.html", form, context, work)


def commune_code(name: str, code: str) -> str:
    """The INSEE code of what was typed; Refused when several communes, or none, answer."""
    if code:
        return code
    if len(name) == 5 and name[-3:].isdigit():
        return name
    found = list(suggest_communes(name))
    exact = [each for each in found if each.nom.casefold() == name.strip().casefold()]
    if len(exact) == 1 or len(found) == 1:
        return str((exact or found)[0].pk)
    raise Refused(
        "commune",
        "Aucune commune de ce nom." if not found else "Plusieurs communes portent ce nom.",
        field="Commune",
        value=name,
        mend="Choisissez-la dans la liste, ou écrivez son code INSEE.",
        status=422,
    )


def own_programme(request: HttpRequest, pk: UUID) -> Programme:
    """A programme of the actor's bailleur."""
    found = queries.programmes_of(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


@policy("logement.creer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def programme(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """The dwellings of a programme, and a form for a new one."""
    place = own_programme(request, programme_id)
    form = LogementForm(request.POST or None)

    def work(given: object) -> str:
        data = dict(form.cleaned_data)
        holder = data.pop("reservataire") or None
        data["charges_cents"] = data["charges_cents"] or 0
        made = actions.create_logement(
            programme_id=place.pk,
            reservataire_id=UUID(holder) if holder else None,
            by=actor_of(request),
            at=clock.now(),
            **data,
        )
        return reverse("bailleur:nouvelle_offre", args=[made.pk])

    rows = place.logements.select_related("reservataire").order_by("numero")
    context = context_of(request, SPACE, "logements", programme=place, logements=list(rows))
    return form_view(request, "bailleur/programme.html", form, context, work)


@policy("offre.creer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def new_offre(request: HttpRequest, logement_id: UUID) -> HttpResponse:
    """A draft offre on a dwelling."""
    logement = queries.logement_of(actor_of(request), logement_id)
    if logement is None:
        raise NotVisible
    form = OffreForm(request.POST or None)

    def work(given: object) -> str:
        made = actions.create_offre(logement_id=logement_id, by=actor_of(request), at=clock.now(), **form.cleaned_data)
        return reverse("bailleur:offre", args=[made.pk])

    context = context_of(request, SPACE, "logements", logement=logement)
    return form_view(request, "bailleur/nouvelle_offre.html", form, context, work)


@policy("offre.lire", roles=ROLES)
@require_safe
def offre(request: HttpRequest, offre_id: UUID) -> HttpResponse:
    """One offre: its state, what may be done, counts before the closing, and its register."""
    row = offre_of(request, offre_id)
    allowed = {each.name for each in Offre.life.allowed(row.state, "bailleur")}
    context = {
        "offre": row,
        "nombre": queries.candidature_count(row),
        "peut": allowed,
        "registre": queries.register(row, by=actor_of(request)),
        "proposition": queries.live_proposition(row),
    }
    return page(request, SPACE, "bailleur/offre.html", "logements", **context)


@policy("offre.publier", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, offre_id: UUID) -> HttpResponse:
    """The window of publication."""
    row = offre_of(request, offre_id)
    form = WindowForm(request.POST or None)

    def work(given: object) -> str:
        now = clock.now()
        closing = clock.deadline(form.cleaned_data["cloture_le"])
        actions.publish_offre(
            offre_id=row.pk, publiee_le=form.start() or now, cloture_le=closing, by=actor_of(request), at=now
        )
        return reverse("bailleur:offre", args=[row.pk])

    context = context_of(request, SPACE, "logements", offre=row)
    return form_view(request, "bailleur/publier.html", form, context, work)


@policy("offre.retirer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, offre_id: UUID) -> HttpResponse:
    """Withdraw an offre with a reason that every candidate reads."""
    row = offre_of(request, offre_id)
    form = ChoiceOnlyForm(request.POST or None, choices=list(MotifRetrait.choices))

    def work(given: object) -> str:
        motif = form.cleaned_data["motif"]
        attributions.withdraw_offre(offre_id=row.pk, motif=motif, by=actor_of(request), at=clock.now())
        return reverse("bailleur:offre", args=[row.pk])

    context = context_of(request, SPACE, "logements", offre=row)
    return form_view(request, "bailleur/retirer.html", form, context, work)
