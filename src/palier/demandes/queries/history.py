"""What happened to a demande, in words: who, when, and for each change the difference between two versions.

Versions are sealed in the journal. A value is told to the person whose fact it was when it was written; of what is,
or was, the other adult's own, only what the table shares is told, whoever wrote and even once they have left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from palier.base.actor import Actor
from palier.demandes import rules
from palier.demandes.models import Demande
from palier.demandes.queries.versions import Difference, differences
from palier.droit.pieces import libelle_court
from palier.journal.chain import payloads_of
from palier.journal.models import Event
from palier.organisations.models import Organisation

NBSP = "\u00a0"
CHANGED = "demande.etape"
Place = tuple[datetime, UUID]
"""Where a page ends: an act and its effects share an instant, so the id is needed too."""
SENTENCES = {
    "demande.brouillon": "Demande commencée.",
    "demande.importee": "Demande reprise du système d'enregistrement, avec son ancienneté.",
    "demande.deposee": "Demande déposée. Votre ancienneté commence.",
    "demande.active": "Demande active.",
    "demande.a_renouveler": "Le renouvellement est demandé.",
    "demande.radiee": "Demande close.",
    "demande.numero_attendu": "Le numéro unique est demandé au système d'enregistrement.",
    "demande.preremplie": "Vos réponses sont reprises du système d'enregistrement, à relire.",
    "demande.import_autre_personne": "L'identité tapée n'est pas celle du numéro donné.",
    "demande.deja_enregistree": "Le système d'enregistrement connaît déjà une demande à votre nom.",
    "demande.numero_tardif": "Le numéro unique est arrivé.",
    "demande.doublon_signale": "Une autre demande ressemble à la vôtre. Une personne compare.",
    "demande.doublon_garde": "Les deux demandes qui se ressemblent sont gardées.",
    "demande.reunie": "Deux demandes sont réunies. La plus ancienne date est gardée.",
    "demande.code_employeur": "Le code de votre employeur a été donné ou retiré.",
    "demande.attestation": "Attestation d'enregistrement éditée.",
    "demande.code_guichet": "Un code pour le guichet est créé.",
    "demande.guichet_ouvert": "Un guichet a utilisé votre code.",
    "demande.rappel": "Un rappel vous est envoyé.",
    "demande.preferences": "La façon de vous prévenir a changé.",
    "demande.telephone_code": "Un code est envoyé à votre téléphone.",
    "demande.telephone_confirme": "Votre téléphone est confirmé.",
    "demande.telephone_refuse": "Un code de téléphone n'était pas le bon.",
    "demande.calendrier_ouvert": "Vos dates sont ouvertes à un agenda.",
    "demande.calendrier_ferme": "Vos dates ne sont plus données à un agenda.",
    "demande.estimations_coupees": "Vous ne voulez plus d'estimation.",
    "demande.estimations_remises": "Vous voulez de nouveau des estimations.",
    "demande.partage_propose": "Le partage de la demande est proposé.",
    "demande.partagee": "L'autre adulte partage la demande.",
    "demande.separee": "L'autre adulte ne partage plus la demande.",
    "consentement.donne": "Vous acceptez de garder les annonces ouvertes.",
    "consentement.retire": "Vous ne gardez plus les annonces ouvertes.",
    CHANGED: "Vos réponses ont changé.",
}
PIECES = {
    "piece.recue": "Pièce reçue",
    "piece.en_analyse": "Pièce en cours de lecture",
    "piece.conforme": "Pièce reconnue",
    "piece.a_verifier": "Pièce confiée à une personne",
    "piece.validee": "Pièce vue et validée",
    "piece.refusee": "Pièce refusée",
    "piece.expiree": "Pièce expirée",
    "piece.retiree": "Pièce retirée",
    "piece.expliquee": "Explication ajoutée à une pièce",
    "piece.vue": "Pièce vue au guichet",
}
CANDIDATURES = {"candidature.recotee": "Points comptés à nouveau"}
CAUSES = {
    "piece": "une pièce",
    "situation": "un changement dans la demande",
    "code": "le code de l'employeur",
    "anciennete": "l'ancienneté",
    "grille": "une nouvelle version de la grille",
}
"""Why points were counted again: the reason of the event."""
ROLES = {
    "systeme": "Palier",
    "guichet": "Un guichet",
    "bailleur": "Un bailleur",
    "conseiller": "Un conseiller",
    "reservataire": "Un réservataire",
    "membre_caleol": "La commission",
    "dpo": "Le délégué à la protection des données",
}


@dataclass(frozen=True)
class Entry:
    """One thing that happened; `cachees` counts the changed answers that are not this person's to read."""

    at: datetime
    qui: str
    phrase: str
    details: tuple[Difference, ...] = ()
    cachees: int = 0


@dataclass(frozen=True)
class History:
    """One page, latest first; `suite` is the place where the next one begins, None on the last."""

    lignes: tuple[Entry, ...]
    suite: Place | None


def history(
    demande: Demande, by: Actor, *, size: int, before: Place | None = None,
    candidatures: Mapping[UUID, tuple[str, Mapping[str, str]]] | None = None,
) -> History:  # fmt: skip
    """What happened before a place; `candidatures` gives the name of each and the words of its states."""
    others = candidatures or {}
    events = list(_events(demande, others, before)[: size + 1])
    page, rest = events[:size], events[size:]
    pieces = {each.pk: libelle_court(each.code) for each in demande.pieces.all()}
    changes = _changes(demande, page, by)
    lines = tuple(
        Entry(each.at, _who(each, by), _sentence(each, pieces, others), *changes.get(each.id, ((), 0)))
        for each in page
    )
    return History(lines, (page[-1].at, page[-1].id) if rest else None)


def _events(demande: Demande, candidatures: Iterable[UUID], before: Place | None) -> Any:
    about = Q(aggregate="demande", aggregate_id=demande.pk)
    about |= Q(aggregate="piece", aggregate_id__in=[each.pk for each in demande.pieces.all()])
    about |= Q(aggregate="candidature", aggregate_id__in=list(candidatures))
    named = Organisation.objects.filter(pk=OuterRef("organisation_id")).values("nom")[:1]
    found = Event.objects.filter(about).annotate(organisation=Subquery(named))
    if before is not None:
        found = found.filter(Q(at__lt=before[0]) | Q(at=before[0], id__lt=before[1]))
    return found.order_by("-at", "-id")


def _changes(
    demande: Demande, page: Sequence[Event], by: Actor
) -> dict[UUID, tuple[tuple[Difference, ...], int]]:
    """For each version of the page, what is not as in the version before it: one query."""
    shown = sorted((each for each in page if each.kind == CHANGED), key=lambda each: each.n)
    if not shown:
        return {}
    earlier = Event.objects.filter(aggregate="demande", aggregate_id=demande.pk, kind=CHANGED, n__lt=shown[0].n)
    one_before = Subquery(earlier.order_by("-n").values("id")[:1])
    kept = payloads_of(Q(event_id__in=[each.id for each in shown]) | Q(event_id=one_before))
    before = next((kept[key] for key in kept.keys() - {each.id for each in shown}), {})
    found = {}
    for event in shown:
        every = differences(before, kept.get(event.id, {}))
        told = tuple(each for each in every if _may_read(each, demande, by))
        found[event.id] = (told, len(every) - len(told))
        before = kept.get(event.id, before)
    return found


def _may_read(each: Difference, demande: Demande, by: Actor) -> bool:
    owners = each.comptes or {demande.titulaire_id}
    return all(rules.may_see_of(by, demande, owner, each.classe) for owner in owners)


def _who(event: Any, by: Actor) -> str:
    if event.actor_id is not None and event.actor_id == by.user_id:
        return "Vous"
    if event.role in ("demandeur", "codemandeur"):
        return "L'autre adulte de la demande"
    role = ROLES.get(event.role, "Une personne habilitée")
    return f"{role}, {event.organisation}" if event.organisation else role


def _sentence(
    event: Event, pieces: Mapping[UUID, str], candidatures: Mapping[UUID, tuple[str, Mapping[str, str]]]
) -> str:
    if event.aggregate == "piece":
        return f"{PIECES.get(event.kind, 'Pièce')}{NBSP}: {pieces.get(event.aggregate_id, '')}."
    if event.aggregate == "candidature":
        name, labels = candidatures[event.aggregate_id]
        said = CANDIDATURES.get(event.kind) or labels.get(event.to_state, "suivie")
        cause = CAUSES.get(event.reason, "") if event.kind in CANDIDATURES else ""
        return f"{name}{NBSP}: {', '.join(filter(None, (said, cause)))}."
    return SENTENCES.get(event.kind, "Votre demande a été suivie.")
