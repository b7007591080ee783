"""What all pages of the Cockpit share."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from plugins.bookings import policies, queries, rules
from plugins.bookings.manifest import MANAGE, VIEW
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


Shown = tuple[dict[str, Any], datetime | None]
"""What a template takes, and until when time alone leaves it as it is."""


def kept_page(visit: Visit, template: str, asked: Hashable, read: Callable[[], Shown]) -> str:
    """A page that is drawn once, until a booking changes, for all colleagues with the same reach, rights and words.

    `asked` is what the address asks for; of the visit, `read` and the inner template look at nothing but what stands
    in the key here: nobody's name, and no form.
    """
    company = visit.company
    here = company.micro_apps["bookings"]
    reach = tuple(
        None if ids is None else tuple(ids) for ids in (queries.limit_of(visit), queries.limit_of(visit, MANAGE))
    )
    words = (visit.voice, company.brand.theme, company.default_language, visit.say(here.name), here.icon)

    def drawn() -> tuple[str, datetime | None]:
        context, until = read()
        return Markup(page(visit, f"_{template}", **context)), until  # noqa: S704 - a template of ours, autoescaped

    key = (template, asked, reach, policies.may_manage(visit.viewer), words, company.zone, visit.today)
    return page(visit, template, inside=queries.diary(visit, key, drawn))
