"""Filing a demande, and the two ways it ends: renounced by the person, removed for a legal cause."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.refusal import Refused
from palier.demandes import facts, queries
from palier.demandes.actions.common import NBSP, held
from palier.demandes.actions.doublons import find_duplicates
from palier.demandes.actions.imports import check_name, check_reactivation
from palier.demandes.actions.registre import ask_number, tell_register
from palier.demandes.enums import MotifRadiation, OperationRegistre
from palier.demandes.models import Demande
from palier.droit.bareme import bareme
from palier.droit.dates import plus_mois
from palier.droit.pieces import IDENTITE
from palier.journal.mover import act, lock, move, record


@act
def submit_demande(*, demande_id: UUID, by: Actor, at: datetime) -> Demande:
    """File the demande: seniority runs from this Paris day, or from the first filing of an imported one.

    An imported demande has its number, so it is active at once. Refused « incomplete » with what is missing.
    """
    demande = held(demande_id, by, "demande.deposer")
    missing = queries.completeness(demande)
    if missing and demande.state == "brouillon":
        raise Refused(
            "incomplete",
            "Votre demande n'est pas complète.",
            mend=f"Il manque{NBSP}: {' '.join(each.sentence for each in missing)}",
            motifs=[each.sentence for each in missing],
            status=422,
        )
    check_name(demande)
    day = local_day(at)
    check_reactivation(demande, day)
    first = demande.deposee_le or day
    until = plus_mois(day, int(bareme("demande")["validite"]["mois"]))
    data = facts.snapshot(demande, au=day)
    changes = {"deposee_le": first, "renouvelee_le": day, "renouveler_avant": until}
    move(demande, "deposer", by=by, at=at, data=data, changes=changes)
    record("demande.attestation", demande, by=by, at=at, data={"depot": day.isoformat()})
    if demande.numero_index:
        move(demande, "activer", by=Actor.system(), at=at)
        tell_register(demande=demande, operation=OperationRegistre.RENOUVELLEMENT, at=at)
        tell_register(demande=demande, operation=OperationRegistre.MODIFICATION, at=at)
    elif demande.pieces.filter(code__in=IDENTITE, personne=None, state__in=facts.PROVING).exists():
        ask_number(demande=demande, at=at)  # the identity piece was recognised while the demande was a draft
    find_duplicates(demande=demande, at=at)
    return demande


@act
def renounce_demande(*, demande_id: UUID, by: Actor, at: datetime) -> Demande:
    """The person gives up the demande (CCH R.441-2-8 b). The caller closes its live candidatures too."""
    demande = held(demande_id, by, "demande.completer")
    motif, filed = MotifRadiation.RENONCIATION.value, demande.state != "brouillon"
    move(demande, "renoncer", by=by, at=at, reason=motif, changes={"motif_radiation": motif})
    if filed:  # an imported draft given up leaves the registered demande as it was
        tell_register(demande=demande, operation=OperationRegistre.RADIATION, at=at)
    return demande


@act
def radiate_demande(*, demande_id: UUID, motif: str, by: Actor, at: datetime) -> Demande:
    """Remove the demande for a legal cause (`MotifRadiation`), e.g. « attribution » when a lease is signed."""
    demande: Demande = lock((Demande, demande_id))[0]
    cause = MotifRadiation(motif).value
    move(demande, "radier", by=by, at=at, reason=cause, changes={"motif_radiation": cause})
    tell_register(demande=demande, operation=OperationRegistre.RADIATION, at=at)
    return demande
