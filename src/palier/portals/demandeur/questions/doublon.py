"""The answer to the proposal to join two demandes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from palier.portals.forms import ChoiceField, PalierForm

CHOICES = (
    ("reunir", "Réunir\u00a0: cette demande s'arrête, l'autre continue avec l'ancienneté la plus longue"),
    ("garder", "Garder les deux\u00a0: un conseiller regarde à nouveau"),
)


class DoublonForm(PalierForm):
    """Join, or keep both."""

    examples: ClassVar[Mapping[str, str]] = {"reponse": "Choisissez une réponse."}
    reponse = ChoiceField(label="Que voulez-vous faire\u00a0?", choices=CHOICES)
