"""Which column fills what: suggested, changed by a person, kept per company, and found again by the header."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final, cast

from quartier.imports.reading.tables import Cell, Sheet
from quartier.imports.recognising.headers import Guess, guess
from quartier.imports.recognising.words import folded
from quartier.imports.values.dates import Order, order_of
from quartier.imports.values.numbers import Mark, mark_of

SAMPLE: Final = 2000  # rows that notations are found out from
PLACES: Final = (
    "building.external_id",
    "building.street",
    "building.street_and_number",
    "building.name",
    "property.name",
)


@dataclass(frozen=True)
class Columns:
    """How one table is read. `targets` has one `noun.field` per column, "" for those left out.

    `words` are a company's own words for kinds: {"unit": {"Raumschiff": "flat"}}.
    """

    header: tuple[str, ...]
    targets: tuple[str, ...]
    confidence: tuple[float, ...] = ()
    order: Order = "dmy"
    mark: Mark = "."
    family_first: bool = False
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    exchange: str = ""
    """Which file of the exchange set this is: its columns are fixed, and nothing is to be assigned."""
    sample: tuple[tuple[str, ...], ...] = ()
    """The first rows as text, for the page."""

    @property
    def used(self) -> tuple[str, ...]:
        """The targets that some column fills."""
        return tuple(target for target in self.targets if target)

    def as_json(self) -> dict[str, Any]:
        """For the database."""
        return {
            "header": self.header, "targets": self.targets, "confidence": self.confidence, "order": self.order,
            "mark": self.mark, "family_first": self.family_first, "words": self.words, "exchange": self.exchange,
            "sample": self.sample,
        }  # fmt: skip


def from_json(kept: Mapping[str, Any]) -> Columns:
    """What `as_json` gave."""
    return Columns(
        tuple(kept["header"]), tuple(kept["targets"]), tuple(kept.get("confidence", ())),
        cast("Order", kept.get("order", "dmy")), cast("Mark", kept.get("mark", ".")),
        bool(kept.get("family_first", False)), kept.get("words", {}), kept.get("exchange", ""),
        tuple(tuple(row) for row in kept.get("sample", ())),
    )  # fmt: skip


def signature(header: Sequence[str]) -> str:
    """The same for tables with the same columns: how a company's mapping is found again."""
    return hashlib.sha256("\x1f".join(folded(word) for word in header).encode()).hexdigest()


def suggest(sheet: Sheet, kept: Columns | None = None) -> Columns:
    """The mapping of a table: the one kept for such a header, else a guess. Takes the table's first rows."""
    rows = [cells for _line, cells in islice(sheet.rows, SAMPLE)]
    sample = tuple(tuple(_shown(cell) for cell in cells) for cells in rows[:3])
    if kept is not None and len(kept.targets) == len(sheet.header):
        return replace(kept, header=sheet.header, sample=sample)
    found = guess(sheet.name, sheet.header)
    targets = _scoped(found, rows)
    return Columns(
        sheet.header,
        targets,
        tuple(one.confidence for one in found),
        order_of(_cells(rows, targets, ("occupancy.starts", "occupancy.ends"))),
        mark_of(_cells(rows, targets, ("unit.area_m2", "unit.rooms"))),
        sample=sample,
    )


def _scoped(found: Sequence[Guess], rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """Numbers of flats that begin anew in each house are names, not numbers by which a flat is found."""
    targets = [one.target for one in found]
    places = [index for index, target in enumerate(targets) if target in PLACES]
    if "unit.external_id" not in targets or not places:
        return tuple(targets)
    number, houses = targets.index("unit.external_id"), dict[Cell, Any]()
    for cells in rows:
        house = tuple(cells[index] for index in places)
        if cells[number] and houses.setdefault(cells[number], house) != house:
            targets[number] = "unit.name" if "unit.name" not in targets else "unit.number"
            break
    return tuple(targets)


def _cells(rows: Iterable[Sequence[Cell]], targets: Sequence[str], wanted: Sequence[str]) -> list[Cell]:
    columns = [index for index, target in enumerate(targets) if target in wanted]
    return [cells[index] for cells in rows for index in columns]


def _shown(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return text.removesuffix(".0")[:60]
