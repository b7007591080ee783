"""What spreadsheets make of the cells that we hand them."""

from __future__ import annotations

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula; a phone number keeps its plus behind an apostrophe."""
    return f"'{text}" if text.startswith(DANGEROUS) else text
