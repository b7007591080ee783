"""Is a segment whole? Everything that a sandbox would stumble over, or show in the wrong language, as sentences."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from quartier.companies.ascode.from_files import describe_files
from quartier.companies.facts import FactsError
from quartier.estate.models import UNIT_KINDS
from quartier.i18n.voice import LANGUAGES
from quartier.plugin.manager import Plugins
from quartier.sandboxes.making import Look, Wish, compose, places
from quartier.sandboxes.segments import FILE, Segment, SegmentError, gaps

TEXTS: Final = ("name", "description", "greeting", "emergency_note")
LIVES: Final = re.compile(r"(|firm|\d|own:\d|own\+\d)")
BY: Final = re.compile(r'"(R\d+)"')
CODE: Final = re.compile(r"^(?P<name>.+)\.(?P<code>de|en|fr)\.md$")


def complaints(segment: Segment, plugins: Plugins) -> list[str]:
    """What is wrong with a segment, file by file; nothing when it can be planted in every place."""
    found = [*_texts(segment), *_estate(segment)]
    for module in sorted({*segment.modules, *plugins.serving}):
        found += [f"{segment.slug}/{module}/{one}" for one in _contents(segment, module)]
    return found or list(_planted(segment, plugins))


def _texts(segment: Segment) -> Iterator[str]:
    raw = segment.raw
    for name in TEXTS:
        yield from _gaps(raw.get(name), name, segment)
    for module, facts in segment.modules.items():
        for name in ("name", "short_name"):
            yield from _gaps(facts.get(name), f"modules.{module}.{name}", segment)
    for at, member in enumerate(raw.get("team", ())):
        yield from _gaps(member.get("job"), f"team[{at}].job", segment)
    for one in raw.get("properties", ()):
        yield from _gaps(one.get("name"), f"properties.{one.get('key')}.name", segment)
    if [one.get("as") for one in raw.get("team", ())][:1] != ["manager"]:
        yield f"{segment.slug}/{FILE}: team: the first one has to be the manager, whom the link opens"


def _estate(segment: Segment) -> Iterator[str]:
    """Only what the file alone says; whether it can be planted is tried."""
    buildings = {(p["key"], b["key"]) for p in segment.raw.get("properties", ()) for b in p.get("buildings", ())}
    for number, lot in enumerate(segment.lots, start=2):
        place = f"{segment.slug}/estate.csv:{number}"
        if (lot.property, lot.building) not in buildings:
            yield f"{place}: there is no building {lot.building} of {lot.property} in {FILE}"
        if lot.kind not in UNIT_KINDS:
            yield f"{place}: {lot.kind!r} is no kind of unit"
        if not LIVES.fullmatch(lot.lives):
            yield f"{place}: {lot.lives!r} does not say who lives there"


def _contents(segment: Segment, module: str) -> Iterator[str]:
    files = dict(segment.contents(module))
    written: dict[str, set[str]] = {}
    for name, path in files.items():
        if found := CODE.match(name):
            written.setdefault(found["name"], set()).add(found["code"])
        if path.suffix == ".toml":
            yield from (f"{name}: {one}" for one in _localized(path))
    for name, codes in written.items():
        if missing := sorted(set(LANGUAGES) - codes):
            yield f"{name}.md: is missing in {', '.join(missing)}"
    asked = segment.raw.get("shared", {}).get(module, ())
    yield from (f"{one}: is not in shared/{module}" for one in asked if not any(n.startswith(f"{one}.") for n in files))


def _localized(path: Path) -> Iterator[str]:
    """Every text that is there in one language has to be there in all."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        yield str(error)
        return
    yield from _walked(raw, "")


def _walked(thing: Any, where: str) -> Iterator[str]:
    if isinstance(thing, list):
        for at, one in enumerate(thing):
            yield from _walked(one, f"{where}[{at}]")
    elif isinstance(thing, dict):
        if thing and thing.keys() <= set(LANGUAGES):
            if missing := gaps(thing):
                yield f"{where}: is missing in {', '.join(missing)}"
            return
        for name, one in thing.items():
            yield from _walked(one, f"{where}.{name}".strip("."))


def _gaps(text: Mapping[str, str] | None, name: str, segment: Segment) -> Iterator[str]:
    if missing := gaps(text):
        yield f"{segment.slug}/{FILE}: {name} is missing in {', '.join(missing)}"


def _planted(segment: Segment, plugins: Plugins) -> Iterator[str]:
    """Made for each place, in a folder: unknown words, neighbours who do not exist, and what planting would refuse."""
    today = date.today()  # noqa: DTZ011 - no company, no zone
    look = Look(segment.raw["colour"], None, segment.raw["theme"])
    for place in places().values():
        languages = (place.language, *(code for code in LANGUAGES if code != place.language))
        wish = Wish("muster", "Muster AG", "Muster", segment, place.country, languages, look, today, today + MONTH)
        with TemporaryDirectory() as name:
            try:
                facts = compose(wish, plugins, Path(name))
                said = describe_files(facts)
            except (SegmentError, FactsError) as error:
                yield f"{segment.slug}, {place.key}: {error}"
                continue
            accounts = {key[0] for key in said["account"]}
            for path in sorted(Path(name).glob("*/*.toml")):
                strange = sorted(set(BY.findall(path.read_text(encoding="utf-8"))) - accounts)
                yield from (f"{segment.slug}, {place.key}: {path.parent.name}/{path.name}: no {who}" for who in strange)


MONTH: Final = timedelta(days=30)
