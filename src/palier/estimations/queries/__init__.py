"""Reads of this room: stored estimates, and what is computed on request from the stored fits."""

from palier.estimations.queries.values import (
    Attendre,
    ChanceVue,
    Comparaison,
    Delai3,
    Levier,
    LimiteTrajet,
    Moyenne,
    Perspective,
    PointEtape,
    SuiteOrdre,
    Zones,
)

__all__ = [
    "Attendre",
    "ChanceVue",
    "Comparaison",
    "Delai3",
    "Levier",
    "LimiteTrajet",
    "Moyenne",
    "Perspective",
    "PointEtape",
    "SuiteOrdre",
    "Zones",
]
