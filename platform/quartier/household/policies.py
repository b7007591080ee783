"""Who may bring whom in, and whose access somebody may end."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from quartier.household.switches import ADD_USER, INVITE
from quartier.plugin.switches import value_at
from quartier.tenancy.snapshot import Snapshot
from quartier.viewer import Place, Viewer

EQUAL: Final = ("partner",)
GUESTS: Final = ("household", "child", "subtenant", "carer")


def homes(viewer: Viewer) -> list[Place]:
    """The periods whose people this resident sees: those of which they are a party. A shop is the business's."""
    return [place for place in viewer.places if place.is_party and not place.is_commercial]


def may_invite(place: Place, today: date) -> bool:
    """Who stands in the contract brings people in, as long as it runs; who was added by them does not add others."""
    return place.role in ("main", "co_tenant") and (place.ends is None or today < place.ends)


def roles(company: Snapshot, property_id: UUID) -> tuple[str, ...]:
    """In which roles the company lets residents of a property bring people in, the usual one first."""
    guests = GUESTS if value_at(company, INVITE, property_id) else ()
    return (*guests, *(EQUAL if value_at(company, ADD_USER, property_id) else ()))
