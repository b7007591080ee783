"""The code that leads to a demo, drawn for a screen."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup

SCALE = 5


def qr_code(url: str) -> Markup:
    """Dark on white also on dark pages, with the margin that cameras need (ISO/IEC 18004)."""
    out = io.BytesIO()
    made = segno.make(url, error="m", micro=False)
    look = {"scale": SCALE, "border": 4, "dark": "#000", "light": "#fff", "svgclass": "segno"}
    made.save(out, kind="svg", xmldecl=False, svgns=True, nl=False, **look)
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by us; the address is in it as dots only
