"""A case written back reads as the same case: nothing is lost or invented in the file a person keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from palier.droit.champs import CasInvalide
from palier.droit.ecriture import cas_json
from palier.droit.menage import lire_cas

CASES = [
    json.loads(line)["cas"]
    for line in (Path(__file__).parent / "cas" / "test_cases_public.ndjson").read_text(encoding="utf-8").splitlines()
    if line.strip()
]


def test_every_case_reads_back_as_itself():
    read = 0
    for raw in CASES:
        try:
            cas = lire_cas(raw)
        except CasInvalide:
            continue
        written = json.loads(json.dumps(cas_json(cas)))
        assert lire_cas(written) == cas, raw
        read += 1
    assert read > 80


@pytest.mark.parametrize("surface", [62, 62.5, 18.75])
def test_amounts_and_surfaces_keep_their_decimals(surface):
    raw = {
        "au": "2026-11-24",
        "menage": {"personnes": [{"role": "demandeur", "rfr": {"2024": 21500.37}, "net_mensuel": 0}]},
        "logement": {"surface": surface, "loyer_hc": 540.05},
    }
    written = cas_json(lire_cas(raw))
    assert written["logement"] == {"surface": surface, "loyer_hc": 540.05}
    assert written["menage"]["personnes"][0]["rfr"] == {"2024": 21500.37}
    assert written["menage"]["personnes"][0]["net_mensuel"] == 0
