"""The science of chances: what may be told about the future, and how often it was right.

Pure: float64 in and out, no Django, no file, no clock, no draw that is not given. A NaN argument raises `ValueError`
with its name; none leaves. What these estimates are worth was measured on simulated territories only.
"""

from __future__ import annotations

from palier.chances import equite, mesures
from palier.chances.arithmetique import depassements, perimetre
from palier.chances.arrivees import arrivees_restantes, avant_moi, decalage, part_devant
from palier.chances.attente import courbe
from palier.chances.programme import chance, chance_fragile

__all__ = [
    "arrivees_restantes", "avant_moi", "chance", "chance_fragile", "courbe", "decalage", "depassements", "equite",
    "mesures", "part_devant", "perimetre",
]  # fmt: skip
