"""Segments: what a sandbox is planted with, as folders that a designer or a sales person writes without code.

`segments/<name>/` has `segment.toml`, `estate.csv` and a folder for each module, in the same form as in `tenants/`.
`segments/places.toml` has, by country and language, towns, streets and names, and words that differ; `segments/shared`
has contents that several segments take. A plugin brings `segments/<name>/` in its own folder.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from quartier.config import shipped
from quartier.i18n.localized import LocalizedText
from quartier.i18n.voice import LANGUAGES

FILE: Final = "segment.toml"
SHARED: Final = "shared"
PLACES: Final = "places.toml"


class SegmentError(ValueError):
    """A segment that cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True)
class Place:
    """Where a made-up company is: `words` and `lists` are strings and lists of strings by name."""

    key: str
    country: str
    language: str
    words: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Lot:
    """A line of `estate.csv`. `lives` says who has it: nobody (""), a tenant's household ("2"), a firm ("firm"), its
    owner ("own:2"), or an owner who lets it ("own+2")."""

    property: str
    building: str
    floor: int
    side: str
    kind: str
    rooms: str
    area: str
    lives: str


@dataclass(frozen=True)
class Segment:
    """One segment. `raw` is the whole of `segment.toml`; `modules` are those that it has contents or names for."""

    slug: str
    folder: Path
    name: LocalizedText
    description: LocalizedText
    icon: str
    raw: Mapping[str, Any]
    lots: tuple[Lot, ...]

    @property
    def modules(self) -> Mapping[str, Mapping[str, Any]]:
        """Names, icons and places of its micro-apps, by module."""
        found: Mapping[str, Mapping[str, Any]] = self.raw.get("modules", {})
        return found

    def contents(self, module: str, *also: Path) -> Iterator[tuple[str, Path]]:
        """Names and files of one module: the segment's own go before those that it shares, and before a plugin's."""
        taken: set[str] = set()
        named = self.raw.get(SHARED, {}).get(module, ())
        common = self.folder.parent / SHARED / module
        shared = [path for name in ("categories", *named) for path in sorted(common.glob(f"{name}.*"))]
        for path in (*_files(self.folder / module), *shared, *(file for one in also for file in _files(one / module))):
            if path.name not in taken:
                taken.add(path.name)
                yield path.name, path


def read_segments(root: Path | None = None) -> dict[str, Segment]:
    """All segments of the installation, in the order that they ask for. Raises SegmentError."""
    found = [_read(path.parent) for path in sorted((root or home()).glob(f"*/{FILE}"))]
    return {one.slug: one for one in sorted(found, key=lambda one: (one.raw.get("order", 100), one.slug))}


@cache
def segments() -> Mapping[str, Segment]:
    """The same, read once: they come with the installation."""
    return read_segments()


def home() -> Path:
    """Where they lie."""
    return shipped("segments")


def read_places(root: Path | None = None) -> dict[str, Place]:
    """All places, by key. Raises SegmentError."""
    return {key: _place(key, given) for key, given in _toml((root or home()) / PLACES).items()}


def place_for(places: Iterable[Place], country: str, language: str) -> Place:
    """Where a company of this country is that speaks this language first; the country's first place for any other."""
    there = [one for one in places if one.country == country]
    if not there:
        raise SegmentError(f"{PLACES}: there is no place in {country}")
    return next((one for one in there if one.language == language), there[0])


def gaps(text: Mapping[str, str] | None) -> list[str]:
    """Languages in which a text is not written."""
    return [code for code in LANGUAGES if not (text or {}).get(code, "").strip()]


def _read(folder: Path) -> Segment:
    raw = _toml(folder / FILE)
    try:
        return Segment(
            folder.name, folder, LocalizedText(raw["name"]), LocalizedText(raw["description"]), raw["icon"], raw,
            tuple(_lots(folder / "estate.csv")),
        )  # fmt: skip
    except KeyError as error:
        raise SegmentError(f"{folder.name}/{FILE}: {error.args[0]} is missing") from error


def _lots(path: Path) -> Iterator[Lot]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                try:
                    yield Lot(floor=int(row.pop("floor")), **row)
                except (TypeError, ValueError, KeyError) as error:
                    raise SegmentError(f"{path.parent.name}/{path.name}:{number}: {error}") from error
    except FileNotFoundError as error:
        raise SegmentError(f"{path.parent.name}/{path.name} is missing") from error


def _place(key: str, given: Mapping[str, Any]) -> Place:
    words = {name: value for name, value in given.items() if isinstance(value, str)}
    lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    try:
        return Place(key, given["country"], given["language"], words, lists)
    except KeyError as error:
        raise SegmentError(f"{PLACES}: {key}: {error.args[0]} is missing") from error


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SegmentError(f"{path.parent.name}/{path.name} is missing") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SegmentError(f"{path.parent.name}/{path.name}: {error}") from error
