"""The page that belongs to no company: for unknown hosts, and for the moment when nothing else can be shown.

It is whole in itself (its few rules are inside and allowed by their hash), so it needs no other request, no database
and no brand. It speaks the browser's language.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Final

from flask import Response, g, request
from markupsafe import Markup, escape

from quartier.i18n import texts
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import LANGUAGES, Voice, choose_language

STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{margin:0;min-height:100dvh;display:grid;place-content:center;padding:1.5rem;box-sizing:border-box;"
    "font:1.0625rem/1.55 system-ui,sans-serif;background:light-dark(#fff,#15181d);color:light-dark(#1e2530,#e8eaee)}"
    "main{max-width:34rem}p{color:light-dark(#4d5664,#aab2be);margin:.5rem 0 0}"
    "h1{font-size:clamp(1.75rem,1.4rem + 2vw,2.5rem);line-height:1.15;margin:0;text-wrap:balance}"
)
CSP: Final = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
)
PAGE: Final = Markup(
    '<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{heading}</title>'
    "<style>{style}</style></head>\n<body><main><h1>{heading}</h1><p>{advice}</p>{reference}</main></body></html>\n"
)


def page(status: int) -> Response:
    """A page without a name."""
    language = choose_language(LANGUAGES, request.headers.get("Accept-Language"), "en")
    with texts.using(Voice(language)):  # type: ignore[arg-type]
        heading, advice = _words(status)
        number = str(g.get("request_id", ""))[:8].upper()
        reference = escape(_("Reference: %(number)s", number=f"{number[:4]} {number[4:]}")) if status >= 500 else ""
    body = PAGE.format(
        language=language, heading=heading, advice=advice, style=Markup(STYLE),  # noqa: S704 - ours
        reference=Markup("<p>{}</p>").format(reference) if reference else "",
    )  # fmt: skip
    answer = Response(body, status, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = CSP
    answer.headers["Content-Language"] = language
    answer.vary.add("Accept-Language")
    return answer


def _words(status: int) -> tuple[str, str]:
    if status == 404:
        return _("There is nothing here"), _("Please check the address: one letter may be missing.")
    if status >= 500:
        return _("Back in a moment"), _("Something went wrong on our side. Please try again in a minute.")
    return _("We did not understand that"), _("Please go back, reload the page and try once more.")
