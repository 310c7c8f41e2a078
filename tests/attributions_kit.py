"""Worlds of the attribution for tests: a closed list, a désignation, a decided commission, built by the real acts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from palier.accounts.models import User
from palier.attributions import actions
from palier.attributions.models import Bail, Proposition, Seance
from palier.base.actor import Actor
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.organisations.models import Membership, Organisation
from palier.parc.models import Offre
from tests import factories as make
from tests.sign_in import key, sign_in

CLOSED = make.NOW + timedelta(days=7)
SEANCE = CLOSED + timedelta(days=7)
DECIDED = SEANCE + timedelta(hours=1)


@dataclass
class World:
    """One offre of a bailleur, its réservataire, a member of the commission, and candidates best first."""

    offre: Offre
    bailleur: Actor
    reservataire: Actor
    membre: Actor
    membre_user: User
    organisation: Organisation
    candidates: list[Candidature] = field(default_factory=list)
    seance: Seance | None = None

    def person(self, place: int) -> Actor:
        """The candidate of this place (0 = best) as the one who acts."""
        return Actor(self.candidates[place].demande.titulaire_id, "demandeur")

    def state(self, place: int) -> str:
        """The state of a candidature, read now."""
        return Candidature.objects.get(pk=self.candidates[place].pk).state

    def proposition(self, place: int) -> Proposition:
        """The proposition made to a candidate."""
        return Proposition.objects.get(candidature_id=self.candidates[place].pk)

    def offre_state(self) -> str:
        """The state of the offre, read now."""
        return Offre.objects.get(pk=self.offre.pk).state


def closed(number: int = 4, *, reserved: bool = True) -> World:
    """A closed offre with `number` candidates, the oldest demande first."""
    organisation, bailleur = make.make_bailleur()
    contingent, reservataire = make.make_reservataire()
    user, membre = make.make_agent(organisation, "membre_caleol")
    options = {"reservataire_id": contingent.pk} if reserved else {}
    offre = make.make_offre(bailleur, **options)
    for place in range(number):
        make.make_candidature(offre, filed=make.NOW - timedelta(days=900 - 60 * place))
    make.make_closed(offre)
    world = World(Offre.objects.with_place().get(pk=offre.pk), bailleur, reservataire, membre, user, organisation)
    world.candidates = list(Candidature.objects.filter(offre=offre).in_order().select_related("demande"))
    return world


def designated(number: int = 4, chosen: int = 3, *, reserved: bool = True) -> World:
    """The first `chosen` candidates are designated."""
    world = closed(number, reserved=reserved)
    by = world.reservataire if reserved else world.bailleur
    choices = [each.pk for each in world.candidates[:chosen]]
    actions.designate(offre_id=world.offre.pk, choices=choices, skipped={}, by=by, at=CLOSED)
    return world


def seated(number: int = 4, chosen: int = 3) -> World:
    """The séance is open on the designated files."""
    return _sit(designated(number, chosen))


def _sit(world: World) -> World:
    at = CLOSED + timedelta(days=1)
    world.seance = actions.prepare_seance(prevue_le=SEANCE, offre_ids=[world.offre.pk], by=world.bailleur, at=at)
    actions.convene_seance(seance_id=world.seance.pk, by=world.bailleur, at=at)
    actions.open_seance(seance_id=world.seance.pk, by=world.membre, at=SEANCE)
    return world


def decided(number: int = 4, chosen: int = 3) -> World:
    """Every file of the agenda is attributed, in the order of the list."""
    return _decide(seated(number, chosen), chosen)


def _decide(world: World, chosen: int = 3) -> World:
    assert world.seance is not None
    choices = [actions.Choice(each.pk, "b", place) for place, each in enumerate(world.candidates[:chosen], start=1)]
    actions.record_decisions(
        seance_id=world.seance.pk, offre_id=world.offre.pk, decisions=choices, by=world.membre, at=DECIDED
    )
    return world


def proposed(number: int = 4, chosen: int = 3) -> World:
    """The dwelling is proposed to the first of the decided order."""
    world = decided(number, chosen)
    actions.send_proposition(offre_id=world.offre.pk, by=world.bailleur, at=DECIDED)
    return world


def answer(world: World, place: int, reponse: str, at: datetime, motif: str = "") -> Proposition:
    """The candidate of this place answers the proposition."""
    return actions.answer_proposition(
        proposition_id=world.proposition(place).pk, reponse=reponse, motif=motif, by=world.person(place), at=at
    )


def leased(number: int = 4, chosen: int = 3) -> tuple[World, Bail]:
    """The first of the order accepted, and a lease is prepared."""
    world = proposed(number, chosen)
    answer(world, 0, "accepter", DECIDED + timedelta(days=1))
    bail = actions.prepare_bail(
        proposition_id=world.proposition(0).pk, by=world.bailleur, at=DECIDED + timedelta(days=2)
    )
    return world, bail


def proposed_to(demande: Demande) -> World:
    """Another offre, on a dwelling of another bailleur, proposed to the same person."""
    organisation, bailleur = make.make_bailleur()
    user, membre = make.make_agent(organisation, "membre_caleol")
    offre = make.make_offre(bailleur)
    make.make_candidature(offre, demande)
    for _ in range(2):
        make.make_candidature(offre, filed=make.NOW - timedelta(days=10))
    make.make_closed(offre)
    world = World(Offre.objects.get(pk=offre.pk), bailleur, bailleur, membre, user, organisation)
    world.candidates = list(Candidature.objects.filter(offre=offre).in_order().select_related("demande"))
    choices = [each.pk for each in world.candidates]
    actions.designate(offre_id=offre.pk, choices=choices, skipped={}, by=bailleur, at=CLOSED)
    _decide(_sit(world))
    actions.send_proposition(offre_id=offre.pk, by=bailleur, at=DECIDED)
    return world


def client_of(actor: Actor) -> Client:
    """A browser signed in under this hat, with a second factor."""
    user = User.objects.get(pk=actor.user_id)
    browser, hat = Client(), None
    if actor.organisation_id is not None:
        hat = Membership.objects.get(user=user, organisation_id=actor.organisation_id, role=actor.role)
    sign_in(browser, user, hat)
    return browser


def post(browser: Client, url: str, **data: Any) -> HttpResponse:
    """Post a form with its key."""
    return browser.post(url, {"cle": key(), **data})  # type: ignore[return-value]


def bytes_of(response: HttpResponse) -> tuple[int, bytes]:
    """Status and body without what changes at each answer."""
    return response.status_code, re.sub(rb'(nonce|value)="[^"]*"', b"", response.content)
