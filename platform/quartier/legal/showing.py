"""A version as people read it. Versions never change, so what was drawn once is kept."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

KEPT = 200  # drawn texts, of some 10 kB each


@lru_cache(maxsize=KEPT)
def html_of(text: str) -> str:
    """Safe HTML of a text; call-outs get their drawing in the page."""
    from quartier.richtext import render_markdown  # a parser of some megabytes: not before somebody reads

    return render_markdown(text).html


def shown(text: str, icon: object) -> Markup:
    """The same with drawings, for a template: `shown(text, icon)`."""
    from quartier.richtext import with_icons

    return with_icons(html_of(text), icon)  # type: ignore[arg-type]
