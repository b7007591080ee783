"""What a file is, by what is in it: its name and what the browser says count for nothing.

A file is what it opens as. The few kinds that are taken are each told by their own beginning, and by the parts that an
office document must have; what is none of them is not taken, so that no guess is ever wrong to somebody's harm.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from io import SEEK_END
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from quartier.attachments.refusals import FileRefused

HEAD: Final = 64
PIECE: Final = 256 * 1024
LONGEST_NAME: Final = 120  # characters, the ending included
HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1"})
PDF, HEIC, WEBP, TEXT = "application/pdf", "image/heic", "image/webp", "text/plain"
OOXML: Final = "application/vnd.openxmlformats-officedocument."
ODF: Final = "application/vnd.oasis.opendocument."
ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    "image/jpeg": ("jpg", "jpeg"), "image/png": ("png",), WEBP: ("webp",), HEIC: ("heic", "heif"), PDF: ("pdf",),
    f"{OOXML}wordprocessingml.document": ("docx",), f"{OOXML}spreadsheetml.sheet": ("xlsx",),
    f"{OOXML}presentationml.presentation": ("pptx",), f"{ODF}text": ("odt",), f"{ODF}spreadsheet": ("ods",),
    f"{ODF}presentation": ("odp",), TEXT: ("txt", "csv", "md", "ics", "vcf"),
}  # fmt: skip
"""Content type → endings that a name may have; the first is added to a name with another one."""
KINDS: Final = {
    "picture": ("image/jpeg", "image/png", WEBP, HEIC),
    "pdf": (PDF,),
    "office": tuple(kind for kind in ENDINGS if kind.startswith((OOXML, ODF))),
    "text": (TEXT,),
}
MACROS: Final = re.compile(r"(^|/)vbaProject\.bin$|^(Basic|Scripts)/.", re.IGNORECASE)
MOST_PARTS: Final = 10_000
LONGEST_LIST: Final = 1024 * 1024
TEST_VIRUS: Final = codecs.decode(
    "K5B!C%@NC[4\\CMK54(C^)7PP)7}$RVPNE-FGNAQNEQ-NAGVIVEHF-GRFG-SVYR!$U+U*", "rot13"
).encode()
"""The file that everybody tests virus scanners with (EICAR); written so that none finds it here."""


@dataclass(frozen=True)
class Look:
    """What a file is: a word of PICTURES or DOCUMENTS, its content type, its size in bytes."""

    kind: str
    content_type: str
    size: int


def look(file: BinaryIO) -> Look:
    """Tell what a file is; it stands at its beginning again. Raises FileRefused for what is never taken."""
    size = file.seek(0, SEEK_END)
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if not size:
        raise FileRefused("empty")
    if size <= 2 * HEAD and (head + file.read()[HEAD:]).startswith(TEST_VIRUS):
        raise FileRefused("infected")
    content_type = _of_head(head) or _office(file, head) or _text(file)
    file.seek(0)
    kind = next(kind for kind, types in KINDS.items() if content_type in types)
    return Look(kind, content_type, size)


def clean_name(name: str, content_type: str) -> str:
    """A name that may be shown and saved anywhere, with an ending that is true; without path and invisible signs."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in last).split())
    shown = re.sub(r'[<>:"|?*]', "-", shown).lstrip(".")
    stem, _dot, ending = shown.rpartition(".")
    if ending.lower() not in ENDINGS[content_type] or not stem:
        stem, ending = shown or "file", ENDINGS[content_type][0]
    return f"{stem[: LONGEST_NAME - 1 - len(ending)].rstrip(' .')}.{ending}"


def _of_head(head: bytes) -> str | None:
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    return HEIC if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS else None


def _office(file: BinaryIO, head: bytes) -> str | None:
    """A document of an office program; a ZIP that is none, or has macros, is not taken."""
    if not head.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(file) as parts:
            names = parts.namelist()
            if len(names) > MOST_PARTS:
                raise FileRefused("wrong_type")
            said = _said(parts, names)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError) as error:
        raise FileRefused("broken") from error
    if "macroEnabled" in said or any(MACROS.search(name) for name in names):
        raise FileRefused("macros")
    for content_type in KINDS["office"]:
        if said == content_type or (content_type.startswith(OOXML) and f"{content_type}.main+xml" in said):
            return content_type
    raise FileRefused("wrong_type")


def _said(parts: zipfile.ZipFile, names: list[str]) -> str:
    """What the document says that it is; how much that unpacks to is limited first."""
    for name in ("mimetype", "[Content_Types].xml"):
        if name in names and parts.getinfo(name).file_size <= LONGEST_LIST:
            return parts.read(name).decode("utf-8", "replace").strip()
    return ""


def _text(file: BinaryIO) -> str:
    """Plain text in UTF-8, or as Windows writes it; nothing in it is more than a letter or the end of a line."""
    forbidden = bytes({*range(32), 127} - set(b"\t\n\f\r"))
    file.seek(0)
    while piece := file.read(PIECE):
        if piece.translate(None, forbidden) != piece:
            raise FileRefused("wrong_type")
    return TEXT
