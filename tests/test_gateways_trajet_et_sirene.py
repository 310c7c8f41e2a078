"""Travel time and the employer's register, seen from outside."""

import re
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from palier import gateways
from palier.base.refusal import Refused
from palier.gateways import outage, trajet
from palier.gateways.sirene import EMPLOYEURS, SECTEURS, normalise_siret, sirene
from palier.gateways.sirene.client import SireneApi

NANTES, RENNES = (47.21835, -1.55406), (48.11148, -1.68021)


def test_estimate_is_ten_minutes_and_2_2_a_km():
    assert trajet.estimate(0) == trajet.Trajet(10, "estimation")
    assert trajet.estimate(10).minutes == 32
    assert trajet.estimate(1.25).minutes == 13


@pytest.mark.parametrize("km", [-1.0, float("nan"), float("inf")])
def test_estimate_refuses_what_is_no_distance(km):
    with pytest.raises(ValueError, match="not a distance"):
        trajet.estimate(km)


def test_routing_measures_the_sphere():
    assert trajet.great_circle_km(NANTES, RENNES) == pytest.approx(99.8, abs=0.5)
    assert trajet.great_circle_km((0, 0), (0, 180)) == pytest.approx(20015.1, abs=0.2)
    assert trajet.routing().trajet(NANTES, NANTES).minutes == 10


def test_siret_of_la_poste_follows_its_own_rule():
    assert normalise_siret("356 000 000 00048") == "35600000000048"
    assert normalise_siret("35600000049837") == "35600000049837"


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        ("123", "siret_longueur", "vous en avez saisi 3"),
        ("73282932000075", "siret_cle", "clé de contrôle"),
        ("732829320", "siret_est_un_siren", "SIREN"),
        ("AL-7F3K", "siret_pas_des_chiffres", "code spécifique"),
        ("٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "siret_pas_des_chiffres", "chiffres"),
        ("", "siret_pas_des_chiffres", "SIRET"),
    ],
)
def test_a_bad_siret_is_refused_with_what_was_typed_and_the_mend(typed, code, words):
    with pytest.raises(Refused) as caught:
        normalise_siret(typed)
    assert caught.value.code == code
    assert words in str(caught.value)
    assert caught.value.mend
    assert caught.value.field == "SIRET de l'employeur"


def test_the_double_knows_fictitious_employers_of_every_sector():
    assert len({employer.siret for employer in EMPLOYEURS}) == len(EMPLOYEURS) >= 25
    assert {employer.secteur for employer in EMPLOYEURS} == set(SECTEURS)
    for employer in EMPLOYEURS:
        assert sirene().etablissement(normalise_siret(employer.siret)) == employer
    assert sirene().etablissement("73282932000074") is None


def test_outside_demo_and_tests_nothing_is_invented(settings):
    settings.PALIER_MODE = "production"
    with pytest.raises(outage.GatewayDown, match="non configuré"):
        sirene()


def answer(status, body=None):
    return httpx.MockTransport(lambda request: httpx.Response(status, json=body or {}))


def unit(**changes):
    fields = {
        "denominationUniteLegale": "ESSAI",
        "categorieJuridiqueUniteLegale": "5710",
        "activitePrincipaleUniteLegale": "62.01Z",
        "trancheEffectifsUniteLegale": "21",
    }
    return {
        "etablissement": {
            "uniteLegale": fields | changes,
            "adresseEtablissement": {"codeCommuneEtablissement": "44109"},
        }
    }


@pytest.mark.parametrize(
    ("changes", "secteur", "effectif"),
    [
        ({}, "prive", 50),
        ({"activitePrincipaleUniteLegale": "01.13Z"}, "agricole", 50),
        ({"categorieJuridiqueUniteLegale": "4110"}, "epic", 50),
        ({"categorieJuridiqueUniteLegale": "7210"}, "public", 50),
        ({"trancheEffectifsUniteLegale": None}, "prive", None),
    ],
)
def test_the_client_reads_the_api(changes, secteur, effectif):
    client = SireneApi("https://exemple.invalid/", "clé".encode().hex(), answer(200, unit(**changes)))
    found = client.etablissement("73282932000074")
    assert found is not None
    assert (found.secteur, found.effectif, found.commune_code) == (secteur, effectif, "44109")


def test_the_client_tells_unknown_from_down():
    assert SireneApi("https://exemple.invalid", "k", answer(404)).etablissement("73282932000074") is None
    for broken in (answer(500), answer(200, {"autre": 1}), httpx.MockTransport(_timeout)):
        with pytest.raises(outage.GatewayDown, match="ne répond pas"):
            SireneApi("https://exemple.invalid", "k", broken).etablissement("73282932000074")


def _timeout(request):
    raise httpx.ReadTimeout("late", request=request)


def test_every_option_of_a_gateway_reaches_the_settings():
    """An option that no setting carries would never be read: the doubles would answer for ever."""
    read = {
        found
        for path in (Path(gateways.__file__).parent).rglob("*.py")
        for found in re.findall(r'option\("(\w+)"\)', path.read_text(encoding="utf-8"))
    }
    assert read
    assert read <= {name for name in dir(settings) if name.startswith("PALIER_")}
