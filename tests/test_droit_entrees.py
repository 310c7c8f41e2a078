"""What no case may hold: one French sentence that says what to write, at the command, in a lot and at the API."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.test import Client

from palier.config.cli_droit import coter, simuler
from palier.droit.champs import CasInvalide
from palier.droit.cotation.faits import faits_cotation
from palier.droit.lecture_json import JsonIllisible, lire_json
from palier.droit.menage import lire_cas

GRILLE = "src/palier/droit/donnees/grilles/territoire_demo.toml"
RACINE = Path(__file__).parent.parent
BON = '{"au": "2026-11-24", "menage": {"personnes": [{"role": "demandeur"}]}}'


def _personnes(*personnes: str) -> str:
    return '{"au": "2026-11-24", "menage": {"personnes": [' + ", ".join(personnes) + "]}}"


def _moi(suite: str) -> str:
    return _personnes('{"role": "demandeur", ' + suite + "}")


def _avec(suite: str) -> str:
    return BON[:-1] + ", " + suite + "}"


MAUVAIS = {
    # households that cannot be
    "no adult": (_personnes('{"role": "enfant", "a_charge": true}'), "exactement une"),
    "nobody": (_personnes(), "exactement une"),
    "two demandeurs": (_personnes('{"role": "demandeur"}', '{"role": "demandeur"}'), "exactement une"),
    "two spouses": (
        _personnes('{"role": "demandeur"}', '{"role": "conjoint"}', '{"role": "conjoint"}'),
        "une seule personne de rôle conjoint",
    ),
    "baby asks": (_moi('"naissance": "2026-11-23"'), "au moins 16 ans"),
    "fifteen": (_moi('"naissance": "2010-11-25"'), "au moins 16 ans"),
    "born tomorrow": (_moi('"naissance": "2026-11-25"'), "au plus tard le 24/11/2026"),
    "child born in the future": (
        _personnes('{"role": "demandeur"}', '{"role": "enfant", "naissance": "2030-01-01"}'),
        "au plus tard le 24/11/2026",
    ),
    "born long ago": (_moi('"naissance": "1899-12-31"'), "depuis 1900"),
    "29 February 2023": (_moi('"naissance": "2023-02-29"'), "calendrier"),
    "29 February 1900": (_moi('"naissance": "1900-02-29"'), "calendrier"),
    "31 persons": (_personnes('{"role": "demandeur"}', *['{"role": "enfant"}'] * 30), "au plus 30"),
    "one id twice": (_personnes('{"role": "demandeur", "id": "a"}', '{"role": "enfant", "id": "a"}'), "différent"),
    "id like a default": (_personnes('{"role": "demandeur", "id": "p2"}', '{"role": "enfant"}'), "différent"),
    "unknown role": (_personnes('{"role": "chef"}'), "demandeur"),
    "no role": (_personnes("{}"), "demandeur"),
    "a person is a text": (_personnes('"moi"'), "objet JSON"),
    "a person is null": (_personnes("null"), "objet JSON"),
    "id with NUL": (_moi('"id": "a\\u0000b"'), "imprimable"),
    "id that reverses the line": (_moi('"id": "\\u202eabc"'), "imprimable"),
    "half a surrogate": (_moi('"id": "\\ud800"'), "imprimable"),
    "seven unborn": ('{"au": "2026-11-24", "menage": {"enfants_a_naitre": 7}}', "au plus 6"),
    # amounts
    "negative": (_moi('"net_mensuel": -1'), "positif ou nul"),
    "negative tax income": (_moi('"rfr": {"2024": -0.01}'), "positif ou nul"),
    "1e309": (_moi('"net_mensuel": 1e309'), "au plus 10000000"),
    "-1e309": (_moi('"net_mensuel": -1e309'), "positif ou nul"),
    "1e-400": (_moi('"net_mensuel": 1e-400'), "un centime, ou 0"),
    "half a cent": (_moi('"net_mensuel": 0.004'), "un centime, ou 0"),
    "absurd exponent": (_moi('"net_mensuel": 1e99999999999999999999999'), "trop grand ou trop petit"),
    "5000 digits": (_moi('"net_mensuel": ' + "9" * 5000), "trop grand"),
    "NaN": (_moi('"net_mensuel": NaN'), "null si la valeur est inconnue"),
    "Infinity": (_moi('"net_mensuel": -Infinity'), "null si la valeur est inconnue"),
    "true": (_moi('"net_mensuel": true'), "un nombre est attendu"),
    "typed in French": (_moi('"net_mensuel": "12 000,50 €"'), "écrivez le nombre 12000.50, sans guillemets"),
    "typed with narrow spaces": (_moi('"douze_mois": "12\\u202f000,50\\u00a0€"'), "écrivez le nombre 12000.50"),
    "typed in full": (_moi('"rfr": {"2024": "21500 euros"}'), "écrivez le nombre 21500,"),
    "typed in words": (_moi('"net_mensuel": "mille"'), "un nombre est attendu"),
    "a list": (_moi('"net_mensuel": [1]'), "un nombre est attendu"),
    "tax year in two digits": (_moi('"rfr": {"24": 1}'), "quatre chiffres"),
    # booleans and closed lists
    "handicap as 1": (_moi('"handicap": 1'), "true ou false"),
    "a_charge as text": (_moi('"a_charge": "oui"'), "true ou false"),
    "unknown custody": (_moi('"garde": "parfois"'), "principale"),
    "T9": (_avec('"logement": {"typologie": "T9"}'), "T8"),
    "no surface": (_avec('"logement": {"surface": 0}'), "supérieure"),
    "a speck": (_avec('"logement": {"surface": 1e-400}'), "supérieure"),
    "loyer upside down": (_avec('"logement": {"loyer_hc": 500, "loyer_cc": 400}'), "inférieur"),
    "half an employee": (_avec('"emploi": {"effectif": 10.5}'), "entier"),
    "hired in the year 9999": (_avec('"emploi": {"debut": "9999-12-31"}'), "2100"),
    # places and days
    "commune by name": (_avec('"commune": "Nantes"'), "code INSEE"),
    "commune as a number": (_avec('"commune": 44109'), "code INSEE"),
    "commune in other digits": (_avec('"commune": "٣٤٥٦٧"'), "code INSEE"),
    "before 2017": ('{"au": "2016-12-31"}', "01/01/2017"),
    "year 9999": ('{"au": "9999-12-31"}', "2100"),
    "no day": ("{}", "AAAA-MM-JJ"),
    "French day": ('{"au": "24/11/2026"}', "AAAA-MM-JJ"),
    "day as a number": ('{"au": 20261124}', "AAAA-MM-JJ"),
    # shape
    "a key twice": ('{"au": "2026-11-24", "au": "2026-11-24"}', "gardez-en une seule"),
    "an empty key twice": ('{"": 1, "": 2}', "gardez-en une seule"),
    "900 levels": (_avec('"x": ' + '{"a": ' * 900 + "1" + "}" * 900), "20 niveaux"),
    "21 levels": (_avec('"x": ' + "[" * 21 + "]" * 21), "20 niveaux"),
    "100 000 levels": ("[" * 100_000 + "]" * 100_000, "20 niveaux"),
    "a list of cases": ("[]", "objet JSON"),
}
COTATION = {
    "box as text": ('"situation": {"dalo": "oui"}', "true ou false"),
    "number as text": ('"situation": {"trajet_travail_minutes": "45 min"}', "un nombre est attendu"),
    "situation is a list": ('"situation": []', "objet JSON"),
    "local fact too large": ('"situation": {"local": 1e300}', "trop grand"),
    "local fact too small": ('"offre": {"trajet_minutes": 1e-400}', "trop petit"),
    "seniority as a box": ('"anciennete_mois": true', "un nombre est attendu"),
    "seniority of a thousand years": ('"anciennete_mois": 12000', "au plus 1200"),
    "half a month": ('"anciennete_mois": 1.5', "entier"),
    "pieces as text": ('"pieces": "DALO"', "liste JSON"),
    "piece without a code": ('"pieces": [{"expire_le": "2026-01-01"}]', "texte"),
    "piece that ends on no day": ('"pieces": [{"code": "DALO", "expire_le": "2026-02-30"}]', "calendrier"),
    "pieces by code, ending with a word": ('"pieces": {"DALO": "bientôt"}', "AAAA-MM-JJ"),
}
TOUS = {**MAUVAIS, **{nom: (_avec(suite), remede) for nom, (suite, remede) in COTATION.items()}}


@pytest.fixture(autouse=True)
def _racine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(RACINE)


def _plat(texte: str) -> str:
    return texte.replace("\u00a0", " ")


def _une_phrase(phrase: str, remede: str) -> None:
    assert remede in _plat(phrase)
    assert phrase.endswith(".")
    assert "\n" not in phrase
    assert "Traceback" not in phrase
    assert len(phrase) < 400
    phrase.encode()


@pytest.mark.parametrize("nom", MAUVAIS)
def test_simuler_refuses_with_a_sentence_and_one(
    nom: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    texte, remede = MAUVAIS[nom]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(texte.encode())))
    assert simuler(["-"]) == 1
    sortie = capsys.readouterr()
    assert sortie.out == ""
    _une_phrase(sortie.err.removesuffix("\n"), remede)


@pytest.mark.parametrize("nom", TOUS)
def test_coter_refuses_with_a_sentence_and_one(
    nom: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    texte, remede = TOUS[nom]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(texte.encode())))
    assert coter(["--grille", GRILLE, "-"]) == 1
    sortie = capsys.readouterr()
    assert sortie.out == ""
    _une_phrase(sortie.err.removesuffix("\n"), remede)


def test_in_a_lot_each_line_fails_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lot = tmp_path / "lot.ndjson"
    lot.write_text("".join(f"{texte}\n{BON}\n" for texte, _ in TOUS.values()), encoding="utf-8")
    assert coter(["--grille", GRILLE, "--lot", str(lot)]) == 1
    sortie = capsys.readouterr()
    reponses = [json.loads(ligne) for ligne in sortie.out.splitlines()]
    assert len(reponses) == 2 * len(TOUS)
    assert all("points" in bonne for bonne in reponses[1::2])
    for (_, remede), mauvaise in zip(TOUS.values(), reponses[::2], strict=True):
        _une_phrase(mauvaise["erreur"], remede)
    assert sortie.err.count("\n") == 1
    lot.write_text("".join(f"{texte}\n{BON}\n" for texte, _ in MAUVAIS.values()), encoding="utf-8")
    assert simuler(["--lot", str(lot)]) == 1
    reponses = [json.loads(ligne) for ligne in capsys.readouterr().out.splitlines()]
    assert ["erreur" in une for une in reponses] == [True, False] * len(MAUVAIS)


@pytest.mark.django_db
@pytest.mark.web
@pytest.mark.parametrize("nom", MAUVAIS)
def test_the_api_answers_422_with_the_sentence(nom: str) -> None:
    texte, remede = MAUVAIS[nom]
    adresse = f"192.0.2.{list(MAUVAIS).index(nom) + 1}"
    reponse = Client().post("/api/v1/simulations", texte.encode(), content_type="application/json", REMOTE_ADDR=adresse)
    assert (reponse.status_code, reponse["Content-Type"]) == (422, "application/problem+json")
    _une_phrase(reponse.json()["detail"], remede)


@pytest.mark.django_db
@pytest.mark.web
@pytest.mark.parametrize(("octets", "statut"), [(b" " * 3_000_000, 413), (b"{", 400), (b"\xff", 400), (b"", 400)])
def test_what_the_api_cannot_read_is_a_problem_too(octets: bytes, statut: int) -> None:
    reponse = Client().post("/api/v1/simulations", octets, content_type="application/json", REMOTE_ADDR="192.0.2.250")
    assert (reponse.status_code, reponse["Content-Type"]) == (statut, "application/problem+json")
    assert reponse.json()["detail"].endswith(".")


UNDECIDED = {"99999": "zone_plafonds", "01999": "zone_abc", "2A999": "zone_abc"}


@pytest.mark.parametrize("code", UNDECIDED)
def test_an_unknown_commune_is_undecided_not_refused(
    code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    texte = _avec(f'"commune": "{code}"')
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(texte.encode())))
    assert simuler(["-"]) == 0
    feuille = json.loads(capsys.readouterr().out)[UNDECIDED[code]]
    assert (feuille["statut"], bool(feuille["manquants"])) == ("indetermine", True)


@pytest.mark.parametrize("octets", [b"", b"{", b"\xff\xfe", b"{'a': 1}", b"01", b"[1,]"])
def test_what_is_not_json_is_said(octets: bytes) -> None:
    with pytest.raises(JsonIllisible):
        lire_json(octets)


def test_what_is_just_inside_is_read() -> None:
    assert lire_cas(lire_json(_moi('"naissance": "2010-11-24"').encode())).menage is not None
    assert lire_cas(lire_json(_moi('"naissance": "2004-02-29", "net_mensuel": 0.01').encode())).menage is not None
    assert lire_cas({"au": "2017-01-01"}).au.year == 2017
    assert lire_cas({"au": "2100-12-31"}).au.year == 2100
    assert lire_json(b"\xef\xbb\xbf[0e5, -0.00, 1.5]") == [0, 0, 1.5]
    assert lire_json(("[" * 20 + "]" * 20).encode()) is not None


def test_a_computed_count_is_not_overwritten_by_the_case() -> None:
    brut = {"au": "2026-11-24", "menage": {"adultes": 9, "quartier": 3, "personnes": [{"role": "demandeur"}]}}
    valeurs = faits_cotation(brut).valeurs
    assert (valeurs["menage.adultes"], valeurs["menage.quartier"]) == (1, 3)


def test_pieces_by_code_keep_their_last_day() -> None:
    brut = {"au": "2026-11-24", "pieces": {"DALO": "2027-01-01", "ASE": None}}
    pieces = faits_cotation(brut).pieces
    assert pieces["ASE"] is None
    assert str(pieces["DALO"]) == "2027-01-01"


def test_a_case_of_json_numbers_only() -> None:
    with pytest.raises(CasInvalide):
        faits_cotation({"au": "2026-11-24", "situation": {"local": float("nan")}})


def test_a_household_needs_its_day_and_no_household_needs_none() -> None:
    menage = lire_cas({"au": "2026-11-24", "menage": {"personnes": [{"role": "demandeur"}]}}).menage
    with pytest.raises(ValueError, match="au is needed"):
        faits_cotation(menage)
    assert faits_cotation(None, {"local": None}).valeurs == {}
    with pytest.raises(CasInvalide, match="fini"):
        faits_cotation(None, offre={"trajet_minutes": float("inf")})
