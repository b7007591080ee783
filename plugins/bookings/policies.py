"""Who may do what with bookings. Audiences decide what residents book; the team sees all assets."""

from __future__ import annotations

from uuid import UUID

from plugins.bookings.manifest import ASSETS, MANAGE, OVERRIDE
from quartier.sdk import COMPANY, Viewer

Place = tuple[UUID, ...]
"""Where an asset stands: its property, or the company, for one that belongs to no property."""


def sees_everything(viewer: Viewer) -> bool:
    """Whether audiences do not matter to this viewer: the team books on behalf of others."""
    return viewer.is_agent


def works_at(viewer: Viewer, place: Place) -> bool:
    """Whether a member of the team has to do with this place: all of them, but those with rights elsewhere only."""
    limited = viewer.grants and not viewer.permissions
    return not limited or any(grant.covers(place) for grant in viewer.grants)


def may_manage(viewer: Viewer, at: Place | None = None) -> bool:
    """Whether the viewer decides about bookings, books for others and blocks times, there or (None) anywhere."""
    return viewer.may(MANAGE, at=at)


def may_override(viewer: Viewer, at: Place | None = None) -> bool:
    """Whether the viewer may book against an asset's rules, with a reason."""
    return viewer.may(OVERRIDE, at=at)


def may_edit_assets(viewer: Viewer, at: Place | None = None) -> bool:
    """Whether the viewer says what can be booked, and how."""
    return viewer.may(ASSETS, at=at)


def place_of(property_id: UUID | None) -> Place:
    """Where an asset of this property stands."""
    return (property_id,) if property_id else COMPANY


def may_book(viewer: Viewer) -> bool:
    """Whether bookings can be this viewer's own: they belong to a person who lives or works here."""
    return viewer.person_id is not None and viewer.kind == "resident"


def groups_of(viewer: Viewer) -> frozenset[str]:
    """The groups that decide which price somebody pays."""
    return frozenset(group for place in viewer.places for group in place.groups if group != "*")
