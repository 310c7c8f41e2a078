"""The employer of the demonstration: the company of Inès, its agent, and the code made for her. Drawn last of all."""

from __future__ import annotations

from palier import coffre
from palier.base import limits
from palier.base.actor import Actor
from palier.demo.cast import HUMAN_RESOURCES, ROLES, member
from palier.demo.draw import NOW
from palier.demo.world import World
from palier.journal.mover import record
from palier.organisations.models import CodeSpecifique, Kind, Organisation, Role
from palier.organisations.queries import CODE_SCOPE, employee_index

EMPLOYEE, CODE = "Inès", "ESVKXMTE26"
"""Whose code it is, and the code: said on the page of the visit."""


def employ(world: World) -> None:
    """The company by its SIRET, Yann's hat, and one code that Inès may give."""
    story = ROLES[EMPLOYEE]
    known = story["employeur"]
    company = Organisation(id=world.draw.uid(NOW), kind=Kind.EMPLOYEUR, nom=known.nom, siret=known.siret)
    company.save(force_insert=True)
    user = member(world, company, Role.EMPLOYEUR, HUMAN_RESOURCES.email)
    world.staff[HUMAN_RESOURCES.prenom] = user
    row = CodeSpecifique(
        id=world.draw.uid(NOW),
        organisation=company,
        code_index=coffre.blind_index(CODE, scope=CODE_SCOPE),
        fin=CODE[-4:],
        salarie_index=employee_index(story["nom"], EMPLOYEE, story["birth"].isoformat()),
        cree_le=NOW,
        expire_le=NOW + limits.duration("code_specifique"),
    )
    row.save(force_insert=True)
    record("code_specifique.cree", row, by=Actor(user.pk, Role.EMPLOYEUR.value, company.pk), at=NOW, tell=False)
