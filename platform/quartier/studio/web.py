"""The studio in the Cockpit, and what everybody may read of the look: all pages, ready to be mounted."""

from __future__ import annotations

from quartier.studio import (
    legal_room,
    letterhead_pages,
    look_pages,
    names_pages,
    sheet_pages,
    stage,
    tone_pages,
    versions,
)
from quartier.studio.pages import cockpit
from quartier.studio.sheet_pages import app

__all__ = [
    "app", "cockpit", "legal_room", "letterhead_pages", "look_pages", "names_pages", "sheet_pages", "stage",
    "tone_pages", "versions",
]  # fmt: skip
