"""What the rooms of the studio beside the look have in common: a form that becomes part of the one draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import make_response, request
from werkzeug.wrappers import Response

from quartier.companies.branding import Standing, facts_of, lock_brand
from quartier.studio.bar import is_as_seen, state_of
from quartier.studio.look_form import Beneath
from quartier.studio.look_pages import standing_here
from quartier.studio.publishing import Untimely, keep_as_draft, publish_later, publish_now
from quartier.studio.stage import stage_of
from quartier.theming.themes import standing_in
from quartier.web.flash import back_to
from quartier.web.forms import Form
from quartier.web.shell import shell
from quartier.web.visit import Visit

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Room:
    """One place of the studio: its area, where one goes afterwards, what a form makes of what lies beneath, its page.

    `page` takes how the brand stands, the form, and whether somebody saved in the meantime. `stood` names the state of
    what is worked at, where that is less than the whole area.
    """

    area: str
    path: str
    facts: Callable[[Beneath, Form], Facts]
    page: Callable[[Standing, Form, bool], str]
    stood: Callable[[Beneath], str] | None = None

    def state(self, beneath: Beneath) -> str:
        """Another one as soon as somebody saved here."""
        return self.stood(beneath) if self.stood else state_of(beneath, self.area)


def settled(visit: Visit, room: Room, form: Form, *, wish: str | None = None) -> Response:
    """Look at the form (`check`), keep it in the draft (`draft`), plan (`plan`) or publish the draft with it.

    `wish` is what the form was sent for, `do` where it is None. What is only arranged (`arrange`) goes into the draft
    whatever it was seen with: the next page shows it.
    """
    wish = request.form.get("do", "") if wish is None else wish
    if wish == "check" or not form.ok:
        return make_response(room.page(standing_here(visit), form, False), 200 if wish == "check" else 422)
    lock_brand(visit.db, visit.company.id)
    standing = standing_here(visit)
    if wish != "arrange" and not is_as_seen(standing, wish, room.state(standing.beneath)):
        visit.db.commit()
        return make_response(room.page(standing, form, True), 409)
    facts = room.facts(standing.beneath, form)
    if wish == "arrange" and not facts:
        return back_to(room.path)
    try:
        return _done(visit, room, standing, {**facts_of(standing.beneath), **facts}, wish)
    except Untimely as untimely:
        visit.db.commit()
        return make_response(room.page(standing, form.wrong("publish_at", str(untimely)), False), 422)


def _done(visit: Visit, room: Room, standing: Standing, facts: Facts, wish: str) -> Response:
    match wish:
        case "draft" | "arrange":
            return keep_as_draft(visit, facts, to=room.path)
        case "plan":
            return publish_later(visit, standing.in_force, facts, request.form.get("publish_at", ""), to=room.path)
    return publish_now(visit, standing.in_force, facts, to=room.path)


def shown_stage(visit: Visit, beneath: Beneath, facts: Facts, *, view: str) -> dict[str, Any]:
    """Real pages beside a form, as typed; with the attribute of the theme that their frames have."""
    theme = shell().themes[standing_in(shell().themes, beneath.theme)]
    return {"stage": stage_of(visit, beneath, facts, first=view), "stage_theme": theme.attribute}
