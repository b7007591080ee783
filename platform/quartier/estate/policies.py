"""Who may see and change the estate, and which part of it."""

from __future__ import annotations

from quartier.viewer import COMPANY, Chain, Viewer

READ = "estate.read"
"""The permission, and the API's scope, to read properties, buildings, units and periods."""
EDIT = "estate.edit"
"""To change them."""


def may_reach(viewer: Viewer, needs: str, place: Chain) -> bool:
    """Whether a place is in this viewer's part of the estate; on the way to a part that may be read, it is too."""
    return viewer.may(needs, at=place) or (needs == READ and _leads_on(viewer, place))


def _leads_on(viewer: Viewer, place: Chain) -> bool:
    return any(READ in grant.permissions and grant.at[: len(place)] == place for grant in viewer.grants)


def may_add_properties(viewer: Viewer) -> bool:
    """Whoever is limited to some properties cannot make one that nobody gave to them."""
    return viewer.may(EDIT, at=COMPANY)
