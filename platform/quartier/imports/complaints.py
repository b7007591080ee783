"""What is wrong with staged rows: found by a query, told by file and line, and marked in the row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from quartier.imports.driver import Driver, rows, run
from quartier.imports.problems import Problem

MOST: Final = 2000  # problems of one kind that are fetched; the rest would be more of the same
Tell = Callable[[int, Problem], None]
"""Takes the number of a file and a problem in it."""


class Complaints:
    """Tells what queries find. Names of tables and columns come from `nouns`, never from a file."""

    def __init__(self, driver: Driver, tell: Tell) -> None:
        self._driver, self.tell = driver, tell

    def refuse(self, table: str, code: str, where: str, key: str = "") -> None:
        """Mark rows bad and say why; `key` is the column that names what is missing."""
        named = f"coalesce(split_part(substr(s.{key}, 2), chr(31), -1), '')" if key else "''"
        self.report(
            code,
            f"SELECT s.file, s.line, coalesce(s.ext, '') AS value, {named} AS parent FROM {table} s "
            f"WHERE ({where}) AND s.state IS DISTINCT FROM 'bad' ORDER BY s.n",
            *(["parent"] if code in {"orphan", "parent_refused"} else []),
        )
        run(self._driver, f"UPDATE {table} s SET state = 'bad' WHERE {where}")

    def tell_all(self, code: str, found: Iterable[Any]) -> None:
        """Tell of rows with a file, a line and a value."""
        for row in found:
            self.tell(row.file, Problem(code, line=row.line, value=row.value))

    def report(self, code: str, query: str, *details: str, having: str = "true") -> int:
        """Tell what a query finds, and how many that are."""
        found = rows(self._driver, f"SELECT * FROM ({query}) AS q WHERE {having} LIMIT {MOST}")
        for row in found:
            facts = {name: getattr(row, name) for name in details}
            self.tell(row.file, Problem(code, line=row.line, value=row.value or "", details=facts))
        return len(found)
