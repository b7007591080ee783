"""Filling a page's form as a browser does: what stands in it, and what a person changes."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from werkzeug.test import TestResponse

from quartier.testing import Browser


class _Fields(HTMLParser):
    """Names and values that a browser would send, in order; buttons and files only when somebody uses them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, kind = given.get("name"), given.get("type", "text")
        if tag == "textarea" and name:
            self._text = name
            self.found.append((name, ""))
        if tag != "input" or not name or (kind in {"file", "submit", "search"} and tag != "input"):
            return
        if (kind in {"checkbox", "radio"} and "checked" not in given) or kind == "file":
            return
        self.found.append((name, given.get("value") or ("on" if kind == "checkbox" else "")))

    def handle_data(self, data: str) -> None:
        if self._text:
            self.found[-1] = (self._text, self.found[-1][1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.found[-1] = (self.found[-1][0], self.found[-1][1].removeprefix("\n"))
            self._text = None


def filled(page: TestResponse) -> dict[str, Any]:
    """What the page's form sends if nobody touches it; several values of one name are a list."""
    body = page.text[page.text.index('<main id="content"') :]
    fields = _Fields()
    fields.feed(body)
    sent: dict[str, Any] = {}
    for name, value in fields.found:
        sent.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in sent.items()}


def send(browser: Browser, path: str, **changes: Any) -> TestResponse:
    """Open a page, change some fields (None takes one away; `__` stands for a dot) and send it."""
    data = filled(browser.get(path))
    answer = browser.post(path, changed(data, **changes))
    answer.request.environ["wsgi.input"].close()  # the client spools large files and leaves them open
    return answer


def changed(data: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A filled form with other values."""
    wanted = {name.replace("__", "."): value for name, value in changes.items()}
    return {name: value for name, value in {**data, **wanted}.items() if value is not None}


def words(page: TestResponse) -> str:
    """What can be read on a page, without tags, with single spaces."""
    body = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", page.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def errors(page: TestResponse) -> dict[str, str]:
    """The sentences above the fields, by the field's id."""
    found = re.findall(r'<p class="error" id="([^"]+)-error">(.*?)</p>', page.text, flags=re.DOTALL)
    plain = {id_: re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", text))).strip() for id_, text in found}
    return {id_: text.removeprefix("Error: ") for id_, text in plain.items()}
