"""Two adults, one demande: the invitation, the account that joins, and the separation that ends it at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from palier import coffre
from palier.accounts.models import User
from palier.base import limits
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.refusal import Refused
from palier.demandes import facts, queries, rules
from palier.demandes.actions.common import held, hold_account, refuse_closed
from palier.demandes.actions.registre import tell_register
from palier.demandes.enums import OperationRegistre, RolePersonne, UsageLien
from palier.demandes.models import CommuneDemandee, Demande, Lien, Personne, Piece
from palier.journal.mover import act, create, lock, move, record

SCOPE = "codemandeur"
RESSOURCES = (
    "rfr_n2_cents", "rfr_n1_cents", "annee_n2", "douze_mois_cents", "net_mensuel_cents", "ressources", "travail",
)  # fmt: skip
WORK = ("siret", "employeur", "secteur", "effectif", "contrat", "emploi_depuis", "demandeur_emploi", "commune_travail")
"""Names that the work of another adult shares with the columns of a demande."""


# The invitation -------------------------------------------------------------------------------------------------------


@act
def invite_codemandeur(*, demande_id: UUID, by: Actor, at: datetime) -> str:
    """A link for the other adult of the household, said once; the former one stops working."""
    demande = held(demande_id, by, "demande.partager")
    refuse_closed(demande)
    person = queries.other_adult(demande)
    if person is None or not (person.identite or {}).get("naissance"):
        raise Refused(
            "partage_personne",
            "Aucun autre adulte de votre foyer n'a donné sa date de naissance.",
            mend="Ajoutez cette personne à votre foyer, puis revenez ici.",
        )
    if demande.codemandeur_id is not None:
        raise Refused("deja_partagee", "Cette demande est déjà partagée.", mend="Rien n'est à faire.")
    _end_invitations(demande, at)
    token = secrets.token_urlsafe(32)
    Lien.objects.create(
        titulaire_id=demande.titulaire_id,
        demande=demande,
        usage=UsageLien.CODEMANDEUR,
        code_index=coffre.blind_index(token, scope=SCOPE),
        contenu={"personne": str(person.pk)},
        cree_le=at,
        expire_le=at + limits.duration("partage_lien"),
    )
    record("demande.partage_propose", demande, by=by, at=at)
    return token


def _end_invitations(demande: Demande, at: datetime) -> None:
    rows = Lien.objects.filter(demande=demande, usage=UsageLien.CODEMANDEUR, utilise_le=None, expire_le__gt=at)
    rows.update(expire_le=at)


def join_demande(*, token: str, naissance: str, user: User, by: Actor, at: datetime) -> Demande:
    """Share the demande of this link once its birth date is confirmed. A wrong date is counted, then refused."""
    joined = _try_joining(token=token, naissance=naissance, user=user, by=by, at=at)
    if joined is None:
        raise Refused(
            "partage_refuse",
            "Ce lien et cette date ne vont pas ensemble, ou le lien n'est plus valable.",
            field="Date de naissance",
            mend="Vérifiez la date, ou demandez un autre lien à la personne qui vous l'a donné.",
            status=422,
        )
    return joined


@act
def _try_joining(*, token: str, naissance: str, user: User, by: Actor, at: datetime) -> Demande | None:
    index = coffre.blind_index(token[:100], scope=SCOPE)
    known = Lien.objects.filter(code_index=index, usage=UsageLien.CODEMANDEUR).values_list("demande_id", flat=True)
    demande_id = known.first()
    if demande_id is None or by.user_id != user.pk:
        return None
    (demande,) = lock((Demande, demande_id))
    lien = Lien.objects.select_for_update().get(code_index=index)
    person = demande.personnes.filter(pk=(lien.contenu or {}).get("personne")).first()
    if person is None or not _may_join(demande, lien, user, at):
        return None
    if (person.identite or {}).get("naissance") != naissance:
        lien.essais += 1
        lien.save(update_fields=["essais"])
        return None
    hold_account(user.pk)
    _refuse_two_demandes(user)
    return _join(demande, lien, person, user, at)


def _may_join(demande: Demande, lien: Lien, user: User, at: datetime) -> bool:
    waits = lien.utilise_le is None and at < lien.expire_le and lien.essais < limits.value("partage_essais")
    return waits and rules.is_open(demande) and demande.codemandeur_id is None and user.pk != demande.titulaire_id


def _refuse_two_demandes(user: User) -> None:
    if Demande.objects.visible_to(user).open().exists():
        raise Refused(
            "demande_deja_ouverte",
            "Vous avez déjà une demande en cours.",
            mend="Renoncez-y d'abord, puis rouvrez ce lien. Un foyer dépose une seule demande.",
        )


def _join(demande: Demande, lien: Lien, person: Personne, user: User, at: datetime) -> Demande:
    person.compte = user
    person.save(update_fields=["compte"])
    lien.utilise_le = at
    lien.save(update_fields=["utilise_le"])
    demande.codemandeur = user
    demande.version += 1
    demande.save(update_fields=["codemandeur", "version"])
    record("demande.partagee", demande, by=Actor(user.pk, "codemandeur"), at=at)
    return demande


# The separation -------------------------------------------------------------------------------------------------------


@act
def separate_demande(*, demande_id: UUID, by: Actor, at: datetime) -> Demande | None:
    """End the sharing, by either: the other adult leaves at this commit with a draft of their own data.

    Returns that draft, or the demande that they have. What was theirs alone (incomes, work, protected facts, pieces)
    leaves the holder's demande.
    """
    demande = held(demande_id, by, "demande.separer")
    if demande.codemandeur_id is None:
        raise Refused("pas_partagee", "Cette demande n'est pas partagée.", mend="Rien n'est à faire.")
    user = User.objects.get(pk=demande.codemandeur_id)
    person = demande.personnes.filter(compte_id=user.pk).first()
    pieces = lock(*((Piece, pk) for pk in _own_pieces(demande, person)))
    demande.codemandeur = None
    demande.version += 1
    demande.save(update_fields=["codemandeur", "version"])
    _end_invitations(demande, at)
    draft = _own_draft(demande, person, user, at) if person is not None else None
    if person is not None:
        _take_away(person, pieces, at)
    record("demande.separee", demande, by=by, at=at, data=facts.snapshot(demande, au=local_day(at)))
    tell_register(demande=demande, operation=OperationRegistre.MODIFICATION, at=at)
    return draft


def _own_pieces(demande: Demande, person: Personne | None) -> list[UUID]:
    if person is None:
        return []
    rows = Piece.objects.filter(demande=demande, personne=person).exclude(state="retiree")
    return list(rows.values_list("pk", flat=True))


def _own_draft(demande: Demande, person: Personne, user: User, at: datetime) -> Demande:
    """A new draft of the person who leaves: their identity, work and incomes, and the perimeter that was common."""
    own = Demande.objects.filter(titulaire=user).open().first()
    if own is not None:
        return _completed(own, person)
    work = {name: person.travail[name] for name in WORK if person.travail.get(name) not in (None, "")}
    draft = Demande(titulaire=user, created_at=at, typologies=list(demande.typologies), **work)
    create(draft, by=Actor(user.pk, "demandeur"), at=at)
    _copy(draft, person)
    CommuneDemandee.objects.bulk_create(
        CommuneDemandee(demande=draft, code=each.code, secteur=each.secteur, ordre=each.ordre)
        for each in demande.communes.all()
    )
    return draft


def _copy(draft: Demande, person: Personne) -> None:
    copied = {name: getattr(person, name) for name in RESSOURCES if name != "travail"}
    Personne.objects.create(
        demande=draft,
        position=1,
        role=RolePersonne.DEMANDEUR,
        identite=dict(person.identite or {}),
        protege=dict(person.protege) if person.protege else None,
        **copied,
    )


def _completed(own: Demande, person: Personne) -> Demande:
    """The demande that the person who leaves has already: what it does not say is said, nothing is replaced."""
    mine = queries.holder_of(own)
    if mine is None:
        _copy(own, person)
        return own
    names = [name for name in (*RESSOURCES, "protege") if name != "travail" and getattr(mine, name) in (None, {})]
    for name in names:
        setattr(mine, name, getattr(person, name))
    mine.save(update_fields=names)
    return own


def _take_away(person: Personne, pieces: list[Piece], at: datetime) -> None:
    """What the person who leaves alone could see leaves with them."""
    person.compte, person.protege = None, None
    for name in RESSOURCES:
        setattr(person, name, {} if name in ("ressources", "travail") else None)
    person.save(update_fields=["compte", "protege", *RESSOURCES])
    for piece in pieces:
        if piece.analyse or piece.explication:
            piece.analyse = piece.explication = None
            piece.save(update_fields=["analyse", "explication"])
        move(piece, "retirer", by=Actor.system(), at=at)


# What each one writes -------------------------------------------------------------------------------------------------


@act
def save_part(*, demande_id: UUID, amounts: Mapping[str, int | None], version: int, by: Actor, at: datetime) -> Demande:
    """The other adult writes their own incomes: names of `queries.AMOUNTS`. Refused (409) on a stale version."""
    demande = held(demande_id, by, "part.completer")
    refuse_closed(demande)
    if version != demande.version:
        raise Refused(
            "version",
            "La demande a changé depuis que vous avez ouvert la page.",
            mend="Relisez vos réponses, puis enregistrez à nouveau.",
        )
    person = Personne.objects.select_related("demande").get(demande=demande, compte_id=by.user_id)
    for name in queries.AMOUNTS:
        setattr(person, name, amounts.get(name))
    person.save(update_fields=list(queries.AMOUNTS))
    demande.version += 1
    demande.save(update_fields=["version"])
    record("demande.etape", demande, by=by, at=at, data={"etape": "part", **facts.snapshot(demande, au=local_day(at))})
    tell_register(demande=demande, operation=OperationRegistre.MODIFICATION, at=at)
    return demande


@contextmanager
def others_kept(demande: Demande, by: Actor) -> Iterator[None]:
    """Around a write by the holder: what is the other adult's alone, and was not shown, comes back as it was.

    Refused when the write removes that person, or changes what only they may change.
    """
    mine = Personne.objects.filter(demande=demande, compte_id=demande.codemandeur_id).select_related("demande")
    person = mine.first() if demande.codemandeur_id is not None and by.user_id != demande.codemandeur_id else None
    if person is None:
        yield
        return
    kept = {name: getattr(person, name) for name in _foreign(person, by)}
    yield
    now = Personne.objects.filter(pk=person.pk).select_related("demande").first()
    if now is None or any(getattr(now, name) != kept[name] for name in kept if _shown(person, name, by)):
        raise Refused(
            "personne_avec_compte",
            "Cette personne partage la demande avec son propre compte. Elle seule change ces réponses.",
            mend="Demandez-lui de le faire, ou séparez d'abord la demande.",
        )
    for name, value in kept.items():
        setattr(now, name, value)
    now.save(update_fields=list(kept))


def _foreign(person: Personne, by: Actor) -> list[str]:
    classes = Personne.field_classes.items()
    return [name for name, said in classes if name not in ("id", "demande") and not rules.may_write(by, person, said)]


def _shown(person: Personne, name: str, by: Actor) -> bool:
    return rules.may_see(by, person, Personne.field_classes[name])
