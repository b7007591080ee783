"""Assets as everything else reads them: all of a company at once, kept until one of them changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from plugins.bookings.policies import Place, place_of, sees_everything, works_at
from plugins.bookings.rules import Rules
from quartier.sdk import COMPANY, Audience, CompanySession, LocalizedText, Viewer, Visit

CURRENCIES: Final = {"CH": "CHF", "LI": "CHF"}

_ASSETS = """
    SELECT a.id, a.key, a.name, a.description, a.place, a.house_rules, a.access, a.code, a.icon, a.capacity,
        a.property_id, p.name AS property, coalesce(p.timezone, a.timezone) AS timezone, a.rules, c.country, a.audience,
        a.audience_keys, a.archived_at, a.version,
        ARRAY(SELECT l.id FROM bookings_link l
            WHERE l.company_id = a.company_id AND a.id IN (l.one_id, l.other_id) ORDER BY l.id) AS links,
        ARRAY(SELECT CASE WHEN l.one_id = a.id THEN l.other_id ELSE l.one_id END FROM bookings_link l
            WHERE l.company_id = a.company_id AND a.id IN (l.one_id, l.other_id) ORDER BY l.id) AS linked,
        EXISTS (SELECT FROM attachment t WHERE t.company_id = a.company_id AND t.thing_id = a.id) AS has_files
    FROM bookings_asset a JOIN company c ON c.id = a.company_id
    LEFT JOIN property p ON p.company_id = a.company_id AND p.id = a.property_id
    WHERE %(asset)s::uuid IS NULL OR a.id = %(asset)s
    ORDER BY a.position, a.key
"""


@dataclass(frozen=True)
class AssetFacts:
    """An asset. `resources` are what a booking takes: the asset itself and its links, in one order everywhere, so that
    no two bookings wait for each other in a ring. `linked` are the assets that it excludes, `stands` is where rights of
    the team have to hold for it; whoever `has_files` is asked for them (an asset that changes is read anew)."""

    id: UUID
    key: str
    name: LocalizedText
    description: LocalizedText
    place: LocalizedText
    house_rules: LocalizedText
    access: LocalizedText
    code: str = field(repr=False)
    icon: str
    capacity: int
    property_id: UUID | None
    property: str | None
    zone: ZoneInfo
    rules: Rules
    audience: Audience
    keys: frozenset[str]
    archived: bool
    version: int
    resources: tuple[UUID, ...]
    linked: tuple[UUID, ...]
    currency: str
    stands: Place
    has_files: bool

    def is_for(self, viewer: Viewer) -> bool:
        """Whether this viewer may book it: what belongs to a flat, whoever lives there today."""
        if self.archived or sees_everything(viewer):
            return not self.archived and works_at(viewer, self.stands)
        return not self.keys.isdisjoint(_keys(viewer, datetime.now(self.zone).date()))


def assets_of(db: CompanySession, asset_id: UUID | None = None) -> tuple[AssetFacts, ...]:
    """All assets in the company's order, or the one with this id; archived ones too."""
    return tuple(_facts(row) for row in db.rows(_ASSETS, {"asset": asset_id}))


def all_assets(visit: Visit) -> tuple[AssetFacts, ...]:
    """The same, kept from visit to visit."""
    return visit.kept("bookings", "assets", lambda: assets_of(visit.db))


def visible_assets(visit: Visit) -> list[AssetFacts]:
    """What this viewer may book."""
    viewer, keys = visit.viewer, dict[ZoneInfo, frozenset[str]]()
    if sees_everything(viewer):
        return [one for one in all_assets(visit) if one.is_for(viewer)]
    found = [one for one in all_assets(visit) if not one.archived]
    for zone in {one.zone for one in found}:
        keys[zone] = _keys(viewer, datetime.now(zone).date())
    return [one for one in found if not one.keys.isdisjoint(keys[one.zone])]


def _keys(viewer: Viewer, today: date) -> frozenset[str]:
    """All that means this viewer on a day: who lives in a flat today, and not before or after."""
    return frozenset(stay.key for stay in viewer.stays if stay.covers(today)).union(viewer.audience_keys)


def staff_assets(visit: Visit, permission: str = "") -> list[AssetFacts]:
    """What somebody of the team has this right for (without one, that of the page); archived ones too."""
    right = permission or visit.needs
    return [one for one in all_assets(visit) if visit.viewer.may(right, at=one.stands)]


def limit_of(visit: Visit, permission: str = "") -> list[UUID] | None:
    """The ids of these, for a list to be limited to; None for who holds the right for the whole company."""
    right = permission or visit.needs
    return None if visit.viewer.may(right, at=COMPANY) else [one.id for one in staff_assets(visit, right)]


def asset_by_key(visit: Visit, key: str) -> AssetFacts | None:
    """The asset with this key, if the viewer may book it."""
    found = next((one for one in all_assets(visit) if one.key == key), None)
    return found if found is not None and found.is_for(visit.viewer) else None


def by_id(assets: Sequence[AssetFacts]) -> dict[UUID, AssetFacts]:
    """Assets by their id."""
    return {one.id: one for one in assets}


def _facts(row: Any) -> AssetFacts:
    return AssetFacts(
        id=row.id,
        key=row.key,
        name=LocalizedText(row.name),
        description=LocalizedText(row.description),
        place=LocalizedText(row.place),
        house_rules=LocalizedText(row.house_rules),
        access=LocalizedText(row.access),
        code=row.code,
        icon=row.icon,
        capacity=row.capacity,
        property_id=row.property_id,
        property=row.property,
        zone=ZoneInfo(row.timezone),
        rules=Rules.from_json(row.rules),
        audience=Audience.from_json(row.audience),
        keys=frozenset(row.audience_keys),
        archived=row.archived_at is not None,
        version=row.version,
        resources=tuple(sorted((row.id, *row.links))),
        linked=tuple(row.linked),
        currency=CURRENCIES.get(row.country, "EUR"),
        stands=place_of(row.property_id),
        has_files=row.has_files,
    )
