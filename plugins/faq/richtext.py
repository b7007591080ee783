"""The text of an article: the house's Markdown, with the article's own files in it.

What is kept says of a picture only which one it is: its address is signed for whoever reads, when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from markupsafe import Markup

from quartier.sdk import AttachedFile, RichText
from quartier.sdk import render_markdown as rendered

ADDRESS: Final = "/files/"
_PICTURE = re.compile(r'<img src="/files/([0-9a-f-]{36})" alt="([^"]*)"( loading="lazy")?>')
_NAMED = re.compile(r"\bfiles/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
_TARGETS = re.compile(r"\]\(<?files/([^)>\s]+)")
_SIZES: Final = "(min-width: 48rem) 40rem, 100vw"
_DRAWN: Final = Markup('<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}"{}>')
_PLAIN: Final = Markup('<img src="{}" alt="{}"{}>')


def render_markdown(source: str, files: Mapping[str, str]) -> RichText:
    """Render an article; `files` gives the id of each file by its name, which the text calls `files/<name>`."""
    return rendered(source, {name: f"{ADDRESS}{one}" for name, one in files.items()})


def with_names(source: str, files: Mapping[str, str]) -> str:
    """The text with names where it calls files by their ids, as it does until they are the article's."""
    names = {one: name for name, one in files.items()}
    return _NAMED.sub(lambda found: f"files/{names.get(found[1], found[1])}", source)


def named_files(source: str) -> set[str]:
    """Names of files that the text shows or points to, whether there are such files or not."""
    return set(_TARGETS.findall(source))


def with_pictures(html: str, files: Iterable[AttachedFile], *, at_once: bool = False) -> Markup:
    """The text as this reader gets it; a picture that is not ready leaves its description. `at_once`: to be printed."""
    shown = {file.id: file for file in files if file.is_ready}

    def drawn(found: re.Match[str]) -> str:
        file, alt = shown.get(UUID(found[1])), Markup(found[2])  # noqa: S704 - out of our own HTML
        if file is None:
            return alt
        lazy = "" if at_once else Markup(' loading="lazy"')
        if not file.width:
            return _PLAIN.format(file.url, alt, lazy)
        return _DRAWN.format(file.url, file.srcset, _SIZES, file.width, file.height, alt, lazy)

    return Markup(_PICTURE.sub(drawn, html))  # noqa: S704 - rendered and cleaned by richtext
