"""A territory, its households and its offres, drawn from one generator."""

from __future__ import annotations

import numpy as np

from palier.chances.journal import CAUSES, JOUR, Entiers, Reels, Vrais
from palier.chances.simulateur.reglages import SECONDES_AN, Reglages
from palier.chances.simulateur.scene import Annonces, Changements, Menages, Territoire

# Sizes to the typologie asked first: share of each (T1, T2, T3, T4, T5) [hypothesis].
PREMIERE = np.array([
    [0.35, 0.65, 0.0, 0.0, 0.0],
    [0.0, 0.45, 0.55, 0.0, 0.0],
    [0.0, 0.0, 0.8, 0.2, 0.0],
    [0.0, 0.0, 0.2, 0.8, 0.0],
    [0.0, 0.0, 0.0, 0.5, 0.5],
])  # fmt: skip
MINUTE = 60


def territoire(reg: Reglages, rng: np.random.Generator) -> Territoire:
    """Draw the communes round a centre, the minutes between them, and where homes, jobs and logements are."""
    n = reg.nombre_communes
    lieux = rng.normal(0.0, reg.etendue_km, (n, 2))
    loin = np.hypot(lieux[:, 0], lieux[:, 1])
    entre = np.hypot(lieux[:, None, 0] - lieux[None, :, 0], lieux[:, None, 1] - lieux[None, :, 1])

    def parts(portee: float) -> Reels:
        poids = np.exp(-loin / portee) * rng.gamma(8.0, 1.0 / 8.0, n)
        return np.asarray(poids / poids.sum(), dtype=np.float64)

    return Territoire(
        nom=reg.genre,
        communes=np.array([f"{99_001 + each:05d}" for each in range(n)]),
        minutes=reg.minutes_fixes + reg.minutes_par_km * entre,
        distance=loin,
        parc=parts(reg.portee_parc_km),
        domiciles=parts(reg.portee_menages_km),
        emplois=parts(reg.portee_emplois_km),
    )


def population(ter: Territoire, reg: Reglages, rng: np.random.Generator, *, debut: int, fin: int) -> Menages:
    """Draw who is waiting at `debut` (deposited before, not gone since) and who comes until `fin`."""
    par_an = reg.annonces_par_semaine * 365.25 / 7 * float(rng.uniform(*reg.demandes_par_annonce))
    avant = round(par_an * reg.anciennes_annees)
    apres = int(rng.poisson(par_an * (fin - debut) / SECONDES_AN))
    passe = debut - rng.uniform(0.0, reg.anciennes_annees * SECONDES_AN, avant)
    futur = rng.uniform(debut, fin, apres)
    deposee = np.sort(np.concatenate([passe, futur]).astype(np.int64) // MINUTE * MINUTE)
    tous = menages(ter, reg, rng, deposee)
    reste = sorties_tirees(tous, deposee, reg, rng)[0] > debut
    gardes = tous.lignes(reste)
    arrivee = np.maximum(gardes.deposee, debut)
    noms = np.array([f"D{rang:06d}" for rang in range(1, len(gardes) + 1)])
    return Menages(**{**vars(gardes), "arrivee": arrivee, "demande": noms})


def menages(ter: Territoire, reg: Reglages, rng: np.random.Generator, deposee: Entiers) -> Menages:
    """Draw one household for each date of deposit."""
    n = len(deposee)
    taille = rng.choice(5, n, p=np.array(reg.tailles) / sum(reg.tailles)) + 1
    relatif = rng.lognormal(*reg.revenu_relatif, n)
    plafond = reg.plafond_an + reg.plafond_an_par_personne * (taille - 1)
    domicile = rng.choice(len(ter.communes), n, p=ter.domiciles)
    travail = rng.choice(len(ter.communes), n, p=ter.emplois)
    prouves, perdus = _points(reg, rng, n)
    return Menages(
        demande=np.full(n, "", dtype="<U8"),
        arrivee=deposee,
        deposee=deposee,
        taille=taille.astype(np.int64),
        revenu_mensuel=relatif * plafond / 12,
        domicile=domicile.astype(np.int64),
        travail=travail.astype(np.int64),
        communes=_perimetre(ter, reg, rng, domicile, travail),
        typologies=_typologies(reg, rng, taille),
        financements=financements_ouverts(reg, relatif),
        points_hors_offre=prouves,
        points_perdus=perdus,
        complet=rng.random(n) < reg.complet,
        **comportements(n, reg, rng),  # type: ignore[arg-type]
    )


def comportements(n: int, reg: Reglages, rng: np.random.Generator) -> dict[str, Reels | Vrais | Entiers]:
    """Draw how active each is and how it leaves, for anybody's households."""
    dormante = rng.random(n) < reg.dormantes
    return {
        "activite": rng.normal(0.0, reg.activite, n) + reg.activite_dormante * dormante,
        "dormante": dormante,
        "sortie_an": np.where(dormante, reg.sortie_an_dormante, reg.sortie_an),
        "non_renouvellement": np.where(dormante, reg.non_renouvellement_dormante, reg.non_renouvellement),
        "groupe": (rng.random(n) < reg.part_groupe).astype(np.int64),
    }


def sorties_tirees(men: Menages, depuis: Entiers, reg: Reglages, rng: np.random.Generator) -> tuple[Entiers, Entiers]:
    """Draw when and why each leaves if it is never housed here: in the year, or at an anniversary of its deposit."""
    n = len(men)
    taux = -np.log1p(-np.minimum(men.sortie_an, 1.0 - 1e-12))
    dans_l_an = rng.exponential(1.0, n) / np.maximum(taux, 1e-12)
    passes = np.floor((depuis - men.deposee) / SECONDES_AN)
    anniversaire = passes + rng.geometric(np.clip(men.non_renouvellement, 1e-12, 1.0))
    en_cours = depuis + dans_l_an * SECONDES_AN
    a_date = men.deposee + anniversaire * SECONDES_AN
    tirage = rng.random(n)
    autre, abandon = CAUSES.index("loge_autre"), CAUSES.index("abandon")
    cause = np.where(tirage < reg.part_loge_autre, autre, abandon)
    cause = np.where(tirage >= reg.part_loge_autre + reg.part_abandon, CAUSES.index("radiee"), cause)
    cause = np.where(a_date < en_cours, CAUSES.index("non_renouvelee"), cause)
    return np.minimum(np.minimum(en_cours, a_date), 1e15).astype(np.int64), cause.astype(np.int64)


def changements(men: Menages, reg: Reglages, rng: np.random.Generator, *, fin: int) -> Changements:
    """Draw the proofs found and the files completed while waiting."""
    a_mender = np.flatnonzero((men.points_perdus > 0) | ~men.complet)
    quand = men.arrivee[a_mender] + rng.exponential(1.0 / max(reg.preuve_an, 1e-9), len(a_mender)) * SECONDES_AN
    tenu = quand < fin
    rang = np.argsort(quand[tenu], kind="stable")
    qui = a_mender[tenu][rang].astype(np.int64)
    instant = quand[tenu][rang].astype(np.int64)
    return Changements(instant, qui, men.points_perdus[qui], np.ones(len(qui), dtype=np.bool_))


def financements_ouverts(reg: Reglages, relatif: Reels) -> Vrais:
    """Return what an income over the PLUS ceiling opens: PLAI, PLUS, PLS, PLI."""
    pls = (relatif > reg.plus_max) & (relatif <= 1.3 * reg.plus_max)
    pli = (relatif >= reg.pli[0]) & (relatif <= reg.pli[1])
    return np.column_stack([relatif <= reg.plai_max, relatif <= reg.plus_max, pls, pli])


def _points(reg: Reglages, rng: np.random.Generator, n: int) -> tuple[Reels, Reels]:
    tenus = rng.random((n, len(reg.criteres))) < np.array([part for _, _, part in reg.criteres])
    prouves = rng.random((n, len(reg.criteres))) >= reg.non_prouve
    points = np.array([valeur for _, valeur, _ in reg.criteres])
    return (tenus & prouves) @ points, (tenus & ~prouves) @ points


def _perimetre(ter: Territoire, reg: Reglages, rng: np.random.Generator, domicile: Entiers, travail: Entiers) -> Vrais:
    """Return the communes near enough to work, kept the more often the more attractive, and the one of home."""
    rayon = rng.lognormal(*reg.rayon, len(travail))
    attrait = -(ter.distance - ter.distance.mean()) / max(float(ter.distance.std()), 1e-9)
    gardee = 1.0 / (1.0 + np.exp(-(reg.garder + reg.gout_attrait * attrait)))
    tirage = rng.random((len(travail), len(ter.communes)))
    kept: Vrais = (ter.minutes[travail] <= rayon[:, None]) & (tirage < gardee)
    kept[np.arange(len(domicile)), domicile] = True
    return kept


def _typologies(reg: Reglages, rng: np.random.Generator, taille: Entiers) -> Vrais:
    """Return the typologie asked, and for some a second one next to it within what the size allows."""
    n = len(taille)
    cumul = PREMIERE[taille - 1].cumsum(axis=1)
    premiere = (rng.random(n)[:, None] > cumul).sum(axis=1).clip(0, 4)
    seconde = np.where(PREMIERE[taille - 1, (premiere + 1).clip(0, 4)] > 0, premiere + 1, premiere - 1).clip(0, 4)
    deux = rng.random(n) < reg.seconde_typologie
    asked = np.zeros((n, 6), dtype=np.bool_)
    asked[np.arange(n), premiere] = True
    asked[np.flatnonzero(deux), seconde[deux]] = True
    return asked


def annonces(ter: Territoire, reg: Reglages, rng: np.random.Generator, *, debut: int, fin: int) -> Annonces:
    """Draw the offres published from `debut` to `fin`."""
    n = int(rng.poisson(reg.annonces_par_semaine * (fin - debut) / (7 * JOUR)))
    publiee = np.sort(rng.uniform(debut, fin, n).astype(np.int64) // MINUTE * MINUTE)
    parts = rng.dirichlet(reg.typologies)
    typologie = rng.choice(len(parts), n, p=parts).astype(np.int64)
    financement = rng.choice(4, n, p=np.array(reg.financements) / sum(reg.financements)).astype(np.int64)
    surface = np.round(np.array(reg.surfaces)[typologie] * rng.lognormal(0.0, 0.10, n), 1)
    hors_charges = np.round(surface * np.array(reg.loyers_m2)[financement] * rng.lognormal(0.0, 0.08, n), 2)
    return Annonces(
        offre=np.array([f"O{rang:06d}" for rang in range(1, n + 1)]),
        publiee=publiee,
        cloture=publiee + rng.choice(np.array(reg.fenetres_jours), n).astype(np.int64) * JOUR,
        commune=rng.choice(len(ter.communes), n, p=ter.parc).astype(np.int64),
        typologie=typologie,
        financement=financement,
        surface=surface,
        loyer_hc=hors_charges,
        loyer_cc=np.round(hors_charges + surface * reg.charges_m2, 2),
        qualite=np.round(rng.normal(0.0, 1.0, n), 3),
        bailleur=np.array([f"B{each:02d}" for each in rng.integers(1, 6, n)]),
        u=fragilites(n, reg, rng),
        presentes=np.full(n, reg.presentes, dtype=np.int64),
        commissions=np.full(n, reg.commissions, dtype=np.int64),
    )


def fragilites(n: int, reg: Reglages, rng: np.random.Generator) -> Reels:
    """Draw what makes a logement good or bad beyond its ad, shared by all its candidates."""
    return rng.normal(0.0, reg.sigma_u, n)
