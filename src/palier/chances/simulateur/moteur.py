"""The engine: offres open, people apply, lists close, one goes down them, commissions meet, people answer and leave.

It knows households and offres only as arrays (`Scene`), so that it plays a drawn territory or anybody's. One event
at a time, in the order of time; one list at a time is handled as arrays. It uses nothing of the estimator.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from palier.chances.journal import CAUSES, JAMAIS, JOUR, Entiers, Journal, Reels
from palier.chances.simulateur.ecriture import Registre, ecrire
from palier.chances.simulateur.liste import (
    Liste,
    Traits,
    chance_d_attribution,
    chance_de_postuler,
    chance_de_vouloir,
    expit,
    logit_d_accepter,
    pret,
)
from palier.chances.simulateur.monde import changements, sorties_tirees
from palier.chances.simulateur.scene import Scene, effort_de, minutes_de, points_de

LOGE_ICI = CAUSES.index("loge_plateforme")
PARTIS_LOGES = (LOGE_ICI, CAUSES.index("loge_autre"))
HEURE = 3_600
PUBLIER, CLORE, CONTACTER, REUNIR, REPONDRE = range(5)


@dataclass(frozen=True)
class Verite:
    """What nobody sees: the lists with their latents, and when each left. For tests of the estimates only."""

    listes: list[Liste | None]  # one an offre
    sortie: Entiers  # one a demande, JAMAIS when still there


@dataclass(frozen=True)
class Deroulement:
    """One run: what was played, what the journal says of it, what only the run knows."""

    scene: Scene
    journal: Journal
    verite: Verite


def derouler(scene: Scene, rng: np.random.Generator) -> Deroulement:
    """Play a scene from its first arrival to the end of its last offre."""
    moteur = Moteur(scene, rng)
    moteur.jouer()
    journal = ecrire(scene, moteur.changements, moteur.registre, moteur.sortie, moteur.cause)
    return Deroulement(scene, journal, Verite(moteur.listes, moteur.sortie))


class Moteur:
    """The state of a run."""

    def __init__(self, scene: Scene, rng: np.random.Generator) -> None:
        """Draw who leaves and when, and what changes; put every publication in the queue."""
        men, reg = scene.menages, scene.reglages
        self.scene, self.rng, self.reg, self.men = scene, rng, reg, men
        self.sortie, self.cause = sorties_tirees(men, men.arrivee, reg, rng)
        tires = changements(men, reg, rng, fin=scene.fin)
        self.changements = tires if scene.changements is None else scene.changements
        self.prochain = 0
        self.hors_offre, self.complet = men.points_hors_offre.copy(), men.complet.copy()
        self.vivantes = np.zeros(len(men), dtype=np.float64)
        self.depots: list[tuple[Entiers, Entiers, Entiers] | None] = [None] * len(scene.annonces)
        self.listes: list[Liste | None] = [None] * len(scene.annonces)
        self.ordres: dict[int, list[int]] = {}
        self.registre = Registre()
        self.silences: set[int] = set()
        self.file: list[tuple[int, int, int, int]] = []
        self.numero = 0
        for offre, quand in enumerate(scene.annonces.publiee):
            self.prevoir(int(quand), PUBLIER, offre)

    def prevoir(self, instant: int, quoi: int, offre: int) -> None:
        """Put a step in the queue; at one instant, what was put first comes first."""
        self.numero += 1
        heappush(self.file, (instant, self.numero, quoi, offre))

    def jouer(self) -> None:
        """Play every step in the order of time."""
        etapes = (self.publier, self.clore, self.contacter, self.reunir, self.repondre)
        while self.file:
            instant, _, quoi, offre = heappop(self.file)
            self.vieillir(instant)
            etapes[quoi](offre, instant)

    def vieillir(self, instant: int) -> None:
        """Apply the changes of the demandes up to an instant."""
        tous = self.changements
        while self.prochain < len(tous.instant) and tous.instant[self.prochain] <= instant:
            qui = tous.demande_i[self.prochain]
            self.hors_offre[qui] += tous.points[self.prochain]
            self.complet[qui] |= tous.complet[self.prochain]
            self.prochain += 1

    def traits(self, demandes: Entiers, offre: int, vivantes: Reels) -> Traits:
        """Return what the draws rest on for some demandes and one offre."""
        scene, men = self.scene, self.men
        effort = scene.effort(demandes, offre) if scene.effort else effort_de(scene, men, demandes, offre)
        minutes = minutes_de(scene, men, demandes, int(scene.annonces.commune[offre]))
        return Traits(minutes, effort, self.complet[demandes], men.activite[demandes], men.groupe[demandes], vivantes)

    def publier(self, offre: int, instant: int) -> None:
        """Draw who applies among those whose perimeter holds the offre, and when."""
        men, ann, rng = self.men, self.scene.annonces, self.rng
        la = men.communes[:, ann.commune[offre]] & men.typologies[:, ann.typologie[offre]]
        la &= men.financements[:, ann.financement[offre]] & (men.arrivee <= instant) & (self.sortie > instant)
        demandes = np.flatnonzero(la).astype(np.int64)
        traits = self.traits(demandes, offre, self.vivantes[demandes])
        postule = rng.random(len(demandes)) < chance_de_postuler(self.reg, traits, float(ann.qualite[offre]))
        demandes = demandes[postule]
        fenetre = int(ann.cloture[offre] - ann.publiee[offre])
        attente = np.minimum(
            rng.exponential(self.reg.depot_jours * JOUR, len(demandes)), fenetre * np.sqrt(rng.random(len(demandes)))
        )
        depot = instant + np.clip(attente.astype(np.int64), 1, fenetre - 1)
        retire = np.full(len(demandes), JAMAIS, dtype=np.int64)
        part = rng.random(len(demandes)) < self.reg.retrait
        retire[part] = (depot + rng.random(len(demandes)) * (ann.cloture[offre] - depot)).astype(np.int64)[part]
        self.vivantes[demandes] += 1
        self.depots[offre] = (demandes, depot, retire)
        self.prevoir(int(ann.cloture[offre]), CLORE, offre)

    def clore(self, offre: int, instant: int) -> None:
        """Freeze the list, best first, and draw all that chance will decide for each."""
        depots = self.depots[offre]
        assert depots is not None
        self.depots[offre] = None
        demandes, depot, retire = depots
        points = self.points(demandes, offre, instant)
        garde = np.isfinite(points) & (self.sortie[demandes] > depot)
        self.vivantes[demandes[~garde]] -= 1
        demandes, depot, retire, points = demandes[garde], depot[garde], retire[garde], points[garde]
        traits = self.traits(demandes, offre, self.vivantes[demandes] - 1)
        lignes = self.registre.liste(offre, demandes, depot, points, traits, retire)
        reste = retire == JAMAIS
        self.vivantes[demandes[~reste]] -= 1
        rangs = np.flatnonzero(reste)[self.ordre(demandes[reste], depot[reste], points[reste], offre)]
        self.listes[offre] = self.tirer(offre, (lignes, demandes, depot, points), traits, rangs)
        self.prevoir(instant + int(self.reg.contact_jours * JOUR), CONTACTER, offre)

    def points(self, demandes: Entiers, offre: int, au: int) -> Reels:
        """Return the points at the closing, NaN for who may not apply."""
        if self.scene.coter is not None:
            return self.scene.coter(demandes, offre, au)
        return points_de(self.scene, self.men, demandes, offre, au, self.hors_offre[demandes])

    def ordre(self, demandes: Entiers, depot: Entiers, points: Reels, offre: int) -> Entiers:
        """Return the places in the order of the list: points, then the older demande, then the order of deposit."""
        if self.scene.egalite is not None:
            return np.lexsort((self.scene.egalite(demandes, offre), -points)).astype(np.int64)
        return np.lexsort((demandes, depot, self.men.deposee[demandes], -points)).astype(np.int64)

    def tirer(self, offre: int, vus: tuple[Entiers, Entiers, Entiers, Reels], traits: Traits, rangs: Entiers) -> Liste:
        """Draw the latents of a list."""
        lignes, demandes, depot, points = vus
        reg, ann, n = self.reg, self.scene.annonces, len(rangs)
        logit_a = logit_d_accepter(reg, traits, float(ann.qualite[offre]), float(ann.u[offre]))[rangs]
        c = chance_d_attribution(reg, traits.effort, traits.groupe)[rangs]
        tirages = self.rng.random((4, n))
        biais = reg.biais_ordre * traits.groupe[rangs]
        return Liste(
            offre, lignes[rangs], demandes[rangs], depot[rangs], points[rangs], traits.minutes[rangs],
            traits.effort[rangs], traits.complet[rangs], self.rng.normal(0.0, 1.0, n) * reg.sigma_c + biais,
            expit(logit_a), c, np.zeros(n), tirages[0], tirages[1] < pret(reg, traits.complet)[rangs],
            tirages[2] < c, tirages[3] < expit(logit_a),
        )  # fmt: skip

    def contacter(self, offre: int, instant: int) -> None:
        """Go down the list until the commission is full."""
        liste = self.listes[offre]
        assert liste is not None
        if liste.disponible is None:
            self.ouvrir(liste, instant)
            if self.rng.random() < self.reg.offre_retiree:
                self.finir(liste, instant, "offre_retiree")
                return
        assert liste.disponible is not None
        liste.commission += 1
        reste = slice(liste.position, len(liste))
        parti = self.sortie[liste.demande[reste]] <= instant
        liste.disponible[reste] &= ~parti
        places = np.flatnonzero(liste.disponible[reste])[: self.scene.annonces.presentes[offre]] + liste.position
        plein = len(places) == self.scene.annonces.presentes[offre]
        jusqu_a = int(places[-1]) + 1 if plein else len(liste)
        self.dire_contacts(liste, jusqu_a, instant)
        liste.position = jusqu_a
        if not len(places):
            self.finir(liste, instant + int((self.reg.commission_jours - self.reg.contact_jours) * JOUR), "sans_suite")
            return
        self.ordres[offre] = [int(place) for place in places]
        attente = self.reg.commission_jours - self.reg.contact_jours
        self.prevoir(instant + int(attente * JOUR), REUNIR, offre)

    def ouvrir(self, liste: Liste, instant: int) -> None:
        """Draw who is available, once for the whole list, at the first contact."""
        u = float(self.scene.annonces.u[liste.offre])
        vivantes = self.vivantes[liste.demande]
        traits = Traits(
            liste.minutes, liste.effort, liste.complet, self.men.activite[liste.demande],
            self.men.groupe[liste.demande], vivantes,
        )  # fmt: skip
        liste.contact = instant
        veut = chance_de_vouloir(self.reg, traits, u)
        liste.p = veut * pret(self.reg, liste.complet)
        liste.disponible = liste.valide & (liste.tirage_volonte < veut)

    def dire_contacts(self, liste: Liste, jusqu_a: int, instant: int) -> None:
        """Write who was reached for and what came of it."""
        depuis = liste.position
        assert liste.disponible is not None
        sortie, cause = self.sortie[liste.demande[depuis:jusqu_a]], self.cause[liste.demande[depuis:jusqu_a]]
        joignable = self.rng.random(jusqu_a - depuis) >= self.reg.part_injoignable
        issue = np.where(joignable, "retire", "injoignable").astype("<U16")
        issue[~liste.valide[depuis:jusqu_a]] = "dossier_invalide"
        issue[sortie <= instant] = "injoignable"
        issue[(sortie <= instant) & np.isin(cause, PARTIS_LOGES)] = "loge_ailleurs"
        issue[liste.disponible[depuis:jusqu_a]] = "presente"
        duree = 0.8 * (self.reg.commission_jours - self.reg.contact_jours) * JOUR
        pas = min(2 * HEURE, int(duree / max(1, jusqu_a - depuis)))
        self.registre.contacts(liste, depuis, instant, pas, [str(each) for each in issue])

    def reunir(self, offre: int, instant: int) -> None:
        """Hold the commission: its whole order, then the first turn."""
        liste = self.listes[offre]
        assert liste is not None
        places = self.ordres[offre]
        places.sort(key=lambda place: (-(liste.points[place] + liste.ecart[place]), place))
        for ordre, place in enumerate(places, 1):
            self.registre.dire(liste, place, instant, "classe", ordre)
        self.avancer(liste, instant + HEURE)

    def avancer(self, liste: Liste, instant: int) -> None:
        """Give the turn to the next of the commission, else call the next commission, else end."""
        places = self.ordres[liste.offre]
        while places:
            place = places[0]
            if liste.attribuable[place]:
                self.registre.dire(liste, place, instant, "attribue")
                self.prevoir(instant + self.delai_de_reponse(liste, place), REPONDRE, liste.offre)
                return
            motif = "ressources" if liste.effort[place] > self.reg.effort_lourd else "autre"
            self.registre.dire(liste, place, instant, "non_attribue", motif=motif)
            places.pop(0)
        if liste.commission < self.scene.annonces.commissions[liste.offre] and liste.position < len(liste):
            self.prevoir(instant + JOUR, CONTACTER, liste.offre)
        else:
            self.finir(liste, instant + JOUR, "sans_suite")

    def delai_de_reponse(self, liste: Liste, place: int) -> int:
        """Draw the time before the answer: a few days, the whole legal delay for who stays silent."""
        tirage, silence = self.rng.exponential(self.reg.reponse_moyenne_jours), self.rng.random()
        if not liste.accepte[place] and silence < self.reg.part_silence:
            self.silences.add(liste.offre)
            return self.reg.reponse_jours * JOUR
        return int(min(max(tirage, 0.2), self.reg.reponse_jours - 0.1) * JOUR)

    def repondre(self, offre: int, instant: int) -> None:
        """Write the answer; who accepts is housed, and every other turn passes to the next.

        Who left after being presented keeps its turn and refuses: the commission could not know.
        """
        liste = self.listes[offre]
        assert liste is not None
        place = self.ordres[offre].pop(0)
        demande = int(liste.demande[place])
        parti = self.sortie[demande] <= instant
        if liste.accepte[place] and not parti:
            self.registre.dire(liste, place, instant, "accepte")
            self.sortie[demande], self.cause[demande] = instant, LOGE_ICI
            self.finir(liste, instant, "")
            return
        self.registre.dire(liste, place, instant, "sans_reponse" if offre in self.silences else "refuse")
        self.silences.discard(offre)
        self.avancer(liste, instant + HEURE)

    def finir(self, liste: Liste, instant: int, comment: str) -> None:
        """End an offre; `comment` is the event that says so when nobody accepted."""
        self.vivantes[liste.demande] -= 1
        liste.fini = instant
        if comment:
            self.registre.fin(liste.offre, instant, comment)
