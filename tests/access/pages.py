"""Reading a page as a browser without script does: its forms, what each field holds, what would be sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Form:
    """One form: where it goes, what it would send as it stands, and every name it declares."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)

    def data(self, **changes: Any) -> dict[str, Any]:
        """What is sent when these fields are changed."""
        return {**self.values, **changes}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = self._area = ""
        self._first = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(found.get("action", ""), found.get("method", "get").lower()))
        elif self.forms and tag == "select":
            self._select, self._first = found.get("name", ""), True
            self.forms[-1].names.add(self._select)
        elif self.forms and tag == "textarea":
            self._area = found.get("name", "")
            self._declare(self._area, "", text=True)
        elif self.forms and tag == "option" and self._select:
            if "selected" in found or self._first:
                self.forms[-1].values[self._select] = [found.get("value", "")]
            self._first = False
        elif self.forms and tag == "input" and found.get("name"):
            self._input(found)

    def _input(self, found: dict[str, str]) -> None:
        kind, name = found.get("type", "text"), found["name"]
        if kind in ("checkbox", "radio"):
            self.forms[-1].names.add(name)
            if "checked" in found:
                self.forms[-1].values.setdefault(name, []).append(found.get("value", "on"))
        elif kind not in ("submit", "button"):
            self._declare(name, found.get("value", ""), text=kind in ("text", "search", "email", "tel"))

    def _declare(self, name: str, value: str, *, text: bool) -> None:
        self.forms[-1].names.add(name)
        self.forms[-1].values.setdefault(name, []).append(value)
        if text:
            self.forms[-1].texts.append(name)

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].values[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            name, self._area = self._area, ""
            if self.forms and name:
                self.forms[-1].values[name][-1] = self.forms[-1].values[name][-1].removeprefix("\n")


def forms_of(response: Any) -> list[Form]:
    """Every form of a page."""
    reader = _Reader()
    reader.feed(response.content.decode(errors="replace"))  # an image or a PDF holds no form
    return reader.forms


def main_form(response: Any, path: str) -> Form | None:
    """The form of the page that posts to the page itself: the largest, when there are several."""
    own = [each for each in forms_of(response) if each.method == "post" and each.action in ("", ".", path)]
    return max(own, key=lambda each: len(each.names), default=None)


VOLATILE = (
    (re.compile(rb'nonce="[^"]*"'), b"nonce"),
    (re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"'), b"csrf"),
    (re.compile(rb'name="cle" value="[^"]*"'), b"cle"),
)


def stable(response: Any, *ids: object) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body without what changes by itself: nonce, tokens, keys, and the ids asked for."""
    body = response.content
    for pattern, word in VOLATILE:
        body = pattern.sub(word, body)
    headers = {name: re.sub(r"'nonce-[^']*'", "nonce", value) for name, value in response.headers.items()}
    for each in ids:
        body = body.replace(str(each).encode(), b"ID")
        headers = {name: value.replace(str(each), "ID") for name, value in headers.items()}
    headers.pop("X-Request-Id", None)
    headers.pop("Content-Length", None)
    return response.status_code, headers, body
