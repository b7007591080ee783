"""Reading a page as a person does."""

from __future__ import annotations

import re
from html import unescape


def links(html: str, selector: str) -> list[tuple[str, str]]:
    """Address and words of the links inside the element whose opening tag contains the selector."""
    tag = re.search(rf"<(\w+)[^>]*{re.escape(selector)}[^>]*>(.*?)</\1>", html, re.DOTALL)
    assert tag, selector
    return [
        (url, words(inner)) for url, inner in re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', tag[2], re.DOTALL)
    ]


def words(html: str) -> str:
    """The text without tags, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def headings(html: str, level: int) -> list[str]:
    """The headings of a level, in order."""
    return [words(inner) for inner in re.findall(rf"<h{level}[^>]*>(.*?)</h{level}>", html, re.DOTALL)]
