"""Fifth of eighty: a person reads the chance and its reasons, the levers, tries one, sees the checkpoint, or none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from playwright.sync_api import Browser

from palier.candidatures.models import Candidature
from palier.portals.demandeur import what_if
from tests import factories as make
from tests import pages_chances_kit as kit
from tests.browser import people
from tests.browser.walker import UUID, Album, Walker
from tests.test_pages_chances_essais import COMPARED, ZONES

pytestmark = [pytest.mark.browser]
DIRECT = "Faire ce changement dans ma demande"


def fifth_of_eighty() -> Candidature:
    """Four demandes older than that of Inès, seventy-five younger; what the pages say of her is stored."""
    offre = make.make_offre()
    mine = make.make_demande(
        user=people.account(people.INES), filed=make.NOW - timedelta(days=400),
        perimetre={"prioritaires": [make.NANTES], "secondaires": [make.REZE]},
    )  # fmt: skip
    row = make.make_candidature(offre, mine)
    for place in range(79):
        days = 900 + 31 * place if place < 4 else 60 - place // 2
        make.make_candidature(offre, filed=make.NOW - timedelta(days=days))
    low = make.make_candidature(demande=mine)
    kit.give_chance(row)
    kit.give_chance(low, 0.004, 0.0001, 0.012, rang=51, candidatures=64)
    kit.give_all(mine)
    return row


@pytest.mark.parametrize(("width", "script"), [(390, False), (1280, True), (320, False)])
def test_a_person_reads_their_chance_and_tries_what_would_help(
    chromium: Browser, address: str, monkeypatch: pytest.MonkeyPatch, width: int, script: bool
) -> None:
    monkeypatch.setattr(what_if, "what_if", lambda demande, *, actions, now: COMPARED)
    monkeypatch.setattr(what_if, "zones_of", lambda demande, now: ZONES)
    row = fifth_of_eighty()
    connection.close()
    walker = Walker(chromium, address, Album(width, 844, script, "chances"), "Inès")
    people.sign_in(walker, people.INES, "/mon-espace/", "Votre demande")
    _reads(walker, row)
    _tries(walker)
    _switches(walker)
    assert walker.album.faults == []


def _reads(walker: Walker, row: Candidature) -> None:
    walker.go("/candidatures/")
    walker.on("/candidatures/", "Vos candidatures", "candidatures")
    walker.says(
        "5e", "sur 80", "Environ 40 sur 100", "Chances bonnes : entre 20 et 60.",
        "Il reste 6 jours ; d'habitude 5 dossiers arrivent encore, dont 1 devant vous.",
        "Moins de 1 sur 100", "Garder cette candidature ne vous coûte rien", "Démonstration",
    )  # fmt: skip
    walker.press("Pourquoi cette chance ?")
    walker.on(f"/candidatures/{UUID}/chance/", "Pourquoi cette chance ?", "chance")
    walker.says("plus d'un candidat sur deux devant vous se désiste ou refuse", "environ 75 sur 100")
    walker.go(f"/candidatures/{row.pk}/rang/")
    walker.on(f"/candidatures/{UUID}/rang/", "Pourquoi ce rang ?", "rang")
    walker.says("5e", "sur 80")
    walker.go(f"/offres/{row.offre_id}/")
    walker.on(f"/offres/{UUID}/", "Nantes", "offre")
    walker.says("Vous avez postulé", "Environ 40 sur 100")


def _tries(walker: Walker) -> None:
    walker.go("/mon-espace/")
    walker.on("/mon-espace/", "Votre demande", "espace")
    walker.says(
        "48 avant 1 an", "Ces 12 derniers mois, 37 logements",
        "Point d'étape", "7 annonces (attendu 6) : rien d'anormal.",
        "D'abord ce qui ne coûte rien", "Gratuit. Entre 2 et 5 de plus sur 100 avant 1 an.",
    )  # fmt: skip
    walker.press("Prouver ce que vous avez déclaré")
    walker.on("/mon-espace/et-si/", "Et si…", "et-si-compare")
    walker.says("Entre 3 et 8 de plus sur 100 avant 1 an", "Loyer moyen attendu", DIRECT)
    walker.press("Essayer autre chose")
    walker.on("/mon-espace/et-si/", "Et si…", "et-si")
    walker.says("40 min au plus", "48 sur 100")
    walker.fill(essai=["moins_une_piece"], secteur="secteur:prioritaire")
    walker.commune("Saint-Herb", "Saint-Herblain")
    walker.press("Comparer")
    walker.on("/mon-espace/et-si/", "Et si…", "et-si-trois")
    walker.says("Garder le secteur prioritaire seul, Accepter une pièce de moins, Ajouter Saint-Herblain (44).")


def _switches(walker: Walker) -> None:
    walker.go("/mon-espace/estimations/")
    walker.on("/mon-espace/estimations/", "Mes estimations", "estimations")
    walker.press("Éteindre les estimations")
    walker.on("/mon-espace/estimations/", "Mes estimations", "estimations-eteintes")
    for path, title in (("/mon-espace/", "Votre demande"), ("/candidatures/", "Vos candidatures")):
        walker.go(path)
        walker.on(path, title)
        walker.says("Vous avez éteint les estimations. Rien n'est calculé pour vous.")
        assert "sur 100" not in walker.text()
