"""The list of what important was sent, for who may see mails in the whole company."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import request
from werkzeug.exceptions import NotFound

from quartier.deliveries.policies import READ
from quartier.notifications.past import past
from quartier.notifications.proof_pages import said_of
from quartier.notifications.web import DESK, cockpit, uuid_of
from quartier.people.picker import GROUP_NAMES
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

PAST: Final = f"{DESK}/important"
LONGEST: Final = 100


@cockpit.page(PAST, needs=READ)
def important_ones(visit: Visit) -> str:
    """Who sent what when, to whom, how many it reached, and the way to its proof."""
    if visit.viewer.within(READ):
        raise NotFound
    text = request.args.get("q", "").strip()[:LONGEST].replace("\0", "")
    rows, more = past(visit.db, text, after=uuid_of("after"))
    kept = {"q": text} if text else {}
    return render(
        "notifications/past.html", text=text, kinds=shell().mails, groups=GROUP_NAMES, here=PAST,
        rows=[(row, said_of(visit, row.kind, row.facts)) for row in rows],
        more=f"{PAST}?{urlencode({**kept, 'after': more})}" if more else None,
    )  # fmt: skip
