"""Rows of long lists as their cells say them: templates write them down and think of nothing.

A template that words each cell of fifty rows takes longer than the database that found them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from math import ceil
from typing import Any, NamedTuple
from uuid import UUID

from quartier.estate.vacancy import Vacancy
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.masterdata.wording import OCCUPANCY_KINDS, UNIT_KINDS, number, place
from quartier.people.standing import BADGES, Badge, Stage

DAY = timedelta(days=1)


class UnitCells(NamedTuple):
    """A unit in a list. `archived` is empty for one in use, `used` for a vacant one; `stages` is how far its people
    have come."""

    id: str
    name: str
    choose: str
    archived: str
    what: str
    street: str
    place: str
    rooms: str
    area: str
    used: str
    when: str
    stages: Sequence[Badge]


class PropertyCells(NamedTuple):
    """A property in the tree; `toggle` is the address that opens or closes it."""

    id: str
    name: str
    archived: str
    what: str
    buildings: str
    units: str
    open: bool
    expanded: str
    toggle: str
    label: str


class VacancyCells(NamedTuple):
    """A property on the page of vacancy. `vacant` is empty where nothing is; `step` draws the bar, 5 to 100."""

    id: str
    name: str
    units: str
    vacant: str
    percent: str
    step: int
    homes: str
    business: str
    area: str
    soon: str


def unit_cells(
    rows: Iterable[Any], *, with_people: bool, stages: Mapping[UUID, Sequence[Stage]]
) -> Iterator[UnitCells]:
    """Units as `estate.queries.units` found them; without people, what a unit is used for stands instead of by whom."""
    kinds = {kind: str(word) for kind, word in UNIT_KINDS.items()}
    uses = {kind: str(word) for kind, word in OCCUPANCY_KINDS.items()}
    archived, choose = _("archived"), _("Choose %(name)s", name="\0")
    badges = {stage: Badge(str(badge.label), badge.look) for stage, badge in BADGES.items()}
    rooms, area, when = cache(_rooms), cache(_area), cache(_when)  # a page says the same sizes and days many times
    for row in rows:
        known = number(row.external_id)
        yield UnitCells(
            id=str(row.id),
            name=row.name,
            choose=choose.replace("\0", row.name),
            archived=archived if row.archived_at else "",
            what=f"{kinds[row.kind]} · {known}" if known else kinds[row.kind],
            street=f"{row.street} {row.house_number}",
            place=place(row),
            rooms="" if row.rooms is None else rooms(row.rooms),
            area="" if row.area_m2 is None else area(row.area_m2),
            used=((row.people if with_people else "") or uses[row.use]) if row.use else "",
            when=when(row.starts, row.ends) if row.use else "",
            stages=[badges[one] for one in stages.get(row.occupancy_id, ())] if with_people and row.people else (),
        )


def property_cells(rows: Iterable[Any], toggles: Mapping[str, str], opened: Collection[str]) -> Iterator[PropertyCells]:
    """Properties as `estate.queries.properties` found them."""
    archived = _("archived")
    for row in rows:
        key, known = str(row.id), number(row.external_id)
        is_open = key in opened
        yield PropertyCells(
            id=key,
            name=row.name,
            archived=archived if row.archived_at else "",
            what=" · ".join(part for part in (known, row.places, row.owner) if part),
            buildings=ngettext("%(num)s building", "%(num)s buildings", row.buildings),
            units=ngettext("%(num)s unit", "%(num)s units", row.units),
            open=is_open,
            expanded="true" if is_open else "false",
            toggle=toggles[key],
            label=_("Buildings of %(name)s", name=row.name),
        )


def vacancy_cells(rows: Iterable[Vacancy]) -> Iterator[VacancyCells]:
    """Properties as `estate.vacancy.vacancies` found them."""
    for row in rows:
        yield VacancyCells(
            id=str(row.id),
            name=row.name,
            units=ngettext("%(num)s unit", "%(num)s units", row.units),
            vacant=formats.format_number(row.vacant) if row.vacant else "",
            percent=formats.format_number(round(row.share * 100, 1)),
            step=max(ceil(row.share * 20) * 5, 5),
            homes=formats.format_number(row.homes),
            business=formats.format_number(row.business),
            area=formats.format_number(row.area),
            soon=formats.format_number(row.soon),
        )


def _rooms(rooms: Decimal) -> str:
    return ngettext("%(num)s room", "%(num)s rooms", float(rooms))


def _area(area: Decimal) -> str:
    return f"{formats.format_number(area)} m²"


def _when(starts: date, ends: date | None) -> str:
    if ends:
        return _("until %(date)s", date=formats.format_date(ends - DAY))
    return _("since %(date)s", date=formats.format_date(starts))
