"""The company's settings in the Cockpit: all pages, ready to be mounted."""

from __future__ import annotations

from quartier.settings import (
    deviation_pages,
    erp_pages,
    mail_pages,
    modules_pages,
    notification_pages,
    portal_pages,
    texts_pages,
)
from quartier.settings.pages import cockpit

__all__ = [
    "cockpit", "deviation_pages", "erp_pages", "mail_pages", "modules_pages", "notification_pages", "portal_pages",
    "texts_pages",
]  # fmt: skip
