"""Bytes as lines of text, in whatever encoding a spreadsheet on whatever system chose."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from quartier.imports.problems import Problem, Report
from quartier.imports.reading.contents import Content, opened
from quartier.imports.reading.magic import LOOKED_AT, has, looks_like_utf16

UTF_8, WINDOWS, MIXED = "utf-8", "windows-1252", "mixed"
MARKS: Final = ((codecs.BOM_UTF8, UTF_8), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
UNREADABLE: Final = "\N{REPLACEMENT CHARACTER}"
MOST_COMPLAINTS: Final = 20  # per file: who sends such a file understands after a few
PIECE: Final = 2**20


def encoding_of(file: BinaryIO) -> tuple[str, int]:
    """The encoding, and how many bytes its mark takes. `mixed` is UTF-8 with lines of Windows-1252 in between."""
    file.seek(0)
    head = file.read(LOOKED_AT)
    for mark, name in MARKS:
        if head.startswith(mark):
            return (name if name != UTF_8 else _eight_bits(file)), len(mark)
    if wide := looks_like_utf16(head):
        return wide, 0
    return _eight_bits(file), 0


def lines_of(name: str, content: Content, report: Report) -> Iterator[str]:
    """The lines without their ends, read as they are asked for.

    Where there is any line feed, it alone ends lines, and a lone carriage return is somebody's slip inside a cell; a
    file without any comes from an old Macintosh.
    """
    with opened(content) as file:
        encoding, skip = encoding_of(file)
        end = "\n" if encoding == MIXED or has(file, "\n".encode(encoding)) else "\r"
        file.seek(skip)
        if encoding == MIXED:
            yield from _mixed(name, file, report)
        else:
            yield from _decoded(name, file, encoding, end, report)


def _decoded(name: str, file: BinaryIO, encoding: str, end: str, report: Report) -> Iterator[str]:
    text, complaints = io.TextIOWrapper(file, encoding, errors="replace", newline=end), 0
    try:
        for number, line in enumerate(text, 1):
            clean = line.rstrip("\r\n")
            if UNREADABLE in clean and complaints < MOST_COMPLAINTS:
                complaints += 1
                report(Problem("unreadable_character", name, number))
            yield _without_returns(name, number, clean, report)
    finally:
        text.detach()  # it is not ours to close


def _without_returns(name: str, number: int, line: str, report: Report) -> str:
    if "\r" in line:
        report(Problem("lone_cr", name, number))
        line = line.replace("\r", " ")
    return line.replace("\0", "") if "\0" in line else line


def _eight_bits(file: BinaryIO) -> str:
    decoder = codecs.getincrementaldecoder(UTF_8)()
    file.seek(0)
    try:
        while piece := file.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return MIXED if _has_utf8_words(file) else WINDOWS
    return UTF_8


def _has_utf8_words(file: BinaryIO) -> bool:
    """Whether lines with umlauts in proper UTF-8 stand beside those that are not."""
    file.seek(0)
    return any(not line.isascii() and _decodes(line) for line in file)


def _decodes(line: bytes) -> bool:
    try:
        line.decode(UTF_8)
    except UnicodeDecodeError:
        return False
    return True


def _mixed(name: str, file: BinaryIO, report: Report) -> Iterator[str]:
    complaints = 0
    for number, raw in enumerate(file, 1):
        try:
            line = raw.decode(UTF_8)
        except UnicodeDecodeError:
            line = raw.decode(WINDOWS, errors="replace")
            if complaints < MOST_COMPLAINTS:
                complaints += 1
                report(Problem("mixed_encoding", name, number))
        yield _without_returns(name, number, line.rstrip("\r\n"), report)
