"""The dashboard, its history and completeness, a change of life shown then confirmed, a contestation; every width."""

from __future__ import annotations

import pytest
from django.db import connection
from playwright.sync_api import Browser

from palier.demandes.models import Contestation, Demande
from tests import factories as make
from tests.browser import people
from tests.browser.walker import Album, Walker

pytestmark = [pytest.mark.browser]


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_followed_demande_holds_on_every_width_without_scripts(chromium: Browser, address: str, width: int) -> None:
    demande = make.make_demande(user=people.account(people.INES))
    make.make_candidature(demande=demande)
    walker = Walker(chromium, address, Album(width, 844, False), "Inès")
    people.sign_in(walker, people.INES, "/mon-espace/", "Votre demande")
    walker.go("/mon-espace/completude/")
    walker.on("/mon-espace/completude/", "Ce qui complète votre dossier", "completude")
    walker.go("/demande/changement/")
    walker.on("/demande/changement/", "Signaler un changement", "changements")
    walker.page.get_by_role("link", name="Une naissance ou une adoption").click()
    walker.on("/demande/changement/naissance/", "Un enfant est né", "naissance")
    walker.fill(prenom="Noé", naissance_jour="2", naissance_mois="11", naissance_annee="2026")
    walker.press("Voir ce que cela change")
    walker.on("/demande/changement/naissance/", "Ce que votre changement modifie", "apercu")
    walker.says("Rien n'est encore enregistré", "Catégorie de ménage")
    walker.press("Revenir")
    walker.on("/demande/changement/naissance/", "Un enfant est né", "revenu")
    walker.press("Voir ce que cela change")
    walker.press("Confirmer")
    walker.on("/mon-espace/", "Votre demande", "apres")
    walker.go("/mon-espace/historique/")
    walker.on("/mon-espace/historique/", "Ce qui a changé, et quand", "historique")
    walker.go("/mon-espace/contester/fait/")
    walker.on("/mon-espace/contester/fait/", "Contester un fait de votre dossier", "contester")
    walker.page.locator("#id_cible").select_option(index=2)
    walker.fill(texte="Ce nom n'est pas le mien.")
    walker.press("Contester")
    walker.on("/mon-espace/contester/", "Vos contestations", "contestations")
    connection.close()
    assert Demande.objects.get(pk=demande.pk).personnes.filter(role="enfant").count() == 3
    assert Contestation.objects.count() == 1
    assert walker.album.faults == []
