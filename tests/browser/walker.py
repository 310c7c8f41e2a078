"""One person in a browser: every page is recognised (status, address, title) before it is judged, then pictured."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Response, Route

from palier.portals import ui

AXE = Axe()
AXE_OPTIONS = {"resultTypes": ["violations"]}
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|/confirm-email/[^/]+")
WAIT = 10_000
STYLE = Path(ui.__file__).with_name("static") / "ui" / "palier.css"
UUID = "[0-9a-f-]{36}"


def plain(text: str) -> str:
    """A text with ordinary spaces and apostrophes."""
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").split())


@dataclass
class Album:
    """The pictures of one walk, numbered in order, in `var/captures/<part>/<width>/`."""

    width: int
    height: int
    script: bool
    part: str = ""
    judged: set[tuple[str, str]] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    count: int = 0
    twin: Page | None = None
    markup: str = ""

    def folder(self) -> Path:
        """Where the pictures of this width are."""
        return Path(settings.PALIER_VAR) / "captures" / self.part / str(self.width)

    def clear(self) -> None:
        """Throw the pictures of the last run away."""
        self.folder().mkdir(parents=True, exist_ok=True)
        for old in self.folder().glob("*.png"):
            old.unlink()

    def next(self, name: str) -> Path:
        """The file of the next picture."""
        self.count += 1
        return self.folder() / f"{self.count:02d}-{name}.png"


class Walker:
    """A person with a browser of their own (cookies apart)."""

    def __init__(self, browser: Browser, base: str, album: Album, who: str) -> None:
        self.album, self.who, self.base, self.browser = album, who, base, browser
        self.errors: list[str] = []
        self.status = 0
        self.context: BrowserContext = browser.new_context(
            base_url=base,
            viewport={"width": album.width, "height": album.height},
            java_script_enabled=album.script,
            locale="fr-FR",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(WAIT)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("response", self._seen)

    def _seen(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == self.page.main_frame:
            self.status = response.status

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(path, wait_until="load")

    def press(self, name: str, *, within: str = "main", exact: bool = False) -> None:
        """Press the first button or link of this name, and wait for the page that follows."""
        scope = self.page.locator(within)
        pattern = name if exact else re.compile(re.escape(name).replace(r"\ ", r"\s+").replace("'", "['’]"))
        target = scope.get_by_role("button", name=pattern, exact=exact)
        target = target.or_(scope.get_by_role("link", name=pattern, exact=exact)).first
        with self.page.expect_navigation(wait_until="load"):
            target.click()

    def fill(self, **answers: str | bool | list[str]) -> None:
        """Answer the fields of these names."""
        for name, answer in answers.items():
            self.answer(name, answer)

    def answer(self, name: str, answer: str | bool | list[str]) -> None:
        """Answer one field: text, choice, tick or list of ticks."""
        place = self.page.locator(f'main [name="{name}"]')
        kind = place.first.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if isinstance(answer, list):
            for value in answer:
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
        elif kind == "radio":
            self.page.locator(f'main [name="{name}"][value="{answer}"]').check()
        elif kind == "checkbox":
            place.first.set_checked(bool(answer))
        elif kind == "select":
            place.first.select_option(str(answer))
        else:
            place.first.fill(str(answer))

    def commune(self, typed: str, wanted: str, name: str = "commune") -> None:
        """Type a commune; with the script, pick it in the list that opens."""
        place = self.page.locator(f'main [name="{name}"]').first
        if not self.album.script:
            place.fill(wanted)
            return
        place.press_sequentially(typed, delay=15)
        self.page.get_by_role("option", name=re.compile(wanted)).first.click()

    def text(self) -> str:
        """The words of the page."""
        return plain(self.page.locator("main").inner_text())

    def says(self, *sentences: str) -> None:
        """Every one of these is on the page."""
        words = self.text()
        for sentence in sentences:
            assert plain(sentence) in words, f"{self.who}, {self.page.url}: « {sentence} » is not on the page:\n{words}"

    def on(self, path: str, title: str, name: str = "", status: int = 200) -> None:
        """Recognise the page (address as a regular expression, h1), then judge and picture it under `name`."""
        where = self.page.url.removeprefix(self.base)
        heads = [plain(each) for each in self.page.locator("h1").all_inner_texts()]
        seen = f"{self.who}: {where} {self.status} {heads}"
        assert re.fullmatch(path, where.split("?")[0].split("#")[0]), f"{seen}, expected {path}\n{self.text()[:1500]}"
        assert self.status == status, f"{seen}\n{self.text()[:1500]}"
        assert len(heads) == 1, seen
        assert plain(title) in heads[0], f"{seen}, expected « {title} »"
        if name:
            self._judge(IDENTIFIER.sub("*", where.split("?")[0]), name, status)
            self.page.screenshot(path=self.album.next(name), full_page=True)

    def _judge(self, where: str, name: str, status: int) -> None:
        if status == 200 and self.errors:
            self.album.faults.append(f"{name} ({where}) console: {self.errors}")
        self.errors.clear()
        wide, room = self.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        if wide > room:
            self.album.faults.append(f"{name} ({where}) scrolls sideways: {wide} px in {room}")
        if (where, name) not in self.album.judged:
            self.album.judged.add((where, name))
            for each in AXE.run(self._axe_page(), options=AXE_OPTIONS).response["violations"]:
                places = [node["html"][:160] for node in each["nodes"][:4]]
                self.album.faults.append(f"{name} ({where}) axe {each['id']} {each['impact']}: {places}")

    def _axe_page(self) -> Page:
        """The page that axe reads: where scripts are off, its markup again in a page that may run axe and no other."""
        if self.album.script:
            return self.page
        album = self.album
        if album.twin is None:
            size = {"width": album.width, "height": album.height}
            album.twin = self.browser.new_context(viewport=size, locale="fr-FR", reduced_motion="reduce").new_page()
            album.twin.route("**/*", self._twin_answer)
        album.markup = self.page.content()
        album.twin.goto(self.page.url, wait_until="load")
        return album.twin

    def _twin_answer(self, route: Route) -> None:
        """What the twin may load: the markup just taken, and the style sheet."""
        if route.request.is_navigation_request():
            route.fulfill(body=self.album.markup, content_type="text/html; charset=utf-8")
        elif route.request.url.endswith(".css"):
            route.fulfill(path=STYLE, content_type="text/css")
        else:
            route.abort()
