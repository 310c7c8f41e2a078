"""The counter: a one-time code that the person shows, and the number that comes once the identity piece was seen."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from palier import coffre
from palier.accounts.models import User
from palier.base import limits
from palier.base.actor import Actor
from palier.base.refusal import NotVisible, Refused
from palier.demandes import queries, rules
from palier.demandes.actions.common import held, refuse_closed
from palier.demandes.actions.registre import ask_number
from palier.demandes.models import CodeGuichet, Demande
from palier.journal.models import Event
from palier.journal.mover import act, lock, record

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No I, O, 0, 1: they are read out loud at a counter."""
CODE_SCOPE, CODE_LENGTH = "code_guichet", 8


@act
def issue_counter_code(*, demande_id: UUID, by: Actor, at: datetime) -> str:
    """A new code of 8 characters, said once: only its blind index is kept. Earlier codes nobody used stop working."""
    demande = held(demande_id, by, "piece.code")
    refuse_closed(demande)
    if demande.state == "brouillon":
        raise Refused(
            "demande_brouillon", "Votre demande n'est pas encore déposée.", mend="Déposez-la, puis demandez un code."
        )
    demande.codes_guichet.filter(ouvert_par=None).delete()
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    CodeGuichet.objects.create(
        demande=demande,
        code_index=coffre.blind_index(code, scope=CODE_SCOPE),
        cree_le=at,
        expire_le=at + limits.duration("guichet_code"),
    )
    record("demande.code_guichet", demande, by=by, at=at)
    return code


@act
def open_counter(*, code: str, by: Actor, at: datetime) -> Demande:
    """The demande of a code shown at a counter; the agent who opened it may record pieces until it expires.

    Refused in the same words for a code that is unknown, expired or opened by somebody else; refused whatever the
    code after too many wrong ones (`note_wrong_code`).
    """
    if not rules.may_open_counter(by) or by.user_id is None:
        raise NotVisible
    _refuse_guessing(by.user_id, at)
    typed = code.strip().replace(" ", "").replace("-", "").upper()[:20]
    index = coffre.blind_index(typed, scope=CODE_SCOPE)
    demande_id = CodeGuichet.objects.filter(code_index=index).values_list("demande_id", flat=True).first()
    if demande_id is None:
        raise _unknown(typed)
    demande: Demande = lock((Demande, demande_id))[0]
    row = CodeGuichet.objects.select_for_update().filter(code_index=index, expire_le__gte=at).first()
    if row is None or row.ouvert_par not in (None, by.user_id) or not rules.is_open(demande):
        raise _unknown(typed)
    if row.ouvert_par is None:
        row.ouvert_par, row.ouvert_le = by.user_id, at
        row.save(update_fields=["ouvert_par", "ouvert_le"])
        record("demande.guichet_ouvert", demande, by=by, at=at)
    return demande


@act
def note_wrong_code(*, by: Actor, at: datetime) -> None:
    """Journal that an agent gave a code that opens nothing. The code is kept nowhere: it may be somebody's."""
    if by.user_id is None:
        raise NotVisible
    (agent,) = lock((User, by.user_id))
    record("guichet.code_refuse", agent, by=by, at=at, tell=False)


def _refuse_guessing(agent_id: UUID, at: datetime) -> None:
    since, most = at - limits.duration("guichet_essais_duree"), limits.value("guichet_essais")
    wrong = Event.objects.filter(
        aggregate_id=agent_id, kind="guichet.code_refuse", actor_id=agent_id, at__gt=since, at__lte=at
    )
    if wrong.count() >= most:
        raise Refused(
            "guichet_essais",
            f"Vous avez donné {most} codes qui n'ouvrent aucune demande.",
            field="Code du guichet",
            mend=f"Attendez {limits.value('guichet_essais_duree')} minutes, et demandez à la personne un autre code.",
            status=429,
        )


def _unknown(code: str) -> Refused:
    return Refused(
        "code_guichet",
        "Ce code n'ouvre aucune demande.",
        field="Code du guichet",
        value=code,
        mend="Vérifiez les 8 caractères. Un code vaut 24 heures, pour un seul guichet. Un autre code peut être créé.",
        status=422,
    )


@act
def record_number(*, demande_id: UUID, by: Actor, at: datetime) -> Demande:
    """Ask the registration system for the number of a filed demande. Asked already: no effect.

    The question is written here and sent after the commit; the number comes then, and the demande becomes active.
    """
    demande: Demande = lock((Demande, demande_id))[0]
    if demande.state != "deposee":
        return demande
    if by.role != "systeme" and queries.opened_counter(demande_id, by, at) is None:
        raise NotVisible
    ask_number(demande=demande, at=at)
    return demande
