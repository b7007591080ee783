"""What becomes of a look that is on the desk: kept as a draft, published at once, or planned for a moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.wrappers import Response

from quartier.companies.branding import (
    PlannedAlready,
    draft_of,
    drop_draft,
    facts_of,
    publish_brand,
    save_draft,
    withdraw_brand,
)
from quartier.companies.models import BrandVersion
from quartier.contracts.events import record
from quartier.i18n.formats import format_moment
from quartier.i18n.texts import gettext as _
from quartier.settings.pages import done
from quartier.studio.pages import BRAND
from quartier.studio.proof import prove
from quartier.theming.themes import standing_in
from quartier.web.flash import back_to
from quartier.web.shell import shell
from quartier.web.visit import Visit

LATEST = 2200  # the year; a later one is a slip of the finger
Facts = Mapping[str, Any]


class Untimely(ValueError):
    """A look cannot be published at this moment; the sentence says why."""


class Unreadable(ValueError):
    """Not everything could be read in this look; the sentence says so."""


def keep_as_draft(visit: Visit, facts: Facts, *, to: str = BRAND) -> Response:
    """Nobody but the desk sees it."""
    save_draft(visit.db, visit.company.id, facts, author=visit.viewer.name)
    return back_to(to, _("The draft is saved. Nobody else sees it before it is published."))


def publish_now(visit: Visit, in_force: BrandVersion, facts: Facts, *, to: str = BRAND) -> Response:
    """Everybody sees it with the next page."""
    after = publish_brand(visit.db, visit.company.id, facts, author=visit.viewer.name)
    drop_draft(visit.db, visit.company.id)
    if after.id != in_force.id:
        written_down(visit, "brand.published", in_force, after)
    return done(visit, to, _("Published. Everybody sees it from now on."))


def publish_later(visit: Visit, in_force: BrandVersion, facts: Facts, typed: str, *, to: str = BRAND) -> Response:
    """It is in force by itself from then on. Raises Untimely."""
    moment = read_moment(typed, visit.zone)
    try:
        after = publish_brand(visit.db, visit.company.id, facts, author=visit.viewer.name, at=moment)
    except PlannedAlready as planned:
        raise Untimely(planned_already(visit, planned.version)) from planned
    drop_draft(visit.db, visit.company.id)
    written_down(visit, "brand.planned", in_force, after)
    return done(visit, to, _("Planned. It is in force from %(moment)s.", moment=format_moment(moment, visit.zone)))


def planned_already(visit: Visit, version: BrandVersion) -> str:
    """Why nothing else can be planned."""
    moment = format_moment(version.published_at, visit.zone)
    return _("Another look is planned for %(moment)s already. Take that one back first.", moment=moment)


def unreadable() -> str:
    """Why a look cannot be published."""
    return _("With these colours not everything could be read. Choose another character.")


def take_up_again(visit: Visit, version: BrandVersion, in_force: BrandVersion) -> BrandVersion:
    """A new version that looks like an earlier one, or what is in force where that looks like it already.

    A theme that is gone is stood in for. Raises Unreadable.
    """
    theme = standing_in(shell().themes, version.theme)
    if not prove(shell().themes[theme], version.colour, version.second).holds:
        raise Unreadable(unreadable())
    facts = {**facts_of(version), "theme": theme}
    after = publish_brand(visit.db, visit.company.id, facts, author=visit.viewer.name, restored=version.number)
    if after.id != in_force.id:
        written_down(visit, "brand.restored", in_force, after)
    return after


def take_back(visit: Visit, version: BrandVersion, in_force: BrandVersion) -> bool:
    """Withdraw a planned look; unless there is a draft already, it becomes the draft. False when it is not planned."""
    if not withdraw_brand(visit.db, visit.company.id, version.id):
        return False
    if draft_of(visit.db, visit.company.id) is None:
        save_draft(visit.db, visit.company.id, facts_of(version), author=visit.viewer.name)
    written_down(visit, "brand.withdrawn", version, in_force)
    return True


def written_down(visit: Visit, kind: str, before: BrandVersion, after: BrandVersion) -> None:
    """An event of the company, with what both looked like."""
    told = ("theme", "colour", "tone") if before.tone != after.tone else ("theme", "colour")
    pair = [{name: getattr(one, name) for name in told} for one in (before, after)]
    record(
        visit.db, visit.company.id, kind=kind, subject=visit.company.slug, actor=visit.viewer.name,
        before=pair[0], after=pair[1],
    )  # fmt: skip


def read_moment(typed: str, zone: ZoneInfo) -> datetime:
    """What a clock in this zone shows, as `2026-12-01T08:00`; an hour shown twice is meant the first time.

    Raises Untimely for what is no moment ahead.
    """
    if not typed.strip():
        raise Untimely(_("Please say when."))
    try:
        wall = datetime.fromisoformat(typed.strip()).replace(tzinfo=None)
    except ValueError as error:
        raise Untimely(_("Please give a day and a time.")) from error
    if wall.year > LATEST:
        raise Untimely(_("This is too far ahead. Please look at the year again."))
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != wall:
        raise Untimely(_("This hour does not exist on this day: the clocks are put forward."))
    return check_moment(moment)


def check_moment(moment: datetime) -> datetime:
    """A moment that lies ahead, and not too far. Raises Untimely."""
    if moment.year > LATEST:
        raise Untimely(_("This is too far ahead. Please look at the year again."))
    if moment <= datetime.now(UTC):
        raise Untimely(_("This moment is over. Choose a later one, or publish at once."))
    return moment
