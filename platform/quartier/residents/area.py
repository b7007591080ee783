"""What the pages of tenant management share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import request
from werkzeug.exceptions import NotFound

from quartier.i18n.texts import lazy_gettext as _l
from quartier.invitations.acts import inviter_of
from quartier.invitations.services import Inviter
from quartier.people.policies import INVITE, READ
from quartier.people.queries import is_reachable
from quartier.people.stages import ResidentFilters, residents_by_id
from quartier.people.standing import BADGES, STAGES
from quartier.residents import wording
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

HOME: Final = "/cockpit/residents/"
cockpit = Pages(
    "residents",
    __name__,
    area="cockpit",
    entries=(Entry(HOME, "party", _l("Tenant management"), READ, group=_l("Master data"), order=215, key="r"),),
)


def page(visit: Visit, template: str, /, **context: Any) -> str:
    """A page with the words that it needs, and whether this person may invite."""
    context = {"may_invite": visit.viewer.may(INVITE), **context}
    return render(f"residents/{template}.html", wording=wording, home=HOME, stage_badges=BADGES, **context)


def inviter(visit: Visit) -> Inviter:
    """The viewer, as somebody who invites."""
    return inviter_of(shell().config, visit.company, visit.viewer.name)


def may_invite(visit: Visit, person_id: UUID) -> bool:
    """Whether this viewer may invite this very person."""
    return visit.viewer.may(INVITE) and is_reachable(visit.db, person_id, within=visit.viewer.within(INVITE))


def found_resident(visit: Visit, person_id: UUID) -> Any:
    """Somebody with stage and invitation, if this viewer may know about them, or 404."""
    rows = residents_by_id(visit.db, [person_id], within=visit.viewer.within(visit.needs), today=visit.today)
    if not rows:
        raise NotFound
    return rows[0]


def asked_filters(asked: Mapping[str, str] | None = None) -> ResidentFilters:
    """What an address or a form asks for; what makes no sense there is left out."""
    said = request.args if asked is None else asked
    stage = said.get("stage")
    return ResidentFilters(
        text=said.get("q", "").replace("\0", "").strip()[:100],
        stage=next((one for one in STAGES if one == stage), None),
        property_id=one_id(said.get("property")),
        building_id=one_id(said.get("building")),
        unit_id=one_id(said.get("unit")),
    )


def as_asked(filters: ResidentFilters) -> dict[str, str]:
    """The same as it stands in an address."""
    found = {"q": filters.text, "stage": filters.stage or "", "property": str(filters.property_id or ""),
             "building": str(filters.building_id or ""), "unit": str(filters.unit_id or "")}  # fmt: skip
    return {name: value for name, value in found.items() if value}


def one_id(text: str | None) -> UUID | None:
    """An id that somebody sent, or None."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
