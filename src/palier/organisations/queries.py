"""Reads on organisations that several rooms need."""

from collections.abc import Iterable
from uuid import UUID

from palier.base.actor import Actor
from palier.organisations.models import Organisation

SIREN = 9


def siren_of(actor: Actor) -> str:
    """The SIREN of the organisation whose hat is worn (first 9 figures of its SIRET), "" when it has none."""
    if actor.organisation_id is None:
        return ""
    siret = Organisation.objects.filter(pk=actor.organisation_id).values_list("siret", flat=True).first()
    return (siret or "")[:SIREN]


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these organisations."""
    return dict(Organisation.objects.filter(pk__in=set(ids)).values_list("pk", "nom"))
