"""Making estimates again: of some offres, of some demandes, of a whole territory with its fit.

Loaded by name: the web and the queue start without numpy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from palier.attributions.rules import months_told
from palier.base.clock import deadline, local_day
from palier.candidatures.models import Candidature
from palier.chances.delais import tables_rejeu
from palier.chances.delais.reperes import Moyenne, Reperes, reperes
from palier.chances.recalage import apprendre
from palier.demandes.models import CommuneDemandee, Demande
from palier.demandes.rules import APPLYING_STATES
from palier.estimations.actions.fitting import note_done, store_fit
from palier.estimations.actions.sparing import spared
from palier.estimations.actions.storing import forget, forget_erased, store
from palier.estimations.calcul import demandes as demandes_calcul
from palier.estimations.calcul import offres as offres_calcul
from palier.estimations.calcul.perspectives import known
from palier.estimations.facts import journal_of, territories
from palier.estimations.facts.tables import seconds
from palier.estimations.models import Estimation
from palier.estimations.queries.territories import communes_of
from palier.parc.models import Offre
from palier.territoires.models import Grille

NIGHT = "nuit"
YEAR = 11
"""The place of 12 months in a curve by month."""
OFFRES = 50
"""Offres computed together: bounds the memory and the length of a transaction, changes no estimate."""
LOT = 500
"""Demandes computed together, likewise."""


def estimate_offres(offres: Iterable[UUID], *, cause: str, at: datetime) -> int:
    """Make again the estimates of the candidatures of these offres; how many changed."""
    asked, changed = sorted(set(offres)), 0
    for start in range(0, len(asked), OFFRES):
        ids = asked[start : start + OFFRES]
        drafts, broken = spared(partial(offres_calcul.drafts_of, at=at), ids, of="offre")
        changed += store(drafts, cause=cause, at=at)
        kept = {(draft.genre, draft.candidature_id) for draft in drafts}
        forget(_stale([each for each in ids if each not in broken], kept), at=at)
    return changed


def _stale(offres: list[UUID], kept: set[tuple[str, UUID | None]]) -> list[UUID]:
    """The current rows of candidatures of these offres that nothing estimates any more."""
    rows = Estimation.objects.current().filter(
        genre__in=offres_calcul.GENRES, candidature__in=Candidature.objects.filter(offre_id__in=offres)
    )
    return [pk for pk, genre, mine in rows.values_list("pk", "genre", "candidature_id") if (genre, mine) not in kept]


def _outdated(demandes: list[UUID], kept: set[tuple[str, UUID]]) -> list[UUID]:
    """The current rows of these demandes that nothing estimates any more: a perimeter outside every grid, say."""
    rows = Estimation.objects.current().filter(genre__in=demandes_calcul.GENRES, demande__in=demandes)
    return [pk for pk, genre, mine in rows.values_list("pk", "genre", "demande_id") if (genre, mine) not in kept]


def estimate_demandes(demandes: Iterable[UUID], *, cause: str, at: datetime) -> int:
    """Make again the outlook, the levers and the checkpoint of these demandes; how many changed."""
    asked, changed = list(demandes), 0
    for start in range(0, len(asked), LOT):
        ids = asked[start : start + LOT]
        drafts, broken = spared(partial(demandes_calcul.drafts_of, at=at), ids, of="demande")
        changed += store(drafts, cause=cause, at=at)
        kept = {(draft.genre, draft.demande_id) for draft in drafts}
        forget(_outdated([each for each in ids if each not in broken], kept), at=at)
    return changed


def refit(territoire: str, *, at: datetime) -> None:
    """Learn from the journal of a territory as it stands, and keep its replay.

    Its landmarks are public: they stop at the end of a month that is over for a month, and move on the first of a month
    only, so that no two nights differ by one person (V2).
    """
    journal, instant, last = journal_of(territoire, au=at), seconds(at), months_told(local_day(at))[1]
    grille = Grille.objects.filter(code=territoire).order_by("-version").only("fictif").first()
    store_fit(
        territoire=territoire,
        fit=apprendre(journal, instant).to_dict(),
        replay=tables_rejeu(journal, instant).to_dict(),
        reperes={**_marks(reperes(journal, seconds(deadline(last)))), "arretes_le": last.isoformat()},
        fictif=grille is None or grille.fictif,
        coupe=at,
        at=at,
    )


def _marks(found: Reperes) -> dict[str, Any]:
    """The three delays as stored: a mean that too few persons make is left out."""
    return {
        "loges": _mean(found.loges),
        "attente": _mean(found.attente),
        "stock_flux": known(found.stock_flux),
        "stock": found.stock,
        "flux": found.flux,
        "un_an": {
            "loges": float(found.vecue_loge[YEAR]),
            "sortis": float(found.vecue_sorti[YEAR]),
            "si_nul_ne_partait": float(found.nette[YEAR]),
            "n": found.suivies,
        },
        "devenir": asdict(found.devenir),
    }


def _mean(found: Moyenne) -> list[float] | None:
    return None if known(found.mois) is None else [found.mois, found.n]


def estimate_territoire(territoire: str, *, at: datetime, cause: str = NIGHT) -> int:
    """A night of a territory: its fit, then every estimate of its open offres and of its demandes.

    A worker that dies leaves the night unfinished, and it is begun again from the start.
    """
    forget_erased()
    refit(territoire, at=at)
    waiting = Offre.objects.filter(grille__code=territoire, state__in=offres_calcul.OPEN)
    changed = estimate_offres(waiting.values_list("pk", flat=True), cause=cause, at=at)
    changed += estimate_demandes(_demandes_of(territoire, at), cause=cause, at=at)
    note_done(territoire, at=at)
    return changed


def estimate_all(*, at: datetime) -> dict[str, int]:
    """Every territory at once, as a seeding or a moved clock needs it; how many estimates changed in each."""
    return {territoire: estimate_territoire(territoire, at=at) for territoire in territories(au=at)}


def _demandes_of(territoire: str, at: datetime) -> Iterator[UUID]:
    """The demandes that may apply and ask for a commune of the territory."""
    looks = CommuneDemandee.objects.filter(demande=OuterRef("pk"), code__in=communes_of(territoire, local_day(at)))
    rows = Demande.objects.filter(Exists(looks), state__in=APPLYING_STATES).order_by("pk")
    return rows.values_list("pk", flat=True).iterator()
