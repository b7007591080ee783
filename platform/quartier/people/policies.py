"""Who may see and change people, and whom."""

from __future__ import annotations

from quartier.estate.policies import READ as READ_ESTATE
from quartier.viewer import COMPANY, Viewer

READ = "people.read"
"""To see people with their contact details, and who uses what."""
EDIT = "people.edit"
"""To change them."""
INVITE = "people.invite"
"""To invite them, remind them, withdraw, print letters and read codes out: whoever has a code becomes that person."""
VIEW_AS = "people.view_as"
"""To see the portal as a resident does, without changing anything."""


def may_add_people(viewer: Viewer) -> bool:
    """Whoever is limited to some properties adds people to a period there, not to the company as a whole."""
    return viewer.may(EDIT, at=COMPANY)


def may_search_by_people(viewer: Viewer) -> bool:
    """Whether a list of units can be searched by names of people: for whoever sees them in all units of the list."""
    listed = viewer.within(READ_ESTATE)
    if not listed:
        return viewer.may(READ, at=COMPANY)
    return all(viewer.may(READ, at=grant.at) for grant in viewer.grants if READ_ESTATE in grant.permissions)
