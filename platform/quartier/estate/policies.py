"""Who may see and change the estate, and which part of it."""

from __future__ import annotations

from uuid import UUID

from quartier.viewer import Viewer

READ = "estate.read"
"""The permission, and the API's scope, to read properties, buildings, units and periods."""
EDIT = "estate.edit"
"""To change them."""


def within(viewer: Viewer) -> list[UUID]:
    """The properties this viewer's work is limited to; empty means the whole estate."""
    return list(viewer.properties)


def may_reach(viewer: Viewer, property_id: UUID) -> bool:
    """Whether a property is in this viewer's part of the estate."""
    return not viewer.properties or property_id in viewer.properties


def may_add_properties(viewer: Viewer) -> bool:
    """Whoever is limited to some properties cannot make one that nobody gave to them."""
    return viewer.may(EDIT) and not viewer.properties
