"""Whether the templates of a theme fit where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from jinja2 import Environment, TemplateError

from quartier.designing.findings import Finding
from quartier.designing.pages import FRAME, Book, Piece, read
from quartier.theming.themes import Theme
from quartier.web.frame import BY_LAW
from quartier.web.guard import MAPPING, OURS_ALONE, TEXT, Known

OF_JINJA = frozenset({
    "index", "index0", "revindex", "revindex0", "first", "last", "length", "cycle", "depth", "depth0", "previtem",
    "nextitem", "changed",
})  # fmt: skip
CHROME = re.compile(r"""\{\{-?\s*chrome\(\s*["'](\w+)""")
FORBIDDEN: Mapping[str, re.Pattern[str]] = {
    "a script that is not ours": re.compile(r"<script\b(?![^>]*\bsrc=[\"']\{\{ ?static\()", re.IGNORECASE),
    "<style>": re.compile(r"<style\b", re.IGNORECASE),
    "a frame or a foreign object": re.compile(r"<(?:iframe|object|embed|base)\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a handler (onclick and the like)": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript:": re.compile(r"javascript:", re.IGNORECASE),
    "something from another address": re.compile(
        r"""\b(?:src|srcset|action)\s*=\s*["']?(?:https?:)?//""", re.IGNORECASE
    ),
}


def check_templates(theme: Theme, ours: Book, guard: Environment, known: Known) -> Iterator[Finding]:
    """Every template of the theme's own folder: it compiles, replaces or serves something, and leaves out nothing."""
    folder = theme.folders[0] / "templates"
    pieces: dict[str, Piece] = {}
    for path in sorted(folder.rglob("*.html")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        try:
            guard.compile(path.read_text(encoding="utf-8"), name, str(path))
            pieces[name] = read(name, path, guard)
        except TemplateError as error:
            line = getattr(error, "lineno", None) or 1
            yield Finding(f"{theme.slug}/templates/{name}:{line}", str(error.message))
    inherited = Book([one / "templates" for one in theme.folders[1:]], guard)
    for name, piece in pieces.items():
        place = f"{theme.slug}/templates/{name}"
        for text in _texts(piece, pieces, ours, inherited, known):
            yield Finding(place, text)
        for text in _markup(piece.path):
            yield Finding(place, text)
        for text in _lost(piece, ours) if name in ours else ():
            yield Finding(place, text)


def _texts(piece: Piece, pieces: Mapping[str, Piece], ours: Book, inherited: Book, known: Known) -> Iterator[str]:
    if piece.name.startswith(OURS_ALONE):
        yield "replaces what the law asks for or who looks at a page, so nobody reads it"
    if piece.name not in ours and not any(piece.name in other.uses for other in pieces.values()):
        yield "replaces no template, and no other one of this theme uses it"
    for used in piece.uses:
        if used not in ours and used not in pieces and used not in inherited:
            yield f"names the template {used!r}, which does not exist"
    if piece.name in ours:
        given = ours.given(piece.name) | frozenset(FRAME) | {"caller", "self", "super", "loop", "varargs", "kwargs"}
        if strange := sorted(piece.wants - given):
            yield f"asks for {', '.join(strange)}, which this page is not given"
    for attribute, line in sorted(piece.reads.items()):
        if attribute not in known.read | TEXT | MAPPING | OF_JINJA and not _is_macro(attribute, piece, pieces, ours):
            yield f"reads .{attribute} in line {line}, which no page shows"


def _is_macro(attribute: str, piece: Piece, pieces: Mapping[str, Piece], ours: Book) -> bool:
    used = (pieces.get(name) or ours[name] for name in piece.uses if name in pieces or name in ours)
    return attribute in piece.macros or any(attribute in one.macros for one in used)


def _markup(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    yield from (f"has {what}, which our pages forbid" for what, pattern in FORBIDDEN.items() if pattern.search(source))


def _lost(piece: Piece, ours: Book) -> Iterator[str]:
    """What the template that is replaced has for others, and this one has not."""
    original = ours[piece.name]
    there = {block for above in (piece.name, *_above(piece, ours)) for block in _blocks(above, piece, ours)}
    for block in original.blocks:
        if block not in there and (piece.name, block) in ours.filled:
            yield f"lacks the block {block!r}, which other pages fill"
    for name, arguments in original.macros.items() if piece.name in ours.called else ():
        if name not in piece.macros:
            yield f"lacks the macro {name}({', '.join(arguments)}), which pages call"
        elif missing := [one for one in arguments if one not in piece.macros[name]]:
            yield f"its macro {name} lacks the argument {', '.join(missing)}"
    for used in original.uses:
        if used.startswith(OURS_ALONE) and used not in piece.uses:
            yield f"lacks the template {used!r}, which every page of this kind has"
    source, ours_says = (_said(one.path) for one in (piece, original))
    for part in sorted(BY_LAW & ours_says - source):
        yield f"lacks chrome({part!r}), the links that the law asks for"
    if original.has_forms and original.signs_forms and piece.has_forms and not piece.signs_forms:
        yield "has a form without form_token(): it would be refused"


def _said(path: Path) -> frozenset[str]:
    """The pieces of the frame that a template asks for."""
    return frozenset(CHROME.findall(path.read_text(encoding="utf-8")))


def _above(piece: Piece, ours: Book) -> Iterator[str]:
    current = piece.extends
    while current is not None and current in ours:
        yield current
        current = ours[current].extends


def _blocks(name: str, piece: Piece, ours: Book) -> tuple[str, ...]:
    return piece.blocks if name == piece.name else ours[name].blocks
