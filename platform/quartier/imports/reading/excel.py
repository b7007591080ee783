"""Excel files as rows of cells: values, not formulas, and merged cells as if each had the value."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from quartier.imports.problems import Problem, Report, Unreadable
from quartier.imports.reading.contents import Content, opened
from quartier.imports.reading.excel_errors import errors_of
from quartier.imports.reading.sources import BROKEN_ARCHIVE, refuse_dangerous, swallow

Cell = str | float | date | None
Place = tuple[int, int]
Errors = dict[int, list[tuple[int, str]]]
"""Row → (column, what the spreadsheet shows): the reader would give an empty cell instead."""
WIDEST: Final = 300  # columns


def sheets_of_excel(
    name: str, content: Content, report: Report
) -> Iterator[tuple[str, Iterator[tuple[int, list[Cell]]]]]:
    """(sheet, its rows) of each visible sheet. Raises Unreadable.

    The reader is written in Rust, knows no macros, no links and no entities; what an archive can do to it (swelling to
    many gigabytes) is refused before it sees the file.
    """
    with opened(content) as file:
        broken = _inspect(name, file)
        file.seek(0)
        yield from _sheets(name, file, broken, report)


def _sheets(
    name: str, file: BinaryIO, broken: dict[str, Errors], report: Report
) -> Iterator[tuple[str, Iterator[tuple[int, list[Cell]]]]]:
    try:
        book = CalamineWorkbook.from_filelike(file)
        for facts in book.sheets_metadata:
            if facts.visible != SheetVisibleEnum.Visible:
                report(Problem("hidden_sheet", name, details={"name": facts.name}))
                continue
            yield facts.name, _rows(book.get_sheet_by_name(facts.name), broken.get(facts.name, {}))
    except PasswordError as error:
        raise Unreadable(Problem("locked_excel", name)) from error
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(Problem("damaged", name)) from error


def _inspect(name: str, file: BinaryIO) -> dict[str, Errors]:
    """Refuse what is dangerous, and find the cells that hold errors."""
    try:
        with zipfile.ZipFile(file) as archive:
            refuse_dangerous(name, archive.infolist())
            swallow(archive)
            return errors_of(archive)
    except BROKEN_ARCHIVE as error:
        raise Unreadable(Problem("damaged", name)) from error


def _rows(sheet: CalamineSheet, broken: Errors) -> Iterator[tuple[int, list[Cell]]]:
    """(row, cells), both as Excel counts them: from 1, and from column A. The reader leaves out empty first columns."""
    if sheet.start is None:
        return
    left = sheet.start[1]
    merged, held = _merged(sheet), dict[Place, Any]()
    for index, values in enumerate(sheet.iter_rows()):
        cells: list[Cell] = [None] * left + [_cell(value) for value in values[: WIDEST - left]]
        for column, error in broken.get(index, ()):
            if column < len(cells):
                cells[column] = error
        for first, column in merged.get(index, ()):
            _fill(cells, index, column, first, held)
        if any(cell is not None and cell != "" for cell in cells):
            yield index + 1, cells


def _merged(sheet: CalamineSheet) -> dict[int, list[tuple[Place, int]]]:
    """Row → (first cell of the range, column) of the cells in its first column.

    A title over several columns stays one title; a value over several rows holds for each of them.
    """
    found: dict[int, list[tuple[Place, int]]] = {}
    for first, last in sheet.merged_cell_ranges or ():
        for row in range(first[0], last[0] + 1):
            found.setdefault(row, []).append((first, first[1]))
    return found


def _fill(cells: list[Cell], row: int, column: int, first: Place, held: dict[Place, Any]) -> None:
    if column >= len(cells):
        return
    if row == first[0]:
        held[first] = cells[column]
    else:
        cells[column] = held.get(first)


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, str):
        return value
    return value  # type: ignore[no-any-return]
