"""Stored estimates for the tests of the pages: written by the act of the room, read by the pages as they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.estimations.actions import Draft, store
from palier.estimations.models import Ajustement
from tests import factories as make

CHANCE = {
    "rang": 5, "candidatures": 80, "arrivees_attendues": 5.2, "arrivees_devant": 1.1, "f_places": 0.6, "f_devant": 1.25,
    "f_arrivees": 0.8, "f_dossier": 0.41 / 0.6, "perte_devant": 0.58, "prete": None,
    "cloture_le": "2026-11-30T22:59:59+00:00",
}  # fmt: skip
OUTLOOK = {
    "offres_rejouees": 37, "parmi_presentes": 6.2, "servies": 2.1, "courbe": [0.02 * (each + 1) for each in range(36)],
    "p6": 0.31, "p12": 0.48, "p24": 0.74, "p36": 0.8, "q10": 2.4, "q25": 5.0, "q50": 13.0, "q75": 25.0, "q90": None,
    "toutes_p12": 0.61, "loge12": 0.1, "sorti12": 0.2, "loge36": 0.15, "sorti36": 0.56, "annonces_12m": 40,
    "moins_p12": None,
    "delais": {"loges": {"mois": 17.2, "n": 240}, "attente": {"mois": 22.0, "n": 1_718}, "stock_flux": 69.4},
    "au": "2026-11-24",
}  # fmt: skip
LEVERS = [
    {"action": "justificatif", "gain": 0.03, "bas80": 0.02, "haut80": 0.05, "gratuit": True, "trajet_min": None,
     "loyer_cents": None, "pieces": ["AVIS_IMPOT_N2"]},
    {"action": "commune:44143", "gain": 0.05, "bas80": 0.03, "haut80": 0.08, "gratuit": False, "trajet_min": 38,
     "loyer_cents": 56_200, "pieces": []},
]  # fmt: skip
POINT = {"vues": 7, "attendues": 6.2, "p": 0.7, "verdict": "normal", "depuis": "2026-10-01"}


def make_fit(*, real: bool = False, homes: int = 40, seen: int = 300, at: datetime = make.NOW) -> Ajustement:
    """A fit of the factories' territory; only its counts are read by a page."""
    return Ajustement.objects.create(
        territoire=make.EPCI, coupe_le=at, fait_le=at, origine="reel" if real else "demonstration",
        offres_finies=homes, contactees=seen, decisions=0, parametres={}, empreinte="f" * 64,
    )  # fmt: skip


def _write(genre: str, demande: Demande, fit: Ajustement | None, **said: Any) -> None:
    at = said.pop("at", make.NOW)
    draft = Draft(
        genre=genre, demande_id=demande.pk, statut=said.pop("statut", "ok"), entrees=repr(sorted(said.items())),
        ajustement_id=(fit or make_fit()).pk, **said,
    )  # fmt: skip
    assert store([draft], cause="nuit", at=at) == 1


def give_chance(
    candidature: Candidature, proba: float = 0.41, bas: float = 0.2, haut: float = 0.6, *,
    fit: Ajustement | None = None, statut: str = "ok", **detail: Any,
) -> None:  # fmt: skip
    """The stored chance of a candidature."""
    _write("chance", candidature.demande, fit, candidature_id=candidature.pk, proba=proba, bas=bas, haut=haut,
           statut=statut, detail={**CHANCE, **detail})  # fmt: skip


def give_waiting(candidature: Candidature, proba: float = 0.3, bas: float = 0.2, haut: float = 0.4,
                 *, statut: str = "ok", **detail: Any) -> None:  # fmt: skip
    """The outlook without the dwelling proposed."""
    _write("attendre", candidature.demande, None, candidature_id=candidature.pk, proba=proba, bas=bas, haut=haut,
           statut=statut, detail={"q50": 14.0, **detail})  # fmt: skip


def give_odds(candidature: Candidature, proba: float = 0.34, bas: float = 0.2, haut: float = 0.5,
              *, statut: str = "ok", **detail: Any) -> None:  # fmt: skip
    """The odds of a place in the decided order."""
    _write("suite", candidature.demande, None, candidature_id=candidature.pk, proba=proba, bas=bas, haut=haut,
           statut=statut, detail={"rang_decide": 2, **detail})  # fmt: skip


def give_outlook(demande: Demande, *, fit: Ajustement | None = None, statut: str = "ok", **detail: Any) -> None:
    """The stored outlook of a demande."""
    _write("delai", demande, fit, statut=statut, detail={**OUTLOOK, **detail})


def give_levers(demande: Demande, levers: list[dict[str, Any]] = LEVERS) -> None:
    """The stored levers of a demande."""
    _write("leviers", demande, None, detail={"leviers": levers})


def give_point(demande: Demande, **said: Any) -> None:
    """The stored checkpoint of a demande."""
    _write("etape", demande, None, detail={**POINT, **said})


def give_all(demande: Demande) -> None:
    """All that a dashboard shows."""
    give_outlook(demande)
    give_levers(demande)
    give_point(demande)
