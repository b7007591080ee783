"""What all pages of the Cockpit share."""

from __future__ import annotations

from typing import Any, Final

from plugins.bookings import policies, rules
from plugins.bookings.manifest import VIEW
from plugins.bookings.rules import STATES, minute_of
from quartier.sdk import Entry, Pages, Visit, render
from quartier.sdk import lazy_gettext as _l

pages = Pages(
    "bookings_desk",
    __name__,
    area="cockpit",
    module="bookings",
    entries=(Entry("/cockpit/bookings/", needs=VIEW, module="bookings", order=42),),
)

WHATS: Final = {
    "requested": _l("Asked for"), "confirmed": _l("Booked"), "declined": _l("Declined"), "cancelled": _l("Cancelled"),
    "moved": _l("Moved"), "missed": _l("Not used"), "released": _l("Released, because nobody came"),
    "blocked": _l("Blocked"), "changed": _l("Changed"), "arrived": _l("Arrived"),
}  # fmt: skip


def page(visit: Visit, template: str, *, at: policies.Place | None = None, **context: Any) -> str:
    """A page of this module with its name here and what this person may do, at a place or (None) anywhere."""
    here = visit.company.micro_apps["bookings"]
    return render(
        f"bookings/desk/{template}.html",
        app={"name": visit.say(here.name), "icon": here.icon},
        states=STATES,
        whats=WHATS,
        rules=rules,
        minute_of=minute_of,
        may_manage=policies.may_manage(visit.viewer, at),
        may_edit=policies.may_edit_assets(visit.viewer, at),
        may_override=policies.may_override(visit.viewer, at),
        **context,
    )
