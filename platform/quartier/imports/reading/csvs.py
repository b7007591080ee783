"""Text as rows of cells: the separator is found out, and one forgotten quotation mark costs one row, not the file."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterator
from typing import Final

from quartier.imports.problems import Problem, Report
from quartier.imports.reading.contents import Content
from quartier.imports.reading.text import lines_of

SEPARATORS: Final = ";,\t|"
SAMPLE: Final = 60  # lines
LONGEST_CELL: Final = 200  # lines that a cell in quotation marks may have
QUOTE: Final = '"'

NumberedCells = tuple[int, list[str]]


def rows_of_text(name: str, content: Content, report: Report) -> Iterator[NumberedCells]:
    """(line, cells) of each row that is not empty; the line is the one where the row begins."""
    lines = Lines(lines_of(name, content, report))
    separator = separator_of(lines.ahead(SAMPLE))
    if separator_line(lines.ahead(1)):
        lines.take()
    while (line := lines.take()) is not None:
        number = lines.number
        cells = _quoted(name, line, lines, separator, report) if QUOTE in line else line.split(separator)
        if any(cells) and any(cell.strip() for cell in cells):
            yield number, cells


def separator_of(sample: list[str]) -> str:
    """The one that cuts the lines into the most cells, and into equally many."""
    if told := separator_line(sample[:1]):
        return told
    return max(SEPARATORS, key=lambda one: _score(sample, one))


def separator_line(first: list[str]) -> str:
    """Excel writes `sep=;` as a first line where it wants to be understood."""
    line = first[0].strip().strip(QUOTE).lower() if first else ""
    return line[4] if line.startswith("sep=") and len(line) == 5 else ""


def _score(sample: list[str], separator: str) -> float:
    widths = [len(row) for row in csv.reader(sample, delimiter=separator) if any(row)]
    if not widths:
        return 0
    width, times = Counter(widths).most_common(1)[0]
    return 0 if width == 1 else times / len(widths) + min(width, 40) / 100


class Lines:
    """Lines with a look ahead."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._ahead = lines, deque[str]()
        self.number = 0

    def ahead(self, count: int) -> list[str]:
        """The next lines, which stay where they are."""
        while len(self._ahead) < count and (line := next(self._lines, None)) is not None:
            self._ahead.append(line)
        return [self._ahead[place] for place in range(min(count, len(self._ahead)))]

    def take(self) -> str | None:
        """The next line, or None at the end."""
        line = self._ahead.popleft() if self._ahead else next(self._lines, None)
        self.number += line is not None
        return line


def _quoted(name: str, line: str, lines: Lines, separator: str, report: Report) -> list[str]:
    """One row that has quotation marks. Where they do not pair up, the cell goes on in the following lines, or not."""
    if line.count(QUOTE) % 2 == 0 or not _opens(line, separator):
        return _cells(line, separator)
    number, following = lines.number, lines.ahead(LONGEST_CELL)
    for count, more in enumerate(following, 1):
        if more.count(QUOTE) % 2:
            whole = "\n".join([line, *following[:count]])
            for _each in range(count):
                lines.take()
            return _cells(whole, separator)
    report(Problem("unclosed_quote", name, number))
    return []


def _opens(line: str, separator: str) -> bool:
    """Whether a cell begins with a quotation mark; else they are inches."""
    return any(cell.lstrip().startswith(QUOTE) for cell in line.split(separator))


def _cells(text: str, separator: str) -> list[str]:
    return next(csv.reader([text], delimiter=separator, skipinitialspace=True), [])
