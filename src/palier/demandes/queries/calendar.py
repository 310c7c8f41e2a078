"""The calendar of a file: what lapses, when, and how many days are left. One door for the pages, mails and feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from palier.base import limits
from palier.demandes import facts
from palier.demandes.enums import ObjetRappel, UsageLien
from palier.demandes.models import Demande, Lien
from palier.droit.demande import ECHUE, RADIABLE, fin_reactivation, validite_demande
from palier.droit.numero_unique import radiation_non_renouvellement
from palier.droit.pieces import libelle_court
from palier.droit.verdict import Verdict

FILED = ("deposee", "active", "a_renouveler")
RENEWED = ("active", "a_renouveler")
"""States in which a year is renewed: without its number, a demande waits for it first."""
THRESHOLDS = ("rappel_premier", "rappel_deuxieme", "rappel_troisieme", "rappel_dernier")
"""Rows of limits.toml: days before a date at which it is announced."""


@dataclass(frozen=True, slots=True)
class DueDate:
    """One date to come. `jours` is what is left, negative once it has passed; `url_name` the page that acts."""

    objet: str
    objet_id: UUID | None
    label: str
    echeance: date
    jours: int
    url_name: str


def announced_days() -> tuple[int, ...]:
    """How many days before a date it is announced, the furthest first."""
    return tuple(limits.value(name) for name in THRESHOLDS)


def validity(demande: Demande, au: date) -> Verdict[str] | None:
    """Where the demande stands on its year (CCH R.441-2-7), with its reason; None for a draft."""
    since = demande.renouvelee_le
    if since is None or since > au:
        return None
    return validite_demande(since, au, radiee=demande.state == "radiee")


def may_renew(demande: Demande, au: date) -> bool:
    """True from the first announcement until the demande is removed: the page of renewal is open."""
    if demande.state not in RENEWED or demande.renouveler_avant is None:
        return False
    return (demande.renouveler_avant - au).days <= max(announced_days())


def due_dates(demande: Demande, today: date) -> list[DueDate]:
    """The dates to come of a filed demande, the soonest first: its renewal, and each piece that expires."""
    found = _renewal(demande, today) if demande.state in RENEWED else []
    for piece in demande.pieces.all() if demande.state in FILED else ():
        if piece.expire_le is not None and piece.state in (*facts.PROVING, "a_verifier") and piece.expire_le >= today:
            label = libelle_court(piece.code)
            days = (piece.expire_le - today).days
            found.append(DueDate(ObjetRappel.PIECE, piece.pk, label, piece.expire_le, days, "demandeur:pieces"))
    return sorted(found, key=lambda due: (due.echeance, due.label))


def _renewal(demande: Demande, today: date) -> list[DueDate]:
    """The end of the year, then, once it has passed, the day from which the demande may be removed."""
    since, until = demande.renouvelee_le, demande.renouveler_avant
    verdict = validity(demande, today)
    if since is None or until is None or verdict is None:
        return []
    kind, page = ObjetRappel.RENOUVELLEMENT, "demandeur:renouveler"
    if verdict.valeur in (ECHUE, RADIABLE):
        last = radiation_non_renouvellement(since)
        return [DueDate(kind, None, "dernier jour avant la radiation", last, (last - today).days, page)]
    return [DueDate(kind, None, "renouvellement de votre demande", until, (until - today).days, page)]


def ways_asked(demande: Demande, at: datetime) -> frozenset[str]:
    """The uses (`UsageLien`) of the codes and addresses of this demande that are still good."""
    asked = Lien.objects.filter(demande=demande, expire_le__gt=at, utilise_le=None)
    return frozenset(asked.values_list("usage", flat=True))


def demande_of_agenda(code_index: str, at: datetime) -> Demande | None:
    """The demande whose dates a secret address gives, None for any other address."""
    found = Lien.objects.filter(usage=UsageLien.CALENDRIER, code_index=code_index, expire_le__gt=at)
    lien = found.select_related("demande").first()
    return lien.demande if lien else None


def reactivation_until(demande: Demande) -> date | None:
    """The last day to take a demande up again after it was removed for want of renewal; None when it was not."""
    since = demande.renouvelee_le
    if demande.state != "radiee" or demande.motif_radiation != "non_renouvellement" or since is None:
        return None
    return fin_reactivation(since)
