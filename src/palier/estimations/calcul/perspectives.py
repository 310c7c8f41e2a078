"""Answers of a replay as outlooks: what is stored of each, under the names of `Perspective`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from palier.chances.delais import ReponsesDelai
from palier.chances.delais.reponses import REJOUEES_MINIMUM
from palier.estimations.enums import Statut
from palier.estimations.values import Delai3

FIGURES = {
    "servies": "offres_servies", "toutes_p12": "toutes12", "p6": "p6", "p12": "p12", "p24": "p24", "p36": "p36",
    "q10": "q10", "q25": "q25", "q50": "q50", "q75": "q75", "q90": "q90", "loge12": "loge12", "sorti12": "sorti12",
    "loge36": "loge36", "sorti36": "sorti36",
}  # fmt: skip


def outlooks(
    answers: ReponsesDelai, annonces: Sequence[int], delais: Delai3, au: date
) -> list[tuple[str, dict[str, Any]]]:
    """(statut, detail) of each row. A quantile beyond three years is None."""
    three = asdict(delais)
    return [
        (
            str(answers.statut[row]),
            {
                "offres_rejouees": int(answers.offres_rejouees[row]),
                "parmi_presentes": float(answers.premiers[row]),
                "courbe": [float(each) for each in answers.courbe[row]],
                "annonces_12m": annonces[row],
                "moins_p12": bound_of(
                    answers.statut[row], answers.offres_rejouees[row], answers.moins_de12[row]
                ),
                "delais": three,
                "au": au.isoformat(),
                **{name: known(getattr(answers, column)[row]) for name, column in FIGURES.items()},
            },
        )
        for row in range(len(answers.p12))
    ]


def bound_of(statut: str, replayed: int, most: float) -> float | None:
    """The only figure that may be said when enough offres were replayed and less than one served."""
    few = statut == Statut.INSUFFISANT and replayed >= REJOUEES_MINIMUM
    return float(most) if few else None


def known(value: float) -> float | None:
    """A figure; None instead of NaN."""
    return None if np.isnan(value) else float(value)
