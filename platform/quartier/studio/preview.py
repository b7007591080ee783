"""Real pages in a look that nobody has published: which one, says the address, and only the desk may ask.

The address names the draft or version beneath and carries what is typed otherwise, so that is seen before it is saved,
by this reader alone. It is signed for the company and the account: nobody can send an editor a link that puts words of
theirs onto the company's own page.
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
from zlib import compress, decompress

import orjson
from flask import Request, Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.companies.branding import facts_of, standing_of
from quartier.companies.models import BrandVersion
from quartier.companies.naming import own_apps
from quartier.companies.snapshot import apps_called, brand_of
from quartier.i18n.localized import LocalizedText
from quartier.i18n.voice import Language, choose_language
from quartier.keys import derive, key_of
from quartier.studio.look_form import Beneath, seal_of
from quartier.studio.pages import BRAND
from quartier.tenancy.snapshot import Snapshot
from quartier.theming.pairs import MODES
from quartier.viewer import COMPANY
from quartier.web.headers import CSP
from quartier.web.shell import Shell
from quartier.web.visit import Rehearsal, Visit

LOOK: Final = "look"
SHEET: Final = f"{BRAND}/look.css"
FRAMED: Final = CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
MAC: Final = 12  # bytes
LOCALIZED: Final = ("app_name", "mail_header", "mail_footer")
SAFE: Final = frozenset({"GET", "HEAD"})


def look_of(
    visit: Visit, shell: Shell, beneath: Beneath, facts: Mapping[str, Any], home: UUID | None = None
) -> str:  # fmt: skip
    """What lies beneath with these facts, as the value of `LOOK` in an address, good for whoever looks now.

    `home` is the property whose people are to see it, for a sub-brand.
    """
    said = {name: value for name, value in facts.items() if value != getattr(beneath, name)}
    if own := said.get("micro_apps"):
        known = beneath.micro_apps
        said["micro_apps"] = {slug: app.to_json() for slug, app in own.items() if known.get(slug) != app}
    plain = compress(orjson.dumps({**said, "of": seal_of(beneath), "home": home}, default=_plain), 9)
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
    look = SimpleNamespace(**facts)
    language = choose_language(visit.company.languages, request.args.get("lang"), visit.voice.language)
    mode = request.args.get("mode", "")
    return replace(
        visit,
        company=replace(dressed(visit.company, look, shell), home=look.home),
        voice=replace(visit.voice, language=cast(Language, language), tone=look.tone),
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
    said: dict[str, Any] = orjson.loads(decompress(body))
    beneath, home = _beneath(visit, UUID(said.pop("of"))), said.pop("home")
    if beneath is None:
        return None
    return {**facts_of(beneath), **_meant(said, beneath), "home": UUID(home) if home else None}


def _beneath(visit: Visit, seal: UUID) -> Beneath | None:
    """The draft with this mark or the version of this id; where somebody saved since, what there is now."""
    standing = standing_of(visit.db, visit.company.id)
    if standing is None or seal_of(standing.beneath) == seal:
        return standing.beneath if standing else None
    return visit.db.get(BrandVersion, (visit.company.id, seal)) or standing.beneath


def _meant(said: Mapping[str, Any], beneath: Beneath) -> dict[str, Any]:
    """What an address says, as columns of a version."""
    found: dict[str, Any] = {name: UUID(one) if name.endswith("_id") and one else one for name, one in said.items()}
    found |= {name: LocalizedText(said[name]) for name in LOCALIZED if name in said}
    if "micro_apps" in said:
        found["micro_apps"] = {**beneath.micro_apps, **own_apps(said["micro_apps"])}
    return found


def dressed(company: Snapshot, look: Any, shell: Shell) -> Snapshot:
    """The company as it would be with that version in force."""
    return replace(
        company, brand=brand_of(look, shell.themes), micro_apps=apps_called(look.micro_apps, shell.plugins),
        tone=look.tone, mail_header=look.mail_header, mail_footer=look.mail_footer, chrome={},
    )  # fmt: skip


def _sealed(visit: Visit, shell: Shell, plain: bytes) -> bytes:
    about = (visit.company.id.bytes, str(visit.viewer.account_id))
    return derive(key_of(shell.config), "look of a brand", *about, plain)[:MAC]


def _plain(value: Any) -> Any:
    return value.to_json() if isinstance(value, LocalizedText) else str(value)


def _text(some: bytes) -> str:
    return urlsafe_b64encode(some).decode().rstrip("=")
