"""`/styleguide`: every component in every theme, under easy and under hard brand colours, by day and by night.

For those who build pages, so it is in English. The colours are a fixed list: a sheet is worked out for each, and nobody
shall make the server do that at will.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from flask import Response, request

from quartier.config import shipped
from quartier.tenancy.snapshot import Brand
from quartier.theming.paint import check_theme
from quartier.theming.pairs import MODES, Pair
from quartier.theming.palette import check, derive
from quartier.theming.sprite import all_names, read_icons
from quartier.web.brand import CONSOLE_BRAND
from quartier.web.gate import AGENT, OPERATOR
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit, Visit

portal = Pages("styleguide", __name__, area="app")
console = Pages("styleguide", __name__, area="console")

OWN: Final = "own"
COLOURS: Final = {
    "green": ("#1f5c4a", "#efd88b"),
    "blue": ("#0b4f8a", "#5de2b9"),
    "red": ("#8c2f39", "#efc3a2"),
    "ink": ("#1e2530", "#d9dee7"),
    "yellow": ("#ffd400", None),
    "pale": ("#f2f2f2", None),
    "grey": ("#808080", None),
    "lime": ("#7fff00", "#ff00ff"),
    "black": ("#000000", None),
}


@portal.page("/styleguide", needs=AGENT)
def of_company(visit: Visit) -> str:
    """In the company's own colours at first."""
    return guide(visit.company.brand)


@portal.page("/styleguide/sheet.css", needs=AGENT)
def sheet_of_company(visit: Visit) -> Response:
    """The style sheet of what was chosen."""
    return sheet(visit.company.brand)


@console.page("/styleguide", needs=OPERATOR)
def of_platform(visit: ConsoleVisit) -> str:  # noqa: ARG001
    """In the console's ink at first."""
    return guide(CONSOLE_BRAND)


@console.page("/styleguide/sheet.css", needs=OPERATOR)
def sheet_of_platform(visit: ConsoleVisit) -> Response:  # noqa: ARG001
    """The style sheet of what was chosen."""
    return sheet(CONSOLE_BRAND)


def guide(own: Brand) -> str:
    """The page for what the address asks for; nonsense is the own brand."""
    colour, mode = request.args.get("colour", OWN), request.args.get("mode", "")
    brand = chosen(own)
    facts: dict[str, Any] = {
        "themes": {slug: theme.name["en"] for slug, theme in shell().themes.items() if theme.selectable},
        "colours": {OWN: "own", **{name: f"{name} {first}" for name, (first, _second) in COLOURS.items()}},
        "shown_theme": brand.theme,
        "shown_colour": colour if colour in COLOURS else OWN,
        "mode": mode if mode in MODES else "",
        "pairs": pairs(brand),
        "icons": _icon_names(),
    }
    address = f"/styleguide/sheet.css?theme={brand.theme}&colour={facts['shown_colour']}"
    return render("web/styleguide.html", brand=brand, stylesheet=address, **facts)


def sheet(own: Brand) -> Response:
    """A style sheet under an address that says what it is; not kept, for it changes with the themes."""
    found = shell().sheets.sheet(chosen(own))
    return Response(found.body, content_type="text/css; charset=utf-8")


def chosen(own: Brand) -> Brand:
    """The own brand, in the theme and the colours that the address asks for."""
    theme = request.args.get("theme", own.theme)
    known = shell().themes.get(theme)
    first, second = COLOURS.get(request.args.get("colour", OWN), (own.colour, own.second))
    slug = theme if known is not None and known.selectable else own.theme
    return replace(own, theme=slug, colour=first, second=second, digest="")


def pairs(brand: Brand) -> list[Pair]:
    """All measured contrasts: of the palette against every theme's extremes, and of this theme's own surfaces."""
    palette = derive(brand.colour, brand.second)
    return [*check(palette), *check_theme(shell().themes[brand.theme], palette)]


@lru_cache(maxsize=1)
def _icon_names() -> tuple[str, ...]:
    return tuple(sorted(all_names(read_icons(shipped("themes") / "icons.toml"))))
