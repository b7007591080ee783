"""Contents of pages that are drawn once for all who see the same, and kept until something changes in them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final

from markupsafe import Markup

from quartier.tenancy.contents import Modules
from quartier.web.environment import form_token_field
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

TOKEN: Final = Markup("<!--form token-->")
"""Stands in what is drawn for all where each has a token of their own. Nothing that people write can be the same."""
Read = Callable[[], tuple[str, dict[str, Any]]]
"""Reads what a template shows: its name, and what it is told. It is not told who looks, so it can't say so."""


def draw(visit: Visit, template: str, macro: str, *values: object) -> Markup:
    """A macro in the company's theme and the reader's language. It may look at nothing but its arguments."""
    drawn = shell().renderer.macro(template, macro, visit.company.brand.theme)(*values)
    return Markup(drawn)  # noqa: S704 - a macro of ours, autoescaped


def desk_page(visit: Visit, heading: str, read: Read, *, of: Modules | None = None, key: Hashable = None) -> str:
    """A page of the Cockpit around a content that is drawn for all, of a template that extends `shells/desk.html`.

    It is kept `of` the modules into whose tables `read` looks (see `Visit.kept`), or not at all without them. The key
    says what was asked for, what this viewer may do and see of it, and what day it is.
    """
    content = _drawn(visit, read) if of is None else visit.kept(
        of, (visit.company.brand.theme, visit.voice, key), lambda: _drawn(visit, read)
    )  # fmt: skip
    own = content.replace(TOKEN, form_token_field())
    return render("shells/drawn_desk.html", heading=heading, content=Markup(own))  # noqa: S704 - drawn by us


def _drawn(visit: Visit, read: Read) -> str:
    template, context = read()
    told = {**context, "content_alone": True, "form_token": lambda: TOKEN}
    return shell().renderer.page(template, visit.company.brand.theme, told)
