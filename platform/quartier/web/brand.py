"""The platform's own look, and the few colours of a brand that stand outside its style sheet."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from quartier.config import shipped
from quartier.i18n.localized import LocalizedText
from quartier.tenancy.snapshot import Brand
from quartier.theming.paint import paint
from quartier.theming.palette import derive
from quartier.theming.themes import Theme, load_themes

CONSOLE_BRAND = Brand(
    app_name=LocalizedText(de="Quartier", en="Quartier", fr="Quartier"),
    theme="klar",
    colour="#1e2530",  # ink instead of a colour, so that nobody takes the console for a customer's portal
    second="#d9dee7",
    digest="",
    logo=None,
)


class Bars(NamedTuple):
    """What the system paints around the page: behind the clock of a phone, while the app starts."""

    light: str
    dark: str
    ground: str


@lru_cache(maxsize=1000)
def bars(theme: str, colour: str, second: str | None) -> Bars:
    """The bar by day and by night, and the page by day, as `#rrggbb`."""
    palette, known = derive(colour, second), _themes()[theme]
    light, dark = paint(known, palette, "light"), paint(known, palette, "dark")
    return Bars(light["bar"], dark["bar"], light["surface"])


@lru_cache(maxsize=1)
def _themes() -> dict[str, Theme]:
    return load_themes(shipped("themes"))
