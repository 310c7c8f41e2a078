"""A couple with a child in shared custody: begun on a phone, taken up at a desk, eight pieces, then a year passes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser

from palier.demandes.models import Demande, Piece
from palier.demandes.queries.pieces import dossier
from palier.gateways import mail
from tests import corpus_papers as papers
from tests import factories as make
from tests.browser import before, harness, people
from tests.browser.people import INES
from tests.browser.walker import UUID, Album, Walker
from tests.corpus import page as picture

pytestmark = [pytest.mark.browser]
HER = papers.Personne("Inès", "Marchal", date(1992, 3, 2), rfr=21_500, net=1_720)
HIM = papers.Personne("Yann", "Roux", date(1990, 5, 4), rfr=19_800, net=1_651)
OTHER = papers.Personne("Paul", "Durand", date(1980, 1, 1), rfr=40_000, net=3_000)
VALID = date(2031, 5, 1)
PAPERS: dict[tuple[str, bool], list[bytes]] = {
    ("ID_FR", False): [papers.carte(HER, VALID)],
    ("ID_AUTRES_MAJEURS", True): [papers.carte(HIM, VALID)],
    ("AVIS_IMPOT_N2", False): [papers.avis(HER, 2024)],
    ("AVIS_IMPOT_N2", True): [papers.avis(HIM, 2024)],
    ("AVIS_IMPOT_DERNIER", False): [papers.avis(HER, 2025)],
    ("BULLETINS_SALAIRE", False): [papers.bulletin(HER, 2026, month) for month in (8, 9, 10)],
    ("BULLETINS_SALAIRE", True): [papers.bulletin(HIM, 2026, month) for month in (8, 9, 10)],
    ("LIVRET_OU_NAISSANCE", False): [papers.livret(HER, HIM)],
}
"""Eight pieces: the code, whether it is his, its photographs."""
WRONG = {("ID_FR", False): [papers.carte(OTHER, VALID)], ("AVIS_IMPOT_N2", False): [papers.avis(HER, 2023)]}
"""What is sent first in place of two of them: another person, another year."""


def photos(sources: list[bytes]) -> list[dict[str, Any]]:
    """What a phone gives for these pages."""
    made = []
    for rank, source in enumerate(sources):
        held = io.BytesIO()
        picture(source).convert("RGB").save(held, "JPEG", quality=82)
        made.append({"name": f"IMG_{rank}.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()})
    return made


def place(walker: Walker) -> tuple[str, str]:
    """The step of the page and the name of its question, without whom it is about."""
    parts = walker.page.url.removeprefix(walker.base).split("#")[0].strip("/").split("/")
    return parts[1], re.sub("-[0-9a-f]{12}$", "", parts[-1])


def go_on(walker: Walker, until: Callable[[str, str], bool]) -> None:
    """Answer page after page until one of them."""
    for _page in range(before.PAGES):
        step, slug = place(walker)
        if until(step, slug):
            return
        answer(walker, step, slug)
    raise AssertionError(walker.page.url)


def answer(walker: Walker, step: str, slug: str) -> None:
    """One page of the form."""
    main = walker.page.locator("main")
    if step == "perimetre":
        before._search(walker)
        return
    for name, value in (("a_charge", "oui"), ("garde", "alternee"), ("civilite", "M"), ("nationalite", "FR")):
        for each in main.locator(f'[name$="-{name}"][value="{value}"]').all():
            each.check()
    before._fill(walker, before.ANSWERS.get(step, {}))
    his = main.locator('[name$="-statut"][value="salarie_prive"], [name$="-natures"][value="SAL"]')
    for each in his.all():
        each.check()
    for name, value in (("-SAL", "1 651"), ("-rfr_n2_cents", "19 800")):
        for each in main.locator(f'[name$="{name}"]').all():
            if not each.input_value():
                each.fill(value)
    union = main.locator('[name="union"][value="concubinage"]')
    if union.count():
        union.check()
    walker.press("Continuer")


def add_household(phone: Walker) -> None:
    """His partner, and her child one week in two."""
    for rank, (role, prenom, nom, year) in enumerate(
        (("conjoint", "Yann", "Roux", "1990"), ("enfant", "Nino", "Marchal", "2019"))
    ):
        phone.go("/demande/menage/personnes/")
        phone.press("Ajouter une personne")
        phone.on("/demande/menage/personne/", "Qui vivra avec vous ?", f"personne-{rank}")
        phone.fill(role=role, prenom=prenom, nom=nom, naissance_annee=year)
        phone.fill(naissance_jour="4" if role == "conjoint" else "5", naissance_mois="5")
        phone.press("Enregistrer")
    phone.go("/demande/menage/personnes/")


def send_piece(walker: Walker, row: tuple[str, bool], sources: list[bytes], name: str) -> None:
    """Open the line of a piece, choose its photographs, send, and wait for the reading."""
    code, his = row
    line = Demande.objects.get(titulaire__email=INES)
    ref = harness.apart(lambda: _ref(line, code, his))
    walker.go(f"/demande/pieces/{ref}/")
    walker.page.locator('[name="fichiers"]').set_input_files(photos(sources))
    walker.press("Envoyer", exact=True)
    harness.drain()
    walker.go(f"/demande/pieces/{ref}/")
    walker.on(f"/demande/pieces/{UUID}/", "", name)


def _ref(demande: Demande, code: str, his: bool) -> str:
    listed = harness_dossier(demande)
    found = [line for line in listed if line.code == code and bool(line.personne) is his]
    assert found, (code, his, [(line.code, line.prenom) for line in listed])
    return str(found[0].ref)


def harness_dossier(demande: Demande) -> Any:
    """The lines of the demande, as its page makes them."""
    fresh = Demande.objects.prefetch_related("personnes", "communes", "pieces").get(pk=demande.pk)
    return dossier(fresh, make.NOW.date()).lines


@pytest.mark.parametrize("script", [True], ids=["script"])
def test_from_a_phone_to_a_desk_and_through_the_year(chromium: Browser, address: str, script: bool) -> None:
    phone = Walker(chromium, address, Album(390, 844, script, "dossier"), "Inès, au téléphone")
    desk = Walker(chromium, address, Album(1280, 900, script, "dossier"), "Inès, au bureau")
    phone.album.clear()
    desk.album.clear()
    before.sign_up(phone)
    phone.press("Commencer")
    phone.fill(connu="non")
    phone.press("Continuer")
    phone.press("Une question à la fois")
    go_on(phone, lambda step, slug: step == "menage")
    add_household(phone)
    go_on(phone, lambda step, slug: step == "travail")
    phone.on("/demande/travail/.*", "", "interrompue")
    phone.context.close()
    people.sign_in(desk, INES, "/mon-espace/", "Votre demande")
    desk.press("Continuer")
    assert place(desk)[0] == "travail", "taken up where it was left"
    go_on(desk, lambda step, slug: step == "relecture")
    desk.says("Yann Roux", "Nino Marchal", "Garde alternée", "Ateliers de la Chézine")
    desk.on("/demande/relecture/", "Relisez, puis déposez", "relecture")
    for row, sources in WRONG.items():
        send_piece(desk, row, sources, f"a-corriger-{row[0].lower()}")
        desk.says("À corriger", "L'ordinateur ne refuse jamais une pièce".replace("L'", "l'"))
    for row, sources in PAPERS.items():
        send_piece(desk, row, sources, f"piece-{row[0].lower()}{'-conjoint' if row[1] else ''}")
    states = dict(Piece.objects.exclude(state="retiree").values_list("code", "state"))
    assert len(Piece.objects.exclude(state="retiree")) == len(PAPERS)
    assert not [code for code, state in states.items() if state in ("recue", "en_analyse", "refusee")]
    assert states["ID_FR"] == states["AVIS_IMPOT_N2"] == "conforme"
    desk.go("/demande/pieces/")
    desk.on("/demande/pieces/", "Vos pièces", "pieces")
    desk.go("/demande/relecture/")
    desk.fill(vues_consenties="non", exact=True)
    desk.press("Je dépose ma demande")
    desk.on("/demande/attestation/", "", "attestation")
    harness.drain()
    demande = Demande.objects.get(titulaire__email=INES)
    assert demande.state == "active", "the identity piece was recognised: the number came"
    pass_time(desk, (20, 9, 2027))
    subjects = [each.subject for each in mail.list_delivered(INES)]
    assert "Une date approche pour votre demande" in subjects
    assert "Un document de votre dossier est à remplacer" in subjects
    assert "expiree" in set(Piece.objects.values_list("state", flat=True))
    pass_time(desk, (25, 10, 2027))
    assert "Votre demande est à renouveler" in [each.subject for each in mail.list_delivered(INES)]
    desk.go("/demande/renouveler/")
    desk.on("/demande/renouveler/", "Renouveler votre demande", "renouveler")
    desk.press("Rien n'a changé, je renouvelle")
    desk.on("/mon-espace/", "Votre demande", "renouvelee")
    assert Demande.objects.get(pk=demande.pk).renouveler_avant == date(2028, 10, 25)
    assert phone.album.faults + desk.album.faults == []


def pass_time(desk: Walker, day: tuple[int, int, int]) -> None:
    """Move the clock of the demonstration, deliver what that brings, and read it where it is shown."""
    desk.go("/demo/horloge/")
    names = ("jour_jour", "jour_mois", "jour_annee")
    desk.fill(**{name: str(value) for name, value in zip(names, day, strict=True)})
    desk.press("Aller à cette date")
    harness.drain()
    desk.go(f"/demo/courrier/?a={INES}")
    desk.on("/demo/courrier/", "Courrier", f"courrier-{day[2]}-{day[1]:02}")
