"""The dwelling offered in the decided order: ten days, silence is a refusal, the next person follows (CCH R.441-10)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from palier.attributions import rules
from palier.attributions.actions.cascade import annul, end_or_propose, propose_next
from palier.attributions.actions.common import require_owner, require_state
from palier.attributions.enums import MotifAnnulation, MotifRefus, Reponse
from palier.attributions.models import Bail, Decision, Proposition
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.refusal import NBSP, NotVisible, Refused
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.journal.mover import act, lock, move, record
from palier.parc.models import Offre

ATTRIBUTED = ("attribuee", "attribuee_sous_condition")


@act
def send_proposition(*, offre_id: uuid.UUID, by: Actor, at: datetime) -> Proposition:
    """Propose the dwelling to the next person of the decided order, with ten full days to answer."""
    offre, waiting = _lock_order(offre_id)
    require_owner(by, offre)
    require_state(offre, ("attribuee",), "Une proposition suit la décision de la commission.")
    live = Proposition.objects.filter(offre=offre, state__in=Proposition.life.live).first()
    if live is not None:
        raise Refused(
            "proposition_en_cours",
            f"Une proposition est déjà en cours{NBSP}: «{NBSP}{live.state_label}{NBSP}».",
            field="Proposition",
            mend="Attendez la réponse, ou annulez-la avec un motif.",
        )
    proposition = propose_next(offre, waiting, by=by, at=at)
    if proposition is None:
        raise Refused(
            "personne_a_proposer",
            "La condition fixée par la commission n'est pas encore levée." if waiting else "Il n'y a plus de candidat.",
            field="Proposition",
            mend="Constatez la condition remplie, ou attendez sa date limite." if waiting else "Terminez l'offre.",
        )
    return proposition


@act
def answer_proposition(
    *, proposition_id: uuid.UUID, reponse: str, motif: str = "", by: Actor, at: datetime
) -> Proposition:
    """Accept or refuse (with a `MotifRefus`) before the limit; a refusal passes the dwelling to the next person."""
    known = _known(proposition_id)
    if by.role != "demandeur" or known.candidature.demande.titulaire_id != by.user_id:
        raise NotVisible
    if reponse not in Reponse.values:
        raise Refused("reponse", "Répondez par accepter ou refuser.", field="Réponse", value=reponse, status=422)
    if reponse == Reponse.REFUSER and motif not in MotifRefus.values:
        raise Refused(
            "motif_refus", "Dites pourquoi, en un mot.", field="Motif", value=motif, mend="Choisissez un motif."
        )
    offre, waiting = _lock_order(known.offre_id, known)
    candidature, proposition = _lock_pair(known)
    _require_answerable(proposition, at)
    if reponse == Reponse.ACCEPTER:
        _accept(candidature, proposition, by, at)
    else:
        move(proposition, "refuser", by=by, at=at, reason=motif, changes={"motif_refus": motif})
        move(candidature, "refuser", by=by, at=at, reason=motif)
        end_or_propose(offre, waiting, at=at)
    return proposition


@act
def cancel_proposition(
    *, proposition_id: uuid.UUID, motif: str, texte: str = "", by: Actor, at: datetime
) -> Proposition:
    """Annul a live proposition and its lease to sign, with a reason the person reads; the next one follows."""
    if motif not in MotifAnnulation.values:
        raise Refused("motif_annulation", "Choisissez un motif de la liste.", field="Motif", value=motif, status=422)
    known = _known(proposition_id)
    offre, waiting = _lock_order(known.offre_id, known)
    require_owner(by, offre)
    require_state(offre, ("attribuee",), "Une proposition s'annule avant la signature du bail.")
    candidature, proposition = _lock_pair(known)
    annul(candidature, proposition, _lease(proposition), MotifAnnulation(motif), by=by, at=at, texte=texte)
    end_or_propose(offre, waiting, at=at)
    return proposition


@act
def lift_condition(*, candidature_id: uuid.UUID, by: Actor, at: datetime) -> Candidature:
    """State that the suspensive condition is met in time: the person keeps the place that was decided.

    When the dwelling was already proposed to somebody and nobody holds it, the order goes on, as after a refusal.
    """
    known = Candidature.objects.visible_to(by).filter(pk=candidature_id).values_list("offre_id", flat=True).first()
    if known is None:
        raise NotVisible
    offre, waiting = _lock_order(known)
    candidature: Candidature = lock((Candidature, candidature_id))[0]
    require_owner(by, offre)
    limit = Decision.objects.filter(dossier__candidature_id=candidature_id).values_list("condition_avant", flat=True)
    if (last := limit.first()) is not None and local_day(at) > last:
        raise Refused(
            "condition_tardive",
            f"La commission avait fixé le {last:%d/%m/%Y} comme dernier jour.",
            field="Condition",
            mend="Le logement passe au candidat suivant.",
        )
    move(candidature, "lever_condition", by=by, at=at)
    sent = Proposition.objects.filter(offre=offre)
    if sent.exists() and not sent.filter(state__in=Proposition.life.live).exists():
        end_or_propose(offre, waiting, at=at)
    return candidature


@act
def expire_proposition(*, proposition_id: uuid.UUID, at: datetime) -> bool:
    """Count the silence of one proposition whose limit has passed; False when it was answered meanwhile."""
    known, by = _known(proposition_id), Actor.system()
    offre, waiting = _lock_order(known.offre_id, known)
    candidature, proposition = _lock_pair(known)
    if proposition.state != "envoyee" or proposition.limite_le >= at:
        return False
    move(proposition, "expirer", by=by, at=at)
    move(candidature, "expirer", by=by, at=at)
    end_or_propose(offre, waiting, at=at)
    return True


@act
def settle_offre(*, offre_id: uuid.UUID, at: datetime) -> bool:
    """Close the conditions that were not met in time, then propose to the next person or end the offre.

    False when nothing had to be done: idempotent.
    """
    offre, waiting = _lock_order(offre_id)
    if offre.state != "attribuee" or Proposition.objects.filter(offre=offre, state__in=Proposition.life.live).exists():
        return False
    before = (offre.state, [each.state for each in waiting])
    end_or_propose(offre, waiting, at=at)
    return before != (offre.state, [each.state for each in waiting])


def expire_due(*, at: datetime) -> int:
    """Run every due date of the attribution, each in an act of its own; returns how many things moved."""
    due = Proposition.objects.filter(state="envoyee", limite_le__lt=at).order_by("limite_le", "id")
    moved = sum(expire_proposition(proposition_id=pk, at=at) for pk in list(due.values_list("pk", flat=True)))
    late = Candidature.objects.filter(
        state="attribuee_sous_condition", dossier__decision__condition_avant__lt=local_day(at)
    )
    offres = sorted(set(late.values_list("offre_id", flat=True)))
    return moved + sum(settle_offre(offre_id=pk, at=at) for pk in offres)


def remind_due(*, at: datetime) -> int:
    """Record the reminders that are due, each once; a task sends the mail."""
    horizon = at + timedelta(days=max(rules.REMINDERS))
    near = Proposition.objects.filter(state="envoyee", limite_le__lte=horizon, limite_le__gt=at)
    return sum(remind(proposition_id=pk, at=at) for pk in list(near.values_list("pk", flat=True)))


@act
def remind(*, proposition_id: uuid.UUID, at: datetime) -> bool:
    """Record the reminder of one proposition that is due now; False when it was already recorded."""
    (proposition,) = lock((Proposition, proposition_id))
    left = proposition.limite_le - at
    due = [days for days in rules.REMINDERS if left <= timedelta(days=days) and days not in proposition.rappels]
    if proposition.state != "envoyee" or not due or left <= timedelta(0):
        return False
    proposition.rappels = sorted({*proposition.rappels, *due}, reverse=True)
    proposition.save(update_fields=["rappels"])
    record("proposition.rappel", proposition, by=Actor.system(), at=at, data={"jours": min(due)})
    return True


def _known(proposition_id: uuid.UUID) -> Proposition:
    found = Proposition.objects.filter(pk=proposition_id).select_related("candidature__demande").first()
    if found is None:
        raise NotVisible
    return found


def _lock_order(offre_id: uuid.UUID, known: Proposition | None = None) -> tuple[Offre, list[Candidature]]:
    """Lock the offre, the demande of `known`, then every candidature of the decided order that may still move."""
    (offre,) = lock((Offre, offre_id))
    if known is not None:
        lock((Demande, known.candidature.demande_id))
    pks = set(Candidature.objects.filter(offre_id=offre_id, state__in=ATTRIBUTED).values_list("pk", flat=True))
    also = {known.candidature_id} if known is not None else set()
    rows = lock(*((Candidature, pk) for pk in sorted(pks | also)))
    waiting = [row for row in rows if row.pk not in also and row.state in ATTRIBUTED]
    return offre, sorted(waiting, key=lambda row: row.ordre_decision)


def _lock_pair(known: Proposition) -> tuple[Candidature, Proposition]:
    candidature, proposition = lock((Candidature, known.candidature_id), (Proposition, known.pk))
    return candidature, proposition


def _lease(proposition: Proposition) -> Bail | None:
    pk = Bail.objects.filter(proposition=proposition, state="a_signer").values_list("pk", flat=True).first()
    if pk is None:
        return None
    (bail,) = lock((Bail, pk))
    found: Bail = bail
    return found


def _require_answerable(proposition: Proposition, at: datetime) -> None:
    if proposition.state != "envoyee":
        raise Refused(
            "deja_repondu",
            f"Cette proposition a déjà une réponse{NBSP}: «{NBSP}{proposition.state_label}{NBSP}».",
            field="Proposition",
            mend="Votre candidature dit ce qui se passe ensuite.",
        )
    if at > proposition.limite_le:
        raise Refused(
            "delai_passe",
            "Le délai pour répondre est passé. Sans réponse, la loi compte un refus (CCH, art. R. 441-10).",
            field="Proposition",
            mend="Votre demande et votre ancienneté restent entières.",
        )


def _accept(candidature: Candidature, proposition: Proposition, by: Actor, at: datetime) -> None:
    other = Candidature.objects.filter(demande_id=candidature.demande_id, state="acceptee").first()
    if other is not None:
        raise Refused(
            "deja_accepte",
            "Vous avez déjà accepté un autre logement.",
            field="Proposition",
            mend="Appelez le bailleur de ce logement si vous changez d'avis.",
        )
    move(proposition, "accepter", by=by, at=at)
    move(candidature, "accepter", by=by, at=at)
