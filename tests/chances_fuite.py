"""A journal whose future was dropped, or scrambled: what was answered before must not change."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from palier.chances.journal import CAUSES, TYPES, Entiers, Journal, Vrais

Table = TypeVar("Table")


def garder(table: Table, lignes: Vrais, **autres: Any) -> Table:
    """Keep some rows of a table of a journal."""
    places = np.flatnonzero(lignes)

    def choisir(colonne: Any) -> Any:
        return tuple(colonne[i] for i in places) if isinstance(colonne, tuple) else colonne[places]

    colonnes = {champ.name: getattr(table, champ.name) for champ in fields(table)}  # type: ignore[arg-type]
    return replace(table, **{**{k: choisir(v) for k, v in colonnes.items() if k not in autres}, **autres})  # type: ignore[type-var]


def sans_futur(journal: Journal, tau: int) -> tuple[Journal, Entiers]:
    """Drop every row dated at `tau` or later; also return the new row of each candidature (-1: gone)."""
    o, c, e, d = journal.offres, journal.candidatures, journal.evenements, journal.demandes
    offres, candidatures = o.publiee < tau, c.deposee < tau
    offre_i, candidature_i = np.cumsum(offres) - 1, np.where(candidatures, np.cumsum(candidatures) - 1, -1)
    evenements = e.instant < tau
    qui = e.candidature_i[evenements]
    return replace(
        journal,
        offres=garder(o, offres),
        candidatures=garder(c, candidatures, offre_i=offre_i[c.offre_i[candidatures]]),
        evenements=garder(
            e, evenements,
            offre_i=offre_i[e.offre_i[evenements]], candidature_i=np.where(qui < 0, -1, candidature_i[qui]),
        ),
        demandes=garder(d, d.version_du < tau, demande=d.demande),
        sorties=garder(journal.sorties, journal.sorties.sortie < tau),
    ), candidature_i  # fmt: skip


def futur_brouille(journal: Journal, tau: int, rng: np.random.Generator) -> Journal:
    """Scramble every row dated at `tau` or later: any offre, any person, any figure, still dated later."""
    o, c, e, d, s = journal.offres, journal.candidatures, journal.evenements, journal.demandes, journal.sorties

    def reels(colonne: Any, tard: Vrais) -> Any:
        return np.where(tard, rng.normal(50.0, 80.0, tard.size), colonne)

    def places(colonne: Any, tard: Vrais, combien: int) -> Any:
        return np.where(tard, rng.integers(0, combien, tard.size), colonne)

    def instants(colonne: Any, tard: Vrais) -> Any:
        return np.where(tard, tau + rng.integers(0, 10**7, tard.size), colonne)

    to, tc, te, td, ts = o.publiee >= tau, c.deposee >= tau, e.instant >= tau, d.version_du >= tau, s.sortie >= tau
    publiee = instants(o.publiee, to)
    return replace(
        journal,
        offres=replace(
            o, publiee=publiee, cloture=np.where(to, publiee + 86_400, o.cloture), typologie=places(o.typologie, to, 6),
            commune=np.where(to, o.commune[rng.permutation(to.size)], o.commune), qualite=reels(o.qualite, to),
            presentes=places(o.presentes, to, 5) + to,
        ),
        candidatures=replace(
            c, deposee=instants(c.deposee, tc), points=np.where(tc, np.nan, c.points),
            offre_i=places(c.offre_i, tc, to.size), demande_i=places(c.demande_i, tc, d.demande.size),
            trajet_min=reels(c.trajet_min, tc), taux_effort=reels(c.taux_effort, tc),
        ),
        evenements=replace(
            e, instant=instants(e.instant, te), offre_i=places(e.offre_i, te, to.size),
            candidature_i=places(e.candidature_i, te, tc.size), type=places(e.type, te, len(TYPES)),
            commission=places(e.commission, te, 3) + te, ordre=places(e.ordre, te, 3) + te,
        ),
        demandes=replace(d, deposee=instants(d.deposee, td), points_hors_offre=reels(d.points_hors_offre, td)),
        sorties=replace(
            s, sortie=instants(s.sortie, ts), demande_i=places(s.demande_i, ts, d.demande.size),
            cause=places(s.cause, ts, len(CAUSES)),
        ),
    )  # fmt: skip
