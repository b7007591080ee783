"""All tables of the core, so that references between them resolve whoever starts: app, command line or test."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from quartier.db.base import Base

METADATA = Base.metadata


def load() -> None:
    """Import the models of every part, also of one that nothing else has asked for yet."""
    for path in sorted(Path(__file__).parent.glob("*/models.py")):
        import_module(f"quartier.{path.parent.name}.models")
    METADATA.sorted_tables  # noqa: B018 - resolves every reference, or raises
