"""Whether the style sheets of a theme keep to their place, and how large the finished one is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from quartier.designing.findings import Finding
from quartier.designing.hiding import faults
from quartier.designing.shapes import check_shape
from quartier.theming.palette import derive
from quartier.theming.shape import FULLEST
from quartier.theming.stylesheet import BrandUrls, build_stylesheet
from quartier.theming.themes import MEDIA, Theme, ThemeError, media_of

LARGEST_SHEET = 24_000  # bytes as sent; DESIGN: a page with all that it loads has 60 kB
LARGEST_MEDIA = 120_000  # bytes of all faces and pictures together; a browser keeps them for a year
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
COLOUR = re.compile(r"(?<![\w-])(?:#[0-9a-f]{3,8}\b|(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\()", re.IGNORECASE)
ADDRESS = re.compile(r"url\(\s*(['\"]?)(.*?)\1\s*\)", re.IGNORECASE | re.DOTALL)
MASK = re.compile(r"(?<![\w-])(?:--|-webkit-)?mask[\w-]*\s*:[^;}]*", re.IGNORECASE)
PAPER = re.compile(r"@media print\s*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}")
OUTSIDE = re.compile(
    r"@import|expression\(|(?<![\w-])behavior\s*:|-moz-binding|(?:-webkit-)?image-set\(|(?<![\w-])src\(|"
    r"cross-fade\(|(?<![\w-])(?:element|paint)\(",
    re.IGNORECASE,
)


def check_sheets(theme: Theme, themes: Mapping[str, Theme]) -> Iterator[Finding]:
    """The theme's own sheets and media, and the weight of what a browser gets."""
    folder = theme.folders[0]
    for sheet in sorted(folder.rglob("*.css")):
        yield from _sheet(f"{theme.slug}/{sheet.relative_to(folder).as_posix()}", sheet, theme)
    yield from _media(theme)
    try:
        size = len(build_stylesheet(theme.slug, derive("#1f5c4a", "#efd88b"), BrandUrls(), themes, FULLEST).gzip)
    except ThemeError:
        return  # the colours say so
    if size > LARGEST_SHEET:
        yield Finding(theme.slug, f"the finished style sheet has {size} bytes as sent; at most {LARGEST_SHEET}")


def _sheet(place: str, sheet: Path, theme: Theme) -> Iterator[Finding]:
    media = media_of(theme.folders[0])
    text = COMMENT.sub("", sheet.read_text(encoding="utf-8"))
    if len(theme.folders) > 1:  # the base is ours, and has what all others may not
        yield from (Finding(place, fault) for fault in faults(text))
    if found := COLOUR.search(MASK.sub("", PAPER.sub("", text))):  # a mask shows no colour, and paper is white
        yield Finding(
            place, f"names the colour {found[0]}…; colours are recipes in theme.toml, or nobody can check them"
        )
    if found := OUTSIDE.search(text):
        yield Finding(place, f"{found[0]} is not for themes")
    for _quote, address in ADDRESS.findall(text):
        if address.removeprefix("static/") not in media or not address.startswith("static/"):
            yield Finding(place, f"url({address}) is no file of the theme: they lie in static/")
    if len(theme.folders) > 1:  # the base draws what is no corner, such as the dot of a switch
        yield from check_shape(place, text, theme.slug)


def _media(theme: Theme) -> Iterator[Finding]:
    folder = theme.folders[0] / "static"
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in files:
        if path.suffix not in MEDIA:
            yield Finding(
                f"{theme.slug}/static/{path.relative_to(folder).as_posix()}",
                f"is not sent to anybody; a theme may bring {', '.join(sorted(MEDIA))}",
            )
    size = sum(path.stat().st_size for path in files if path.suffix in MEDIA)
    if size > LARGEST_MEDIA:
        yield Finding(f"{theme.slug}/static", f"weighs {size} bytes; at most {LARGEST_MEDIA}, for phones in a cellar")
