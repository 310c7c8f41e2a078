"""What the acts of the attribution share: the offre under the lock, typed reasons, closing what is left behind."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

from palier.attributions import rules
from palier.attributions.enums import LOSSES
from palier.base.actor import Actor
from palier.base.refusal import NBSP, NotVisible, Refused, explain_constraint
from palier.candidatures.actions import end
from palier.candidatures.enums import MotifFin
from palier.candidatures.models import Candidature
from palier.demandes.states import DEMANDE
from palier.droit.decision import candidats_minimum
from palier.journal.mover import lock
from palier.parc.models import Offre

LEASE_EXISTS = "Un bail est déjà en cours pour ce logement ou pour cette demande."
for _name in (
    "bail_un_vivant_par_demande",
    "bail_un_vivant_par_offre",
    "bail_un_a_signer_par_logement",
    "attributions_bail_proposition_id_key",
):
    explain_constraint(_name, code="bail_existe", detail=LEASE_EXISTS, mend="Ouvrez la liste des baux.")
for _name in ("proposition_une_vivante_par_offre", "candidature_une_proposee_par_offre"):
    explain_constraint(
        _name,
        code="proposition_en_cours",
        detail="Une proposition est déjà en cours sur ce logement.",
        mend="Attendez la réponse, ou annulez-la avec un motif.",
    )

NUMBERED = tuple(state for state in DEMANDE.live if state not in ("brouillon", "deposee"))


def lock_offre(offre_id: uuid.UUID) -> Offre:
    """The fresh row of the offre, locked."""
    offre: Offre = lock((Offre, offre_id))[0]
    return offre


def author(by: Actor) -> uuid.UUID:
    """The person who acts. NotVisible for nobody."""
    if by.user_id is None:
        raise NotVisible
    return by.user_id


def require_owner(by: Actor, offre: Offre) -> None:
    """NotVisible unless `by` is the bailleur of the dwelling."""
    if not rules.owns(by, offre):
        raise NotVisible


def require_designator(by: Actor, offre: Offre) -> None:
    """NotVisible to a stranger; Refused to the bailleur of a dwelling that a réservataire designates for."""
    if rules.designates(by, offre):
        return
    if rules.owns(by, offre):
        raise Refused(
            "contingent",
            f"Ce logement est réservé à {offre.logement.reservataire}.",
            mend="Le réservataire désigne les candidats.",
            status=403,
        )
    raise NotVisible


def require_state(offre: Offre, allowed: Collection[str], mend: str) -> None:
    """Refused when the offre is in another state, naming the one it is in."""
    if offre.state not in allowed:
        raise Refused(
            "etat_offre",
            f"L'offre est dans l'état «{NBSP}{offre.state_label}{NBSP}».",
            field="Offre",
            mend=mend,
        )


def require_enough(total: int, left: int, *, field: str) -> None:
    """Refused when the commission would read fewer files than the law asks while `left` others could be read."""
    answer = candidats_minimum(total + left)
    if total < answer.exige():
        raise Refused(
            "candidats_minimum",
            f"{total} dossier(s) désigné(s). La commission en lit au moins {answer.exige()} (CCH, art. R. 441-3).",
            field=field,
            mend=f"Il reste {left} candidature(s) à désigner ou à joindre.",
        )


def clean_reason(text: str, *, field: str) -> str:
    """The typed reason, trimmed. Refused when empty or longer than what a person is asked to read."""
    reason = text.strip()
    if not reason:
        raise Refused(
            "motif_vide", "La personne doit pouvoir lire une raison.", field=field, mend="Écrivez une phrase."
        )
    if len(reason) > rules.REASON_LENGTH:
        raise Refused(
            "motif_long",
            f"Cette raison compte {len(reason)} caractères.",
            field=field,
            mend=f"Écrivez {rules.REASON_LENGTH} caractères au plus.",
            status=422,
        )
    return reason


def ranked(offre_id: uuid.UUID, states: Collection[str]) -> list[Candidature]:
    """Candidatures of the offre in these states, in the order of the frozen classement."""
    rows = Candidature.objects.filter(offre_id=offre_id, state__in=states).select_related(
        "demande", "ligne", "rang_passe"
    )
    return list(rows.defer("ligne__entrees").prefetch_related("contacts").order_by("ligne__rang"))


def last_contact(candidature: Candidature) -> str:
    """The type of the last contact, or an empty string."""
    contacts = list(candidature.contacts.all())
    return contacts[-1].type if contacts else ""


def is_available(candidature: Candidature) -> bool:
    """True for whoever could still be designated: a number, and no contact that says no."""
    return has_number(candidature) and last_contact(candidature) not in LOSSES


def has_number(candidature: Candidature) -> bool:
    """True when the demande carries its numéro unique (CCH L.441-2-1)."""
    return candidature.demande.state in NUMBERED


def close_each(rows: Iterable[Candidature], motif: MotifFin, *, by: Actor, at: datetime, texte: str = "") -> None:
    """Close locked candidatures that still live, each with the reason that the person reads."""
    end([row for row in rows if row.is_live], motif, by=by, at=at, texte=texte)
