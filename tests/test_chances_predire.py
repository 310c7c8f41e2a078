"""The chance of a candidature: the list at its instant, the arrivals, the range, the factors; and never the future."""

from __future__ import annotations

from dataclasses import fields, replace
from math import ceil
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit, ndtr

from palier.chances import arrivees_restantes, chance, part_devant, simulateur
from palier.chances.ajustement import Ajustement, ajuster
from palier.chances.ajustement.covariables import covariables
from palier.chances.journal import JOUR, Entiers, Journal, QuestionsChance, Sorties
from palier.chances.listes import listes, ordonner
from palier.chances.predire import (
    Annonce,
    Candidats,
    Habitudes,
    ReponsesChance,
    chances_offre,
    chances_offres,
    predire,
)
from tests.chances_fuite import futur_brouille, sans_futur
from tests.chances_petit import JOUR_0, candidature, evenement, journal, offre


@pytest.fixture(scope="module")
def territoire() -> Journal:
    return simulateur.simuler("metropole", graine=12, annees=1).journal


@pytest.fixture(scope="module")
def fait(territoire: Journal) -> Ajustement:
    return ajuster(territoire, milieu(territoire))


def milieu(j: Journal) -> int:
    return (j.parametres.debut + j.parametres.fin) // 2


def demander(candidature_i: list[int] | Entiers, instants: int | Entiers) -> QuestionsChance:
    qui = np.asarray(candidature_i, dtype=np.int64)
    noms = np.array([f"Q{i}" for i in range(qui.size)], dtype=np.str_)
    return QuestionsChance(noms, qui, np.broadcast_to(np.asarray(instants, dtype=np.int64), qui.shape).copy())


def liste_ecrite() -> Journal:
    """Eight people on one T2; C5 withdraws on the third day, C7 applies on the fourth."""
    points = [30.0, 22.0, 22.0, 22.0, 15.0, 12.0, 40.0, 3.0]
    depots = [0, 0, 0, 0, 0, 1, 4, 1]
    return journal(
        offres=[offre("O1", qualite=0.7, commissions=2)],
        demandes=[(f"D{i}", JOUR_0 - 900 * JOUR, JOUR_0 - (200 if i == 3 else 100) * JOUR, 1) for i in range(8)],
        candidatures=[
            candidature(f"C{i}", 0, i, JOUR_0 + jour * JOUR + 600 + i, points=x, trajet=10.0 + 7 * i, effort=effort)
            for i, (x, jour, effort) in enumerate(zip(points, depots, np.linspace(0.2, 0.42, 8), strict=True))
        ],
        evenements=[evenement(JOUR_0 + 3 * JOUR, 0, 4, "retire")],
        debut=JOUR_0 - 365 * JOUR,
    )


def rangs(j: Journal, qui: list[int], instants: int | Entiers) -> list[tuple[int, int]]:
    q = demander(qui, instants)
    vue = listes(j, ordonner(j, q.candidature_i, int(q.instant.max())), q.candidature_i, q.instant)
    return list(zip(vue.rang.tolist(), vue.candidatures.tolist(), strict=True))


def test_points_then_the_older_demande_then_the_id() -> None:
    assert rangs(liste_ecrite(), [0, 3, 1, 2, 5], JOUR_0 + 2 * JOUR) == [(1, 7), (2, 7), (3, 7), (4, 7), (6, 7)]


def test_the_list_is_that_of_the_instant() -> None:
    j = liste_ecrite()
    assert rangs(j, [5], JOUR_0 + 3 * JOUR) == [(6, 7)]
    assert rangs(j, [5], JOUR_0 + 3 * JOUR + 1) == [(5, 6)]
    juste_avant, apres = JOUR_0 + 4 * JOUR + 606, JOUR_0 + 4 * JOUR + 607
    assert rangs(j, [5, 5], np.array([juste_avant, apres])) == [(5, 6), (6, 7)]
    assert rangs(j, [4], JOUR_0 + 5 * JOUR) == [(6, 8)]  # who withdrew and asks is answered as if she had stayed


def test_one_whose_demande_left_takes_no_place_any_more(fait: Ajustement) -> None:
    j, q = liste_ecrite(), demander([5], JOUR_0 + 2 * JOUR)
    parti = replace(j, sorties=Sorties(np.array([1]), np.array([JOUR_0 + 2 * JOUR - 1]), np.array([1])))
    plus_tard = replace(j, sorties=Sorties(np.array([1]), np.array([JOUR_0 + 2 * JOUR]), np.array([1])))
    ici, sans, apres = (predire(cas, q, ajustement=fait) for cas in (j, parti, plus_tard))
    assert sans.proba[0] > ici.proba[0] * 1.1
    assert apres.proba[0] == ici.proba[0]
    assert (sans.rang[0], sans.candidatures[0]) == (ici.rang[0], ici.candidatures[0])


def par_le_programme(j: Journal, fit: Ajustement, moi: int, instant: int) -> tuple[float, float, float]:
    """Compute (π, λ, λ·share) with the scalar programme, one node of u at a time."""
    c, f = j.candidatures, fit.fragilite
    (v,) = rangs(j, [moi], instant)
    la_liste = listes(j, ordre := ordonner(j, np.array([moi]), instant), np.array([moi]), np.array([instant]))
    devant, derriere = ordre.rangees[la_liste.devant], ordre.rangees[la_liste.derriere]
    x = covariables(j, np.arange(c.points.size), c.deposee)
    t = j.offres.typologie[c.offre_i]
    lp = f.pente_p * fit.p.logits(x, t) + f.saut_p
    la = f.pente_a * fit.a.logits(x, t) + f.saut_a
    cc = expit(fit.c.logits(x, t))
    o = c.offre_i[moi]
    duree = j.offres.cloture[o] - j.offres.publiee[o]
    part = fit.flux.part_deposee(np.array([(instant - j.offres.publiee[o]) / duree]), np.array([duree / JOUR]))[0]
    usuel = fit.flux.attendues(j.offres.commune[[o]], t[[moi]])[0]
    lam, forme = arrivees_restantes(v[1], part, usuel)
    s = part_devant(v[0], v[1], fit.flux.part_devant(c.points[[moi]], t[[moi]])[0])
    alike = (lp[devant].mean(), la[devant].mean()) if devant.size else (lp[moi], la[moi])
    suite = (lp[derriere].mean(), la[derriere].mean()) if derriere.size else alike
    f_n = min(12 - derriere.size, ceil(lam * (1 - s)))
    total = 0.0
    x_u, poids = np.polynomial.hermite_e.hermegauss(7)
    for u, poids_u in zip(f.sigma_u * x_u, poids / poids.sum(), strict=True):
        charge = f.charge_u * u
        reel = expit(suite[0] + charge) * (min(1.0, lam * (1 - s) / f_n) if f_n else 1.0)
        total += poids_u * chance(
            expit(lp[devant] + charge), cc[devant] * expit(la[devant] + u),
            ndtr((c.points[devant] - c.points[moi]) / (np.sqrt(2) * fit.sigma_c)),
            np.append(expit(lp[derriere] + charge), [reel] * f_n),
            np.append(cc[derriere] * expit(la[derriere] + u), [cc[moi] * expit(suite[1] + u)] * f_n),
            np.append(ndtr((c.points[derriere] - c.points[moi]) / (np.sqrt(2) * fit.sigma_c)), [0.25] * f_n),
            c_moi=cc[moi], presentes=int(j.offres.presentes[o]), commissions=int(j.offres.commissions[o]),
            arrivees=lam * s, forme=forme, arrivant=(expit(alike[0] + charge), cc[moi] * expit(alike[1] + u), 0.75),
        )  # fmt: skip
    return total, lam, lam * s


@pytest.mark.parametrize(("moi", "heures"), [(0, 20), (2, 60), (5, 75), (7, 50), (1, 167)])
def test_the_batch_says_what_the_programme_says(fait: Ajustement, moi: int, heures: int) -> None:
    j, instant = liste_ecrite(), JOUR_0 + heures * 3600
    reponse = predire(j, demander([moi], instant), ajustement=fait)
    attendu = par_le_programme(j, fait, moi, instant)
    obtenu = (reponse.proba[0], reponse.arrivees_attendues[0], reponse.arrivees_devant[0])
    assert obtenu == pytest.approx(attendu, abs=1e-9)


def test_after_the_closing_nobody_arrives(fait: Ajustement) -> None:
    instants = JOUR_0 + np.array([7, 300]) * JOUR
    reponse = predire(liste_ecrite(), demander([1, 1], instants), ajustement=fait)
    assert reponse.arrivees_attendues.tolist() == [0.0, 0.0]
    assert reponse.f_arrivees == pytest.approx(1.0)


def questions_du(j: Journal, combien: int) -> QuestionsChance:
    """Questions of the second half, each between a deposit and the closing."""
    rng = np.random.default_rng(7)
    cloture = j.offres.cloture[j.candidatures.offre_i]
    tardives = np.flatnonzero((j.candidatures.deposee > milieu(j)) & (j.candidatures.deposee < cloture - 10))
    qui = rng.choice(tardives, combien, replace=False)
    return demander(qui, rng.integers(j.candidatures.deposee[qui] + 1, cloture[qui]))


def test_the_four_factors_make_the_chance_and_the_range_holds_it(territoire: Journal) -> None:
    r = predire(territoire, questions_du(territoire, 400))
    assert r.f_places * r.f_devant * r.f_arrivees * r.f_dossier == pytest.approx(r.proba, abs=1e-9)
    assert ((r.bas80 <= r.proba) & (r.proba <= r.haut80) & (r.bas80 >= 0) & (r.haut80 <= 1)).all()
    for champ in fields(ReponsesChance):
        colonne = getattr(r, champ.name)
        assert colonne.dtype.kind != "f" or np.isfinite(colonne).all(), champ.name
    assert (r.statut == "ok").all()
    assert (r.f_arrivees <= 1 + 1e-9).all()
    assert ((r.brute >= 0) & (r.brute <= r.proba)).all()


def test_answers_keep_the_order_and_do_not_depend_on_who_else_asks(territoire: Journal, fait: Ajustement) -> None:
    q = questions_du(territoire, 60)
    tous = predire(territoire, q, ajustement=fait)
    envers = QuestionsChance(q.question[::-1], q.candidature_i[::-1], q.instant[::-1])
    assert predire(territoire, envers, ajustement=fait).proba[::-1] == pytest.approx(tous.proba, abs=1e-12)
    une = QuestionsChance(q.question[:1], q.candidature_i[:1], q.instant[:1])
    assert predire(territoire, une, ajustement=fait).proba == pytest.approx(tous.proba[:1], abs=1e-12)
    assert tous.question.tolist() == q.question.tolist()


@pytest.mark.parametrize("comment", ["dropped", "scrambled"])
def test_the_future_changes_no_answer(territoire: Journal, comment: str) -> None:
    q = questions_du(territoire, 150)
    tau = int(q.instant.max()) - 30 * JOUR
    avant = q.instant <= tau
    assert 20 < avant.sum() < avant.size
    q = QuestionsChance(q.question[avant], q.candidature_i[avant], q.instant[avant])
    attendu = predire(territoire, q)
    if comment == "dropped":
        autre, lignes = sans_futur(territoire, tau)
        q = replace(q, candidature_i=lignes[q.candidature_i])
    else:
        autre = futur_brouille(territoire, tau, np.random.default_rng(8))
    obtenu = predire(autre, q)
    for champ in fields(ReponsesChance):
        a, b = getattr(attendu, champ.name), getattr(obtenu, champ.name)
        assert (a == b).all() if a.dtype.kind == "U" else np.abs(a - b).max() <= 1e-9, champ.name


def test_too_little_past_is_said_and_the_number_stays() -> None:
    reponse = predire(liste_ecrite(), demander([1], JOUR_0 + 2 * JOUR))
    assert reponse.statut.tolist() == ["insuffisant"]
    assert 0 < reponse.proba[0] < 1


def test_no_question_has_no_answer(territoire: Journal) -> None:
    assert predire(territoire, demander([], 0)).proba.size == 0


def test_unknown_points_are_refused_by_name(fait: Ajustement) -> None:
    j = liste_ecrite()
    j.candidatures.points[3] = np.nan
    with pytest.raises(ValueError, match="points"):
        predire(j, demander([1], JOUR_0 + 2 * JOUR), ajustement=fait)


def en_clair(j: Journal, ordre: Entiers, instant: int) -> tuple[Annonce, Candidats]:
    """The list of an advert as the platform gives it."""
    c = j.candidatures
    h = Habitudes(np.zeros(ordre.size), np.full(ordre.size, 3.0), np.zeros(ordre.size))
    gens = Candidats(c.points[ordre], c.trajet_min[ordre], c.taux_effort[ordre], c.complet[ordre], h)
    o = j.offres
    duree = int(o.cloture[0] - o.publiee[0])
    part = (instant - int(o.publiee[0])) / duree
    annonce = Annonce(str(o.commune[0]), int(o.typologie[0]), float(o.qualite[0]), 3, 2, duree / JOUR, part)
    return annonce, gens


def test_a_list_given_in_clear_has_the_answers_of_the_files(fait: Ajustement) -> None:
    j, instant = liste_ecrite(), JOUR_0 + 2 * JOUR
    ordre = np.array([0, 3, 1, 2, 4, 5, 7])
    annonce, gens = en_clair(j, ordre, instant)
    clair = chances_offre(fait, annonce, gens, np.arange(7))
    fichiers = predire(j, demander(ordre, instant), ajustement=fait)
    for champ in fields(ReponsesChance):
        if champ.name != "question":
            a, b = getattr(clair, champ.name), getattr(fichiers, champ.name)
            assert (a == b).all() if a.dtype.kind == "U" else a == pytest.approx(b, abs=1e-12), champ.name


def test_sixty_lists_are_asked_at_once(fait: Ajustement) -> None:
    annonce, gens = en_clair(liste_ecrite(), np.array([0, 3, 1, 2, 4, 5, 7]), JOUR_0 + 2 * JOUR)
    autre = replace(annonce, typologie=3, qualite=float("nan"), presentes=5, commissions=1, ecoulee=1.0)
    lot = chances_offres(fait, [(annonce, gens, np.array([2])), (autre, gens, np.array([6, 0]))])
    seuls = [chances_offre(fait, annonce, gens, np.array([2])), chances_offre(fait, autre, gens, np.array([6, 0]))]
    assert lot.proba == pytest.approx(np.concatenate([s.proba for s in seuls]), abs=1e-12)
    assert lot.rang.tolist() == [3, 7, 1]
    assert chances_offres(fait, []).proba.size == 0


def test_an_incomplete_file_has_its_chance_of_being_ready(fait: Ajustement) -> None:
    annonce, gens = en_clair(liste_ecrite(), np.array([0, 3, 1]), JOUR_0 + 2 * JOUR)
    complet = chances_offre(fait, annonce, gens, np.array([2]))
    manque = chances_offre(fait, annonce, replace(gens, complet=np.array([True, True, False])), np.array([2]))
    assert complet.prete[0] == 1.0
    assert 0.2 < manque.prete[0] < 0.9
    assert manque.p_moi[0] < complet.p_moi[0]
    # the chance supposes the file complete in time: what it risks is told by `prete`, and counted once
    assert manque.proba[0] == complet.proba[0]


def test_a_recalibration_moves_the_range_and_the_last_factor(fait: Ajustement) -> None:
    j, q = liste_ecrite(), demander([1], JOUR_0 + 2 * JOUR)
    avant, apres = (predire(j, q, ajustement=a) for a in (fait, replace(fait, recalage=(-0.2, 1.1, 0.05))))
    attendu = expit(-0.2 + 1.1 * logit(avant.proba) + 0.05 * np.log(avant.rang))
    assert apres.proba == pytest.approx(attendu)
    produit: Any = apres.f_places * apres.f_devant * apres.f_arrivees * apres.f_dossier
    assert produit == pytest.approx(apres.proba, abs=1e-9)
    assert apres.bas80[0] < apres.proba[0] < apres.haut80[0]
