"""Files that companies really send, and files that nobody should."""

from __future__ import annotations

import codecs
import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from quartier.imports.problems import Problem, Unreadable
from quartier.imports.reading import Sheet, Source, from_folder, from_upload, opened, pieces, sheets_of
from quartier.imports.reading import sources as sources_module
from quartier.imports.reading.extent import refuse_far
from quartier.imports.recognising.headers import known_words

PEOPLE = "Nr.;Vorname;Nachname;Ort\r\nM1;Verena;Müller;Zürich\r\nM2;André;Bär;Genève\r\n"
ROWS = [(2, ["M1", "Verena", "Müller", "Zürich"]), (3, ["M2", "André", "Bär", "Genève"])]


def read(body: bytes | str, name: str = "Mieter.csv") -> tuple[list[tuple[Sheet, list[Any]]], list[Problem]]:
    problems: list[Problem] = []
    raw = body.encode() if isinstance(body, str) else body
    return [
        (sheet, list(sheet.rows)) for sheet in sheets_of(Source(name, raw), problems.append, known=known_words)
    ], problems


def only(body: bytes | str, name: str = "Mieter.csv") -> tuple[list[Any], list[tuple[str, int]]]:
    """Rows of the one table, and (code, line) of what was wrong."""
    tables, problems = read(body, name)
    return (tables[0][1] if tables else []), [(one.code, one.line) for one in problems]


def excel(fill: Any) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        fill(book)
    return stream.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return stream.getvalue()


def contents(sources: list[Source]) -> dict[str, bytes]:
    found = {}
    for one in sources:
        with opened(one.content) as file:
            found[one.name] = file.read()
    return found


def refused(name: str, body: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        from_upload(name, body)
    assert caught.value.problem.words
    return caught.value.problem.code


@pytest.mark.parametrize(
    "body",
    [
        PEOPLE.encode(),
        codecs.BOM_UTF8 + PEOPLE.encode(),
        PEOPLE.encode("windows-1252"),
        PEOPLE.encode("utf-16"),
        codecs.BOM_UTF16_BE + PEOPLE.encode("utf-16-be"),
        PEOPLE.encode("utf-16-le"),
        PEOPLE.replace(";", ",").encode(),
        PEOPLE.replace(";", "\t").encode(),
        PEOPLE.replace(";", "|").encode(),
        PEOPLE.replace("\r\n", "\n").encode(),
        PEOPLE.replace("\r\n", "\r").encode(),
    ],
    ids="utf-8 bom windows-1252 utf-16 utf-16-be without-mark commas tabs pipes unix macintosh".split(),
)
def test_the_same_table_in_every_encoding_and_with_every_separator(body: bytes) -> None:
    assert only(body) == (ROWS, [])


def test_excels_own_first_line_names_the_separator() -> None:
    assert only("sep=;\nNr.;Vorname\n1;Anna, Maria\n") == ([(3, ["1", "Anna, Maria"])], [])


def test_cells_in_quotation_marks_may_hold_separators_quotation_marks_and_line_breaks() -> None:
    rows, wrong = only('Nr.;Vorname;Ort\n1;"Anna; ""Ani""";"Bern\nBümpliz"\n2;Bea;Thun\n')
    assert rows == [(2, ["1", 'Anna; "Ani"', "Bern\nBümpliz"]), (4, ["2", "Bea", "Thun"])]
    assert wrong == []


def test_inches_are_no_quotation_marks() -> None:
    assert only('Nr.;Vorname;Ort\n1;Rohr 5" links;Bern\n') == ([(2, ["1", 'Rohr 5" links', "Bern"])], [])


def test_an_unclosed_quotation_mark_costs_its_row_only() -> None:
    rows, wrong = only('Nr.;Vorname;Ort\n1;"Anna;Bern\n2;Bea;Thun\n3;Cleo;Chur\n')
    assert [line for line, _cells in rows] == [3, 4]
    assert wrong == [("unclosed_quote", 2)]


def test_a_lone_carriage_return_is_a_slip_inside_a_cell() -> None:
    assert only("Nr.;Vorname;Ort\n1;An\rna;Bern\n") == ([(2, ["1", "An na", "Bern"])], [("lone_cr", 2)])


def test_lines_in_another_encoding_are_read_and_named() -> None:
    body = "Nr.;Vorname\n1;Jürg\n".encode() + "2;Käthi\n".encode("windows-1252")
    assert only(body) == ([(2, ["1", "Jürg"]), (3, ["2", "Käthi"])], [("mixed_encoding", 3)])


def test_a_byte_that_no_encoding_knows_is_named() -> None:
    rows, wrong = only(b"Nr.;Vorname\n1;J\x81rg\n")
    assert rows == [(2, ["1", "J\N{REPLACEMENT CHARACTER}rg"])]
    assert wrong == [("unreadable_character", 2)]


def test_short_rows_are_filled_up_and_long_ones_are_refused() -> None:
    rows, wrong = only("Nr.;Vorname;Ort\n1;Anna\n2;Bea;Thun;;\n3;Cleo;Chur;too;much\n")
    assert rows == [(2, ["1", "Anna", None]), (3, ["2", "Bea", "Thun"])]
    assert wrong == [("too_few_cells", 2), ("too_many_cells", 4)]


def test_titles_above_the_header_and_empty_rows_are_passed_over() -> None:
    rows, wrong = only("Mieterspiegel per 1.1.2026\n\nBrunnenhof AG;;\nNr.;Vorname;Ort\n;;\n1;Anna;Bern\n")
    assert (rows, wrong) == ([(6, ["1", "Anna", "Bern"])], [])


def test_two_headers_alike_are_named() -> None:
    _rows, wrong = only("Nr.;Telefon;Telefon\n1;2;3\n")
    assert wrong == [("two_headers_alike", 1)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_file"),
        (codecs.BOM_UTF8 + b"\r\n\r\n", "empty_file"),
        (b"Nr.;Vorname;Ort\r\n", "no_rows"),
        (b"nothing\nto see\n", "no_header"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 3, "locked_excel"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "not_a_table"),
        (b"PK\x03\x04 and then nothing", "nested_zip"),
        (zipped({"xl/workbook.bin": b"x", "[Content_Types].xml": b"x"}), "binary_excel"),
    ],
)
def test_what_is_no_table_says_what_it_is(body: bytes, code: str) -> None:
    tables, problems = read(body)
    assert tables == []
    assert [one.code for one in problems] == [code]
    assert problems[0].words


def test_forty_unknown_columns_are_still_a_table() -> None:
    header = ";".join(f"Feld {number}" for number in range(40))
    rows, wrong = only(f"{header}\n{';'.join('x' * 40)}\n")
    assert (rows, wrong) == ([(2, ["x"] * 40)], [])


@pytest.fixture(params=["at once", "in pieces"])
def read_either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks as they are, and as if they were long: a row or two at a time."""
    if request.param == "in pieces":
        monkeypatch.setattr(pieces, "LONG", 0)
        monkeypatch.setattr(pieces, "PIECE", 150)
        monkeypatch.setattr(pieces, "BLOCK", 100)


@pytest.mark.usefixtures("read_either_way")
def test_excel_with_titles_dates_formulas_merged_cells_and_several_sheets() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet = book.add_worksheet("Mieter")
        sheet.merge_range(0, 0, 0, 3, "Mieterspiegel")
        sheet.write_row(2, 1, ["Nr.", "Vorname", "Mietbeginn", "Ort"])
        sheet.write_row(3, 1, [7, "Anna"])
        sheet.write_datetime(3, 3, datetime(2024, 3, 1), day)
        sheet.write_formula(4, 1, "=B4+1", None, 8)
        sheet.write(4, 2, "Bea")
        sheet.merge_range(3, 4, 4, 4, "Bern")
        book.add_worksheet("Leer")
        units = book.add_worksheet("Wohnungen")
        units.write_row(0, 0, ["Wohnung Nr.", "Zimmer"])
        units.write_row(1, 0, ["W1", 3.5])
        hidden = book.add_worksheet("Alt")
        hidden.write(0, 0, "x")
        hidden.hide()

    tables, problems = read(excel(fill), "Bestand.xlsx")
    assert [(sheet.name, sheet.header) for sheet, _rows in tables] == [
        ("Bestand.xlsx: Mieter", ("", "Nr.", "Vorname", "Mietbeginn", "Ort")),
        ("Bestand.xlsx: Wohnungen", ("Wohnung Nr.", "Zimmer")),
    ]
    assert tables[0][1] == [
        (4, ["", 7.0, "Anna", date(2024, 3, 1), "Bern"]),
        (5, ["", 8.0, "Bea", "", "Bern"]),
    ]
    assert tables[1][1] == [(2, ["W1", 3.5])]
    assert [one.code for one in problems] == ["hidden_sheet"]


@pytest.mark.usefixtures("read_either_way")
def test_errors_of_a_spreadsheet_are_cells_and_not_nothing() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Wohnung Nr.", "Fläche"])
        sheet.write(1, 0, "W1")
        sheet.write_formula(1, 1, "=A9", None, "#REF!")

    tables, _problems = read(excel(fill), "x.xlsx")
    assert tables[0][1] == [(2, ["W1", "#REF!"])]


@pytest.mark.usefixtures("read_either_way")
def test_each_row_of_a_long_sheet_stands_where_it_stood() -> None:
    """Rows that say no number, rows without a last cell, empty rows, texts in two fonts and signs that XML escapes."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.write_row(0, 0, ["Nr.", "Name", "Ort"])
        for row in range(1, 40):
            sheet.write_row(row, 0, [f"W{row}", "Müller & <Söhne>"] if row > 3 else [f"W{row}", "Ost", "Bern"])
        sheet.write_rich_string(41, 0, "Haus ", bold, "Nord")

    tables, problems = read(without_numbers(excel(fill)), "x.xlsx")
    rows = [(row + 1, [f"W{row}", *(["Müller & <Söhne>", ""] if row > 3 else ["Ost", "Bern"])]) for row in range(1, 40)]
    assert blanks(tables[0][1]) == [*rows, (41, ["Haus Nord", "", ""])]
    assert problems == []


def blanks(rows: list[Any]) -> list[Any]:
    return [(line, ["" if cell is None else cell for cell in cells]) for line, cells in rows]


def without_numbers(book: bytes) -> bytes:
    """Some programs leave the numbers of rows and cells away; a row counts from the one before then."""
    return rewritten(book, lambda xml: re.sub(rb'(<row|<c) r="[A-Z]*\d+"', rb"\1", xml))


def rewritten(book: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with other worksheets."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(made, "w") as after:
        for one in before.infolist():
            xml = before.read(one)
            after.writestr(one, change(xml) if "/sheet" in one.filename else xml)
    return made.getvalue()


@pytest.mark.usefixtures("read_either_way")
def test_a_cut_off_excel_file_is_damaged() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet().write_row(0, 0, ["Nr.", "Ort"])

    whole = bytearray(excel(fill))
    place = whole.index(b"PK\x03\x04", 10) + 60
    whole[place : place + 20] = b"\xff" * 20
    _tables, problems = read(bytes(whole), "x.xlsx")
    assert [one.code for one in problems] == ["damaged"]


def test_an_archive_is_its_files_without_what_systems_leave_behind() -> None:
    body = zipped({"a/units.csv": b"x", "__MACOSX/a/._units.csv": b"y", "a/.DS_Store": b"z", "people.csv": b"p"})
    assert contents(from_upload("set.zip", body)) == {"a/units.csv": b"x", "people.csv": b"p"}


@pytest.mark.parametrize("path", ["../evil.csv", "a/../../evil.csv", "/etc/passwd", "..\\evil.csv", "C:\\evil.csv"])
def test_a_path_that_climbs_out_of_an_archive_is_refused(path: str) -> None:
    assert refused("set.zip", zipped({path: b"x"})) == "climbing_path"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    assert refused("set.zip", zipped({"a.csv": b"0" * (64 * 2**20)})) == "too_large"


def test_a_bomb_in_the_dress_of_a_spreadsheet_is_refused() -> None:
    body = zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * (64 * 2**20)})
    _tables, problems = read(body, "x.xlsx")
    assert [one.code for one in problems] == ["too_large"]


def test_cells_far_from_each_other_are_refused_before_there_is_room_for_all_between() -> None:
    body = excel(lambda book: book.add_worksheet().write_column(0, 0, ["Nr.", "1", "2"]))
    far = rewritten(body, lambda xml: xml.replace(b'r="A3"', b'r="XFD1048576"'))
    assert [(one.code, one.value) for one in read(far, "x.xlsx")[1]] == [("far_cell", "XFD1048576")]


@pytest.mark.parametrize(
    ("rows", "corner"),
    [
        (b"<row r='1'><c r = 'a1'/></row><row r='1048576'><c r='D1048576'/></row>", "D1048576"),
        (b'<x:row r="7"><x:c r="XFD7"/></x:row>' + b'<x:row r="8"/>' * 300, "XFD301"),
        (b"<row>" + b"<c/>" * 2_000 + b"</row>" + b"<row/>" * 2_000, "BXX2001"),
        (b'<row r="3000000"/><row r="3"/>' + b"<c/><c/>", "B3000000"),
    ],
)
def test_how_far_a_sheet_reaches_is_seen_however_it_is_written(rows: bytes, corner: str) -> None:
    with pytest.raises(Unreadable) as caught:
        refuse_far("x.xlsx", b"<sheetData>" + rows + b"</sheetData>")
    assert (caught.value.problem.code, caught.value.problem.value) == ("far_cell", corner)


def test_an_archive_that_lies_about_its_size_is_damaged() -> None:
    body = bytearray(zipped({"a.csv": b"0" * 5000}))
    directory = body.rindex(b"PK\x01\x02")
    body[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert refused("set.zip", bytes(body)) == "damaged"


def test_archives_with_a_password_inside_archives_or_cut_off_are_refused() -> None:
    locked = bytearray(zipped({"a.csv": b"x"}))
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    assert refused("set.zip", bytes(locked)) == "locked_zip"
    assert refused("set.zip", zipped({"inner.zip": zipped({"a.csv": b"x"})})) == "nested_zip"
    assert refused("set.zip", zipped({"a.csv": b"x" * 999})[:-30]) == "damaged"


def test_too_many_files_are_refused() -> None:
    assert refused("set.zip", zipped({f"{number}.csv": b"x" for number in range(101)})) == "too_many_files"


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources_module, "MOST_BYTES", 10)
    assert refused("Mieter.csv", b"x" * 11) == "too_large"


def test_a_folder_is_its_files_and_a_link_out_of_it_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "set"
    (inside / "b").mkdir(parents=True)
    (inside / "b" / "units.csv").write_bytes(b"u")
    (inside / "people.csv").write_bytes(b"p")
    assert contents(from_folder(inside)) == {"b/units.csv": b"u", "people.csv": b"p"}
    (tmp_path / "secret").write_bytes(b"s")
    (inside / "z.csv").symlink_to(tmp_path / "secret")
    with pytest.raises(Unreadable) as caught:
        from_folder(inside)
    assert caught.value.problem.code == "climbing_path"


def test_an_upload_keeps_no_path_of_the_senders_machine() -> None:
    assert from_upload("C:\\Users\\frei\\Mieter.csv", b"x") == [Source("Mieter.csv", b"x")]


def test_a_large_file_is_never_in_memory_as_a_whole(tmp_path: Path) -> None:
    plain, packed = tmp_path / "Mieter.csv", tmp_path / "Mieter.zip"
    with plain.open("w", encoding="utf-8") as out:
        out.write("Nr.;Vorname;Nachname;Ort\n")
        out.writelines(f"M{number};Verena;Müller;{'Zürich' * 100}\n" for number in range(15_000))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, "Mieter.csv")
    for path in (plain, packed):
        tracemalloc.start()
        (source,) = from_upload(path.name, path)
        (sheet,) = sheets_of(source, lambda _problem: None, known=known_words)
        assert sum(1 for _row in sheet.rows) == 15_000
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < plain.stat().st_size / 2, path.name
