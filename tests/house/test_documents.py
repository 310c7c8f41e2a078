"""The generated pages of docs/ say what the code says."""

import pytest

from palier.config.environment import ROOT
from palier.journal.documents import PAGES


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_is_that_of_the_code(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name](), "run `palier documenter`"


def test_every_life_cycle_has_its_diagram() -> None:
    page = PAGES["etats.md"]()
    for name in ("demande", "piece", "offre", "candidature", "seance", "proposition", "bail"):
        assert f"## {name}\n" in page
