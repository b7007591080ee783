"""Master data in the Cockpit: all pages, ready to be mounted."""

from __future__ import annotations

from quartier.masterdata import (
    answering,
    bulk,
    corrections,
    duplicates,
    growth,
    lists,
    merges,
    nodes,
    periods,
    persons,
    pictures,
)
from quartier.masterdata.area import cockpit

__all__ = [
    "answering", "bulk", "cockpit", "corrections", "duplicates", "growth", "lists", "merges", "nodes", "periods",
    "persons", "pictures",
]  # fmt: skip
