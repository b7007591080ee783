"""The documents that every company has or should have, and what holds for the ones that it adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from quartier.i18n.localized import LocalizedText

IMPRINT, PRIVACY, TERMS = "imprint", "privacy", "terms"
TITLES: Final = {
    IMPRINT: LocalizedText({"de": "Impressum", "en": "Imprint", "fr": "Mentions légales"}),
    PRIVACY: LocalizedText({"de": "Datenschutz", "en": "Privacy", "fr": "Protection des données"}),
    TERMS: LocalizedText({"de": "Nutzungsbedingungen", "en": "Terms of use", "fr": "Conditions d’utilisation"}),
}
"""Titles that belong to the thing and not to the company, in the order in which they are linked."""
NOTICES: Final = frozenset({IMPRINT, PRIVACY})
"""What people are told. Nobody is asked to agree to it: a consent to a notice would be worth nothing."""
EXTRA: Final = 5
"""So many documents of its own a company may add; a list of links is no archive."""


def title_of(key: str, own: LocalizedText) -> LocalizedText:
    """What a document is called."""
    return TITLES.get(key, own)


def path_of(key: str) -> str:
    """Where a document is read: one address each, for good."""
    return f"/{key}" if key in TITLES else f"/legal/{key}"


def place_in(own: Sequence[str], key: str) -> int:
    """A document's place among the links: the company's own come behind the usual ones, in the order of `own`."""
    return [*TITLES].index(key) if key in TITLES else len(TITLES) + 1 + own.index(key)
