"""Two demandes of one person: found by a blind index, labelled, joined only by the person. Nothing is ever deleted.

A person may hold one demande in each territory (CCH R.441-2-3): only two in the same one look like a duplicate.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from palier import coffre
from palier.base.actor import Actor
from palier.base.refusal import NotVisible
from palier.demandes import queries
from palier.demandes.models import Demande, Doublon
from palier.demandes.queries.registre import departement_asked
from palier.demandes.rules import APPLYING_STATES
from palier.droit.numero_unique import territoire
from palier.journal.mover import act, create, lock, move, record

IDENTITY_SCOPE = "identite"


def folded(name: object) -> str:
    """A name without case, accents, spaces and hyphens."""
    plain = unicodedata.normalize("NFKD", str(name or "")).casefold()
    return "".join(each for each in plain if each.isalnum())


def identity_index(said: Mapping[str, Any]) -> str:
    """The blind index of names and birth date, "" while one is unknown."""
    nom, prenom, born = folded(said.get("nom")), folded(said.get("prenom")), said.get("naissance")
    if not (nom and prenom and born):
        return ""
    return coffre.blind_index(f"{nom}|{prenom}|{born}", scope=IDENTITY_SCOPE)


@act
def find_duplicates(*, demande: Demande, at: datetime) -> list[Doublon]:
    """Label the filed demandes that bear the same identity in the same territory as this held one."""
    holder = queries.holder_of(demande)
    index = identity_index(holder.identite or {}) if holder is not None else ""
    if index != demande.identite_index:
        demande.identite_index = index
        demande.save(update_fields=["identite_index"])
    if not index or demande.state not in APPLYING_STATES:
        return []
    same = Demande.objects.filter(identite_index=index, state__in=APPLYING_STATES).exclude(pk=demande.pk)
    here = territoire(departement_asked(demande))
    found = [each for each in same.prefetch_related("communes") if territoire(departement_asked(each)) == here]
    return [label_pair(each, demande, ["identite"], at=at) for each in found]


@act
def label_pair(one: Demande, other: Demande, indices: Sequence[str], *, at: datetime) -> Doublon:
    """Label two demandes, the first filed as the older one. Labelled already: the same row, its signs completed."""
    older, newer = sorted((one, other), key=lambda each: (each.deposee_le or date.max, each.pk))
    pair = Q(ancienne=older, recente=newer) | Q(ancienne=newer, recente=older)
    known = Doublon.objects.filter(pair).first()
    if known is not None:
        known.indices = sorted({*known.indices, *indices})
        known.save(update_fields=["indices"])
        return known
    row = Doublon(ancienne=older, recente=newer, indices=sorted(indices), signale_le=at)
    create(row, by=Actor.system(), at=at)
    for each in (older, newer):
        record("demande.doublon_signale", each, by=Actor.system(), at=at)
    return row


@act
def keep_both(*, doublon_id: UUID, by: Actor, at: datetime) -> Doublon:
    """The person answers that the two demandes stay; a conseiller looks at them again."""
    mine, _, row = _parties(doublon_id, by)
    move(row, "garder", by=by, at=at)
    record("demande.doublon_garde", mine, by=by, at=at)
    return row


@act
def join_pair(*, doublon_id: UUID, by: Actor, at: datetime) -> Demande:
    """The demande that stays, with the earliest first filing of the two. The caller renounces the one of `by`.

    It is the demande of whoever answers that ends, by their own writing (CCH R.441-2-8 b): nobody ends another's.
    """
    mine, kept, row = _parties(doublon_id, by)
    move(row, "reunir", by=by, at=at)
    first = min(each for each in (mine.deposee_le, kept.deposee_le) if each is not None)
    if first != kept.deposee_le:
        kept.deposee_le = first
        kept.version += 1
        kept.save(update_fields=["deposee_le", "version"])
    record("demande.reunie", kept, by=by, at=at, data={"deposee_le": first.isoformat()})
    return kept


def other_party(doublon_id: UUID, by: Actor) -> tuple[UUID, UUID]:
    """Ids of the demande of `by` in a pair and of the other one. NotVisible when none is theirs."""
    row = Doublon.objects.select_related("ancienne", "recente").filter(pk=doublon_id).first()
    if row is None or by.user_id is None:
        raise NotVisible
    mine = next((each for each in (row.recente, row.ancienne) if each.titulaire_id == by.user_id), None)
    if mine is None:
        raise NotVisible
    return mine.pk, row.ancienne_id if mine.pk == row.recente_id else row.recente_id


def _parties(doublon_id: UUID, by: Actor) -> tuple[Demande, Demande, Doublon]:
    mine, other = other_party(doublon_id, by)
    held = lock((Demande, mine), (Demande, other), (Doublon, doublon_id))
    return held[0], held[1], held[2]
