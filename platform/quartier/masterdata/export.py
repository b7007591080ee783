"""Lists as files for Excel and other programs: rows are written as they are read, however many there are."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

from flask import Response

from quartier.web.spreadsheets import harmless

IN_MEMORY, PIECE = 5_000_000, 64_000
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def as_file(name: str, kind: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A download of `columns` and `rows`; `kind` is "csv" (UTF-8 with a mark, semicolons) or "xlsx"."""
    body: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    (_write_csv if kind == "csv" else _write_xlsx)(body, columns, rows)
    body.seek(0)
    answer = Response(_pieces(body), mimetype=TYPES[kind])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return answer


def _pieces(body: IO[bytes]) -> Iterator[bytes]:
    with body:
        while piece := body.read(PIECE):
            yield piece


def _write_csv(body: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Excel in German and French reads semicolons, and UTF-8 only with a byte order mark."""
    lines = io.TextIOWrapper(body, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    lines.detach()


def _plain(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case str():
            return harmless(cell)
        case date():
            return cell.isoformat()
        case Decimal():
            return f"{cell.normalize():f}"
    return str(cell)


def _write_xlsx(body: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Texts are written as texts, so a formula among them stays a text."""
    import xlsxwriter  # every process would start a tenth of a second later for what few pages do

    book = xlsxwriter.Workbook(body, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column, bold)
    for line, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            _write_cell(sheet, line, at, cell, day)
    book.close()


def _write_cell(sheet: Any, line: int, at: int, cell: Any, day: Any) -> None:
    match cell:
        case None | "":
            return
        case bool():
            sheet.write_boolean(line, at, cell)
        case int() | float() | Decimal():
            sheet.write_number(line, at, float(cell))
        case date():
            sheet.write_datetime(line, at, cell, day)
        case _:
            sheet.write_string(line, at, str(cell))
