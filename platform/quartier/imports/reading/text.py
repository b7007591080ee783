"""Bytes as lines of text, in whatever encoding a spreadsheet on whatever system chose."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import Final

from quartier.imports.problems import Problem, Report
from quartier.imports.reading.magic import LOOKED_AT, looks_like_utf16

UTF_8, WINDOWS, MIXED = "utf-8", "windows-1252", "mixed"
MARKS: Final = ((codecs.BOM_UTF8, UTF_8), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
UNREADABLE: Final = "\N{REPLACEMENT CHARACTER}"
MOST_COMPLAINTS: Final = 20  # per file: who sends such a file understands after a few
PIECE: Final = 2**20


def encoding_of(body: bytes) -> tuple[str, int]:
    """The encoding, and how many bytes its mark takes. `mixed` is UTF-8 with lines of Windows-1252 in between."""
    for mark, name in MARKS:
        if body.startswith(mark):
            return (name if name != UTF_8 else _eight_bits(body)), len(mark)
    if wide := looks_like_utf16(body[:LOOKED_AT]):
        return wide, 0
    return _eight_bits(body), 0


def lines_of(name: str, body: bytes, report: Report) -> Iterator[str]:
    """The lines without their ends, read as they are asked for.

    Where there is any line feed, it alone ends lines, and a lone carriage return is somebody's slip inside a cell; a
    file without any comes from an old Macintosh.
    """
    encoding, skip = encoding_of(body)
    if encoding == MIXED:
        yield from _mixed(name, body[skip:], report)
        return
    stream = io.BytesIO(body)
    stream.seek(skip)
    end = "\n" if _has_line_feed(body, encoding) else "\r"
    complaints = 0
    with io.TextIOWrapper(stream, encoding, errors="replace", newline=end) as text:
        for number, line in enumerate(text, 1):
            clean = line.rstrip("\r\n")
            if UNREADABLE in clean and complaints < MOST_COMPLAINTS:
                complaints += 1
                report(Problem("unreadable_character", name, number))
            yield _without_returns(name, number, clean, report)


def _without_returns(name: str, number: int, line: str, report: Report) -> str:
    if "\r" in line:
        report(Problem("lone_cr", name, number))
        line = line.replace("\r", " ")
    return line.replace("\0", "") if "\0" in line else line


def _eight_bits(body: bytes) -> str:
    decoder = codecs.getincrementaldecoder(UTF_8)()
    try:
        for start in range(0, len(body), PIECE):
            decoder.decode(body[start : start + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return MIXED if _has_utf8_words(body) else WINDOWS
    return UTF_8


def _has_utf8_words(body: bytes) -> bool:
    """Whether lines with umlauts in proper UTF-8 stand beside those that are not."""
    return any(not line.isascii() and _decodes(line) for line in io.BytesIO(body))


def _decodes(line: bytes) -> bool:
    try:
        line.decode(UTF_8)
    except UnicodeDecodeError:
        return False
    return True


def _mixed(name: str, body: bytes, report: Report) -> Iterator[str]:
    complaints = 0
    for number, raw in enumerate(io.BytesIO(body), 1):
        try:
            line = raw.decode(UTF_8)
        except UnicodeDecodeError:
            line = raw.decode(WINDOWS, errors="replace")
            if complaints < MOST_COMPLAINTS:
                complaints += 1
                report(Problem("mixed_encoding", name, number))
        yield _without_returns(name, number, line.rstrip("\r\n"), report)


def _has_line_feed(body: bytes, encoding: str) -> bool:
    return "\n".encode(encoding) in body
