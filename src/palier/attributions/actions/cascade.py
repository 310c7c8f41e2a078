"""What follows when a person leaves the decided order: the next one is proposed the dwelling, or the offre ends."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from palier.attributions.actions.common import close_each
from palier.attributions.enums import MotifAnnulation
from palier.attributions.models import Bail, Decision, Proposition
from palier.base import clock
from palier.base.actor import Actor
from palier.candidatures.enums import MotifFin
from palier.candidatures.models import Candidature
from palier.droit.decision import dernier_jour_reponse
from palier.journal.mover import create, lock, move
from palier.parc.models import Offre

_FIN = {
    MotifAnnulation.DOSSIER_INEXACT: MotifFin.DOSSIER_INVALIDE,
    MotifAnnulation.RENONCIATION: MotifFin.NE_SOUHAITE_PLUS,
    MotifAnnulation.BAIL_NON_SIGNE: MotifFin.NE_SOUHAITE_PLUS,
    MotifAnnulation.LOGEMENT_INDISPONIBLE: MotifFin.SANS_SUITE,
    MotifAnnulation.OFFRE_RETIREE: MotifFin.OFFRE_RETIREE,
    MotifAnnulation.LOGE_AILLEURS: MotifFin.LOGE_AILLEURS,
    MotifAnnulation.DEMANDE_RADIEE: MotifFin.DEMANDE_RADIEE,
}


def limit_of(at: datetime) -> datetime:
    """The last second to answer a proposition sent at `at`: ten full days where the dwelling is."""
    return clock.deadline(dernier_jour_reponse(clock.local_day(at)))


def propose_next(offre: Offre, waiting: Sequence[Candidature], *, by: Actor, at: datetime) -> Proposition | None:
    """Propose to the first locked candidature of the order; None when nobody waits or a condition still runs."""
    if not waiting or waiting[0].state != "attribuee":
        return None
    candidature = waiting[0]
    proposition = Proposition(candidature=candidature, offre=offre, envoyee_le=at, limite_le=limit_of(at))
    move(candidature, "proposer", by=by, at=at, data={"ordre": candidature.ordre_decision})
    create(proposition, by=by, at=at, data={"limite_le": proposition.limite_le})
    return proposition


def end_or_propose(offre: Offre, waiting: Sequence[Candidature], *, at: datetime) -> Proposition | None:
    """Continue the order by the system: close late conditions, propose to the next, or end the offre for nobody."""
    by = Actor.system()
    if offre.state != "attribuee":
        return None
    _close_late_conditions(waiting, by, at)
    rest = [each for each in waiting if each.is_live and each.state != "proposee"]
    if not rest:
        move(offre, "constater_sans_suite", by=by, at=at, reason=MotifFin.SANS_SUITE.value)
        return None
    return propose_next(offre, rest, by=by, at=at)


def annul(
    candidature: Candidature,
    proposition: Proposition,
    bail: Bail | None,
    motif: MotifAnnulation,
    *,
    by: Actor,
    at: datetime,
    texte: str = "",
) -> None:
    """Annul a locked proposition, its lease to sign, and close the candidature with what the person reads."""
    if bail is not None:
        move(bail, "annuler", by=by, at=at, reason=motif.value)
    move(proposition, "annuler", by=by, at=at, reason=motif.value)
    close_each((candidature,), _FIN[motif], by=by, at=at, texte=f"{motif.label} {texte.strip()}".strip())


def continue_elsewhere(offres: Sequence[Offre], waiting: dict[uuid.UUID, list[Candidature]], *, at: datetime) -> None:
    """Let the order go on, on locked offres that a person has just left, unless somebody else holds a proposition."""
    held = Proposition.objects.filter(offre__in=offres, state__in=Proposition.life.live)
    busy = set(held.values_list("offre_id", flat=True))
    for offre in offres:
        if offre.pk not in busy:
            end_or_propose(offre, waiting.get(offre.pk, []), at=at)


def lock_waiting(offre_ids: Sequence[uuid.UUID], also: Sequence[uuid.UUID]) -> dict[uuid.UUID, Candidature]:
    """Lock the candidatures that wait in the order of these offres, and some more, in one ascending pass."""
    states = ("attribuee", "attribuee_sous_condition")
    found = Candidature.objects.filter(offre_id__in=offre_ids, state__in=states).values_list("pk", flat=True)
    return {row.pk: row for row in lock(*((Candidature, pk) for pk in sorted({*found, *also})))}


def _close_late_conditions(waiting: Sequence[Candidature], by: Actor, at: datetime) -> None:
    for each in waiting:
        limit = _condition(each)
        if limit is not None and limit < clock.local_day(at):
            texte = f"La condition fixée par la commission n'était pas remplie le {limit:%d/%m/%Y}."
            close_each((each,), MotifFin.DOSSIER_INVALIDE, by=by, at=at, texte=texte)


def _condition(candidature: Candidature) -> date | None:
    if candidature.state != "attribuee_sous_condition":
        return None
    limits = Decision.objects.filter(dossier__candidature_id=candidature.pk).values_list("condition_avant", flat=True)
    return limits.first()
