"""An audience, as people choose it and as the database compares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.viewer import EVERYBODY, EVERYWHERE, Viewer

GROUPS = ("tenants", "owners", "residents", "businesses")
"""The words for *who* an audience may be limited to."""


@dataclass(frozen=True)
class Audience:
    """`where` are nodes of the estate (none: everywhere), `who` are groups (none: everybody there).

    A node is a property, a building, a unit, or a period of one: the people of that period, whenever they see the
    portal. A unit means whoever used it on the day of the thing.
    """

    where: frozenset[UUID] = field(default_factory=frozenset)
    who: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if unknown := self.who - set(GROUPS):
            raise ValueError(f"unknown groups: {sorted(unknown)}")

    @property
    def keys(self) -> list[str]:
        """One key per pair, so that visibility is one array overlap: `stored && the viewer's`."""
        nodes = sorted(map(str, self.where)) or [EVERYWHERE]
        groups = sorted(self.who) or [EVERYBODY]
        return [f"{node}:{group}" for node in nodes for group in groups]

    def includes(self, viewer: Viewer, on: date) -> bool:
        """The same question as `meant` asks, for a thing already in hand; `on` is the thing's day."""
        keys = set(self.keys)
        return not keys.isdisjoint(viewer.audience_keys) or any(
            stay.key in keys and stay.covers(on) for stay in viewer.stays
        )

    def to_json(self) -> dict[str, list[str]]:
        """As stored, and as the API speaks of it."""
        return {"where": sorted(map(str, self.where)), "who": sorted(self.who)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Audience:
        """Read what `to_json` wrote; nothing at all means everybody everywhere."""
        given = data or {}
        return cls(frozenset(map(UUID, given.get("where", ()))), frozenset(given.get("who", ())))


class HasAudience:
    """Columns of a thing with an audience. Set them through `.audience`, so that both always agree."""

    audience_json: Mapped[dict[str, list[str]]] = mapped_column("audience", JSONB, server_default=text("'{}'"))
    audience_keys: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{*:*}'"))

    @property
    def audience(self) -> Audience:
        """Who may see this."""
        return Audience.from_json(self.audience_json)

    @audience.setter
    def audience(self, audience: Audience) -> None:
        self.audience_json, self.audience_keys = audience.to_json(), audience.keys
