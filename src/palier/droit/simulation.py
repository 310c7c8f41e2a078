"""Every leaf of law of a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from palier.droit.acces import acces_action_logement
from palier.droit.aides import aides
from palier.droit.categorie import categorie_menage
from palier.droit.effort import charge_logement
from palier.droit.menage import FINANCEMENTS, Cas
from palier.droit.occupation import sous_occupation, suroccupation, typologies
from palier.droit.plafonds import eligibilite, plafond_ressources
from palier.droit.ressources import ressources_retenues
from palier.droit.verdict import Json, Verdict
from palier.droit.zones import zone_abc, zone_apl, zone_plafonds

Feuille: TypeAlias = "Verdict[int] | Verdict[str] | Verdict[bool] | Verdict[float]"
Arbre: TypeAlias = "Mapping[str, Feuille | Arbre]"


def simulation(cas: Cas) -> dict[str, Feuille | Arbre]:
    """Return the leaves as verdicts, nested as in the contract."""
    feuilles: dict[str, Feuille | Arbre] = {
        "categorie_menage": categorie_menage(cas),
        "zone_plafonds": zone_plafonds(cas.commune, cas.au),
        "zone_abc": zone_abc(cas.commune, cas.au),
        "zone_apl": zone_apl(cas.commune, cas.au),
        "ressources_retenues": ressources_retenues(cas),
        "financements": {
            nom: {"plafond": plafond_ressources(cas, nom), "eligible": eligibilite(cas, nom)} for nom in FINANCEMENTS
        },
        "acces_action_logement": acces_action_logement(cas),
        "typologies": typologies(cas),
        "aides": aides(cas),
    }
    if cas.logement is not None:
        charge = charge_logement(cas)
        feuilles["aide_logement"] = charge.aide_logement
        feuilles["taux_effort"] = charge.taux_effort
        feuilles["reste_a_vivre"] = charge.reste_a_vivre
        feuilles["suroccupation"] = suroccupation(cas)
        feuilles["sous_occupation"] = sous_occupation(cas)
    return feuilles


def simulation_json(cas: Cas) -> Json:
    """Return the answer of `palier simuler`."""
    return en_json(simulation(cas))


def en_json(arbre: Mapping[str, Feuille | Arbre]) -> Json:
    """Turn nested verdicts into the contract form."""
    return {cle: valeur.json() if isinstance(valeur, Verdict) else en_json(valeur) for cle, valeur in arbre.items()}
