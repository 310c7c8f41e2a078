"""From the journal in memory to its folder, and answers to their file. Written beside its place, then put there."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from palier.chances.journal import (
    CAUSES,
    FINANCEMENTS,
    TYPES,
    TYPOLOGIES,
    Entiers,
    Journal,
    Parametres,
    Reels,
)
from palier.estimations.fichiers.groupes import NOM as NOM_GROUPES
from palier.estimations.fichiers.groupes import Groupes
from palier.estimations.fichiers.parametres import VERSION
from palier.estimations.fichiers.refus import JournalRefuse

PARTIEL = ".partiel"
Colonnes = Mapping[str, Iterable[object]]


def ecrire(journal: Journal, dossier: Path | str, *, groupes: Groupes | None = None) -> None:
    """Write every file of a journal in a new folder. JournalRefuse when it already holds something.

    `groupes` adds the file that the audit alone reads.
    """
    place = Path(dossier)
    partiel = place.with_name(place.name + PARTIEL)
    try:
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise JournalRefuse(str(dossier), "cette sortie existe déjà. Donnez le nom d'un dossier nouveau.")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(partiel, ignore_errors=True)
        partiel.mkdir()
        fichiers = _fichiers(journal)
        if groupes is not None:
            fichiers[NOM_GROUPES] = groupes._asdict()
        for nom, colonnes in fichiers.items():
            _csv(partiel / nom, colonnes)
        if place.is_dir():
            place.rmdir()
        partiel.rename(place)
    except OSError as erreur:
        raise JournalRefuse(str(dossier), "cette sortie ne s'écrit pas. Vérifiez son dossier.") from erreur
    finally:
        shutil.rmtree(partiel, ignore_errors=True)


def ecrire_reponses(chemin: Path | str, colonnes: Colonnes) -> None:
    """Write answers, one column a name, in the order given."""
    place = Path(chemin)
    partiel = place.with_name(place.name + PARTIEL)
    try:
        _csv(partiel, colonnes)
        partiel.replace(place)
    except OSError as erreur:
        raise JournalRefuse(str(chemin), "cette sortie ne s'écrit pas. Vérifiez son dossier.") from erreur
    finally:
        partiel.unlink(missing_ok=True)


def _csv(place: Path, colonnes: Colonnes) -> None:
    with place.open("w", encoding="utf-8", newline="") as fichier:
        sortie = csv.writer(fichier, lineterminator="\n")
        sortie.writerow(colonnes)
        sortie.writerows(zip(*(_cellules(colonne) for colonne in colonnes.values()), strict=True))


def _cellules(colonne: Any) -> Iterable[object]:
    """Python values of a column; every digit of a figure, nothing when it is unknown or endless."""
    valeurs: Sequence[object] = colonne.tolist() if isinstance(colonne, np.ndarray) else list(colonne)
    return [_cellule(valeur) for valeur in valeurs]


def _cellule(valeur: object) -> object:
    if isinstance(valeur, bool):
        return int(valeur)
    if isinstance(valeur, float):
        return repr(valeur) if np.isfinite(valeur) else ""
    return "" if valeur is None else valeur


def _fichiers(journal: Journal) -> dict[str, Colonnes]:
    fichiers: dict[str, Colonnes] = {
        "parametres.csv": _parametres(journal.parametres),
        "trajets.csv": {
            "commune_travail": [travail for travail, _ in journal.trajets],
            "commune": [commune for _, commune in journal.trajets],
            "minutes": list(journal.trajets.values()),
        },
        "offres.csv": _offres(journal),
        "demandes.csv": _demandes(journal),
        "candidatures.csv": _candidatures(journal),
        "evenements.csv": _evenements(journal),
        "sorties.csv": _sorties(journal),
    }
    if journal.vues is not None:
        fichiers["vues.csv"] = {
            "demande": journal.demandes.demande[journal.vues.demande_i],
            "offre": journal.offres.offre[journal.vues.offre_i],
            "vue_le": _instants(journal.vues.vue),
        }
    return fichiers


def _parametres(parametres: Parametres) -> Colonnes:
    valeurs = {
        "version_format": VERSION,
        "territoire": parametres.territoire,
        "debut": _instant(parametres.debut),
        "fin": _instant(parametres.fin),
        "presentes": parametres.presentes,
        "commissions": parametres.commissions,
        "delai_reponse_jours": parametres.delai_reponse_jours,
        "points_par_mois": float(parametres.points_par_mois),
        "plafond_mois": float(parametres.plafond_mois),
        "points_lien_domicile": float(parametres.points_lien_domicile),
        "points_lien_travail": float(parametres.points_lien_travail),
    }
    return {"cle": list(valeurs), "valeur": list(valeurs.values())}


def _offres(journal: Journal) -> Colonnes:
    lues = journal.offres
    return {
        "offre": lues.offre,
        "publiee_le": _instants(lues.publiee),
        "cloture_le": _instants(lues.cloture),
        "commune": lues.commune,
        "typologie": _codes(lues.typologie, TYPOLOGIES),
        "financement": _codes(lues.financement, FINANCEMENTS),
        "surface": _reels(lues.surface),
        "loyer_hc": _reels(lues.loyer_hc),
        "loyer_cc": _reels(lues.loyer_cc),
        "qualite": _reels(lues.qualite),
        "bailleur": lues.bailleur,
        "presentes": lues.presentes,
        "commissions": lues.commissions,
    }


def _demandes(journal: Journal) -> Colonnes:
    lues = journal.demandes
    return {
        "demande": lues.demande[lues.demande_i],
        "version_du": _instants(lues.version_du),
        "deposee_le": _instants(lues.deposee),
        "taille": _positifs(lues.taille),
        "revenu_mensuel": _reels(lues.revenu_mensuel),
        "commune_domicile": lues.commune_domicile,
        "commune_travail": lues.commune_travail,
        "communes": ["|".join(each) for each in lues.communes],
        "typologies": _listes(lues.typologies, TYPOLOGIES),
        "financements": _listes(lues.financements, FINANCEMENTS),
        "points_hors_offre": _reels(lues.points_hors_offre),
        "points_perdus": _reels(lues.points_perdus),
        "dossier_complet": lues.complet.astype(np.int64),
    }


def _candidatures(journal: Journal) -> Colonnes:
    lues = journal.candidatures
    return {
        "candidature": lues.candidature,
        "offre": journal.offres.offre[lues.offre_i],
        "demande": journal.demandes.demande[lues.demande_i],
        "deposee_le": _instants(lues.deposee),
        "points": _reels(lues.points),
        "trajet_min": _reels(lues.trajet_min),
        "taux_effort": _reels(lues.taux_effort),
        "dossier_complet": lues.complet.astype(np.int64),
    }


def _evenements(journal: Journal) -> Colonnes:
    lus = journal.evenements
    noms = np.append(journal.candidatures.candidature, "")  # place -1 is nobody
    return {
        "numero": lus.numero,
        "instant": _instants(lus.instant),
        "offre": journal.offres.offre[lus.offre_i],
        "candidature": noms[lus.candidature_i],
        "type": _codes(lus.type, TYPES),
        "commission": _positifs(lus.commission),
        "ordre": _positifs(lus.ordre),
        "motif": lus.motif,
    }


def _sorties(journal: Journal) -> Colonnes:
    lues = journal.sorties
    return {
        "demande": journal.demandes.demande[lues.demande_i],
        "sortie_le": _instants(lues.sortie),
        "cause": _codes(lues.cause, CAUSES),
    }


def _instants(secondes: Entiers) -> list[str]:
    """Instants in UTC."""
    textes = np.datetime_as_string(secondes.astype("datetime64[s]"), unit="s")
    return [f"{texte}Z" for texte in textes.tolist()]


def _instant(secondes: int) -> str:
    return _instants(np.array([secondes], dtype=np.int64))[0]


def _reels(valeurs: Reels) -> Reels:
    return valeurs.astype(np.float64)


def _positifs(valeurs: Entiers) -> list[int | None]:
    """Whole numbers, blank under zero: it is how the journal says unknown."""
    return [valeur if valeur >= 0 else None for valeur in valeurs.tolist()]


def _codes(places: Entiers, liste: Sequence[str]) -> list[str]:
    return [liste[place] for place in places.tolist()]


def _listes(listes: Sequence[tuple[int, ...]], codes: Sequence[str]) -> list[str]:
    return ["|".join(codes[place] for place in each) for each in listes]
