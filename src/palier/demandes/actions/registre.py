"""What is told to the registration system: written in the act that it follows, sent afterwards, once, in order.

Nothing is sent inside an act: no row is held while a distant system thinks. Killed between the sending and its mark, an
exchange is sent again under the same reference, and the system answers as the first time.
"""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from palier import coffre
from palier.base import limits
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.faults import fault
from palier.base.refusal import Refused
from palier.demandes.actions.common import NUMBER_SCOPE
from palier.demandes.actions.doublons import label_pair
from palier.demandes.enums import MotifRadiation, OperationRegistre
from palier.demandes.models import Demande, Echange
from palier.demandes.queries.registre import dossier, number_of
from palier.gateways import registre
from palier.gateways.outage import GatewayDown
from palier.journal.mover import act, create, lock, move, record

CREATION, MODIFICATION, RENOUVELLEMENT, RADIATION = OperationRegistre
WAITING = "a_envoyer"
log = logging.getLogger(__name__)


@act
def tell_register(*, demande: Demande, operation: OperationRegistre, at: datetime) -> None:
    """Write down one thing to tell about a held demande. A draft tells nothing; without number, only a creation.

    A change that waits already says the latest state when it leaves: a second one would add nothing.
    """
    if demande.state == "brouillon" or (operation != CREATION and not demande.numero_index):
        return
    known = demande.echanges.order_by("-cree_le", "-pk")
    last = known.first()
    if operation == MODIFICATION and last is not None and (last.state, last.operation) == (WAITING, MODIFICATION):
        return
    rank = known.filter(operation=operation).count() + 1
    row = Echange(
        demande=demande,
        operation=operation,
        reference=str(demande.pk) if operation == CREATION else f"{demande.pk}-{operation}-{rank}",
        contenu={"le": local_day(at).isoformat(), "motif": demande.motif_radiation},
        cree_le=at,
        prochain_essai_le=at,
    )
    create(row, by=Actor.system(), at=at)


@act
def ask_number(*, demande: Demande, at: datetime) -> None:
    """Ask once for the number of a held demande that waits for one."""
    if not demande.echanges.filter(operation=CREATION).exists():
        tell_register(demande=demande, operation=CREATION, at=at)


def send_waiting(*, demande_id: UUID, at: datetime) -> int:
    """Send in order what waits for one demande; returns how many were settled.

    GatewayDown when the system does not answer: the next try is then written, and nothing later may overtake it.
    """
    settled = 0
    while (row := _next(demande_id, at)) is not None:
        _send(row, at)
        settled += 1
    return settled


def send_due(*, at: datetime) -> int:
    """Everything whose try has come, the longest due first; stops at the first silence of the system."""
    due = Echange.objects.filter(state=WAITING, prochain_essai_le__lte=at).order_by("prochain_essai_le", "pk")
    settled = 0
    for demande_id in dict.fromkeys(due.values_list("demande_id", flat=True)[: limits.value("registre_lot")]):
        try:
            settled += send_waiting(demande_id=demande_id, at=at)
        except GatewayDown:
            return settled
        except Exception as error:  # what is wrong with one demande holds the exchanges of no other
            log.error("register: %s, demande %s", type(error).__name__, demande_id)
            if (row := _next(demande_id, at)) is not None:
                _postpone(row.pk, at)
    return settled


def _next(demande_id: UUID, at: datetime) -> Echange | None:
    rows = Echange.objects.filter(demande_id=demande_id, state=WAITING).order_by("cree_le", "pk")
    first = rows.first()
    return first if first is not None and first.prochain_essai_le <= at else None


def _send(row: Echange, at: datetime) -> None:
    rows = Demande.objects.select_related("titulaire").prefetch_related("personnes", "communes")
    demande = rows.get(pk=row.demande_id)
    _begin(row.pk, demande.version)
    try:
        given = _tell(row, demande)
    except GatewayDown:
        _postpone(row.pk, at)
        raise
    except Refused as refusal:
        _refuse(row.pk, refusal, at)
        return
    fault("after_registre")
    _settle(row.pk, demande.version, given, at)


def _tell(row: Echange, demande: Demande) -> registre.Attribution | None:
    """One message. The record is read now, so that what leaves is what stands."""
    system, said = registre.registre(), row.contenu or {}
    day = local_day(row.cree_le)
    if row.operation == CREATION:
        return system.request_number(dossier(demande, reference=row.reference))
    if row.operation == MODIFICATION:
        system.modify(dossier(demande, reference=row.reference))
    elif row.operation == RENOUVELLEMENT:
        system.renew(number_of(demande), day, reference=row.reference)
    else:
        motif = said.get("motif") or MotifRadiation.RENONCIATION.value
        system.radier(number_of(demande), motif, day, reference=row.reference)
    return None


@act
def _begin(echange_id: UUID, version: int) -> None:
    """Write which version leaves first: a later try repeats its reference, and the register answers it as the first."""
    _, row = _held(echange_id)
    if row.state == WAITING and "version" not in (row.contenu or {}):
        row.contenu = {**(row.contenu or {}), "version": version}
        row.save(update_fields=["contenu"])


@act
def _settle(echange_id: UUID, version: int, given: registre.Attribution | None, at: datetime) -> None:
    """Sent: the row is marked, the number enters the demande. Settled already by another worker: no effect."""
    demande, row = _held(echange_id)
    if row.state != WAITING:
        return
    first = (row.contenu or {}).get("version", version)
    changes = {"essais": row.essais + 1, "contenu": None}
    if given is None or _take_number(demande, given, at):
        move(row, "envoyer", by=Actor.system(), at=at, changes=changes)
    else:
        move(row, "refuser", by=Actor.system(), at=at, reason="numero_deja_suivi", changes=changes)
    if demande.version != first and row.operation in (CREATION, MODIFICATION):
        tell_register(demande=demande, operation=MODIFICATION, at=at)


def _take_number(demande: Demande, given: registre.Attribution, at: datetime) -> bool:
    """The number enters the demande, which becomes active; False when another one here bears it already."""
    index = coffre.blind_index(given.numero, scope=NUMBER_SCOPE)
    other = Demande.objects.open().filter(numero_index=index).exclude(pk=demande.pk).first()
    if other is not None:
        label_pair(other, demande, ["numero"], at=at)
        return False
    numero = {"numero_unique": given.numero}
    if demande.state == "deposee":
        changes = {"numero": numero, "numero_index": index}
        move(demande, "activer", by=Actor.system(), at=at, data=numero, changes=changes)
        return True
    demande.numero, demande.numero_index = numero, index
    demande.save(update_fields=["numero", "numero_index"])
    record("demande.numero_tardif", demande, by=Actor.system(), at=at, data=numero)
    if demande.state == "radiee":
        tell_register(demande=demande, operation=RADIATION, at=at)
    return True


@act
def _refuse(echange_id: UUID, refusal: Refused, at: datetime) -> None:
    """The system said no: kept with its reason. « Exists already » names the other demande when it is followed here."""
    demande, row = _held(echange_id)
    if row.state != WAITING:
        return
    existing = refusal.numero if isinstance(refusal, registre.AlreadyRegistered) else ""
    changes = {"essais": row.essais + 1, "contenu": {"refus": refusal.code, "numero_unique": existing}}
    move(row, "refuser", by=Actor.system(), at=at, reason=refusal.code, changes=changes)
    if existing:
        record("demande.deja_enregistree", demande, by=Actor.system(), at=at)
        index = coffre.blind_index(existing, scope=NUMBER_SCOPE)
        other = Demande.objects.open().filter(numero_index=index).exclude(pk=demande.pk).first()
        if other is not None:
            label_pair(other, demande, ["numero"], at=at)


@act
def _postpone(echange_id: UUID, at: datetime) -> None:
    """The system is silent: the next try waits twice as long, up to a limit. The person is told the first time."""
    demande, row = _held(echange_id)
    if row.state != WAITING:
        return
    longest = limits.duration("registre_essai_maximum")
    wait = limits.duration("registre_essai") * 2 ** min(row.essais, 20)
    row.essais, row.prochain_essai_le = min(row.essais + 1, 30_000), at + min(longest, wait)
    row.save(update_fields=["essais", "prochain_essai_le"])
    if row.essais == 1 and row.operation == CREATION:
        record("demande.numero_attendu", demande, by=Actor.system(), at=at)


def _held(echange_id: UUID) -> tuple[Demande, Echange]:
    demande_id = Echange.objects.values_list("demande_id", flat=True).get(pk=echange_id)
    demande, row = lock((Demande, demande_id), (Echange, echange_id))
    return demande, row


