"""Two demandes of one person: found by a blind index, labelled, joined only by the person. Nothing is ever deleted.

A person may hold one demande in each territory (CCH R.441-2-3): only two in the same one look like a duplicate.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from palier import coffre
from palier.base.actor import Actor
from palier.demandes import queries
from palier.demandes.models import Demande, Doublon
from palier.demandes.queries.registre import departement_asked
from palier.demandes.rules import APPLYING_STATES
from palier.droit.numero_unique import territoire
from palier.journal.mover import act, create, record

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
