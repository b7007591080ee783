"""A file as tables with a header: which row that is, and what stands below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Final

from quartier.imports.problems import Problem, Report, Unreadable, shown
from quartier.imports.reading.csvs import rows_of_text
from quartier.imports.reading.excel import sheets_of_excel
from quartier.imports.reading.magic import Format, format_of
from quartier.imports.reading.sources import Source

Cell = str | float | date | None
Row = tuple[int, list[Cell]]
"""Line, from 1, and the cells below the header's columns."""

SHEET: Final = ": "  # between the name of a file and that of its sheet
ENDS_EARLY: Final = "importType"  # the column that all files of an exchange set have
HEAD: Final = 25  # rows among which the header is looked for
REFUSED: Final = {
    Format.EMPTY: "empty_file",
    Format.OLD_EXCEL: "old_excel",
    Format.BINARY_EXCEL: "binary_excel",
    Format.LOCKED_EXCEL: "locked_excel",
    Format.PDF: "pdf",
    Format.ZIP: "nested_zip",
    Format.OTHER: "not_a_table",
}


@dataclass(frozen=True)
class Sheet:
    """One table. `name` is the file's, with the sheet's own behind it where a file has several.

    `rows` can be gone through once; its lines are complete, however wide the file's row was.
    """

    name: str
    header: tuple[str, ...]
    header_line: int
    rows: Iterator[Row]

    def __len__(self) -> int:
        return len(self.header)


Likeness = Callable[[list[str]], int]
"""How many of these words are known as names of columns: it tells a header from a title and from data."""


def sheets_of(source: Source, report: Report, *, known: Likeness) -> Iterator[Sheet]:
    """The tables of a file; what is wrong with one of them, or with all, goes to the report."""
    kind = format_of(source.content)
    if kind in REFUSED:
        report(Problem(REFUSED[kind], source.name))
        return
    if kind is Format.TEXT:
        yield from _headed(source.name, rows_of_text(source.name, source.content, report), report, known)
        return
    try:
        for name, rows in sheets_of_excel(source.name, source.content, report):
            yield from _headed(f"{source.name}{SHEET}{name}", rows, report, known, optional=True)
    except Unreadable as error:
        report(error.problem)


def _headed(
    name: str, rows: Iterable[tuple[int, list[str]] | Row], report: Report, known: Likeness, *, optional: bool = False
) -> Iterator[Sheet]:
    """The table of these rows, if there is a header and something below it. Of an empty sheet nobody speaks."""
    everything: Iterator[Row] = iter(rows)  # type: ignore[arg-type]
    head = list(islice(everything, HEAD))
    place = header_place(head, known)
    if place is None:
        if head or not optional:
            report(Problem("no_header" if head else "empty_file", name))
        return
    line, cells = head[place]
    header = tuple(_word(cell) for cell in _without_tail(cells))
    below = chain(head[place + 1 :], everything)
    first = next(below, None)
    if first is None:
        report(Problem("no_rows", name, line))
        return
    _report_alike(name, line, header, report)
    yield Sheet(name, header, line, _even(name, header, chain([first], below), report))


def header_place(head: list[Row], known: Likeness) -> int | None:
    """Which of the first rows names the columns: the one with the most words that are known for it.

    Where nothing is known, it is the first row that is as wide as the table and has words in all cells.
    """
    scores = [known([_word(cell) for cell in cells if isinstance(cell, str)]) for _line, cells in head]
    best = max(scores, default=0)
    if best >= 2 or (best == 1 and head and len(_without_tail(head[scores.index(1)][1])) <= 2):
        return scores.index(best)
    widest = max((len(_without_tail(cells)) for _line, cells in head), default=0)
    for place, (_line, cells) in enumerate(head):
        full = _without_tail(cells)
        if len(full) >= 2 and len(full) >= widest and all(isinstance(cell, str) and cell.strip() for cell in full):
            return place
    return scores.index(1) if best == 1 else None


def _even(name: str, header: tuple[str, ...], rows: Iterable[Row], report: Report) -> Iterator[Row]:
    """Each row as wide as the header. Too many cells cost the row: nobody knows which of them is the one too many.

    In a peer's exchange set rows may end early, so nothing is said there.
    """
    width, may_end_early = len(header), ENDS_EARLY in header
    for line, cells in rows:
        if len(cells) == width:
            yield line, cells
        elif len(cells) < width:
            if not may_end_early:
                report(Problem("too_few_cells", name, line, details={"found": len(cells), "wanted": width}))
            yield line, cells + [None] * (width - len(cells))
        elif any(cell is not None and cell != "" for cell in cells[width:]):
            extra = next(cell for cell in cells[width:] if cell is not None and cell != "")
            report(Problem("too_many_cells", name, line, "", shown(extra), {"found": len(cells), "wanted": width}))
        else:
            yield line, cells[:width]


def _report_alike(name: str, line: int, header: tuple[str, ...], report: Report) -> None:
    seen: set[str] = set()
    for word in header:
        if word and word in seen:
            report(Problem("two_headers_alike", name, line, word))
        seen.add(word)


def _without_tail(cells: list[Cell]) -> list[Cell]:
    end = len(cells)
    while end and (cells[end - 1] is None or not str(cells[end - 1]).strip()):
        end -= 1
    return cells[:end]


def _word(cell: Cell) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""
