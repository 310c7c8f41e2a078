"""The REST API from outside: public reads, simulations, a person's acts with keys, problems in French."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from palier.accounts.models import User
from palier.base import clock
from palier.candidatures.models import Candidature
from palier.organisations.models import ApiToken, Scope
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.web]
PROBLEM = "application/problem+json"
ALL = list(Scope.values)


@pytest.fixture(autouse=True)
def at_nine() -> None:
    clock.set_now(NOW)


def token_of(user: User, scopes: list[str] = ALL, **changes: Any) -> str:
    row, token = ApiToken.mint(user=user, scopes=scopes, label="essai", at=NOW)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    return token


def call(method: str, path: str, *, token: str = "", key: str = "", body: Any = None, raw: bytes | None = None) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if key:
        headers["Idempotency-Key"] = key
    content = raw if raw is not None else (json.dumps(body).encode() if body is not None else b"")
    return Client().generic(method, f"/api/v1{path}", content, content_type="application/json", headers=headers)


def person(state: str = "active") -> tuple[Any, str]:
    demande = factories.make_demande(state=state)
    return demande, token_of(demande.titulaire)


def test_open_offres_are_public_and_paged_without_loss(django_assert_num_queries: Any) -> None:
    made = {str(factories.make_offre(days=3 + number % 2).pk) for number in range(25)}
    factories.make_offre(state="brouillon")
    first = call("GET", "/offres").json()
    second = call("GET", f"/offres?curseur={first['suivant']}").json()
    seen = [row["id"] for row in first["resultats"] + second["resultats"]]
    assert len(first["resultats"]) == 20
    assert sorted(seen) == sorted(made)
    assert second["suivant"] is None
    assert first["resultats"][0]["loyer_cc"] == 620.0


@pytest.mark.parametrize(
    ("query", "status"),
    [("curseur=abc", 400), ("typologie=T9", 422), ("loyer_max=10000000000000000000000", 422), ("loyer_max=-1", 422)],
)
def test_a_bad_filter_is_a_sentence(query: str, status: int) -> None:
    answer = call("GET", f"/offres?{query}")
    assert answer.status_code == status
    assert answer["Content-Type"] == PROBLEM
    assert len(answer.json()["detail"]) > 20


def test_a_draft_and_an_unknown_offre_are_the_same_404() -> None:
    hidden = call("GET", f"/offres/{factories.make_offre(state='brouillon').pk}")
    unknown = call("GET", f"/offres/{uuid4()}")
    assert (hidden.status_code, hidden.content) == (unknown.status_code, unknown.content)
    assert hidden.status_code == 404


def test_communes_are_found_without_accents() -> None:
    factories.make_communes()
    assert "44143" in [row["code"] for row in call("GET", "/communes?q=reze").json()]


def test_the_simulation_is_that_of_the_command() -> None:
    case = {"au": "2026-11-24", "commune": "44109", "menage": {"personnes": [{"role": "demandeur"}]}}
    answer = call("POST", "/simulations", body=case)
    assert answer.status_code == 200
    assert answer.json()["categorie_menage"]["valeur"] == 1


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{", 400),
        (b'{"au": "2016-01-01"}', 422),
        (b"[]", 422),
        (b'{"au": "2026-11-24", "menage": {"personnes": []}}', 422),
        (b'{"au": "2026-11-24", "menage": {"personnes": [{"role": "demandeur", "net_mensuel": 1e309}]}}', 422),
    ],
)
def test_a_bad_case_is_a_sentence(raw: bytes, status: int) -> None:
    answer = call("POST", "/simulations", raw=raw)
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)


def test_my_demande_is_mine_alone() -> None:
    demande, token = person()
    other = token_of(factories.make_user())
    assert call("GET", "/demandes/moi", token=token).json()["id"] == str(demande.pk)
    assert call("GET", "/demandes/moi", token=other).status_code == 404
    assert call("GET", "/demandes/moi").status_code == 401


@pytest.mark.parametrize(
    "changes",
    [{"expires_at": NOW - timedelta(days=0, seconds=1), "created_at": NOW - timedelta(days=9)}, {"revoked_at": NOW}],
)
def test_a_dead_token_opens_nothing(changes: dict[str, Any]) -> None:
    demande = factories.make_demande()
    assert call("GET", "/demandes/moi", token=token_of(demande.titulaire, **changes)).status_code == 401


def test_a_scope_that_was_not_given_is_refused_with_its_name() -> None:
    demande = factories.make_demande()
    answer = call("GET", "/demandes/moi", token=token_of(demande.titulaire, ["candidatures"]))
    assert answer.status_code == 403
    assert "demande" in answer.json()["detail"]


def test_apply_is_done_once_per_key_and_answered_the_same() -> None:
    _, token = person()
    offre = factories.make_offre()
    key, body = str(uuid4()), {"offre": str(offre.pk)}
    first = call("POST", "/candidatures", token=token, key=key, body=body)
    again = call("POST", "/candidatures", token=token, key=key, body=body)
    assert first.status_code == 201
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert Candidature.objects.filter(offre=offre).count() == 1
    assert first.json()["rang"] == 1
    assert first.json()["abilities"]["retirer"]["possible"] is True


def test_the_same_key_with_another_body_is_refused() -> None:
    _, token = person()
    key = str(uuid4())
    call("POST", "/candidatures", token=token, key=key, body={"offre": str(factories.make_offre().pk)})
    answer = call("POST", "/candidatures", token=token, key=key, body={"offre": str(factories.make_offre().pk)})
    assert (answer.status_code, answer.json()["code"]) == (422, "cle_reutilisee")


def test_a_second_candidature_is_refused_with_its_reason() -> None:
    _, token = person()
    body = {"offre": str(factories.make_offre().pk)}
    call("POST", "/candidatures", token=token, key=str(uuid4()), body=body)
    answer = call("POST", "/candidatures", token=token, key=str(uuid4()), body=body)
    assert answer.status_code == 409
    assert answer["Content-Type"] == PROBLEM


def test_an_act_without_key_is_refused() -> None:
    _, token = person()
    answer = call("POST", "/candidatures", token=token, body={"offre": str(factories.make_offre().pk)})
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]


def test_unknown_fields_are_refused() -> None:
    _, token = person()
    body = {"offre": str(factories.make_offre().pk), "points": 1000}
    assert call("POST", "/candidatures", token=token, key=str(uuid4()), body=body).status_code == 422


def test_withdraw_gives_the_place_back() -> None:
    _, token = person()
    offre = factories.make_offre()
    made = call("POST", "/candidatures", token=token, key=str(uuid4()), body={"offre": str(offre.pk)}).json()
    answer = call("POST", f"/candidatures/{made['id']}/retrait", token=token, key=str(uuid4()), body={})
    assert (answer.status_code, answer.json()["etat"], answer.json()["rang"]) == (200, "retiree", None)


def test_the_candidature_of_somebody_else_is_unknown() -> None:
    _, token = person()
    made = call("POST", "/candidatures", token=token, key=str(uuid4()), body={"offre": str(factories.make_offre().pk)})
    other = token_of(factories.make_demande().titulaire)
    path = f"/candidatures/{made.json()['id']}"
    assert call("GET", path, token=other).content == call("GET", f"/candidatures/{uuid4()}", token=other).content
    assert call("POST", f"{path}/retrait", token=other, key=str(uuid4()), body={}).status_code == 404


def test_the_document_describes_every_refusal_as_a_problem() -> None:
    document = call("GET", "/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == [PROBLEM]


def test_the_documentation_page_lists_the_operations() -> None:
    page = Client().get("/api/docs").content.decode()
    assert "/api/v1/candidatures" in page


@pytest.mark.parametrize(
    ("body", "champ", "said"),
    [
        ({"offre": "pas-un-id"}, "offre", ("«\u00a0pas-un-id\u00a0»", "Donnez un identifiant")),
        ({"offre": 12}, "offre", ("Donnez un identifiant",)),
        ({}, "offre", ("Ajoutez-le",)),
        ([1], "corps", ("Donnez un objet",)),
    ],
)
def test_a_bad_body_names_the_field_the_value_and_the_mend(body: Any, champ: str, said: tuple[str, ...]) -> None:
    _, token = person()
    answer = call("POST", "/candidatures", token=token, key=str(uuid4()), body=body)
    assert answer.status_code == 422
    (field,) = answer.json()["champs"]
    assert field["champ"] == champ
    assert all(text in field["detail"] for text in said), field


def test_a_refusal_says_its_reasons_in_words() -> None:
    _, token = person()
    offre = factories.make_offre(adapte=True)
    answer = call("POST", "/candidatures", token=token, key=str(uuid4()), body={"offre": str(offre.pk)})
    assert answer.status_code == 409
    assert answer.json()["motifs"]
    assert "Motif(" not in answer.content.decode()
