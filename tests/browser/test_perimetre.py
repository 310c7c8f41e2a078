"""The perimeter drawn live, and the pages of an employer: a narrow phone and a desk, with and without scripts."""

from __future__ import annotations

import pytest
from django.db import connection
from playwright.sync_api import Browser

from palier.demandes import facts
from palier.demandes.actions import invite_employeur
from palier.demandes.models import Demande
from tests import factories as make
from tests.browser import people
from tests.browser.walker import Album, Walker

pytestmark = [pytest.mark.browser]
SIRET = "99900005200012"


def ready(browser: Browser, base: str, width: int, *, script: bool) -> Walker:
    by = make.make_bailleur()[1]
    make.make_offre(by)
    make.make_offre(by, commune=make.SAINT_HERBLAIN)
    make.make_demande(user=people.account(people.INES), state="brouillon", travail={"siret": SIRET})
    walker = Walker(browser, base, Album(width, 844, script), "Inès")
    people.sign_in(walker, people.INES, "/mon-espace/", "Votre demande")
    return walker


def communes() -> tuple[list[str], list[str]]:
    connection.close()
    return facts.perimetre(Demande.objects.get())


def test_a_press_draws_the_perimeter_again_without_leaving_the_page(chromium: Browser, address: str) -> None:
    walker = ready(chromium, address, 1280, script=True)
    walker.go("/demande/perimetre/")
    walker.on("/demande/perimetre/", "Où cherchez-vous", "perimetre")
    walker.says("1 annonce en 12 mois", "À côté, en plus")
    walker.page.evaluate("window.kept = true")
    for _turn in range(2):
        walker.page.get_by_role("button", name="Ajouter en secondaire, Saint-Herblain (44)").click()
        walker.page.get_by_role("button", name="Retirer Saint-Herblain (44)").wait_for()
        walker.says("2 annonces en 12 mois")
        assert walker.page.evaluate("window.kept") is True
        walker.page.get_by_role("button", name="Retirer Saint-Herblain (44)").click()
        walker.page.get_by_role("button", name="Ajouter en secondaire, Saint-Herblain (44)").wait_for()
    assert communes() == ([make.NANTES], [make.REZE])
    walker.on("/demande/perimetre/", "Où cherchez-vous", "perimetre-redessine")
    live = walker.page.locator("[data-live]").all_inner_texts()
    assert len(live) == 2
    walker.go("/demande/perimetre/")
    assert walker.page.locator("[data-live]").all_inner_texts() == live
    assert walker.album.faults == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_pages_hold_on_every_width_without_scripts(chromium: Browser, address: str, width: int) -> None:
    walker = ready(chromium, address, width, script=False)
    walker.go("/demande/perimetre/")
    walker.press("Ajouter en secondaire, Saint-Herblain (44)")
    walker.on("/demande/perimetre/", "Où cherchez-vous", "perimetre")
    assert communes() == ([make.NANTES], [make.REZE, make.SAINT_HERBLAIN])
    walker.go("/demande/acces/")
    walker.on("/demande/acces/", "Ai-je accès", "acces")
    walker.go("/demande/employeur/")
    walker.on("/demande/employeur/", "Faire attester mon emploi", "employeur")
    walker.go("/demande/employeur/code/")
    walker.on("/demande/employeur/code/", "Le code de votre employeur", "code")
    holder = Demande.objects.get().titulaire
    token = invite_employeur(nom="Inès Marchal", siret=SIRET, email="", by=make.actor_of(holder), at=make.NOW)
    connection.close()
    walker.go(f"/employeur/attestation/{token}/")
    walker.on("/employeur/attestation/.*", "Attestation d'emploi", "attestation")
    walker.fill(present="oui", contrat="cdi", nom="Paul", fonction="DRH", exact=True)
    walker.press("Signer l'attestation")
    walker.on("/employeur/attestation/merci/", "Attestation signée", "merci")
    walker.go(f"/employeur/attestation/{token}/")
    walker.on("/employeur/attestation/.*", "Ce lien ne s'ouvre pas", "lien", status=404)
    assert walker.album.faults == []
