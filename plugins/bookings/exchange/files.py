"""`tenants/<slug>/bookings/<key>.toml`: an asset in each file, with places by their numbers in the company's books."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from uuid import UUID

import tomlkit
from marshmallow import EXCLUDE, ValidationError

from plugins.bookings import queries, services
from plugins.bookings.manifest import ASSETS, FILES, MANAGE, OVERRIDE, VIEW
from plugins.bookings.queries import AssetFacts
from plugins.bookings.schemas import AssetSchema, rules_to_send
from quartier.sdk import CompanySession, Storage, Viewer, add_file, complaints, numbers_of_places, places_by_number

TEXTS = ("name", "description", "place", "house_rules", "access")
PICTURES = (".webp", ".jpg", ".png")
OWN = ("order", "property", "linked", "audience")


def plant(db: CompanySession, folder: Path, *, actor: str, storage: Storage) -> None:
    """Make the files true; assets that no file names stay. Raises ValueError with file and reason.

    A picture beside the file, `<key>.webp`, `.jpg` or `.png`, is shown with the asset.

    Bookings in times that a file closes from now on are given up with the file's reason, and everybody is told.
    """
    by = Viewer(kind="agent", name=actor, permissions=frozenset({VIEW, MANAGE, OVERRIDE, ASSETS}))
    given = {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}
    before = {one.key: one for one in queries.assets_of(db)}
    known = {key: one.id for key, one in before.items()}
    for key, facts in given.items():
        values = _values(db, key, facts)
        if key in before:
            hit = services.closed_out(db, before[key], values["rules"]) if "rules" in values else []
            services.save_asset(db, known[key], by=by, values=values)
            services.cancel_closed(db, hit, by=by, reason=values["rules"].closed_because if hit else "")
        else:
            known[key] = services.create_asset(db, by=by, values=values).id
    for key, facts in given.items():
        if "linked" in facts:
            services.link(db, known[key], [known[other] for other in facts["linked"]])
        for path in (folder / f"{key}{ending}" for ending in PICTURES):
            if path.is_file():
                _show(db, storage, known[key], path, by=by)
    db.flush()


def _show(db: CompanySession, storage: Storage, asset_id: UUID, path: Path, *, by: Viewer) -> None:
    try:
        add_file(db, storage, FILES, asset_id, by=by, name=path.name, body=path.read_bytes())
    except ValidationError as error:
        raise ValueError(" ".join(error.messages_dict["files"])) from error


def write(db: CompanySession, folder: Path) -> None:
    """Each asset as a file."""
    assets = queries.assets_of(db)
    places = numbers_of_places(
        db, {place for one in assets for place in (*one.audience.where, one.property_id) if place}
    )
    keys = {one.id: one.key for one in assets}
    for order, one in enumerate(assets, start=1):
        if not one.archived:
            facts = _facts(one, places) | {"order": order * 10, "linked": sorted(keys[other] for other in one.linked)}
            text = tomlkit.dumps({name: value for name, value in facts.items() if value not in ("", {}, [], None)})
            (folder / f"{one.key}.toml").write_text(text, encoding="utf-8")


def _facts(one: AssetFacts, places: dict[Any, str]) -> dict[str, Any]:
    rules = {name: value for name, value in rules_to_send(one.rules).items() if value is not None}
    rules["prices"] = {group: amount for group, amount in rules["prices"].items() if amount is not None}
    return {
        **{name: getattr(one, name).to_json() for name in TEXTS},
        "icon": one.icon, "code": one.code, "capacity": one.capacity,
        "property": places.get(one.property_id, "") if one.property_id else "",
        "audience": {
            "where": sorted(places[place] for place in one.audience.where if place in places),
            "who": sorted(one.audience.who),
        },
        "rules": rules,
    }  # fmt: skip


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def _values(db: CompanySession, key: str, facts: dict[str, Any]) -> dict[str, Any]:
    audience = facts.get("audience", {})
    numbers = [*audience.get("where", ()), *([facts["property"]] if facts.get("property") else ())]
    places = places_by_number(db, numbers)
    if missing := [number for number in numbers if number not in places]:
        raise ValueError(f"{key}.toml: there is no place {', '.join(missing)}")
    plain = {name: value for name, value in facts.items() if name not in OWN}
    plain["audience"] = {"where": [str(places[n]) for n in audience.get("where", ())], "who": audience.get("who", [])}
    try:
        values: dict[str, Any] = AssetSchema().load({"key": key, **plain}, unknown=EXCLUDE)
    except ValidationError as error:
        told = "; ".join(f"{name}: {' '.join(said)}" for name, said in complaints(error, AssetSchema()).items())
        raise ValueError(f"{key}.toml: {told}") from error
    values["property_id"] = places[facts["property"]] if facts.get("property") else None
    values["position"] = facts.get("order", 100)
    return values
