"""Somebody more: what would happen to a demande that is not there, or to one with a change.

Each is put in every list of its perimeter against the realised fate of the others, and takes no logement. What is
left to chance is its own: to apply, to be available, to be attributed, its place in the commission; so the hazard of
each offre is exact, and the effect of a change has no noise. One approximation: the number of its live candidatures,
on which applying and being available depend, is its expected number. It needs the simulated grid, rents and aid.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from heapq import heappop, heappush

import numpy as np
from scipy.special import ndtr

from palier.chances.journal import FINANCEMENTS, JOUR, MOIS, TYPOLOGIES, Entiers, Reels, Vrais
from palier.chances.simulateur.liste import (
    Liste,
    Traits,
    chance_d_attribution,
    chance_de_postuler,
    chance_de_vouloir,
    pret,
    succes,
)
from palier.chances.simulateur.monde import menages
from palier.chances.simulateur.moteur import Deroulement
from palier.chances.simulateur.scene import Menages, Scene, Territoire, effort_de, minutes_de, points_de

HORIZON = 36
COMMISSION_SUIVANTE_JOURS = 17.0


@dataclass(frozen=True)
class Fantomes:
    """The truth of each phantom: its curve, and one row for each offre of its perimeter since it came."""

    F: Reels  # (n, 36): chance of being offered within 1…36 months of `depuis`
    depuis: Entiers
    fantome_i: Entiers
    offre_i: Entiers  # row of the offres of the scene
    publiee: Entiers
    instant: Entiers  # when it would be offered
    postule: Reels
    q: Reels  # of being offered, applying included
    compte: Vrais  # in F: published from `depuis` on, or all those to come when `en_cours`

    def tirer(self, rng: np.random.Generator) -> Reels:
        """Draw the months to the first logement offered, infinite when there is none in 36 months."""
        seuil = rng.exponential(1.0, len(self.depuis))
        mois = np.full(len(self.depuis), np.inf)
        for i in range(len(self.depuis)):
            rows = np.flatnonzero((self.fantome_i == i) & self.compte)
            rows = rows[np.argsort(self.instant[rows], kind="stable")]
            place = int(np.searchsorted(np.cumsum(_risque(self.q[rows])), seuil[i]))
            if place < len(rows):
                mois[i] = (self.instant[rows[place]] - self.depuis[i]) / MOIS
        return np.where(mois <= HORIZON, mois, np.inf)

    def douze_mois(self, rng: np.random.Generator) -> tuple[Reels, Reels]:
        """Draw the candidatures of the twelve months before `depuis`; return them with the offres of the perimeter."""
        passe = (self.publiee < self.depuis[self.fantome_i]) & (
            self.publiee >= self.depuis[self.fantome_i] - np.int64(12 * MOIS)
        )
        qui, n = self.fantome_i[passe], len(self.depuis)
        faites = qui[rng.random(len(qui)) < self.postule[passe]]
        return np.bincount(faites, minlength=n).astype(np.float64), np.bincount(qui, minlength=n).astype(np.float64)


def fantomes(deroulement: Deroulement, men: Menages, depuis: int | Entiers, *, en_cours: bool = False) -> Fantomes:
    """Put each household in every list of its perimeter since it came, and add up from `depuis` on."""
    scene = deroulement.scene
    if scene.coter is not None or scene.effort is not None or scene.egalite is not None:
        raise ValueError("scene: phantoms need the simulated grid, rents and order")
    des = np.broadcast_to(np.asarray(depuis, dtype=np.int64), (len(men),)).copy()
    vivantes = np.zeros(len(men))
    finies: list[tuple[int, int, Entiers, Reels]] = []
    parts: list[tuple[Entiers, ...] | tuple[Entiers | Reels, ...]] = []
    for offre, liste in enumerate(deroulement.verite.listes):
        instant = int(scene.annonces.publiee[offre])
        while finies and finies[0][0] <= instant:
            _, _, qui, poids = heappop(finies)
            vivantes[qui] -= poids
        if liste is None or not (qui := _interesses(scene, men, offre, instant)).size:
            continue
        postule, q, quand = _chances(deroulement, men, qui, liste, vivantes[qui])
        vivantes[qui] += postule
        heappush(finies, (liste.fini, offre, qui, postule))
        n = len(qui)
        parts.append((qui, np.full(n, offre), np.full(n, instant), quand, postule, q))
    vide = (np.zeros(0, np.int64),) * 4 + (np.zeros(0),) * 2
    qui, offres, publiee, quand, postule, q = (np.concatenate(each) for each in zip(vide, *parts, strict=True))
    compte = (quand > des[qui]) if en_cours else (publiee >= des[qui])
    courbes = _courbes(qui[compte], (quand - des[qui])[compte], q[compte], len(men))
    return Fantomes(courbes, des, qui, offres, publiee, quand, postule, q, compte)


def _interesses(scene: Scene, men: Menages, offre: int, instant: int) -> Entiers:
    ann = scene.annonces
    la = men.communes[:, ann.commune[offre]] & men.typologies[:, ann.typologie[offre]]
    return np.flatnonzero(la & men.financements[:, ann.financement[offre]] & (men.arrivee <= instant)).astype(np.int64)


def _chances(
    deroulement: Deroulement, men: Menages, qui: Entiers, liste: Liste, vivantes: Reels
) -> tuple[Reels, Reels, Entiers]:
    """Return, for some phantoms on one offre: applying, being offered (applying included), and when."""
    scene, sortie = deroulement.scene, deroulement.verite.sortie
    ann, reg, offre = scene.annonces, scene.reglages, liste.offre
    minutes, effort = minutes_de(scene, men, qui, int(ann.commune[offre])), effort_de(scene, men, qui, offre)
    traits = Traits(minutes, effort, men.complet[qui], men.activite[qui], men.groupe[qui], vivantes)
    postule = chance_de_postuler(reg, traits, float(ann.qualite[offre])) * (1.0 - reg.retrait)
    la = replace(traits, vivantes=vivantes + postule)
    p = chance_de_vouloir(reg, la, float(ann.u[offre])) * pret(reg, traits.complet)
    c = chance_d_attribution(reg, effort, traits.groupe)
    points = points_de(scene, men, qui, offre, int(ann.cloture[offre]), men.points_hors_offre[qui])
    devant = _devant(liste, points)
    ouverte, meilleur = _places(scene, liste, sortie)
    rang = devant // int(ann.presentes[offre])
    dedans = rang < len(ouverte)
    rang = np.minimum(rang, len(ouverte) - 1)
    tour = ndtr((points + reg.biais_ordre * traits.groupe - meilleur[rang]) / reg.sigma_c)
    q = postule * p * c * np.where(dedans, ouverte[rang] * tour, 0.0)
    attente = reg.commission_jours - reg.contact_jours + COMMISSION_SUIVANTE_JOURS * rang
    return postule, q, (liste.contact + attente * JOUR).astype(np.int64)


def _devant(liste: Liste, points: Reels) -> Entiers:
    """Return how many available ones have at least as many points."""
    assert liste.disponible is not None
    montants = -liste.points[liste.disponible]
    return np.searchsorted(montants, -points, side="right").astype(np.int64)


def _places(scene: Scene, liste: Liste, sortie: Entiers) -> tuple[Reels, Reels]:
    """Return, for each commission in which one more may sit: does it meet, and the best score to beat there.

    One more, wherever it comes in the commission, sits with the first m − 1 available of those left.
    """
    assert liste.disponible is not None
    m, fois = int(scene.annonces.presentes[liste.offre]), int(scene.annonces.commissions[liste.offre])
    la = np.flatnonzero(liste.disponible)[: m * fois]
    reussit = succes(liste, sortie)[la]
    score = np.where(reussit, liste.points[la] + liste.ecart[la], -np.inf)
    ouverte, meilleur = np.zeros(fois), np.full(fois, -np.inf)
    for b in range(fois):
        ouverte[b] = float(not reussit[: b * m].any())
        meilleur[b] = score[b * m : b * m + m - 1].max(initial=-np.inf)
    return ouverte, meilleur


def _risque(q: Reels) -> Reels:
    return np.asarray(-np.log1p(-np.minimum(q, 1.0 - 1e-12)), dtype=np.float64)


def _courbes(qui: Entiers, ecart: Entiers, q: Reels, n: int) -> Reels:
    mois = np.ceil(ecart / MOIS).astype(np.int64)
    dedans = (mois >= 1) & (mois <= HORIZON)
    risques = np.zeros((n, HORIZON))
    np.add.at(risques, (qui[dedans], mois[dedans] - 1), _risque(q[dedans]))
    return np.asarray(-np.expm1(-risques.cumsum(axis=1)), dtype=np.float64)


def candidats_fantomes(deroulement: Deroulement, n: int, au: int, rng: np.random.Generator) -> Menages:
    """Draw households that never were, none dormant, with the ages of those who wait at an instant."""
    scene = deroulement.scene
    attend = (scene.menages.arrivee < au) & (deroulement.verite.sortie > au) & ~scene.menages.dormante
    deposee = rng.choice(scene.menages.deposee[attend], n)
    eveilles = replace(scene.reglages, dormantes=0.0)
    tires = menages(scene.territoire, eveilles, rng, deposee)
    return replace(tires, demande=np.array([f"F{rang:06d}" for rang in range(1, n + 1)]))


def joindre(suite: list[Menages]) -> Menages:
    """Put households one after the other."""
    return Menages(*(np.concatenate([getattr(men, each.name) for men in suite]) for each in fields(Menages)))


def varier(men: Menages, i: int, action: str, ter: Territoire) -> Menages:
    """Return the i-th household with one change, written as in a file of levers."""
    un = men.lignes(np.array([i], dtype=np.int64))
    quoi, _, valeur = action.partition(":")
    if quoi == "commune":
        return replace(un, communes=_ouvert(un.communes, [str(each) for each in ter.communes], valeur))
    if quoi == "typologie":
        return replace(un, typologies=_ouvert(un.typologies, list(TYPOLOGIES), valeur))
    if quoi == "financement":
        return replace(un, financements=_ouvert(un.financements, list(FINANCEMENTS), valeur))
    if quoi == "justificatif":
        gagnes = un.points_hors_offre + un.points_perdus
        return replace(un, points_hors_offre=gagnes, points_perdus=np.zeros(1))
    if quoi == "dossier_complet":
        return replace(un, complet=np.ones(1, dtype=np.bool_))
    raise ValueError(f"action: {action}")


def _ouvert(masque: Vrais, noms: list[str], nom: str) -> Vrais:
    if nom not in noms:
        raise ValueError(f"action: {nom}")
    plus = masque.copy()
    plus[0, noms.index(nom)] = True
    return plus
