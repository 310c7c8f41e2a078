"""The offre that a visitor comes from: its place and its loyer are known, so they are not asked again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from palier.droit.menage import Cas, Logement
from palier.parc.models import Offre
from palier.portals.public.simulateur.state import State

KNOWN = frozenset({"commune", "loyer"})


def offre_of(asked: str) -> Offre | None:
    """The published offre of this id; None for anything else."""
    try:
        wanted = UUID(asked)
    except ValueError:
        return None
    return Offre.objects.with_place().public().filter(pk=wanted).first()


def state_of(offre: Offre, au: date) -> State:
    """A case that says the dwelling and its commune, and nothing of the person."""
    logement = offre.logement
    tested = Logement(
        typologie=logement.typologie,
        surface=logement.surface,
        loyer_hc=logement.loyer_hc_cents,
        loyer_cc=logement.loyer_cc_cents,
        financement=logement.financement,
    )
    return State(Cas(au, commune=logement.programme.commune.code, logement=tested), KNOWN)
