"""« Qui a regardé mon dossier »: every look of somebody else, at once, in words (PR-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from palier.accompagnement.queries import urgences_of
from palier.base import limits
from palier.base.actor import Actor
from palier.base.policy import policy
from palier.candidatures.models import Candidature
from palier.demandes import queries
from palier.demandes.models import Demande
from palier.journal.looks import Look, looks_at
from palier.organisations.models import Role
from palier.organisations.queries import names_of
from palier.portals.demandeur.common import actor_of, own_demande, page_context, user_of

PERSONS = ("demandeur", "codemandeur")
ROLES = {each.value: each.label for each in Role} | {
    "guichet": "Agent d'un guichet",
    "aidant": "Votre aidant",
    "client_api": "Logiciel d'un organisme",
    "systeme": "Palier",
}
CLASSES = {
    "P1": "votre foyer et votre recherche",
    "P2": "votre identité",
    "P3": "votre adresse et vos contacts",
    "P4": "vos revenus et votre travail",
    "P5": "vos pièces",
    "P6": "ce qui est protégé",
    "P8": "les notes et les motifs",
}
NARROWED = {"P2": "un pseudonyme ou vos initiales", "P4": "une tranche de revenus", "P1": "votre rang, par tranches"}
"""What a class becomes in the relations that open a derived value only."""
NARROW = {
    "candidate": ("P1", "P2"),
    "contingent": ("P2", "P4"),
    "own_contingent": ("P2", "P4"),
    "designated": ("P4",),
    "same_agency": ("P2",),
    "mandate": ("P1", "P2", "P4"),
}
PURPOSES = {
    "candidature.lire": "Examiner une candidature",
    "candidature.designer": "Choisir les dossiers présentés à la commission",
    "candidat.contacter": "Vous joindre",
    "guichet.enregistrer": "Noter une pièce vue au guichet",
    "demande.lire": "Suivre votre demande",
    "demande.chercher": "Chercher une demande par son numéro",
    "piece.verifier": "Vérifier une pièce",
    "piece.regarder": "Regarder une pièce",
    "doublon.comparer": "Comparer deux demandes qui se ressemblent",
    "offre.lire": "Lire une offre",
    "seance.lire": "Préparer une commission",
    "proposition.lire": "Suivre une proposition",
    "bail.lire": "Préparer un bail",
    "bail.preparer": "Préparer un bail",
    "droit.traiter": "Traiter votre contestation",
    "rang.rejouer": "Recalculer un classement",
}
EMERGENCY = "Ouvrir en urgence un dossier non suivi"


@dataclass(frozen=True)
class Line:
    """One look in words."""

    at: datetime
    qui: str
    organisation: str
    pourquoi: str
    quoi: str
    cas: str
    lectures: int


@policy("journal.lire", roles=PERSONS)
@require_safe
def regards(request: HttpRequest) -> HttpResponse:
    """Who looked at the person's file, latest first; a page at a time, by instant."""
    demande = own_demande(request)
    person, since = _whose(request, demande)
    before = _instant(request.GET.get("avant", ""))
    found = looks_at(person, before=before, since=since, size=limits.value("regards_page"))
    suite = f"{reverse('demandeur:regards')}?{urlencode({'avant': found.suite.isoformat()})}" if found.suite else ""
    urgences = urgences_of(demande.pk) if demande else []
    context = page_context(demande, regards=_lines(found.lignes, actor_of(request)), suite=suite, urgences=urgences)
    return render(request, "demandeur/regards.html", context)


def _whose(request: HttpRequest, demande: Demande | None) -> tuple[UUID, datetime | None]:
    """The person whose lines are shown. The other adult reads those of the demande since they share it."""
    user = user_of(request)
    if demande is None or actor_of(request).role != "codemandeur":
        return user.pk, None
    return demande.titulaire_id, queries.shared_since(demande)


def _instant(text: str) -> datetime | None:
    """The instant of a page's address; an unreadable one starts again from the latest."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _lines(looks: list[Look], by: Actor) -> list[Line]:
    organisations = names_of(each.organisation_id for each in looks if each.organisation_id)
    candidatures = _candidatures(looks, by)
    return [
        Line(
            at=look.at,
            qui=ROLES.get(look.role, "Une personne habilitée"),
            organisation=organisations.get(look.organisation_id, "") if look.organisation_id else "",
            pourquoi=EMERGENCY if look.relation == "break_glass" else PURPOSES.get(look.purpose, look.purpose),
            quoi=_what(look),
            cas=_case(look, candidatures),
            lectures=look.lectures,
        )
        for look in looks
    ]


def _what(look: Look) -> str:
    narrow = ("P2",) if look.purpose == "demande.chercher" else NARROW.get(look.relation, ())
    said = [NARROWED[each] if each in narrow else CLASSES.get(each, each) for each in look.classes]
    return ", ".join(dict.fromkeys(said))


def _candidatures(looks: list[Look], by: Actor) -> dict[UUID, Candidature]:
    """The candidatures that the looks were about, with the place of their dwelling: one query."""
    wanted = {pk for look in looks for name, pk in look.objets if name == "candidature"}
    rows = Candidature.objects.visible_to(by).filter(pk__in=wanted).defer("cotation")
    return rows.select_related("offre__logement__programme__commune").in_bulk()


def _case(look: Look, candidatures: dict[UUID, Candidature]) -> str:
    rows = [candidatures[pk] for name, pk in look.objets if name == "candidature" and pk in candidatures]
    if not rows:
        return "Votre demande"
    homes = (row.offre.logement for row in rows)
    return ", ".join(sorted({f"Candidature {each.typologie}, {each.programme.commune.nom}" for each in homes}))


urlpatterns: list[URLPattern] = [path("mon-espace/regards/", regards, name="regards")]
