"""The company's settings in the Cockpit: all pages, ready to be mounted."""

from __future__ import annotations

from quartier.settings import (
    brand_pages,
    brand_sheet_pages,
    brand_stage,
    brand_versions,
    deviation_pages,
    erp_pages,
    legal_room,
    letterhead_pages,
    mail_pages,
    modules_pages,
    names_pages,
    notification_pages,
    portal_pages,
    texts_pages,
    tone_pages,
)
from quartier.settings.brand_sheet_pages import app
from quartier.settings.pages import cockpit

__all__ = [
    "app", "brand_pages", "brand_sheet_pages", "brand_stage", "brand_versions", "cockpit", "deviation_pages",
    "erp_pages", "legal_room", "letterhead_pages", "mail_pages", "modules_pages", "names_pages",
    "notification_pages", "portal_pages", "texts_pages", "tone_pages",
]  # fmt: skip
