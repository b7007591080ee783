"""Records on their way into temporary tables, by COPY, a few megabytes at a time.

The tables live in one transaction on one connection and vanish with it: two imports cannot see each other's, nobody has
to clean up after a worker that died, and no second copy of people's data stays behind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from random import Random, SystemRandom
from time import time_ns
from typing import Any, Final, cast

from quartier.imports.driver import Driver, run
from quartier.imports.nouns import BY_NAME, NOUNS, Name, Noun

getrandbits = Random(SystemRandom().getrandbits(128)).getrandbits  # noqa: S311 - ids only have to differ
REMEMBERED: Final = 10**6  # records: their fingerprints take some eighty megabytes
PIECE: Final = 2**20  # bytes of a noun that are kept back before they are sent
NOTHING: Final = "\x01"  # no text has it: tidied cells hold no tabs and line ends, but they may well hold "\\N"
OPTIONS: Final = f"(NULL '{NOTHING}')"
OWN: Final = ("n", "file", "line", "op", "key", "ext", "parent", "other", "id")
CREATE: Final = """
    CREATE TEMPORARY TABLE {table} (
        n bigint, file smallint, line integer, op text, key text COLLATE "C", ext text COLLATE "C",
        parent text COLLATE "C", other text COLLATE "C", id uuid, {fields},
        parent_id uuid, other_id uuid, found uuid, state text
    ) ON COMMIT DROP
"""

CREATE_RECORDS: Final = """
    CREATE TEMPORARY TABLE staged_record (
        file smallint, line integer, resource text, key text, op text, data jsonb
    ) ON COMMIT DROP
"""


RECORDS: Final = "record"
Tee = Callable[[str, bytes], None]
"""Takes the name of a noun (or `record`) and rows of its staging table, as COPY has them."""


def _id(count: int) -> str:
    """A UUIDv7 as text: a fifth of the time that making an object and writing that out would take."""
    return f"{time_ns() // 1_000_000:012x}7{count & 0xFFF:03x}{0x8000000000000000 | getrandbits(62):016x}"


class Staging:
    """A sink for records. The same record said twice is taken once: a rent roll names its house in each row."""

    def __init__(self, driver: Driver, tee: Tee | None = None) -> None:
        self._driver, self._tee = driver, tee
        self._waiting: dict[str, list[str]] = {noun.name: [] for noun in NOUNS}
        self._size = dict.fromkeys(self._waiting, 0)
        self._seen: set[int] = set()
        self._count = 0
        self._kept: list[str] = []
        self.file = 0
        self.repeats = False
        """There were more records than are remembered, so that some may have been sent twice."""
        self.covered: set[str] = set()
        """Nouns that had at least one record."""
        create(driver)

    def put(
        self, noun: Name, line: int, key: str, *, ext: str | None, parent: str | None = None, other: str | None = None,
        op: str = "upsert", fields: Sequence[Any],
    ) -> None:  # fmt: skip
        """Take one record."""
        fingerprint = hash((noun, key, parent, other, op, *fields))
        if fingerprint in self._seen:
            return
        if len(self._seen) >= REMEMBERED:
            self._seen.clear()
            self.repeats = True
        self._seen.add(fingerprint)
        self._count += 1
        own = (self._count, self.file, line, op, key, ext, parent, other, _id(self._count))
        text = "\t".join([NOTHING if cell is None else str(cell) for cell in (*own, *fields)])
        if "\\" in text:
            text = text.replace("\\", "\\\\")
        self._waiting[noun].append(text)
        self._size[noun] += len(text)
        if self._size[noun] > PIECE:
            self._send(BY_NAME[noun])

    def keep(self, line: int, resource: str, key: str, op: str, data: Mapping[str, str]) -> None:
        """Take a record that has no table of its own yet."""
        cells = (self.file, line, resource, key, op, json.dumps(data, ensure_ascii=False))
        text = "\t".join(map(str, cells)).replace("\\", "\\\\")
        self._kept.append(text)
        self._size[RECORDS] = self._size.get(RECORDS, 0) + len(text)
        if self._size[RECORDS] > PIECE:
            self._send_kept()

    def finish(self) -> None:
        """Send what is left, and let the planner know what it has to do with."""
        self._seen.clear()
        self._send_kept()
        for noun in NOUNS:
            self._send(noun)
        if self.repeats:
            say_once(self._driver)
        settle(self._driver)

    def _send(self, noun: Noun) -> None:
        waiting = self._waiting[noun.name]
        if waiting:
            self.covered.add(noun.name)
            self._copy(noun.name, waiting)
            self._size[noun.name] = 0

    def _send_kept(self) -> None:
        if self._kept:
            self._copy(RECORDS, self._kept)
            self._size[RECORDS] = 0

    def _copy(self, name: str, waiting: list[str]) -> None:
        text = ("\n".join(waiting) + "\n").encode()
        waiting.clear()
        copy_in(self._driver, name, text)
        if self._tee is not None:
            self._tee(name, text)


def create(driver: Driver) -> None:
    """Make the tables, empty; they vanish with the transaction."""
    run(driver, CREATE_RECORDS)
    for noun in NOUNS:
        fields = ", ".join(f"{field.name} {field.type}" for field in noun.fields)
        run(driver, CREATE.format(table=noun.staging, fields=fields))


def copy_in(driver: Driver, name: str, text: bytes) -> None:
    """Rows into the staging table of a noun, or of records."""
    table = "staged_record"
    if name != RECORDS:
        noun = BY_NAME[cast("Name", name)]
        table = f"{noun.staging} ({', '.join((*OWN, *noun.columns))})"
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN {OPTIONS}") as copy:
        copy.write(text)


def say_once(driver: Driver) -> None:
    """Of records that are the same in everything but their line, the first one stays."""
    for noun in NOUNS:
        same = ", ".join(("key", "parent", "other", "op", *noun.columns))
        numbered = f"SELECT n, row_number() OVER (PARTITION BY {same} ORDER BY n) AS place FROM {noun.staging}"
        run(driver, f"DELETE FROM {noun.staging} s USING ({numbered}) d WHERE d.n = s.n AND d.place > 1")


def settle(driver: Driver) -> None:
    """Let the planner know what it has to do with."""
    for noun in NOUNS:
        run(driver, f"ANALYZE {noun.staging}")
