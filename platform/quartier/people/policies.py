"""Who may see and change people, and whom."""

from __future__ import annotations

from quartier.viewer import Viewer

READ = "people.read"
"""To see people with their contact details, and who uses what."""
EDIT = "people.edit"
"""To change them."""
INVITE = "people.invite"
"""To invite them, remind them, withdraw, print letters and read codes out: whoever has a code becomes that person."""


def may_add_people(viewer: Viewer) -> bool:
    """Whoever is limited to some properties adds people to a period there, not to the company as a whole."""
    return viewer.may(EDIT) and not viewer.properties
