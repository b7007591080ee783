"""A segment, a place and a wish become a company as code: a folder like those in `tenants/`, made for one planting."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Final

from quartier.accounts.permissions import API_TOKENS, all_permissions
from quartier.companies.facts import CompanyFacts
from quartier.erp.policies import WEBHOOKS, WRITE
from quartier.i18n.localized import LocalizedText
from quartier.i18n.voice import LANGUAGES
from quartier.plugin.manager import Plugins
from quartier.sandboxes.people import Neighbours
from quartier.sandboxes.segments import Lot, Place, Segment, SegmentError, home, place_for, read_places

TEXTS: Final = frozenset({".md", ".toml", ".csv", ".svg"})
WITHHELD: Final = frozenset({API_TOKENS, WEBHOOKS, WRITE})
"""What whoever comes by the secret link may not do as a manager: hand out keys to machines that outlive the link."""
READING: Final = {"estate.read", "people.read", "mail.read", "faq.view_drafts", "pinboard.view", "bookings.view"}
REASON: Final = "Demo"
NUMBERED: Final = frozenset({"parking", "parking_outdoor", "garage", "room"})
"""Kinds of unit that are called by their number and not by their floor."""


@dataclass(frozen=True)
class Look:
    """What was made of the logo. `logo` is the name of the file and the file as it was sent; `is_reverse` says that it
    is only to be seen on the brand's colour."""

    colour: str
    second: str | None
    theme: str
    logo: tuple[str, bytes] | None = None
    is_reverse: bool = False


@dataclass(frozen=True)
class Wish:
    """What the form asks for. `languages[0]` is the default one; `ends` is the day on which the sandbox is over."""

    slug: str
    name: str
    app_name: str
    segment: Segment
    country: str
    languages: tuple[str, ...]
    look: Look
    today: date
    ends: date


def compose(wish: Wish, plugins: Plugins, folder: Path) -> CompanyFacts:
    """Write the wish into an empty folder, and say what `quartier company apply` would read from it."""
    place = place_for(places().values(), wish.country, wish.languages[0])
    neighbours = Neighbours(place, wish.languages, wish.today)
    _write_estate(wish, place, neighbours, folder)
    words = _words(wish, place, neighbours)
    for module in plugins.serving:
        _write_module(wish, module, plugins.serving[module].folder, words, folder)
    return _facts(wish, neighbours, plugins, folder, words)


@cache
def places() -> Mapping[str, Place]:
    """The places of the installation, read once."""
    return read_places()


def parts(wish_segment: Segment, plugins: Plugins) -> list[str]:
    """The modules that have something to plant, in the order of the micro-apps."""
    own = {slug: wish_segment.modules.get(slug, {}).get("position", 100) for slug in plugins.serving}
    there = [slug for slug in own if any(wish_segment.contents(slug, _brought(wish_segment, plugins, slug)))]
    return sorted(there, key=lambda slug: (own[slug], slug))


def _brought(segment: Segment, plugins: Plugins, module: str) -> Path:
    return plugins.serving[module].folder / "segments" / segment.slug


def _write_module(wish: Wish, module: str, plugin: Path, words: Mapping[str, str], folder: Path) -> None:
    others = tuple(code for code in LANGUAGES if code not in wish.languages)
    for name, path in wish.segment.contents(module, plugin / "segments" / wish.segment.slug):
        if any(f".{code}." in name for code in others):
            continue
        target = folder / module / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in TEXTS:
            target.write_text(_filled(path, words, wish.country), encoding="utf-8")
        else:
            target.write_bytes(path.read_bytes())


def _filled(path: Path, words: Mapping[str, str], country: str) -> str:
    try:
        text = Template(path.read_text(encoding="utf-8")).substitute(words)
    except (KeyError, ValueError) as error:
        raise SegmentError(f"{path.parent.parent.name}/{path.parent.name}/{path.name}: {error}") from error
    return _spelt(text, country)


def _spelt(text: str, country: str) -> str:
    """Switzerland writes no ß; quotation marks stay, for files hold several languages."""
    return text.replace("ß", "ss") if country == "CH" else text


def _words(wish: Wish, place: Place, neighbours: Neighbours) -> dict[str, str]:
    """What stands for `${…}` in the files of a segment."""
    streets = place.lists["streets"]
    properties = {
        f"{one['key']}_{what}": said
        for one in wish.segment.raw["properties"]
        for what, said in (
            ("name", LocalizedText(one["name"]).pick(wish.languages[0]).text),
            ("street", f"{streets[one['street']]} {one['buildings'][0]['number']}"),
        )
    }
    team = {
        f"{member['as']}": " ".join(neighbours.colleague(at)[:2]) for at, member in enumerate(wish.segment.raw["team"])
    }
    return {**place.words, **properties, **team, "mail": f"info@{wish.slug}.example"}


def _write_estate(wish: Wish, place: Place, neighbours: Neighbours, folder: Path) -> None:
    streets, zone = place.lists["streets"], place.words["timezone"]
    properties, buildings, units = [], [], []
    for one in wish.segment.raw["properties"]:
        name = LocalizedText(one["name"]).pick(wish.languages[0]).text
        properties.append({"external_id": one["key"], "name": name, "timezone": zone})
        street = streets[one["street"]]
        buildings += [_building(one["key"], given, street, place) for given in one["buildings"]]
    for number, lot in enumerate(wish.segment.lots):
        units.append(_unit(number, lot, wish.languages[0]))
        neighbours.settle(units[-1]["external_id"], lot, number)
    people = [asdict(one) for one in neighbours.people]
    periods = [_period_row(asdict(one)) for one in neighbours.periods]
    tables = {"properties": properties, "buildings": buildings, "units": units, "people": people}
    tables |= {"occupancies": periods, "accounts": [{"person": one} for one in neighbours.accounts]}
    for name, rows in tables.items():
        _write_table(folder / "masterdata" / f"{name}.csv", rows)


def _building(property_key: str, given: Mapping[str, Any], street: str, place: Place) -> dict[str, str]:
    return {
        "external_id": given["key"], "property": property_key, "name": f"{street} {given['number']}", "street": street,
        "house_number": given["number"], "postal_code": place.words["postal_code"], "city": place.words["city"],
        "country": place.country,
    }  # fmt: skip


def _unit(number: int, lot: Lot, language: str) -> dict[str, str]:
    floors, sides = home_words()["floors"][language], home_words()["sides"][language]
    floor = floors[lot.floor] if lot.floor < len(floors) - 1 else floors[-1].replace("#", str(lot.floor))
    side, _space, which = lot.side.partition(" ")
    side = f"{sides.get(side, side)} {which}".strip()
    name = side if lot.kind in NUMBERED else f"{floor} {side}".strip()
    return {
        "external_id": f"{lot.building}-{number + 1:02d}", "building": lot.building, "name": name, "kind": lot.kind,
        "floor": floor, "rooms": lot.rooms, "area_m2": lot.area, "position": str(number),
    }  # fmt: skip


@cache
def home_words() -> Mapping[str, Any]:
    """Words for floors and sides, by language."""
    found: Mapping[str, Any] = tomllib.loads((home() / "words.toml").read_text(encoding="utf-8"))
    return found


def _period_row(period: dict[str, Any]) -> dict[str, str]:
    first, *others = period["people"]
    people = ";".join([first, *(f"{one}:{'co_tenant' if at == 0 else 'child'}" for at, one in enumerate(others))])
    return {**period, "people": people, "ends": period["ends"] or ""}


def _write_table(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else ["external_id"])
        writer.writeheader()
        writer.writerows(rows)


def _facts(
    wish: Wish, neighbours: Neighbours, plugins: Plugins, folder: Path, words: Mapping[str, str]
) -> CompanyFacts:
    place = neighbours.place
    raw, on = wish.segment.raw, parts(wish.segment, plugins)
    return CompanyFacts(
        folder=folder,
        slug=wish.slug,
        name=wish.name,
        country=wish.country,
        timezone=place.words["timezone"],
        languages=wish.languages,
        tone=raw.get("tone", "formal"),
        app_name=LocalizedText(dict.fromkeys(wish.languages, wish.app_name)),
        brand=_brand(wish, folder, words),
        texts={"greeting": _text(raw["greeting"], wish), "emergency_note": _text(raw["emergency_note"], wish)},
        emergency_phone=place.words["emergency"],
        contracts=(),
        overrides=tuple(
            {"module": slug, "effect": "grant", "starts": wish.today, "ends": wish.ends, "reason": REASON}
            for slug in on
        ),
        modules={slug: _named(raw["modules"].get(slug, {}), wish) for slug in on},
        team=tuple(_member(member, at, wish, neighbours, plugins) for at, member in enumerate(raw["team"])),
        settings=raw.get("settings", {}),
        origin=f"segments/{wish.segment.slug}",
    )


def _brand(wish: Wish, folder: Path, words: Mapping[str, str]) -> dict[str, Any]:
    """The look with its pictures as files; the segment's cover is drawn in the brand's own colours."""
    brand: dict[str, Any] = {"theme": wish.look.theme, "colour": wish.look.colour, "second": wish.look.second}
    if wish.look.logo:
        slot, (name, body) = "logo_reverse" if wish.look.is_reverse else "logo", wish.look.logo
        brand[slot] = f"logo{Path(name).suffix.lower()[:6]}"
        (folder / brand[slot]).write_bytes(body)
    cover = wish.segment.folder / "cover.svg"
    if cover.is_file():
        tints = {"brand": wish.look.colour, "accent": wish.look.second or wish.look.colour}
        brand |= {"cover": "cover.svg", "cover_at": wish.segment.raw.get("cover_at", 50)}
        (folder / "cover.svg").write_text(_filled(cover, {**words, **tints}, wish.country), encoding="utf-8")
    return brand


def _named(given: Mapping[str, Any], wish: Wish) -> dict[str, Any]:
    texts = {name: _text(given[name], wish).to_json() for name in ("name", "short_name") if name in given}
    return {"on": True, **{name: given[name] for name in ("icon", "position") if name in given}, **texts}


def _member(member: Mapping[str, Any], at: int, wish: Wish, neighbours: Neighbours, plugins: Plugins) -> dict[str, Any]:
    given, family, address = neighbours.colleague(at)
    everything = set(all_permissions(plugins))
    may = everything - WITHHELD if member["as"] == "manager" else READING & everything
    return {
        "email": f"{address}@{wish.slug}.example", "given_name": given, "family_name": family,
        "salutation": "ms" if at % 2 == 0 else "mr", "phone": f"{neighbours.place.words['phone']} {99 - at}",
        "language": wish.languages[0], "job": _text(member["job"], wish).to_json(), "public": True,
        "hours": _text(member.get("hours", {}), wish).to_json(), "grants": [{"permissions": sorted(may)}],
    }  # fmt: skip


def _text(given: Mapping[str, str], wish: Wish) -> LocalizedText:
    return LocalizedText({code: _spelt(given[code], wish.country) for code in wish.languages if code in given})
