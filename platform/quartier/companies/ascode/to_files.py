"""Writing a company as a folder, so that `apply` of it on an empty installation makes the same company."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import InlineTable, Table

from quartier.companies.ascode.brands import slot_there
from quartier.companies.ascode.description import TEAM, Description, Row
from quartier.companies.ascode.shapes import SHAPES
from quartier.companies.branding import PLAIN
from quartier.companies.models import PICTURES
from quartier.i18n.localized import LocalizedText
from quartier.legal.files import Written, write_documents
from quartier.tenancy.models import Company
from quartier.theming.shape import AS_DRAWN, CHOICES

SUFFIXES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
MORE: Mapping[str, tuple[str, ...]] = {"occupancy": ("people",)}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    shape.table: (*shape.parents, *shape.plain, *MORE.get(shape.table, ())) for shape in SHAPES
}
FILES = {
    "property": "properties", "building": "buildings", "unit": "units", "person": "people", "occupancy": "occupancies",
}  # fmt: skip


def write_folder(company: Company, said: Description, folder: Path) -> None:
    """tenant.toml, brand/, legal/ and masterdata/; passwords and what modules hold are not in there."""
    (folder / "brand").mkdir(parents=True, exist_ok=True)
    (folder / "masterdata").mkdir(exist_ok=True)
    paths = {}
    files = {slot_there(key[0], slot): f"look-{number}-{slot}" for number, key in enumerate(sorted(said["look"]), 1)
             for slot in PICTURES}  # fmt: skip
    for slot, picture in said.pictures.items():
        name = f"brand/{files.get(slot, slot).replace('_', '-')}.{SUFFIXES[picture.content_type]}"
        (folder / name).write_bytes(picture.body)
        paths[slot] = name
    (folder / "tenant.toml").write_text(tomlkit.dumps(_tenant(company, said, paths)), encoding="utf-8")
    write_documents(folder / "legal", {key[0]: Written(**row) for key, row in said["legal"].items()})
    for table, columns in COLUMNS.items():
        rows = ({"external_id": key[0], **row} for key, row in said[table].items() if not key[0].startswith(TEAM))
        _write_table(folder / "masterdata" / f"{FILES[table]}.csv", ("external_id", *columns), rows)
    mine = ({"person": key[0]} for key in said["account"] if not key[0].startswith(TEAM))
    _write_table(folder / "masterdata" / "accounts.csv", ("person",), mine)


def _write_table(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_cell(column, row[column]) for column in columns])


def _cell(column: str, value: Any) -> str:
    """Ends are inclusive in the files, as leases have them."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case date() if column == "ends":
            return (value - timedelta(days=1)).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value.normalize():f}"
        case tuple():
            return ";".join(name if role == "main" else f"{name}:{role}" for name, role in value)
    return str(value)


def _tenant(company: Company, said: Description, paths: Mapping[str, str]) -> tomlkit.TOMLDocument:
    document, facts = tomlkit.document(), said.only("company")
    for name, value in {
        "slug": company.slug,
        **{name: facts[name] for name in ("name", "country", "timezone")},
    }.items():
        document[name] = value
    document["languages"], document["tone"] = list(facts["languages"]), facts["tone"]
    document["app_name"] = _texts(said.only("brand")["app_name"])
    document["brand"] = _brand(said.only("brand"), paths)
    if facts["greeting"]:
        document["greeting"] = _texts(facts["greeting"])
    emergency = _table({"phone": facts["emergency_phone"], "note": facts["emergency_note"] or None})
    signs = {name: value or None for name, value in said.only("mail").items()}
    for name, table in (
        ("emergency", emergency), ("settings", _table(facts["settings"])), ("mail", _table(signs)),
    ):  # fmt: skip
        if table:
            document[name] = table
    _add_tables(document, "contract", _contracts(said))
    overrides = [
        {"module": key[0], "effect": key[1], **row}
        for key, row in sorted(said["override"].items(), key=lambda item: item[1]["starts"])
    ]
    _add_tables(document, "overrides", overrides)
    tried = ({"module": module, **row} for (module,), row in said["trial"].items())
    _add_tables(document, "trials", sorted(tried, key=lambda row: (row["starts"], row["module"])))
    if said["module"]:
        document["modules"] = tomlkit.table(is_super_table=True)
        for (slug,), row in said["module"].items():
            document["modules"][slug] = _table(_module(row))
    if said["deviation"]:
        document["settings_in"] = _settings_in(said)
    if said["look"]:
        document["looks"] = _looks(said, paths)
    _add_tables(document, "team", _team(said))
    if said["role"]:
        document["roles"] = _roles(said)
    return document


def _brand(brand: Row, paths: Mapping[str, str]) -> Any:
    """The company's look; its name stands beside it, and what is as the theme draws it is left out."""
    looks = {name: brand[name] for name in ("theme", "colour", "second", "cover_at")}
    looks |= {name: brand[name] for name in CHOICES if brand[name] != AS_DRAWN}
    return _table({**looks, **{slot: paths.get(slot) for slot in PICTURES}})


def _add_tables(document: tomlkit.TOMLDocument, name: str, rows: list[Row]) -> None:
    if not rows:
        return
    tables = tomlkit.aot()
    for row in rows:
        tables.append(_table(row))
    document[name] = tables


def _contracts(said: Description) -> list[Row]:
    return [
        {
            "number": number,
            **row,
            "lines": [
                {"module": key[0], **{name: said for name, said in line.items() if name != "contract" and said != ""}}
                for key, line in said["line"].items()
                if line["contract"] == number
            ],
        }
        for (number,), row in said["contract"].items()
    ]


def _module(row: Row) -> Row:
    own = (
        {name: row[name] for name in ("name", "short_name", "icon", "position")} if row["position"] is not None else {}
    )
    return {"on": row["on"], **own, "properties": row["properties"]}


def _settings_in(said: Description) -> Table:
    """Switches that stand otherwise in single properties."""
    places = tomlkit.table(is_super_table=True)
    for place in sorted({place for _key, place in said["deviation"]}):
        rows = sorted((key, row["value"]) for (key, there), row in said["deviation"].items() if there == place)
        places[place] = _table(dict(rows))
    return places


def _looks(said: Description, paths: Mapping[str, str]) -> Table:
    """Properties with a look of their own; what is not said there is the company's."""
    places = tomlkit.table(is_super_table=True)
    for (place,), row in sorted(said["look"].items()):
        pictures = {slot: paths.get(slot_there(place, slot)) for slot in PICTURES}
        places[place] = _table({**{name: row[name] for name in PLAIN}, **pictures})
    return places


def _team(said: Description) -> list[Row]:
    """Staff with an external id of their own stand in people.csv; here they are named."""
    found = []
    for (key,), row in said["agent"].items():
        if not row["active"]:
            continue
        person: Row = {"person": key}
        if key.startswith(TEAM):
            names = ("email", "given_name", "family_name", "salutation", "phone", "language")
            person = {name: said["person"][key,][name] for name in names}
        facts = {
            "job": row["job"],
            "hours": row["hours"],
            "public": row["is_public"],
            "employer": row["employer"] or None,
        }
        found.append({**person, **facts, "until": _last(row["ends"]), "grants": [_grant(one) for one in row["grants"]]})
    return found


def _roles(said: Description) -> Table:
    """Who is deactivated has no role in the folder: it would not know them."""
    roles = tomlkit.table(is_super_table=True)
    for (key,), row in said["role"].items():
        given = tomlkit.inline_table()
        given.update({place: who.removeprefix(TEAM) for place, who in row["in"] if said["agent"][who,]["active"]})
        roles[key] = _table({"name": row["name"], "in": given})
    return roles


def _grant(grant: tuple[Any, ...]) -> Row:
    permissions, level, place, starts, ends = grant
    where = {} if level == "company" else {level: place}
    return {**where, "permissions": permissions, "from": starts, "until": _last(ends)}


def _last(ends: date | None) -> date | None:
    return ends - timedelta(days=1) if ends else None


def _table(values: Mapping[str, Any]) -> Table:
    """A table without what is not set: TOML has no word for nothing."""
    table = tomlkit.table()
    for name, value in values.items():
        if value is None or (isinstance(value, LocalizedText) and not value):
            continue
        table[name] = _item(value)
    return table


def _item(value: Any) -> Any:
    if isinstance(value, LocalizedText):
        return _inline(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        tables = tomlkit.aot()
        for one in value:
            tables.append(_table(one))
        return tables
    return value


def _inline(texts: LocalizedText) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(texts.to_json())
    return table


def _texts(texts: LocalizedText) -> Table:
    """One line per language; a text of several paragraphs keeps them."""
    table = tomlkit.table()
    for language, text in texts.items():
        table[language] = tomlkit.string(text, multiline="\n" in text)
    return table
