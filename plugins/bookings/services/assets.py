"""Assets: what can be booked, and how. Bookings that are there keep the rules under which they were made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import delete, func, or_, select

from plugins.bookings.models import HOLDS, RESERVED, Asset, Blocking, Booking, Link
from plugins.bookings.queries import assets_of
from plugins.bookings.rules import Rules
from plugins.bookings.services.offering import drop_all
from quartier.sdk import Audience, CompanySession, LocalizedText, Viewer, company_of, fold, new_id
from quartier.sdk import gettext as _

TEXTS: Final = ("name", "description", "place", "house_rules", "access")
PLAIN: Final = ("key", "code", "icon", "capacity", "property_id", "position")


class NotFound(LookupError):
    """There is no such asset or booking."""


class EditConflict(Exception):
    """Somebody else has saved the asset meanwhile; `version` is what it has now."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class InTheWay(Exception):
    """Bookings ahead that keep something from being done: how many, and the first of them."""

    def __init__(self, count: int, first: datetime) -> None:
        super().__init__(count, first)
        self.count, self.first = count, first


def find_asset(db: CompanySession, asset_id: UUID) -> Asset:
    """The asset, for writing. Raises NotFound."""
    found = db.scalars(select(Asset).filter_by(id=asset_id)).one_or_none()
    if found is None:
        raise NotFound(str(asset_id))
    return found


def create_asset(db: CompanySession, *, by: Viewer, values: Mapping[str, Any]) -> Asset:  # noqa: ARG001 - every write names its actor
    """Something new to book, after all others. Raises ValidationError."""
    last = db.scalar(select(func.max(Asset.position))) or 0
    zone = company_of(db).timezone
    asset = Asset(id=new_id(), position=last + 10, timezone=zone, rules=Rules().to_json())
    asset.key = _free_key(db, str(values.get("key") or "") or _key_of(values["name"]))
    db.add(asset)
    _apply(db, asset, {**values, "key": asset.key})
    db.flush()
    if "linked" in values:
        link(db, asset.id, values["linked"])
    return asset


def save_asset(
    db: CompanySession,
    asset_id: UUID,
    *,
    by: Viewer,  # noqa: ARG001 - every write names its actor
    values: Mapping[str, Any],
    version: int | None = None,
) -> Asset:
    """Change what is given. Raises NotFound, ValidationError, EditConflict, and InTheWay for links."""
    asset = find_asset(db, asset_id)
    if version is not None and asset.version != version:
        raise EditConflict(asset.version)
    _apply(db, asset, values)
    if db.is_modified(asset):  # a folder that is planted again mostly says what is there
        asset.version, asset.changed_at = asset.version + 1, datetime.now(UTC)
    db.flush()
    if "linked" in values:
        link(db, asset_id, values["linked"])
    return asset


def archive(db: CompanySession, asset_id: UUID, *, by: Viewer, back: bool = False) -> None:  # noqa: ARG001 - every write names its actor
    """Nobody can book it any more, or waits for it; what is booked takes place. With `back`, it can be booked again."""
    asset = find_asset(db, asset_id)
    asset.archived_at = None if back else datetime.now(UTC)
    asset.version += 1
    db.flush()
    if not back:
        drop_all(db, asset_id)


def delete_asset(db: CompanySession, asset_id: UUID, *, by: Viewer) -> None:  # noqa: ARG001 - every write names its actor
    """Give an asset up for good. Raises InTheWay where it was ever booked: then it is archived."""
    asset = find_asset(db, asset_id)
    found = db.execute(select(func.count(), func.max(Booking.starts)).filter_by(asset_id=asset_id)).one()
    if found[0]:
        raise InTheWay(found[0], found[1])
    db.delete(asset)
    db.flush()


def link(db: CompanySession, asset_id: UUID, wanted: Iterable[UUID]) -> None:
    """From now on only one of an asset and each of these can be used at a time. Raises InTheWay, ValidationError.

    What is booked already keeps the link too; two bookings at once that are there already stand in the way.
    """
    others = {one for one in wanted if one != asset_id}
    if unknown := others - set(db.scalars(select(Asset.id).where(Asset.id.in_(others)))):
        raise ValidationError({"linked": [_("There is no such asset.") for _each in unknown]})
    mine = or_(Link.one_id == asset_id, Link.other_id == asset_id)
    known = {
        (one.other_id if one.one_id == asset_id else one.one_id): one for one in db.scalars(select(Link).where(mine))
    }
    for other, gone in known.items():
        if other not in others:
            db.execute(delete(Blocking).filter_by(resource_id=gone.id))
            db.delete(gone)
    for other in others - known.keys():
        _link(db, *sorted((asset_id, other)))
    db.flush()


_TAKE = """
    INSERT INTO bookings_blocking (id, booking_id, resource_id, starts, ends)
    SELECT gen_random_uuid(), k.booking_id, %(link)s, k.starts, k.ends FROM bookings_blocking k
    WHERE k.resource_id IN (%(one)s, %(other)s) AND k.ends > now()
    ON CONFLICT DO NOTHING RETURNING id
"""
_AHEAD = """
    SELECT count(*) AS count, min(starts) AS first FROM bookings_blocking
    WHERE resource_id IN (%s, %s) AND ends > now()
"""


def _link(db: CompanySession, one: UUID, other: UUID) -> None:
    made = Link(id=new_id(), one_id=one, other_id=other)
    db.add(made)
    db.flush()
    ahead = db.row(_AHEAD, (one, other))
    if len(db.rows(_TAKE, {"link": made.id, "one": one, "other": other})) < ahead.count:
        raise InTheWay(ahead.count, ahead.first)


def _apply(db: CompanySession, asset: Asset, values: Mapping[str, Any]) -> None:
    for name in TEXTS:
        if name in values:
            setattr(asset, name, LocalizedText(values[name] or {}))
    for name in PLAIN:
        if name in values:
            setattr(asset, name, values[name])
    if "rules" in values:
        asset.rules = values["rules"].to_json()
    if "audience" in values:
        asset.audience = values["audience"] or Audience()
    _refuse_taken(db, asset)


def _refuse_taken(db: CompanySession, asset: Asset) -> None:
    with db.no_autoflush:
        other = db.scalar(select(Asset.id).where(Asset.key == asset.key, Asset.id != asset.id))
        if other:
            raise ValidationError({"key": [_("Another asset has this address already.")]})
        if asset.property_id and not db.row("SELECT 1 FROM property WHERE id = %s", (asset.property_id,)):
            raise ValidationError({"property_id": [_("There is no such property.")]})


def _key_of(name: Mapping[str, str]) -> str:
    word = next(iter(LocalizedText(name).values()), "")
    plain = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in fold(word))
    return "-".join(plain.split())[:50].strip("-") or "asset"


def _free_key(db: CompanySession, wanted: str) -> str:
    taken, found, number = {one.key for one in assets_of(db)} | {*RESERVED}, wanted, 2
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    return found


def holding(db: CompanySession, asset_id: UUID) -> int:
    """How many bookings lie ahead."""
    now = datetime.now(UTC)
    ahead = select(func.count()).select_from(Booking).filter_by(asset_id=asset_id)
    return db.scalar(ahead.where(Booking.state.in_(HOLDS), Booking.ends > now)) or 0
