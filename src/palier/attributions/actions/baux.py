"""The lease: prepared after acceptance; its signature closes, in one commit, everything that it settles."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from palier.attributions.actions.cascade import annul, continue_elsewhere, lock_waiting
from palier.attributions.actions.common import close_each, require_owner, require_state
from palier.attributions.enums import MotifAnnulation
from palier.attributions.models import Bail, Proposition
from palier.base.actor import Actor
from palier.base.refusal import NBSP, NotVisible, Refused
from palier.candidatures.actions import withdraw_offre as close_withdrawn
from palier.candidatures.enums import MotifFin
from palier.candidatures.models import Candidature
from palier.demandes.actions import radiate_demande, renounce_demande
from palier.demandes.enums import MotifRadiation
from palier.demandes.models import Demande
from palier.journal.mover import act, create, lock, move
from palier.parc.models import Logement, Offre

LIVE = Candidature.life.live


@act
def prepare_bail(*, proposition_id: uuid.UUID, by: Actor, at: datetime) -> Bail:
    """Prepare the lease of an accepted proposition."""
    known = Proposition.objects.filter(pk=proposition_id).select_related("offre", "candidature").first()
    if known is None:
        raise NotVisible
    offre, _, proposition = lock(
        (Offre, known.offre_id), (Demande, known.candidature.demande_id), (Proposition, known.pk)
    )
    require_owner(by, offre)
    require_state(offre, ("attribuee",), "Un bail suit une proposition acceptée.")
    if proposition.state != "acceptee":
        raise Refused(
            "proposition_non_acceptee",
            f"La proposition est dans l'état «{NBSP}{proposition.state_label}{NBSP}».",
            field="Bail",
            mend="Attendez la réponse de la personne.",
        )
    if Bail.objects.filter(proposition=proposition).exists():
        raise Refused(
            "bail_existe", "Ce bail est déjà préparé.", field="Bail", mend="Ouvrez-le dans la liste des baux."
        )
    bail = Bail(
        proposition=proposition,
        logement_id=offre.logement_id,
        demande_id=known.candidature.demande_id,
        offre=offre,
        created_at=at,
    )
    create(bail, by=by, at=at)
    return bail


@act
def sign_bail(*, bail_id: uuid.UUID, by: Actor, at: datetime) -> Bail:
    """State the signature: home let, demande radiée, every other candidature closed with its reason; one commit."""
    known = Bail.objects.filter(pk=bail_id).select_related("proposition").first()
    if known is None:
        raise NotVisible
    elsewhere = offres_to_continue(known.demande_id, known.offre_id)
    held = _lock_all(known, elsewhere)
    require_owner(by, held.offre)
    if held.bail.state != "a_signer":
        raise Refused("bail", f"Ce bail est dans l'état «{NBSP}{held.bail.state_label}{NBSP}».", field="Bail")
    move(held.bail, "signer", by=by, at=at, changes={"signe_le": at})
    move(held.winner, "loger", by=by, at=at)
    move(held.offre, "pourvoir", by=by, at=at)
    close_each(held.rivals, MotifFin.LOGEMENT_POURVU, by=by, at=at)
    _leave_elsewhere(held, at)
    radiate_demande(demande_id=held.demande.pk, motif=MotifRadiation.ATTRIBUTION, by=by, at=at)
    return held.bail


@act
def release_demande(*, demande_id: uuid.UUID, motif: str, at: datetime) -> int:
    """Annul what a radiated demande still holds and let each order go on; returns how many propositions. Idempotent."""
    offre_ids = offres_to_continue(demande_id, None)
    offres: list[Offre] = lock(*((Offre, pk) for pk in offre_ids))
    lock((Demande, demande_id))
    own = list(Candidature.objects.filter(demande_id=demande_id, offre_id__in=offre_ids).values_list("pk", flat=True))
    rows = lock_waiting(offre_ids, own)
    annulled = _annul_live([rows[pk] for pk in own], MotifAnnulation(motif), at)
    continue_elsewhere(offres, _orders(rows, leaving=demande_id), at=at)
    return annulled


@act
def renounce(*, demande_id: uuid.UUID, by: Actor, at: datetime) -> Demande:
    """The person gives the demande up: what it holds is annulled or closed, and each order goes on; one commit."""
    offre_ids = offres_to_continue(demande_id, None)
    offres: list[Offre] = lock(*((Offre, pk) for pk in offre_ids))
    demande = renounce_demande(demande_id=demande_id, by=by, at=at)
    own = list(Candidature.objects.filter(demande_id=demande_id, state__in=LIVE).values_list("pk", flat=True))
    rows = lock_waiting(offre_ids, own)
    _require_covered(rows, demande, {each.pk: each for each in offres})
    mine = [rows[pk] for pk in own]
    _annul_live(mine, MotifAnnulation.DEMANDE_RADIEE, at)
    close_each(mine, MotifFin.DEMANDE_RADIEE, by=by, at=at)
    continue_elsewhere(offres, _orders(rows, leaving=demande_id), at=at)
    return demande


@act
def withdraw_offre(*, offre_id: uuid.UUID, motif: str, by: Actor, at: datetime) -> Offre:
    """Withdraw an offre at any stage: live candidatures closed with the reason, its proposition and lease annulled."""
    close_withdrawn(offre_id=offre_id, motif=motif, by=by, at=at)
    (offre,) = lock((Offre, offre_id))
    live = Proposition.objects.filter(offre=offre, state__in=Proposition.life.live).values_list("pk", flat=True)
    for proposition in lock(*((Proposition, pk) for pk in sorted(live))):
        _annul_with_lease(proposition, MotifAnnulation.OFFRE_RETIREE, by, at)
    withdrawn: Offre = offre
    return withdrawn


class _Held:
    """Everything that a signature touches, locked in the declared order."""

    def __init__(
        self, offre: Offre, demande: Demande, rows: Sequence[Candidature], bail: Bail, winner: uuid.UUID
    ) -> None:
        self.offre, self.demande, self.bail = offre, demande, bail
        self.winner = next(row for row in rows if row.pk == winner)
        self.rivals = [row for row in rows if row.offre_id == offre.pk and row.pk != winner]
        self.others = [row for row in rows if row.demande_id == demande.pk and row.pk != winner]
        self.elsewhere: list[Offre] = []
        self.rows = {row.pk: row for row in rows}


def _lock_all(known: Bail, elsewhere: Sequence[uuid.UUID]) -> _Held:
    winner = known.proposition.candidature_id
    offres = {row.pk: row for row in lock(
        (Logement, known.logement_id), *((Offre, pk) for pk in sorted({known.offre_id, *elsewhere}))
    )}  # fmt: skip
    (demande,) = lock((Demande, known.demande_id))
    mine = Candidature.objects.filter(demande=demande, state__in=LIVE).values_list("pk", flat=True)
    rivals = Candidature.objects.filter(offre_id=known.offre_id, state__in=LIVE).values_list("pk", flat=True)
    rows = lock_waiting(elsewhere, [winner, *mine, *rivals])
    _require_covered(rows, demande, offres)
    proposed = Proposition.objects.filter(candidature_id__in=mine, state__in=Proposition.life.live)
    *_, bail = lock(*((Proposition, pk) for pk in sorted(proposed.values_list("pk", flat=True))), (Bail, known.pk))
    held = _Held(offres[known.offre_id], demande, list(rows.values()), bail, winner)
    held.elsewhere = [offres[pk] for pk in elsewhere]
    return held


def _require_covered(rows: dict[uuid.UUID, Candidature], demande: Demande, offres: dict[uuid.UUID, Any]) -> None:
    """A proposition sent between the reading and the lock would need an offre that is not held: try again."""
    if any(r.demande_id == demande.pk and r.state == "proposee" and r.offre_id not in offres for r in rows.values()):
        raise Refused("concurrence", "Une autre proposition vient de partir.", mend="Recommencez.")


def offres_to_continue(demande_id: uuid.UUID, but: uuid.UUID | None) -> list[uuid.UUID]:
    """Offres whose decided order the person stands in, and that must go on without them."""
    states = ("attribuee", "attribuee_sous_condition", "proposee", "acceptee")
    found = Candidature.objects.filter(demande_id=demande_id, state__in=states)
    more = Proposition.objects.filter(candidature__demande_id=demande_id, state__in=Proposition.life.live)
    more = more.exclude(bail__state="signe")
    offres = {*found.values_list("offre_id", flat=True), *more.values_list("offre_id", flat=True)}
    return sorted(offre_id for offre_id in offres if offre_id != but)


def _leave_elsewhere(held: _Held, at: datetime) -> None:
    _annul_live(held.others, MotifAnnulation.LOGE_AILLEURS, at)
    close_each(held.others, MotifFin.LOGE_AILLEURS, by=Actor.system(), at=at)
    continue_elsewhere(held.elsewhere, _orders(held.rows, leaving=held.demande.pk), at=at)


def _annul_live(rows: Sequence[Candidature], motif: MotifAnnulation, at: datetime) -> int:
    """Annul the live propositions of these locked candidatures, by the system; a signed lease keeps its own."""
    by_row = {row.pk: row for row in rows}
    live = Proposition.objects.filter(candidature_id__in=by_row, state__in=Proposition.life.live)
    live = live.exclude(bail__state="signe")
    locked = lock(*((Proposition, pk) for pk in sorted(live.values_list("pk", flat=True))))
    for proposition in locked:
        _annul_with_lease(proposition, motif, Actor.system(), at, by_row[proposition.candidature_id])
    return len(locked)


def _annul_with_lease(
    proposition: Proposition, motif: MotifAnnulation, by: Actor, at: datetime, row: Candidature | None = None
) -> None:
    pk = Bail.objects.filter(proposition=proposition, state="a_signer").values_list("pk", flat=True).first()
    bail = lock((Bail, pk))[0] if pk is not None else None
    if row is None:
        (row,) = lock((Candidature, proposition.candidature_id))
    annul(row, proposition, bail, motif, by=by, at=at)


def _orders(rows: dict[uuid.UUID, Candidature], *, leaving: uuid.UUID) -> dict[uuid.UUID, list[Candidature]]:
    waiting: dict[uuid.UUID, list[Candidature]] = defaultdict(list)
    for row in sorted(rows.values(), key=lambda each: each.ordre_decision or 0):
        if row.demande_id != leaving and row.state in ("attribuee", "attribuee_sous_condition"):
            waiting[row.offre_id].append(row)
    return dict(waiting)
