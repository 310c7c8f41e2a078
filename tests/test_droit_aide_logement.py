"""Housing aid, reduction of loyer, effort: worked examples, properties, dates, and what an unknown fact changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palier.droit.aide_etapes import Situation, etapes
from palier.droit.aide_logement import aide_logement, reduction_loyer_solidarite
from palier.droit.bareme import PREMIER_JOUR, bareme, version
from palier.droit.effort import charge_logement, effort_brut, reste_a_payer, reste_a_vivre, taux_effort
from palier.droit.menage import Cas, Logement, Menage, Personne
from palier.droit.verdict import Verdict

AU = date(2026, 11, 24)
COMMUNES = {"1": "93008", "2": "44109", "3": "23096"}
sobre = settings(max_examples=80, deadline=None)


def _cas(
    *,
    au: date = AU,
    zone: str = "2",
    couple: bool = False,
    enfants: int = 0,
    ressources: int | None = 9_600,
    loyer: int | None = 320,
    financement: str | None = "PLUS",
    handicap: bool = False,
) -> Cas:
    """Build a case; resources of twelve months and loyer in euros."""
    douze_mois = None if ressources is None else ressources * 100
    groupe = [Personne("d", "demandeur", date(1990, 1, 1), handicap=handicap, douze_mois=douze_mois)]
    if couple:
        groupe.append(Personne("c", "conjoint", date(1990, 1, 1), douze_mois=0))
    groupe += [Personne(f"e{rang}", "enfant", date(2015, 1, 1), True) for rang in range(enfants)]
    loyer_hc = None if loyer is None else loyer * 100
    logement = Logement("T3", None, loyer_hc, None if loyer_hc is None else loyer_hc + 7_000, financement)
    return Cas(au, COMMUNES[zone], Menage(tuple(groupe)), None, logement)


def _personnes(cas: Cas, *groupe: Personne) -> Cas:
    return replace(cas, menage=Menage(groupe))


def _codes(verdict: Verdict[int]) -> list[str]:
    return [motif.code for motif in verdict.motifs]


def _faits(verdict: Verdict[int] | Verdict[float]) -> set[str]:
    return {manquant.fait for manquant in verdict.manquants}


@pytest.mark.parametrize(
    ("au", "zone", "couple", "enfants", "ressources", "loyer", "aide", "rls"),
    [
        ("2026-11-24", "2", False, 0, 9_600, 320, 141, 31.58),
        ("2026-11-24", "1", False, 0, 7_300, 450, 249, 35.99),
        ("2026-11-24", "2", False, 0, 13_100, 350, 63, 0),
        ("2026-11-24", "3", True, 0, 13_900, 340, 131, 0),
        ("2026-11-24", "2", False, 1, 10_200, 430, 352, 43.06),
        ("2026-11-24", "1", False, 2, 16_800, 560, 288, 56.12),
        ("2026-11-24", "2", True, 3, 22_400, 610, 212, 55.58),
        ("2026-06-20", "2", True, 2, 19_300, 540, 172, 49.32),
        ("2025-12-10", "2", False, 0, 8_100, 310, 181, 34.83),
        ("2026-11-24", "2", False, 0, 6_200, 210, 166, 31.58),
    ],
)
def test_worked_examples(
    au: str, zone: str, couple: bool, enfants: int, ressources: int, loyer: int, aide: int, rls: float
) -> None:
    cas = _cas(au=date.fromisoformat(au), zone=zone, couple=couple, enfants=enfants, ressources=ressources, loyer=loyer)
    assert aide_logement(cas).json()["valeur"] == aide
    assert reduction_loyer_solidarite(cas).json()["valeur"] == rls


def test_reasons_say_the_steps_in_order() -> None:
    verdict = aide_logement(_cas())
    assert _codes(verdict) == ["aide_loyer_plafonne", "aide_participation", "aide_apres_rls", "aide_estimee"]
    assert verdict.motifs[0].faits["plafond"] == 293.68
    assert verdict.motifs[1].faits == {"charges": 61.29, "participation": 176.85}
    assert "141" in verdict.motifs[-1].texte
    assert "Caf" in verdict.motifs[-1].texte
    assert _codes(aide_logement(_cas(loyer=210)))[0] == "aide_loyer_entier"
    assert _codes(aide_logement(_cas(ressources=40_000)))[-1] == "aide_nulle"


def test_a_dear_dwelling_loses_the_aid_but_not_with_a_handicap() -> None:
    """Zone 2: whole up to 2.5 times the ceiling (734.20), nothing from 3.1 times (910.408)."""
    entiere = aide_logement(_cas(loyer=734)).exige()
    assert entiere == aide_logement(_cas(loyer=400)).exige()
    milieu, rien = aide_logement(_cas(loyer=822)), aide_logement(_cas(loyer=911))
    assert 0 < milieu.exige() < entiere
    assert "aide_degressive" in _codes(milieu)
    assert rien.valeur == 0
    assert "aide_loyer_trop_cher" in _codes(rien)
    assert aide_logement(_cas(loyer=911, handicap=True)).valeur == entiere


def test_half_of_the_aid_is_left_halfway() -> None:
    """Halfway between both bounds (2.8 times the ceiling of zone 2), without reduction: half of the gross aid."""
    cas = _cas(ressources=11_000, loyer=0)
    loyer = 29_368 * 28 // 10
    moitie = replace(cas, logement=Logement(None, None, loyer, None, "PLUS"))
    plein = replace(cas, logement=Logement(None, None, 40_000, None, "PLUS"))
    part = aide_logement(moitie).motifs[2].faits["part"]
    assert part == 50.0
    assert aide_logement(moitie).exige() < aide_logement(plein).exige() / 2


def test_more_than_six_persons_add_a_step_each() -> None:
    six, huit = aide_logement(_cas(enfants=6, ressources=12_000)), aide_logement(_cas(enfants=8, ressources=12_000))
    assert six.motifs[1].faits["charges"] == 144.69
    assert huit.motifs[1].faits["charges"] == 172.49
    assert reduction_loyer_solidarite(_cas(enfants=8, ressources=12_000)).valeur == 4_306 + 7 * 626


def test_nobody_ever_gains_from_a_negative_rate() -> None:
    """The rate of a family falls with each child, never under nothing."""
    menage = [Personne(f"e{rang}", "enfant", date(2015, 1, 1), True) for rang in range(28)]
    riche = _personnes(_cas(), Personne("d", "demandeur", douze_mois=90_000_00), *menage)
    assert (
        aide_logement(riche).exige()
        <= aide_logement(_personnes(riche, Personne("d", "demandeur", douze_mois=0), *menage)).exige()
    )


@pytest.mark.parametrize(
    ("avant", "apres", "aide_avant", "aide_apres"),
    [("2026-09-30", "2026-10-01", 137, 141), ("2025-05-31", "2025-06-01", 118, 131)],
)
def test_the_day_of_the_table_counts(avant: str, apres: str, aide_avant: int, aide_apres: int) -> None:
    """October turns the ceilings over; June 2025 turned the reduction over (48.45, then 34.83)."""
    assert aide_logement(_cas(au=date.fromisoformat(avant))).json()["valeur"] == aide_avant
    assert aide_logement(_cas(au=date.fromisoformat(apres))).json()["valeur"] == aide_apres


def test_small_aids_were_not_paid_before_march_2018() -> None:
    """A gross aid of less than 10 euros was not paid; the fixed cut of 5 euros came in October 2017."""
    for ressources in range(9_000, 16_000, 100):
        verdict = aide_logement(_cas(au=date(2017, 9, 30), ressources=ressources))
        assert verdict.valeur == 0 or verdict.exige() >= 14_00
    payees = {aide_logement(_cas(au=date(2018, 3, 1), ressources=r)).exige() for r in range(9_000, 16_000, 100)}
    assert any(0 < aide < 4_00 for aide in payees)


def test_no_reduction_before_2018_even_without_incomes() -> None:
    assert reduction_loyer_solidarite(_cas(au=date(2017, 12, 31), ressources=None)).valeur == 0
    assert not reduction_loyer_solidarite(_cas(au=date(2018, 1, 1), ressources=None)).sur
    assert reduction_loyer_solidarite(_cas(au=date(2018, 1, 1))).valeur == 27_74


def test_the_reduction_needs_resources_strictly_under_its_ceiling() -> None:
    """Zone 2, alone, 905 a month: 10 800 is under, 10 900 is above; a child more lifts the ceiling to 1 408."""
    assert reduction_loyer_solidarite(_cas(ressources=10_800)).valeur == 31_58
    assert reduction_loyer_solidarite(_cas(ressources=10_801)).valeur == 0
    assert reduction_loyer_solidarite(_cas(ressources=10_860)).valeur == 0
    assert reduction_loyer_solidarite(_cas(enfants=1, ressources=16_800)).valeur == 43_06
    assert reduction_loyer_solidarite(_cas(enfants=1, ressources=16_900)).valeur == 0
    # Exactly at the ceiling (zone 1 couple: 1 168 a month until a multiple of 100 falls on it) is out.
    assert (
        reduction_loyer_solidarite(_cas(au=date(2024, 6, 1), zone="3", couple=True, ressources=12_600)).valeur == 54_92
    )
    assert reduction_loyer_solidarite(_cas(au=date(2019, 6, 1), zone="3", enfants=7, ressources=35_100)).valeur == 0


def test_resources_are_rounded_up_and_come_from_net_incomes_when_twelve_months_are_unknown() -> None:
    net = _personnes(_cas(), Personne("d", "demandeur", net_mensuel=800_00))
    assert aide_logement(net).valeur == aide_logement(_cas(ressources=8_640)).valeur
    assert aide_logement(net).valeur == aide_logement(_cas(ressources=8_700)).valeur
    assert aide_logement(net).valeur != aide_logement(_cas(ressources=8_600)).valeur


def test_children_count_until_their_21st_birthday_and_others_at_any_age() -> None:
    demandeur = Personne("d", "demandeur", douze_mois=10_200_00)
    seul = aide_logement(_personnes(_cas(loyer=430), demandeur)).valeur
    avec = aide_logement(_personnes(_cas(loyer=430), demandeur, Personne("e", "enfant", date(2010, 1, 1), True))).valeur
    assert avec == 352_00 != seul

    def pour(personne: Personne) -> int | None:
        return aide_logement(_personnes(_cas(loyer=430), demandeur, personne)).valeur

    assert pour(Personne("e", "enfant", AU.replace(year=2005), True)) == seul
    assert pour(Personne("e", "enfant", date(2005, 11, 25), True)) == avec
    assert pour(Personne("a", "ascendant", None, True)) == avec
    assert pour(Personne("e", "enfant", date(2015, 1, 1), True, garde="alternee")) == avec
    assert pour(Personne("e", "enfant", date(2015, 1, 1), True, garde="visite")) == seul
    unborn = replace(_cas(loyer=430), menage=Menage((demandeur,), enfants_a_naitre=1))
    assert aide_logement(unborn).valeur == seul


@pytest.mark.parametrize(
    ("change", "fait"),
    [
        ({"commune": None}, "commune"),
        ({"commune": "97411"}, "commune"),
        ({"commune": "99999"}, "commune"),
        ({"menage": None}, "menage.personnes"),
        ({"logement": None}, "logement"),
        ({"logement": Logement("T3", None, 32_000, 39_000, None)}, "logement.financement"),
        ({"logement": Logement("T3", None, 32_000, 39_000, "PLI")}, "logement.financement"),
        ({"logement": Logement("T3", None, None, 39_000, "PLUS")}, "logement.loyer_hc"),
        ({"menage": Menage((Personne("d", "demandeur"),))}, "menage.personnes.d.net_mensuel"),
        (
            {"menage": Menage((Personne("d", "demandeur", douze_mois=0), Personne("k", "codemandeur", douze_mois=0)))},
            "menage.personnes",
        ),
        (
            {"menage": Menage((Personne("d", "demandeur", douze_mois=0), Personne("e", "enfant", None, True)))},
            "menage.personnes.e.naissance",
        ),
        (
            {"menage": Menage((Personne("d", "demandeur", douze_mois=0), Personne("e", "enfant", date(2015, 1, 1))))},
            "menage.personnes.e.a_charge",
        ),
    ],
)
def test_each_fact_that_matters_is_named(change: dict[str, object], fait: str) -> None:
    cas = replace(_cas(), **change)  # type: ignore[arg-type]
    verdict = aide_logement(cas)
    assert not verdict.sur
    assert _faits(verdict) == {fait}
    if fait != "logement.loyer_hc":
        assert _faits(reduction_loyer_solidarite(cas)) == {fait}
    assert fait in _faits(taux_effort(cas))
    assert fait in _faits(reste_a_vivre(cas))


def test_everything_missing_is_named_at_once() -> None:
    vide = Cas(AU, None, Menage((Personne("d", "demandeur"),)), None, Logement())
    attendus = {"commune", "logement.financement", "logement.loyer_hc", "menage.personnes.d.net_mensuel"}
    assert _faits(aide_logement(vide)) == attendus
    assert _faits(taux_effort(vide)) == attendus | {"logement.loyer_cc"}


def test_an_unknown_that_changes_nothing_does_not_block() -> None:
    """With 40 000 a year no loyer opens the aid; from 911 euros no resources do; a child changes neither."""
    assert aide_logement(_cas(ressources=40_000, loyer=None)).valeur == 0
    assert aide_logement(_cas(ressources=None, loyer=911)).valeur == 0
    assert not aide_logement(_cas(ressources=None, loyer=880)).sur
    assert not aide_logement(_cas(ressources=12_000, loyer=None)).sur
    enfant = Personne("e", "enfant", None, None)
    riche = _personnes(_cas(), Personne("d", "demandeur", douze_mois=90_000_00), enfant)
    assert aide_logement(riche).valeur == 0
    assert _codes(aide_logement(riche)) == ["aide_nulle"]
    assert not aide_logement(_personnes(_cas(), Personne("d", "demandeur", douze_mois=9_000_00), enfant)).sur


@sobre
@given(
    st.sampled_from(sorted(COMMUNES)),
    st.booleans(),
    st.integers(0, 9),
    st.integers(0, 60_000),
    st.integers(0, 20_000),
    st.integers(0, 1_600),
    st.dates(PREMIER_JOUR, date(2027, 12, 31)),
)
def test_more_resources_never_bring_more_help(
    zone: str, couple: bool, enfants: int, ressources: int, hausse: int, loyer: int, au: date
) -> None:
    """Aid and reduction together never rise by more than the roundings; the aid alone never does without a step of
    the reduction; neither is ever negative nor above the loyer and the charges it counts."""
    avant = _cas(au=au, zone=zone, couple=couple, enfants=enfants, ressources=ressources, loyer=loyer)
    apres = _cas(au=au, zone=zone, couple=couple, enfants=enfants, ressources=ressources + hausse, loyer=loyer)
    aide, rls = aide_logement(avant).exige(), reduction_loyer_solidarite(avant).exige()
    aide_apres, rls_apres = aide_logement(apres).exige(), reduction_loyer_solidarite(apres).exige()
    assert aide_apres >= 0
    assert aide_apres % 100 == 0
    assert rls_apres <= rls
    assert aide_apres + rls_apres <= aide + rls + 1_00
    if rls == rls_apres:
        assert aide_apres <= aide
    charges = aide_logement(apres).motifs[1].faits["charges"]
    assert isinstance(charges, int | float)
    assert aide_apres <= loyer * 100 + Decimal(str(charges)) * 100


@sobre
@given(st.integers(0, 40_000), st.one_of(st.none(), st.integers(0, 1_600)), st.sampled_from(sorted(COMMUNES)))
def test_an_established_nothing_is_nothing_for_every_loyer(ressources: int, loyer: int | None, zone: str) -> None:
    flou = aide_logement(_cas(zone=zone, ressources=ressources, loyer=None))
    if flou.sur:
        assert aide_logement(_cas(zone=zone, ressources=ressources, loyer=loyer or 300)).valeur == 0


def _versions():
    for nom, sujet in bareme("aide_logement").items():
        for cle, valeur in sujet.items():
            if isinstance(valeur, list) and valeur and isinstance(valeur[0], dict):
                yield pytest.param(valeur, id=f"{nom}.{cle}")


@pytest.mark.parametrize("versions", _versions())
def test_dated_tables_have_no_hole_nor_double_day(versions: list[dict[str, object]]) -> None:
    jours = [ligne["depuis"] for ligne in versions]
    assert jours == sorted(set(jours))
    assert {frozenset(ligne) for ligne in versions} == {frozenset(versions[0])}
    for ligne in versions:
        assert version(versions, ligne["depuis"]) is ligne  # type: ignore[arg-type]
        assert version(versions, ligne["depuis"] - timedelta(days=1)) is not ligne  # type: ignore[operator]


def test_every_table_holds_from_the_first_day_of_the_law() -> None:
    for nom, sujet in bareme("aide_logement").items():
        assert all(sujet[cle] for cle in ("source", "statut", "reference")), nom
        listes = [valeur for valeur in sujet.values() if isinstance(valeur, list) and isinstance(valeur[0], dict)]
        debut = date(2018, 1, 1) if nom.startswith("rls") else PREMIER_JOUR
        assert all(version(liste, debut) is not None for liste in listes), nom


def test_a_day_before_every_table_is_an_error_not_a_guess() -> None:
    with pytest.raises(ValueError, match="plafonds_loyer"):
        etapes(Situation(date(2014, 1, 1), "2", False, 0, 0, False), 30_000)


def _avec_net(cas: Cas, net: int | None) -> Cas:
    assert cas.menage is not None
    premier, *reste = cas.menage.personnes
    return _personnes(cas, replace(premier, net_mensuel=net), *reste)


def test_effort_deducts_aid_and_reduction() -> None:
    """390 - 141 - 31.58 = 217.42; over 888.89 = 24.46 %; (888.89 - 217.42) / 30 = 22.38 a day."""
    cas = _avec_net(_cas(), 888_89)
    charge = charge_logement(cas)
    assert charge.reste_a_payer.valeur == reste_a_payer(cas).valeur == 217_42
    assert charge.taux_effort.valeur == taux_effort(cas).valeur == 0.2446
    assert charge.reste_a_vivre.valeur == reste_a_vivre(cas).valeur == 22_38
    assert reste_a_vivre(cas).json()["valeur"] == 22.38
    assert effort_brut(cas).valeur == 0.4387


def test_effort_is_never_negative_and_needs_some_income() -> None:
    petit = replace(_avec_net(_cas(ressources=0), 500_00), logement=Logement("T1", None, 0, 0, "PLAI"))
    assert reste_a_payer(petit).valeur == 0
    assert taux_effort(petit).valeur == 0
    sans = _avec_net(_cas(ressources=0, loyer=600), 0)
    assert _faits(taux_effort(sans)) == {"menage.personnes.net_mensuel"}
    assert _faits(effort_brut(sans)) == {"menage.personnes.net_mensuel"}
    assert reste_a_vivre(sans).exige() < 0


@sobre
@given(st.integers(0, 40_000), st.integers(1, 500_000), st.integers(0, 1_500))
def test_effort_and_what_is_left_agree(ressources: int, net: int, loyer: int) -> None:
    cas = _avec_net(_cas(ressources=ressources, loyer=loyer), net)
    charge = charge_logement(cas)
    assert charge.taux_effort.exige() >= 0
    assert charge.taux_effort.exige() <= effort_brut(cas).exige()
    assert abs(charge.taux_effort.exige() * net - charge.reste_a_payer.exige()) <= net / 10_000
    assert abs(charge.reste_a_vivre.exige() * 30 + charge.reste_a_payer.exige() - net) <= 15
