"""Who may read the estate."""

from __future__ import annotations

READ = "estate.read"
"""The permission, and the API's scope, to read properties, buildings and units."""
