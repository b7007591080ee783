"""People who are probably in the books twice: the list, and saying that they are not."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import abort, request

from quartier.i18n.texts import gettext as _
from quartier.jobs.queue import defer
from quartier.masterdata.area import PEOPLE, cockpit, found_person, page
from quartier.masterdata.wording import REASONS
from quartier.merging import finding
from quartier.people.policies import EDIT
from quartier.web.flash import back_to
from quartier.web.visit import Visit

DUPLICATES = f"{PEOPLE}duplicates"


@cockpit.page(DUPLICATES, needs=EDIT)
def duplicates(visit: Visit) -> str:
    """Who looks like whom, and why."""
    within = visit.viewer.within(EDIT)
    found = finding.duplicates(visit.db, within=within, today=visit.today, after=_after())
    more = f"{DUPLICATES}?{urlencode({'after': '~'.join(map(str, found.after))})}" if found.after else None
    return page(visit, "duplicates", found=found, more=more, reasons=REASONS, first=not request.args.get("after"))


@cockpit.action(f"{DUPLICATES}/apart", needs=EDIT)
def keep_apart(visit: Visit) -> Any:
    """These are different people; they are not shown again."""
    people = [found_person(visit, one) for one in sent_people(request.form.getlist("person"))]
    finding.keep_apart(visit.db, [one.id for one in people], by=visit.viewer.name)
    return back_to(DUPLICATES, _("Remembered: these are different people."))


@cockpit.action(f"{DUPLICATES}/look", needs=EDIT)
def look_again(visit: Visit) -> Any:
    """A large company's list is made anew, by a job."""
    defer(visit.db, finding.JOB, once="look", alone="look")
    return back_to(DUPLICATES, _("Looking through everybody. That takes a minute; then load this page again."))


def sent_people(sent: list[str]) -> list[UUID]:
    """Ids of people as a form or an address names them."""
    try:
        return list(dict.fromkeys(map(UUID, sent[:10])))
    except ValueError:
        abort(400)


def _after() -> tuple[str, UUID, UUID] | None:
    sent = request.args.get("after", "")
    if not sent:
        return None
    try:
        key, one, other = sent.replace("\0", "").rsplit("~", 2)
        return key, UUID(one), UUID(other)
    except ValueError:
        abort(400)
