"""Journals of a few rows, written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from palier.chances.journal import (
    JOUR,
    TYPES,
    Candidatures,
    Demandes,
    Evenements,
    Journal,
    Offres,
    Parametres,
    Sorties,
)

JOUR_0 = 1_700_000_000 // JOUR * JOUR


def offre(
    nom: str, *, publiee: int = JOUR_0, jours: int = 7, commune: str = "99001", typologie: int = 1,
    qualite: float = 0.0, presentes: int = 3, commissions: int = 3,
) -> dict[str, Any]:  # fmt: skip
    return {
        "offre": nom, "publiee": publiee, "cloture": publiee + jours * JOUR, "commune": commune,
        "typologie": typologie, "financement": 1, "surface": 45.0, "loyer_hc": 400.0, "loyer_cc": 450.0,
        "qualite": qualite, "bailleur": "B1", "presentes": presentes, "commissions": commissions,
    }  # fmt: skip


def candidature(
    nom: str, offre_i: int, demande_i: int, deposee: int, *, points: float = 10.0, trajet: float = 25.0,
    effort: float = 0.25, complet: bool = True,
) -> dict[str, Any]:  # fmt: skip
    return {
        "candidature": nom, "offre_i": offre_i, "demande_i": demande_i, "deposee": deposee, "points": points,
        "trajet_min": trajet, "taux_effort": effort, "complet": complet,
    }  # fmt: skip


def evenement(
    instant: int, offre_i: int, candidature_i: int, nom: str, *, commission: int = -1, ordre: int = -1
) -> dict[str, Any]:
    return {
        "numero": 0, "instant": instant, "offre_i": offre_i, "candidature_i": candidature_i,
        "type": TYPES.index(nom), "commission": commission, "ordre": ordre, "motif": "",
    }  # fmt: skip


MOTS = {"offre", "commune", "bailleur", "candidature", "motif"}
REELS = {"surface", "loyer_hc", "loyer_cc", "qualite", "points", "trajet_min", "taux_effort"}


def _table(genre: Any, lignes: Sequence[dict[str, Any]], modele: dict[str, Any]) -> Any:
    def colonne(nom: str) -> Any:
        valeurs = [ligne[nom] for ligne in lignes]
        if nom in MOTS and nom != "offre_i":
            return np.array(valeurs, dtype=np.str_)
        return np.array(valeurs, dtype=bool if nom == "complet" else float if nom in REELS else np.int64)

    return genre(**{nom: colonne(nom) for nom in modele})


def journal(
    *, offres: Sequence[dict[str, Any]], demandes: Sequence[tuple[str, int, int, int]],
    candidatures: Sequence[dict[str, Any]], evenements: Sequence[dict[str, Any]] = (), debut: int = JOUR_0,
    fin: int = JOUR_0 + 400 * JOUR,
) -> Journal:  # fmt: skip
    """Build a journal. A demande is (id, version_du, deposee, taille), one version each."""
    n = len(demandes)
    return Journal(
        parametres=Parametres(territoire="essai", debut=debut, fin=fin),
        offres=_table(Offres, offres, offre("O")),
        demandes=Demandes(
            demande=np.array([d[0] for d in demandes], dtype=np.str_), demande_i=np.arange(n),
            version_du=np.array([d[1] for d in demandes], dtype=np.int64),
            deposee=np.array([d[2] for d in demandes], dtype=np.int64),
            taille=np.array([d[3] for d in demandes], dtype=np.int64), revenu_mensuel=np.full(n, 1500.0),
            commune_domicile=np.full(n, "99001"), commune_travail=np.full(n, "99001"), communes=(("99001",),) * n,
            typologies=((1,),) * n, financements=((1,),) * n, points_hors_offre=np.zeros(n), points_perdus=np.zeros(n),
            complet=np.ones(n, dtype=bool),
        ),
        candidatures=_table(Candidatures, candidatures, candidature("C", 0, 0, 0)),
        evenements=_table(
            Evenements, [{**e, "numero": i + 1} for i, e in enumerate(evenements)], evenement(0, 0, 0, "contacte")
        ),
        sorties=Sorties(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)),
    )  # fmt: skip
