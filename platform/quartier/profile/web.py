"""The pages of one's own profile, ready to be mounted."""

from __future__ import annotations

from quartier.profile import about_pages, absence_pages, device_pages, notification_pages
from quartier.profile.area import app

__all__ = ["about_pages", "absence_pages", "app", "device_pages", "notification_pages"]
