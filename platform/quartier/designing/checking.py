"""All that `quartier theme check` looks at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from quartier.designing.colours import check_colours
from quartier.designing.findings import Finding
from quartier.designing.pages import Book, our_templates
from quartier.designing.sheets import check_sheets
from quartier.designing.templates import check_templates
from quartier.theming.themes import Theme
from quartier.web.environment import Renderer
from quartier.web.guard import known
from quartier.web.static_files import StaticFiles

PLAIN = ""  # a theme without templates, so that ours are read as they are


def product(plugins: Iterable[Path]) -> Book:
    """The templates of the product and of these modules."""
    folders = [*plugins]
    return Book(our_templates(folders), Renderer({PLAIN: []}, folders, StaticFiles()).environment(PLAIN))


def check_theme(theme: Theme, themes: Mapping[str, Theme], plugins: Iterable[Path], more: int = 0) -> list[Finding]:
    """What is wrong with a theme: its colours in many brands (and `more` at random), its sheets and its templates."""
    folders = [*plugins]
    ours = our_templates(folders)
    drawing = Renderer({theme.slug: [theme.folders[0] / "templates"], PLAIN: []}, folders, StaticFiles())
    return [
        *check_colours(theme, more),
        *check_sheets(theme, themes),
        *check_templates(theme, Book(ours, drawing.environment(PLAIN)), drawing.guard(theme.slug), known(tuple(ours))),
    ]
