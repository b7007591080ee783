"""What files are for; it decides who may hand them out."""

from __future__ import annotations

BRAND = "brand"
ESTATE = "estate"
