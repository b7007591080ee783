"""The one call that makes a page."""

from __future__ import annotations

from typing import Any

from flask import g, request

from quartier.tenancy.snapshot import Brand
from quartier.web.brand import CONSOLE_BRAND
from quartier.web.flash import COOKIE
from quartier.web.frame import Frame
from quartier.web.navigation import Navigation
from quartier.web.read_only import told_above, without_offers
from quartier.web.shell import shell
from quartier.web.visit import Visit

WATCHED = '<div class="watched"'
"""Where a page says that somebody looks at it who is not at home here."""


def render(template: str, /, *, brand: Brand | None = None, **context: Any) -> str:
    """The template in the company's theme, with the visit and what every page knows.

    `brand` is another one than the company's own, for a page that shows how it would look.
    """
    visit, here = g.visit, shell()
    company = visit.company if isinstance(visit, Visit) else None
    brand = brand or (company.brand if company else CONSOLE_BRAND)
    rehearsal = visit.rehearsal if isinstance(visit, Visit) else None
    kept = company.chrome if company else here.chrome
    looks = isinstance(visit, Visit) and (visit.viewer.watched or visit.viewer.support)
    page = here.renderer.page(template, brand.theme, must=WATCHED if looks else "", context={
        "visit": visit,
        "company": company,
        "viewer": visit.viewer,
        "voice": visit.voice,
        "path": request.path,
        "nav": Navigation(visit, here.entries),
        "chrome": Frame(visit, here.entries, here.renderer, theme=brand.theme, kept=kept, path=request.path),
        "theme": here.themes[brand.theme].attribute,
        "has_flash": COOKIE in request.cookies,
        "stylesheet": rehearsal.stylesheet if rehearsal else here.sheets.url(brand),
        "rehearsal": rehearsal,
        "told_above": told_above(visit) if company and company.lapsing else None,
        **context,
    })  # fmt: skip
    return without_offers(page, company) if company and company.lapsing else page
