"""How often the chances of one quarter were right: the cases of a journal, weighted, then one row a zone and a size.

A case is one candidature of an offre that ended in the quarter, at one instant before its closing. Facts hide part of
the truth: who was reached and lost would perhaps have been chosen. Each case is weighted as in `chances.tirage`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np

from palier.base import limits
from palier.chances import mesures
from palier.chances.ajustement import Ajustement
from palier.chances.ajustement.matiere import Matiere, codes, matiere
from palier.chances.evaluer import PROBA_COUVERTE
from palier.chances.journal import FINS, JAMAIS, TYPOLOGIES, Entiers, Journal, Mots, QuestionsChance, Reels, Vrais
from palier.chances.questions import reponses
from palier.chances.tirage import Tirage, tirer
from palier.droit.zones import zone_abc

EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0)
"""Groups of the reliability diagram, by what was announced: most chances are small, so the first ones are narrow."""
UNKNOWN_ZONE = "?"


@dataclass(frozen=True)
class Cases:
    """What was announced and what happened, one row a candidature."""

    proba: Reels
    bas: Reels
    haut: Reels
    cloture: Reels  # the chance as one recomputes it at the closing
    y: Reels
    poids: Reels
    offre: Mots
    demande: Mots
    zone: Mots
    typologie: Mots

    def where(self, rows: Vrais) -> Cases:
        """Those rows alone."""
        return Cases(**{each.name: getattr(self, each.name)[rows] for each in fields(Cases)})


def together(parts: Iterable[Cases]) -> Cases:
    """The cases of several territories."""
    found = [*parts, _empty()]
    return Cases(**{each.name: np.concatenate([getattr(part, each.name) for part in found]) for each in fields(Cases)})


def _empty() -> Cases:
    figures, names = np.zeros(0), np.zeros(0, dtype=np.str_)
    return Cases(figures, figures, figures, figures, figures, figures, names, names, names, names)


def ended(journal: Journal, start: int, end: int) -> Vrais:
    """The offres whose end is written in [start, end)."""
    said = journal.evenements
    here = np.isin(said.type, codes(*FINS)) & (said.instant >= start) & (said.instant < end)
    found = np.zeros(len(journal.offres.offre), dtype=np.bool_)
    found[said.offre_i[here]] = True
    return found


def replayed(journal: Journal, fit: Ajustement, start: int, end: int, share: Callable[[int], Reels], au: date) -> Cases:
    """What would have been announced from `start` on by what was learned before, one instant a candidature."""
    facts = matiere(journal, JAMAIS)
    drawn = tirer(journal, facts, ended(journal, start, end) & (journal.offres.publiee >= start), share)
    said = reponses(journal, _asked(drawn.candidature_i, drawn.instant), fit)
    cases = _cases(journal, fit, drawn, (said.proba, said.bas80, said.haut80), said.p_moi, au)
    return cases.where((said.statut == "ok") & (cases.poids > 0))


@dataclass(frozen=True)
class Announced:
    """Stored estimates of one fit that were shown: candidature (its row in the journal), instant, value, range."""

    candidature: Entiers
    instant: Entiers
    proba: Reels
    bas: Reels
    haut: Reels


def shown(journal: Journal, fit: Ajustement, told: Announced, start: int, end: int, au: date) -> Cases:
    """What was announced on the platform, on the offres that ended in [start, end)."""
    facts, rows = matiere(journal, JAMAIS), told.candidature
    closing = journal.offres.cloture[journal.candidatures.offre_i[rows]]
    here = ended(journal, start, end)[journal.candidatures.offre_i[rows]] & (told.instant < closing)
    here &= _stayed(facts, rows)
    drawn = Tirage(
        candidature_i=rows[here], instant=told.instant[here], y=facts.attribuees[rows[here]].astype(np.float64),
        contactee=facts.contactees[rows[here]], presentee=facts.presentees[rows[here]],
    )  # fmt: skip
    mine = reponses(journal, _asked(drawn.candidature_i, drawn.instant), fit, details=False).p_moi
    cases = _cases(journal, fit, drawn, (told.proba[here], told.bas[here], told.haut[here]), mine, au)
    return cases.where(cases.poids > 0)


def _stayed(facts: Matiere, rows: Entiers) -> Vrais:
    """A chance is that of somebody who stays: who left before being reached is no case."""
    return np.asarray((facts.retiree[rows] == JAMAIS) | facts.contactees[rows])


def _asked(rows: Entiers, instants: Entiers) -> QuestionsChance:
    return QuestionsChance(np.full(rows.size, "", dtype=np.str_), rows, instants)


def _cases(
    journal: Journal, fit: Ajustement, drawn: Tirage, said: tuple[Reels, Reels, Reels], mine: Reels, au: date
) -> Cases:
    offre = journal.candidatures.offre_i[drawn.candidature_i]
    closing = _asked(drawn.candidature_i, journal.offres.cloture[offre])
    zones = {code: zone_abc(code, au).valeur or UNKNOWN_ZONE for code in np.unique(journal.offres.commune).tolist()}
    return Cases(
        proba=said[0], bas=said[1], haut=said[2], cloture=reponses(journal, closing, fit, details=False).proba,
        y=drawn.y, poids=drawn.poids(mine), offre=journal.offres.offre[offre],
        demande=journal.demandes.demande[journal.candidatures.demande_i[drawn.candidature_i]],
        zone=np.array([zones[each] for each in journal.offres.commune[offre].tolist()], dtype=np.str_),
        typologie=np.array([TYPOLOGIES[each] for each in journal.offres.typologie[offre].tolist()], dtype=np.str_),
    )  # fmt: skip


def pick(candidature: str, times: int) -> int:
    """Which of the estimates shown to one person of one candidature counts: drawn by its id, chosen by nobody."""
    return int(hashlib.sha256(candidature.encode()).hexdigest(), 16) % times


def table(cases: Cases) -> list[dict[str, Any]]:
    """One row for all, one a zone, one a size, one a zone and size: figures where enough offres ended, else counts."""
    kinds = {("", "")}
    kinds |= {(zone, "") for zone in cases.zone.tolist()} | {("", size) for size in cases.typologie.tolist()}
    kinds |= set(zip(cases.zone.tolist(), cases.typologie.tolist(), strict=True))
    return [_row(cases, zone, size) for zone, size in sorted(kinds)]


def _row(cases: Cases, zone: str, size: str) -> dict[str, Any]:
    rows = np.ones(cases.proba.size, dtype=np.bool_)
    rows &= (cases.zone == zone) if zone else True
    rows &= (cases.typologie == size) if size else True
    here = cases.where(rows)
    counts: dict[str, Any] = {
        "zone": zone, "typologie": size, "offres": int(np.unique(here.offre).size), "cas": int(here.proba.size),
    }  # fmt: skip
    return {**counts, **figures(here)} if counts["offres"] >= limits.value("score_offres_min") else counts


def figures(cases: Cases) -> dict[str, Any]:
    """The scores of some cases, and the diagram."""
    p, y, weights = cases.proba, cases.y, cases.poids
    likely = p >= PROBA_COUVERTE
    covered = None
    if likely.any():
        covered = mesures.recouvrement(cases.bas[likely], cases.haut[likely], cases.cloture[likely])
    return {
        "base": float(np.average(y, weights=weights)),
        "annonce": float(np.average(p, weights=weights)),
        "brier": mesures.brier(p, y, poids=weights),
        "log_perte": mesures.log_perte(p, y, poids=weights),
        "ece": mesures.ece(p, y, poids=weights),
        "couverture": covered,
        "cas_couverture": int(likely.sum()),
        "bacs": bins(cases),
    }


def bins(cases: Cases) -> list[list[float]]:
    """[weighted share, mean announced, mean happened, cases] of each group that holds somebody, lowest first."""
    places = np.clip(np.searchsorted(EDGES, cases.proba, "right") - 1, 0, len(EDGES) - 2)
    weights, found = cases.poids / cases.poids.sum(), []
    for place in np.unique(places):
        here = places == place
        means = (np.average(column[here], weights=weights[here]) for column in (cases.proba, cases.y))
        found.append([round(float(each), 6) for each in (weights[here].sum(), *means)] + [int(here.sum())])
    return found
