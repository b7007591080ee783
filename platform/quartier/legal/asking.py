"""Who has to agree to something before going on, and where they are sent for that.

What is asked stands in the company's snapshot and what somebody agreed to in the viewer, so that no page asks the
database for it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote, urlsplit

from flask import Response, redirect, request

from quartier.i18n.texts import gettext as _
from quartier.legal.kinds import TERMS, TITLES, path_of
from quartier.tenancy.snapshot import LegalLink, Snapshot
from quartier.web.forms import Errors
from quartier.web.gate import PUBLIC
from quartier.web.origin import SAFE, safe_next
from quartier.web.visit import Visit

AGREE: Final = "/agree"
OWN_ANSWERS: Final = "/account/agreements"
FREE: Final = ("/sign-out", "/account/data", OWN_ANSWERS, AGREE)
"""What stays open to whoever has not agreed: leaving, one's own data, and the question itself."""
GRACE: Final = timedelta(hours=1)
"""So long a form that was opened before the question came may still be sent: nobody loses what is half written."""
OWN: Final = path_of("")


def unanswered(visit: Visit) -> tuple[LegalLink, ...]:
    """What this resident has to agree to before going on; staff and programs work for the company and are not asked."""
    viewer = visit.viewer
    if viewer.kind != "resident" or viewer.account_id is None or viewer.watched is not None:
        return ()
    return tuple(one for one in visit.company.agreements if viewer.agreed.get(str(one.id), 0) < one.asked)


def joining(company: Snapshot) -> tuple[LegalLink, ...]:
    """What whoever registers agrees to: the terms as they are in force, and whatever else asks for agreement."""
    return tuple(one for one in company.legal if one.key == TERMS or one.asked)


def unticked(visit: Visit) -> Errors:
    """What is missing in a form of registering, at its field; a newer version than the one shown is missing too."""
    ticked = set(request.form.getlist("agree"))
    if all(tick_of(one) in ticked for one in joining(visit.company)):
        return {}
    return {"agree": [_("Please tick what you agree to.")]}


def tick_of(one: LegalLink) -> str:
    """What a box for this document sends: which version somebody had before their eyes."""
    return f"{one.key}:{one.number}"


def detour(visit: Visit, view: object) -> Response | None:
    """The way to the question, for a page that is not for everybody; None for who may go on."""
    if not visit.company.agreements or getattr(view, "needs", PUBLIC) == PUBLIC or request.path.startswith(FREE):
        return None
    asked = unanswered(visit)
    if not asked or (request.method not in SAFE and _is_fresh(asked)):
        return None
    if request.headers.get("HX-Request"):
        return Response(status=403, headers={"HX-Redirect": _question(_came_from())})
    target = request.full_path.removesuffix("?") if request.method in SAFE else _came_from()
    return redirect(_question(target), 303)  # type: ignore[return-value]


def is_document(path: str) -> bool:
    """Whether this is the address of a document: the law wants it readable while the portal is closed as well."""
    return path.startswith(OWN) or path.removeprefix("/") in TITLES


def _is_fresh(asked: tuple[LegalLink, ...]) -> bool:
    return datetime.now(UTC) < max(one.since for one in asked if one.since is not None) + GRACE


def _question(target: str) -> str:
    return f"{AGREE}?next={quote(safe_next(target))}"


def _came_from() -> str:
    came = urlsplit(request.referrer or "")
    return came.path + (f"?{came.query}" if came.query else "") if came.netloc == request.host else "/"
