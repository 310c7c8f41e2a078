"""The public cases, through the function of the command: every leaf in scope as expected."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from palier.config.cli_droit import simuler

CAS = Path(__file__).parent / "cas" / "test_cases_public.ndjson"
LIGNES = [json.loads(ligne) for ligne in CAS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def reponses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """Answer every case in one `--lot`."""
    lot = tmp_path_factory.mktemp("lot") / "cas.ndjson"
    lot.write_text("\n".join(json.dumps(ligne["cas"], ensure_ascii=False) for ligne in LIGNES), encoding="utf-8")
    sortie = io.StringIO()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("sys.stdout", sortie)
        assert simuler(["--lot", str(lot)]) == 0
    lues = [json.loads(ligne) for ligne in sortie.getvalue().splitlines()]
    assert len(lues) == len(LIGNES)
    return {ligne["id"]: reponse for ligne, reponse in zip(LIGNES, lues, strict=True)}


def _feuilles():
    for ligne in LIGNES:
        for chemin, attendu in ligne["attendu"].items():
            yield pytest.param(ligne["id"], chemin, attendu, id=f"{ligne['id']}-{chemin}")


@pytest.mark.parametrize(("cas", "chemin", "attendu"), _feuilles())
def test_leaf(reponses: dict[str, dict[str, object]], cas: str, chemin: str, attendu: dict[str, object]) -> None:
    feuille: object = reponses[cas]
    for cle in chemin.split("."):
        assert isinstance(feuille, dict)
        feuille = feuille[cle]
    assert isinstance(feuille, dict)
    if "valeur" in attendu and "tolerance" in attendu:
        assert abs(feuille["valeur"] - attendu["valeur"]) <= attendu["tolerance"]
    elif "valeur" in attendu:
        assert feuille["valeur"] == attendu["valeur"]
        assert isinstance(feuille["valeur"], bool) == isinstance(attendu["valeur"], bool)
    if "different_de" in attendu:
        assert feuille["valeur"] != attendu["different_de"]
    for cle in {"statut", "supplements"} & set(attendu):
        assert feuille[cle] == attendu[cle]


def test_scope_is_what_the_docs_say(reponses: dict[str, dict[str, object]]) -> None:
    complet = reponses["pub-092"]
    assert set(complet) == {
        "categorie_menage",
        "zone_plafonds",
        "zone_abc",
        "zone_apl",
        "ressources_retenues",
        "financements",
        "acces_action_logement",
        "typologies",
        "aides",
        "aide_logement",
        "taux_effort",
        "reste_a_vivre",
        "suroccupation",
        "sous_occupation",
    }
    assert "suroccupation" not in reponses["pub-001"]


def _verdicts(arbre: object):
    if isinstance(arbre, dict) and "statut" in arbre:
        yield arbre
    elif isinstance(arbre, dict):
        for valeur in arbre.values():
            yield from _verdicts(valeur)


def test_every_verdict_keeps_its_shape(reponses: dict[str, dict[str, object]]) -> None:
    for reponse in reponses.values():
        for verdict in _verdicts(reponse):
            if verdict["statut"] == "etabli":
                assert verdict["valeur"] is not None
                assert verdict["motifs"]
                assert not verdict["manquants"]
                assert all(motif["reference"] for motif in verdict["motifs"])
            else:
                assert verdict["valeur"] is None
                assert verdict["manquants"]


def test_sentences_are_short(reponses: dict[str, dict[str, object]]) -> None:
    phrases = [
        phrase
        for reponse in reponses.values()
        for verdict in _verdicts(reponse)
        for motif in (*verdict["motifs"], *verdict["manquants"])
        for phrase in motif["texte"].split(". ")
    ]
    longueurs = sorted(len(phrase.split(" ")) for phrase in phrases)
    assert longueurs[-1] <= 25
    assert longueurs[len(longueurs) // 2] <= 15
    assert all(phrase[0].isupper() for phrase in phrases)
    for phrase in phrases:
        assert " :" not in phrase
        assert " €" not in phrase
        assert " %" not in phrase
        assert "« " not in phrase
