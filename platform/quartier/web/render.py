"""The one call that makes a page."""

from __future__ import annotations

from typing import Any

from flask import g, request

from quartier.web.brand import CONSOLE_BRAND
from quartier.web.navigation import Navigation
from quartier.web.shell import shell
from quartier.web.visit import Visit


def render(template: str, **context: Any) -> str:
    """The template in the company's theme, with the visit and what every page knows."""
    visit, here = g.visit, shell()
    brand = visit.company.brand if isinstance(visit, Visit) else CONSOLE_BRAND
    context |= {
        "visit": visit,
        "viewer": visit.viewer,
        "voice": visit.voice,
        "path": request.path,
        "nav": Navigation(visit, here.entries),
        "theme": here.themes[brand.theme].attribute,
        "stylesheet": f"/theme/{here.sheets.digest(brand)}.css",
    }
    return here.renderer.page(template, brand.theme, context)
