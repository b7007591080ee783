"""From files to compared rows: the part that a dry run and an application share, so that they cannot differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final

from quartier.imports import proposals
from quartier.imports.applying import changes, newcomers, renamed
from quartier.imports.comparing import Comparison
from quartier.imports.dialling import has_houses_abroad
from quartier.imports.driver import Driver, driver_of
from quartier.imports.exchange import ExchangeReader, file_of
from quartier.imports.kept import FACTS, Spool, frames
from quartier.imports.manifest import MANIFEST, manifest_of
from quartier.imports.mapping import Columns, Words, suggest
from quartier.imports.nouns import NOUNS, OCCUPANCY
from quartier.imports.owned import owned_fields
from quartier.imports.problems import ERRORS, Problem
from quartier.imports.reading import Sheet, Source, sheets_of
from quartier.imports.recognising.headers import known_words
from quartier.imports.records import Home, Reader
from quartier.imports.staging import Staging, Tee, copy_in, create, say_once, settle
from quartier.imports.vanished import Gone, vanished
from quartier.people.erased import ErasedNumbers
from quartier.tenancy.session import CompanySession

KEPT: Final = 3000  # problems that are kept with an import; of the others the number
SHOWN: Final = 60  # rows of a noun in a preview
ROW: Final = "row"


@dataclass
class Problems:
    """Takes problems, keeps the first ones, counts all."""

    kept: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    names: list[str] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    """What was kept out while files were read: `row` for whole rows, a noun where the row goes on without it."""
    _last: tuple[str, int, str] = field(default=("", 0, ""), init=False, compare=False)

    def __call__(self, problem: Problem) -> None:
        """Take one that came up while a file was read, row by row."""
        place = (problem.file, problem.line, problem.details.get("part", ROW))
        if problem.line and problem.code in ERRORS and place != self._last:
            self._last = place
            self.lost[place[-1]] += 1
        self._take(problem)

    def of(self, file: int, problem: Problem) -> None:
        """Take one that came up later; its file is known by its number."""
        self._take(replace(problem, file=self.names[file]))

    def _take(self, problem: Problem) -> None:
        self.counts[problem.code] += 1
        if len(self.kept) < KEPT:
            self.kept.append(problem)

    @property
    def errors(self) -> int:
        """How many of them keep a row or a file out."""
        return sum(count for code, count in self.counts.items() if code in ERRORS)


@dataclass(frozen=True)
class Asked:
    """What somebody chose for an import. `fixes` replace cells: (table, line, column's header) → text.

    `skip` are tables that are left out; `decisions` say for the key of a person who it is, or "new".
    """

    columns: Mapping[str, Columns] = field(default_factory=dict)
    fixes: Mapping[tuple[str, int, str], str] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)
    skip: frozenset[str] = frozenset()
    full: bool = False
    """The files are all there is: what they do not have is reported as gone."""
    close_gone: bool = False
    """Periods that are gone end today."""
    from_erp: bool = False
    """The files come from the system that owns fields here, so that they change those as well."""


@dataclass
class Plan:
    """What would happen. `counts`: noun → state → rows; `row` stands for rows that are no noun's, as none was read."""

    counts: dict[str, dict[str, int]]
    problems: Problems
    gone: dict[str, Gone]
    preview: dict[str, dict[str, list[dict[str, Any]]]]
    rows: int
    covered: set[str]
    kept: dict[str, int]
    wishes: list[dict[str, Any]]
    ends_owner: str = ""
    """What the company calls its ERP, if that alone ends periods: then none ends because the files do not have it."""

    @property
    def work(self) -> int:
        """How many rows would be written."""
        return sum(number for states in self.counts.values() for state, number in states.items() if state in WRITTEN)


WRITTEN: Final = frozenset({"new", "changed", "delete"})


def suggestions(
    sources: Sequence[Source], kept: Mapping[str, Columns] | None = None, words: Words | None = None
) -> tuple[dict[str, Columns], Problems]:
    """Table → how it would be read; `kept` are the company's own mappings by the signature of the header, `words` are
    its own words for kinds."""
    from quartier.imports.mapping import signature

    problems, found = Problems(), dict[str, Columns]()
    for source in tables_of(sources):
        for sheet in sheets_of(source, problems, known=known_words):
            if resource := file_of(sheet.name, sheet.header):
                found[sheet.name] = Columns(sheet.header, ("",) * len(sheet.header), exchange=resource)
                continue
            found[sheet.name] = suggest(sheet, (kept or {}).get(signature(sheet.header)), words)
    return found, problems


def tables_of(sources: Sequence[Source]) -> list[Source]:
    """Without the manifest, which is no table."""
    return [one for one in sources if PurePosixPath(one.name).name != MANIFEST]


@dataclass
class Read:
    """What is in the staging tables: what was wrong with the files, how many rows they had, which nouns they name."""

    problems: Problems
    rows: int
    covered: set[str]
    repeats: bool


def stage(driver: Driver, sources: Sequence[Source], asked: Asked, home: Home, tee: Tee | None = None) -> Read:
    """Read everything into temporary tables."""
    home = replace(home, abroad=has_houses_abroad(driver, list(asked.columns.values()), home.country))
    staging, problems, count = Staging(driver, tee), Problems(), 0
    said = manifest_of(sources, problems)
    remapped = [name for name, one in asked.columns.items() if one.exchange == "uuidRemappings"]
    is_set = any(one.exchange for one in asked.columns.values())
    if remapped and len(asked.columns) > 1:
        problems(Problem("remapping_not_alone", remapped[0]))
    for source in tables_of(sources):
        for sheet in sheets_of(source, problems, known=known_words):
            columns = asked.columns.get(sheet.name)
            if columns is None or sheet.name in asked.skip or len(columns.targets) != len(sheet):
                continue
            if sheet.name in remapped and len(asked.columns) > 1:
                continue
            if not (columns.used or columns.exchange):
                problems(Problem("unknown_file" if is_set else "unknown_sheet", sheet.name))
                continue
            staging.file = len(problems.names)
            problems.names.append(sheet.name)
            reader: Reader | ExchangeReader = Reader(sheet.name, columns, staging, problems, home)
            if columns.exchange:
                reader = ExchangeReader(sheet, columns.exchange, staging, problems, home=home, said=said)
            count += _read(sheet, reader, asked)
    staging.finish()
    return Read(problems, count, staging.covered, staging.repeats)


def kept(read: Read, spool: Spool) -> BinaryIO:
    """What was read, for `restage`."""
    problems = read.problems
    facts = {
        "problems": [asdict(one) for one in problems.kept], "counts": problems.counts, "names": problems.names,
        "lost": problems.lost, "rows": read.rows, "covered": sorted(read.covered), "repeats": read.repeats,
    }  # fmt: skip
    return spool.close(facts)


def restage(driver: Driver, packed: BinaryIO) -> Read:
    """Put what was read before into temporary tables. Raises ValueError or zlib.error where it is damaged."""
    create(driver)
    facts: dict[str, Any] = {}
    for name, rows in frames(packed):
        if name == FACTS:
            facts = json.loads(rows)
        else:
            copy_in(driver, name, rows)
    if not facts:
        raise ValueError("the stream is cut off")
    if facts["repeats"]:
        say_once(driver)
    settle(driver)
    problems = Problems(
        [Problem(**one) for one in facts["problems"]], Counter(facts["counts"]), facts["names"],
        Counter(facts.get("lost", {})),
    )  # fmt: skip
    return Read(problems, facts["rows"], set(facts["covered"]), facts["repeats"])


def _read(sheet: Sheet, reader: Reader | ExchangeReader, asked: Asked) -> int:
    fixes: dict[int, list[tuple[int, str]]] = {}
    for (name, line, header), text in asked.fixes.items():
        if name == sheet.name and header in sheet.header:
            fixes.setdefault(line, []).append((sheet.header.index(header), text))
    count = 0
    for line, cells in sheet.rows:
        for index, text in fixes.get(line, ()):
            cells[index] = text
        reader.read(line, cells)
        count += 1
    return count


def plan(db: CompanySession, read: Read, asked: Asked, *, key: bytes, on: date) -> Plan:
    """Compare; nothing is written but temporary tables, which stay until the transaction ends."""
    driver, problems = driver_of(db), read.problems
    owned = {} if asked.from_erp else {str(noun.name): owned_fields(db, noun) for noun in NOUNS}

    def tell(file: int, problem: Problem) -> None:
        columns = asked.columns.get(problems.names[file])
        problems.of(file, replace(problem, column=columns.called(problem.column)) if columns else problem)

    comparison = Comparison(driver, tell, ErasedNumbers(db, key), decisions=asked.decisions, owned=owned)
    comparison.run()
    preview: dict[str, dict[str, list[dict[str, Any]]]] = {
        noun.name: {
            "new": newcomers(driver, noun, SHOWN),
            "changed": changes(driver, noun, SHOWN) + renamed(driver, noun, SHOWN),
        }
        for noun in NOUNS
    }
    for states in preview.values():
        for row in (*states["new"], *states["changed"]):
            row["file"] = problems.names[row["file"]]
    system, fields = owned.get(OCCUPANCY.name, ("", ()))
    ends_owner = system if "ends" in fields else ""
    closes = asked.close_gone and not ends_owner
    gone = vanished(driver, read.covered, on, close=closes) if asked.full else {}
    said = proposals.kept(driver), proposals.wishes(driver)
    counts = comparison.counts()
    for part, number in problems.lost.items():
        counts.setdefault(part, {})["bad"] = counts.get(part, {}).get("bad", 0) + number
    return Plan(counts, problems, gone, preview, read.rows, read.covered, *said, ends_owner)
