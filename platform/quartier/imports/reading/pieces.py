"""A long worksheet as several short ones, each in a workbook of its own: the reader holds all that it is given.

The XML is cut between rows, by pattern and not by parsing; a cut in the wrong place would only make a piece that the
reader refuses. Texts lie apart from the sheets, and the reader would hold them all: here they lie on the disk, and each
piece gets those that its cells name.
"""

from __future__ import annotations

import re
import shutil
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from tempfile import TemporaryFile
from typing import BinaryIO, Final, cast
from zipfile import ZIP_STORED, ZipFile

LONG: Final = 16 * 2**20  # bytes of XML, some twenty thousand rows: what is longer is cut
PIECE: Final = 4 * 2**20
BLOCK: Final = 2**20
BEGINS: Final = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*?(/?)>")
ENDS: Final = re.compile(rb"</(?:\w+:)?sheetData>")
MERGED: Final = re.compile(rb"<((?:\w+:)?)mergeCells\b.*?</\1mergeCells>", re.DOTALL)
ROW: Final = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
NUMBER: Final = re.compile(rb'\br="(\d+)"')
TEXT: Final = re.compile(rb"<((?:\w+:)?)si\b[^>]*?(?:/>|>(.*?)</\1si>)", re.DOTALL)
NAMED: Final = re.compile(rb'\st="s"([^>]*)>\s*<((?:\w+:)?)v>(\d+)</\2v>')
WORKBOOK: Final = "xl/workbook.xml"
TEXTS: Final = "xl/sharedStrings.xml"
NEEDED: Final = ("[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", WORKBOOK, "xl/styles.xml")


def is_long(archive: ZipFile) -> bool:
    """Whether the workbook has to be cut: the reader would be given more than that at once."""
    return any(one.file_size > LONG for one in archive.infolist())


class Texts:
    """The texts of a workbook, on the disk."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._kept = mmap(file.fileno(), 0, access=ACCESS_READ) if size else b""
        self._places = array("Q")
        for found in TEXT.finditer(self._kept):
            self._places.extend(found.span(2) if found[2] is not None else (0, 0))

    def written_into(self, xml: bytes) -> bytes:
        """A worksheet whose cells have their texts themselves."""
        return NAMED.sub(self._text, xml)

    def _text(self, cell: re.Match[bytes]) -> bytes:
        place = int(cell[3]) * 2
        if place >= len(self._places):
            return cell[0]
        text, prefix = self._kept[self._places[place] : self._places[place + 1]], cell[2]
        return b' t="inlineStr"%b><%bis>%b</%bis>' % (cell[1], prefix, text, prefix)


@contextmanager
def texts_of(archive: ZipFile) -> Iterator[Texts]:
    """The texts of a workbook as long as they are needed."""
    with TemporaryFile() as file:
        if TEXTS in archive.namelist():
            with archive.open(TEXTS) as source:
                shutil.copyfileobj(source, file)
        size = file.tell()
        file.flush()
        yield Texts(cast("BinaryIO", file), size)


def pieces(archive: ZipFile, part: str, texts: Texts) -> Iterator[bytes]:
    """The XML of worksheets with some of the rows each; what is merged is said in all."""
    merged = _merged(archive, part)
    with archive.open(part) as opened:
        file, held = cast("BinaryIO", opened), b""
        while (begins := BEGINS.search(held)) is None and (block := file.read(BLOCK)):
            held += block
        if begins is None or begins[2]:
            yield held + file.read()
            return
        prefix, head, held = begins[1], held[: begins.end()], held[begins.end() :]
        ends, row_ends, number = b"</%bsheetData>" % prefix, b"</%brow>" % prefix, 0
        for rows in _cut(file, held, row_ends, ends):
            first, number = number + 1, _last(rows, number)
            yield b"".join((head, texts.written_into(_numbered(rows, first)), ends, merged, b"</%bworksheet>" % prefix))


def _cut(file: BinaryIO, held: bytes, row_ends: bytes, ends: bytes) -> Iterator[bytes]:
    """Whole rows, so many at a time, up to where there are no more."""
    parts, size = [held], len(held)
    while block := file.read(BLOCK):
        parts.append(block)
        size += len(block)
        if size < PIECE:
            continue
        held = b"".join(parts)
        if (end := held.find(ends)) >= 0:
            yield held[:end]
            return
        if (cut := held.rfind(row_ends) + len(row_ends)) >= len(row_ends):
            yield held[:cut]
            held = held[cut:]
        parts, size = [held], len(held)
    held = b"".join(parts)
    end = held.find(ends)
    yield held[:end] if end >= 0 else held


def _last(rows: bytes, before: int) -> int:
    """The number of the last row; one that does not say is the next."""
    for row in ROW.finditer(rows):
        said = NUMBER.search(row[1])
        before = int(said[1]) if said else before + 1
    return before


def _numbered(rows: bytes, number: int) -> bytes:
    """With the number of the first row, from which the reader counts on."""
    first = ROW.search(rows)
    if first is None or NUMBER.search(first[1]):
        return rows
    return b'%b r="%d"%b' % (rows[: first.start(1)], number, rows[first.start(1) :])


def _merged(archive: ZipFile, part: str) -> bytes:
    """What stands behind the rows about merged cells."""
    held, found = b"", False
    with archive.open(part) as file:
        while block := file.read(BLOCK):
            held += block
            if not found and (end := ENDS.search(held)):
                found, held = True, held[end.end() :]
            elif not found:
                held = held[-32:]  # the end of the rows may lie across two blocks
    merged = MERGED.search(held) if found else None
    return merged[0] if merged else b""


@contextmanager
def workbook(archive: ZipFile, part: str = "", xml: bytes = b"") -> Iterator[BinaryIO]:
    """The workbook with this as one of its worksheets, and without the others and the texts."""
    with TemporaryFile() as made:
        with ZipFile(made, "w", ZIP_STORED) as out:
            for name in NEEDED:
                if name in archive.namelist():
                    with archive.open(name) as source, out.open(name, "w") as target:
                        shutil.copyfileobj(source, target)
            if part:
                out.writestr(part, xml)
        made.seek(0)
        yield cast("BinaryIO", made)
