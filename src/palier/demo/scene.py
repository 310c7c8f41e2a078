"""The past of the demonstration as the simulator plays it: its own ménages, offres, distances and grid.

The simulator decides who applies, who answers, in which order a commission reads, who accepts and who leaves. Nothing
of it is law: eligibility and points are asked of the same rules as in the pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from palier.base.clock import local_day
from palier.candidatures.actions import new_candidature
from palier.candidatures.facts import cas_offre
from palier.candidatures.queries import verdict
from palier.chances import simulateur
from palier.chances.journal import FINANCEMENTS, TYPOLOGIES, Entiers, Reels, Vrais
from palier.chances.simulateur import Annonces, Changements, Deroulement, Menages, Scene, Territoire
from palier.demo.applying import Entry
from palier.demo.draw import NOW, OPENING, territory
from palier.demo.people import Menage
from palier.demo.world import World
from palier.droit.plafonds import eligibilite
from palier.gateways.trajet import routing
from palier.parc.models import Offre
from palier.territoires.models import Commune

KEENNESS = 1.4
"""Logit of applying [hypothesis], so that some thirty ménages apply to an offre of the demonstration."""
SAME_AS = {"T1bis": "T1"}
PLAYED = "jouee"
"""Fate of the offres that the simulator plays."""


@dataclass
class Stage:
    """Who and what is played, and the rows counted so far, by (place of the ménage, place of the offre)."""

    menages: list[Menage]
    offres: list[Offre]
    counted: dict[tuple[int, int], Entry | None] = field(default_factory=dict)

    def count(self, menages: Entiers, offre: int, au: int) -> Reels:
        """Points at the closing of those who apply; NaN for whoever the verdict refuses."""
        del au  # the offre has its own closing
        found = [self._entry(int(place), offre) for place in menages]
        return np.array([np.nan if each is None else each.row.points for each in found], dtype=np.float64)

    def order(self, menages: Entiers, offre: int) -> Reels:
        """The key of equal points: the older demande, then the drawn tie key."""
        rows = [self.counted[int(place), offre] for place in menages]
        keys = [(each.row.anciennete_le, each.row.cle_egalite) for each in rows if each is not None]
        ranked = {key: rank for rank, key in enumerate(sorted(keys))}
        return np.array([ranked[key] for key in keys], dtype=np.float64)

    def _entry(self, place: int, offre_i: int) -> Entry | None:
        key = (place, offre_i)
        if key not in self.counted:
            menage, offre = self.menages[place], self.offres[offre_i]
            self.counted[key] = _apply(menage, offre)
        return self.counted[key]


def _apply(menage: Menage, offre: Offre) -> Entry | None:
    assert offre.publiee_le is not None
    assert offre.cloture_le is not None
    first, last = local_day(offre.publiee_le), local_day(offre.cloture_le)
    answers = [verdict(menage.known, offre, day) for day in ((first, last) if first.year != last.year else (last,))]
    if not all(each.may_apply for each in answers):
        return None
    return Entry(new_candidature(menage.known, offre, offre.cloture_le), menage, answers[-1].kind)


def play(world: World) -> tuple[Stage, Deroulement]:
    """Play the finished offres with everybody who is not of the cast."""
    menages = [each for each in world.menages if each.target == "active" and not each.on_stage]
    played = [offre for offre, fate in world.offres if fate == PLAYED]
    offres = sorted(played, key=lambda each: (_seconds(each.publiee_le), each.pk))
    stage, rng = Stage(menages, offres), np.random.default_rng(world.draw.getrandbits(64))
    settings = simulateur.reglages("metropole", postuler=KEENNESS, presentes=3, commissions=1, offre_retiree=0.0)
    place, none = _territory(), np.zeros(0, dtype=np.int64)
    scene = Scene(
        place,
        _menages(stage, place, simulateur.comportements(len(menages), settings, rng)),
        _annonces(stage, place, settings, rng),
        settings,
        _seconds(OPENING),
        _seconds(NOW),
        coter=stage.count,
        egalite=stage.order,
        changements=Changements(none, none, np.zeros(0), np.zeros(0, dtype=np.bool_)),
    )
    return stage, simulateur.derouler(scene, rng)


def _territory() -> Territoire:
    """The communes of the demonstration and the estimated minutes between them; distances to the first one."""
    codes = list(territory()["communes"])
    known = Commune.objects.in_bulk(codes)
    positions = [(known[code].latitude, known[code].longitude) for code in codes]
    minutes = np.array([[routing().trajet(a, b).minutes for b in positions] for a in positions], dtype=np.float64)
    share = np.array([row["poids"] for row in territory()["communes"].values()], dtype=np.float64)
    share /= share.sum()
    distance = np.maximum(0.0, minutes[0] - minutes[0, 0])
    return Territoire(territory()["epci"], np.array(codes), minutes, distance, share, share, share)


def _menages(stage: Stage, place: Territoire, behaviour: dict[str, Reels | Vrais | Entiers]) -> Menages:
    codes, rows = {str(code): rank for rank, code in enumerate(place.communes)}, stage.menages
    since = np.array([_seconds(each.active_at) for each in rows], dtype=np.int64)
    # an anniversary is that of the filing here: the engine needs no other seniority, the points carry it
    return Menages(
        demande=np.array([str(each.demande.pk) for each in rows]),
        arrivee=since,
        deposee=since,
        taille=np.array([len(each.personnes) for each in rows], dtype=np.int64),
        revenu_mensuel=np.array([_net(each) for each in rows], dtype=np.float64),
        domicile=_places(codes, [each.demande.commune_domicile for each in rows]),
        travail=_places(codes, [each.demande.commune_travail for each in rows]),
        communes=_mask(codes, [[asked.code for asked in each.communes] for each in rows]),
        typologies=_mask(_ranks(TYPOLOGIES), [each.demande.typologies for each in rows]),
        financements=_opened(stage),
        points_hors_offre=np.zeros(len(rows)),
        points_perdus=np.zeros(len(rows)),
        complet=np.array(["AVIS_IMPOT_N2" in each.pieces for each in rows]),
        **behaviour,  # type: ignore[arg-type]
    )


def _net(menage: Menage) -> float:
    return sum(each.net_mensuel_cents or 0 for each in menage.personnes) / 100 or 1.0


def _opened(stage: Stage) -> Vrais:
    """The financements whose ceiling leaves each ménage in, on one offre of each."""
    found = np.zeros((len(stage.menages), len(FINANCEMENTS)), dtype=np.bool_)
    for place, name in enumerate(FINANCEMENTS):
        offre = next((each for each in stage.offres if each.logement.financement == name), None)
        if offre is None:
            continue
        for row, menage in enumerate(stage.menages):
            right = eligibilite(cas_offre(menage.known, offre, local_day(NOW)), name)
            found[row, place] = right.valeur is not False
    return found


def _annonces(stage: Stage, place: Territoire, settings: simulateur.Reglages, rng: np.random.Generator) -> Annonces:
    codes, offres = {str(code): rank for rank, code in enumerate(place.communes)}, stage.offres
    logements = [each.logement for each in offres]
    size = len(offres)
    return Annonces(
        offre=np.array([str(each.pk) for each in offres]),
        publiee=np.array([_seconds(each.publiee_le) for each in offres], dtype=np.int64),
        cloture=np.array([_seconds(each.cloture_le) for each in offres], dtype=np.int64),
        commune=_places(codes, [each.programme.commune_id for each in logements]),
        typologie=_places(_ranks(TYPOLOGIES), [SAME_AS.get(each.typologie, each.typologie) for each in logements]),
        financement=_places(_ranks(FINANCEMENTS), [each.financement for each in logements]),
        surface=np.array([float(each.surface) for each in logements]),
        loyer_hc=np.array([each.loyer_hc_cents / 100 for each in logements]),
        loyer_cc=np.array([each.loyer_cc_cents / 100 for each in logements]),
        qualite=rng.normal(0.0, 1.0, size),
        bailleur=np.array([str(each.programme.bailleur_id) for each in logements]),
        u=simulateur.fragilites(size, settings, rng),
        presentes=np.array([each.presentes for each in offres], dtype=np.int64),
        commissions=np.full(size, settings.commissions, dtype=np.int64),
    )


def _ranks(words: tuple[str, ...]) -> dict[str, int]:
    return {word: rank for rank, word in enumerate(words)}


def _places(codes: dict[str, int], words: list[str]) -> Entiers:
    return np.array([codes.get(word, -1) for word in words], dtype=np.int64)


def _mask(codes: dict[str, int], asked: list[list[str]]) -> Vrais:
    found = np.zeros((len(asked), len(codes)), dtype=np.bool_)
    for row, words in enumerate(asked):
        for word in words:
            if SAME_AS.get(word, word) in codes:
                found[row, codes[SAME_AS.get(word, word)]] = True
    return found


def _seconds(at: datetime | None) -> int:
    assert at is not None
    return int(at.timestamp())
