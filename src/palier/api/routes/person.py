"""What a person's own token opens: demande, candidatures, propositions. The acts are those of the pages."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from palier.api import schemas
from palier.api.auth import ApiRequest, scoped
from palier.api.idempotent import Key, act_once
from palier.attributions.actions import answer_proposition
from palier.attributions.models import Proposition
from palier.base import clock
from palier.base.actor import Actor
from palier.base.lifecycle import LifeCycle
from palier.base.policy import policy
from palier.base.refusal import NotVisible
from palier.candidatures.actions import submit_candidature, withdraw_candidature
from palier.candidatures.models import Candidature, CandidatureQuerySet
from palier.candidatures.queries import rank_of, with_rank
from palier.demandes.facts import perimetre
from palier.demandes.models import Demande
from palier.demandes.queries import completeness, current_demande, current_demande_id

router = Router(tags=["personne"])
PROBLEMS = {401: schemas.Probleme, 403: schemas.Probleme, 404: schemas.Probleme}
ACTS = PROBLEMS | {400: schemas.Probleme, 409: schemas.Probleme, 422: schemas.Probleme}


def _actor(request: HttpRequest) -> Actor:
    return cast(ApiRequest, request).actor


def _own_demande(request: HttpRequest) -> Demande:
    demande = current_demande(cast(ApiRequest, request).auth.user)
    if demande is None:
        raise NotVisible
    return demande


def _abilities(life: LifeCycle, state: str, *names: str) -> dict[str, dict[str, Any]]:
    """For each act its permission, from the same table as the refusal, and otherwise why not."""
    allowed = {transition.name for transition in life.allowed(state, "demandeur")}
    why = f"L'état est « {life.label(state)} »."
    return {name: {"possible": name in allowed, "pourquoi": "" if name in allowed else why} for name in names}


@router.get(
    "/demandes/moi",
    response={200: schemas.Demande, **PROBLEMS},
    auth=scoped("demande", "demande.lire"),
    summary="Ma demande",
)
@policy("demande.lire")
def my_demande(request: HttpRequest) -> dict[str, Any]:
    """La demande en cours, sinon la dernière."""
    demande = _own_demande(request)
    prioritaires, secondaires = perimetre(demande)
    return {
        "id": demande.pk,
        "etat": demande.state,
        "deposee_le": demande.deposee_le,
        "numero_unique": (demande.numero or {}).get("numero_unique"),
        "prioritaires": list(prioritaires),
        "secondaires": list(secondaires),
        "typologies": list(demande.typologies),
        "manque": [missing.sentence for missing in completeness(demande)],
    }


def _candidature(row: Candidature) -> dict[str, Any]:
    rang = rank_of(row)
    return {
        "id": row.pk,
        "offre": row.offre_id,
        "etat": row.state,
        "deposee_le": row.deposee_le,
        "points": row.points,
        "rang": rang.rang if rang else None,
        "sur": rang.effectif if rang else None,
        "fige": bool(rang and rang.fige),
        "abilities": _abilities(row.life, row.state, "retirer"),
    }


def _own_candidatures(request: HttpRequest) -> CandidatureQuerySet:
    return with_rank(Candidature.objects.visible_to(_actor(request)))


def _one(request: HttpRequest, candidature_id: UUID) -> dict[str, Any]:
    row = _own_candidatures(request).filter(pk=candidature_id).first()
    if row is None:
        raise NotVisible
    return _candidature(row)


@router.get(
    "/candidatures",
    response={200: list[schemas.Candidature], **PROBLEMS},
    auth=scoped("candidatures", "candidature.lire"),
    summary="Mes candidatures, avec leur rang à cet instant",
)
@policy("candidature.lire")
def my_candidatures(request: HttpRequest) -> list[dict[str, Any]]:
    """Les plus récentes d'abord."""
    return [_candidature(row) for row in _own_candidatures(request).order_by("-deposee_le")]


@router.get(
    "/candidatures/{uuid:candidature_id}",
    response={200: schemas.Candidature, **PROBLEMS},
    auth=scoped("candidatures", "candidature.lire"),
    summary="Une de mes candidatures",
)
@policy("candidature.lire")
def my_candidature(request: HttpRequest, candidature_id: UUID) -> dict[str, Any]:
    """Son état, son rang et ce que je peux faire."""
    return _one(request, candidature_id)


@router.post(
    "/candidatures",
    response={201: schemas.Candidature, **ACTS},
    auth=scoped("candidatures", "candidature.deposer"),
    summary="Postuler à une offre",
)
@policy("candidature.deposer")
def apply(request: HttpRequest, body: schemas.CandidatureIn, key: Key) -> HttpResponse:
    """L'heure dans la fenêtre ne compte pas. Un refus donne ses motifs."""

    def work() -> dict[str, Any]:
        demande_id = current_demande_id(cast(ApiRequest, request).auth.user)
        if demande_id is None:
            raise NotVisible
        made = submit_candidature(demande_id=demande_id, offre_id=body.offre, by=_actor(request), at=clock.now())
        return _one(request, made.pk)

    return act_once(request, key, work, status=201)


@router.post(
    "/candidatures/{uuid:candidature_id}/retrait",
    response={200: schemas.Candidature, **ACTS},
    auth=scoped("candidatures", "candidature.retirer"),
    summary="Retirer une candidature",
)
@policy("candidature.retirer")
def withdraw(request: HttpRequest, candidature_id: UUID, key: Key) -> HttpResponse:
    """Possible jusqu'à la proposition."""

    def work() -> dict[str, Any]:
        withdraw_candidature(candidature_id=candidature_id, by=_actor(request), at=clock.now())
        return _one(request, candidature_id)

    return act_once(request, key, work)


def _proposition(row: Proposition) -> dict[str, Any]:
    return {
        "id": row.pk,
        "candidature": row.candidature_id,
        "offre": row.offre_id,
        "etat": row.state,
        "envoyee_le": row.envoyee_le,
        "limite_le": row.limite_le,
        "abilities": _abilities(row.life, row.state, "accepter", "refuser"),
    }


@router.get(
    "/propositions",
    response={200: list[schemas.Proposition], **PROBLEMS},
    auth=scoped("propositions", "proposition.lire"),
    summary="Mes propositions",
)
@policy("proposition.lire")
def my_propositions(request: HttpRequest) -> list[dict[str, Any]]:
    """Les plus récentes d'abord."""
    return [_proposition(row) for row in Proposition.objects.visible_to(_actor(request)).order_by("-envoyee_le")]


@router.post(
    "/propositions/{uuid:proposition_id}/reponse",
    response={200: schemas.Proposition, **ACTS},
    auth=scoped("propositions", "proposition.repondre"),
    summary="Accepter ou refuser un logement proposé",
)
@policy("proposition.repondre")
def answer(request: HttpRequest, proposition_id: UUID, body: schemas.ReponseIn, key: Key) -> HttpResponse:
    """`reponse` vaut `accepter` ou `refuser` ; un refus demande un `motif` de la liste."""

    def work() -> dict[str, Any]:
        row = answer_proposition(
            proposition_id=proposition_id, reponse=body.reponse, motif=body.motif, by=_actor(request), at=clock.now()
        )
        return _proposition(row)

    return act_once(request, key, work)
