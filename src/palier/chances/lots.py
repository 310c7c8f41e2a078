"""Many candidatures at once: the mixture over what the dwelling hides and over arrivals, its range, its four reasons.

Arrays end with the axis of the batch: a column is a candidature, the rows of a list are the others, best first, padded
to one height (what stands in the padding is never read). Cases of like length are computed together, a few at a time,
so that their states stay near the processor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from palier.chances.fourchette import facteurs, fourchettes
from palier.chances.nombres import Entiers, Reels, bornes, noeuds_gauss, nombre, probas
from palier.chances.programme import SANS_ARRIVEE, melanger, parcourir, sieges, valeur

DERRIERE = 12
"""The nearest behind that count; average followers fill what is missing."""
W_ARRIVANT, W_SUIVEUR = 0.75, 0.25
_COLONNES = 128
Colonne = TypeVar("Colonne", Reels, Entiers, NDArray[np.bool_])


@dataclass(frozen=True)
class Lot:
    """What is known of each case. Logits are those of the regressions, before the slope and shift of `Fragilite`.

    `arrivees`: expected until the closing, of shape `forme`; `part`: their share ahead of me.
    `p_moyen`, `alpha_moyen`: averages of the typologie, for the first of the four reasons.
    """

    logit_p_devant: Reels
    logit_a_devant: Reels
    c_devant: Reels
    w_devant: Reels
    n_devant: Entiers
    logit_p_derriere: Reels
    logit_a_derriere: Reels
    c_derriere: Reels
    w_derriere: Reels
    n_derriere: Entiers
    logit_p_moi: Reels
    logit_a_moi: Reels
    c_moi: Reels
    presentes: Entiers
    commissions: Entiers
    arrivees: Reels
    part: Reels
    forme: Reels
    p_moyen: Reels
    alpha_moyen: Reels

    def colonnes(self, quelles: Entiers) -> Lot:
        """These cases alone, each list cut to the longest of them, its padding made of zeros."""
        coupes = {each.name: getattr(self, each.name) for each in fields(self)}
        for cote, limite in (("devant", None), ("derriere", DERRIERE)):
            combien = coupes[f"n_{cote}"][quelles]
            rangs = np.arange(int(combien.max(initial=0)))[:limite, None]
            for nom in ("logit_p", "logit_a", "c", "w"):
                colonne = coupes[f"{nom}_{cote}"][: len(rangs), quelles]
                coupes[f"{nom}_{cote}"] = np.where(rangs < combien, colonne, 0.0)
        return Lot(**{nom: x if x.ndim == 2 else x[quelles] for nom, x in coupes.items()})


@dataclass(frozen=True)
class Fragilite:
    """What is common to all candidates of a dwelling: logit ← slope·logit + shift, then +u on a and +ℓu on p."""

    sigma_u: float = 0.8
    charge_u: float = 0.35
    pente_p: float = 1.0
    saut_p: float = 0.0
    pente_a: float = 1.0
    saut_a: float = 0.0
    noeuds: int = 7

    def noeuds_u(self) -> tuple[Reels, Reels]:
        """(u, weights), one row a node."""
        nodes, weights = noeuds_gauss(self.noeuds)
        return self.sigma_u * nodes[:, None], weights


AUCUNE = Fragilite(sigma_u=0.0, charge_u=0.0, noeuds=1)


@dataclass(frozen=True)
class Chances:
    """Answers, one a case. The product of the four factors is `proba`; `brute`: my own availability counted in."""

    proba: Reels
    brute: Reels
    bas80: Reels
    haut80: Reels
    f_places: Reels
    f_devant: Reels
    f_arrivees: Reels
    f_dossier: Reels
    arrivees_devant: Reels


def etaler(plat: Colonne, debut: Entiers, n: Entiers, profondeur: int | None = None) -> Colonne:
    """Lists laid one after another, as columns: column j holds plat[debut[j] : debut[j] + n[j]], zeros below."""
    hauteur = int(np.max(n, initial=0)) if profondeur is None else profondeur
    rangs = np.arange(hauteur)[:, None]
    dedans = rangs < n
    etale = np.zeros(dedans.shape, dtype=plat.dtype)
    etale[dedans] = plat[(debut + rangs)[dedans]]
    return etale


class _Cas:
    """One chunk of cases that share their commissions, under one frailty."""

    def __init__(self, lot: Lot, fragilite: Fragilite) -> None:
        self.lot, self.f = lot, fragilite
        self.u, self.poids_u = fragilite.noeuds_u()
        self.m, self.b = int(lot.presentes[0]), int(lot.commissions[0])
        self.dedans = [np.arange(p.shape[0])[:, None] < n for p, n in self._listes()]
        self.nombres = [np.minimum(n, p.shape[0]) for p, n in self._listes()]

    def _listes(self) -> list[tuple[Reels, Entiers]]:
        return [(self.lot.logit_p_devant, self.lot.n_devant), (self.lot.logit_p_derriere, self.lot.n_derriere)]

    def dispo(self, logit_p: Reels) -> Reels:
        """(…, nodes, cases): who is available."""
        return np.asarray(expit(self.f.pente_p * logit_p[..., None, :] + self.f.saut_p + self.f.charge_u * self.u))

    def accepte(self, logit_a: Reels, c: Reels) -> Reels:
        """(…, nodes, cases): to whom the dwelling goes if his turn comes."""
        voulu = expit(self.f.pente_a * logit_a[..., None, :] + self.f.saut_a + self.u)
        return np.asarray(c[..., None, :] * voulu)

    def moyen(self, logits: Reels, cote: int, sinon: Reels) -> Reels:
        """The average candidate of one side, or another when that side is empty."""
        combien = self.nombres[cote]
        return np.where(combien > 0, logits.sum(axis=0) / np.maximum(combien, 1), sinon)

    def arrivant(self) -> tuple[Reels, Reels]:
        """Logits of the average arrival."""
        lot = self.lot
        return self.moyen(lot.logit_p_devant, 0, lot.logit_p_moi), self.moyen(lot.logit_a_devant, 0, lot.logit_a_moi)

    def devant(self) -> tuple[Reels, Reels, Reels]:
        lot = self.lot
        p = self.dispo(lot.logit_p_devant) * self.dedans[0][:, None]
        return p, self.accepte(lot.logit_a_devant, lot.c_devant), lot.w_devant[:, None]

    def derriere(self, *, suiveurs: bool) -> tuple[Reels, Reels, Reels]:
        """The nearest behind, then average followers: arrivals behind me take seats too."""
        lot = self.lot
        p = self.dispo(lot.logit_p_derriere) * self.dedans[1][:, None]
        alpha, w = self.accepte(lot.logit_a_derriere, lot.c_derriere), lot.w_derriere[:, None]
        attendus = np.where(lot.arrivees > SANS_ARRIVEE, lot.arrivees * (1 - lot.part), 0.0)
        combien = np.minimum(DERRIERE - self.nombres[1], np.ceil(attendus)) if suiveurs else np.zeros_like(attendus)
        hauteur = int(combien.max(initial=0))
        if not hauteur:
            return p, alpha, np.broadcast_to(w, (w.shape[0], 1, w.shape[-1]))
        lp, la = self.arrivant()
        lp, la = self.moyen(lot.logit_p_derriere, 1, lp), self.moyen(lot.logit_a_derriere, 1, la)
        presence = np.minimum(1.0, attendus / np.maximum(combien, 1.0))
        un = self.dispo(lp) * presence
        leurs = un * (np.arange(hauteur)[:, None] < combien)[:, None]
        tous = np.broadcast_to(self.accepte(la, lot.c_moi), leurs.shape)
        suivis = np.full((hauteur, 1, w.shape[-1]), W_SUIVEUR)
        return np.concatenate([p, leurs]), np.concatenate([alpha, tous]), np.concatenate([w, suivis])

    def melange(self, *, suiveurs: bool) -> tuple[Reels, Reels]:
        """(arrivals, nodes, cases) values of a turn that comes, and (arrivals, cases) weights."""
        lot = self.lot
        lp, la = self.arrivant()
        tail = sieges(*self.derriere(suiveurs=suiveurs), self.m)
        etats = parcourir(*self.devant(), self.m, self.b)
        arrivant = (self.dispo(lp), self.accepte(la, lot.c_moi), W_ARRIVANT)
        return melanger(etats, tail, arrivant, lot.arrivees * lot.part, lot.forme)

    def places(self) -> Reels:
        """The same list, all of the average of the typologie, nobody arriving: what the number of places gives."""
        lot = self.lot
        devant, derriere = (
            (lot.p_moyen * dedans, np.broadcast_to(lot.alpha_moyen, dedans.shape), np.full(dedans.shape, 0.5))
            for dedans in self.dedans
        )
        return valeur(parcourir(*devant, self.m, self.b), sieges(*derriere, self.m))


def _verifier(lot: Lot, fragilite: Fragilite) -> None:
    """Bounds of what is given, padding left out; a NaN is refused by name."""
    for cote in ("devant", "derriere"):
        combien = bornes(f"n_{cote}", getattr(lot, f"n_{cote}"), 0.0)
        for nom in ("logit_p", "logit_a", "c", "w"):
            colonnes = getattr(lot, f"{nom}_{cote}")
            if colonnes.ndim != 2 or colonnes.shape[0] < combien.max(initial=0):
                raise ValueError(f"{nom}_{cote}: fewer rows than n_{cote}")
            lus = colonnes[np.arange(colonnes.shape[0])[:, None] < combien]
            bornes(f"{nom}_{cote}", lus, -np.inf) if nom.startswith("logit") else probas(f"{nom}_{cote}", lus)
    for nom in ("logit_p_moi", "logit_a_moi"):
        bornes(nom, getattr(lot, nom), -np.inf)
    for nom in ("c_moi", "part", "p_moyen", "alpha_moyen"):
        probas(nom, getattr(lot, nom))
    bornes("arrivees", lot.arrivees, 0.0)
    bornes("forme", lot.forme, np.finfo(float).tiny)
    bornes("presentes", lot.presentes, 1)
    bornes("commissions", lot.commissions, 1)
    for each in fields(fragilite):
        nombre(each.name, getattr(fragilite, each.name), 0.0 if each.name == "sigma_u" else -np.inf)


def paquets(cle: Entiers, longueur: Entiers, taille: int) -> Iterator[Entiers]:
    """Columns of one key and of like lengths, a few at a time."""
    for valeur_de_cle in np.unique(cle):
        quelles = np.flatnonzero(cle == valeur_de_cle)
        quelles = quelles[np.argsort(longueur[quelles], kind="stable")]
        yield from (quelles[debut : debut + taille] for debut in range(0, len(quelles), taille))


def _cas(lot: Lot, fragilite: Fragilite) -> Iterator[tuple[Entiers, Lot, _Cas]]:
    _verifier(lot, fragilite)
    for quelles in paquets(lot.presentes * 1000 + lot.commissions, lot.n_devant, _COLONNES):
        coupe = lot.colonnes(quelles)
        yield quelles, coupe, _Cas(coupe, fragilite)


def melanges(lot: Lot, fragilite: Fragilite = AUCUNE) -> Iterator[tuple[Entiers, Reels, Reels]]:
    """(columns, values, weights): c_me × the chance for each (arrivals ahead, node, case); weights sum to 1 a case."""
    for quelles, coupe, cas in _cas(lot, fragilite):
        valeurs, poids = cas.melange(suiveurs=True)
        yield quelles, coupe.c_moi * valeurs, poids[:, None] * cas.poids_u[:, None]


def chances_lot(lot: Lot, fragilite: Fragilite, *, details: bool = True) -> Chances:
    """The chance of each case; with `details`, its 80 % range and its four factors too."""
    sortie = {each.name: np.ones(lot.c_moi.shape) for each in fields(Chances)}
    sortie["arrivees_devant"] = lot.arrivees * lot.part
    for quelles, coupe, cas in _cas(lot, fragilite):
        valeurs, poids = cas.melange(suiveurs=True)
        par_noeud = coupe.c_moi * (valeurs * poids[:, None]).sum(axis=0)
        proba = cas.poids_u @ par_noeud
        sortie["proba"][quelles] = proba
        sortie["brute"][quelles] = cas.poids_u @ (par_noeud * cas.dispo(coupe.logit_p_moi))
        if details:
            masses = poids[:, None] * cas.poids_u[:, None]
            bas, haut = fourchettes(coupe.c_moi * valeurs, masses, coupe.n_devant + 1, proba)
            sortie["bas80"][quelles], sortie["haut80"][quelles] = bas, haut
            nus, leurs_poids = _Cas(coupe, AUCUNE).melange(suiveurs=False)
            etapes = cas.places(), nus[0, 0], (nus[:, 0] * leurs_poids).sum(axis=0), proba
            for nom, facteur in zip(("places", "devant", "arrivees", "dossier"), facteurs(*etapes), strict=True):
                sortie[f"f_{nom}"][quelles] = facteur
    if not details:
        sortie |= {nom: sortie[nom][:0] for nom in sortie if nom.startswith("f_") or nom.endswith("80")}
    return Chances(**sortie)
