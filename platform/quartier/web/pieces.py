"""Pieces of pages that are read and drawn once, and kept until something changes in what they were read from."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from markupsafe import Markup

from quartier.tenancy.contents import Modules
from quartier.web.shell import shell
from quartier.web.visit import Visit

T = TypeVar("T")


def draw(visit: Visit, template: str, macro: str, *values: object) -> Markup:
    """A macro in the company's theme and the reader's language. It may look at nothing but its arguments."""
    drawn = shell().renderer.macro(template, macro, visit.company.brand.theme)(*values)
    return Markup(drawn)  # noqa: S704 - a macro of ours, autoescaped


def kept(visit: Visit, of: Modules, key: Hashable, read: Callable[[], T]) -> T:
    """`Visit.kept` for what is drawn: also by who reads in which theme and language.

    The key says what was asked for, what this viewer may see of it, and what day it is.
    """
    return visit.kept(of, (visit.company.brand.theme, visit.voice, key), read)
