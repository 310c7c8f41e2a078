"""What a run writes down while it plays, and the journal made of it."""

from __future__ import annotations

import numpy as np

from palier.chances.journal import (
    FINANCEMENTS,
    TYPES,
    TYPOLOGIES,
    Candidatures,
    Demandes,
    Entiers,
    Evenements,
    Journal,
    Mots,
    Offres,
    Parametres,
    Reels,
    Sorties,
    Vrais,
)
from palier.chances.simulateur.liste import Liste, Traits
from palier.chances.simulateur.scene import Changements, Scene

CODES = {nom: code for code, nom in enumerate(TYPES)}
CONTACTE = CODES["contacte"]


class Registre:
    """Rows in the order in which the run writes them."""

    def __init__(self) -> None:
        """Open empty tables."""
        self.candidatures: list[tuple[Entiers, Entiers, Entiers, Reels, Reels, Reels, Vrais]] = []
        self.evenements: list[tuple[int, int, int, int, int, int, str]] = []
        self.sorties: list[tuple[int, int, int]] = []
        self.compte = 0

    def liste(
        self, offre: int, demandes: Entiers, depot: Entiers, points: Reels, traits: Traits, retire: Entiers
    ) -> Entiers:
        """Write the candidatures of an offre and those withdrawn before the closing; return their rows."""
        n = len(demandes)
        lignes = np.arange(self.compte, self.compte + n, dtype=np.int64)
        self.compte += n
        self.candidatures.append((
            np.full(n, offre, dtype=np.int64), demandes, depot, points, traits.minutes, traits.effort, traits.complet,
        ))  # fmt: skip
        for place in np.flatnonzero(retire < np.iinfo(np.int64).max):
            self.evenements.append((int(retire[place]), offre, int(lignes[place]), CODES["retire"], -1, -1, ""))
        return lignes

    def contacts(self, liste: Liste, depuis: int, instant: int, pas: int, issues: list[str]) -> None:
        """Write those reached for, one after the other, and what came of each."""
        for rang, issue in enumerate(issues):
            quand, ligne = instant + rang * pas, int(liste.ligne[depuis + rang])
            self.evenements.append((quand, liste.offre, ligne, CONTACTE, liste.commission, -1, ""))
            self.evenements.append((quand + pas // 2, liste.offre, ligne, CODES[issue], liste.commission, -1, ""))

    def dire(self, liste: Liste, place: int, instant: int, quoi: str, ordre: int = -1, motif: str = "") -> None:
        """Write what happens to one of the list."""
        ligne = int(liste.ligne[place])
        self.evenements.append((instant, liste.offre, ligne, CODES[quoi], liste.commission, ordre, motif))

    def fin(self, offre: int, instant: int, quoi: str) -> None:
        """Write the end of an offre that nobody accepted."""
        self.evenements.append((instant, offre, -1, CODES[quoi], -1, -1, ""))


def ecrire(scene: Scene, changes: Changements, registre: Registre, sortie: Entiers, cause: Entiers) -> Journal:
    """Make the journal of what lies between the beginning and the end of the record."""
    ann, men = scene.annonces, scene.menages
    offres_gardees = np.flatnonzero((ann.publiee >= scene.debut) & (ann.publiee < scene.fin)).astype(np.int64)
    place_offre = _places(offres_gardees, len(ann))
    connus = np.where(men.arrivee > scene.debut, men.arrivee, men.deposee)
    gardees = np.flatnonzero((connus < scene.fin) & (sortie >= scene.debut)).astype(np.int64)
    place_demande = _places(gardees, len(men))
    candidatures, place_ligne = _candidatures(scene, registre, place_offre, place_demande)
    partis = gardees[sortie[gardees] < scene.fin]
    return Journal(
        parametres=_parametres(scene),
        offres=_offres(scene, offres_gardees),
        demandes=_demandes(scene, changes, gardees, place_demande, connus, sortie),
        candidatures=candidatures,
        evenements=_evenements(scene, registre, place_offre, place_ligne),
        sorties=Sorties(place_demande[partis], sortie[partis], cause[partis]),
        trajets={
            (str(depart), str(arrivee)): float(scene.territoire.minutes[i, j])
            for i, depart in enumerate(scene.territoire.communes)
            for j, arrivee in enumerate(scene.territoire.communes)
        },
    )


def _places(gardes: Entiers, total: int) -> Entiers:
    places = np.full(total, -1, dtype=np.int64)
    places[gardes] = np.arange(len(gardes))
    return places


def _parametres(scene: Scene) -> Parametres:
    reg = scene.reglages
    return Parametres(
        territoire=scene.territoire.nom,
        debut=scene.debut,
        fin=scene.fin,
        presentes=reg.presentes,
        commissions=reg.commissions,
        delai_reponse_jours=reg.reponse_jours,
        points_par_mois=reg.points_par_mois,
        plafond_mois=reg.plafond_mois,
        points_lien_domicile=reg.lien_domicile,
        points_lien_travail=reg.lien_travail,
    )


def _offres(scene: Scene, gardees: Entiers) -> Offres:
    ann = scene.annonces.lignes(gardees)
    return Offres(
        offre=ann.offre, publiee=ann.publiee, cloture=ann.cloture, commune=scene.territoire.communes[ann.commune],
        typologie=ann.typologie, financement=ann.financement, surface=ann.surface, loyer_hc=ann.loyer_hc,
        loyer_cc=ann.loyer_cc, qualite=ann.qualite, bailleur=ann.bailleur, presentes=ann.presentes,
        commissions=ann.commissions,
    )  # fmt: skip


def _candidatures(
    scene: Scene, registre: Registre, place_offre: Entiers, place_demande: Entiers
) -> tuple[Candidatures, Entiers]:
    """Return the candidatures in the order (offre, deposit), and the place of each row of the run in it."""
    vide = (np.zeros(0, np.int64),) * 3 + (np.zeros(0),) * 3 + (np.zeros(0, np.bool_),)
    offre, demande, depot, points, minutes, effort, complet = (
        np.concatenate(parts) for parts in zip(vide, *registre.candidatures, strict=True)
    )
    rang = np.lexsort((demande, depot, offre))
    rang = rang[(place_offre[offre[rang]] >= 0) & (depot[rang] < scene.fin)].astype(np.int64)
    largeur = max(7, len(str(len(rang))))
    return (
        Candidatures(
            candidature=np.array([f"C{numero:0{largeur}d}" for numero in range(1, len(rang) + 1)], dtype=np.str_),
            offre_i=place_offre[offre[rang]],
            demande_i=place_demande[demande[rang]],
            deposee=depot[rang],
            points=points[rang],
            trajet_min=minutes[rang],
            taux_effort=effort[rang],
            complet=complet[rang],
        ),
        _places(rang, len(offre)),
    )


def _evenements(scene: Scene, registre: Registre, place_offre: Entiers, place_ligne: Entiers) -> Evenements:
    motifs = np.array([each[6] for each in registre.evenements], dtype=np.str_)
    chiffres = np.array([each[:6] for each in registre.evenements], dtype=np.int64).reshape(-1, 6)
    instant, offre, ligne = chiffres[:, 0], chiffres[:, 1], chiffres[:, 2]
    place = np.where(ligne >= 0, place_ligne[ligne] if len(place_ligne) else -1, -1)
    dedans = (instant < scene.fin) & (place_offre[offre] >= 0) & ((ligne < 0) | (place >= 0))
    rang = np.flatnonzero(dedans)[np.argsort(instant[dedans], kind="stable")]
    return Evenements(
        numero=np.arange(1, len(rang) + 1, dtype=np.int64),
        instant=instant[rang],
        offre_i=place_offre[offre[rang]],
        candidature_i=place[rang],
        type=chiffres[rang, 3],
        commission=chiffres[rang, 4],
        ordre=chiffres[rang, 5],
        motif=motifs[rang] if len(rang) else np.zeros(0, dtype="<U1"),
    )


def _demandes(
    scene: Scene, changes: Changements, gardees: Entiers, places: Entiers, connus: Entiers, sortie: Entiers
) -> Demandes:
    """Return one row a version: as deposited, then after each change while it was active."""
    men, codes = scene.menages, scene.territoire.communes
    vus = (changes.instant < scene.fin) & (changes.instant < sortie[changes.demande_i])
    vus &= (changes.instant > connus[changes.demande_i]) & (places[changes.demande_i] >= 0)
    qui = np.concatenate([gardees, changes.demande_i[vus]])
    quand = np.concatenate([connus[gardees], changes.instant[vus]])
    gain = np.concatenate([np.zeros(len(gardees)), changes.points[vus]])
    complet = np.concatenate([men.complet[gardees], changes.complet[vus]])
    rang = np.lexsort((quand, places[qui]))
    qui, quand, gain, complet = qui[rang], quand[rang], gain[rang], complet[rang]
    gagne = _cumul(qui, gain)
    return Demandes(
        demande=men.demande[gardees],
        demande_i=places[qui],
        version_du=quand,
        deposee=men.deposee[qui],
        taille=men.taille[qui],
        revenu_mensuel=men.revenu_mensuel[qui],
        commune_domicile=_mots(codes, men.domicile[qui]),
        commune_travail=_mots(codes, men.travail[qui]),
        communes=tuple(tuple(str(code) for code in codes[masque]) for masque in men.communes[qui]),
        typologies=_codes(men.typologies[qui], len(TYPOLOGIES)),
        financements=_codes(men.financements[qui], len(FINANCEMENTS)),
        points_hors_offre=men.points_hors_offre[qui] + gagne,
        points_perdus=np.maximum(0.0, men.points_perdus[qui] - gagne),
        complet=_depuis_le_debut(qui, complet),
    )


def _cumul(qui: Entiers, gain: Reels) -> Reels:
    """Return the gains added up along the versions of each demande (equal `qui` follow one another)."""
    total = np.cumsum(gain)
    premiers = np.r_[True, qui[1:] != qui[:-1]] if len(qui) else np.zeros(0, dtype=np.bool_)
    avant = (total - gain)[premiers]
    return np.asarray(total - np.repeat(avant, np.diff(np.r_[np.flatnonzero(premiers), len(qui)])), dtype=np.float64)


def _depuis_le_debut(qui: Entiers, complet: Vrais) -> Vrais:
    return _cumul(qui, complet.astype(np.float64)) > 0


def _mots(codes: Mots, places: Entiers) -> Mots:
    return np.where(places >= 0, codes[places], "")


def _codes(masques: Vrais, largeur: int) -> tuple[tuple[int, ...], ...]:
    """Return the places held by each row; few combinations exist, each is made once."""
    clefs = masques @ (1 << np.arange(largeur))
    faits = {int(clef): tuple(j for j in range(largeur) if int(clef) >> j & 1) for clef in np.unique(clefs)}
    return tuple(faits[int(clef)] for clef in clefs)
