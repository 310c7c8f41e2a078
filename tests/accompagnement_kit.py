"""An agency of Loire-Atlantique, its advisers, one of another département, and a demande with pieces."""

from __future__ import annotations

from datetime import datetime

from palier.accompagnement.models import Agence
from palier.accounts.models import User
from palier.base.actor import Actor
from palier.demandes.models import Demande, Piece
from palier.journal.mover import act, create, lock, move
from palier.organisations.models import Organisation
from tests import factories as make


def make_agence(*departements: str) -> Organisation:
    """An organisation whose advisers work on these départements."""
    organisation = make.make_organisation("reservataire")
    Agence.objects.create(organisation=organisation, departements=list(departements or ("44",)))
    return organisation


def make_conseiller(organisation: Organisation) -> tuple[User, Actor]:
    """An adviser of the agency, and the hat worn."""
    return make.make_agent(organisation, "conseiller")


@act
def make_waiting(demande: Demande, code: str = "AVIS_IMPOT_N2", *, at: datetime = make.NOW) -> Piece:
    """A piece that the machine gave to a person to look at."""
    person = Actor(demande.titulaire_id, "demandeur")
    piece = Piece(demande=demande, code=code, deposee_le=at, analyse={"regles": []})
    create(piece, by=person, at=at)
    (held,) = lock((Piece, piece.pk))
    for step in ("analyser", "confier"):
        move(held, step, by=Actor.system(), at=at)
    return held
