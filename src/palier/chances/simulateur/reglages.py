"""Every parameter of the simulated territories, with what it rests on.

Status, at the end of each line: [hypothesis] chosen; [fitted] chosen so that an aggregate falls near a published one;
[published] read in a publication; [law] written in a text. None was measured on a real journal of lists.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from palier.chances.journal import JOUR

GENRES = ("detendu", "metropole", "tendu")

# What a household may hold for points: name, points, share of the demandes.
Critere = tuple[str, float, float]
CRITERES: tuple[Critere, ...] = (  # [hypothesis]
    ("priorite", 40.0, 0.12),
    ("handicap", 15.0, 0.07),
    ("mobilite", 15.0, 0.08),
    ("suroccupation", 12.0, 0.15),
    ("heberge", 12.0, 0.25),
    ("effort", 8.0, 0.18),
    ("parent_isole", 6.0, 0.20),
)


@dataclass(frozen=True)
class Reglages:
    """The parameters of one territory. Amounts in euros, distances in km, durations in the unit of the name."""

    genre: str = "metropole"
    # The territory.
    nombre_communes: int = 10  # [hypothesis]
    etendue_km: float = 9.0  # spread of the communes round the centre [hypothesis]
    minutes_fixes: float = 10.0  # [hypothesis]
    minutes_par_km: float = 2.2  # [hypothesis]
    annonces_par_semaine: float = 14.0  # [hypothesis]
    portee_parc_km: float = 14.0  # the stock of logements decreases with the distance to the centre [hypothesis]
    portee_menages_km: float = 14.0  # so do homes [hypothesis]
    portee_emplois_km: float = 6.0  # and jobs, faster [hypothesis]
    # The households.
    demandes_par_annonce: tuple[float, float] = (2.6, 4.0)  # new ones, drawn once for the territory [fitted]
    tailles: tuple[float, ...] = (0.47, 0.21, 0.15, 0.11, 0.06)  # 1, 2… 5 and more [published: one of two alone]
    revenu_relatif: tuple[float, float] = (-0.75, 0.5)  # lognormal, income over the ceiling [hypothesis]
    plafond_an: float = 20_500.0  # ceiling of a person alone [hypothesis, near the PLUS ceilings]
    plafond_an_par_personne: float = 6_200.0  # [hypothesis]
    plai_max: float = 0.6  # share of the PLUS ceiling [hypothesis, near the law]
    plus_max: float = 1.0  # [law]
    pli: tuple[float, float] = (0.75, 1.6)  # [hypothesis]
    rayon: tuple[float, float] = (3.35, 0.35)  # lognormal, minutes accepted from work [hypothesis]
    seconde_typologie: float = 0.35  # [hypothesis]
    garder: float = 0.0  # logit of keeping in a perimeter a commune of mean attractiveness [fitted: candidates an ad]
    gout_attrait: float = 1.0  # how much an attractive commune is kept more often in a perimeter [hypothesis]
    anciennes_annees: float = 2.5  # the first stock was deposited over these years [fitted: age of those waiting]
    # Points.
    criteres: tuple[Critere, ...] = CRITERES
    non_prouve: float = 0.18  # share of criteria declared without a proof [hypothesis]
    lien_domicile: float = 6.0  # [hypothesis]
    lien_travail: float = 6.0  # [hypothesis]
    points_par_mois: float = 1.0  # [hypothesis]
    plafond_mois: float = 48.0  # [hypothesis]
    preuve_an: float = 0.10  # share of missing proofs, and of incomplete files, mended in a year [hypothesis]
    # The logements.
    typologies: tuple[float, ...] = (6.0, 20.0, 36.0, 28.0, 10.0)  # Dirichlet, T1 to T5 [published: T1 scarce]
    financements: tuple[float, ...] = (0.22, 0.62, 0.0, 0.16)  # PLAI, PLUS, PLS, PLI [hypothesis]
    surfaces: tuple[float, ...] = (28.0, 45.0, 64.0, 80.0, 96.0)  # [hypothesis]
    loyers_m2: tuple[float, ...] = (5.9, 6.7, 8.6, 9.8)  # by financement [hypothesis]
    charges_m2: float = 1.9  # [hypothesis]
    fenetres_jours: tuple[int, ...] = (4, 7, 10)  # [hypothesis]
    presentes: int = 3  # [law: CCH R.441-3]
    commissions: int = 3  # [hypothesis]
    sigma_u: float = 0.8  # drawn in 0.5-1.1 when a territory is made [hypothesis]
    offre_retiree: float = 0.005  # [hypothesis]
    # To apply.
    postuler: float = -0.8  # [hypothesis]
    activite: float = 0.9  # spread [hypothesis]
    dormantes: float = 0.30  # [hypothesis]
    activite_dormante: float = -3.0  # added [hypothesis]
    postuler_minute: float = -0.02  # a minute beyond `minutes_neutres` [hypothesis]
    postuler_qualite: float = 0.45  # [hypothesis]
    postuler_effort: float = -2.0  # a unit of effort beyond 0.33 [hypothesis]
    postuler_vivante: float = -0.25  # a candidature still alive [hypothesis]
    minutes_neutres: float = 25.0  # [hypothesis]
    depot_jours: float = 2.2  # mean of the exponential time to apply [hypothesis]
    retrait: float = 0.02  # candidatures withdrawn before the closing [hypothesis]
    # To be available.
    disponible: float = 0.68  # [fitted: loss 56-59 %; 0.75 at first]
    disponible_activite: float = 0.3  # [hypothesis]
    disponible_minute: float = -0.018  # [hypothesis]
    disponible_vivante: float = -0.08  # [hypothesis]
    disponible_u: float = 0.35  # [hypothesis]
    complet: float = 0.76  # share of complete files [hypothesis]
    pret_complet: float = 0.97  # [hypothesis]
    pret_incomplet: float = 0.40  # [hypothesis]
    part_injoignable: float = 0.55  # of those not available; the others withdraw [hypothesis]
    # To be attributed, to accept.
    attribue: float = 0.94  # [hypothesis: published 2 % refused in CAL, ours is too high]
    attribue_effort: float = 0.62  # above `effort_lourd` [hypothesis]
    effort_lourd: float = 0.38  # [hypothesis]
    accepter: float = 0.25  # [fitted: refusals 47-57 %]
    accepter_minute: float = -0.022  # [hypothesis]
    accepter_effort: float = -2.2  # a unit of effort beyond 0.25 [hypothesis]
    accepter_qualite: float = 0.5  # [hypothesis]
    part_silence: float = 0.25  # of those who do not accept [hypothesis]
    reponse_jours: int = 10  # [law: CCH R.441-10]
    sigma_c: float = 6.0  # spread of a commission round the points, drawn in 3-9 [hypothesis]
    # To leave.
    sortie_an: float = 0.22  # [fitted: 49 % renewed after a year]
    non_renouvellement: float = 0.20  # at each anniversary [fitted, as above]
    sortie_an_dormante: float = 0.08  # [hypothesis]
    non_renouvellement_dormante: float = 0.12  # [hypothesis]
    part_loge_autre: float = 0.5  # of those who leave in the year; then gave up, then struck off [hypothesis]
    part_abandon: float = 0.35  # [hypothesis]
    # The course of an offre; in all 21 days from the closing to the answer [hypothesis]
    contact_jours: float = 9.0
    commission_jours: float = 15.0
    reponse_moyenne_jours: float = 3.5
    # A group and a bias that nothing but the fairness audit should see.
    part_groupe: float = 0.3
    biais_ordre: float = 0.0  # points added to the group in the order of a commission
    biais_rejet: float = 0.0  # probability of non-attribution added to the group

    def __post_init__(self) -> None:
        """Refuse what would give no territory."""
        if self.genre not in GENRES:
            raise ValueError(f"genre: {self.genre}")
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, float) and not np.isfinite(value):
                raise ValueError(f"{each.name}: {value}")
        if self.presentes < 1 or self.commissions < 1 or self.nombre_communes < 1:
            raise ValueError("presentes, commissions, nombre_communes: at least 1")


# What sets a kind of territory apart [fitted: delay of those housed, candidates an ad, refusals].
PAR_GENRE: dict[str, dict[str, object]] = {
    "detendu": {
        "demandes_par_annonce": (1.2, 2.0),
        "accepter": -0.05,
        "garder": -0.4,
        "loyers_m2": (5.0, 5.7, 7.2, 8.2),
    },
    "metropole": {"demandes_par_annonce": (2.6, 4.0), "accepter": 0.25},
    "tendu": {"demandes_par_annonce": (4.2, 6.5), "accepter": 0.45, "garder": 0.3, "loyers_m2": (6.3, 7.1, 9.6, 11.2)},
}


def reglages(genre: str, **autres: object) -> Reglages:
    """Return the parameters of a kind of territory, some of them replaced."""
    if genre not in PAR_GENRE:
        raise ValueError(f"genre: {genre}")
    return replace(Reglages(genre=genre), **{**PAR_GENRE[genre], **autres})  # type: ignore[arg-type]


def tirer_reglages(genre: str, rng: np.random.Generator, **autres: object) -> Reglages:
    """Return the parameters of one territory: what the table gives as a range is drawn, unless given."""
    tires: dict[str, object] = {"sigma_c": float(rng.uniform(3.0, 9.0)), "sigma_u": float(rng.uniform(0.5, 1.1))}
    base = reglages(genre, **{**tires, **autres})
    if "demandes_par_annonce" in autres:
        return base
    debit = float(rng.uniform(*base.demandes_par_annonce))
    return replace(base, demandes_par_annonce=(debit, debit))


SECONDES_AN = 365.25 * JOUR
