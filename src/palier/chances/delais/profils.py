"""Who is inserted in a replay: columns, one row a person; and what is taken from the journal when it is not given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from palier.chances.delais.archives import Archives, versions_au
from palier.chances.delais.gel import AN, POIDS_HABITUDE, Gel, offres_du_perimetre
from palier.chances.journal import JAMAIS, MOIS, Entiers, Mots, QuestionsDelai, Reels, Vrais

T = TypeVar("T")


@dataclass(frozen=True)
class Profils:
    """One row a person at the instant of the replay.

    `places`: the person in `Rejeu.ids`, whose own row is left out of past lists; -1 for a visitor. `mois`: seniority as
    it counts now. `rythme`: the share of the offres of the perimeter that the person applies to. `attend`: waits and
    applies here, as the journal tells (None: nobody does). Those who still wait were not served before: their curve is
    learned from people like them, while a visitor keeps that of a demande that was never tried.
    """

    places: Entiers
    communes: tuple[tuple[str, ...], ...]
    typologies: tuple[tuple[int, ...], ...]
    financements: tuple[tuple[int, ...], ...]
    points_hors_offre: Reels
    points_perdus: Reels
    mois: Reels
    deposee: Entiers
    taille: Entiers  # -1 when unknown
    revenu: Reels  # NaN when unknown
    domicile: Mots
    travail: Mots
    complet: Vrais
    rythme: Reels
    attend: Vrais | None = None

    def __post_init__(self) -> None:
        """Refuse a figure without which nothing can be replayed, by its name."""
        for nom in ("points_hors_offre", "points_perdus", "mois", "rythme"):
            if np.isnan(getattr(self, nom)).any():
                raise ValueError(f"{nom} : une valeur manque.")

    def __len__(self) -> int:
        return len(self.places)

    def lignes(self, quelles: Entiers | list[int] | slice) -> Profils:
        """Return some of the rows."""
        rangs = np.arange(len(self))[quelles]
        prises: dict[str, Any] = {}
        for champ in fields(self):
            valeurs = getattr(self, champ.name)
            if valeurs is not None:
                prises[champ.name] = tuple(valeurs[i] for i in rangs) if isinstance(valeurs, tuple) else valeurs[rangs]
        return Profils(**prises)

    def avec(self, **changes: Any) -> Profils:
        """Return the same persons with some columns changed."""
        return replace(self, **changes)


def empiler(suite: Sequence[Profils]) -> Profils:
    """Put rows one after the other; all of them tell who waits, or none does."""
    colonnes: dict[str, Any] = {}
    for champ in fields(Profils):
        valeurs = [getattr(profils, champ.name) for profils in suite]
        if any(valeur is None for valeur in valeurs):
            continue
        plates = isinstance(valeurs[0], tuple)
        colonnes[champ.name] = tuple(x for valeur in valeurs for x in valeur) if plates else np.concatenate(valeurs)
    return Profils(**colonnes)


def rythme(gel: Gel, candidatures: Reels, offres: Reels) -> Reels:
    """Return the share of offres applied to: mine, drawn to the habit of the territory by the weight of 6 offres."""
    mien: Reels = np.minimum((candidatures + POIDS_HABITUDE * gel.habitude) / (offres + POIDS_HABITUDE), 1.0)
    return mien


def profils_des_demandes(archives: Archives, gel: Gel, qui: Entiers, instant: Entiers) -> Profils:
    """Return the rows of demandes of the journal as they were known strictly before each instant."""
    demandes = archives.journal.demandes
    version = versions_au(demandes, qui, instant)
    if (version < 0).any():
        inconnue = demandes.demande[qui[version < 0][0]]
        raise ValueError(f"demande : {inconnue} n'est pas encore connue à l'instant de la question.")
    faites = candidatures_12m(archives, qui, instant)
    vues = offres_du_perimetre(archives, qui, version, instant)
    return Profils(
        places=qui,
        communes=tuple(demandes.communes[v] for v in version),
        typologies=tuple(demandes.typologies[v] for v in version),
        financements=tuple(demandes.financements[v] for v in version),
        points_hors_offre=demandes.points_hors_offre[version],
        points_perdus=np.nan_to_num(demandes.points_perdus[version], nan=0.0),
        mois=np.maximum(instant - demandes.deposee[version], 0) / MOIS,
        deposee=demandes.deposee[version],
        taille=demandes.taille[version],
        revenu=demandes.revenu_mensuel[version],
        domicile=demandes.commune_domicile[version],
        travail=demandes.commune_travail[version],
        complet=demandes.complet[version],
        rythme=rythme(gel, faites.astype(np.float64), vues.astype(np.float64)),
        attend=np.ones(len(qui), dtype=bool),
    )


def candidatures_12m(archives: Archives, qui: Entiers, instant: Entiers) -> Entiers:
    """Return how many candidatures each demande made in the 12 months before each instant."""
    cles = archives.depots
    avant = np.searchsorted(cles, qui + 1j * instant, side="left")
    deja = np.searchsorted(cles, qui + 1j * (instant - AN), side="left")
    return (avant - deja).astype(np.int64)


def profils_des_questions(archives: Archives, gel: Gel, questions: QuestionsDelai, lignes: Entiers) -> Profils:
    """Return the rows of questions: what a question gives, and the journal's demande for what it leaves blank."""
    qui, instant = questions.demande_i[lignes], questions.instant[lignes]
    connus = np.flatnonzero(qui >= 0)
    la = profils_des_demandes(archives, gel, qui[connus], instant[connus])
    rang = np.full(len(lignes), -1)
    rang[connus] = np.arange(len(connus))

    def nombres(nom: str, connues: Reels | Entiers, blanc: Vrais, defaut: float) -> Reels:
        """Given, else the journal's, else the default."""
        donnes: Reels = getattr(questions, nom)[lignes].astype(np.float64)
        return np.where(blanc[lignes], np.append(connues.astype(np.float64), defaut)[rang], donnes)

    def mots(nom: str, connus: Mots) -> Mots:
        donnes: Mots = getattr(questions, nom)[lignes]
        return np.where(donnes == "", np.append(connus, "")[rang], donnes)

    deposee = questions.deposee[lignes]
    deposee = np.where(deposee == JAMAIS, np.append(la.deposee, JAMAIS)[rang], deposee)
    deposee = np.where(deposee == JAMAIS, instant, deposee)
    sans_points = np.isnan(questions.points_hors_offre)
    return Profils(
        places=qui,
        communes=_listes("communes", questions.communes, la.communes, lignes, rang),
        typologies=_listes("typologies", questions.typologies, la.typologies, lignes, rang),
        financements=_listes("financements", questions.financements, la.financements, lignes, rang),
        points_hors_offre=nombres("points_hors_offre", la.points_hors_offre, sans_points, np.nan),
        points_perdus=nombres("points_perdus", la.points_perdus, np.isnan(questions.points_perdus), 0.0),
        mois=np.maximum(instant - deposee, 0) / MOIS,
        deposee=deposee,
        taille=nombres("taille", la.taille, questions.taille < 0, -1).astype(np.int64),
        revenu=nombres("revenu_mensuel", la.revenu, np.isnan(questions.revenu_mensuel), np.nan),
        domicile=mots("commune_domicile", la.domicile),
        travail=mots("commune_travail", la.travail),
        complet=nombres("complet", la.complet.astype(np.int64), questions.complet < 0, 1) > 0,
        rythme=_rythmes(archives, gel, questions, lignes, la.rythme, rang),
        attend=(rang >= 0) & np.isnan(questions.candidatures_12m[lignes]) & np.isnan(questions.offres_12m[lignes]),
    )


def _listes(
    nom: str, donnees: tuple[tuple[T, ...] | None, ...], connues: tuple[tuple[T, ...], ...],
    lignes: Entiers, rang: Entiers,
) -> tuple[tuple[T, ...], ...]:  # fmt: skip
    """Return the list of each question, else that of its demande."""
    sortie = []
    for ligne, r in zip(lignes, rang, strict=True):
        donnee = donnees[ligne]
        if donnee is None and r < 0:
            raise ValueError(f"{nom} : une question sans demande doit donner cette liste.")
        sortie.append(connues[r] if donnee is None else donnee)
    return tuple(sortie)


def _rythmes(
    archives: Archives, gel: Gel, questions: QuestionsDelai, lignes: Entiers, connus: Reels, rang: Entiers
) -> Reels:
    """Return the rhythm of each question: from its counts, else those of its demande, else the habit of all."""
    faites, vues = questions.candidatures_12m[lignes], questions.offres_12m[lignes]
    entier, vide = ~np.isnan(faites) & ~np.isnan(vues), np.isnan(faites) & np.isnan(vues)
    mixte = ~entier & ~vide & (rang >= 0)
    if mixte.any():
        qui, instant = questions.demande_i[lignes[mixte]], questions.instant[lignes[mixte]]
        faites[mixte] = np.where(np.isnan(faites[mixte]), candidatures_12m(archives, qui, instant), faites[mixte])
        version = versions_au(archives.journal.demandes, qui, instant)
        publiees = offres_du_perimetre(archives, qui, version, instant)
        vues[mixte] = np.where(np.isnan(vues[mixte]), publiees, vues[mixte])
    propre = rythme(gel, np.nan_to_num(faites), np.nan_to_num(vues))
    return np.where(vide & (rang >= 0), np.append(connus, np.nan)[rang], propre)
