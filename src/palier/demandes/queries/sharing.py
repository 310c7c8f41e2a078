"""Who shares a demande with its holder, since when, and the invitation that waits."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import datetime

from palier.accounts.models import User
from palier.base.actor import Actor
from palier.demandes import rules
from palier.demandes.enums import UsageLien
from palier.demandes.models import Demande, Lien, Personne, Piece
from palier.demandes.queries.steps import holder_of

ADULTS = ("conjoint", "codemandeur")
"""Roles of a household whose person may share the demande."""


def other_adult(demande: Demande) -> Personne | None:
    """The adult who may share the demande with its holder: one at most, the spouse first."""
    found = [each for each in demande.personnes.all() if each.role in ADULTS]
    return min(found, key=lambda each: (ADULTS.index(each.role), each.position), default=None)


def is_shared_by(user: User) -> bool:
    """True when the demande that this person has now is one that they share with its holder: one query."""
    found = Demande.objects.visible_to(user).order_by("-created_at").values_list("codemandeur_id", "state")
    rows = sorted(found, key=lambda row: row[1] not in Demande.life.live)
    return bool(rows) and rows[0][0] == user.pk


def shared_since(demande: Demande) -> datetime | None:
    """Since when the demande is shared, None while nobody accepted."""
    used = Lien.objects.filter(demande=demande, usage=UsageLien.CODEMANDEUR, utilise_le__isnull=False)
    return used.order_by("-utilise_le").values_list("utilise_le", flat=True).first()


def waiting_invitation(demande: Demande, at: datetime) -> Lien | None:
    """The invitation sent and not used yet."""
    rows = Lien.objects.filter(demande=demande, usage=UsageLien.CODEMANDEUR, utilise_le=None, expire_le__gt=at)
    return rows.order_by("-cree_le").first()


def view_of(demande: Demande, by: Actor) -> Demande:
    """The demande as one of its two adults may see it: what is the other's alone is blank, in memory.

    The one filter of the pages (AC-9). The law still counts on the whole household, through `entiere`: totals are
    common, lines are not. Never save what this returns.
    """
    if demande.codemandeur_id is None:
        return demande
    demande.entiere = copy.deepcopy(demande)
    people = list(demande.personnes.all())
    for person in people:
        _blank(person, [name for name, said in Personne.field_classes.items() if not rules.may_see(by, person, said)])
    owners = {each.pk: each for each in people}
    for piece in demande.pieces.all():
        owner = owners.get(piece.personne_id) if piece.personne_id else holder_of(demande)
        if owner is not None and not rules.may_see(by, owner, "P5"):
            _blank(piece, CONTENT)
    classes = Demande.field_classes.items()
    _blank(demande, [name for name, said in classes if not rules.may_see_demande(by, demande, said)])
    return demande


CONTENT = ("analyse", "explication", "datee_le")
"""What a piece says beside its state, its code and its dates of life."""
LINKS = {"titulaire", "codemandeur", "compte", "numero_index", "identite_index"}
"""Ids and blind indexes: they are shown nowhere, and rights are computed from them."""


def _blank(row: Demande | Personne | Piece, names: Iterable[str]) -> None:
    hidden = set(names) - LINKS
    for field in row._meta.concrete_fields:
        if field.name in hidden:
            setattr(row, field.attname, field.get_default())
