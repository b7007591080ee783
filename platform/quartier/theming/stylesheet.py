"""One style sheet per version of a brand: the base's layers, the theme's, and the colours computed from the brand.

The only words in it that come from outside are the addresses of the brand's pictures, and those are escaped as CSS
strings; everything else is a file of a theme or a number we made. So a company cannot write CSS, and the sheet may be
served under `style-src 'self'`.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import rcssmin

from quartier.config import shipped
from quartier.theming.contrast import luminance
from quartier.theming.paint import paint
from quartier.theming.pairs import MODES, Mode
from quartier.theming.palette import Palette
from quartier.theming.shape import COMPACT_ROWS, Shape
from quartier.theming.themes import Theme, load_themes, media_address, sheets_of

DRAWN = Shape()
TWO_MODES = "color:light-dark(#fff,#000)"
PLATE = "#ffffff"  # behind a logo that was only drawn for light pages
DIMMED = "0.82"  # a cover that knows no night
LONELY_PSEUDO = re.compile(r"(?<=\s):(?=:?[a-z-])")
MEDIUM = re.compile(r"""url\((["']?)static/([\w./-]+)\1\)""", re.ASCII)
PLAIN_IN_URL = re.compile(r"[^A-Za-z0-9/._~:?=&%+,@-]")


@dataclass(frozen=True)
class BrandUrls:
    """Where the pictures of a brand are served; a company may have any of them or none.

    `logo_dark` and `cover_dark` are the variants for dark pages that a picture brought along (`CleanImage.dark`),
    `logo_reverse` stands on the brand's own colour. `cover_at` says which part of the cover stays when it is cut (0 =
    left, 100 = right).
    """

    logo: str | None = None
    logo_dark: str | None = None
    logo_reverse: str | None = None
    cover: str | None = None
    cover_dark: str | None = None
    cover_at: int = 50


@dataclass(frozen=True)
class Stylesheet:
    """The finished sheet, kept small: a process holds those of many brands, and hardly a browser wants the plain one.

    `digest` (16 hex digits) is over all of `body`, so it may be served as immutable under that name.
    """

    gzip: bytes
    digest: str

    @property
    def body(self) -> bytes:
        """The sheet as text, UTF-8."""
        return gzip.decompress(self.gzip)


def build_stylesheet(
    theme: str,
    palette: Palette,
    urls: BrandUrls,
    themes: Mapping[str, Theme] | None = None,
    shape: Shape = DRAWN,
) -> Stylesheet:
    """The sheet of a theme (a slug) under a brand, in the corners and the density that the company chose.

    Same input, same bytes. Raises KeyError for a theme that is not there.
    """
    known = themes if themes is not None else _built_in()
    static, painted = _static(known[theme], _others(known, theme)), _generated(known, theme, palette, urls)
    body = "".join((static, *painted, _shape(theme, shape))).encode()
    return Stylesheet(gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:16])


def css_url(address: str) -> str:
    """An address as a CSS `url()`: whatever is not plain in a URL is escaped, so nothing can end the string."""
    return f'url("{PLAIN_IN_URL.sub(_escaped, address)}")'


def _escaped(found: re.Match[str]) -> str:
    return f"\\{ord(found[0]):x} "


@lru_cache(maxsize=1)
def _built_in() -> dict[str, Theme]:
    return load_themes(shipped("themes"))


def _others(themes: Mapping[str, Theme], theme: str) -> tuple[Theme, ...]:
    """The themes that a page may show as samples (`data-theme` on an element): their tokens come along, their rules do
    not.
    """
    lineage = {folder.name for folder in themes[theme].folders}
    return tuple(other for slug, other in sorted(themes.items()) if other.selectable and slug not in lineage)


def _static(theme: Theme, others: Iterable[Theme]) -> str:
    samples = [folder / "tokens.css" for other in others for folder in other.folders[:-1]]
    sheets = [*sheets_of(theme), *(path for path in dict.fromkeys(samples) if path.is_file())]
    return "".join(_minified(sheet, sheet.stat().st_mtime_ns) for sheet in sheets)


@lru_cache(maxsize=512)
def _minified(sheet: Path, _written_at: int) -> str:
    """Read and squeezed once for each time it was written; only whitespace and comments go.

    Inside a block rcssmin takes `.a :is(b)` for a declaration and closes the gap, which is another selector; `.a
    *:is(b)` is the same one.
    """
    folder = next((folder for folder in sheet.parents if (folder / "theme.toml").is_file()), sheet.parent)

    def served(found: re.Match[str]) -> str:
        address = media_address(folder, found[2])
        return css_url(address) if address else found[0]

    text = MEDIUM.sub(served, sheet.read_text(encoding="utf-8"))
    return str(rcssmin.cssmin(LONELY_PSEUDO.sub("*:", text)))


def _generated(themes: Mapping[str, Theme], theme: str, palette: Palette, urls: BrandUrls) -> Iterator[str]:
    yield "@layer tokens{"
    for other in _others(themes, theme):
        yield _colours(
            f'[data-theme~="{other.slug}"]', paint(other, palette, "light"), paint(other, palette, "dark"), root=False
        )
    light, dark = (paint(themes[theme], palette, mode) for mode in MODES)
    yield _colours(_own(theme), light, dark, root=True)
    yield _pictures(palette, urls)
    yield "}"


def _shape(theme: str, shape: Shape) -> str:
    """Behind the theme's own tokens, with the weight of theirs: samples of other themes keep their corners."""
    if not shape.tokens:
        return ""
    rows = COMPACT_ROWS if shape.density == "compact" else ""
    return f"@layer tokens{{{_rule(_own(theme), shape.tokens)}{rows}}}"


def _own(theme: str) -> str:
    return f':root,[data-theme~="{theme}"]'


def _colours(selector: str, light: Mapping[str, str], dark: Mapping[str, str], *, root: bool) -> str:
    """Light values for every browser; both where `light-dark()` is known; the system's choice where it is not."""
    both = {
        token: light[token] if light[token] == dark[token] else f"light-dark({light[token]},{dark[token]})"
        for token in light
    }
    sheet = f"{_rule(selector, light)}@supports ({TWO_MODES}){{{_rule(selector, both)}}}"
    if not root:
        return sheet
    night = _by_night(dark)
    return f"{sheet}@supports not ({TWO_MODES}){{{night}}}"


def _by_night(tokens: Mapping[str, str]) -> str:
    """What holds on a dark page: by the system's choice or by the page's own."""
    system, chosen = (_rule(selector, tokens) for selector in (':root:not([data-mode="light"])', '[data-mode="dark"]'))
    return f"@media (prefers-color-scheme:dark){{{system}}}{chosen}"


def _pictures(palette: Palette, urls: BrandUrls) -> str:
    light, dark = _pictures_in("light", palette, urls), _pictures_in("dark", palette, urls)
    return _rule(':root,[data-mode="light"]', light) + _by_night(dark) if light else ""


def _pictures_in(mode: Mode, palette: Palette, urls: BrandUrls) -> dict[str, str]:
    tokens: dict[str, str] = {}
    if urls.logo:
        for token, drawn in drawn_logos(mode, palette, urls).items():
            tokens |= _logo(token, drawn, urls.logo)
    if urls.cover:
        night = mode == "dark"
        tokens["cover"] = css_url((urls.cover_dark if night else None) or urls.cover)
        tokens["cover-light"] = DIMMED if night and not urls.cover_dark else "1"
        tokens["cover-at"] = f"{min(100, max(0, int(urls.cover_at)))}%"
    return tokens


def drawn_logos(mode: Mode, palette: Palette, urls: BrandUrls) -> dict[str, str | None]:
    """The logo that was drawn for the page, and for the brand's colour; None where the plain one needs a plate."""
    bright_block = luminance(palette.tokens(mode)["block"]) > luminance(palette.tokens(mode)["on-block"])
    return {
        "logo": urls.logo if mode == "light" else urls.logo_dark or urls.logo_reverse,
        "logo-reverse": urls.logo if bright_block else urls.logo_reverse,
    }


def _logo(token: str, drawn: str | None, plain: str) -> dict[str, str]:
    """A logo drawn for this ground, or the plain one on a white plate."""
    return {token: css_url(drawn or plain), f"{token}-plate": "transparent" if drawn else PLATE}


def _rule(selector: str, tokens: Mapping[str, str]) -> str:
    return f"{selector}{{{';'.join(f'--{token}:{value}' for token, value in tokens.items())}}}"
