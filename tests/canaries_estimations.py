"""Estimates of one person with numbers that exist nowhere else: what the crawl of every page looks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.estimations import actions
from palier.estimations.actions import Draft

MARKS = {
    "estimation.arrivees": "4321",
    "estimation.annonces": "7654",
    "estimation.rejeu": "5437",
    "estimation.delais": "98765",
    "estimation.levier": "98761",
    "estimation.attendre": "4567",
    "estimation.brute": "123454321",
}
"""Name -> digits, as a page would write them once its thousands are glued."""
LOW, MIDDLE, HIGH = 0.0123454321, 0.07123454321, 0.09123454321


def plant_estimations(demande: Demande, *, at: datetime) -> int:
    """Every kind of estimate for a demande and each of its live candidatures; how many."""
    rows = Candidature.objects.live().filter(demande=demande).select_related("offre")
    common: dict[str, Any] = {"demande_id": demande.pk, "statut": "ok", "entrees": "planted"}
    figures: dict[str, Any] = {"proba": MIDDLE, "bas": LOW, "haut": HIGH}
    drafts = [
        Draft(genre="delai", detail=_outlook(), **common),
        Draft(genre="leviers", detail={"leviers": [_lever()]}, **common),
        Draft(genre="etape", detail=_point(), **common),
    ]
    for row in rows:
        assert row.offre.cloture_le is not None
        closing = row.offre.cloture_le.isoformat()
        about = {"candidature_id": row.pk, **common, **figures}
        drafts += [
            Draft(genre="chance", detail={**_chance(), "cloture_le": closing}, **about),
            Draft(genre="suite", detail={"rang_decide": 2}, **about),
            Draft(genre="attendre", detail={"q50": 4567.0}, **about),
        ]
    return actions.store(drafts, cause="nuit", at=at)


def _chance() -> dict[str, Any]:
    return {
        "rang": 5, "candidatures": 80, "arrivees_attendues": 4321.0, "arrivees_devant": 4321.0, "f_places": 0.5,
        "f_devant": 0.5, "f_arrivees": 0.5, "f_dossier": MIDDLE / 0.125, "perte_devant": 0.56, "prete": None,
    }  # fmt: skip


def _outlook() -> dict[str, Any]:
    quantiles = {"q10": 2.0, "q25": 6.0, "q50": 12.0, "q75": 20.0, "q90": None}
    return {
        "offres_rejouees": 5437, "parmi_presentes": 6.2, "servies": 2.1, "courbe": [0.02 * each for each in range(36)],
        "p6": 0.1, "p12": MIDDLE, "p24": 0.3, "p36": 0.4, "toutes_p12": 0.2, "loge12": 0.1, "sorti12": 0.2,
        "loge36": 0.2, "sorti36": 0.4, "annonces_12m": 5437, "moins_p12": None, "au": "2026-12-08", **quantiles,
        "delais": {"loges": {"mois": 17.0, "n": 98765}, "attente": {"mois": 23.0, "n": 98765}, "stock_flux": 69.0},
    }  # fmt: skip


def _lever() -> dict[str, Any]:
    return {
        "action": "commune:44143", "gain": 0.1, "bas80": LOW, "haut80": 0.2, "gratuit": False, "trajet_min": 31,
        "loyer_cents": 9_876_100, "pieces": [],
    }  # fmt: skip


def _point() -> dict[str, Any]:
    return {"vues": 7654, "attendues": 7654.0, "p": 0.5, "verdict": "normal", "depuis": "2026-10-08"}
