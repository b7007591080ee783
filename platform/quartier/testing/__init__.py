"""Fixtures and people for tests: of the core, of built-in plugins and of plugins from outside alike.

Nothing is mocked: a real PostgreSQL as the runtime roles, the real apps, real sessions. Tests do not clean up after
themselves; each makes its own companies, and row security keeps them apart, which is what the product promises anyway.
"""

from __future__ import annotations

from quartier.testing.browser import Browser
from quartier.testing.calendars import shown_by_khal
from quartier.testing.database import Statements, libpq, migrated, test_server, test_urls
from quartier.testing.installation import brunnenhof, console, make_company, nordlicht, platform, test_config
from quartier.testing.paper import scanned
from quartier.testing.people import LONG_AGO, PASSWORD, SomeBody, SomeCompany, password_hash, property_with_building
from quartier.testing.work import work_off

__all__ = [
    "LONG_AGO", "PASSWORD", "Browser", "SomeBody", "SomeCompany", "Statements", "brunnenhof", "console", "libpq",
    "make_company", "migrated", "nordlicht", "password_hash", "platform", "property_with_building", "scanned",
    "shown_by_khal", "test_config", "test_server", "test_urls", "work_off",
]  # fmt: skip
