"""`POST /api/v1/simulations`: the whole answer, its published shape, its languages, its limit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from palier.api.application import api
from palier.api.routes import simulations
from palier.api.simulation_schemas import EXEMPLE, CasIn, Simulation
from palier.base import clock, limits
from palier.droit.champs import CasInvalide
from palier.droit.explication import explication
from palier.droit.menage import lire_cas
from palier.droit.simulation import simulation_json
from tests import factories as make

pytestmark = pytest.mark.django_db
PLACE = "/api/v1/simulations"
CASES = [
    json.loads(line)["cas"]
    for line in (Path(__file__).parent / "cas" / "test_cases_public.ndjson").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def ask(case: Any, **headers: str) -> Any:
    return Client().post(PLACE, json.dumps(case), content_type="application/json", headers=headers)


def texts(node: Any) -> list[str]:
    """Every sentence of an answer."""
    if isinstance(node, list):
        return [text for each in node for text in texts(each)]
    if not isinstance(node, dict):
        return []
    own = [node["texte"]] if "texte" in node else []
    return own + [text for each in node.values() for text in texts(each)]


def schema() -> dict[str, Any]:
    """What the document says of the operation."""
    return json.loads(json.dumps(api.get_openapi_schema(), default=str))["paths"]["/api/v1/simulations"]["post"]


def test_the_answer_is_whole_and_that_of_the_command():
    answer = ask(EXEMPLE)
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(simulation_json(lire_cas(EXEMPLE))))
    assert answer.json()["categorie_menage"]["valeur"] == 3
    assert set(answer.json()) == set(Simulation.model_fields)
    assert not answer.cookies


def test_every_case_and_every_answer_has_the_published_shape():
    seen = 0
    for raw in CASES:
        try:
            cas = lire_cas(raw)
        except CasInvalide:
            continue
        CasIn.model_validate(raw)
        Simulation.model_validate(json.loads(json.dumps(simulation_json(cas))))
        seen += 1
    assert seen > 80


def test_the_document_describes_the_body_and_the_answer_with_an_example():
    operation = schema()
    body = operation["requestBody"]["content"]["application/json"]
    assert "$ref" not in json.dumps(body)
    assert set(body["schema"]["properties"]) == {"au", "commune", "menage", "emploi", "logement"}
    person = body["schema"]["properties"]["menage"]["anyOf"][0]["properties"]["personnes"]["anyOf"][0]["items"]
    assert "codemandeur" in person["properties"]["role"]["enum"]
    assert ask(body["example"]).status_code == 200
    assert operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Simulation")
    assert set(operation["responses"]) == {"200", "400", "422", "429"}
    assert [each["name"] for each in operation["parameters"]] == ["Accept-Language"]


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "fr"), ("fr-FR,en;q=0.5", "fr"), ("en", "en"), ("en-GB,fr;q=0.2", "en"), ("xx,;q=é", "fr")],
)
def test_the_sentences_follow_accept_language(header: str, language: str, monkeypatch: pytest.MonkeyPatch):
    def spoken(verdict: Any, langue: str) -> list[Any]:
        return [replace(line, texte=f"[{langue}] {line.texte}") for line in explication(verdict, langue)]

    monkeypatch.setattr(simulations, "explication", spoken)
    answer = ask({**EXEMPLE, "commune": None}, **({"Accept-Language": header} if header else {}))
    assert answer["Content-Language"] == language
    assert "Accept-Language" in answer["Vary"]
    found = texts(answer.json())
    assert len(found) > 20
    assert {each.partition(" ")[0] for each in found} == {f"[{language}]"}
    assert answer.json()["categorie_menage"]["valeur"] == 3
    assert answer.json()["zone_abc"]["manquants"][0]["fait"] == "commune"


def test_a_missing_fact_is_not_a_refusal():
    case = {"au": "2026-11-24", "commune": "44109", "menage": {"personnes": [{"role": "demandeur"}]}}
    eligible = ask(case).json()["financements"]["PLUS"]["eligible"]
    assert eligible["statut"] == "indetermine"
    assert eligible["valeur"] is None
    assert eligible["manquants"][0]["piece"] == "AVIS_IMPOT_N2"


@pytest.mark.parametrize(
    "case",
    [
        {"au": "2026-11-24", "menage": {"personnes": [{"role": "enfant"}]}},
        {"au": "2026-11-24", "menage": {"personnes": [{"role": "demandeur", "naissance": "2099-01-01"}]}},
        {"au": "2026-11-24", "menage": {"personnes": [{"role": r} for r in ("demandeur", "conjoint", "conjoint")]}},
        {"au": "2026-11-24", "menage": {"personnes": [{"role": "demandeur", "net_mensuel": -1}]}},
        {"au": "2026-11-24", "menage": {"personnes": [{"role": "demandeur", "net_mensuel": "12 000,50 €"}]}},
        {"au": "2026-11-24", "logement": {"typologie": "T9"}},
        {"au": "2016-12-31"},
    ],
)
def test_an_impossible_case_is_one_sentence(case: dict[str, Any]):
    answer = ask(case)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("Le champ «")


def test_too_many_in_a_minute_are_refused(monkeypatch: pytest.MonkeyPatch):
    real = limits.value
    monkeypatch.setattr(limits, "value", lambda name: 1 if name == "simulations_per_minute" else real(name))
    assert [ask(EXEMPLE).status_code for _ in range(2)] == [200, 429]
