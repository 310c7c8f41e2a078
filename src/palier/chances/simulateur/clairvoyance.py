"""The chance that someone would announce who knew the final list, who has left, and the true logement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from palier.chances.journal import Entiers, Reels, Vrais
from palier.chances.simulateur.liste import Liste, chance_d_attribution, succes
from palier.chances.simulateur.moteur import Deroulement

BLOC = 24


@dataclass(frozen=True)
class _Autres:
    """Those ahead or behind, nearest to the head of the list first."""

    p: Reels
    succes: Reels
    score: Reels  # points, and the bias of the commission

    def tranche(self, debut: int, fin: int) -> _Autres:
        return _Autres(self.p[debut:fin], self.succes[debut:fin], self.score[debut:fin])


def clairvoyante(
    deroulement: Deroulement, candidature_i: Entiers, rng: np.random.Generator, tirages: int = 1500
) -> Reels:
    """Return the chance of each candidature of the journal, were it to stay with a complete file, by drawing.

    Left to chance: the availability of the others, what the commission thinks, the answers.
    """
    scene, jour = deroulement.scene, deroulement.journal
    rendu = np.empty(len(candidature_i))
    for rang, (i, liste, demande) in enumerate(_retrouver(deroulement, candidature_i)):
        moi = (float(jour.candidatures.points[i]), demande, int(jour.candidatures.deposee[i]))
        devant, derriere = _autour(deroulement, liste, moi)
        groupe = scene.menages.groupe[demande]
        c = float(chance_d_attribution(scene.reglages, jour.candidatures.taux_effort[i : i + 1], groupe)[0])
        score = moi[0] + scene.reglages.biais_ordre * float(groupe)
        bornes = (int(scene.annonces.presentes[liste.offre]), int(scene.annonces.commissions[liste.offre]))
        rendu[rang] = c * _tour(devant, derriere, score, bornes, scene.reglages.sigma_c, tirages, rng)
    return rendu


def destin(deroulement: Deroulement, candidature_i: Entiers) -> Vrais:
    """Return whether each candidature would have been offered the logement, had it been available.

    The others live what they lived; who was lost or never reached is told what would have come. The candidatures
    withdrawn before the closing have no fate: none may be asked.
    """
    rendu = np.zeros(len(candidature_i), dtype=np.bool_)
    for rang, (_, liste, demande) in enumerate(_retrouver(deroulement, candidature_i)):
        place = int(np.flatnonzero(liste.demande == demande)[0])
        m = int(deroulement.scene.annonces.presentes[liste.offre])
        assert liste.disponible is not None
        la = np.flatnonzero(liste.disponible)
        la = la[la != place]
        b = int((la < place).sum()) // m
        reussit = succes(liste, deroulement.verite.sortie)
        score = liste.points + liste.ecart
        siegent = la[b * m : b * m + m - 1]
        ouverte = b < deroulement.scene.annonces.commissions[liste.offre] and not reussit[la[: b * m]].any()
        premier = not (reussit[siegent] & (score[siegent] > score[place])).any()
        rendu[rang] = bool(liste.attribuable[place]) and ouverte and premier
    return rendu


def _retrouver(deroulement: Deroulement, candidature_i: Entiers) -> Iterator[tuple[int, Liste, int]]:
    """Give back each candidature of the journal with its list and its demande in the run."""
    scene, jour = deroulement.scene, deroulement.journal
    place_offre = {str(nom): rang for rang, nom in enumerate(scene.annonces.offre)}
    place_demande = {str(nom): rang for rang, nom in enumerate(scene.menages.demande)}
    for i in candidature_i:
        liste = deroulement.verite.listes[place_offre[str(jour.offres.offre[jour.candidatures.offre_i[i]])]]
        if liste is None:
            raise ValueError("candidature_i: its offre has no list")
        yield int(i), liste, place_demande[str(jour.demandes.demande[jour.candidatures.demande_i[i]])]


def _autour(deroulement: Deroulement, liste: Liste, moi: tuple[float, int, int]) -> tuple[_Autres, _Autres]:
    men, reg = deroulement.scene.menages, deroulement.scene.reglages
    points, demande, depot = moi
    deposee = men.deposee[liste.demande]
    egal = liste.points == points
    avant_moi = (liste.depot < depot) | ((liste.depot == depot) & (liste.demande < demande))
    ancien = (deposee < men.deposee[demande]) | ((deposee == men.deposee[demande]) & avant_moi)
    avant = (liste.points > points) | (egal & ancien)
    autre = liste.demande != demande
    p = np.where(deroulement.verite.sortie[liste.demande] > liste.contact, liste.p, 0.0)
    score = liste.points + reg.biais_ordre * men.groupe[liste.demande]

    def pris(masque: Vrais) -> _Autres:
        return _Autres(p[masque], (liste.a * liste.c)[masque], score[masque])

    return pris(avant & autre), pris(~avant & autre)


def _tour(
    devant: _Autres, derriere: _Autres, score: float, bornes: tuple[int, int], sigma: float, tirages: int,
    rng: np.random.Generator,
) -> float:  # fmt: skip
    """Return the share of draws in which my turn comes; my own place in the commission is integrated."""
    m, fois = bornes
    compte = np.zeros(tirages, dtype=np.int64)
    ouvert = np.ones(tirages, dtype=np.bool_)  # nobody of an earlier commission was housed
    commission_ouverte = np.ones(tirages, dtype=np.bool_)  # nor of the one being filled
    meilleur = np.full(tirages, -np.inf)  # best score of who succeeds in the one being filled
    for debut in range(0, len(devant.p), BLOC):
        bloc = devant.tranche(debut, debut + BLOC)
        la = rng.random((tirages, len(bloc.p))) < bloc.p
        reussit = la & (rng.random(la.shape) < bloc.succes)
        notes = np.where(reussit, bloc.score + sigma * rng.standard_normal(la.shape), -np.inf)
        for j in range(len(bloc.p)):
            compte += la[:, j]
            commission_ouverte &= ~reussit[:, j]
            np.maximum(meilleur, notes[:, j], out=meilleur)
            pleine = la[:, j] & (compte % m == 0)
            ouvert = np.where(pleine, commission_ouverte, ouvert)
            meilleur[pleine] = -np.inf
        if not (ouvert & (compte < m * fois)).any():
            return 0.0
    ouvert &= compte < m * fois
    reste = m - 1 - compte % m
    for j in range(len(derriere.p)):
        if not (ouvert & (reste > 0)).any():
            break
        la = (rng.random(tirages) < derriere.p[j]) & (reste > 0)
        reussit = la & (rng.random(tirages) < derriere.succes[j])
        note = derriere.score[j] + sigma * rng.standard_normal(tirages)
        meilleur = np.where(reussit, np.maximum(meilleur, note), meilleur)
        reste -= la
    return float((ouvert * ndtr((score - meilleur) / sigma)).mean())
