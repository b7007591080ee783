"""Who may do what with bookings. Audiences decide what residents book; the team sees all assets."""

from __future__ import annotations

from plugins.bookings.manifest import ASSETS, MANAGE, OVERRIDE, VIEW
from quartier.sdk import Viewer


def sees_everything(viewer: Viewer) -> bool:
    """Whether audiences do not matter to this viewer: the team books on behalf of others."""
    return viewer.is_agent


def may_see(viewer: Viewer) -> bool:
    """Whether the viewer may see who has booked what."""
    return viewer.may(VIEW) or viewer.may(MANAGE)


def may_manage(viewer: Viewer) -> bool:
    """Whether the viewer decides about bookings, books for others and blocks times."""
    return viewer.may(MANAGE)


def may_override(viewer: Viewer) -> bool:
    """Whether the viewer may book against an asset's rules, with a reason."""
    return viewer.may(OVERRIDE)


def may_edit_assets(viewer: Viewer) -> bool:
    """Whether the viewer says what can be booked, and how."""
    return viewer.may(ASSETS)


def may_book(viewer: Viewer) -> bool:
    """Whether bookings can be this viewer's own: they belong to a person who lives or works here."""
    return viewer.person_id is not None and viewer.kind == "resident"


def groups_of(viewer: Viewer) -> frozenset[str]:
    """The groups that decide which price somebody pays."""
    return frozenset(group for place in viewer.places for group in place.groups if group != "*")
