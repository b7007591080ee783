"""Who takes part, and who may do what. Residents read what reaches them; what neighbours write needs an open community.

A property with the community off, and business premises where they do not take part, read what the company publishes
and nothing that neighbours write.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from plugins.pinboard.manifest import ARRANGE, BUSINESSES, COMMUNITY, MODERATE, PUBLISH, VIEW
from quartier.sdk import Audience, Place, Snapshot, Viewer, switch_value_at

SLUG = "pinboard"
OVERSEES = (VIEW, PUBLISH, MODERATE)
"""Rights that read what others write, where they are given."""


def circle(company: Snapshot, viewer: Viewer) -> list[Place]:
    """The homes at which this person meets neighbours here."""
    return [place for place in viewer.places if _takes_part(company, place)]


def homes(company: Snapshot, viewer: Viewer, today: date) -> list[Place]:
    """Those of them that are theirs today: who looks in before moving in, or after moving out, only reads."""
    return [place for place in circle(company, viewer) if _lives(place, today)]


def in_scope(company: Snapshot, property_id: UUID) -> bool:
    """Whether the company has the module in this property."""
    scope = company.scopes.get(SLUG)
    return scope is None or property_id in scope


def oversees(viewer: Viewer) -> bool:
    """Whether this is staff who read what others write, somewhere."""
    return viewer.is_agent and any(viewer.may(right) for right in OVERSEES)


def may_publish(viewer: Viewer) -> bool:
    """Whether the viewer writes in the company's name, somewhere."""
    return viewer.is_agent and viewer.may(PUBLISH)


def may_arrange(viewer: Viewer) -> bool:
    """Whether the viewer says which categories there are."""
    return viewer.may(ARRANGE)


def may_moderate(viewer: Viewer) -> bool:
    """Whether the viewer decides about what was reported, somewhere."""
    return viewer.is_agent and viewer.may(MODERATE)


def is_meant(company: Snapshot, viewer: Viewer, audience: Audience, today: date, *, by_staff: bool) -> bool:
    """Whether a post means this person, who lives here today: they vote, and say that they come. The team does not."""
    if viewer.kind != "resident" or viewer.account_id is None:
        return False
    here = viewer.places if by_staff else circle(company, viewer)
    lived = tuple(place for place in here if in_scope(company, place.property_id) and _lives(place, today))
    keys = {f"{node}:{group}" for place in lived for node in place.nodes for group in place.groups}
    return bool(lived) and audience.includes(replace(viewer, places=lived, audience_keys=tuple(keys)), on=today)


def lives_here(company: Snapshot, viewer: Viewer, today: date) -> bool:
    """Whether this is somebody who can be meant at all: asked where many posts are shown."""
    return viewer.kind == "resident" and any(
        in_scope(company, place.property_id) and _lives(place, today) for place in viewer.places
    )


def may_answer(company: Snapshot, viewer: Viewer, today: date) -> bool:
    """Whether the viewer comments and reacts: neighbours who live here, and staff in the company's name."""
    return may_publish(viewer) or bool(viewer.account_id and homes(company, viewer, today))


def _lives(place: Place, today: date) -> bool:
    return (place.starts is None or place.starts <= today) and (place.ends is None or today < place.ends)


def _takes_part(company: Snapshot, place: Place) -> bool:
    if not in_scope(company, place.property_id) or not switch_value_at(company, COMMUNITY, place.property_id):
        return False
    return not place.is_commercial or bool(switch_value_at(company, BUSINESSES, place.property_id))
