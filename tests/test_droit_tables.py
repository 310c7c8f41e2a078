"""Every table of values: no hole, no overlap, no row twice, and the year turns on the first of January."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest

from palier.droit.bareme import PREMIER_JOUR, bareme, table, version
from palier.droit.menage import FINANCEMENTS, Cas, Menage, Personne
from palier.droit.plafonds import annees_publiees, eligibilite, plafond_ressources
from palier.droit.ressources import ressources_retenues, rfr_absents

Ligne = Mapping[str, Any]
Noeuds = Iterator[tuple[str, Any]]
JOUR = timedelta(days=1)
BAREMES = sorted(f.name.removesuffix(".toml") for f in files("palier.droit").joinpath("baremes").iterdir())
NOMS_DE_LIGNE = ("code", "slug", "codes", "secteur", "categorie", "evenement", "premier")
"""What tells apart rows that do not follow one another in time."""
CLES = {
    "aide_logement.taux_loyer.versions.tranches": ("debut",),
    "dalo.anormalement_long.lignes": ("departement", "typologies"),
    "occupation.typologies.lignes": ("personnes", "couple"),
    "sls.coefficient.tranches": ("de",),
    "sls.base_m2.annees": ("annee",),
}
"""Tables without dates: what is unique in them."""
TARDIVES = {
    "acces_action_logement.regle": "the rule before is not known: undecided",
    "aide_logement.rls.": "the reduction begins in 2018",
    "aide_logement.rls_plafond.": "the same",
    "aides.visale.salaire.versions": "no highest net before",
    "aides.": "an aid that is younger, or whose former rules are not known: undecided",
    "publics.": "the list of L.441-1 before is not known: undecided",
    "zones.abc.versions": "the list before is not held: undecided",
}
"""Tables that begin after the first day of the law, by the start of their path: why."""


def noeuds(noeud: Any, chemin: str) -> Noeuds:
    """Every table and list of tables, with its path."""
    if isinstance(noeud, Mapping):
        yield chemin, noeud
        for nom, fils in noeud.items():
            yield from noeuds(fils, f"{chemin}.{nom}")
    elif isinstance(noeud, list) and noeud and isinstance(noeud[0], Mapping):
        yield chemin, noeud
        for fils in noeud:
            yield from (un for un in noeuds(fils, chemin) if un[1] is not fils)


TOUS = [un for nom in BAREMES for un in noeuds(bareme(nom), nom)]
LISTES = [(chemin, noeud) for chemin, noeud in TOUS if isinstance(noeud, list)]
DATEES = [(chemin, lignes) for chemin, lignes in LISTES if any("depuis" in ligne for ligne in lignes)]


def nom_de_ligne(ligne: Ligne) -> tuple[str, ...]:
    """What a row is about, when its table holds rows of several things."""
    return tuple(str(ligne[cle]) for cle in NOMS_DE_LIGNE if cle in ligne)


def suites() -> dict[str, list[Ligne]]:
    """The rows of one thing that follow one another in time, by path and name."""
    trouvees: dict[str, list[Ligne]] = defaultdict(list)
    for chemin, lignes in DATEES:
        for ligne in lignes:
            trouvees[" ".join((chemin, *nom_de_ligne(ligne)))].append(ligne)
    return trouvees


SUITES = suites()


@pytest.mark.parametrize("nom", SUITES)
def test_values_follow_one_another_without_hole_or_overlap(nom: str) -> None:
    lignes = SUITES[nom]
    for avant, apres in itertools.pairwise(lignes):
        assert avant["depuis"] < apres["depuis"]
        assert avant.get("jusqu_au", apres["depuis"] - JOUR) == apres["depuis"] - JOUR
        assert version(lignes, apres["depuis"] - JOUR) is avant
        assert version(lignes, apres["depuis"]) is apres
    assert all(ligne["depuis"] <= ligne.get("jusqu_au", date.max) for ligne in lignes)
    assert version(lignes, lignes[0]["depuis"] - JOUR) is None
    assert "jusqu_au" not in lignes[-1], "the last row holds until another one is written"


@pytest.mark.parametrize("nom", SUITES)
def test_values_hold_from_the_first_day_of_the_law_or_it_is_said_why_not(nom: str) -> None:
    assert SUITES[nom][0]["depuis"] <= PREMIER_JOUR or nom.startswith(tuple(TARDIVES))


def test_every_reason_for_a_late_start_still_serves() -> None:
    tardives = [nom for nom, lignes in SUITES.items() if lignes[0]["depuis"] > PREMIER_JOUR]
    assert all(any(nom.startswith(debut) for nom in tardives) for debut in TARDIVES)


def test_a_table_of_several_dates_gives_one_to_each_row() -> None:
    assert len(DATEES) > 40
    assert all("depuis" in ligne for _, lignes in DATEES for ligne in lignes)


def test_a_table_without_dates_has_no_row_twice() -> None:
    sans_date = {chemin: lignes for chemin, lignes in LISTES if not any("depuis" in ligne for ligne in lignes)}
    assert set(sans_date) == set(CLES)
    for chemin, lignes in sans_date.items():
        assert max(Counter(tuple(repr(ligne.get(cle)) for cle in CLES[chemin]) for ligne in lignes).values()) == 1


def test_every_known_size_of_household_has_its_typologies() -> None:
    lignes = bareme("occupation")["typologies"]["lignes"]
    assert sorted({ligne["personnes"] for ligne in lignes}) == list(range(1, len(lignes)))
    assert {ligne["couple"] for ligne in lignes if ligne["personnes"] == 2} == {True, False}


def test_no_département_has_two_delays_for_one_typologie() -> None:
    typologies = [nom for nom in bareme("occupation")["pieces_principales"] if nom.startswith("T")]
    lignes = bareme("dalo")["anormalement_long"]["lignes"]
    vus = Counter((ligne["departement"], t) for ligne in lignes for t in ligne.get("typologies", typologies))
    assert set(vus.values()) == {1}
    for departement in {ligne["departement"] for ligne in lignes}:
        assert all(vus[departement, typologie] for typologie in typologies)


@pytest.mark.parametrize(
    ("nom", "cle"),
    [
        ("plafonds_ressources", ("financement", "annee", "zone", "categorie")),
        ("loyers_plafonds", ("regime", "annee", "zone", "grandeur")),
        ("irl", ("annee", "trimestre")),
        ("departements", ("code",)),
        ("communes_zones", ("code_insee",)),
    ],
)
def test_no_row_of_a_file_twice(nom: str, cle: tuple[str, ...]) -> None:
    assert max(Counter(tuple(ligne[un] for un in cle) for ligne in table(nom)).values()) == 1


def test_two_quarters_of_each_year_of_the_index() -> None:
    annees = sorted({int(ligne["annee"]) for ligne in table("irl")})
    assert annees == list(range(2016, 2026))
    assert Counter(ligne["annee"] for ligne in table("irl")) == dict.fromkeys(map(str, annees), 2)


def test_each_year_of_intermediate_loyers_has_its_five_zones() -> None:
    zones: dict[str, set[str]] = defaultdict(set)
    for ligne in table("loyers_plafonds"):
        if ligne["regime"] == "LLI" and ligne["annee"]:
            zones[ligne["annee"]].add(ligne["zone"])
    metropole = {"Abis", "A", "B1", "B2", "C"}
    assert zones == {"2025": metropole | {"outre_mer"}, "2026": metropole}  # overseas 2026 is not published here


def seul(au: date, rfr: Mapping[int, int] | None = None, commune: str = "44109") -> Cas:
    return Cas(au, commune, Menage((Personne("d", "demandeur", date(1980, 6, 1), rfr=rfr or {}),)))


@pytest.mark.parametrize("financement", FINANCEMENTS)
def test_ceilings_turn_with_the_year_and_on_no_other_day(financement: str) -> None:
    montants = {
        (int(ligne["annee"]), ligne["zone"]): int(ligne["montant_eur"]) * 100
        for ligne in table("plafonds_ressources")
        if (ligne["financement"], ligne["categorie"]) == (financement, "1")
    }
    zone = "A" if financement == "PLI" else "autres_regions"
    for annee in range(2017, 2029):
        jours = (date(annee, 1, 1), date(annee, 2, 28), date(annee, 7, 14), date(annee, 10, 1), date(annee, 12, 31))
        connus = {plafond_ressources(seul(jour), financement).valeur for jour in jours if jour.year >= 2025}
        assert connus == ({montants.get((annee, zone))} if annee >= 2025 else set())
        if financement != "PLI":  # the zone of an intermediate loyer is not known before July 2024
            assert plafond_ressources(seul(jours[0]), financement).valeur == montants.get((annee, zone))
    assert annees_publiees(financement)[-1] == 2026
    assert eligibilite(seul(date(2027, 1, 1), {2025: 0}), financement).valeur is None


@pytest.mark.parametrize("annee", range(2017, 2028))
def test_the_year_of_the_income_turns_with_the_year(annee: int) -> None:
    """On 31 December N-2 is still that of the year that ends."""
    revenus = {annee - 2: 10_000_00, annee - 1: 20_000_00}
    assert ressources_retenues(seul(date(annee, 12, 31), revenus)).valeur == 10_000_00
    assert ressources_retenues(seul(date(annee + 1, 1, 1), revenus)).valeur == 20_000_00
    (absent,) = rfr_absents(seul(date(annee + 1, 1, 1), {annee - 2: 10_000_00}))
    assert absent.fait == f"menage.personnes.d.rfr.{annee - 1}"
