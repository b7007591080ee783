"""The estate as a tree and as lists: browse, search, narrow down, export, and see what is vacant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import abort, request

from quartier.estate import queries
from quartier.estate.policies import EDIT, READ
from quartier.estate.queries import PAGE, USES, UnitFilters
from quartier.estate.quota import usage
from quartier.estate.vacancy import vacancies
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.masterdata.area import (
    HOME,
    UNITS,
    asked_after,
    asked_text,
    cockpit,
    found_building,
    found_property,
    named,
    standing_for,
)
from quartier.masterdata.cells import property_cells, unit_cells, vacancy_cells
from quartier.masterdata.export import TYPES, as_file
from quartier.masterdata.listed import (
    NOTHING,
    ROWS,
    Asked,
    Listed,
    ListPage,
    TreeAsked,
    UnitsAsked,
    list_page,
)
from quartier.masterdata.wording import FIELDS, OCCUPANCY_KINDS, UNIT_KINDS
from quartier.people.policies import READ as READ_PEOPLE
from quartier.people.policies import may_search_by_people
from quartier.web.forms import id_in
from quartier.web.pieces import draw
from quartier.web.visit import Visit

USE_NAMES: Mapping[str, str] = {"let": _l("Let"), "owned": _l("Owned"), "vacant": _l("Vacant")}
VACANCY = "/cockpit/estate/vacancy"
TREE = ListPage("tree", _l("Estate"), ("places", "contracts"))
ALL_UNITS = ListPage("units", _l("Units"), ("places", "periods", "people"))
VACANT = ListPage("vacancy", _l("Vacancy"), ("places", "periods"))
SOON = timedelta(days=92)
UNIT_COLUMNS = (
    "property_number", "property", "building_number", "building", "street", "house_number", "postal_code", "city",
    "country", "external_id", "name", "kind", "is_commercial", "floor", "rooms", "area_m2",
)  # fmt: skip


@cockpit.page(HOME, needs=READ)
def estate(visit: Visit) -> str:
    """Properties, and what is in those that are open."""
    opened = frozenset(one for text in request.args.getlist("open") if (one := id_in(text)) is not None)
    asked = TreeAsked(asked_text(), asked_after(), "archived" in request.args, opened)
    return list_page(visit, TREE, asked, lambda: _tree(visit, asked))


@cockpit.page(UNITS, needs=READ)
def units(visit: Visit) -> str:
    """Units in the order of the tree, narrowed down by the address."""
    filters = asked_filters()
    asked = UnitsAsked(filters.text, asked_after(), filters, pick=visit.viewer.may(EDIT))
    return list_page(visit, ALL_UNITS, asked, lambda: _units(visit, asked))


@cockpit.page(f"{UNITS}/export/<kind>", needs=READ)
def export_units(visit: Visit, kind: str) -> Any:
    """Everything that the list shows, as a file."""
    if kind not in TYPES:
        abort(404)
    heads = {"property_number": _("Property ID"), "building_number": _("Building ID"), "property": _("Property"),
             "building": _("Building")}  # fmt: skip
    columns = [heads.get(name) or str(FIELDS[name]) for name in UNIT_COLUMNS]
    columns += [_("Use"), str(FIELDS["starts"]), str(FIELDS["ends"]), str(FIELDS["contract_number"])]
    with_people = visit.viewer.may(READ_PEOPLE)
    columns += [_("People")] if with_people else []
    filters, within = asked_filters(), visit.viewer.within(READ)
    found = queries.all_units(visit.db, seen_by(visit, filters), within=within, today=visit.today)
    rows = (_cells(row, with_people=with_people) for one in found for row in named(visit, [one]))
    return as_file(_("units"), kind, columns, rows)


@cockpit.page(VACANCY, needs=READ)
def vacancy(visit: Visit) -> str:
    """How much is vacant, property by property."""
    asked = Asked("", asked_after())
    return list_page(visit, VACANT, asked, lambda: _vacancy(visit, asked))


def _tree(visit: Visit, asked: TreeAsked) -> dict[str, Any]:
    within = visit.viewer.within(READ)
    used = None if asked.text else usage(visit.db, visit.today)  # who searches is not after the contract
    rows = queries.properties(
        visit.db, text=asked.text, within=within, archived=asked.archived, after=asked.after, limit=PAGE + 1,
        opened=asked.opened,
    )  # fmt: skip
    opened = {str(row.id) for row in rows if row.id in asked.opened}
    kept: list[tuple[str, str]] = [("q", asked.text)] if asked.text else []
    kept += [("archived", "1")] if asked.archived else []
    toggles = _toggles([str(row.id) for row in rows], opened, kept, asked.after)
    more = f"{HOME}?{urlencode([*kept, ('after', rows[PAGE - 1].id)])}" if len(rows) > PAGE else None
    cells = property_cells(rows[:PAGE], toggles, opened)
    return {"found": Listed(draw(visit, ROWS, "properties", cells) if rows else NOTHING, more), "usage": used}


def _units(visit: Visit, asked: UnitsAsked) -> dict[str, Any]:
    filters, people = asked.filters, visit.viewer.may(READ_PEOPLE)
    rows = queries.units(
        visit.db, seen_by(visit, filters), within=visit.viewer.within(READ), today=visit.today, after=asked.after,
        limit=PAGE + 1, standing=standing_for(visit),
    )  # fmt: skip
    more = address(filters, after=str(rows[PAGE - 1].id)) if len(rows) > PAGE else None
    shown = draw(visit, ROWS, "units", unit_cells, named(visit, rows[:PAGE]), people, asked.pick, True)
    narrowing = draw(visit, ROWS, "narrowing", _tabs(filters), _chips(visit, filters, rows), _options(filters))
    return {
        "found": Listed(shown if rows else NOTHING, more, narrowing), "filters": filters,
        "kept": _asked(replace(filters, text="")), "query": urlencode(_asked(filters)),
    }  # fmt: skip


def _vacancy(visit: Visit, asked: Asked) -> dict[str, Any]:
    rows = vacancies(
        visit.db, within=visit.viewer.within(READ), today=visit.today, soon=visit.today + SOON, after=asked.after,
        limit=PAGE + 1,
    )  # fmt: skip
    if not rows:
        return {"found": Listed()}
    more = f"{VACANCY}?after={rows[PAGE - 1].id}" if len(rows) > PAGE else None
    of_all = draw(visit, ROWS, "vacant_of_all", rows[0].all_vacant, rows[0].all_units)
    return {"found": Listed(draw(visit, ROWS, "vacancies", vacancy_cells(rows[:PAGE])), more, of_all)}


def asked_filters() -> UnitFilters:
    """What the address asks for; what makes no sense there is left out."""
    asked = request.args
    kind, use, commercial = asked.get("kind"), asked.get("use"), asked.get("commercial")
    return UnitFilters(
        text=asked_text(),
        property_id=id_in(asked.get("property")),
        building_id=id_in(asked.get("building")),
        kind=kind if kind in UNIT_KINDS else None,
        use=use if use in USES else None,
        commercial=commercial == "yes" if commercial in {"yes", "no"} else None,
        archived="archived" in asked,
    )


def seen_by(visit: Visit, filters: UnitFilters) -> UnitFilters:
    """The same filters for somebody who may not know who lives where: names of people find nothing then."""
    return filters if may_search_by_people(visit.viewer) else replace(filters, by_people=False)


def address(filters: UnitFilters, **more: str) -> str:
    """The list's address with these filters."""
    asked = urlencode(_asked(filters) | more)
    return f"{UNITS}?{asked}" if asked else UNITS


def _asked(filters: UnitFilters) -> dict[str, str]:
    said = {None: "", True: "yes", False: "no"}
    found = {"q": filters.text, "property": str(filters.property_id or ""), "building": str(filters.building_id or ""),
             "kind": filters.kind or "", "use": filters.use or "", "commercial": said[filters.commercial],
             "archived": "1" if filters.archived else ""}  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _toggles(all_of: list[str], opened: set[str], kept: list[tuple[str, str]], after: UUID | None) -> dict[str, str]:
    """For each property the address that opens or closes it; what all of them share is made once."""
    there = [*kept, *([("after", str(after))] if after else [])]
    shared = [urlencode(there)] if there else []
    wanted = {one: sorted(opened ^ {one}) for one in all_of}
    return {
        one: f"{HOME}?{'&'.join([*shared, *(f'open={other}' for other in others)])}#p-{one}"
        for one, others in wanted.items()
    }


def _tabs(filters: UnitFilters) -> list[tuple[str, str, bool]]:
    tabs = [(_("All units"), address(replace(filters, use=None)), filters.use is None)]
    more = {use: replace(filters, use=use) for use in USE_NAMES}
    return tabs + [(str(USE_NAMES[use]), address(way), filters.use == use) for use, way in more.items()]


def _chips(visit: Visit, filters: UnitFilters, rows: Sequence[Any]) -> list[tuple[str, str, str]]:
    """What the list is narrowed down by. Rows that this viewer sees say where they are; without any it is looked up."""
    chips = []
    if filters.property_id:
        name = rows[0].property if rows else found_property(visit, filters.property_id).name
        chips.append((_("Property"), name, address(replace(filters, property_id=None))))
    if filters.building_id:
        name = rows[0].building if rows else found_building(visit, filters.building_id)[1].name
        chips.append((_("Building"), name, address(replace(filters, building_id=None))))
    if filters.kind:
        chips.append((_("Kind"), str(UNIT_KINDS[filters.kind]), address(replace(filters, kind=None))))
    if filters.commercial is not None:
        words = _("Business premises") if filters.commercial else _("Private")
        chips.append((_("Use"), words, address(replace(filters, commercial=None))))
    if filters.archived:
        chips.append((_("Show"), _("archived"), address(replace(filters, archived=False))))
    return chips


def _options(filters: UnitFilters) -> list[tuple[str, str, str]]:
    """What else the list can be narrowed down by. The kinds are many, so what their addresses share is made once."""
    ways = [("building", _("Business premises"), replace(filters, commercial=True)),
            ("home", _("Private"), replace(filters, commercial=False)),
            ("archive", _("Archived entries"), replace(filters, archived=True))]  # fmt: skip
    others = address(replace(filters, kind=None))
    of_kind = f"{others}{'&' if '?' in others else '?'}kind="
    kinds = [("key", str(name), f"{of_kind}{kind}") for kind, name in UNIT_KINDS.items()]
    return [(icon, words, address(way)) for icon, words, way in ways] + kinds


def _cells(row: Any, *, with_people: bool) -> list[Any]:
    cells = [getattr(row, name) for name in UNIT_COLUMNS]
    cells[UNIT_COLUMNS.index("kind")] = str(UNIT_KINDS[row.kind])
    cells[UNIT_COLUMNS.index("is_commercial")] = _("yes") if row.is_commercial else _("no")
    last = row.ends - timedelta(days=1) if row.ends else None
    use = str(OCCUPANCY_KINDS[row.use]) if row.use else _("Vacant")
    return [*cells, use, row.starts, last, row.contract_number, *([row.people] if with_people else [])]
