"""The law on populations gives each household the answer that it has alone, whatever is unknown."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from palier.droit import categorie, colonnes, effort, occupation, plafonds, ressources
from palier.droit.colonnes import colonnes_menages
from palier.droit.menage import FINANCEMENTS, Cas, Logement, Menage, Personne
from palier.droit.plafonds import annees_publiees, zones_publiees
from palier.droit.verdict import Verdict

TIRAGES = 10_000
JOURS = (date(2026, 11, 24), date(2025, 8, 1), date(2023, 2, 28), date(2027, 3, 1))
COMMUNES = ("44109", "75056", "75101", "92012", "78646", "01173", "69123", "97411", "2A004", "99999", None)
MONTANTS = (0, 1, 900_000, 1_000_000, 1_111_111, 2_255_100, 2_255_101, 3_758_400, 3_758_500, 4_999_999, 9_000_000)


def _naissance(hasard: random.Random, ans: int, au: date) -> date:
    """Draw a birthday around the completed age: the day before, the day itself, any day."""
    jour = date(au.year - ans, au.month, min(au.day, 28))
    return jour + timedelta(hasard.choice([-1, 0, 1, hasard.randint(-300, 60)]))


def _personne(hasard: random.Random, role: str, rang: int, au: date) -> Personne:
    adulte = role in ("demandeur", "conjoint", "codemandeur")
    ans = hasard.choice([25, 27, 28, 30, 54]) if adulte else hasard.choice([1, 13, 14, 17, 18, 22, 70])
    garde = hasard.choice([None, None, "principale", "alternee", "visite"]) if role == "enfant" else None
    base = hasard.choice(MONTANTS)
    annees = {au.year - 2: base, au.year - 1: hasard.choice([base * 9 // 10, base * 9 // 10 + 1, base, base // 2])}
    declare = adulte or hasard.random() < 0.3
    return Personne(
        id=f"x{rang}",
        role=role,
        naissance=_naissance(hasard, ans, au) if hasard.random() > 0.12 else None,
        a_charge=None if adulte or hasard.random() < 0.12 else hasard.random() < 0.7,
        handicap=hasard.random() < 0.1,
        garde=garde,
        rfr={an: montant for an, montant in annees.items() if hasard.random() > 0.1} if declare else {},
        douze_mois=hasard.choice([None, base * 9 // 10, base, 0]) if declare else None,
        net_mensuel=hasard.choice([0, 120_000, 171_999, 300_001]) if hasard.random() > 0.1 else None,
    )


def cas_tire(hasard: random.Random, au: date) -> Cas:
    """Draw a case: up to eight persons, facts missing, amounts at the very bounds."""
    commune = hasard.choice(COMMUNES)
    if hasard.random() < 0.02:
        return Cas(au, commune)
    roles = ["demandeur", *hasard.choice([[], [], ["conjoint"], ["conjoint"], ["codemandeur"], ["codemandeur"] * 2])]
    roles += hasard.choices(["enfant", "enfant", "enfant", "ascendant", "autre"], k=hasard.choice([0, 0, 1, 2, 3, 5]))
    groupe = tuple(_personne(hasard, role, rang, au) for rang, role in enumerate(roles))
    loyer = hasard.choice([None, 0, 45_000, 60_001])
    surface = hasard.choice([None, Decimal("8.99"), Decimal(9), Decimal("15.9"), Decimal(34), Decimal("60.5")])
    typologie = hasard.choice([None, "T1bis", "T3", "T5", "T8"])
    logement = None if hasard.random() < 0.1 else Logement(typologie, surface, loyer, loyer, "PLUS")
    return Cas(au, commune, Menage(groupe, enfants_a_naitre=hasard.choice([0, 0, 0, 1])), None, logement)


Explique = Callable[[Cas], Verdict]
Population = Callable[[dict, date], np.ma.MaskedArray]
PAIRES: dict[str, tuple[Explique, Population]] = {
    "categorie_menage": (categorie.categorie_menage, lambda c, au: colonnes.categorie_menage(c).valeur),
    "ressources_retenues": (ressources.ressources_retenues, lambda c, au: colonnes.ressources_retenues(c)),
    "unites_consommation": (effort.unites_consommation, lambda c, au: colonnes.unites_consommation(c)),
    "suroccupation": (occupation.suroccupation, lambda c, au: colonnes.suroccupation(c)),
    "sous_occupation": (occupation.sous_occupation, lambda c, au: colonnes.sous_occupation(c, au)),
    "effort_brut": (effort.effort_brut, lambda c, au: colonnes.effort_brut(c)),
}
for nom in FINANCEMENTS:
    PAIRES[f"plafond_{nom}"] = (
        lambda cas, nom=nom: plafonds.plafond_ressources(cas, nom),
        lambda c, au, nom=nom: colonnes.plafond_ressources(c, nom, au),
    )
    PAIRES[f"eligible_{nom}"] = (
        lambda cas, nom=nom: plafonds.eligibilite(cas, nom),
        lambda c, au, nom=nom: colonnes.eligibilite(c, nom, au),
    )
for borne in occupation.BORNES:
    PAIRES[f"typologie_{borne}"] = (
        lambda cas, borne=borne: occupation.typologies(cas)[borne],
        lambda c, au, borne=borne: colonnes.typologies(c)[borne],
    )


@pytest.fixture(scope="module", params=JOURS, ids=str)
def population(request: pytest.FixtureRequest) -> tuple[date, list[Cas], dict]:
    hasard = random.Random(request.param.toordinal())
    cas = [cas_tire(hasard, request.param) for _ in range(TIRAGES // len(JOURS))]
    return request.param, cas, colonnes_menages(cas, request.param)


@pytest.mark.parametrize("nom", PAIRES)
def test_each_household_has_the_answer_that_it_has_alone(nom: str, population: tuple[date, list[Cas], dict]) -> None:
    au, cas, table = population
    explique, vecteur = PAIRES[nom]
    reponses = vecteur(table, au)
    assert len(reponses) == len(cas)
    attendus = [explique(un).valeur for un in cas]
    for un, attendu, reponse in zip(cas, attendus, reponses.tolist(), strict=True):
        assert attendu == reponse, (nom, un)
    publiee = not nom.startswith(("plafond", "eligible")) or au.year in annees_publiees(nom.split("_")[1])
    assert (sum(attendu is not None for attendu in attendus) > len(cas) / 10) == publiee


def test_supplements_agree(population: tuple[date, list[Cas], dict]) -> None:
    _, cas, table = population
    supplements = colonnes.categorie_menage(table).supplements.tolist()
    verdicts = [categorie.categorie_menage(un) for un in cas]
    assert supplements == [un.complements["supplements"] if un.sur else None for un in verdicts]
    assert max(un for un in supplements if un is not None) >= 2


def test_a_known_population_needs_no_rank_of_household() -> None:
    """Columns made without a case: one row is one household."""
    au = JOURS[0]
    zone = zones_publiees().index("autres_regions")
    table = {
        "adultes": np.array([1, 2, 1]),
        "a_charge": np.array([1, 0, 0]),
        "pour_pieces": np.array([2, 2, 1]),
        "moins_14": np.array([1, 0, 0]),
        "couple": np.array([False, True, False]),
        "jeune": np.array([False, True, False]),
        "handicap": np.array([False, False, False]),
        "rfr_n2": np.ma.MaskedArray([2_150_000, 9_000_000, 0], [False, False, True]),
        "rfr_n1": np.ma.MaskedArray([0, 0, 0], [True, True, True]),
        "douze_mois": np.ma.MaskedArray([0, 0, 0], [True, True, True]),
        "zone_plafonds": np.array([zone, zone, -1]),
    }
    assert colonnes.categorie_menage(table).valeur.tolist() == [3, 3, 1]
    assert colonnes.ressources_retenues(table).tolist() == [2_150_000, 9_000_000, None]
    assert colonnes.eligibilite(table, "PLUS", au).tolist() == [True, False, None]
    assert colonnes.typologies(table)["cible"].tolist() == ["T3", "T2", "T1"]
    assert colonnes.unites_consommation(table).tolist() == [1.3, 1.5, 1.0]


def test_nobody() -> None:
    table = colonnes_menages([], JOURS[0])
    assert [len(vecteur(table, JOURS[0])) for _, vecteur in PAIRES.values()] == [0] * len(PAIRES)


def test_before_the_rule_nothing_is_decided() -> None:
    table = {"pour_pieces": np.array([1, 1]), "pieces_principales": np.ma.MaskedArray([5, 5], [False, True])}
    assert colonnes.sous_occupation(table, date(2016, 1, 1)).tolist() == [None, None]
    assert colonnes.sous_occupation(table, date(2017, 1, 28)).tolist() == [True, None]


def test_one_day_for_all() -> None:
    with pytest.raises(ValueError, match="among those of"):
        colonnes_menages([Cas(JOURS[0])], JOURS[1])
