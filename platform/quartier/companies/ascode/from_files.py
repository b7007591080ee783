"""What a folder under `tenants/` says of a company."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from quartier.companies.ascode.brands import Said, brand_row, look_rows
from quartier.companies.ascode.description import ONLY, PLACES, TEAM, Description, Row, Rows
from quartier.companies.ascode.shapes import SHAPES, TRIED, USUAL_TERMS
from quartier.companies.facts import CompanyFacts, FactsError, day, rows_of
from quartier.companies.hosts import refusal
from quartier.contracts.sale import currency_of
from quartier.i18n.localized import LocalizedText
from quartier.legal.files import read_documents
from quartier.mail.addresses import mailbox
from quartier.mail.kinds import PACES
from quartier.mail.letters import one_line
from quartier.people.models import OCCUPANT_ROLES
from quartier.plugin.switches import Switch

EXPORT = Path("masterdata", "import")
"""Where a folder has what the company's own program wrote."""
ROLE_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
WITHOUT_VALUE = frozenset({"floor", "email", "phone", "mobile", "language", "contract_number"})
"""Columns in which an empty cell means that there is none; in the others it is an empty text."""


NEEDED = {
    "properties": ("name", "timezone"),
    "buildings": ("property", "name", "street", "house_number", "postal_code", "city", "country"),
    "units": ("building", "name", "kind", "floor", "rooms", "area_m2"),
    "people": ("given_name", "family_name", "salutation", "email", "phone", "language"),
}
"""Columns that a file must have; it may have those of `shapes` as well."""
KNOWN = {shape.table: {*shape.plain, *shape.parents, "external_id"} for shape in SHAPES}
TABLE_OF = {"properties": "property", "buildings": "building", "units": "unit", "people": "person"}


def describe_files(facts: CompanyFacts) -> Description:
    """Read and check everything the core owns. Raises FactsError, which names the folder and what is wrong."""
    try:
        return _described(facts)
    except KeyError as error:
        raise FactsError(f"{facts.folder}: {error.args[0]} is missing") from error
    except (TypeError, AttributeError) as error:
        raise FactsError(f"{facts.folder}: something has not the form it should have: {error}") from error


def _described(facts: CompanyFacts) -> Description:
    found = Description()
    found["company"][ONLY] = _company(facts)
    found.pictures.update(Said(facts.folder, "brand", facts.brand).pictures())
    found["brand"][ONLY] = brand_row(facts, found.pictures)
    found.tables["look"], pictures = look_rows(facts)
    found.pictures.update(pictures)
    found["mail"][ONLY] = _mail(facts)
    found.tables["legal"] = _legal(facts)
    for contract in facts.contracts:
        _contract(found, facts, contract)
    found.tables["override"] = _overrides(facts)
    found.tables["trial"] = {(one["module"],): {name: one[name] for name in TRIED} for one in facts.trials}
    found.tables["module"] = {(slug,): _module(choice) for slug, choice in sorted(facts.modules.items())}
    for file, table in TABLE_OF.items():
        found.tables[table] = {
            (row["external_id"],): _masterdata(facts, file, row) for row in rows_of(facts.folder, file)
        }
    occupancies = rows_of(facts.folder, "occupancies")
    found.tables["occupancy"] = {(row["external_id"],): _occupancy(facts, row) for row in occupancies}
    found.tables["account"] = {(row["person"],): {} for row in rows_of(facts.folder, "accounts")}
    for place, values in facts.settings_in.items():
        found["deviation"].update({(key, place): {"value": value} for key, value in values.items()})
    for member in facts.team:
        _member(found, member)
    for key, role in facts.roles.items():
        found["role"][key,] = _role(found, key, role)
    _check_references(found, facts)
    return found


def _company(facts: CompanyFacts) -> Row:
    if facts.timezone not in available_timezones():
        raise FactsError(f"{facts.folder}/tenant.toml: timezone {facts.timezone!r} is not known")
    if sentence := refusal(facts.slug):
        raise FactsError(f"{facts.folder}/tenant.toml: slug {facts.slug!r}: {sentence}")
    return {
        "name": facts.name,
        "country": facts.country,
        "timezone": facts.timezone,
        "languages": facts.languages,
        "tone": facts.tone,
        "emergency_phone": facts.emergency_phone,
        **facts.texts,
        "settings": dict(facts.settings),
    }


def check_settings(facts: CompanyFacts, switches: Mapping[str, Switch], modules: Collection[str]) -> None:
    """That `[settings]` says nothing that nobody reads; a module that is not installed may have its say.

    Raises FactsError.
    """
    for key, given in facts.settings.items():
        slug, dot, _rest = key.partition(".")
        if dot and slug not in modules:
            continue
        if key not in switches:
            raise FactsError(f"{facts.folder}/tenant.toml: settings.{key}: there is no such switch")
        if not switches[key].accepts(given):
            raise FactsError(f"{facts.folder}/tenant.toml: settings.{key}: {given!r} is no value for it")
    for place, key, given in ((one, *pair) for one, values in facts.settings_in.items() for pair in values.items()):
        slug, dot, _rest = key.partition(".")
        if dot and slug not in modules:
            continue
        if key not in switches or not switches[key].per_property:
            wrong = "there is no such switch for single properties"
            raise FactsError(f"{facts.folder}/tenant.toml: settings_in.{place}.{key}: {wrong}")
        if not switches[key].accepts(given):
            raise FactsError(f"{facts.folder}/tenant.toml: settings_in.{place}.{key}: {given!r} is no value for it")


def _mail(facts: CompanyFacts) -> Row:
    if strange := set(facts.mail) - {"sender_name", "reply_to", "header", "footer", "paces", "in_app", "push"}:
        raise FactsError(f"{facts.folder}/tenant.toml: mail.{min(strange)}: there is no such key")
    reply_to = facts.mail.get("reply_to")
    if reply_to is not None and ((found := mailbox(reply_to)) is None or not found.is_plain):
        raise FactsError(f"{facts.folder}/tenant.toml: mail.reply_to: {reply_to!r} is no address")
    framed = {name: LocalizedText(facts.mail.get(name, {})) for name in ("header", "footer")}
    paces = dict(facts.mail.get("paces", {}))
    if wrong := [kind for kind, pace in paces.items() if pace not in PACES]:
        raise FactsError(f"{facts.folder}/tenant.toml: mail.paces.{wrong[0]}: one of {', '.join(PACES)}")
    ways = {way: dict(facts.mail.get(way, {})) for way in ("in_app", "push")}
    for way, said in ways.items():
        if wrong := [kind for kind, one in said.items() if not isinstance(one, bool)]:
            raise FactsError(f"{facts.folder}/tenant.toml: mail.{way}.{wrong[0]}: true or false")
    sender = one_line(facts.mail.get("sender_name", ""))
    return {"sender_name": sender, "reply_to": reply_to, **framed, "paces": paces, **ways}


def _legal(facts: CompanyFacts) -> Rows:
    try:
        documents = read_documents(facts.folder / "legal", facts.languages[0])
    except ValueError as error:
        raise FactsError(str(error)) from error
    return {(key,): dict(vars(one)) for key, one in documents.items()}


def _contract(found: Description, facts: CompanyFacts, given: Mapping[str, Any]) -> None:
    """Lines are known by their module and their place among its lines, so that a date that moved is a change."""
    number = given["number"]
    found["contract"][number,] = {
        "starts": given["starts"],
        "ends": given.get("ends"),
        "timezone": given.get("timezone", facts.timezone),
        "currency": given.get("currency", currency_of(facts.country)),
        **{name: given.get(name, usual) for name, usual in USUAL_TERMS.items()},
    }
    for line in sorted(given.get("lines", ()), key=lambda line: line["starts"]):
        place = 1 + sum(key[0] == line["module"] for key in found["line"])
        row = {"contract": number, "starts": line["starts"], "ends": line.get("ends")}
        row |= {"quantity": line.get("quantity", 1), "needs": line.get("needs", "")}
        row |= {"price": line.get("price"), "period": line.get("period"), "version": line.get("version")}
        found["line"][line["module"], str(place)] = row


def _overrides(facts: CompanyFacts) -> Rows:
    found: Rows = {}
    for given in sorted(facts.overrides, key=lambda given: given["starts"]):
        name = (given["module"], given["effect"])
        place = 1 + sum(key[:2] == name for key in found)
        row = {"starts": given["starts"], "ends": given.get("ends"), "reason": given["reason"]}
        found[*name, str(place)] = row
    return found


def _module(choice: Mapping[str, Any]) -> Row:
    """`position` is None when the company has no words of its own for the module."""
    named = any(name in choice for name in ("name", "short_name", "icon", "position"))
    scope = choice.get("properties")
    return {
        "on": choice.get("on", True),
        "properties": tuple(sorted(scope)) if scope is not None else None,
        "name": LocalizedText(choice.get("name", {})),
        "short_name": LocalizedText(choice.get("short_name", {})),
        "icon": choice.get("icon"),
        "position": choice.get("position", 100) if named else None,
    }


def _masterdata(facts: CompanyFacts, file: str, row: Mapping[str, str]) -> Row:
    """A row's columns as the database has them; a column that the file does not have stays as it is there."""
    for name in NEEDED[file]:
        row[name]
    try:
        if strange := sorted(row.keys() - KNOWN[TABLE_OF[file]]):
            raise ValueError(f"no such column: {', '.join(map(str, strange))}")
        return {name: _cell(name, text) for name, text in row.items() if name != "external_id"}
    except ValueError as error:
        place = f"{facts.folder}/masterdata/{file}.csv: {row['external_id']}"
        raise FactsError(f"{place}: {error}") from error


def _cell(name: str, text: str) -> Any:
    match name:
        case "rooms" | "area_m2":
            return _number(name, text)
        case "position":
            return int(text or 0)
        case "is_commercial":
            return text == "yes"
        case "archived_at":
            return datetime.fromisoformat(text) if text else None
    return text or (None if name in WITHOUT_VALUE else "")


def _number(name: str, text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation as error:
        raise ValueError(f"{name} is no number: {text!r}") from error


def _occupancy(facts: CompanyFacts, row: Mapping[str, str]) -> Row:
    try:
        starts, last = day(row["starts"]), day(row["ends"])
    except ValueError as error:
        raise FactsError(f"{facts.folder}/masterdata/occupancies.csv: {row['external_id']}: {error}") from error
    people = tuple(sorted(_occupant(one.strip()) for one in row["people"].split(";") if one.strip()))
    return {
        "unit": row["unit"],
        "kind": row["kind"],
        "starts": starts,
        "ends": last + timedelta(days=1) if last else None,
        "contract_number": row["contract_number"] or None,
        "people": people,
        **({"note": row["note"]} if "note" in row else {}),
    }


def _occupant(text: str) -> tuple[str, str]:
    """`BRU-M001` is on the contract, `BRU-M002:household` lives there as well; other roles in the same way."""
    name, _colon, role = text.rpartition(":")
    return (name, role) if name and role in OCCUPANT_ROLES else (text, "main")


def _member(found: Description, member: Mapping[str, Any]) -> None:
    """Staff: somebody known by an address, or somebody of `people.csv` who also works here (`person = "…"`)."""
    key = member.get("person")
    if key is None:
        key = TEAM + member["email"]
        found["person"][key,] = {
            "given_name": member["given_name"],
            "family_name": member["family_name"],
            "salutation": member.get("salutation", "none"),
            "email": member["email"],
            "phone": member.get("phone"),
            "language": member.get("language"),
        }
        found["account"][key,] = {}
    found["agent"][key,] = {
        "job": LocalizedText(member.get("job", {})),
        "hours": LocalizedText(member.get("hours", {})),
        "is_public": member.get("public", False),
        "active": True,
        "employer": member.get("employer", ""),
        "ends": _day_after(member.get("until")),
        "grants": tuple(sorted((_grant(one) for one in member.get("grants", ())), key=str)),
    }
    if strange := sorted({"permissions", "properties"} & member.keys()):
        raise TypeError(f"team {key}: {', '.join(strange)} stand in grants")
    if twice := _given_twice(found["agent"][key,]["grants"]):
        raise TypeError(f"team {key}: {', '.join(twice)} would be given twice at one place and time")


def _grant(given: Mapping[str, Any]) -> tuple[Any, ...]:
    """Permissions at places, from and until a day: the last one, as leases have it."""
    level, place = next(((level, given[level]) for level in PLACES if level in given), ("company", ""))
    return tuple(sorted(given.get("permissions", ()))), level, place, given.get("from"), _day_after(given.get("until"))


def _given_twice(grants: Iterable[tuple[Any, ...]]) -> list[str]:
    """Permissions that two grants at one place have on some same day."""
    for (one, *there, starts, ends), (other, *same, begins, until) in combinations(grants, 2):
        on_a_day = (starts or date.min) < (until or date.max) and (begins or date.min) < (ends or date.max)
        if there == same and on_a_day and set(one) & set(other):
            return sorted(set(one) & set(other))
    return []


def _role(found: Description, key: str, given: Mapping[str, Any]) -> Row:
    """A role, and who has it where: by property, an address of `[[team]]` or somebody of `people.csv`."""
    if not ROLE_KEY.fullmatch(key):
        raise TypeError(f"roles.{key}: a key is made of small letters, digits and dashes")
    if strange := sorted(given.keys() - {"name", "in"}):
        raise TypeError(f"roles.{key}: there is no such key: {', '.join(strange)}")
    name = LocalizedText(given["name"])
    if not name:
        raise TypeError(f"roles.{key}: a name is needed")
    team, places = found["agent"], given.get("in", {})
    people = {place: TEAM + who if (TEAM + who,) in team else who for place, who in places.items()}
    if unknown := sorted(who for who in people.values() if (who,) not in team):
        raise TypeError(f"roles.{key}: {', '.join(unknown)} is nobody of the team")
    return {"name": name, "in": tuple(sorted(people.items()))}


def _day_after(last: date | None) -> date | None:
    return last + timedelta(days=1) if last else None


def _check_references(found: Description, facts: CompanyFacts) -> None:
    """Every name that stands for another row has that row, in this folder; what an export has, its import knows."""
    wanted = [("property", row["property"], f"building {key[0]}") for key, row in found["building"].items()]
    wanted += [("building", row["building"], f"unit {key[0]}") for key, row in found["unit"].items()]
    wanted += [("unit", row["unit"], f"occupancy {key[0]}") for key, row in found["occupancy"].items()]
    for key, row in found["occupancy"].items():
        wanted += [("person", person, f"occupancy {key[0]}") for person, _role in row["people"]]
    if not (facts.folder / EXPORT).is_dir():
        wanted += _from_elsewhere(found)
    for table, name, place in wanted:
        if (name,) not in found[table]:
            raise FactsError(f"{facts.folder}: {place} names the {table} {name!r}, which is not in this folder")
    for key in found["account"]:
        if key in found["person"] and not found["person"][key]["email"]:
            raise without_address(facts, key[0])


def without_address(facts: CompanyFacts, name: str) -> FactsError:
    """One signs in with an address."""
    return FactsError(f"{facts.folder}/masterdata/accounts.csv: {name} has no e-mail address")


def _from_elsewhere(found: Description) -> list[tuple[str, str, str]]:
    """What may also stand in an export: table and name, and who names it."""
    wanted = [("person", key[0], "accounts.csv") for key in found["account"]]
    for key, row in found["module"].items():
        wanted += [("property", one, f"module {key[0]}") for one in row["properties"] or ()]
    wanted += [("property", place, f"settings_in {key}") for key, place in found["deviation"]]
    wanted += [("property", key[0], "looks") for key in found["look"]]
    wanted += [("person", key[0], "team") for key in found["agent"]]
    for key, row in found["agent"].items():
        wanted += [(level, place, f"agent {key[0]}") for _may, level, place, *_ in row["grants"] if place]
    for key, row in found["role"].items():
        wanted += [("property", place, f"role {key[0]}") for place, _who in row["in"]]
    return wanted
