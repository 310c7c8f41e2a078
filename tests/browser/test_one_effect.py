"""Two taps, two tabs, the back button, the same key with another body: one candidature, and words that say so."""

from __future__ import annotations

import pytest
from django.db import connection
from playwright.sync_api import APIResponse, Browser

from palier.candidatures.models import Candidature
from palier.parc.models import Offre
from tests import factories as make
from tests.browser import people
from tests.browser.walker import UUID, Album, Walker, plain

pytestmark = [pytest.mark.browser]


def ready(browser: Browser, base: str, *, script: bool) -> tuple[Walker, Offre]:
    """A signed-in person with an active demande, in front of « Oui, je postule »."""
    offre = make.make_offre()
    make.make_demande(user=people.account(people.INES))
    walker = Walker(browser, base, Album(390, 844, script), "Inès")
    people.sign_in(walker, people.INES, "/mon-espace/", "Votre demande")
    walker.go(f"/offres/{offre.pk}/postuler/")
    walker.on(f"/offres/{UUID}/postuler/", "Postuler à")
    return walker, offre


def sent(walker: Walker, offre: Offre) -> dict[str, str]:
    """The form on the page, as a browser sends it."""
    form = walker.page.locator(f'form[action="/offres/{offre.pk}/postuler/"]')
    fields = ("csrfmiddlewaretoken", "cle")
    return {name: form.locator(f'[name="{name}"]').get_attribute("value") or "" for name in fields}


def send(walker: Walker, offre: Offre, body: dict[str, str]) -> APIResponse:
    """Send a form with the person's cookies, outside the page."""
    return walker.context.request.post(f"/offres/{offre.pk}/postuler/", form=body, max_redirects=0)


def applied(offre: Offre) -> int:
    """How many candidatures this offre has."""
    connection.close()
    return Candidature.objects.filter(offre=offre).count()


@pytest.mark.parametrize("script", [True, False], ids=["script", "sans-script"])
def test_a_double_tap_is_one_candidature(chromium: Browser, address: str, script: bool) -> None:
    walker, offre = ready(chromium, address, script=script)
    with walker.page.expect_navigation(url="**/candidatures/"):
        walker.page.get_by_role("button", name="Oui, je postule").dblclick(no_wait_after=True)
    walker.on("/candidatures/", "Vos candidatures")
    assert applied(offre) == 1
    walker.says("1 en cours")


def test_two_tabs_are_one_candidature(chromium: Browser, address: str) -> None:
    walker, offre = ready(chromium, address, script=False)
    first = walker.page
    other = walker.context.new_page()
    other.goto(f"/offres/{offre.pk}/postuler/")
    walker.press("Oui, je postule")
    walker.on("/candidatures/", "Vos candidatures")
    other.get_by_role("button", name="Oui, je postule").click()
    other.wait_for_load_state()
    assert first.url != other.url
    assert "déjà" in plain(other.locator("main").inner_text())
    assert applied(offre) == 1


def test_the_back_button_and_the_same_form_again_are_one_candidature(chromium: Browser, address: str) -> None:
    walker, offre = ready(chromium, address, script=False)
    body = sent(walker, offre)
    walker.press("Oui, je postule")
    walker.on("/candidatures/", "Vos candidatures")
    walker.page.go_back(wait_until="load")
    again = walker.page.get_by_role("button", name="Oui, je postule")
    if again.count():
        again.click()
        walker.page.wait_for_load_state()
    assert applied(offre) == 1
    repeated = send(walker, offre, body)
    assert (repeated.status, repeated.headers["location"]) == (303, "/candidatures/")
    assert applied(offre) == 1


def test_the_same_key_with_another_body_is_refused_in_words(chromium: Browser, address: str) -> None:
    walker, offre = ready(chromium, address, script=False)
    body = sent(walker, offre)
    assert send(walker, offre, body).status == 303
    refused = send(walker, offre, {**body, "motif": "autre chose"})
    assert refused.status == 422
    assert "avait déjà été envoyée avec d'autres réponses" in plain(refused.text().replace("&#x27;", "'"))
    assert applied(offre) == 1
