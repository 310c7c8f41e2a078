"""Questions about candidatures, as plain columns, and the chances that fits give them: files and platform meet here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.special import expit, logit, ndtr

from palier.chances.ajustement import Ajustement
from palier.chances.ajustement.covariables import NOMS
from palier.chances.journal import Entiers, Mots, Reels
from palier.chances.listes import Listes
from palier.chances.lots import Lot, chances_lot, etaler

R0 = 1.5
POIDS_PART = 6.0
FLUX_MINIMUM = 0.5
BLOC = 2048
COMPLET = NOMS.index("complet")


@dataclass(frozen=True)
class Table:
    """Candidates, one row each: logits before slope and shift, probability of being attributed, points."""

    logit_p: Reels
    logit_a: Reels
    c: Reels
    points: Reels
    prete: Reels  # probability that the file is ready in time: 1 when it is complete
    c_prete: Reels  # probability of being attributed once the file is complete


@dataclass(frozen=True)
class Contexte:
    """One row a question: its advert, and how far its window has gone."""

    commune: Mots
    typologie: Entiers
    presentes: Entiers
    commissions: Entiers
    jours: Reels  # days between publication and closing
    ecoulee: Reels  # share of the window that is over


@dataclass(frozen=True)
class ReponsesChance:
    """Columns of the answers, in the order of the questions. The product of the four factors is `proba`."""

    question: Mots
    proba: Reels
    bas80: Reels
    haut80: Reels
    rang: Entiers
    candidatures: Entiers
    arrivees_attendues: Reels
    arrivees_devant: Reels
    f_places: Reels
    f_devant: Reels
    f_arrivees: Reels
    f_dossier: Reels
    statut: Mots
    brute: Reels  # my own availability counted too
    p_moi: Reels  # that availability
    perte_devant: Reels  # usual share of those ahead who are lost or refuse (of the typologie when nobody is)
    prete: Reels


def table(ajustement: Ajustement, x: Reels, typologie: Entiers, points: Reels) -> Table:
    """Read the fits for candidates whose covariates are `x`."""
    logit_p = ajustement.p.logits(x, typologie)
    complets = x.copy()
    complets[:, COMPLET] = 1.0
    prete = np.minimum(expit(logit_p) / expit(ajustement.p.logits(complets, typologie)), 1.0)
    return Table(
        logit_p=logit_p,
        logit_a=ajustement.a.logits(x, typologie),
        c=expit(ajustement.c.logits(x, typologie)),
        c_prete=expit(ajustement.c.logits(complets, typologie)),
        points=points,
        prete=np.where(x[:, COMPLET] == 0.0, prete, 1.0),
    )


def arrivees(ajustement: Ajustement, contexte: Contexte, n: Entiers) -> tuple[Reels, Reels]:
    """Return (λ, shape) of the arrivals until the closing."""
    part = ajustement.flux.part_deposee(contexte.ecoulee, contexte.jours)
    usuel = np.maximum(ajustement.flux.attendues(contexte.commune, contexte.typologie), FLUX_MINIMUM)
    forme = R0 + n.astype(np.float64)
    return np.asarray(forme / (R0 / usuel + part) * (1.0 - part)), forme


def repondre(
    ajustement: Ajustement, gens: Table, moi: Entiers, contexte: Contexte, listes: Listes, question: Mots,
    *, details: bool = True,
) -> ReponsesChance:  # fmt: skip
    """Return the chance of each question, its range, its four factors.

    Without `details`, three times faster: the range is π alone, the first three factors are 1 and the last is π.
    """
    morceaux = []
    tri = np.argsort(listes.rang, kind="stable")
    for debut in range(0, max(tri.size, 1), BLOC):
        ici = tri[debut : debut + BLOC]
        morceaux.append(_bloc(ajustement, gens, moi, contexte, listes, question, ici, details))
    return recaler(ajustement, rassembler(morceaux, np.argsort(tri, kind="stable")))


def rassembler(morceaux: Sequence[ReponsesChance], ordre: Entiers | None = None) -> ReponsesChance:
    """Put answers one after the other, then in this order."""
    tous = {c.name: np.concatenate([getattr(m, c.name) for m in morceaux]) for c in fields(ReponsesChance)}
    return ReponsesChance(**{nom: colonne if ordre is None else colonne[ordre] for nom, colonne in tous.items()})


def _bloc(
    ajustement: Ajustement, gens: Table, moi: Entiers, contexte: Contexte, listes: Listes, question: Mots,
    ici: Entiers, details: bool,
) -> ReponsesChance:  # fmt: skip
    moi = moi[ici]
    contexte = Contexte(**{champ.name: getattr(contexte, champ.name)[ici] for champ in fields(Contexte)})
    rang, n, typologie = listes.rang[ici], listes.candidatures[ici], contexte.typologie
    lam, forme = arrivees(ajustement, contexte, n)
    pi0 = ajustement.flux.part_devant(gens.points[moi], typologie)
    part = (rang - 1 + POIDS_PART * pi0) / (n + POIDS_PART)
    devant, n_devant = _colonnes(listes.devant, listes.debut_devant, ici)
    derriere, n_derriere = _colonnes(listes.derriere, listes.debut_derriere, ici)
    w = float(np.sqrt(2.0)) * ajustement.sigma_c
    # The chance is that of a complete file: what an incomplete one risks is told apart, and counted once (`prete`).
    lot = Lot(
        logit_p_devant=gens.logit_p[devant], logit_a_devant=gens.logit_a[devant], c_devant=gens.c[devant],
        w_devant=ndtr((gens.points[devant] - gens.points[moi]) / w), n_devant=n_devant,
        logit_p_derriere=gens.logit_p[derriere], logit_a_derriere=gens.logit_a[derriere], c_derriere=gens.c[derriere],
        w_derriere=ndtr((gens.points[derriere] - gens.points[moi]) / w), n_derriere=n_derriere,
        logit_p_moi=gens.logit_p[moi], logit_a_moi=gens.logit_a[moi], c_moi=gens.c_prete[moi],
        presentes=contexte.presentes, commissions=contexte.commissions, arrivees=lam, part=part, forme=forme,
        p_moyen=ajustement.p_moyen[typologie], alpha_moyen=ajustement.alpha_moyen[typologie],
    )  # fmt: skip
    calcul = chances_lot(lot, ajustement.fragilite, details=details)
    un = np.ones(ici.size)
    return ReponsesChance(
        question=question[ici],
        proba=calcul.proba, rang=rang, candidatures=n,
        bas80=calcul.bas80 if details else calcul.proba, haut80=calcul.haut80 if details else calcul.proba,
        arrivees_attendues=lam, arrivees_devant=lam * part,
        f_places=calcul.f_places if details else un, f_devant=calcul.f_devant if details else un,
        f_arrivees=calcul.f_arrivees if details else un, f_dossier=calcul.f_dossier if details else calcul.proba,
        statut=np.full(ici.size, "ok" if ajustement.suffisant else "insuffisant"),
        brute=calcul.brute, p_moi=disponible(ajustement, lot.logit_p_moi),
        perte_devant=_perte(lot), prete=gens.prete[moi],
    )  # fmt: skip


def disponible(ajustement: Ajustement, logit_p: Reels) -> Reels:
    """Return the probability of being available, averaged over what the dwelling hides."""
    f = ajustement.fragilite
    u, poids = f.noeuds_u()
    return np.asarray(poids @ expit(f.pente_p * logit_p + f.saut_p + f.charge_u * u))


def _perte(lot: Lot) -> Reels:
    """Return the usual share of those ahead who are lost or refuse; that of the typologie when nobody is ahead."""
    perte = 1.0 - expit(lot.logit_p_devant) * expit(lot.logit_a_devant)
    vus = np.arange(perte.shape[0])[:, None] < lot.n_devant
    somme = np.where(vus, perte, 0.0).sum(axis=0)
    usuelle = 1.0 - lot.p_moyen * lot.alpha_moyen
    return np.where(lot.n_devant > 0, somme / np.maximum(lot.n_devant, 1), usuelle)


def _colonnes(plat: Entiers, debut: Entiers, ici: Entiers) -> tuple[Entiers, Entiers]:
    n: Entiers = np.diff(debut)[ici]
    return etaler(plat, debut[:-1][ici], n), n


def recaler(ajustement: Ajustement, reponses: ReponsesChance) -> ReponsesChance:
    """Apply the recalibration of the fits, when there is one. The remainder goes to the factor of the file."""
    if ajustement.recalage is None:
        return reponses
    constante, pente, du_rang = ajustement.recalage
    fixe = constante + du_rang * np.log(reponses.rang)

    def nouveau(p: Reels) -> Reels:
        return np.asarray(expit(fixe + pente * logit(np.clip(p, 1e-6, 1 - 1e-6))))

    proba = nouveau(reponses.proba)
    rapport = proba / np.maximum(reponses.proba, 1e-300)
    return replace(
        reponses,
        proba=proba,
        bas80=np.minimum(nouveau(reponses.bas80), proba),
        haut80=np.maximum(nouveau(reponses.haut80), proba),
        f_dossier=reponses.f_dossier * rapport,
        brute=reponses.brute * rapport,
    )
