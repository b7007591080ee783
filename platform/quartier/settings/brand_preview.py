"""Real pages in a look that nobody has published: which one, says the address, and only the desk may ask.

The address carries the whole look, so what is typed is seen before it is saved, by this reader alone. It is signed for
the company and the account: nobody can send an editor a link that puts words of theirs onto the company's own page.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Final, cast
from uuid import UUID

import orjson
from flask import Request, Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.companies.branding import FACTS
from quartier.companies.snapshot import brand_of
from quartier.i18n.localized import LocalizedText
from quartier.i18n.voice import Language, choose_language
from quartier.keys import derive, key_of
from quartier.settings.pages import BRAND
from quartier.theming.pairs import MODES
from quartier.viewer import COMPANY
from quartier.web.headers import CSP
from quartier.web.shell import Shell
from quartier.web.visit import Rehearsal, Visit

LOOK: Final = "look"
SHEET: Final = f"{BRAND}/look.css"
FRAMED: Final = CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
MAC: Final = 12  # bytes
SAFE: Final = frozenset({"GET", "HEAD"})


def look_of(visit: Visit, shell: Shell, facts: Mapping[str, Any]) -> str:
    """The look as the value of `LOOK` in an address, good for whoever looks now."""
    plain = orjson.dumps({name: facts[name] for name in FACTS}, default=str)
    return f"{_text(plain)}.{_text(_sealed(visit, shell, plain))}"


def rehearsed(visit: Visit, shell: Shell, request: Request) -> Visit:
    """The visit in the look that its address asks for, in the language `lang` and the mode `mode`; else as it was.

    Nothing of the company's own snapshot is touched: its pages, and what is kept for them, go on as they are.
    """
    wanted = request.args.get(LOOK)
    if not wanted or request.method not in SAFE or visit.viewer.watched or not _may(visit):
        return visit
    facts = _opened(visit, shell, wanted)
    if facts is None:
        return visit
    brand = brand_of(SimpleNamespace(**facts), shell.themes)
    language = choose_language(visit.company.languages, request.args.get("lang"), visit.voice.language)
    mode = request.args.get("mode", "")
    return replace(
        visit,
        company=replace(visit.company, brand=brand, chrome={}),
        voice=replace(visit.voice, language=cast(Language, language)),
        rehearsal=Rehearsal(f"{SHEET}?{LOOK}={wanted}", mode if mode in MODES else ""),
    )


def framed(response: Response) -> None:
    """Our own pages may show this one in a frame; one with a policy of its own knows best."""
    response.headers.setdefault("Content-Security-Policy", FRAMED)


def _may(visit: Visit) -> bool:
    return visit.viewer.is_agent and visit.viewer.may(COMPANY_SETTINGS, at=COMPANY)


def _opened(visit: Visit, shell: Shell, wanted: str) -> dict[str, Any] | None:
    plain, _dot, seal = wanted.partition(".")
    try:
        body, given = (urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (plain, seal))
    except (NotBase64, ValueError):
        return None
    if not hmac.compare_digest(given, _sealed(visit, shell, body)):
        return None
    facts: dict[str, Any] = orjson.loads(body)
    pictures = {name: UUID(one) for name, one in facts.items() if name.endswith("_id") and one}
    return {**facts, **pictures, "app_name": LocalizedText(facts["app_name"])}


def _sealed(visit: Visit, shell: Shell, plain: bytes) -> bytes:
    about = (visit.company.id.bytes, str(visit.viewer.account_id))
    return derive(key_of(shell.config), "look of a brand", *about, plain)[:MAC]


def _text(some: bytes) -> str:
    return urlsafe_b64encode(some).decode().rstrip("=")
