"""Demandes as a replay reads them: their version of today, counted exactly as the versions of a journal are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isnan
from uuid import UUID

import numpy as np
from django.db.models import Count

from palier import coffre
from palier.base.clock import local_day
from palier.candidatures.models import Candidature
from palier.candidatures.rules import full_months
from palier.chances.delais import Profils, Rejeu, rythme
from palier.chances.journal import MOIS
from palier.demandes.facts import perimetre, pieces
from palier.demandes.models import Demande
from palier.droit.cotation import Grille, coter, faits_cotation
from palier.droit.cotation.calcul import PIECE_ABSENTE, PIECE_EXPIREE
from palier.droit.menage import lire_cas
from palier.estimations.calcul.changes import Rings
from palier.estimations.calcul.listes import is_complete
from palier.estimations.facts.tables import financement, ints, midnight, reals, seconds, typologie, words
from palier.estimations.facts.versions import Content, Version, content_of, count_version, snapshot_of
from palier.parc.models import Offre
from palier.territoires.grids import grille_lue
from palier.territoires.models import Grille as StoredGrille

YEAR = timedelta(seconds=12 * MOIS)


@dataclass(frozen=True, slots=True)
class Seeker:
    """A demande filed, what it asks for today, and its months of seniority as the platform counts them."""

    demande_id: UUID
    depuis: date
    version: Version
    rings: Rings
    mois: int
    candidatures: int  # of the last 12 months, on the territory
    manquantes: tuple[str, ...]  # codes of the pieces that would bring points lost

    @property
    def is_replayable(self) -> bool:
        """False while no grid can count its points."""
        return not isnan(self.version.points)


def seekers_of(demandes: Sequence[Demande], territoire: str, *, at: datetime) -> list[Seeker]:
    """The demandes of a territory (with `personnes`, `communes`, `pieces`) at an instant."""
    day, grille = local_day(at), grid_of(territoire, at)
    ids = [each.pk for each in demandes]
    recent = _recent(ids, territoire, at)
    found = []
    with coffre.ring({each.titulaire_id for each in demandes}):
        for each in demandes:
            if each.deposee_le is None:
                continue
            content, proofs = content_of(snapshot_of(each)), _proofs(each)
            version = count_version(content, proofs, grille, at=at, complete=is_complete(each))
            prioritaires, secondaires = perimetre(each)
            found.append(
                Seeker(
                    demande_id=each.pk,
                    depuis=each.deposee_le,
                    version=version,
                    rings=Rings(tuple(prioritaires), tuple(secondaires)),
                    mois=full_months(each.deposee_le, day),
                    candidatures=recent.get(each.pk, 0),
                    manquantes=_missing(content, proofs, grille, day) if version.perdus > 0 else (),
                )
            )
    return found


def _proofs(demande: Demande) -> dict[str, date | None]:
    """The pieces that prove now, with their last day."""
    return {
        str(each["code"]): date.fromisoformat(each["expire_le"]) if each["expire_le"] else None
        for each in pieces(demande)
    }


def _missing(content: Content, proofs: dict[str, date | None], grille: Grille | None, day: date) -> tuple[str, ...]:
    """The pieces without which a line of the grid gives nothing, in the order of the grid."""
    assert grille is not None
    cas = lire_cas({**content["cas"], "au": day.isoformat()})
    counted = coter(grille, faits_cotation(cas.menage, content["situation"], au=day, pieces=proofs), day)
    codes = (line.piece for line in counted.lignes if line.raison in (PIECE_ABSENTE, PIECE_EXPIREE) and line.piece)
    return tuple(dict.fromkeys(codes))


def grid_of(territoire: str, at: datetime) -> Grille | None:
    """The grid in force under this code, else the last one published before."""
    rows = StoredGrille.objects.filter(code=territoire, publiee_le__lt=at).order_by("-version")
    found = rows.in_force(local_day(at)).first() or rows.first()
    return grille_lue(found) if found is not None else None


def _recent(demandes: Iterable[UUID], territoire: str, at: datetime) -> dict[UUID, int]:
    rows = Candidature.objects.filter(demande_id__in=list(demandes), offre__grille__code=territoire)
    rows = rows.filter(deposee_le__lt=at, deposee_le__gte=at - YEAR).order_by()
    return dict(rows.values("demande_id").annotate(nombre=Count("pk")).values_list("demande_id", "nombre"))


@dataclass(frozen=True)
class Adverts:
    """The offres published on a territory in the last 12 months: seconds, commune, place of size and of financement."""

    rows: list[tuple[int, str, int, int]]
    until: int

    def in_perimeter(self, version: Version, since: int) -> int:
        """How many of them this version looks for, published from an instant on."""
        communes, sizes, kinds = set(version.communes), set(version.typologies), set(version.financements)
        return sum(
            at >= since and commune in communes and size in sizes and kind in kinds
            for at, commune, size, kind in self.rows
        )


def adverts_of(territoire: str, *, at: datetime) -> Adverts:
    """One query."""
    asked = Offre.objects.public().filter(grille__code=territoire, publiee_le__lt=at, publiee_le__gte=at - YEAR)
    names = ("publiee_le", "logement__programme__commune_id", "logement__typologie", "logement__financement")
    rows = asked.values_list(*names)
    return Adverts(
        [(seconds(when), place, typologie(size), financement(kind)) for when, place, size, kind in rows], seconds(at)
    )


def profils_of(seekers: Sequence[Seeker], adverts: Adverts, replay: Rejeu) -> Profils:
    """The columns of a replay; every seeker must be replayable."""
    versions = [each.version for each in seekers]
    start = adverts.until - int(YEAR.total_seconds())
    seen = [adverts.in_perimeter(each.version, max(midnight(each.depuis), start)) for each in seekers]
    return Profils(
        places=replay.places([str(each.demande_id) for each in seekers]),
        communes=tuple(each.communes for each in versions),
        typologies=tuple(each.typologies for each in versions),
        financements=tuple(each.financements for each in versions),
        points_hors_offre=reals(each.points for each in versions),
        points_perdus=reals(each.perdus for each in versions),
        mois=reals(float(each.mois) for each in seekers),
        deposee=ints(midnight(each.depuis) for each in seekers),
        taille=ints(each.taille for each in versions),
        revenu=reals(each.revenu for each in versions),
        domicile=words(each.domicile for each in versions),
        travail=words(each.travail for each in versions),
        complet=np.array([each.complete for each in versions], dtype=np.bool_),
        rythme=rythme(replay.gel, reals(float(each.candidatures) for each in seekers), reals(map(float, seen))),
        attend=np.ones(len(seekers), dtype=np.bool_),
    )
