"""Supplément de loyer de solidarité, highest loyer, revision by the index: values of the texts, and unknown facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.droit.bareme import table
from palier.droit.loyer import coefficient_surface, indexation_irl, loyer_maximal, surface_ponderee
from palier.droit.menage import Cas, Logement, Menage, Personne
from palier.droit.sls import Adresse, coefficient_depassement, supplement_du, supplement_loyer_solidarite
from palier.droit.verdict import Verdict

AU = date(2026, 11, 24)
ORDINAIRE = Adresse(quartier_prioritaire=False, zone_revitalisation=False)
SANS_PLAN = Decimal(0)
BASE = Decimal("2.8")


def _seul(
    ressources: int | None = 40_000,
    *,
    loyer: int | None = 400,
    commune: str | None = "75056",
    financement: str | None = "PLUS",
    au: date = AU,
) -> Cas:
    """Build someone alone; resources and loyer in euros."""
    rfr = {} if ressources is None else {au.year - 2: ressources * 100}
    logement = Logement("T2", Decimal(45), None if loyer is None else loyer * 100, None, financement)
    return Cas(au, commune, Menage((Personne("d", "demandeur", rfr=rfr),)), None, logement)


def _faits(verdict: Verdict[int] | Verdict[bool]) -> set[str]:
    return {manquant.fait for manquant in verdict.manquants}


@pytest.mark.parametrize(
    ("points", "coefficient"),
    [
        (20, "0.27"),
        (21, "0.33"),
        (50, "2.07"),
        (59, "2.61"),
        (60, "2.69"),
        (149, "9.81"),
        (150, "9.91"),
        (151, "10.01"),
    ],
)
def test_coefficient_of_the_text(points: int, coefficient: str) -> None:
    assert coefficient_depassement(points) == Decimal(coefficient)


def test_no_coefficient_under_twenty_points() -> None:
    with pytest.raises(ValueError, match="19"):
        coefficient_depassement(19)


def test_due_strictly_above_the_threshold() -> None:
    """Alone in Paris in 2026: ceiling 26 920, threshold 32 304."""
    assert supplement_du(_seul(32_304), ORDINAIRE).valeur is False
    assert supplement_du(_seul(32_305), ORDINAIRE).valeur is True
    assert "32" in supplement_du(_seul(32_305), ORDINAIRE).motifs[0].texte
    assert supplement_loyer_solidarite(_seul(32_304)).valeur == 0


def test_exemptions_ask_nothing_more() -> None:
    for adresse in (Adresse(quartier_prioritaire=True), Adresse(zone_revitalisation=True)):
        assert supplement_du(_seul(None), adresse).valeur is False
        assert supplement_loyer_solidarite(_seul(None), adresse).valeur == 0
    assert supplement_du(_seul(90_000, financement="PLI")).valeur is False


def test_unknown_facts_are_named_only_when_they_count() -> None:
    assert _faits(supplement_du(_seul())) == {"logement.quartier_prioritaire", "logement.zone_revitalisation"}
    assert _faits(supplement_du(_seul(), Adresse(quartier_prioritaire=False))) == {"logement.zone_revitalisation"}
    assert _faits(supplement_du(_seul(financement=None), ORDINAIRE)) == {"logement.financement"}
    assert supplement_du(_seul(20_000, financement=None)).valeur is False
    assert _faits(supplement_du(_seul(None), ORDINAIRE)) == {"menage.personnes.d.rfr.2024"}
    assert _faits(supplement_du(_seul(commune=None), ORDINAIRE)) == {"commune"}
    assert _faits(supplement_du(_seul(commune="97411"), ORDINAIRE)) != set()
    enfant = Personne("e", "enfant", date(2015, 1, 1))
    flou = replace(_seul(), menage=Menage((Personne("d", "demandeur", rfr={2024: 40_000_00}), enfant)))
    assert _faits(supplement_du(flou, ORDINAIRE)) == {"menage.personnes.e.a_charge"}
    riche = replace(flou, menage=Menage((Personne("d", "demandeur", rfr={2024: 200_000_00}), enfant)))
    assert supplement_du(riche, ORDINAIRE).valeur is True
    assert supplement_du(riche, ORDINAIRE).motifs[0].code == "sls_du_dans_tous_les_cas"
    assert "menage.personnes.e.a_charge" in _faits(supplement_loyer_solidarite(riche, ORDINAIRE, base_m2=BASE))


def test_the_base_of_2026_is_unknown_and_says_so() -> None:
    verdict = supplement_loyer_solidarite(_seul(), ORDINAIRE)
    assert _faits(verdict) == {"sls.base_m2.2026"}
    assert [motif.code for motif in verdict.motifs] == ["sls_du", "sls_coefficient"]
    assert verdict.motifs[1].faits == {"points": 48, "coefficient": 1.95}


def test_amount_and_its_two_limits() -> None:
    """45 m² x 1.95 x 2.80 = 245.70; 30 % of 40 000 a year is 1 000 a month; Paris allows 27.59 a m², 1 241.55."""
    plein = supplement_loyer_solidarite(_seul(), ORDINAIRE, base_m2=BASE)
    assert plein.valeur == 245_70
    assert plein.motifs[-1].code == "sls_montant"
    effort = supplement_loyer_solidarite(_seul(loyer=900), ORDINAIRE, base_m2=BASE, part_locale=SANS_PLAN)
    assert effort.valeur == 100_00
    assert effort.motifs[-1].code == "sls_limite_effort"
    par_m2 = supplement_loyer_solidarite(_seul(80_000), ORDINAIRE, base_m2=BASE)
    assert par_m2.valeur == 841_55
    assert par_m2.motifs[-1].code == "sls_limite_m2"


def test_a_loyer_that_takes_the_whole_share_leaves_no_supplement() -> None:
    """The base does not matter then; the share was 25 % until 28/01/2017."""
    assert supplement_loyer_solidarite(_seul(loyer=1_000), ORDINAIRE, part_locale=SANS_PLAN).valeur == 0
    avant, apres = date(2017, 1, 28), date(2017, 1, 29)
    assert supplement_loyer_solidarite(_seul(loyer=900, au=avant), ORDINAIRE, part_locale=SANS_PLAN).valeur == 0
    assert not supplement_loyer_solidarite(_seul(loyer=900, au=apres), ORDINAIRE, part_locale=SANS_PLAN).sur


def test_a_local_plan_that_is_unknown_decides_nothing_in_its_place() -> None:
    """30 % of 40 000 a year is 1 000 a month, 35 % is 1 166.66: a plan may set the limit anywhere between."""
    inconnu = supplement_loyer_solidarite(_seul(loyer=900), ORDINAIRE, base_m2=BASE)
    assert _faits(inconnu) == {"sls.part_locale"}
    releve = supplement_loyer_solidarite(_seul(loyer=1_000), ORDINAIRE, base_m2=BASE, part_locale=Decimal("0.35"))
    assert releve.valeur == 166_66
    assert supplement_loyer_solidarite(_seul(loyer=1_000), ORDINAIRE, base_m2=BASE, part_locale=SANS_PLAN).valeur == 0
    assert supplement_loyer_solidarite(_seul(loyer=1_200), ORDINAIRE, base_m2=BASE).valeur == 0


@pytest.mark.parametrize(
    ("commune", "limite"),
    [
        ("75113", 27.59),
        ("92012", 27.59),
        ("92044", 27.59),
        ("93066", 18.78),
        ("78646", 17.26),
        ("44109", 12.70),
        ("2A004", 11.20),
        ("23096", 11.54),
    ],
)
def test_limit_by_m2_of_each_zone(commune: str, limite: float) -> None:
    cas = _seul(200_000, loyer=100, commune=commune)
    verdict = supplement_loyer_solidarite(cas, ORDINAIRE, base_m2=Decimal(50))
    assert verdict.motifs[-1].faits["limite_m2"] == limite
    assert verdict.valeur == round(limite * 45 * 100) - 100_00


@pytest.mark.parametrize(
    ("cas", "faits"),
    [
        (_seul(loyer=None), {"logement.loyer_hc"}),
        (replace(_seul(), logement=Logement("T2", None, 400_00, None, "PLUS")), {"logement.surface"}),
        (_seul(au=date(2025, 11, 24)), {"sls.plafond_m2.2025"}),
        (_seul(au=date(2027, 11, 24)), {"plafonds.PLUS.2027"}),
    ],
)
def test_each_missing_fact_of_the_amount(cas: Cas, faits: set[str]) -> None:
    assert _faits(supplement_loyer_solidarite(cas, ORDINAIRE, base_m2=BASE, part_locale=SANS_PLAN)) == faits


@given(st.integers(0, 200_000), st.integers(0, 50_000), st.integers(0, 3_000))
def test_supplement_is_never_negative_and_grows_with_resources(ressources: int, hausse: int, loyer: int) -> None:
    avant = supplement_loyer_solidarite(
        _seul(ressources, loyer=loyer), ORDINAIRE, base_m2=BASE, part_locale=SANS_PLAN
    ).exige()
    apres = supplement_loyer_solidarite(
        _seul(ressources + hausse, loyer=loyer), ORDINAIRE, base_m2=BASE, part_locale=SANS_PLAN
    ).exige()
    assert 0 <= avant <= apres


def _lli(surface: int | None, commune: str | None = "44109", au: date = AU) -> Cas:
    surface_m2 = None if surface is None else Decimal(surface)
    return Cas(au, commune, None, None, Logement("T3", surface_m2, None, None, "PLI"))


@pytest.mark.parametrize(
    ("surface", "annexes", "montant"),
    [(62, 10, 961_26), (62, 16, 994_06), (62, 30, 994_06), (20, 0, 351_36), (38, 0, 667_58)],
)
def test_intermediate_loyer(surface: int, annexes: int, montant: int) -> None:
    """Zone A in 2026: 14.64 a m²; half of the annexes, at most 8 m²; coefficient 0.7 + 19/S, at most 1.2."""
    verdict = loyer_maximal(_lli(surface), annexes=Decimal(annexes))
    assert verdict.valeur == montant
    assert verdict.motifs[0].faits["surface"] == float(surface_ponderee(Decimal(surface), Decimal(annexes)))


def test_weighted_surface_and_coefficient() -> None:
    assert surface_ponderee(Decimal(50), Decimal(15)) == Decimal("57.5")
    assert surface_ponderee(Decimal(50), Decimal(16)) == surface_ponderee(Decimal(50), Decimal(40)) == 58
    assert coefficient_surface(Decimal(38)) == Decimal("1.20")
    assert coefficient_surface(Decimal(67)) == Decimal("0.98")
    assert coefficient_surface(Decimal(10)) == Decimal("1.2")


@pytest.mark.parametrize(
    ("cas", "annexes", "faits"),
    [
        (_lli(None), Decimal(0), {"logement.surface"}),
        (_lli(50), None, {"logement.annexes"}),
        (_lli(50, None), Decimal(0), {"commune"}),
        (_lli(50, au=date(2027, 1, 1)), Decimal(0), {"loyers.LLI.2027"}),
        (_lli(50, au=date(2023, 1, 1)), Decimal(0), {"au"}),
        (_lli(50, "97411"), Decimal(0), {"loyers.LLI.2026"}),
        (Cas(AU), Decimal(0), {"logement.financement"}),
        (_seul(), None, {"programme.convention"}),
    ],
)
def test_a_missing_fact_of_the_highest_loyer_is_named(cas: Cas, annexes: Decimal | None, faits: set[str]) -> None:
    assert _faits(loyer_maximal(cas, annexes=annexes)) == faits


def test_overseas_is_one_zone_and_a_convention_speaks_for_itself() -> None:
    assert loyer_maximal(_lli(50, "97411", date(2025, 6, 1)), annexes=Decimal(0)).valeur == 649_08
    for financement in ("PLAI", "PLUS", "PLS"):
        assert loyer_maximal(_seul(financement=financement), convention=412_34).valeur == 412_34


def test_revision_between_two_published_quarters() -> None:
    """600 x 146.68 / 145.17 = 606.24."""
    verdict = indexation_irl(600_00, (2024, 2), (2025, 2))
    assert verdict.valeur == 606_24
    assert indexation_irl(600_00, (2025, 2), (2024, 2)).valeur == 593_82
    assert indexation_irl(123_45, (2023, 3), (2023, 3)).valeur == 123_45


def test_a_missing_quarter_is_never_extrapolated() -> None:
    assert _faits(indexation_irl(600_00, (2025, 2), (2026, 2))) == {"irl.2026.T2"}
    assert _faits(indexation_irl(600_00, (2025, 1), (2025, 4))) == {"irl.2025.T1", "irl.2025.T4"}


def test_tables_have_a_source_and_no_double_row() -> None:
    for nom, cle in (("irl", ("annee", "trimestre")), ("loyers_plafonds", ("regime", "annee", "zone", "grandeur"))):
        lignes = table(nom)
        cles = [tuple(ligne[c] for c in cle) for ligne in lignes]
        assert len(set(cles)) == len(cles)
        assert all(ligne["source"] and ligne["statut"] in ("lu", "a_verifier") for ligne in lignes)
