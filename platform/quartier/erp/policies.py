"""Who may send data for the estate and people."""

from __future__ import annotations

WRITE = "erp.write"
"""The permission, and the API's scope, of a program that keeps the estate and people up to date."""
WEBHOOKS = "erp.webhooks"
"""The permission, and the API's scope, to say which programs hear of changes."""
