"""What a file is, by its first bytes: names lie, and the person should hear what was really sent."""

from __future__ import annotations

import zipfile
from enum import Enum
from typing import BinaryIO, Final

from quartier.imports.reading.contents import PACKED, Content, opened

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
# Pictures, programs, packers, databases: anything that is certainly no text.
BINARY: Final = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"MZ\x90", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"SQLite format",
    b"{\\rtf",
)  # fmt: skip
BLANK: Final = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"
LOOKED_AT: Final = 64 * 1024


class Format(Enum):
    """What can be told from the bytes."""

    EMPTY = "empty"
    TEXT = "text"
    EXCEL = "excel"
    BINARY_EXCEL = "binary_excel"
    OLD_EXCEL = "old_excel"
    LOCKED_EXCEL = "locked_excel"
    ZIP = "zip"
    PDF = "pdf"
    OTHER = "other"


def format_of(content: Content) -> Format:
    """What these bytes are."""
    with opened(content) as file:
        head = file.read(LOOKED_AT)
        if head.startswith(PACKED):
            return _packed(file)
        if head.startswith(OLE):
            return Format.LOCKED_EXCEL if has(file, ENCRYPTED) else Format.OLD_EXCEL
        if not head.strip(BLANK) and not any(piece.strip(BLANK) for piece in iter(lambda: file.read(LOOKED_AT), b"")):
            return Format.EMPTY
    if head[:1024].lstrip().startswith(b"%PDF"):
        return Format.PDF
    if head.startswith(BINARY) or _has_control_bytes(head):
        return Format.OTHER
    return Format.TEXT


def has(file: BinaryIO, wanted: bytes) -> bool:
    """Whether these bytes stand anywhere in a file."""
    file.seek(0)
    before = b""
    while piece := file.read(LOOKED_AT):
        if wanted in before + piece:
            return True
        before = piece[-len(wanted) + 1 :] if len(wanted) > 1 else b""
    return False


def _packed(file: BinaryIO) -> Format:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return Format.ZIP  # opening it tells what is wrong
    if "xl/workbook.bin" in names:
        return Format.BINARY_EXCEL  # nothing can say beforehand how much memory it would take
    if "xl/workbook.xml" in names:
        return Format.EXCEL
    return Format.OTHER if "[Content_Types].xml" in names or "mimetype" in names else Format.ZIP


def _has_control_bytes(head: bytes) -> bool:
    """Bytes that no text has. UTF-16 is full of zeros, and tells by its mark or by where they are."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or looks_like_utf16(head) is not None:
        return False
    strange = sum(head.count(bytes([code])) for code in (0, 1, 2, 3, 4, 5, 6, 7, 14, 15, 16))
    return strange > 0 and strange * 200 > len(head)


def looks_like_utf16(head: bytes) -> str | None:
    """The kind of UTF-16 without a mark: every other byte of western text is zero."""
    half = len(head[:4096]) // 2
    if half < 2:
        return None
    odd, even = head[1:4096:2].count(0), head[0:4096:2].count(0)
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.1:
        return "utf-16-be"
    return None
