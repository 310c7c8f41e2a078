"""The public cases of points, and the rules of counting."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from palier.config.cli_droit import coter as commande
from palier.droit.cotation import Faits, coter, faits_cotation, grille_fournie, lire_grille
from palier.droit.menage import CasInvalide, Menage, Personne

AU = date(2026, 11, 24)
CAS = Path(__file__).parent / "cas" / "test_cases_cotation.ndjson"
LIGNES = [json.loads(ligne) for ligne in CAS.read_text(encoding="utf-8").splitlines()]
EXEMPLE = files("palier.droit").joinpath("donnees/grilles/territoire_exemple.toml")


@pytest.fixture(scope="module")
def reponses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    lot = tmp_path_factory.mktemp("lot") / "cas.ndjson"
    lot.write_text("\n".join(json.dumps(ligne["cas"], ensure_ascii=False) for ligne in LIGNES), encoding="utf-8")
    sortie = io.StringIO()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("sys.stdout", sortie)
        assert commande(["--grille", str(EXEMPLE), "--lot", str(lot)]) == 0
    lues = [json.loads(ligne) for ligne in sortie.getvalue().splitlines()]
    return {ligne["id"]: reponse for ligne, reponse in zip(LIGNES, lues, strict=True)}


@pytest.mark.parametrize("ligne", LIGNES, ids=[ligne["id"] for ligne in LIGNES])
def test_public_case(reponses: dict[str, dict], ligne: dict) -> None:
    reponse = reponses[ligne["id"]]
    lignes = {f"{une['rubrique']}.{une['critere']}": [une["points"], une["raison"]] for une in reponse["lignes"]}
    assert reponse["points"] == ligne["attendu"]["points"] == sum(points for points, _ in lignes.values())
    for cle, attendu in ligne["attendu"]["lignes"].items():
        assert lignes[cle] == attendu
    assert reponse["grille"] == "territoire-exemple"


def test_lines_come_in_the_order_of_the_file(reponses: dict[str, dict]) -> None:
    grille = lire_grille(EXEMPLE.read_text(encoding="utf-8"))
    ordre = [f"{rubrique.code}.{critere.code}" for rubrique in grille.rubriques for critere in rubrique.criteres]
    for reponse in reponses.values():
        assert [f"{ligne['rubrique']}.{ligne['critere']}" for ligne in reponse["lignes"]] == ordre
        assert all(ligne["retenu"] == (ligne["raison"] is None) for ligne in reponse["lignes"])
        assert all(ligne["texte"] for ligne in reponse["lignes"])


PETITE = """
code = "petite"
libelle = "Petite"
version = 1
en_vigueur_depuis = 2026-01-01
deliberation = "fictive"
egalite = "anciennete"
[[rubrique]]
code = "r"
cumul = "{cumul}"
{criteres}
"""


def _grille(*criteres: str, cumul: str = "somme"):
    lignes = [f'[[rubrique.critere]]\ncode = "c{rang}"\nlibelle = "C"\n{corps}' for rang, corps in enumerate(criteres)]
    return lire_grille(PETITE.format(cumul=cumul, criteres="\n".join(lignes)))


def _points(grille, situation: dict | None = None, pieces: object = (), **reste) -> list[tuple[int, str | None]]:
    faits = faits_cotation({"au": "2026-11-24", "situation": situation or {}, "pieces": pieces, **reste})
    return [(ligne.points, ligne.raison) for ligne in coter(grille, faits, AU).lignes]


def test_first_of_the_file_wins_a_tie() -> None:
    grille = _grille('points = 5\nsi = "situation.a"', 'points = 5\nsi = "situation.b"', cumul="le_plus_fort")
    assert _points(grille, {"a": True, "b": True}) == [(5, None), (0, "moins_fort")]


def test_scale_floors_and_caps() -> None:
    grille = _grille('points_par = {fait = "situation.x", pas = 0.1, points = 2, plafond = 5}')
    assert _points(grille, {"x": 0.3}) == [(5, None)]
    assert _points(grille, {"x": 0.2}) == [(4, None)]
    assert _points(grille, {"x": 0.19}) == [(2, None)]
    assert _points(grille, {"x": 0.05}) == [(0, "non_concerne")]
    assert _points(grille) == [(0, "non_concerne")]
    assert _points(_grille('points_par = {fait = "anciennete_mois", pas = 3, points = 2}'), anciennete_mois=400) == [
        (266, None)
    ]


def test_scale_waits_for_its_condition_and_its_piece() -> None:
    grille = _grille('points_par = {fait = "anciennete_mois", pas = 1, points = 1}\nsi = "situation.a"\npiece = "P"')
    assert _points(grille, {"a": False}, anciennete_mois=3) == [(0, "non_concerne")]
    assert _points(grille, {"a": True}, anciennete_mois=3) == [(0, "piece_absente")]
    assert _points(grille, {"a": True}, ["P"], anciennete_mois=3) == [(3, None)]


def test_piece_expires_the_day_after_its_last_day() -> None:
    grille = _grille('points = 4\nsi = "situation.a"\npiece = "P"')
    for jour, attendu in (("2026-11-24", (4, None)), ("2026-11-23", (0, "piece_expiree"))):
        assert _points(grille, {"a": True}, [{"code": "P", "expire_le": jour}]) == [attendu]
    deux = [{"code": "P", "expire_le": "2020-01-01"}, "P"]
    assert _points(grille, {"a": True}, deux) == [(4, None)]


def test_any_key_of_the_case_can_be_read() -> None:
    grille = _grille(
        "points = 1\nsi = 'emploi.secteur == \"prive\" et logement.surface < 40'",
        'points = 2\nsi = "menage.personnes == 2 et commune dans [\\"44109\\"]"',
        'points = 3\nsi = "offre.taille_adaptee == 1"',
    )
    cas = {
        "commune": "44109",
        "emploi": {"secteur": "prive"},
        "logement": {"surface": 39.9},
        "offre": {"taille_adaptee": 1},
        "menage": {"personnes": [{"role": "demandeur"}, {"role": "enfant", "a_charge": True}]},
    }
    assert _points(grille, **cas) == [(1, None), (2, None), (3, None)]


def test_unknown_dependence_makes_a_comparison_false() -> None:
    grille = _grille('points = 1\nsi = "menage.a_charge >= 1"', 'points = 1\nsi = "non menage.a_charge >= 1"')
    menage = {"personnes": [{"role": "demandeur"}, {"role": "enfant"}]}
    assert _points(grille, menage=menage) == [(0, "non_concerne"), (1, None)]


def test_household_and_case_give_the_same_facts() -> None:
    menage = Menage((Personne("d", "demandeur"), Personne("e", "enfant", a_charge=True, garde="principale")))
    un = faits_cotation(menage, {"dalo": True}, 12, {"lien_domicile": 1}, au=AU, pieces={"DALO": date(2027, 1, 1)})
    cas = {
        "au": "2026-11-24",
        "menage": {"personnes": [{"role": "demandeur"}, {"role": "enfant", "a_charge": True, "garde": "principale"}]},
        "situation": {"dalo": True},
        "anciennete_mois": 12,
        "offre": {"lien_domicile": 1},
        "pieces": [{"code": "DALO", "expire_le": "2027-01-01"}],
    }
    assert un == faits_cotation(cas)
    demo = grille_fournie("territoire_demo")
    assert coter(demo, un, AU).points == 60 + 6 + 6 + 12


@pytest.mark.parametrize(
    ("situation", "pieces", "anciennete", "champ"),
    [
        ({"dalo": "oui"}, [], 1, "situation.dalo"),
        ({"dalo": 1}, [], 1, "situation.dalo"),
        ({"taux_effort_actuel": "beaucoup"}, [], 1, "situation.taux_effort_actuel"),
        ({"taux_effort_actuel": float("nan")}, [], 1, "situation.taux_effort_actuel"),
        ({}, "DALO", 1, "pieces"),
        ({}, [3], 1, "pieces[1]"),
        ({}, [{"code": "DALO", "expire_le": "bientôt"}], 1, "pieces[1].expire_le"),
        ({}, [{"expire_le": "2026-01-01"}], 1, "pieces[1].code"),
        ({}, [], -1, "anciennete_mois"),
        ({}, [], 1.5, "anciennete_mois"),
        ([], [], 1, "situation"),
    ],
)
def test_bad_facts_are_refused(situation: object, pieces: object, anciennete: object, champ: str) -> None:
    cas = {"au": "2026-11-24", "situation": situation, "pieces": pieces, "anciennete_mois": anciennete}
    if situation == []:
        cas["situation"] = [1]
    with pytest.raises(CasInvalide) as refus:
        faits_cotation(cas)
    assert refus.value.champ == champ


def test_wrong_type_for_a_local_fact_is_refused() -> None:
    grille = _grille('points = 1\nsi = "situation.local"', 'points = 1\nsi = "situation.autre > 3"')
    for situation in ({"local": "oui"}, {"autre": True}, {"autre": "quatre"}):
        with pytest.raises(CasInvalide):
            _points(grille, situation)


def test_points_maximum() -> None:
    assert grille_fournie("territoire_demo").points_maximum == 60 + 30 + 8 + 51 + 35 + 19 + 48
    assert _grille('points_par = {fait = "x", pas = 1, points = 1}').points_maximum is None


def test_absent_everything_is_zero_and_explained() -> None:
    cotation = coter(grille_fournie("territoire_demo"), Faits({}, {}), AU)
    assert cotation.points == 0
    assert {ligne.raison for ligne in cotation.lignes} == {"non_concerne"}


def test_facts_survive_storage() -> None:
    faits = faits_cotation(
        {
            "au": "2026-11-24",
            "situation": {"dalo": True, "taux_effort_actuel": 0.399, "local": "x"},
            "anciennete_mois": 3,
        },
        pieces=[{"code": "DALO", "expire_le": "2027-01-01"}, "HANDICAP"],
    )
    assert Faits.depuis_json(json.loads(json.dumps(faits.json()))) == faits


def test_explanations_are_short() -> None:
    """Every reason of every line of both grids: at most 25 words a sentence, French spacing."""
    for nom in ("territoire_demo", "territoire_exemple"):
        grille = grille_fournie(nom)
        lus = {fait: True for fait in grille.faits if fait.startswith("situation.")}
        valeurs = lus | {"situation.taux_effort_actuel": Decimal(1), "situation.trajet_travail_minutes": Decimal(90)}
        codes = {critere.piece for rubrique in grille.rubriques for critere in rubrique.criteres if critere.piece}
        vues = set()
        for pieces in ({}, dict.fromkeys(codes, date(2020, 1, 1)), dict.fromkeys(codes)):
            for ligne in coter(grille, Faits(valeurs, pieces), AU).lignes:
                vues.add(ligne.raison)
                assert max(len(phrase.split(" ")) for phrase in ligne.texte.split(". ")) <= 25, ligne.texte
                assert " :" not in ligne.texte
        assert vues == {None, "non_concerne", "piece_absente", "piece_expiree", "moins_fort"}
