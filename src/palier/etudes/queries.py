"""Reads of a study: the territory, the grid in force there, its demandes by lots, its closed lists."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from palier import coffre
from palier.candidatures.models import Classement
from palier.demandes.models import CommuneDemandee, Demande
from palier.demandes.rules import APPLYING_STATES
from palier.etudes.models import Etude
from palier.etudes.rules import LIMITS, number
from palier.territoires.models import Commune


def communes_of(epci: str) -> dict[str, str]:
    """INSEE code -> name of the communes of an EPCI, by name."""
    rows = Commune.objects.filter(siren_epci=epci).order_by("nom")
    return dict(rows.values_list("code", "nom"))


def population(communes: Collection[str]) -> QuerySet[Demande]:
    """The demandes filed and not removed that ask for one of these communes at least."""
    asked = CommuneDemandee.objects.filter(demande=OuterRef("pk"), code__in=list(communes))
    return Demande.objects.filter(Exists(asked), state__in=APPLYING_STATES)


def lots(demandes: QuerySet[Demande]) -> Iterator[list[Demande]]:
    """The demandes by lots, in the order of their ids: five queries a lot, whatever its size."""
    size = number("lot")
    rows = demandes.prefetch_related("personnes", "communes", "pieces").order_by("pk")
    lot = list(rows[:size])
    while lot:
        with coffre.ring({demande.titulaire_id for demande in lot}):
            yield lot
        lot = list(rows.filter(pk__gt=lot[-1].pk)[:size]) if len(lot) == size else []


def silent() -> list[UUID]:
    """The running studies whose calculation gave no sign of life for a minute of real time."""
    since = Now() - LIMITS["silence"].duration
    return list(Etude.objects.running().filter(battement__lt=since).order_by("pk").values_list("pk", flat=True))


def closed_lists(communes: Collection[str], empreinte: str) -> QuerySet[Classement]:
    """The closed lists of these communes that this very grid ordered, the latest first."""
    rows = Classement.objects.filter(
        grille_empreinte=empreinte, offre__logement__programme__commune_id__in=list(communes)
    )
    return rows.select_related("offre__grille", "offre__logement__programme__commune").order_by("-au", "pk")
