"""The acts of an employer: a code for one employee, and its end. Nothing here knows who has a demande."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from uuid import UUID

from palier import coffre
from palier.base import limits
from palier.base.actor import Actor
from palier.base.policy import may
from palier.base.refusal import NotVisible, Refused
from palier.journal.mover import act, lock, record
from palier.organisations.models import CodeSpecifique, Organisation
from palier.organisations.queries import CODE_SCOPE, employee_index

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No I, O, 0, 1: a code is copied by hand. Its form is also written in codes.toml."""
PREFIX, LENGTH, END = "ES", 8, 4


@act
def make_code(*, nom: str, prenom: str, naissance: date, by: Actor, at: datetime) -> str:
    """A code for this employee, said once: only its blind index is kept. The former one of the same person ends."""
    employeur = _employeur(by)
    index = employee_index(nom, prenom, naissance.isoformat())
    mine = CodeSpecifique.objects.visible_to(by)
    _refuse_too_many(mine.filter(cree_le__gt=at - limits.duration("code_specifique_periode")).count())
    for former in mine.filter(salarie_index=index, revoque_le=None).order_by("pk"):
        _end(former.pk, by, at)
    code = PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    row = CodeSpecifique.objects.create(
        organisation=employeur,
        code_index=coffre.blind_index(code, scope=CODE_SCOPE),
        fin=code[-END:],
        salarie_index=index,
        cree_le=at,
        expire_le=at + limits.duration("code_specifique"),
    )
    record("code_specifique.cree", row, by=by, at=at)
    return code


@act
def revoke_code(*, code_id: UUID, by: Actor, at: datetime) -> CodeSpecifique:
    """End a code of one's own company; what it opened closes. Ended already: no effect."""
    _employeur(by)
    if not CodeSpecifique.objects.visible_to(by).filter(pk=code_id).exists():
        raise NotVisible
    return _end(code_id, by, at)


def _employeur(by: Actor) -> Organisation:
    """The company, its row held, so that two codes for one person are made one after the other."""
    if by.organisation_id is None or not may(by.role, "portal", "employeur.coder"):
        raise NotVisible
    employeur: Organisation = lock((Organisation, by.organisation_id))[0]
    return employeur


def _end(code_id: UUID, by: Actor, at: datetime) -> CodeSpecifique:
    row = CodeSpecifique.objects.select_for_update().get(pk=code_id)
    if row.revoque_le is None:
        row.revoque_le = at
        row.save(update_fields=["revoque_le"])
        record("code_specifique.revoque", row, by=by, at=at)
    return row


def _refuse_too_many(made: int) -> None:
    if made >= limits.value("code_specifique_nombre"):
        raise Refused(
            "codes_nombreux",
            f"Votre entreprise a créé {made} codes aujourd'hui.",
            mend="Attendez demain pour en créer d'autres.",
            status=429,
        )
