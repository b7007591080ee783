"""What all pages of the Cockpit share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import abort, request

from plugins.pinboard import policies
from plugins.pinboard.manifest import VIEW
from quartier.sdk import Entry, Pages, Visit, render
from quartier.sdk import lazy_gettext as _l

pages = Pages(
    "pinboard_desk", __name__, area="cockpit", module="pinboard",
    entries=(Entry("/cockpit/pinboard/", needs=VIEW, module="pinboard", order=42),),
)  # fmt: skip

PAGE = 50
STATES = {
    "shown": _l("On the board"),
    "scheduled": _l("Scheduled"),
    "ended": _l("Ended"),
    "withdrawn": _l("Taken down"),
    "held": _l("Held back"),
    "hidden": _l("Hidden"),
    "removed": _l("Removed"),
}


def sent_as(cursor: tuple[datetime, UUID]) -> str:
    """Where the next page begins, as the address of its link says it."""
    return f"{round(cursor[0].timestamp() * 1_000_000)}_{cursor[1]}"


def asked_after() -> tuple[datetime, UUID] | None:
    """The same read back; None for the first page."""
    moment, _bar, row = request.args.get("after", "").partition("_")
    if not row:
        return None
    try:
        return datetime.fromtimestamp(int(moment) / 1_000_000, UTC), UUID(row)
    except (ValueError, OverflowError, OSError):
        abort(400)


def page(visit: Visit, template: str, **context: Any) -> str:
    """A page of this module with its name here and what this person may do."""
    here = visit.company.micro_apps["pinboard"]
    return render(
        f"pinboard/desk/{template}.html",
        app={"name": visit.say(here.name), "icon": here.icon},
        may_publish=policies.may_publish(visit.viewer),
        may_arrange=policies.may_arrange(visit.viewer),
        may_moderate=policies.may_moderate(visit.viewer),
        states=STATES,
        **context,
    )
