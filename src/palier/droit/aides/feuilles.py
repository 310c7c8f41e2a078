"""The aids of the contract: for each, who may have it and how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from palier.droit.aides.loca_pass import loca_pass, mensualites_loca_pass, montant_loca_pass
from palier.droit.aides.mobilite import mobili_jeune, mobili_pass, montant_mobili_jeune
from palier.droit.aides.versions import montant_jamais_sur
from palier.droit.aides.visale import montant_visale, visale
from palier.droit.menage import Cas
from palier.droit.verdict import Verdict

Feuilles: TypeAlias = "Mapping[str, Verdict[bool] | Verdict[int]]"


def aides(cas: Cas) -> dict[str, Feuilles]:
    """Return `eligible` and `montant` (cents) of each aid, `mensualites` of Loca-Pass (usage: notices of the aids)."""
    garantie, avance, jeune, mutation = visale(cas), loca_pass(cas), mobili_jeune(cas), mobili_pass(cas)
    montant = montant_loca_pass(cas, avance)
    return {
        "visale": {"eligible": garantie, "montant": montant_visale(cas, garantie)},
        "loca_pass": {"eligible": avance, "montant": montant, "mensualites": mensualites_loca_pass(cas, montant)},
        "mobili_jeune": {"eligible": jeune, "montant": montant_mobili_jeune(cas, jeune)},
        "mobili_pass": {"eligible": mutation, "montant": montant_jamais_sur(mutation)},
    }
