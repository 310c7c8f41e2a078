"""The estimates of some demandes: outlook, levers, checkpoint, and what waiting is worth beside a proposition."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from palier.attributions.models import Proposition
from palier.base.clock import local_day
from palier.chances.delais import Profils, predire_delais
from palier.chances.delais.reponses import REJOUEES_MINIMUM
from palier.chances.leviers import Reprise
from palier.demandes.models import Demande
from palier.demandes.rules import APPLYING_STATES
from palier.estimations.calcul.etapes import as_detail, checkpoint
from palier.estimations.calcul.fits import Replayed, replay_of
from palier.estimations.calcul.leviers import GRAINE, Bench, best_levers
from palier.estimations.calcul.perspectives import outlooks
from palier.estimations.calcul.profils import adverts_of, profils_of, seekers_of
from palier.estimations.drafts import Draft
from palier.estimations.enums import Genre
from palier.estimations.queries.stored import off_among
from palier.estimations.queries.territories import territories_of

GENRES = (Genre.DELAI.value, Genre.LEVIERS.value, Genre.ETAPE.value, Genre.ATTENDRE.value)
"""What is said of a demande."""


def drafts_of(demandes: Collection[UUID], *, at: datetime) -> list[Draft]:
    """Every estimate of these demandes at an instant; none for whoever wants none.

    A demande whose territory has no replay yet, or whose points no grid can count, has no outlook.
    """
    ids = set(demandes) - off_among(demandes)
    offered = _offered(ids)
    return [
        draft
        for territoire, own in sorted(read(ids, at).items())
        if (replayed := replay_of(territoire)) is not None
        for draft in _of_territoire(replayed, territoire, own, offered, at)
    ]


def read(ids: Iterable[UUID], at: datetime) -> dict[str, list[Demande]]:
    """The demandes that may apply, by territory, with all that a version needs."""
    rows = Demande.objects.filter(pk__in=list(ids), state__in=APPLYING_STATES).order_by("pk")
    return territories_of(rows.prefetch_related("personnes", "communes", "pieces"), local_day(at))


def _offered(demandes: Iterable[UUID]) -> dict[UUID, UUID]:
    """The candidature of each of these demandes that must answer a proposition: one query."""
    rows = Proposition.objects.filter(candidature__demande_id__in=list(demandes), state="envoyee")
    return dict(rows.values_list("candidature__demande_id", "candidature_id"))


def benches_of(
    replayed: Replayed, territoire: str, demandes: Sequence[Demande], at: datetime
) -> tuple[list[Bench], Profils | None]:
    """The demandes that can be replayed, each with its own row, and all the rows together."""
    seekers = [each for each in seekers_of(demandes, territoire, at=at) if each.is_replayable]
    if not seekers:
        return [], None
    adverts = adverts_of(territoire, at=at)
    profils = profils_of(seekers, adverts, replayed.replay)
    benches = [
        Bench(seeker, profils.lignes([row]), adverts, replayed.replay) for row, seeker in enumerate(seekers)
    ]  # fmt: skip
    return benches, profils


def _of_territoire(
    replayed: Replayed, territoire: str, demandes: Sequence[Demande], offered: Mapping[UUID, UUID], at: datetime
) -> Iterator[Draft]:
    benches, profils = benches_of(replayed, territoire, demandes, at)
    if profils is None:
        return
    reprise = Reprise(replayed.replay, GRAINE)
    counts = [bench.adverts_12m for bench in benches]
    details = outlooks(predire_delais(replayed.replay, profils), counts, replayed.delais, local_day(at))
    for bench, (statut, detail) in zip(benches, details, strict=True):
        yield from _drafts(replayed, bench, reprise, statut, detail, offered.get(bench.seeker.demande_id), at)


def _drafts(
    replayed: Replayed, bench: Bench, reprise: Reprise, statut: str, detail: dict[str, Any], candidature: UUID | None,
    at: datetime,
) -> Iterator[Draft]:  # fmt: skip
    common: dict[str, Any] = {
        "demande_id": bench.seeker.demande_id,
        "ajustement_id": replayed.row.pk,
        "entrees": [str(replayed.row.pk), bench.inputs()],
    }
    yield Draft(genre=Genre.DELAI.value, statut=statut, detail=detail, **common)
    levers = best_levers(bench, reprise) if detail["offres_rejouees"] >= REJOUEES_MINIMUM else ()
    said = [{name: value for name, value in asdict(each).items() if name != "trace"} for each in levers]
    yield Draft(genre=Genre.LEVIERS.value, statut=statut, detail={"leviers": said}, **common)
    point = checkpoint(bench, at)
    if point is not None:
        common["entrees"] = [*common["entrees"], point.vues, point.depuis]
        yield Draft(genre=Genre.ETAPE.value, statut=statut, detail=as_detail(point), **common)
    if candidature is not None:
        draws = reprise.chances(bench.profil)
        low, high = np.quantile(draws[1:], (0.1, 0.9))
        yield Draft(
            genre=Genre.ATTENDRE.value, statut=statut, candidature_id=candidature, proba=float(draws[0]),
            bas=min(float(low), float(draws[0])), haut=max(float(high), float(draws[0])), detail={"q50": detail["q50"]},
            **common,
        )  # fmt: skip
