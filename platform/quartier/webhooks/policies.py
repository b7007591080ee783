"""Who may set up a webhook, and of what it may tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from quartier.erp.policies import WEBHOOKS
from quartier.estate.policies import READ as READ_ESTATE
from quartier.people.policies import READ as READ_PEOPLE
from quartier.viewer import COMPANY, Viewer

READS: Final[Mapping[str, str]] = {
    "property": READ_ESTATE,
    "building": READ_ESTATE,
    "unit": READ_ESTATE,
    "occupancy": READ_ESTATE,
    "occupant": READ_PEOPLE,
    "person": READ_PEOPLE,
}
"""The permission that reading a noun takes, by noun: a webhook tells nobody more than who set it up may read."""


def readable(viewer: Viewer) -> list[str]:
    """The nouns of which this viewer may have a webhook tell.

    A webhook tells of the whole estate, so whoever may read a noun in some places only may not choose it.
    """
    if not viewer.may(WEBHOOKS, at=COMPANY):
        return []
    return [noun for noun, permission in READS.items() if viewer.may(permission, at=COMPANY)]


def may_handle(viewer: Viewer, nouns: Iterable[str]) -> bool:
    """Whether this viewer may look into a webhook and change it: whoever can send its messages elsewhere gets them."""
    return bool(readable(viewer)) and set(nouns) <= set(readable(viewer))
