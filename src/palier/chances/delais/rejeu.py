"""The offres of a territory that ended in the 12 months before an instant, ready to be replayed with anybody."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from palier.chances.delais.archives import Archives, Perimetres, perimetres
from palier.chances.delais.atteinte import Listes
from palier.chances.delais.gel import AN, Gel
from palier.chances.journal import MOIS, TYPOLOGIES, Entiers, Mots, Reels

P, ALPHA = 0.45, 0.45 * 0.94
POIDS_TYPOLOGIE = 40.0
BORD = 1e-6
TEMPS_MORT = 0.92
"""Months from publication to end, while no offre has ended. A hypothesis, like P and ALPHA."""
COUVERTURE_MINIMUM = 1 / 12


@dataclass(frozen=True)
class Rejeu:
    """One year of offres that ended before `au`, their final lists, and what was learned before.

    `ids[listes.demandes]` says whose a row of a list is; `couverture` is the part of the 12 months that is on record.
    """

    au: int
    couverture: float
    gel: Gel
    p: Reels  # by typologie: available when reached for
    alpha: Reels  # by typologie: attributed and accepts, once examined
    communes: tuple[str, ...]
    ids: Mots
    offre: Mots
    publiee: Entiers
    fin: Entiers
    commune: Entiers  # place in `communes`
    typologie: Entiers
    financement: Entiers
    loyer: Reels  # charges included
    listes: Listes

    @cached_property
    def durees(self) -> Reels:
        """Months from publication to end of each offre."""
        return (self.fin - self.publiee) / MOIS

    @cached_property
    def temps_mort(self) -> float:
        """Median of these months over the whole territory."""
        return float(np.median(self.durees)) if len(self.offre) else TEMPS_MORT

    @cached_property
    def _rang_des_ids(self) -> dict[str, int]:
        return {str(nom): place for place, nom in enumerate(self.ids)}

    def places(self, demandes: list[str]) -> Entiers:
        """Return the place of each id in the lists, -1 for who applied to nothing in these 12 months."""
        return np.array([self._rang_des_ids.get(nom, -1) for nom in demandes], dtype=np.int64)

    def perimetres(
        self, communes: tuple[tuple[str, ...], ...], typologies: tuple[tuple[int, ...], ...],
        financements: tuple[tuple[int, ...], ...],
    ) -> Perimetres:  # fmt: skip
        """Return the masks of perimeters over the communes of this replay."""
        return perimetres({nom: place for place, nom in enumerate(self.communes)}, communes, typologies, financements)

    def lignes_de(self, places: Entiers, offre: Entiers) -> Entiers:
        """Return the row of each person (its place in `ids`) in the list of each offre, -1 where it did not apply."""
        cherche = np.zeros(len(self.ids) + 1, dtype=bool)
        cherche[places[places >= 0]] = True
        lignes = np.flatnonzero(cherche[self.listes.demandes])
        if not len(lignes):
            return np.full(len(offre), -1)
        ou = np.searchsorted(self.listes.bornes, lignes, side="right") - 1
        cles = self.listes.demandes[lignes] * len(self.offre) + ou
        ordre = np.argsort(cles, kind="stable")
        cles, lignes = cles[ordre], lignes[ordre]
        voulues = places * len(self.offre) + offre
        rang = np.minimum(np.searchsorted(cles, voulues), len(cles) - 1)
        return np.where((places >= 0) & (cles[rang] == voulues), lignes[rang], -1)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: what `json` writes and reads back without loss. Only ids of these lists are kept."""
        ids, demandes = np.unique(self.ids[self.listes.demandes], return_inverse=True)
        listes = {champ.name: getattr(self.listes, champ.name).tolist() for champ in fields(Listes)}
        colonnes = ("p", "alpha", "offre", "publiee", "fin", "commune", "typologie", "financement", "loyer")
        return {
            "au": self.au,
            "couverture": self.couverture,
            "gel": self.gel.to_dict(),
            "communes": list(self.communes),
            "ids": ids.tolist(),
            "listes": {**listes, "demandes": demandes.tolist()},
            **{nom: _sans_nan(getattr(self, nom).tolist()) for nom in colonnes},
        }

    @classmethod
    def from_dict(cls, valeurs: dict[str, Any]) -> Rejeu:
        """Read back what `to_dict` gave."""
        reels, entiers = ("p", "alpha"), ("publiee", "fin", "commune", "typologie", "financement")
        listes: dict[str, Any] = {nom: np.array(v, dtype=np.int64) for nom, v in valeurs["listes"].items()}
        listes["points"] = np.array(valeurs["listes"]["points"], dtype=np.float64)
        lues = {
            **valeurs,
            **{nom: np.array(valeurs[nom], dtype=np.float64) for nom in reels},
            **{nom: np.array(valeurs[nom], dtype=np.int64) for nom in entiers},
            "loyer": np.array([np.nan if v is None else v for v in valeurs["loyer"]], dtype=np.float64),
            "ids": np.array(valeurs["ids"], dtype=np.str_),
            "offre": np.array(valeurs["offre"], dtype=np.str_),
            "communes": tuple(valeurs["communes"]),
            "gel": Gel.from_dict(valeurs["gel"]),
            "listes": Listes(**listes),
        }
        return cls(**lues)


def _sans_nan(valeurs: list[Any]) -> list[Any]:
    """JSON knows no NaN: an unknown figure is None."""
    return [None if v != v else v for v in valeurs]


def rejeu_au(archives: Archives, au: int, gel: Gel) -> Rejeu:
    """Return the replay at an instant, with what was learned earlier."""
    de, a = (int(np.searchsorted(archives.fins, instant, side="left")) for instant in (au - AN, au))
    offres, toutes = archives.offres[de:a], archives.journal.offres
    parametres = archives.journal.parametres
    couverture = (min(au, parametres.fin) - max(au - AN, parametres.debut)) / AN
    return Rejeu(
        au=au,
        couverture=float(np.clip(couverture, COUVERTURE_MINIMUM, 1.0)),
        gel=gel,
        p=_par_typologie(archives, archives.presentes, archives.contactes, de, a, P),
        alpha=_par_typologie(archives, archives.acceptes, archives.examines, de, a, ALPHA),
        communes=tuple(archives.communes),
        ids=archives.journal.demandes.demande,
        offre=toutes.offre[offres],
        publiee=toutes.publiee[offres],
        fin=archives.fins[de:a],
        commune=archives.commune[offres],
        typologie=toutes.typologie[offres],
        financement=toutes.financement[offres],
        loyer=toutes.loyer_cc[offres],
        listes=_tranche(archives.listes, de, a),
    )


def _tranche(listes: Listes, de: int, a: int) -> Listes:
    """Return some of the lists."""
    debut, fin = listes.bornes[de], listes.bornes[a]
    return Listes(
        bornes=listes.bornes[de : a + 1] - debut,
        points=listes.points[debut:fin],
        deposees=listes.deposees[debut:fin],
        demandes=listes.demandes[debut:fin],
        typologies=listes.typologies[de:a],
        presentes=listes.presentes[de:a],
        commissions=listes.commissions[de:a],
    )


def _par_typologie(archives: Archives, succes: Entiers, essais: Entiers, de: int, a: int, hypothese: float) -> Reels:
    """Return the share of successes of each typologie over the 12 months, drawn by 40 to that of the whole record."""
    total = essais[:a].sum()
    moyenne = succes[:a].sum() / total if total else hypothese
    typologie, n = archives.journal.offres.typologie[archives.offres[de:a]], len(TYPOLOGIES)
    reussis = np.bincount(typologie, weights=succes[de:a], minlength=n)
    tentes = np.bincount(typologie, weights=essais[de:a], minlength=n)
    return np.clip((reussis + POIDS_TYPOLOGIE * moyenne) / (tentes + POIDS_TYPOLOGIE), BORD, 1 - BORD)
