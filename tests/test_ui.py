"""The interface kit: words, shapes, markup, and the components sheet in a real browser."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route

from palier.portals.ui import french, icons, shapes, sheet

STATIC = Path(sheet.__file__).parent / "static"
ERROR_PAGES = ("400", "403", "403_csrf", "404", "409", "413", "429", "500", "503")
CSP = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'nonce-essai'; connect-src 'self'"
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NBSP = "\u00a0"
ARTICLE = SimpleNamespace(texte="Le plafond est dépassé.", reference="arrêté du 29 juillet 1987")
MOTIFS = ("close", "Elle a fermé le 30 novembre.", ARTICLE)


def shown(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def request_of(address: str = "/") -> SimpleNamespace:
    request = RequestFactory().get(address)
    request.csp_nonce = "essai"
    request.user = AnonymousUser()
    return request


def page_of(name: str, **context: object) -> str:
    return render_to_string(name, context, request=request_of())


# --- words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ 171800|euros }}", f"1{NBSP}718{NBSP}€"),
        ("{{ 171850|euros }}", f"1{NBSP}719{NBSP}€"),
        ("{{ 171850|euros_exacts }}", f"1{NBSP}718,50{NBSP}€"),
        ("{{ rien|euros }}", "—"),
        ("{{ 1|ordinal }}", "1<sup>er</sup>"),
        ("{{ 5|ordinal|sur:80 }}", f"5<sup>e</sup> sur{NBSP}80"),
        ("{{ 17|pourcent }}", f"17{NBSP}%"),
        ("{{ 17.46|pourcent }}", f"17,5{NBSP}%"),
        ("{{ 1718|pourcent }}", f"1{NBSP}718{NBSP}%"),
    ],
)
def test_numbers(source: str, expected: str) -> None:
    assert shown(source, rien=None) == expected


def test_dates_are_those_of_paris() -> None:
    closing = datetime(2026, 12, 4, 22, 59, 59, tzinfo=UTC)
    assert french.long_date(closing) == f"vendredi 4{NBSP}décembre 2026, 23{NBSP}h{NBSP}59"
    assert french.long_date(date(2026, 12, 1)) == f"mardi 1<sup>er</sup>{NBSP}décembre 2026"
    assert french.short_date(date(2026, 11, 30)) == f"lundi 30{NBSP}nov."
    assert french.short_date(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) == f"mardi 1<sup>er</sup>{NBSP}déc."


def test_days_left_cross_midnight_and_the_change_of_hour() -> None:
    now = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    assert french.in_days(date(2026, 10, 25), now) == "aujourd'hui"
    assert french.in_days(date(2026, 10, 26), now) == "demain"
    assert french.in_days(date(2026, 10, 31), now) == f"dans 6{NBSP}jours"
    assert french.in_days(date(2026, 10, 22), now) == f"il y a 3{NBSP}jours"


# --- stair ----------------------------------------------------------------------------------------------------


def test_stair_of_the_fifth() -> None:
    stair = shapes.stair(5, 80)
    assert stair.label == f"Votre place{NBSP}: 5e sur 80. La commission examine les trois premiers dossiers."
    assert [(t.kind, t.text, t.level) for t in stair.treads] == [
        ("tail", "80", 0), ("step", "8", 1), ("step", "7", 2), ("step", "6", 3), ("you", "5", 4), ("step", "4", 5),
    ]  # fmt: skip
    assert stair.landing == (3, 2, 1)


def test_stair_far_down_says_how_many_places_between() -> None:
    kinds = [(t.kind, t.text) for t in shapes.stair(38, 64).treads]
    assert kinds == [("tail", "64"), ("you", "38"), ("gap", f"33{NBSP}places"), ("step", "4")]
    assert [t.kind for t in shapes.stair(9, 9).treads] == ["you", "gap", "step"]


@pytest.mark.parametrize("total", range(1, 13))
def test_every_rank_is_drawn_exactly_once(total: int) -> None:
    for rank in range(1, total + 1):
        for read in (1, 3, 5):
            html = shown("{% stair rang total lus %}", rang=rank, total=total, lus=read)
            assert html.count("<b>Vous</b>") == 1
            assert 'role="img"' in html


def test_a_rank_out_of_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="not between"):
        shapes.stair(6, 5)


# --- components -----------------------------------------------------------------------------------------------


def test_values_are_escaped() -> None:
    html = shown(
        '{% alert "err" mot texte %}{% alert_block "info" mot %}x{% endalert_block %}', mot="<b>", texte="<script>"
    )
    assert "<script>" not in html
    assert html.count("&lt;b&gt;") == 2


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        shown('{% alert "rouge" "x" %}')


def test_keys_are_fresh() -> None:
    keys = re.findall(r'name="cle" value="([0-9a-f-]{36})"', shown("{% cle %}{% cle %}"))
    assert len(set(keys)) == 2


def test_offre_row_says_the_same_facts_in_order() -> None:
    html = shown("{% offre_row o %}", o=sheet.context()["offres"][0])
    labels = re.findall(r"<dt>(.*?)</dt>", html)
    assert labels == ["Loyer charges comprises", "Reste à payer", "Effort", "Vers le travail"]
    assert f"498{NBSP}€" in html
    assert f"35{NBSP}candidatures." in html
    assert "<h2" in html


def test_checks_put_what_failed_first() -> None:
    html = shown("{% checks items %}", items=sheet.context()["controles"])
    assert html.index("Manque") < html.index("Pas concluant") < html.index("Réussi")


def test_a_wrong_field_is_named_described_and_linked() -> None:
    form = sheet.forms_of_the_sheet()["faux"]
    html = shown("{% error_summary f %}{% field f.naissance %}", f=form)
    assert '<a href="#faux_fiche-naissance_0">Il manque' in html
    assert html.count('aria-invalid="true"') == 3
    assert re.findall(r"<label for=.*?>(\w+)</label>", html) == ["Jour", "Mois", "Année"]
    assert 'aria-describedby="faux_fiche-naissance_helptext faux_fiche-naissance_error"' in html
    assert f"Erreur{NBSP}:" in html or "Erreur&nbsp;:" in html


def test_radios_are_a_group_and_their_error_links_to_the_first() -> None:
    class Form(forms.Form):
        choix = forms.ChoiceField(label="Choix", widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])

    form = Form({"choix": "z"})
    html = shown("{% error_summary f %}{% field f.choix %}", f=form)
    assert '<a href="#id_choix_0">' in html
    assert "<fieldset" in html
    assert html.count('type="radio"') == 2


def test_no_summary_when_nothing_is_wrong() -> None:
    assert shown("{% error_summary f %}", f=sheet.forms_of_the_sheet()["juste"]).strip() == ""


def test_the_nonce_reaches_scripts_of_other_templates() -> None:
    html = Template("{% load ui %}{% scripts_with_nonce %}<script src='a'></script>{% endscripts_with_nonce %}").render(
        Context({"request": request_of()})
    )
    assert '<script nonce="essai" src' in html


# --- pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ui/composants", *ERROR_PAGES])
def test_pages_need_neither_inline_style_nor_inline_script(name: str) -> None:
    html = page_of(f"{name}.html", **sheet.context())
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert html.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_pages_need_no_context_and_no_database(name: str) -> None:
    html = render_to_string(f"{name}.html")
    assert "<h1>" in html
    assert f"Code {name[:3]}" in html


def test_a_refusal_is_shown_with_its_mend() -> None:
    html = page_of("409.html", detail="L'offre est close.", mend="Cherchez une autre offre.")
    assert "L&#x27;offre est close." in html
    assert "Cherchez une autre offre." in html


def test_a_refused_act_says_why_and_that_nothing_changed() -> None:
    html = page_of("ui/refus.html", detail="L'offre est close.", motifs=MOTIFS)
    assert "<li>Elle a fermé le 30 novembre.</li>" in html
    assert "Le plafond est dépassé." in html
    assert "(arrêté du 29 juillet 1987)" in html
    assert "<li>close</li>" not in html
    assert "Rien n'a été changé." in html


def test_the_title_says_there_is_an_error() -> None:
    assert "<title>Erreur – Composants" in page_of("ui/composants.html", **sheet.context(), erreur=True)


def test_sign_out_is_a_post() -> None:
    request = request_of()
    request.user = SimpleNamespace(is_authenticated=True)
    html = render_to_string("ui/composants.html", sheet.context() | {"user": request.user}, request=request)
    assert re.search(r'<form method="post" action="/compte/logout/">.*?Se déconnecter', html, re.DOTALL)


class Login(forms.Form):
    login = forms.EmailField(label="Adresse électronique")
    password = forms.CharField(label="Mot de passe", widget=forms.PasswordInput)


def test_account_pages_wear_the_frame() -> None:
    request = request_of("/compte/login/")
    html = render_to_string("account/login.html", {"form": Login({"login": "x"})}, request=request)
    assert 'class="top"' in html
    assert 'class="error-summary"' in html
    assert 'class="btn btn-primary btn-big"' in html
    assert html.count("<h1") == 1
    assert "style=" not in html


def test_weights() -> None:
    assert (STATIC / "ui/palier.css").stat().st_size <= 32 * 1024
    assert (STATIC / "ui/palier.js").stat().st_size <= 15 * 1024


def test_every_icon_is_hidden_from_readers() -> None:
    for name in icons.PATHS:
        assert 'aria-hidden="true"' in icons.svg(name)


# --- browser --------------------------------------------------------------------------------------------------


def answer(route: Route) -> None:
    asked = route.request.url.split("palier.test", 1)[1].split("?")[0]
    if asked.startswith("/static/"):
        kind = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}[asked.rsplit(".", 1)[1]]
        route.fulfill(body=(STATIC / asked.removeprefix("/static/")).read_bytes(), content_type=kind)
    elif asked.startswith("/communes/"):
        body = (
            '<li role="option" data-value="44109">Nantes (44000)</li><li role="option" data-value="44114">Orvault</li>'
        )
        route.fulfill(body=body, content_type="text/html; charset=utf-8")
    else:
        body = PAGES[asked.strip("/")]
        route.fulfill(body=body, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": CSP})


PAGES: dict[str, str] = {}


def open_page(chromium: Browser, name: str, width: int, **options: object) -> tuple[Page, list[str]]:
    form = Login() if name == "account/login" else sheet.forms_of_the_sheet()["faux"]
    PAGES[name] = page_of(f"{name}.html", **sheet.context(), form=form, detail="Cette offre est close.")
    page = chromium.new_context(viewport={"width": width, "height": 900}, **options).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/*", answer)
    page.goto(f"http://palier.test/{name}")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    return page, said


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("name", ["ui/composants", "ui/refus", "account/login", "404", "500"])
def test_pages_are_clean_in_a_browser(chromium: Browser, name: str, width: int, scheme: str) -> None:
    page, said = open_page(chromium, name, width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details.menu').forEach(one => { one.open = false })")
    found = Axe().run(page, options=AXE)
    page.context.close()
    assert found.violations_count == 0, found.generate_report()
    assert said == []


@pytest.mark.browser
def test_root_text_doubled_does_not_widen_the_page(chromium: Browser) -> None:
    for width in (390, 1280):
        page, _ = open_page(chromium, "ui/composants", width)
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()


@pytest.mark.browser
def test_forced_colours_and_right_to_left_keep_the_width(chromium: Browser) -> None:
    page, said = open_page(chromium, "ui/composants", 320, forced_colors="active")
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert said == []
    page.context.close()


@pytest.mark.browser
def test_the_type_ahead_works_from_the_keyboard(chromium: Browser) -> None:
    page, said = open_page(chromium, "ui/composants", 390)
    field = page.get_by_role("combobox", name="Commune où vous travaillez")
    field.fill("nan")
    page.get_by_role("option", name="Nantes (44000)").wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    assert field.input_value() == "Nantes (44000)"
    assert field.get_attribute("aria-expanded") == "false"
    assert said == []
    page.context.close()


@pytest.mark.browser
def test_the_summary_takes_the_focus(chromium: Browser) -> None:
    page, _ = open_page(chromium, "ui/composants", 390)
    assert page.evaluate("document.activeElement.matches('[data-error-summary]')")
    page.context.close()
