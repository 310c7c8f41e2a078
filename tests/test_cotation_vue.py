"""What others see of points (V11), and the order of a list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.droit.cotation import (
    Faits,
    bande,
    bande_total,
    cle_egalite,
    cle_ordre,
    coter,
    grille_fournie,
    lire_grille,
    parties,
)

AU = date(2026, 11, 24)
DEMO = grille_fournie("territoire_demo")
PIECES = {critere.piece: None for rubrique in DEMO.rubriques for critere in rubrique.criteres if critere.piece}
SENSIBLES = ("violences_couple", "handicap")
ORDINAIRES = (
    *("dalo", "pdalhpd", "sans_logement", "heberge_tiers", "menace_expulsion"),
    *("mineur_suroccupation_ou_indecence", "mobilite_professionnelle", "reprise_emploi"),
)


def _faits(coches: dict[str, bool], effort: str, enfants: int, **autres: int) -> Faits:
    valeurs: dict[str, bool | Decimal | str] = {f"situation.{nom}": vrai for nom, vrai in coches.items()}
    valeurs["situation.taux_effort_actuel"] = Decimal(effort)
    valeurs |= {"menage.adultes": Decimal(1), "menage.a_charge": Decimal(enfants)}
    valeurs |= {cle.replace("__", "."): Decimal(valeur) for cle, valeur in autres.items()}
    return Faits(valeurs, PIECES)


@pytest.fixture(scope="module")
def menages() -> list[tuple[bool, int, str]]:
    """Every combination of the demo grid's lines but seniority and offer: (sensitive, priority points, band)."""
    vus = []
    noms = (*SENSIBLES, *ORDINAIRES)
    for choix in product((False, True), repeat=len(noms)):
        coches = dict(zip(noms, choix, strict=True))
        for effort, enfants in product(("0.1", "0.35", "0.5"), (0, 1)):
            cotation = coter(DEMO, _faits(coches, effort, enfants), AU)
            vus.append((coches["violences_couple"] or coches["handicap"], cotation.points, parties(cotation).priorites))
    return vus


def test_no_band_is_reached_with_sensitive_lines_only(menages: list[tuple[bool, int, str]]) -> None:
    """V11: each band shown is also reached by some household without any sensitive line."""
    ordinaires = {texte for sensible, _, texte in menages if not sensible}
    sensibles = {texte for sensible, _, texte in menages if sensible}
    assert len(ordinaires) > 5
    assert sensibles <= ordinaires


def test_no_band_of_the_total_either(menages: list[tuple[bool, int, str]]) -> None:
    """The same before designation, seniority and offer added: exact sets of sums."""
    offre = {sum(choix) for choix in product((0, 6), (0, 6), (0, 4), (0, 3), (0, 10))}
    ordinaires, sensibles = (
        {base + a + b for base in {p for s, p, _ in menages if s == sensible} for a in offre for b in range(49)}
        for sensible in (False, True)
    )

    def texte(points: int) -> str:
        return bande_total(_Total(points))

    assert {texte(points) for points in sensibles} <= {texte(points) for points in ordinaires}


class _Total:
    """A total of points on the demo grid."""

    def __init__(self, points: int) -> None:
        self.points, self.grille = points, DEMO


def test_three_parts_add_up() -> None:
    coches = {"dalo": True, "handicap": True, "mobilite_professionnelle": True}
    faits = _faits(coches, "0.1", 0, anciennete_mois=30, offre__lien_travail=1, offre__priorite_employeur=1)
    cotation = coter(DEMO, faits, AU)
    vues = parties(cotation)
    assert cotation.points == 60 + 15 + 15 + 30 + 6 + 10
    assert (vues.anciennete, vues.logement_offert, vues.priorites) == (30, 16, "90 à 99")
    assert [nom for nom, _ in vues.lignes()] == ["Ancienneté", "Logement offert", "Priorités et situation"]


def test_the_last_band_is_open() -> None:
    tout = dict.fromkeys((*SENSIBLES, *ORDINAIRES), True)
    assert parties(coter(DEMO, _faits(tout, "0.5", 1), AU)).priorites == "120 et plus"


def test_a_sensitive_line_hides_its_exclusive_rubrique() -> None:
    texte = """
code = "g"
libelle = "G"
version = 1
en_vigueur_depuis = 2026-01-01
deliberation = "n"
egalite = "anciennete"
[[rubrique]]
code = "r"
cumul = "le_plus_fort"
[[rubrique.critere]]
code = "s"
libelle = "S"
points = 20
si = "situation.handicap"
[[rubrique.critere]]
code = "o"
libelle = "O"
points = 10
si = "offre.lien_domicile == 1"
"""
    grille = lire_grille(texte)
    simple = coter(grille, Faits({"offre.lien_domicile": Decimal(1)}, {}), AU)
    cache = coter(grille, Faits({"offre.lien_domicile": Decimal(1), "situation.handicap": True}, {}), AU)
    assert parties(simple) == parties(cache)
    assert parties(simple).logement_offert == 0


@pytest.mark.parametrize(
    ("points", "texte"), [(0, "0 à 9"), (9, "0 à 9"), (70, "70 à 79"), (79, "70 à 79"), (121, "120 à 129")]
)
def test_band(points: int, texte: str) -> None:
    assert bande(points) == texte


def test_order_points_then_seniority_then_drawn_key() -> None:
    paris = timezone(timedelta(hours=1))
    cles = [
        cle_ordre(90, date(2026, 1, 1), "z"),
        cle_ordre(80, date(2020, 1, 1), "z"),
        cle_ordre(80, datetime(2021, 1, 1, 0, 30, tzinfo=paris), "a"),
        cle_ordre(80, datetime(2020, 12, 31, 23, 45, tzinfo=UTC), "a"),
        cle_ordre(80, date(2021, 1, 1), "a"),
        cle_ordre(80, date(2021, 1, 1), "b"),
    ]
    assert cles == sorted(cles)
    with pytest.raises(ValueError, match="time zone"):
        cle_ordre(1, datetime(2021, 1, 1), "a")


def test_tie_key_changes_with_the_offer() -> None:
    assert cle_egalite("o1", "d1") == cle_egalite("o1", "d1") != cle_egalite("o2", "d1")
    assert len(cle_egalite("o1", "d1")) == 64


@given(st.lists(st.tuples(st.integers(0, 5), st.dates(date(2020, 1, 1), date(2020, 1, 3)), st.uuids()), unique=True))
def test_order_is_strict_whatever_the_input_order(lignes: list) -> None:
    cles = [cle_ordre(points, depot, cle_egalite("o", str(demande))) for points, depot, demande in lignes]
    assert len(set(cles)) == len(cles)
    assert sorted(cles, reverse=True)[::-1] == sorted(cles)
