"""What the engine plays: a territory, households, offres, and how points and efforts are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from palier.chances.journal import MOIS, Entiers, Mots, Reels, Vrais
from palier.chances.simulateur.reglages import Reglages

Coter = Callable[[Entiers, int, int], Reels]
"""(demandes, offre, instant of the closing) -> points, NaN for who may not apply."""
Effort = Callable[[Entiers, int], Reels]
"""(demandes, offre) -> net effort, a ratio."""
Egalite = Callable[[Entiers, int], Reels]
"""(demandes, offre) -> the key that orders equal points, small first."""


@dataclass(frozen=True)
class Territoire:
    """Communes and the minutes between them. The shares say where homes, jobs and logements are."""

    nom: str
    communes: Mots
    minutes: Reels  # (travail, commune)
    distance: Reels  # km to the centre
    parc: Reels
    domiciles: Reels
    emplois: Reels


@dataclass(frozen=True)
class Menages:
    """One row a demande. Places of communes are those of the territory, -1 when unknown."""

    demande: Mots
    arrivee: Entiers  # present from this instant
    deposee: Entiers  # counts for seniority; at or before `arrivee`
    taille: Entiers
    revenu_mensuel: Reels
    domicile: Entiers
    travail: Entiers
    communes: Vrais  # (n, communes)
    typologies: Vrais  # (n, 6)
    financements: Vrais  # (n, 4)
    points_hors_offre: Reels
    points_perdus: Reels
    complet: Vrais
    activite: Reels
    dormante: Vrais
    sortie_an: Reels
    non_renouvellement: Reels
    groupe: Entiers

    def __post_init__(self) -> None:
        """Refuse columns of different lengths, and what is not a number."""
        for each in fields(self):
            value = getattr(self, each.name)
            if len(value) != len(self.demande):
                raise ValueError(f"{each.name}: {len(value)} rows for {len(self.demande)} demandes")
            if value.dtype.kind == "f" and not np.isfinite(value).all():
                raise ValueError(f"{each.name}: not a number")

    def __len__(self) -> int:
        """Count the demandes."""
        return len(self.demande)

    def lignes(self, rows: Entiers | Vrais) -> Menages:
        """Return some of the rows."""
        return Menages(*(getattr(self, each.name)[rows] for each in fields(self)))


@dataclass(frozen=True)
class Annonces:
    """One row an offre, sorted by `publiee`. `u` is its true frailty, that nobody sees."""

    offre: Mots
    publiee: Entiers
    cloture: Entiers
    commune: Entiers
    typologie: Entiers
    financement: Entiers
    surface: Reels
    loyer_hc: Reels
    loyer_cc: Reels
    qualite: Reels
    bailleur: Mots
    u: Reels
    presentes: Entiers
    commissions: Entiers

    def __post_init__(self) -> None:
        """Refuse what the engine could not play in the order of time."""
        for each in fields(self):
            if len(getattr(self, each.name)) != len(self.offre):
                raise ValueError(f"{each.name}: not one value an offre")
        if (np.diff(self.publiee) < 0).any():
            raise ValueError("publiee: not sorted")
        if (self.cloture <= self.publiee).any():
            raise ValueError("cloture: at or before publiee")

    def __len__(self) -> int:
        """Count the offres."""
        return len(self.offre)

    def lignes(self, rows: Entiers | Vrais) -> Annonces:
        """Return some of the rows."""
        return Annonces(*(getattr(self, each.name)[rows] for each in fields(self)))


@dataclass(frozen=True)
class Changements:
    """What a demande becomes at an instant, sorted by instant: a proof found, a file completed."""

    instant: Entiers
    demande_i: Entiers
    points: Reels  # moved from `points_perdus` to `points_hors_offre`
    complet: Vrais


@dataclass(frozen=True)
class Scene:
    """All that the engine plays. Without `coter`, `effort`, `egalite`: the simulated grid, rents and aid, and order."""

    territoire: Territoire
    menages: Menages
    annonces: Annonces
    reglages: Reglages
    debut: int
    fin: int
    coter: Coter | None = None
    effort: Effort | None = None
    egalite: Egalite | None = None
    changements: Changements | None = None


def minutes_de(scene: Scene, menages: Menages, demandes: Entiers, commune: int) -> Reels:
    """Return the door to door minutes from work, from home for whose work is not known."""
    depart = np.where(menages.travail[demandes] >= 0, menages.travail[demandes], menages.domicile[demandes])
    return np.where(depart >= 0, scene.territoire.minutes[depart, commune], scene.reglages.minutes_neutres)


def points_de(scene: Scene, menages: Menages, demandes: Entiers, offre: int, au: int, hors_offre: Reels) -> Reels:
    """Return the points of the simulated grid: what is proven, seniority, links with the commune."""
    reg, commune = scene.reglages, scene.annonces.commune[offre]
    mois = np.clip((au - menages.deposee[demandes]) / MOIS, 0.0, reg.plafond_mois)
    liens = reg.lien_domicile * (menages.domicile[demandes] == commune)
    liens = liens + reg.lien_travail * (menages.travail[demandes] == commune)
    return np.asarray(hors_offre + reg.points_par_mois * mois + liens, dtype=np.float64)


def effort_de(scene: Scene, menages: Menages, demandes: Entiers, offre: int) -> Reels:
    """Return the rent with charges, less a rough aid, over the income."""
    revenu, taille = menages.revenu_mensuel[demandes], menages.taille[demandes]
    return effort_net(revenu, taille, float(scene.annonces.loyer_hc[offre]), float(scene.annonces.loyer_cc[offre]))


def effort_net(revenu: Reels, taille: Entiers, loyer_hc: float, loyer_cc: float) -> Reels:
    """Return the net effort; the aid is a slope under a capped rent [hypothesis, no barème]."""
    retenu = np.minimum(loyer_hc, 280.0 + 45.0 * (taille - 1)) + 55.0
    aide = np.clip(0.9 * retenu - 0.30 * np.maximum(0.0, revenu - 420.0 - 160.0 * (taille - 1)), 0.0, None)
    return np.asarray((loyer_cc - np.minimum(aide, loyer_hc)) / np.maximum(revenu, 1.0), dtype=np.float64)


def un_a_un(coter: Callable[[int, int, int], float | None]) -> Coter:
    """Make the points of one demande at a time those of many. None becomes NaN: not eligible."""

    def many(demandes: Entiers, offre: int, au: int) -> Reels:
        told = (coter(int(each), offre, au) for each in demandes)
        return np.array([np.nan if each is None else each for each in told], dtype=np.float64)

    return many


def un_a_un_effort(effort: Callable[[int, int], float]) -> Effort:
    """Make the effort of one demande at a time that of many."""

    def many(demandes: Entiers, offre: int) -> Reels:
        return np.array([effort(int(each), offre) for each in demandes], dtype=np.float64)

    return many
