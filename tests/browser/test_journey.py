"""The whole journey in a browser, from sign-up to signed lease: four people, twice, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser import after, before, people
from tests.browser.walker import Album, Walker

pytestmark = [pytest.mark.browser]


def walk(browser: Browser, address: str, album: Album) -> None:
    """Every page of the journey, in the order in which it is lived."""
    story = people.cast(browser, address, album)
    before.sign_up(story.ines)
    before.write_demande(story.ines)
    people.staff_sign_in(story.bailleur, "agent@exemple.fr", "/bailleur/", "Vos logements offerts")
    before.see_identity(story)
    before.offer(story)
    people.add_candidates(story)
    before.apply(story)
    after.close(story)
    people.staff_sign_in(story.reservataire, "conseil@exemple.fr", "/reservataire/", "Désignations")
    after.designate(story)
    after.convene(story)
    people.staff_sign_in(story.membre, "membre@exemple.fr", "/commission/", "Vos séances")
    after.decide(story)
    after.cascade(story)
    after.accept(story)
    after.sign(story)
    bruno = Walker(browser, address, album, "Bruno")
    people.sign_in(bruno, "bruno@exemple.fr", "/mon-espace/", "Votre demande")
    after.read_why(story, bruno)
    after.prove(story)


@pytest.mark.parametrize(
    ("width", "height", "script"), [(390, 844, True), (1280, 900, False)], ids=["390-script", "1280-sans-script"]
)
def test_from_sign_up_to_signed_lease(chromium: Browser, address: str, width: int, height: int, script: bool) -> None:
    album = Album(width, height, script)
    album.clear()
    try:
        walk(chromium, address, album)
    except Exception as error:
        error.add_note("\n".join(album.faults))
        raise
    assert album.faults == []
