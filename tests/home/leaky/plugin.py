"""Fails whenever it is asked."""

from __future__ import annotations

from typing import Never

from quartier.sdk import Visit, hookimpl


@hookimpl
def tile_note(visit: Visit) -> Never:
    """Fails."""
    raise RuntimeError("leaks")


@hookimpl
def dashboard_cards(visit: Visit) -> Never:
    """Fails."""
    raise RuntimeError("leaks")


@hookimpl
def search(visit: Visit, query: str) -> Never:
    """Fails."""
    raise RuntimeError("leaks")
