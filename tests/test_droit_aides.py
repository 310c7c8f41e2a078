"""The aids: each dated rule on both sides of its first day, ages, amounts, schedule, unknowns, sheets, combinations."""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from importlib.resources import files
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palier.droit.aides import Aide, aides, catalogue_aides, cumuls, echeancier
from palier.droit.aides.loca_pass import ReglesLocaPass
from palier.droit.aides.mobilite import aide_mobili_jeune
from palier.droit.bareme import bareme, dictionnaire
from palier.droit.menage import CONTRATS, FINANCEMENTS, SECTEURS, Cas, Emploi, Logement, Menage, Personne
from palier.droit.pieces import pieces
from palier.droit.verdict import Motif, Verdict, etabli

AU = date(2026, 11, 24)
PUBLIC = Emploi("public", 800, "cdi", date(2015, 1, 5))
PRIVE = Emploi("prive", 120, "cdi", date(2015, 1, 5))
SANS_EMPLOI = Emploi(demandeur_emploi=True)


def cas(
    naissance: date | None = date(1985, 3, 3),
    emploi: Emploi | None = PRIVE,
    logement: Logement | None = None,
    *,
    net: int | None = 190_000,
    au: date = AU,
    commune: str | None = "44109",
) -> Cas:
    """A case of one person."""
    return Cas(au, commune, Menage((Personne("p1", "demandeur", naissance, net_mensuel=net),)), emploi, logement)


def oui(un: Cas, aide: str) -> bool | None:
    """Whether the person may have an aid."""
    return aides(un)[aide]["eligible"].valeur


def montant(un: Cas, aide: str) -> float | None:
    """The amount in euros."""
    valeur = aides(un)[aide]["montant"].valeur
    return None if valeur is None else valeur / 100


def codes(verdict: Verdict[bool] | Verdict[int]) -> list[str]:
    return [motif.code for motif in verdict.motifs]


def faits(verdict: Verdict[bool] | Verdict[int]) -> set[str]:
    return {manquant.fait for manquant in verdict.manquants}


def aide(un: Cas, code: str, **suite: object) -> Aide:
    return next(each for each in catalogue_aides(un, **suite) if each.code == code)


# Visale


@pytest.mark.parametrize(
    ("au", "commune", "attendu"),
    [
        (date(2017, 1, 1), "75112", 1500),
        (date(2018, 6, 18), "92012", 1300),
        (date(2018, 6, 19), "92012", 1500),
        (date(2018, 6, 19), "44109", 1300),
        (date(2021, 6, 22), "78646", 1500),
        (date(2026, 1, 5), "78646", 1500),
        (date(2026, 1, 5), "44109", 1300),
        (date(2026, 1, 6), "78646", 1940),
        (date(2026, 1, 6), "44109", 1575),
        (date(2026, 1, 6), "2A004", 1575),
        (date(2026, 1, 6), "97411", 1575),
        (date(2026, 1, 6), "15014", 1365),
    ],
)
def test_visale_covers_a_loyer_up_to_the_zone_of_the_day(au: date, commune: str, attendu: int) -> None:
    jeune = cas(au.replace(year=au.year - 25), au=au, commune=commune, net=900_000)
    assert montant(jeune, "visale") == attendu


def test_visale_covers_at_most_half_the_net_of_all_adults() -> None:
    assert montant(cas(date(2000, 1, 1), net=165_001), "visale") == 825
    seul = cas(date(2000, 1, 1), net=100_000)
    assert seul.menage
    conjoint = Personne("p2", "conjoint", date(1999, 1, 1), net_mensuel=80_000)
    deux = replace(seul, menage=Menage((*seul.menage.personnes, conjoint)))
    assert montant(deux, "visale") == 900
    muet = replace(conjoint, net_mensuel=None)
    inconnu = replace(deux, menage=Menage((*seul.menage.personnes, muet)))
    assert faits(aides(inconnu)["visale"]["montant"]) == {"menage.personnes.p2.net_mensuel"}
    riche = replace(
        inconnu, menage=Menage((Personne("p1", "demandeur", date(2000, 1, 1), net_mensuel=400_000), conjoint))
    )
    assert montant(riche, "visale") == 1575


def test_the_zone_of_visale_is_asked_only_when_it_changes_the_amount() -> None:
    assert montant(cas(date(2000, 1, 1), commune=None, net=200_000), "visale") == 1000
    riche = aides(cas(date(2000, 1, 1), commune=None, net=900_000))["visale"]["montant"]
    assert faits(riche) == {"commune"}
    assert faits(aides(cas(date(2000, 1, 1), commune="55138", net=900_000))["visale"]["montant"]) == {"commune"}
    assert montant(cas(date(2000, 1, 1), commune="55138", net=200_000), "visale") == 1000


@pytest.mark.parametrize(
    ("naissance", "attendu", "code"),
    [
        (date(2008, 11, 25), False, "visale_trop_jeune"),
        (date(2008, 11, 24), True, "visale_jeune"),
        (date(1995, 11, 25), True, "visale_jeune"),
        (date(1995, 11, 24), False, "visale_secteur_public"),
    ],
)
def test_visale_runs_from_the_18th_birthday_to_the_eve_of_the_31st(naissance: date, attendu: bool, code: str) -> None:
    verdict = aides(cas(naissance, PUBLIC))["visale"]["eligible"]
    assert (verdict.valeur, codes(verdict)) == (attendu, [code])


def test_someone_born_on_29_february_is_31_on_1_march() -> None:
    assert oui(cas(date(1996, 2, 29), PUBLIC, au=date(2027, 2, 28)), "visale") is True
    assert oui(cas(date(1996, 2, 29), PUBLIC, au=date(2027, 3, 1)), "visale") is False


@pytest.mark.parametrize(
    ("au", "net", "attendu"),
    [
        (date(2021, 6, 21), 100_000, None),
        (date(2021, 6, 22), 150_000, True),
        (date(2021, 6, 22), 150_001, None),
        (date(2026, 1, 5), 160_000, None),
        (date(2026, 1, 6), 171_000, True),
        (date(2026, 1, 6), 171_001, None),
        (date(2026, 1, 6), None, None),
    ],
)
def test_visale_after_30_reads_the_net_of_the_day(au: date, net: int | None, attendu: bool | None) -> None:
    for secteur in ("prive", "agricole", "epic"):
        assert oui(cas(emploi=replace(PRIVE, secteur=secteur), au=au, net=net), "visale") is attendu
    assert oui(cas(emploi=PUBLIC, au=au, net=net), "visale") is False


def test_visale_after_30_opens_to_a_hiring_of_less_than_six_months_other_than_cdi() -> None:
    veille, jour = date(2026, 5, 25), date(2026, 5, 24)
    for contrat in ("cdd", "interim", "alternance"):
        assert oui(cas(emploi=Emploi("prive", 9, contrat, veille), net=250_000), "visale") is True
        assert oui(cas(emploi=Emploi("prive", 9, contrat, jour), net=250_000), "visale") is None
        assert oui(cas(emploi=Emploi("prive", 9, contrat, AU + timedelta(1)), net=250_000), "visale") is None
    cdi = aides(cas(emploi=Emploi("prive", 9, "cdi", veille), net=250_000))["visale"]
    assert faits(cdi["eligible"]) == faits(cdi["montant"]) == {"emploi.essai", "emploi.mobilite"}
    assert faits(aides(cas(net=250_000))["visale"]["eligible"]) == {"emploi.mobilite"}
    assert faits(aides(cas(emploi=SANS_EMPLOI))["visale"]["eligible"]) == {"emploi.promesse"}


@pytest.mark.parametrize("financement", FINANCEMENTS)
def test_visale_enters_the_social_stock_with_an_alternance_only(financement: str) -> None:
    logement = Logement("T1", None, 33_000, 39_000, financement)
    social = financement != "PLI"
    alternant = Emploi("prive", 120, "alternance", date(2026, 9, 1))
    assert oui(cas(date(2004, 3, 3), alternant, logement), "visale") is True
    assert oui(cas(date(2000, 3, 3), PRIVE, logement), "visale") is not social
    assert oui(cas(date(2009, 3, 3), alternant, logement), "visale") is False
    assert (montant(cas(date(2000, 3, 3), PRIVE, logement), "visale") == 0) is social


# Loca-Pass


@pytest.mark.parametrize(
    ("naissance", "emploi", "attendu"),
    [
        (date(1960, 1, 1), PRIVE, True),
        (date(1985, 1, 1), Emploi("epic", 5, "interim"), True),
        (date(2000, 1, 1), Emploi("agricole", 5, "alternance"), False),
        (date(1996, 11, 25), SANS_EMPLOI, True),
        (date(1996, 11, 24), SANS_EMPLOI, False),
        (date(1996, 11, 25), Emploi("public", contrat="cdd"), True),
        (date(1996, 11, 24), Emploi("public", contrat="cdd"), False),
        (date(2000, 1, 1), PUBLIC, False),
        (date(2000, 1, 1), Emploi("public"), None),
        (date(1980, 1, 1), Emploi("public"), False),
        (None, PUBLIC, False),
        (None, PRIVE, True),
        (None, SANS_EMPLOI, None),
        (date(2000, 1, 1), None, None),
        (date(2000, 1, 1), Emploi(effectif=12, contrat="cdd"), None),
    ],
)
def test_loca_pass_opens(naissance: date | None, emploi: Emploi | None, attendu: bool | None) -> None:
    assert oui(cas(naissance, emploi), "loca_pass") is attendu


def test_each_refusal_of_loca_pass_says_what_it_rests_on() -> None:
    assert codes(aides(cas(None, PUBLIC))["loca_pass"]["eligible"]) == ["loca_pass_public_permanent"]
    assert codes(aides(cas(date(1980, 1, 1), Emploi("public")))["loca_pass"]["eligible"]) == ["loca_pass_public_age"]
    assert "46 ans" in aides(cas(date(1980, 1, 1), SANS_EMPLOI))["loca_pass"]["eligible"].texte()


def test_loca_pass_rules_before_2021_are_unknown() -> None:
    logement = Logement("T2", None, 54_000, 60_000, "PLUS")
    avant = aides(cas(logement=logement, au=date(2020, 12, 31)))["loca_pass"]
    assert {verdict.statut for verdict in avant.values()} == {"indetermine"}
    assert montant(cas(logement=logement, au=date(2021, 1, 1)), "loca_pass") == 540


@pytest.mark.parametrize(
    ("loyer", "avance", "mensualites"), [(0, 0, 0), (15, 15, 1), (300, 300, 15), (540, 540, 25), (1300, 1200, 25)]
)
def test_the_advance_is_the_deposit_up_to_its_cap(loyer: int, avance: int, mensualites: int) -> None:
    feuille = aides(cas(logement=Logement(loyer_hc=loyer * 100)))["loca_pass"]
    assert (feuille["montant"].valeur, feuille["mensualites"].valeur) == (avance * 100, mensualites)


def test_no_advance_is_0_and_an_unknown_loyer_is_unknown() -> None:
    refus = aides(cas(emploi=PUBLIC))["loca_pass"]
    assert (refus["montant"].valeur, refus["mensualites"].valeur) == (0, 0)
    for logement in (None, Logement("T2")):
        sans = aides(cas(logement=logement))["loca_pass"]
        assert faits(sans["montant"]) == faits(sans["mensualites"]) == {"logement.loyer_hc"}


@pytest.mark.parametrize(
    ("avance", "mensualites"),
    [
        (120_000, [4_800] * 25),
        (54_000, [2_160] * 25),
        (30_000, [2_000] * 15),
        (31_000, [2_000] * 15 + [1_000]),
        (48_001, [2_000] * 24 + [1]),
        (54_001, [2_161] * 24 + [2_137]),
        (1_500, [1_500]),
        (0, []),
    ],
)
def test_schedule(avance: int, mensualites: list[int]) -> None:
    assert list(echeancier(avance, AU)) == mensualites


@given(st.integers(1, 120_000))
def test_a_schedule_pays_the_advance_back_to_the_cent(avance: int) -> None:
    versements = echeancier(avance, AU)
    assert sum(versements) == avance
    assert 1 <= len(versements) <= 25
    assert len(set(versements[:-1])) <= 1
    assert 0 < versements[-1] <= versements[0]
    assert all(versement >= 2_000 for versement in versements[:-1])


@pytest.mark.parametrize(("avance", "au"), [(120_001, AU), (-1, AU), (100, date(2020, 12, 31))])
def test_there_is_no_schedule_of_what_is_no_advance(avance: int, au: date) -> None:
    with pytest.raises(ValueError, match=r"no advance|no rules"):
        echeancier(avance, au)


def test_no_fact_of_the_advance_lies_outside_the_case() -> None:
    with pytest.raises(ValueError, match="no such fact"):
        ReglesLocaPass(bareme("aides")["loca_pass"]["commun"]).manquant("distance")


# Mobili-Jeune, Mobili-Pass


@pytest.mark.parametrize(
    ("naissance", "emploi", "refus"),
    [
        (date(1996, 11, 25), Emploi("prive", 12, "alternance"), []),
        (date(1996, 11, 25), Emploi("epic", 12, "alternance"), []),
        (date(1996, 11, 24), Emploi("prive", 12, "alternance"), ["mobili_jeune_age"]),
        (date(2004, 1, 1), Emploi("agricole", 80, "alternance"), ["mobili_jeune_agricole"]),
        (date(2004, 1, 1), Emploi("public", 80, "alternance"), ["mobili_jeune_public"]),
        (None, PRIVE, ["mobili_jeune_contrat"]),
        (date(2004, 1, 1), SANS_EMPLOI, ["mobili_jeune_contrat"]),
        (date(1980, 1, 1), None, ["mobili_jeune_age"]),
        (date(1980, 1, 1), PUBLIC, ["mobili_jeune_age", "mobili_jeune_contrat", "mobili_jeune_public"]),
    ],
)
def test_mobili_jeune_refuses_for_age_contrat_or_secteur_only(
    naissance: date | None, emploi: Emploi | None, refus: list[str]
) -> None:
    verdict = aides(cas(naissance, emploi))["mobili_jeune"]["eligible"]
    assert codes(verdict) == refus
    assert verdict.valeur is (False if refus else None)
    assert montant(cas(naissance, emploi), "mobili_jeune") == (0 if refus else None)


def test_mobili_jeune_asks_for_the_distance_and_for_what_is_unknown() -> None:
    alternant = Emploi("prive", 12, "alternance")
    assert faits(aides(cas(date(2004, 1, 1), alternant))["mobili_jeune"]["eligible"]) == {"emploi.distance"}
    assert faits(aides(cas(None, Emploi("prive")))["mobili_jeune"]["eligible"]) == {
        "menage.personnes.p1.naissance",
        "emploi.contrat",
        "emploi.distance",
    }
    avant = cas(date(2004, 1, 1), PUBLIC, au=date(2019, 12, 31))
    assert faits(aides(avant)["mobili_jeune"]["eligible"]) == {"aides.mobili_jeune.regles"}
    assert oui(replace(avant, au=date(2020, 1, 1)), "mobili_jeune") is False


@pytest.mark.parametrize(
    ("loyer", "logement", "attendu"),
    [(350, 220, 100), (350, 280, 70), (250, 245, 0), (250, 240, 10), (200, 250, 0), (350, 250, 100)],
)
def test_mobili_jeune_completes_the_housing_aid(loyer: int, logement: int, attendu: int) -> None:
    assert aide_mobili_jeune(loyer * 100, logement * 100, AU) == attendu * 100


@pytest.mark.parametrize(
    ("au", "attendu", "fait"),
    [
        (date(2018, 1, 15), None, "aides.mobili_pass.regles"),
        (date(2018, 1, 16), None, "emploi.distance_mutation"),
        (date(2023, 6, 30), None, "emploi.distance_mutation"),
        (date(2023, 7, 1), False, ""),
        (AU, False, ""),
    ],
)
def test_mobili_pass_is_closed_for_all_since_july_2023(au: date, attendu: bool | None, fait: str) -> None:
    for un in (cas(au=au), Cas(au)):
        feuille = aides(un)["mobili_pass"]
        assert feuille["eligible"].valeur is attendu
        assert feuille["montant"].valeur == (0 if fait == "" else None)
        assert faits(feuille["eligible"]) == ({fait} if fait else set())


# Unknown facts


@st.composite
def complets(draw: st.DrawFn) -> Cas:
    """Complete cases around every threshold."""
    ans = draw(st.sampled_from([16, 17, 18, 25, 29, 30, 31, 45]))
    naissance = date(AU.year - ans, 11, 24) + timedelta(draw(st.integers(-1, 1)))
    contrat = draw(st.sampled_from(CONTRATS))
    debut = draw(st.sampled_from([date(2015, 1, 5), date(2026, 5, 24), date(2026, 5, 25), date(2026, 11, 1)]))
    effectif = draw(st.sampled_from([9, 10, 49, 50]))
    emploi = draw(st.sampled_from([Emploi(secteur, effectif, contrat, debut) for secteur in SECTEURS] + [SANS_EMPLOI]))
    logement = draw(st.sampled_from([None, *(Logement("T2", None, 40_000, 45_000, f) for f in FINANCEMENTS)]))
    net = draw(st.sampled_from([0, 90_000, 171_000, 171_001, 900_000]))
    au = draw(st.sampled_from([AU, date(2025, 12, 31), date(2019, 6, 1), date(2017, 6, 1)]))
    return cas(naissance, emploi, logement, net=net, au=au, commune=draw(st.sampled_from(["44109", "75056", "15014"])))


def oublie(un: Cas, oublis: set[str]) -> Cas:
    """The case without some facts."""
    assert un.menage
    personne = un.menage.personnes[0]
    personne = replace(personne, **{champ: None for champ in ("naissance", "net_mensuel") if champ in oublis})
    un = replace(un, menage=Menage((personne,)), commune=None if "commune" in oublis else un.commune)
    if un.emploi and not un.emploi.demandeur_emploi:
        champs = [champ for champ in ("secteur", "effectif", "contrat", "debut") if champ in oublis]
        un = replace(un, emploi=replace(un.emploi, **dict.fromkeys(champs)))
    if un.logement:
        champs = [champ for champ in ("financement", "loyer_hc") if champ in oublis]
        un = replace(un, logement=replace(un.logement, **dict.fromkeys(champs)))
    if "emploi" in oublis:
        un = replace(un, emploi=None)
    return replace(un, menage=None) if "menage" in oublis else un


OUBLIS = ("naissance", "net_mensuel", "commune", "secteur", "effectif", "contrat", "debut", "financement", "loyer_hc")


def reponses(un: Cas) -> dict[str, Verdict[bool] | Verdict[int]]:
    feuilles = {f"{code}.{nom}": v for code, noms in aides(un).items() for nom, v in noms.items()}
    accompagnement = aide(un, "accompagnement_social")
    return {**feuilles, "accompagnement_social.eligible": accompagnement.eligible}


@settings(deadline=None, max_examples=150)
@given(complets(), st.sets(st.sampled_from([*OUBLIS, "emploi", "menage"]), max_size=4))
def test_an_unknown_fact_never_changes_an_answer(un: Cas, oublis: set[str]) -> None:
    nettes = reponses(un)
    for chemin, verdict in reponses(oublie(un, oublis)).items():
        if verdict.sur:
            assert verdict.valeur == nettes[chemin].valeur, chemin
            assert verdict.motifs, chemin
        else:
            assert verdict.manquants, chemin


@settings(deadline=None)
@given(complets(), st.sampled_from(OUBLIS))
def test_a_named_fact_is_the_one_forgotten(un: Cas, oubli: str) -> None:
    """Forgetting one fact adds nothing else to what is missing, but the facts outside the case that it may call for."""
    dehors = {"emploi.essai", "emploi.mobilite", "emploi.promesse", "emploi.distance", "emploi.duree"}
    nettes = reponses(un)
    for chemin, verdict in reponses(oublie(un, {oubli})).items():
        nouveaux = faits(verdict) - faits(nettes[chemin]) - dehors
        assert all(fait.endswith(oubli) or fait.startswith("aides.accompagnement_social") for fait in nouveaux)


def test_nothing_known_refuses_nothing_but_what_is_closed() -> None:
    for chemin, verdict in reponses(Cas(AU)).items():
        assert verdict.sur is chemin.startswith("mobili_pass"), chemin


# Dated tables


def tables() -> dict[str, list[dict[str, object]]]:
    trouvees = {code: table["versions"] for code, table in bareme("aides").items() if code != "cumul"}
    return {**trouvees, "visale.salaire": bareme("aides")["visale"]["salaire"]["versions"]}


@pytest.mark.parametrize("code", tables())
def test_versions_have_no_hole_and_no_overlap(code: str) -> None:
    versions = tables()[code]
    for avant, apres in pairwise(versions):
        assert avant["jusqu_au"] + timedelta(1) == apres["depuis"]
    assert "jusqu_au" not in versions[-1]
    for version in versions:
        assert version["source"]
        assert version["statut"] in ("lu", "calcule", "a_verifier", "usage")
    assert bareme("aides")[code.split(".")[0]]["reference"]


# Catalogue


def test_every_aid_has_its_sheet_its_rules_and_its_english() -> None:
    fiches, anglais = dictionnaire("aides")["aide"], dictionnaire("aides.en")["aide"]
    assert [fiche["code"] for fiche in fiches] == [fiche["code"] for fiche in anglais]
    assert {fiche["code"] for fiche in fiches} | {"cumul"} == set(bareme("aides"))
    for fiche, autre in zip(fiches, anglais, strict=True):
        assert set(fiche) == {*autre, "adresse"}
        assert len(fiche["a_savoir"]) == len(autre["a_savoir"])
        connues = set(pieces())
        assert [code for code in fiche["a_apporter"] if code in connues] == [
            code for code in autre["a_apporter"] if code in connues
        ]
        assert len(fiche["a_apporter"]) == len(autre["a_apporter"])
        assert all(mot in connues or " " in mot for mot in fiche["a_apporter"])
        assert fiche["adresse"].startswith("https://")
        for nom in ("libelle", "montant_libelle", "ou_demander"):
            assert fiche[nom]
            assert autre[nom]
        assert bool(fiche["ne_remplace_pas"]) == bool(autre["ne_remplace_pas"])


@pytest.mark.parametrize(
    ("code", "au", "ouverte", "close", "eligible"),
    [
        ("mobili_pass", date(2023, 6, 30), True, None, None),
        ("mobili_pass", date(2023, 7, 1), False, date(2023, 7, 1), False),
        ("mon_job_mon_logement", date(2021, 2, 17), False, None, None),
        ("mon_job_mon_logement", date(2021, 2, 18), True, None, None),
        ("mon_job_mon_logement", date(2022, 12, 31), True, None, None),
        ("mon_job_mon_logement", AU, False, date(2023, 1, 1), False),
        ("adaptation_handicap", date(2023, 12, 31), False, None, None),
        ("adaptation_handicap", AU, True, None, None),
        ("double_loyer", AU, False, None, None),
        ("demenagement", AU, False, None, None),
        ("recherche_logement", AU, False, None, None),
        ("mise_aux_normes", AU, False, None, None),
        ("famille_nombreuse", AU, False, None, None),
        ("fsl", AU, True, None, None),
        ("visale", AU, True, None, False),
    ],
)
def test_an_aid_is_open_closed_or_not_found(
    code: str, au: date, ouverte: bool, close: date | None, eligible: bool | None
) -> None:
    vue = aide(cas(date(1980, 1, 1), PUBLIC, au=au), code)
    assert (vue.ouverte, vue.close_depuis, vue.eligible.valeur) == (ouverte, close, eligible)
    assert vue.montant.valeur == (0 if eligible is False else None)


def test_an_aid_never_found_is_not_invented() -> None:
    for code in ("double_loyer", "demenagement", "recherche_logement", "mise_aux_normes", "famille_nombreuse"):
        vue = aide(cas(), code)
        assert vue.statut == "a_verifier"
        assert "aucune aide nationale ouverte" in vue.eligible.texte()
        assert "n'est pas connu ici" in vue.montant.texte()


def test_the_advance_comes_with_its_schedule() -> None:
    vue = aide(cas(logement=Logement(loyer_hc=31_000)), "loca_pass")
    assert vue.echeancier == (2_000,) * 15 + (1_000,)
    assert any("au bout de 3 mois" in phrase for phrase in vue.a_savoir)
    assert aide(cas(emploi=PUBLIC, logement=Logement(loyer_hc=31_000)), "loca_pass").echeancier == ()
    assert aide(cas(), "loca_pass").echeancier == ()


@pytest.mark.parametrize(
    ("emploi", "attendu", "dit"),
    [
        (Emploi("prive", 9, "cdi"), False, "9 salariés"),
        (Emploi("prive", 10, "cdi"), True, "10 salariés"),
        (Emploi("agricole", 49, "cdi"), False, "50"),
        (Emploi("agricole", 50, "cdi"), True, "50"),
        (Emploi("prive", 10, "cdd", date(2026, 8, 24)), True, "convient"),
        (Emploi("prive", 10, "cdd", date(2026, 8, 25)), None, "3 mois"),
        (Emploi("prive", 10, "interim"), None, "embauche"),
        (Emploi("epic", 100, "cdi"), None, "EPIC"),
        (PUBLIC, False, "privé"),
        (SANS_EMPLOI, None, "sans emploi"),
        (Emploi("prive", contrat="cdi"), None, "effectif"),
        (None, None, "secteur"),
    ],
)
def test_social_support(emploi: Emploi | None, attendu: bool | None, dit: str) -> None:
    vue = aide(cas(emploi=emploi), "accompagnement_social")
    assert vue.eligible.valeur is attendu
    assert dit in vue.eligible.texte().replace("\u00a0", " ")
    assert vue.montant.valeur == 0
    assert any("confidentiel" in phrase for phrase in vue.a_savoir)
    assert any("employeur n'en sait jamais rien" in phrase for phrase in vue.a_savoir)


def estimation(centimes: int) -> Verdict[int]:
    return etabli(centimes, Motif("x", "CCH D.823-16", {}, "Une estimation."), montant=True)


def test_the_housing_aid_is_the_estimate_given() -> None:
    assert aide(cas(), "apl").eligible.statut == "indetermine"
    donnee = estimation(14_300)
    vue = aide(cas(), "apl", aide_logement=donnee)
    assert (vue.eligible.valeur, vue.montant) == (True, donnee)
    assert aide(cas(), "apl", aide_logement=estimation(0)).eligible.valeur is False
    inconnue = aides(Cas(AU))["visale"]["montant"]
    assert faits(aide(cas(), "apl", aide_logement=inconnue).montant) == faits(inconnue)


def test_mobili_jeune_says_what_it_would_give() -> None:
    alternant = cas(date(2004, 1, 1), Emploi("prive", 12, "alternance"), Logement(loyer_cc=35_000))
    vue = aide(alternant, "mobili_jeune", aide_logement=estimation(28_000))
    assert vue.montant.statut == "indetermine"
    assert vue.montant.motifs[0].faits["montant"] == 70
    assert aide(alternant, "mobili_jeune").montant.motifs == ()


def test_the_sheets_speak_the_two_languages() -> None:
    francais, anglais = catalogue_aides(cas()), catalogue_aides(cas(), langue="en")
    assert [a.code for a in francais] == [a.code for a in anglais]
    assert all(
        a.libelle != b.libelle for a, b in zip(francais, anglais, strict=True) if a.code != "mon_job_mon_logement"
    )
    assert "5\u00a0000\u00a0€" in aide(cas(), "adaptation_handicap").a_savoir[0]
    assert "€5,000" in aide(cas(), "adaptation_handicap", langue="en").a_savoir[0]
    with pytest.raises(ValueError, match="unknown language"):
        catalogue_aides(cas(), langue="de")


JOURS = [version["depuis"] for versions in tables().values() for version in versions] + [AU, date(2017, 1, 1)]


@pytest.mark.parametrize("au", sorted({jour for jour in JOURS if jour >= date(2017, 1, 1)}))
def test_every_sentence_of_every_day_is_short_and_whole(au: date) -> None:
    emplois = (None, PRIVE, PUBLIC, SANS_EMPLOI, Emploi("agricole", 80, "alternance", au))
    phrases: set[str] = set()
    for naissance, emploi in product((None, date(2003, 1, 1), date(1980, 1, 1)), emplois):
        un = cas(naissance, emploi, Logement("T2", None, 40_000, 45_000, "PLUS"), au=au)
        for vue in catalogue_aides(un):
            verdicts = (vue.eligible, vue.montant, *(cumul.possible for cumul in vue.cumuls))
            phrases |= {
                texte for v in verdicts for texte in (*(m.texte for m in v.motifs), *(m.texte for m in v.manquants))
            }
            phrases |= {*vue.a_savoir, vue.ou_demander, vue.ne_remplace_pas} - {""}
    decoupees = [phrase for texte in phrases for phrase in texte.split(". ")]
    longueurs = sorted(len(phrase.split(" ")) for phrase in decoupees)
    assert longueurs[-1] <= 25
    assert longueurs[len(longueurs) // 2] <= 15
    for phrase in decoupees:
        assert phrase[0].isupper(), phrase
        assert not {"{", "}"} & set(phrase), phrase
        assert "None" not in phrase, phrase
    assert all(texte.endswith(".") for texte in phrases)


def test_each_code_of_a_reason_is_written_once() -> None:
    ecrits = [
        str(noeud.args[0].value)
        for fichier in files("palier.droit.aides").iterdir()
        if fichier.name.endswith(".py")
        for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.Call)
        and getattr(noeud.func, "id", "") == "Motif"
        and isinstance(noeud.args[0], ast.Constant)
    ]
    assert len(set(ecrits)) == len(ecrits) >= 25


MODULES = ("accompagnement", "catalogue", "combinaisons", "feuilles", "loca_pass", "mobilite", "versions", "visale")


def test_every_rule_names_the_text_it_applies() -> None:
    muettes = [
        f"{nom}.{fonction}"
        for nom in MODULES
        for fonction, objet in inspect.getmembers(import_module(f"palier.droit.aides.{nom}"), inspect.isfunction)
        if objet.__module__ == f"palier.droit.aides.{nom}"
        and not fonction.startswith("_")
        and "Verdict" in str(objet.__annotations__.get("return"))
        and not re.search(r"notice|usage|CCH", objet.__doc__ or "")
    ]
    assert muettes == []


# Combinations


@pytest.mark.parametrize(
    ("demandees", "attendu", "code"),
    [
        (["visale", "loca_pass"], True, "cumul_loca_pass_visale"),
        (["mobili_jeune", "apl"], True, "cumul_apl_mobili_jeune"),
        (["loca_pass", "loca_pass"], False, "cumul_loca_pass_double"),
        (["visale", "logement_social"], None, "cumul_logement_social_visale"),
        (["visale", "loca_pass", "loca_pass"], False, "cumul_loca_pass_double"),
    ],
)
def test_combinations_that_a_text_settles(demandees: list[str], attendu: bool | None, code: str) -> None:
    for ordre in (demandees, demandees[::-1]):
        verdict = cumuls(ordre)
        assert (verdict.valeur, codes(verdict)) == (attendu, [code])
        assert all(motif.reference for motif in verdict.motifs)


def test_each_known_combination_has_its_own_words() -> None:
    lignes = bareme("aides")["cumul"]
    dits = [codes(cumuls(ligne["codes"]))[0] for ligne in lignes]
    assert len(set(dits)) == len(lignes)
    assert all(ligne["codes"] == sorted(ligne["codes"]) for ligne in lignes)


def test_other_combinations_are_not_established() -> None:
    verdict = cumuls(["visale", "loca_pass", "fsl"])
    assert faits(verdict) == {"cumul.fsl.loca_pass", "cumul.fsl.visale"}
    assert codes(verdict) == ["cumul_loca_pass_visale"]
    assert "Aucun texte lu" in verdict.texte()


@pytest.mark.parametrize("demandees", [[], ["visale"], ["visale", "rsa"]])
def test_combinations_need_two_known_aids(demandees: list[str]) -> None:
    with pytest.raises(ValueError, match="two known aids"):
        cumuls(demandees)


def test_a_sheet_says_what_goes_with_it() -> None:
    assert [(c.avec, c.possible.valeur) for c in aide(cas(), "visale").cumuls] == [
        ("loca_pass", True),
        ("logement_social", None),
    ]
    assert [c.avec for c in aide(cas(), "loca_pass").cumuls] == ["visale", "loca_pass"]
    assert aide(cas(), "fsl").cumuls == ()
