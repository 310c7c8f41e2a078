"""The adviser of the demonstration: an agency of the territory, and the demandes she follows. Drawn last of all."""

from __future__ import annotations

from datetime import timedelta

from palier.accompagnement.models import Agence, Assignation
from palier.base.actor import Actor
from palier.demo.cast import CONSEILLER, member
from palier.demo.draw import NOW, territory
from palier.demo.world import World
from palier.journal.mover import record
from palier.organisations.models import Role
from palier.territoires.outlines import departement_of

FOLLOWED = ("Karim", "Thomas")
SINCE = timedelta(days=12)


def follow(world: World) -> None:
    """Leïla's agency, her hat, and two demandes of the cast; the others are found by their number."""
    assert world.reservataire is not None
    agency = world.reservataire.organisation
    user = member(world, agency, Role.CONSEILLER, CONSEILLER.email)
    world.staff[CONSEILLER.prenom] = user
    departements = sorted({departement_of(code) for code in territory()["communes"]})
    Agence.objects.create(id=world.draw.uid(NOW), organisation=agency, departements=departements)
    by = Actor(user.pk, Role.CONSEILLER.value, agency.pk)
    for name in FOLLOWED:
        row = Assignation(
            id=world.draw.uid(NOW),
            demande=world.cast[name].demande,
            conseiller=user,
            organisation=agency,
            depuis=NOW - SINCE,
        )
        row.save(force_insert=True)
        record("assignation.ouverte", row, by=by, at=NOW - SINCE, tell=False)
