"""All tables of the core, so that references between them resolve whoever starts: app, command line or test."""

from __future__ import annotations

from quartier.db.base import Base

METADATA = Base.metadata


def load() -> None:
    """Importing this module has done it; the call says in `create_app` that it is meant."""
    METADATA.sorted_tables  # noqa: B018 - resolves every reference, or raises
