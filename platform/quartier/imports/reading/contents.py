"""The bytes of a file, wherever they lie: large ones stay on the disk and are gone through, never held as a whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_END, BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast
from zipfile import ZipFile, ZipInfo

PACKED = b"PK\x03\x04"


@dataclass(frozen=True)
class Entry:
    """A file inside an archive. It is unpacked while it is read, each time anew."""

    archive: Content
    info: ZipInfo

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The unpacked bytes; what is an archive itself (Excel is) lies on the disk, for it is read from its end."""
        with opened(self.archive) as file, ZipFile(file) as archive, archive.open(self.info) as entry:
            is_packed = entry.read(len(PACKED)) == PACKED
            entry.seek(0)
            if not is_packed:
                yield cast("BinaryIO", entry)
                return
            with TemporaryFile() as whole:
                shutil.copyfileobj(entry, whole)
                whole.seek(0)
                yield whole


Content = bytes | BinaryIO | Path | Entry
"""A file that somebody else has opened stays theirs to close."""


@contextmanager
def opened(content: Content) -> Iterator[BinaryIO]:
    """The bytes from their beginning; one can go back in them."""
    if isinstance(content, bytes):
        yield BytesIO(content)
    elif isinstance(content, Path):
        with content.open("rb") as file:
            yield file
    elif isinstance(content, Entry):
        with content.open() as file:
            yield file
    else:
        content.seek(0)
        yield content


def size_of(content: Content) -> int:
    """How many bytes there are."""
    if isinstance(content, Entry):
        return content.info.file_size
    with opened(content) as file:
        return file.seek(0, SEEK_END)
