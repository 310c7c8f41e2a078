"""Strict reading of a case: every refusal names the field, the value and the mend."""

from __future__ import annotations

import copy
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palier.droit.menage import CasInvalide, lire_cas
from palier.droit.simulation import simulation_json

BON = {
    "au": "2026-11-24",
    "commune": "44109",
    "menage": {
        "union": "pacs",
        "personnes": [
            {"id": "p1", "role": "demandeur", "naissance": "1992-03-02", "rfr": {"2024": 21500.55, "2025": None}},
            {"id": "p2", "role": "conjoint", "naissance": "1990-01-01"},
        ],
    },
    "emploi": {"secteur": "prive", "effectif": 12},
    "logement": {"typologie": "T3", "surface": 62.5, "loyer_hc": 540, "loyer_cc": 620, "financement": "PLUS"},
}


def test_good_case_is_typed_and_in_cents() -> None:
    cas = lire_cas(BON)
    assert cas.au == date(2026, 11, 24)
    assert cas.menage is not None
    assert cas.logement is not None
    assert cas.menage.personnes[0].rfr == {2024: 2_150_055}
    assert cas.menage.couple
    assert cas.logement.loyer_cc == 62_000


def test_all_but_au_and_role_may_be_absent() -> None:
    cas = lire_cas({"au": "2026-11-24"})
    assert (cas.menage, cas.emploi, cas.logement, cas.commune) == (None, None, None, None)
    assert lire_cas({"au": "2026-11-24", "menage": {"personnes": [{"role": "demandeur"}]}}).menage is not None


REFUS = [
    ("au", None, "au"),
    ("au", "2026-02-30", "calendrier"),
    ("au", "24/11/2026", "AAAA-MM-JJ"),
    ("au", "20261124", "AAAA-MM-JJ"),
    ("au", "2016-12-31", "01/01/2017"),
    ("au", 20261124, "AAAA-MM-JJ"),
    ("commune", "Nantes", "code INSEE"),
    ("commune", 44109, "code INSEE"),
    ("commune", "4410", "code INSEE"),
    ("menage", [], "objet"),
    ("menage.union", "marie", "mariage"),
    ("menage.enfants_a_naitre", -1, "positif"),
    ("menage.enfants_a_naitre", 1.5, "entier"),
    ("menage.personnes", [], "exactement une"),
    ("menage.personnes", [{"role": "enfant"}], "exactement une"),
    ("menage.personnes", [{"role": "demandeur"}, {"role": "demandeur"}], "exactement une"),
    ("menage.personnes", [{"role": "demandeur"}, {"role": "conjoint"}, {"role": "conjoint"}], "seule"),
    ("menage.personnes", [{"id": "a", "role": "demandeur"}, {"id": "a", "role": "enfant"}], "différent"),
    ("menage.personnes", [{"naissance": "1990-01-01"}], "demandeur, conjoint"),
    ("menage.personnes", [{"role": "chef"}], "demandeur, conjoint"),
    ("menage.personnes", [{"role": ["demandeur"]}], "demandeur, conjoint"),
    ("menage.personnes", [{"role": "demandeur"}] * 31, "au plus 30"),
    ("menage.personnes", "personne", "liste"),
    ("menage.personnes.0.naissance", "2027-01-01", "au plus tard"),
    ("menage.personnes.0.naissance", "1789-07-14", "1900"),
    ("menage.personnes.0.a_charge", "oui", "true ou false"),
    ("menage.personnes.0.handicap", 1, "true ou false"),
    ("menage.personnes.0.garde", "parfois", "principale"),
    ("menage.personnes.0.rfr", {"deux mille": 1}, "quatre chiffres"),
    ("menage.personnes.0.rfr", {"2024": -1}, "positif"),
    ("menage.personnes.0.rfr", {"2024": float("nan")}, "fini"),
    ("menage.personnes.0.rfr", {"2024": float("inf")}, "fini"),
    ("menage.personnes.0.rfr", {"2024": "21500"}, "nombre"),
    ("menage.personnes.0.rfr", {"2024": True}, "nombre"),
    ("menage.personnes.0.rfr", {"2024": 10_000_001}, "10000000"),
    ("menage.personnes.0.net_mensuel", -0.01, "positif"),
    ("menage.personnes.0.douze_mois", [], "nombre"),
    ("emploi.secteur", "privé", "prive"),
    ("emploi.effectif", 2.5, "entier"),
    ("emploi.contrat", "CDI", "cdi"),
    ("emploi.debut", "hier", "AAAA-MM-JJ"),
    ("emploi.demandeur_emploi", "non", "true ou false"),
    ("logement.typologie", "T9", "T8"),
    ("logement.typologie", "F3", "T1"),
    ("logement.typologie", "source", "T1"),
    pytest.param("logement.surface", 10**5000, "au plus", id="huge"),
    ("logement.surface", 0, "supérieure"),
    ("logement.surface", -3, "positif"),
    ("logement.loyer_hc", "cher", "nombre"),
    ("logement.loyer_cc", 100, "inférieur"),
    ("logement.financement", "HLM", "PLAI"),
]


def _pose(cas: dict, chemin: str, valeur: object) -> dict:
    copie = copy.deepcopy(cas)
    cible: object = copie
    *parents, dernier = chemin.split(".")
    for cle in parents:
        cible = cible[int(cle)] if isinstance(cible, list) else cible[cle]
    cible[int(dernier) if isinstance(cible, list) else dernier] = valeur
    return copie


@pytest.mark.parametrize(("chemin", "valeur", "remede"), REFUS)
def test_refusal_names_field_and_mend(chemin: str, valeur: object, remede: str) -> None:
    with pytest.raises(CasInvalide) as refus:
        lire_cas(_pose(BON, chemin, valeur))
    phrase = str(refus.value)
    assert remede in phrase
    assert phrase.startswith("Le champ «")
    assert phrase.endswith(".")
    assert "\n" not in phrase
    assert chemin.split(".")[-1].rstrip("0") in refus.value.champ


@pytest.mark.parametrize("donnees", [None, [], "cas", 3, True])
def test_a_case_is_an_object(donnees: object) -> None:
    with pytest.raises(CasInvalide):
        lire_cas(donnees)


def test_old_birthday_on_leap_day() -> None:
    cas = lire_cas({"au": "2026-02-28", "menage": {"personnes": [{"role": "demandeur", "naissance": "2008-02-29"}]}})
    assert cas.menage is not None
    personne = cas.menage.personnes[0]
    assert personne.age(date(2026, 2, 28)) == 17
    assert personne.age(date(2026, 3, 1)) == 18


@pytest.mark.parametrize("identifiant", ["\ud800", "a\x1b[31m", "x" * 101, 3])
def test_an_id_is_a_short_printable_text(identifiant: object) -> None:
    with pytest.raises(CasInvalide) as refus:
        lire_cas(_pose(BON, "menage.personnes.0.id", identifiant))
    assert str(refus.value).isprintable() or "\u00a0" in str(refus.value)
    str(refus.value).encode()


SCALAIRES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    SCALAIRES,
    lambda fils: st.lists(fils, max_size=3) | st.dictionaries(st.text(max_size=6), fils, max_size=3),
    max_leaves=6,
)
CHEMINS = sorted(
    {chemin for chemin, _, _ in REFUS if isinstance(chemin, str)}
    | {"menage.personnes.1", "menage.personnes.0.rfr.2024", "logement", "emploi"}
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CHEMINS), JSON)
def test_any_json_is_answered_or_refused(chemin: str, valeur: object) -> None:
    """Nothing but CasInvalide leaves the reader, and what it lets in can be simulated."""
    try:
        cas = lire_cas(_pose(BON, chemin, valeur))
    except CasInvalide as refus:
        str(refus).encode()
        return
    json.dumps(simulation_json(cas), allow_nan=False)
