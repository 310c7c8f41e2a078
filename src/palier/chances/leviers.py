"""What would change a demande most: one change at a time, in the same replay of the same offres.

The range resamples the offres of the year, with the same weights before and after. Gains are announced at nine tenths:
the best of several estimates is too good.

Admissible when nothing is asked: communes where an offre was published and that are not in the perimeter; a typologie
next to one that is wanted and that suits the size of the menage; a financement for which somebody of the same size, at
least as rich, and somebody at least as poor, were already candidates on record (a file says no more of who is
eligible); lost points back, and a completed file, when there are. Facts of a person (revenu, size) are never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from palier.chances.delais.archives import Archives, archiver
from palier.chances.delais.profils import Profils, empiler
from palier.chances.delais.rejeu import Rejeu
from palier.chances.delais.reponses import courbes_de, repondre
from palier.chances.delais.risques import inserer, temps_morts
from palier.chances.journal import FINANCEMENTS, TYPOLOGIES, Entiers, Journal, Mots, QuestionsDelai, Reels, Vrais

AN = 12
TIRAGES = 400
REDUCTION = 0.9
BAS, HAUT = 0.10, 0.90
GAIN_MINIMUM = 0.01
AFFICHEES = 3
GRATUITES = ("justificatif", "dossier_complet")
"""Actions that cost nothing: always shown before those that cost travel, rent or rooms."""
NORMES = {1: ("T1", "T2"), 2: ("T1", "T3"), 3: ("T3", "T4"), 4: ("T3", "T5"), 5: ("T4", "T6"), 6: ("T4", "T6")}
"""Smallest and largest typologie by size of the menage, as bailleurs use them; a couple or not is not known here."""
NORMES_AU_DELA = ("T5", "T6")


@dataclass(frozen=True)
class Ecart:
    """What a change brings at 12 months, with its range. `gain` and range are already reduced."""

    p12_avant: float
    p12_apres: float
    gain: float
    bas80: float
    haut80: float

    @property
    def nette(self) -> bool:
        """Tell whether even the low end gains more than one point."""
        return self.bas80 > GAIN_MINIMUM


@dataclass(frozen=True)
class ReponsesLeviers:
    """One row an action. `p12`: of the unchanged demande. `affichee`: among the three best, and clearly a gain."""

    question: Mots
    action: Mots
    rang: Entiers
    p12: Reels
    gain: Reels
    bas80: Reels
    haut80: Reels
    affichee: Vrais


class ActionInconnue(ValueError):
    """An action that is none of the five."""


def appliquer(profils: Profils, action: str) -> Profils:
    """Return one person with one change."""
    genre, _, valeur = action.partition(":")
    if genre == "commune" and valeur:
        return profils.avec(communes=tuple((*liste, valeur) for liste in profils.communes))
    if genre == "typologie" and valeur in TYPOLOGIES:
        place = TYPOLOGIES.index(valeur)
        return profils.avec(typologies=tuple((*liste, place) for liste in profils.typologies))
    if genre == "financement" and valeur in FINANCEMENTS:
        place = FINANCEMENTS.index(valeur)
        return profils.avec(financements=tuple((*liste, place) for liste in profils.financements))
    if action == "justificatif":
        return profils.avec(
            points_hors_offre=profils.points_hors_offre + profils.points_perdus,
            points_perdus=np.zeros(len(profils)),
        )
    if action == "dossier_complet":
        return profils.avec(complet=np.ones(len(profils), dtype=bool))
    raise ActionInconnue(f"actions : « {action} » n'est pas une action.")


def comparer(rejeu: Rejeu, avant: Profils, apres: Profils, graine: int) -> Ecart:
    """Return what one person gains by being another, one row each, in the same offres resampled alike."""
    return Reprise(rejeu, graine).ecart(avant, apres)


class Reprise:
    """One replay, resampled once: every comparison uses the same weights."""

    def __init__(self, rejeu: Rejeu, graine: int) -> None:
        self.rejeu = rejeu
        rng = np.random.default_rng([graine, abs(rejeu.au), crc32("|".join(rejeu.offre.tolist()).encode())])
        tires = rng.poisson(1.0, (TIRAGES, len(rejeu.offre))).astype(np.float64)
        self.poids = np.vstack((np.ones(len(rejeu.offre)), tires))
        """First row: the offres as they were."""

    def chances(self, profils: Profils) -> Reels:
        """Return F(12) of one person: as the offres were, then at each draw."""
        seule: Reels = self.chances_de(profils)[0]
        return seule

    def chances_de(self, profils: Profils) -> Reels:
        """Return F(12) of several persons, one row each."""
        n, tirages = len(profils), len(self.poids)
        paires = inserer(self.rejeu, profils)
        logs = paires.logs(profils.rythme[paires.i]) / self.rejeu.couverture
        bornes = np.searchsorted(paires.i, np.arange(n + 1))
        risques = np.empty((n, tirages, len(logs)))
        for i in range(n):
            siennes = slice(bornes[i], bornes[i + 1])
            risques[i] = self.poids[:, paires.o[siennes]] @ logs[:, siennes].T
        attend = None if profils.attend is None else np.repeat(profils.attend, tirages)
        morts = np.repeat(temps_morts(self.rejeu, paires.i, paires.o, n), tirages)
        f = courbes_de(self.rejeu.gel, attend, risques.reshape(n * tirages, -1), morts, AN)
        return f[:, -1].reshape(n, tirages)

    def ecart(self, avant: Profils, apres: Profils, base: Reels | None = None) -> Ecart:
        """Return the gap between two persons; `base` are the chances of the first, when already known."""
        return _ecart(self.chances(avant) if base is None else base, self.chances(apres))

    def ecarts(self, avant: Profils, variantes: Sequence[Profils]) -> list[Ecart]:
        """Return the gaps between one person and several others; what they share is replayed once."""
        base, *autres = self.chances_de(empiler([avant, *variantes]))
        return [_ecart(base, change) for change in autres]


def _ecart(base: Reels, change: Reels) -> Ecart:
    """Return the reduced gap and its range."""
    bas, haut = REDUCTION * np.quantile(change[1:] - base[1:], (BAS, HAUT))
    gain = REDUCTION * (change[0] - base[0])
    return Ecart(float(base[0]), float(change[0]), float(gain), float(min(bas, gain)), float(max(haut, gain)))


def normes(taille: int) -> range:
    """Return the places of the typologies that suit a menage; all of them when its size is not known."""
    if taille < 1:
        return range(len(TYPOLOGIES))
    petite, grande = NORMES.get(taille, NORMES_AU_DELA)
    return range(TYPOLOGIES.index(petite), TYPOLOGIES.index(grande) + 1)


def voisines(profils: Profils) -> tuple[str, ...]:
    """Return the typologies next to those wanted by one person, within the norms."""
    voulues = set(profils.typologies[0])
    proches = {place + pas for place in voulues for pas in (-1, 1)} - voulues
    permises = normes(int(profils.taille[0]))
    return tuple(f"typologie:{TYPOLOGIES[place]}" for place in sorted(proches) if place in permises)


def actions_admissibles(archives: Archives, profils: Profils, au: int) -> tuple[str, ...]:
    """Return every action that one person of a journal could be shown, from rows strictly before `au`."""
    offres, siennes = archives.journal.offres, set(profils.communes[0])
    communes = (str(nom) for nom in np.unique(offres.commune[offres.publiee < au]))
    return (
        *(f"commune:{nom}" for nom in communes if nom not in siennes),
        *voisines(profils),
        *(f"financement:{nom}" for nom in _financements(archives, profils, au)),
        *(("justificatif",) if profils.points_perdus[0] > 0 else ()),
        *(() if profils.complet[0] else ("dossier_complet",)),
    )


def _financements(archives: Archives, profils: Profils, au: int) -> tuple[str, ...]:
    """Return the other financements that people of that size, some richer and some poorer, were looking for."""
    demandes, taille, revenu = archives.journal.demandes, int(profils.taille[0]), profils.revenu[0]
    if np.isnan(revenu) or taille < 1:
        return ()
    semblables = (demandes.version_du < au) & (np.minimum(demandes.taille, 5) == min(taille, 5))
    semblables &= ~np.isnan(demandes.revenu_mensuel)
    autres = []
    for place, nom in enumerate(FINANCEMENTS):
        eux = demandes.revenu_mensuel[semblables & archives.perimetres.financements[:, place]]
        if place not in profils.financements[0] and len(eux) and eux.min() <= revenu <= eux.max():
            autres.append(nom)
    return tuple(autres)


def leviers(journal: Journal, questions: QuestionsDelai, graine: int = 0) -> ReponsesLeviers:
    """Answer questions on levers, from rows strictly before the instant of each; actions ranked by gain alone."""
    archives = archiver(journal)
    lignes: dict[int, list[tuple[Any, ...]]] = {}
    for places, rejeu, profils in repondre(archives, questions):
        reprise = Reprise(rejeu, graine)
        for rang, place in enumerate(places):
            seul = profils.lignes([rang])
            demandees = questions.actions[place] if questions.actions else None
            actions = demandees or actions_admissibles(archives, seul, rejeu.au)
            lignes[int(place)] = _classer(reprise, seul, actions)
    rangees = [(str(questions.question[place]), *ligne) for place in sorted(lignes) for ligne in lignes[place]]
    colonnes = list(zip(*rangees, strict=True)) or [()] * 8
    types = (np.str_, np.str_, np.int64, np.float64, np.float64, np.float64, np.float64, np.bool_)
    return ReponsesLeviers(*(np.array(valeurs, dtype=genre) for valeurs, genre in zip(colonnes, types, strict=True)))


def _classer(reprise: Reprise, profils: Profils, actions: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Return one row an action, the largest gain first."""
    variantes = [appliquer(profils, action) for action in actions]
    ecarts = dict(zip(actions, reprise.ecarts(profils, variantes), strict=True))
    ordre = sorted(ecarts, key=lambda action: (-ecarts[action].gain, action))
    return [
        (action, rang, e.p12_avant, e.gain, e.bas80, e.haut80, e.nette and rang <= AFFICHEES)
        for rang, action in enumerate(ordre, start=1)
        for e in (ecarts[action],)
    ]
