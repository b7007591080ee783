"""Excel files as rows of cells: values, not formulas, and merged cells as if each had the value."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, BinaryIO, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from quartier.imports.problems import Problem, Report, Unreadable
from quartier.imports.reading.contents import Content, opened
from quartier.imports.reading.excel_errors import Errors, errors_in, parts_of
from quartier.imports.reading.extent import refuse_far
from quartier.imports.reading.pieces import Texts, is_long, pieces, texts_of, workbook
from quartier.imports.reading.sources import BROKEN_ARCHIVE, refuse_dangerous, swallow

Cell = str | float | date | None
Place = tuple[int, int]
Part = tuple[CalamineSheet, Errors]
WIDEST: Final = 300  # columns
MOST_MERGED: Final = 100_000  # rows of merged cells; ranges beyond that are as if they were not merged


def sheets_of_excel(
    name: str, content: Content, report: Report
) -> Iterator[tuple[str, Iterator[tuple[int, list[Cell]]]]]:
    """(sheet, its rows) of each visible sheet. Raises Unreadable.

    The reader is written in Rust, knows no macros, no links and no entities; what an archive can do to it (swelling to
    many gigabytes, cells far from each other) is refused before it sees the file. It holds all that it is given, so
    long sheets are given in pieces.
    """
    with opened(content) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                refuse_dangerous(name, archive.infolist())
                swallow(archive)
                yield from _sheets(name, file, archive, report)
        except BROKEN_ARCHIVE as error:
            raise Unreadable(Problem("damaged", name)) from error


def _sheets(
    name: str, file: BinaryIO, archive: zipfile.ZipFile, report: Report
) -> Iterator[tuple[str, Iterator[tuple[int, list[Cell]]]]]:
    sheets = _in_pieces(name, archive) if is_long(archive) else _at_once(name, file, archive)
    with _readable(name):
        for sheet, is_visible, parts in sheets:
            if is_visible:
                yield sheet, _rows(parts)
            else:
                report(Problem("hidden_sheet", name, details={"name": sheet}))


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """What the reader has against a file, as Unreadable."""
    try:
        yield
    except PasswordError as error:
        raise Unreadable(Problem("locked_excel", name)) from error
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(Problem("damaged", name)) from error


def _at_once(name: str, file: BinaryIO, archive: zipfile.ZipFile) -> Iterator[tuple[str, bool, Iterator[Part]]]:
    for one in archive.infolist():  # under whatever name: which of them are worksheets, only the reader knows for sure
        refuse_far(name, archive.read(one))
    book, xml = _book(file), parts_of(archive)
    for sheet, is_visible in _metadata(book):
        errors = errors_in(archive.read(xml[sheet])) if sheet in xml and is_visible else {}
        yield sheet, is_visible, iter([(book.get_sheet_by_name(sheet), errors)] if is_visible else [])


def _in_pieces(name: str, archive: zipfile.ZipFile) -> Iterator[tuple[str, bool, Iterator[Part]]]:
    xml = parts_of(archive)
    with workbook(archive) as empty:
        sheets = _metadata(_book(empty))
    with texts_of(archive) as texts:
        for sheet, is_visible in sheets:
            if sheet not in xml:
                raise Unreadable(Problem("damaged", name))
            yield sheet, is_visible, _pieces(name, archive, sheet, xml[sheet], texts)


def _pieces(name: str, archive: zipfile.ZipFile, sheet: str, part: str, texts: Texts) -> Iterator[Part]:
    for xml in pieces(archive, part, texts):
        refuse_far(name, xml)
        errors = errors_in(xml)
        with _readable(name), workbook(archive, part, xml) as file:
            del xml  # the next piece is read when this one is worked off: never two at once
            yield _book(file).get_sheet_by_name(sheet), errors


def _book(file: BinaryIO) -> CalamineWorkbook:
    file.seek(0)
    return CalamineWorkbook.from_filelike(file)


def _metadata(book: CalamineWorkbook) -> list[tuple[str, bool]]:
    return [(one.name, one.visible == SheetVisibleEnum.Visible) for one in book.sheets_metadata]


def _rows(parts: Iterator[Part]) -> Iterator[tuple[int, list[Cell]]]:
    """(row, cells), both as Excel counts them: from 1, and from column A. The reader leaves out empty first columns.

    All rows are as wide as the widest so far, as they are in a sheet that was read at once.
    """
    blank: list[Cell] = [""] * WIDEST
    width, merged, held = 0, dict[int, list[tuple[Place, int]]](), dict[Place, Any]()
    for sheet, broken in parts:
        if sheet.start is None:
            continue
        top, left = sheet.start
        merged = merged or _merged(sheet)
        width = max(width, min(left + sheet.width, WIDEST))
        for index, values in enumerate(islice(sheet.iter_rows(), top, None), start=top):
            cells: list[Cell] = [*blank[:left], *map(_cell, values[: WIDEST - left])]
            cells += blank[len(cells) : width]
            for column, error in broken.get(index, ()):
                if column < len(cells):
                    cells[column] = error
            for first, column in merged.get(index, ()):
                _fill(cells, index, column, first, held)
            if any(cell is not None and cell != "" for cell in cells):
                yield index + 1, cells
        del sheet


def _merged(sheet: CalamineSheet) -> dict[int, list[tuple[Place, int]]]:
    """Row → (first cell of the range, column) of the cells in its first column.

    A title over several columns stays one title; a value over several rows holds for each of them.
    """
    found: dict[int, list[tuple[Place, int]]] = {}
    left = MOST_MERGED
    for first, last in sheet.merged_cell_ranges or ():
        left -= last[0] + 1 - first[0]
        for row in range(first[0], last[0] + 1) if left >= 0 else ():
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
