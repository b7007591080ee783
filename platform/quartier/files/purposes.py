"""What files are for; it decides who may hand them out."""

from __future__ import annotations

BRAND = "brand"
ESTATE = "estate"
LETTERS = "letters"
"""To print: they hold codes, and only who made them, or sees the whole company, gets them."""
PEOPLE = "people"
RIGHTS = "rights"
