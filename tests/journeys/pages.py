"""The main pages that every brand has, by shell."""

from __future__ import annotations

DOOR = ("/sign-in",)
APP = ("/", "/search?q=heizung", "/more", "/imprint", "/privacy")
