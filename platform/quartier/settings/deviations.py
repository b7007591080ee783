"""Single properties in which a switch stands otherwise than at the company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from quartier.contracts.events import record
from quartier.db.base import new_id
from quartier.estate.models import Property
from quartier.i18n.texts import ngettext
from quartier.plugin.switches import Switch, value
from quartier.settings.modules_queries import residents
from quartier.settings.portal_queries import stored_settings
from quartier.tenancy.models import Company, SwitchDeviation
from quartier.tenancy.session import CompanySession

CHANGED = "switch.placed"
DEVIATING = """
    SELECT x.key, x.property_id, x.value, p.name FROM switch_deviation x
      JOIN property p ON p.company_id = x.company_id AND p.id = x.property_id ORDER BY p.name, p.id
"""


def deviating(db: CompanySession, switches: Mapping[str, Switch], settings: Mapping[str, object]) -> dict[str, Any]:
    """By key of a switch its properties that are otherwise, as rows with `property_id` and `name`, sorted by name."""
    found: dict[str, Any] = defaultdict(list)
    for row in db.rows(DEVIATING):
        switch = switches.get(row.key)
        if switch is not None and switch.per_property and row.value is not value(settings, switch):
            found[row.key].append(row)
    return found


class Reach:
    """How many residents have what the company puts on or off, with what single properties have instead.

    Most switches are the same everywhere, so the whole company is counted once for all of them.
    """

    def __init__(self, db: CompanySession) -> None:
        self._db = db
        self._where: dict[tuple[str, bool], list[UUID]] = defaultdict(list)
        for row in db.rows("SELECT key, value, property_id FROM switch_deviation"):
            self._where[row.key, row.value].append(row.property_id)
        self._known: dict[frozenset[UUID] | None, int] = {frozenset(): 0}

    def of(self, switch: Switch, *, on: bool) -> int:
        """Of a switch that the company has `on` or off."""
        otherwise = self._where[switch.key, not on]
        if not on:
            return self._count(frozenset(otherwise))
        if not otherwise:
            return self._count(None)
        others = select(Property.id).where(Property.id.not_in(otherwise))
        return self._count(frozenset(self._db.scalars(others)))

    def _count(self, places: frozenset[UUID] | None) -> int:
        if places not in self._known:
            self._known[places] = residents(self._db, places)
        return self._known[places]


def less_or_more(now: int, then: int) -> str:
    """How many residents lose or get something when it is moved."""
    if then < now:
        return ngettext("%(num)s person will no longer have it.", "%(num)s people will no longer have it.", now - then)
    return ngettext("%(num)s person will have it from now on.", "%(num)s people will have it from now on.", then - now)


def fingerprint(on: bool, places: Collection[UUID]) -> str:
    """Names where a switch stands; another one means that somebody saved in between."""
    return sha256(f"{on} {sorted(map(str, places))}".encode()).hexdigest()[:16]


def deviate(db: CompanySession, switch: Switch, places: Collection[UUID], *, actor: str) -> bool:
    """Have a switch be otherwise in exactly these properties; whether that is a change.

    Ids that are no property of the bound company are left out.
    """
    settings = stored_settings(db, lock=True)
    other, key = not value(settings, switch), switch.key
    before = [row.name for row in deviating(db, {key: switch}, settings)[key]]
    known = db.scalars(select(Property.id).where(Property.id.in_(places))).all()
    gone = delete(SwitchDeviation).where(SwitchDeviation.key == key, SwitchDeviation.value == other)
    db.execute(gone.where(SwitchDeviation.property_id.not_in(known)))
    if known:
        rows = [{"id": new_id(), "key": key, "property_id": one, "value": other} for one in known]
        written, unique = insert(SwitchDeviation), ["company_id", "key", "property_id"]
        db.execute(written.on_conflict_do_update(index_elements=unique, set_={"value": other}), rows)
    after = [row.name for row in deviating(db, {key: switch}, settings)[key]]
    if before == after:
        return False
    touched = update(Company).where(Company.id == db.company_id)
    db.execute(touched.values(version=Company.version + 1, changed_at=func.now()))
    record(
        db, db.company_id, kind=CHANGED, subject=key, actor=actor, before={"properties": before},
        after={"properties": after},
    )  # fmt: skip
    return True
