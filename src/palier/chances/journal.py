"""A journal of offres in memory: what chances are learned from, whatever it was read from.

One journal is one territory. Columns are numpy arrays, of one length in a table; no order is promised unless said.
Instants are whole seconds UTC since 1970 (int64), `JAMAIS` when there is none. Money is euros a month. An unknown
figure is NaN in a float column, "" in a column of words, -1 in a column of places or codes; it is never zero.
Places (`*_i`) are row numbers of the table they point to; codes are places in `TYPOLOGIES`, `TYPES`, `CAUSES`…
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Reels = NDArray[np.float64]
Entiers = NDArray[np.int64]
Mots = NDArray[np.str_]
Vrais = NDArray[np.bool_]

JAMAIS = np.iinfo(np.int64).max
JOUR = 86_400
MOIS = 365.25 / 12 * JOUR
"""Seconds of a month of 365.25/12 days."""

TYPOLOGIES = ("T1", "T2", "T3", "T4", "T5", "T6")
FINANCEMENTS = ("PLAI", "PLUS", "PLS", "PLI")
TYPES = (
    "contacte", "presente", "injoignable", "retire", "dossier_invalide", "loge_ailleurs", "classe", "non_attribue",
    "attribue", "accepte", "refuse", "sans_reponse", "sans_suite", "offre_retiree",
)  # fmt: skip
PERTES = ("injoignable", "retire", "dossier_invalide", "loge_ailleurs")
"""How one who was reached for is lost before the commission."""
FINS = ("accepte", "sans_suite", "offre_retiree")
"""What ends an offre."""
CAUSES = ("loge_plateforme", "loge_autre", "non_renouvelee", "abandon", "radiee")


@dataclass(frozen=True)
class Parametres:
    """What holds for the whole territory. `debut`, `fin`: the record is complete between these instants."""

    territoire: str
    debut: int
    fin: int
    presentes: int = 3
    commissions: int = 3
    delai_reponse_jours: int = 10
    points_par_mois: float = 1.0
    plafond_mois: float = 48.0
    points_lien_domicile: float = 0.0
    points_lien_travail: float = 0.0


@dataclass(frozen=True)
class Offres:
    """One row an offre. `presentes` and `commissions` are filled from the parameters when the offre says nothing."""

    offre: Mots
    publiee: Entiers
    cloture: Entiers
    commune: Mots
    typologie: Entiers  # place in TYPOLOGIES
    financement: Entiers  # place in FINANCEMENTS
    surface: Reels
    loyer_hc: Reels
    loyer_cc: Reels
    qualite: Reels  # NaN when unknown
    bailleur: Mots
    presentes: Entiers
    commissions: Entiers


@dataclass(frozen=True)
class Demandes:
    """One row a version of a demande, sorted by (demande_i, version_du). `demande` lists the distinct ids.

    `communes`, `typologies`, `financements`: one tuple a row (codes; places in the lists above).
    """

    demande: Mots  # distinct ids: demande_i points here
    demande_i: Entiers
    version_du: Entiers
    deposee: Entiers
    taille: Entiers
    revenu_mensuel: Reels
    commune_domicile: Mots
    commune_travail: Mots
    communes: tuple[tuple[str, ...], ...]
    typologies: tuple[tuple[int, ...], ...]
    financements: tuple[tuple[int, ...], ...]
    points_hors_offre: Reels
    points_perdus: Reels
    complet: Vrais


@dataclass(frozen=True)
class Candidatures:
    """One row a candidature. `points`: as they count at the closing of the offre."""

    candidature: Mots
    offre_i: Entiers  # row of Offres
    demande_i: Entiers  # place in Demandes.demande
    deposee: Entiers
    points: Reels
    trajet_min: Reels
    taux_effort: Reels
    complet: Vrais


@dataclass(frozen=True)
class Evenements:
    """What happened, sorted by `numero`. `candidature_i` is -1 for what is said of an offre alone."""

    numero: Entiers
    instant: Entiers
    offre_i: Entiers
    candidature_i: Entiers
    type: Entiers  # place in TYPES
    commission: Entiers  # 1..B, -1 when blank
    ordre: Entiers  # 1..m, -1 when blank
    motif: Mots


@dataclass(frozen=True)
class Sorties:
    """One row a demande that left."""

    demande_i: Entiers
    sortie: Entiers
    cause: Entiers  # place in CAUSES


@dataclass(frozen=True)
class Vues:
    """One row an offre opened by a demande."""

    demande_i: Entiers
    offre_i: Entiers
    vue: Entiers


@dataclass(frozen=True)
class Journal:
    """The record of one territory. `vues` is None when nobody kept them: every offre of a perimeter counts as seen."""

    parametres: Parametres
    offres: Offres
    demandes: Demandes
    candidatures: Candidatures
    evenements: Evenements
    sorties: Sorties
    vues: Vues | None = None
    trajets: dict[tuple[str, str], float] = field(default_factory=dict)  # (commune_travail, commune) -> minutes


@dataclass(frozen=True)
class QuestionsChance:
    """Which candidatures, seen at which instant. One row a question; answers keep this order."""

    question: Mots
    candidature_i: Entiers
    instant: Entiers


@dataclass(frozen=True)
class QuestionsDelai:
    """Which demande, seen at which instant, and what is given instead of the journal's (NaN, "", None, -1: as there).

    `demande_i` is -1 for a visitor or a what-if whose row gives everything. `complet`: 0, 1, or -1 when blank.
    """

    question: Mots
    demande_i: Entiers
    instant: Entiers
    communes: tuple[tuple[str, ...] | None, ...]
    typologies: tuple[tuple[int, ...] | None, ...]
    financements: tuple[tuple[int, ...] | None, ...]
    points_hors_offre: Reels
    points_perdus: Reels
    deposee: Entiers  # JAMAIS when blank
    taille: Entiers
    revenu_mensuel: Reels
    commune_domicile: Mots
    commune_travail: Mots
    complet: Entiers
    candidatures_12m: Reels
    offres_12m: Reels
    actions: tuple[tuple[str, ...] | None, ...] = ()
