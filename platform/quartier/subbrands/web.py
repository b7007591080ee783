"""The pages of sub-brands, as the app mounts them."""

from __future__ import annotations

from quartier.subbrands import version_pages
from quartier.subbrands.pages import cockpit

__all__ = ["cockpit", "version_pages"]
