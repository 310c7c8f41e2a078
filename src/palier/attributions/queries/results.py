"""What anyone may read once an offre is over: its result a month later, the delays and the ranks of each territory.

Both are read from rows that a nightly task writes (`attributions.actions.results`): a page never opens a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from palier.attributions.models import DelaiTerritoire, ResultatOffre
from palier.parc.models import Offre

TYPES = {
    "metropole": "Métropoles et communes tendues (zones A bis, A et B1)",
    "detendu": "Communes détendues (zones B2 et C)",
}
"""By the zone ABC of the commune (CCH D.304-1, list of 05/09/2025)."""


@dataclass(frozen=True, slots=True)
class OpenResults:
    """The result of one offre. Below five candidatures, the count alone.

    `bandes`: (band of ten points as others may read it, presented there), best first. Delays of persons are whole
    weeks. The decided rank is told in aggregate only (`TerritoryDelay.ordre`).
    """

    candidatures: int
    bandes: tuple[tuple[str, int], ...]
    jours_ouverte: int | None
    semaines_decision: int | None
    semaines_reponse: int | None

    @property
    def compte_seul(self) -> bool:
        """True when only the number of candidatures may be said."""
        return self.jours_ouverte is None


@dataclass(frozen=True, slots=True)
class TerritoryDelay:
    """The middle half (first quarter, middle, third quarter) of the delays of `effectif` persons housed.

    `ordre`: of ten dwellings let, those that went to the 1st of the decided order, (the 2nd) and further; () = too few.
    """

    niveau: str
    code: str
    typologie: str
    effectif: int
    attente_mois: tuple[int, int, int]
    traitement_jours: tuple[int, int, int]
    ordre: tuple[int, ...]
    calcule_le: datetime


def open_results(offre: Offre, now: datetime) -> OpenResults | None:
    """The result of an offre; None while a month has not passed: the page says so.

    One query.
    """
    row = ResultatOffre.objects.filter(offre=offre, publie_le__lte=now).first()
    if row is None:
        return None
    return OpenResults(
        candidatures=row.candidatures,
        bandes=tuple((band, count) for band, count in row.bandes),
        jours_ouverte=row.jours_ouverte,
        semaines_decision=row.semaines_decision,
        semaines_reponse=row.semaines_reponse,
    )


def delays_by_territory(now: datetime, *, niveau: str = "", code: str = "") -> list[TerritoryDelay]:
    """The delays of the last count, of every territory or of one: one query."""
    found = DelaiTerritoire.objects.filter(calcule_le__lte=now)
    if niveau:
        found = found.filter(niveau=niveau)
    if code:
        found = found.filter(code=code)
    return [
        TerritoryDelay(
            niveau=row.niveau,
            code=row.code,
            typologie=row.typologie,
            effectif=row.effectif,
            attente_mois=(row.attente_bas, row.attente, row.attente_haut),
            traitement_jours=(row.traitement_bas, row.traitement, row.traitement_haut),
            ordre=tuple(row.ordre),
            calcule_le=row.calcule_le,
        )
        for row in found.order_by("niveau", "code", "typologie")
    ]
