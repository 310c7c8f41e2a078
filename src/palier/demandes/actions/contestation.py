"""A person contests a line of points or a fact of the file: it waits for an answer until a legal date."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.policy import may
from palier.base.refusal import NotVisible, Refused
from palier.demandes.actions.common import held
from palier.demandes.enums import ObjetContestation
from palier.demandes.models import Contestation
from palier.droit.demande import fin_reponse
from palier.journal.mover import act, create, lock, move


@act
def contest(
    *, demande_id: UUID, objet: str, cible: str, texte: str, candidature_id: UUID | None = None, by: Actor, at: datetime
) -> Contestation:
    """Say what is not right, in words; `cible` names the line or the fact. The answer is due in the legal delay."""
    demande = held(demande_id, by, "droit.contester")
    assert by.user_id is not None
    if objet not in ObjetContestation.values:
        raise NotVisible
    row = Contestation(
        demande=demande,
        auteur=by.user_id,
        objet=objet,
        candidature_id=candidature_id,
        contenu={"cible": _said(cible, "Ce que vous contestez"), "texte": _said(texte, "Ce qui n'est pas juste")},
        deposee_le=at,
        echeance=fin_reponse(local_day(at)),
    )
    create(row, by=by, at=at)
    return row


def _said(text: str, field: str) -> str:
    typed = text.strip()
    if not typed:
        raise Refused("texte_vide", "Cette réponse est vide.", field=field, mend="Écrivez quelques mots.", status=422)
    return typed


@act
def examine_contestation(*, contestation_id: UUID, by: Actor, at: datetime) -> Contestation:
    """Somebody looks at it: the person sees it at once."""
    row = _mine(contestation_id, by)
    move(row, "examiner", by=by, at=at)
    return row


@act
def answer_contestation(*, contestation_id: UUID, texte: str, by: Actor, at: datetime) -> Contestation:
    """The written answer, with its reasons; it is told to the person."""
    row = _mine(contestation_id, by)
    said = {"texte": _said(texte, "Votre réponse")}
    move(row, "repondre", by=by, at=at, changes={"reponse": said, "repondue_le": at})
    return row


def _mine(contestation_id: UUID, by: Actor) -> Contestation:
    """The locked row, for who answers."""
    row: Contestation = lock((Contestation, contestation_id))[0]
    if by.role != "dpo" or not may(by.role, "own", "droit.traiter"):
        raise NotVisible
    return row
