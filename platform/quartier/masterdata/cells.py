"""Rows of long lists as their cells say them: templates write them down and think of nothing.

A template that words each cell of fifty rows takes longer than the database that found them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from math import ceil
from typing import Any, NamedTuple

from quartier.estate.vacancy import Vacancy
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.masterdata.wording import OCCUPANCY_KINDS, UNIT_KINDS, number, place
from quartier.people.standing import BADGES, STAGES, Badge
from quartier.web.contact import national

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


class HouseCells(NamedTuple):
    """A building below its property in the tree; `archived` is empty for one in use."""

    id: str
    name: str
    archived: str
    address: str
    units: str


class PropertyCells(NamedTuple):
    """A property in the tree; `toggle` is the address that opens or closes it."""

    id: str
    name: str
    archived: str
    what: str
    buildings: str
    units: str
    open: bool
    toggle: str
    label: str
    houses: tuple[HouseCells, ...]


class PersonCells(NamedTuple):
    """Somebody in a list of people. What is empty is not shown: `firm` beside the name of somebody of a business,
    `unit_id` of who is nowhere today, `stage` of who only works here."""

    id: str
    name: str
    archived: str
    firm: str
    email: str
    number: str
    unit_id: str
    unit: str
    others: str
    home: str
    look: str
    stage: str


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


def unit_cells(rows: Iterable[Any], with_people: bool) -> Iterator[UnitCells]:
    """Units as `estate.queries.units` found them; without people, what a unit is used for stands instead of by whom."""
    kinds = {kind: str(word) for kind, word in UNIT_KINDS.items()}
    uses = {kind: str(word) for kind, word in OCCUPANCY_KINDS.items()}
    archived, choose = _("archived"), _("Choose %(name)s", name="\0")
    rooms, area, when = cache(_rooms), cache(_area), cache(_when)  # a page says the same sizes and days many times
    stages = cache(_stages)
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
            stages=stages(row.stages) if with_people and row.people else (),
        )


def person_cells(rows: Iterable[Any]) -> Iterator[PersonCells]:
    """People as `people.queries.people` found them."""
    uses = {kind: str(word) for kind, word in OCCUPANCY_KINDS.items()}
    badges = {stage: (badge.look, str(badge.label)) for stage, badge in BADGES.items()}
    archived = _("archived")
    for row in rows:
        look, stage = badges[row.stage] if row.stage else ("", "")
        yield PersonCells(
            id=str(row.id),
            name=row.name,
            archived=archived if row.archived_at else "",
            firm=row.company_name if row.company_name != row.name else "",
            email=row.email or "",
            number=national(row.mobile or row.phone or ""),
            unit_id=str(row.unit_id) if row.unit_id else "",
            unit=row.unit or "",
            others=f"+{row.others}" if row.others else "",
            home=f"{row.address} · {uses[row.kind]}" if row.unit_id else "",
            look=look,
            stage=stage,
        )


def property_cells(rows: Iterable[Any], toggles: Mapping[str, str], opened: Collection[str]) -> Iterator[PropertyCells]:
    """Properties as `estate.queries.properties` found them, with the buildings of those that are open."""
    archived, label = _("archived"), _("Buildings of %(name)s", name="\0")
    buildings, units = cache(_buildings), cache(_units)
    for row in rows:
        key, known = str(row.id), number(row.external_id)
        yield PropertyCells(
            id=key,
            name=row.name,
            archived=archived if row.archived_at else "",
            what=" · ".join(part for part in (known, row.places, row.owner) if part),
            buildings=buildings(row.buildings),
            units=units(row.units),
            open=key in opened,
            toggle=toggles[key],
            label=label.replace("\0", row.name),
            houses=tuple(_house(house, archived, units) for house in row.houses or ()),
        )


def _house(house: Mapping[str, Any], archived: str, units: Callable[[int], str]) -> HouseCells:
    address = f"{house['street']} {house['house_number']}, {house['postal_code']} {house['city']}"
    return HouseCells(house["id"], house["name"], archived if house["archived"] else "", address, units(house["units"]))


def vacancy_cells(rows: Iterable[Vacancy]) -> Iterator[VacancyCells]:
    """Properties as `estate.vacancy.vacancies` found them."""
    for row in rows:
        yield VacancyCells(
            id=str(row.id),
            name=row.name,
            units=_units(row.units),
            vacant=formats.format_number(row.vacant) if row.vacant else "",
            percent=formats.format_number(round(row.share * 100, 1)),
            step=max(ceil(row.share * 20) * 5, 5),
            homes=formats.format_number(row.homes),
            business=formats.format_number(row.business),
            area=formats.format_number(row.area),
            soon=formats.format_number(row.soon),
        )


def _buildings(many: int) -> str:
    return ngettext("%(num)s building", "%(num)s buildings", many)


def _units(many: int) -> str:
    return ngettext("%(num)s unit", "%(num)s units", many)


def _stages(stages: str) -> tuple[Badge, ...]:
    """How far the people of a unit have come; each stage once, in the order of all lists."""
    found = stages.split()
    return tuple(Badge(str(BADGES[stage].label), BADGES[stage].look) for stage in STAGES if stage in found)


def _rooms(rooms: Decimal) -> str:
    return ngettext("%(num)s room", "%(num)s rooms", float(rooms))


def _area(area: Decimal) -> str:
    return f"{formats.format_number(area)} m²"


def _when(starts: date, ends: date | None) -> str:
    if ends:
        return _("until %(date)s", date=formats.format_date(ends - DAY))
    return _("since %(date)s", date=formats.format_date(starts))
