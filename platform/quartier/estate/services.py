"""Changing the estate by its rules. Nothing here commits, and who acts is said before (`history.acting`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from quartier.db.base import new_id
from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.estate.quota import room_for
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.jobs.queue import defer
from quartier.locks.fields import locked_fields, owner_of
from quartier.tenancy.session import CompanySession

Node = Property | Building | Unit
FRESHEN, LARGE = "estate.freshen", 1000  # rows


class EstateError(ValueError):
    """A change that a rule forbids; `field` is the input it stands at, the message a sentence for the reader."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class Edited(EstateError):
    """Somebody else changed the row since it was shown."""

    def __init__(self) -> None:
        sentence = _("Somebody else has changed this in the meantime. What you see below is yours; please compare.")
        super().__init__("_schema", sentence)


class StillOpen(EstateError):
    """A new tenancy meets one without an end, which could be closed the day before."""

    def __init__(self, sentence: str, open_one: Occupancy) -> None:
        super().__init__("starts", sentence)
        self.open_one = open_one


def much_written(db: CompanySession, rows: int) -> None:
    """So many rows were written at once: soon the next list must not be planned for the estate of before."""
    if rows >= LARGE:
        defer(db, FRESHEN, alone=FRESHEN)


def add(db: Session, model: Any, values: Mapping[str, Any]) -> Any:
    """A new property or building, or whatever has an external id. Raises EstateError."""
    _number_is_free(db, model, values.get("external_id"))
    thing = model(id=new_id(), **values)
    db.add(thing)
    db.flush()
    return thing


def add_unit(db: CompanySession, building: Building, values: Mapping[str, Any], *, on: date) -> Unit:
    """A unit in a building, if the contract has room for it."""
    if refused := room_for(db, 1, on=on):
        raise EstateError("_schema", refused)
    unit: Unit = add(db, Unit, {**values, "building_id": building.id})
    return unit


def change(db: CompanySession, thing: Any, values: Mapping[str, Any], *, version: int) -> None:
    """New values for a row that was shown in this `version`. Fields that the company's ERP owns stay as they are."""
    lock_version(db, thing, version)
    wanted = {name: value for name, value in values.items() if getattr(thing, name) != value}
    if owned := sorted(wanted.keys() & locked_fields(db, thing.__tablename__)):
        raise EstateError(owned[0], _("This comes from your ERP system and can only be changed there."))
    if "external_id" in wanted:
        _number_is_free(db, type(thing), wanted["external_id"])
    for name, value in wanted.items():
        setattr(thing, name, value)
    db.flush()


def lock_version(db: Session, thing: Any, version: int) -> None:
    """Hold the row until the end of the transaction. Raises Edited when it is not the one that was shown."""
    db.refresh(thing, with_for_update=True)
    if thing.version != version:
        raise Edited


def move_unit(db: CompanySession, unit: Unit, building: Building, *, version: int) -> None:
    """The unit stands in another building from now on, with all its periods."""
    change(db, unit, {"building_id": building.id}, version=version)


def archive(db: Session, thing: Any) -> None:
    """Put a row away; what hangs on it stays as it is."""
    if thing.archived_at is None:
        thing.archived_at = datetime.now(UTC)
        db.flush()


def restore(db: CompanySession, thing: Any, *, on: date) -> None:
    """Take a row out of the archive. A unit counts again, so the contract must have room for it."""
    if isinstance(thing, Unit) and thing.archived_at is not None and (refused := room_for(db, 1, on=on)):
        raise EstateError("_schema", refused)
    thing.archived_at = None
    db.flush()


def in_the_way(db: Session, thing: Node | Occupancy) -> str | None:
    """What must go before this can be deleted, as a sentence; None when nothing does."""
    match thing:
        case Property():
            count = _count(db, Building, property_id=thing.id)
            sentence = ngettext("%(num)s building belongs to it.", "%(num)s buildings belong to it.", count)
        case Building():
            count = _count(db, Unit, building_id=thing.id)
            sentence = ngettext("%(num)s unit is in it.", "%(num)s units are in it.", count)
        case Unit():
            count = _count(db, Occupancy, unit_id=thing.id)
            sentence = ngettext("%(num)s period hangs on it.", "%(num)s periods hang on it.", count)
        case Occupancy():
            return None
    return sentence if count else None


def delete(db: Session, thing: Node | Occupancy) -> None:
    """Remove a leaf for good. Raises EstateError with what is in the way of it."""
    if obstacle := in_the_way(db, thing):
        raise EstateError("_schema", _("It cannot be deleted: %(reason)s", reason=obstacle))
    db.delete(thing)
    db.flush()


def add_occupancy(db: CompanySession, unit: Unit, values: Mapping[str, Any], *, close_open: bool = False) -> Occupancy:
    """A tenancy or an ownership of a unit. `close_open` ends an open tenancy the day before the new one.

    Raises StillOpen where that would help, EstateError with the clashing period otherwise: also where only the ERP ends
    a period.
    """
    if values["kind"] == "tenancy":
        _make_room(db, unit, values["starts"], values["ends"], close_open=close_open)
    occupancy: Occupancy = add(db, Occupancy, {**values, "unit_id": unit.id})
    return occupancy


def change_occupancy(db: CompanySession, occupancy: Occupancy, values: Mapping[str, Any], *, version: int) -> None:
    """Other dates or facts of a period, by the same rules."""
    lock_version(db, occupancy, version)
    wanted = {"kind": occupancy.kind, "starts": occupancy.starts, "ends": occupancy.ends, **values}
    if wanted["kind"] == "tenancy":
        clash = _clash(db, occupancy.unit_id, wanted["starts"], wanted["ends"], but=occupancy.id)
        if clash is not None:
            raise EstateError("starts", _overlaps(clash))
    change(db, occupancy, values, version=version)


def period(starts: date, ends: date | None) -> str:
    """A period in words; `ends` is the first day after it."""
    first = formats.format_date(starts)
    if ends is None:
        return _("since %(first)s, without an end", first=first)
    return _("%(first)s to %(last)s", first=first, last=formats.format_date(ends - timedelta(days=1)))


def _make_room(db: CompanySession, unit: Unit, starts: date, ends: date | None, *, close_open: bool) -> None:
    db.refresh(unit, with_for_update=True)  # two new tenancies of a unit wait for each other
    clash = _clash(db, unit.id, starts, ends)
    if clash is not None and clash.ends is None and clash.starts < starts:
        when = formats.format_date(clash.starts)
        erp = owner_of(db, "occupancy")
        if erp and "ends" in erp.fields:
            sentence = _("The tenancy since %(date)s has no end yet, and its end is set in %(system)s.",
                         date=when, system=erp.system)  # fmt: skip
            raise EstateError("starts", sentence)
        if not close_open:
            raise StillOpen(_("The tenancy since %(date)s has no end yet. Close it first.", date=when), clash)
        clash.ends = starts
        db.flush()
        clash = _clash(db, unit.id, starts, ends)
    if clash is not None:
        raise EstateError("starts", _overlaps(clash))


def _overlaps(clash: Occupancy) -> str:
    if clash.ends is None:
        return _("There is a tenancy at that time already: %(period)s.", period=period(clash.starts, None))
    return _(
        "There is a tenancy at that time already: %(period)s. The next one can start on %(day)s.",
        period=period(clash.starts, clash.ends),
        day=formats.format_date(clash.ends),
    )


def _clash(db: Session, unit_id: UUID, starts: date, ends: date | None, *, but: UUID | None = None) -> Occupancy | None:
    query = select(Occupancy).filter_by(unit_id=unit_id, kind="tenancy")
    query = query.where(or_(Occupancy.ends.is_(None), Occupancy.ends > starts), Occupancy.id != (but or new_id()))
    if ends is not None:
        query = query.where(Occupancy.starts < ends)
    return db.scalars(query.order_by(Occupancy.starts.desc()).limit(1)).first()


def _number_is_free(db: Session, model: Any, number: str | None) -> None:
    if number and db.scalar(select(model.id).filter_by(external_id=number)) is not None:
        raise EstateError("external_id", _("Something else has this number already."))


def _count(db: Session, model: Any, **by: Any) -> int:
    return db.scalar(select(func.count()).select_from(model).filter_by(**by)) or 0
