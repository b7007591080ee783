"""What somebody hands over: files, a folder, or a ZIP of files; each as a name and where its bytes are."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from quartier.imports.problems import Problem, Unreadable
from quartier.imports.reading.contents import Content, Entry, opened, size_of
from quartier.imports.reading.magic import Format, format_of

MEGABYTE: Final = 2**20
MOST_BYTES: Final = 256 * MEGABYTE
MOST_FILES: Final = 100
MOST_SWELLING: Final = 200  # times; tables of numbers reach 30, bombs 1,000
SMALL: Final = MEGABYTE  # may swell as it likes
LEFTOVERS: Final = (".", "__", "~$")
PIECE: Final = 64 * 1024
BROKEN_ARCHIVE: Final = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip
"""What Python's reader of archives raises when the bytes are not what they say."""


@dataclass(frozen=True)
class Source:
    """One file. `name` is its path inside the folder or archive, for people; it is never opened."""

    name: str
    content: Content


def from_upload(name: str, content: Content) -> list[Source]:
    """The file itself, or what is in it when it is an archive. Raises Unreadable."""
    if format_of(content) is Format.ZIP:
        return unpacked(name, content)
    if size_of(content) > MOST_BYTES:
        raise Unreadable(_too_large(name))
    return [Source(PurePosixPath(name.replace("\\", "/")).name, content)]


def from_folder(folder: Path) -> list[Source]:
    """All files below a folder, in the order of their names. Links that lead out of it are refused."""
    inside, found = folder.resolve(), []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or _is_leftover(name):
            continue
        if not path.resolve().is_relative_to(inside):
            raise Unreadable(Problem("climbing_path", name))
        found.append(path)
    _refuse_many(folder.name, found)
    if sum(path.stat().st_size for path in found) > MOST_BYTES:
        raise Unreadable(_too_large(folder.name))
    return [Source(path.relative_to(folder).as_posix(), path) for path in found]


def unpacked(name: str, content: Content) -> list[Source]:
    """The files of an archive. Raises Unreadable for one that is damaged, locked, a bomb, or that climbs."""
    try:
        with opened(content) as file, zipfile.ZipFile(file) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir() and not _is_leftover(one.filename)]
            refuse_dangerous(name, entries)
            swallow(archive)
            found = [Source(one.filename.replace("\\", "/"), Entry(content, one)) for one in entries]
            nested = [one.name for one in found if format_of(one.content) is Format.ZIP]
    except BROKEN_ARCHIVE as error:
        raise Unreadable(Problem("damaged", name)) from error
    if nested:
        raise Unreadable(Problem("nested_zip", nested[0]))
    return found


def refuse_dangerous(name: str, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse before a byte is unpacked. That an entry lies about its size shows when it is read: its sum is wrong."""
    for one in entries:
        path = PurePosixPath(one.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or path.parts[0].endswith(":"):
            raise Unreadable(Problem("climbing_path", name, value=one.filename))
        if one.flag_bits & 1:
            raise Unreadable(Problem("locked_zip", name))
    _refuse_many(name, entries)
    size, packed = sum(one.file_size for one in entries), sum(one.compress_size for one in entries)
    if size > MOST_BYTES or (size > SMALL and size > MOST_SWELLING * max(packed, 1)):
        raise Unreadable(_too_large(name))


def swallow(archive: zipfile.ZipFile) -> None:
    """Read every entry and keep nothing: raises BadZipFile where size or sum is not what the archive says."""
    for one in archive.infolist():
        with archive.open(one) as entry:
            while entry.read(PIECE):
                pass


def _refuse_many(name: str, files: Iterable[object]) -> None:
    if len(list(files)) > MOST_FILES:
        raise Unreadable(Problem("too_many_files", name, details={"most": MOST_FILES}))


def _too_large(name: str) -> Problem:
    return Problem("too_large", name, details={"most": f"{MOST_BYTES // MEGABYTE} MB"})


def _is_leftover(name: str) -> bool:
    """What systems and office programs leave beside files."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any((part.startswith(LEFTOVERS) and part != "..") or part == "Thumbs.db" for part in parts)
