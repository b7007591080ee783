"""Which column fills what: suggested, changed by a person, kept per company, and found again by the header."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final, cast

from quartier.imports.reading.tables import Cell, Sheet
from quartier.imports.recognising.headers import Guess, guess, is_owned
from quartier.imports.recognising.words import folded, text_of
from quartier.imports.values.dates import Order, order_of
from quartier.imports.values.kinds import is_kind
from quartier.imports.values.numbers import Mark, mark_of

SAMPLE: Final = 2000  # rows that notations are found out from
NUMBER: Final = re.compile(r"[A-Za-z]{0,2}[ .\-/]?\d+(?:[.\-/]\d+)*[A-Za-z]?")
"""What systems number things with: 1042, 12.3, LG-17, P4; "Haus 3" is a name."""
MOST_WORDS, LONGEST_WORD = 200, 100
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
    owned: bool = False
    """Periods are ownerships where no column says what they are."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    exchange: str = ""
    """Which file of the exchange set this is: its columns are fixed, and nothing is to be assigned."""
    sample: tuple[tuple[str, ...], ...] = ()
    """The first rows as text, for the page."""
    unknown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words for kinds among the first rows that nobody knows: noun → words."""

    @property
    def used(self) -> tuple[str, ...]:
        """The targets that some column fills."""
        return tuple(target for target in self.targets if target)

    def called(self, target: str) -> str:
        """The header of the column that fills a target; "" where none does alone."""
        return self.header[self.targets.index(target)] if target and target in self.targets else ""

    def as_json(self) -> dict[str, Any]:
        """For the database."""
        return {
            "header": self.header, "targets": self.targets, "confidence": self.confidence, "order": self.order,
            "mark": self.mark, "family_first": self.family_first, "owned": self.owned, "words": self.words,
            "exchange": self.exchange, "sample": self.sample, "unknown": self.unknown,
        }  # fmt: skip


def from_json(kept: Mapping[str, Any]) -> Columns:
    """What `as_json` gave."""
    return Columns(
        tuple(kept["header"]), tuple(kept["targets"]), tuple(kept.get("confidence", ())),
        cast("Order", kept.get("order", "dmy")), cast("Mark", kept.get("mark", ".")),
        bool(kept.get("family_first", False)), bool(kept.get("owned", False)), kept.get("words", {}),
        kept.get("exchange", ""),
        tuple(tuple(row) for row in kept.get("sample", ())),
        {noun: tuple(words) for noun, words in kept.get("unknown", {}).items()},
    )  # fmt: skip


def signature(header: Sequence[str]) -> str:
    """The same for tables with the same columns: how a company's mapping is found again."""
    return hashlib.sha256("\x1f".join(folded(word) for word in header).encode()).hexdigest()


Words = Mapping[str, Mapping[str, str]]
"""noun → a company's own word → kind."""


def suggest(sheet: Sheet, kept: Columns | None = None, words: Words | None = None) -> Columns:
    """The mapping of a table: the one kept for such a header, else a guess. Takes the table's first rows."""
    rows = [cells for _line, cells in islice(sheet.rows, SAMPLE)]
    sample = tuple(tuple(_shown(cell) for cell in cells) for cells in rows[:3])
    if kept is not None and len(kept.targets) == len(sheet.header):
        known = replace(kept, header=sheet.header, sample=sample, words=words or {})
        return replace(known, unknown=_unknown(rows, known.targets, known.words))
    found = guess(sheet.name, sheet.header)
    targets = _told_apart(_scoped(found, rows), rows)
    return Columns(
        sheet.header,
        targets,
        tuple(one.confidence for one in found),
        order_of(_cells(rows, targets, ("occupancy.starts", "occupancy.ends"))),
        mark_of(_cells(rows, targets, ("unit.area_m2", "unit.rooms"))),
        owned=is_owned(sheet.header, targets),
        sample=sample,
        words=words or {},
        unknown=_unknown(rows, targets, words or {}),
    )


def _unknown(rows: Sequence[Sequence[Cell]], targets: Sequence[str], words: Words) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for noun in ("unit", "occupancy"):
        own = {word.lower() for word in words.get(noun, {})}
        said = dict.fromkeys(text_of(cell) for cell in _cells(rows, targets, (f"{noun}.kind",)))
        strange = [word for word in said if word and word.lower() not in own and not is_kind(noun, word)]
        if strange:
            found[noun] = tuple(word[:LONGEST_WORD] for word in strange[:MOST_WORDS])
    return found


def _told_apart(targets: tuple[str, ...], rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """`Liegenschaft` alone may be a number or a name, whatever its header says more often: what is in it tells."""
    found = list(targets)
    for noun in ("property", "building"):
        name, number = f"{noun}.name", f"{noun}.external_id"
        if (name in found) == (number in found):
            continue
        place = found.index(name if name in found else number)
        texts = [text for cells in rows if (text := text_of(cells[place]))]
        numbers = sum(bool(NUMBER.fullmatch(text)) for text in texts)
        if texts and numbers == len(texts):
            found[place] = number
        elif texts and numbers == 0:
            found[place] = name
    return tuple(found)


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
