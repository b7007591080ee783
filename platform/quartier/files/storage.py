"""Where bytes lie: a folder on one machine, or any S3 service."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from quartier.config import Config

PIECE: Final = 256 * 1024
"""Bytes that are handed on at once: a large file passes through a process without ever being in it."""


class StorageDown(Exception):
    """The storage does not answer, or says that it cannot: nothing was kept or read, and it may work in a minute."""


class Storage(Protocol):
    """Keys are `<company id>/<file id>`; a key is written once and never changed.

    Every method raises StorageDown while the bytes cannot be reached.
    """

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Keep the bytes."""

    def put_file(self, key: str, file: BinaryIO, content_type: str) -> None:
        """Keep what is in a file, from where it stands, without holding all of it in memory."""

    def get(self, key: str) -> bytes | None:
        """The bytes, or None when there are none."""

    def fetch(self, key: str) -> BinaryIO | None:
        """The bytes as a file on this machine, which the caller closes; None when there are none."""

    def stream(self, key: str, start: int, length: int) -> Iterator[bytes] | None:
        """So many bytes from there on, a piece at a time; None when there is no such key.

        It is found out whether there are any before the first piece is asked for.
        """

    def delete(self, key: str) -> None:
        """Drop the bytes; nothing happens when there are none."""

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Everything that is there, in the order of the keys, and when it was put."""


class FolderStorage:
    """Files below one folder, for a single machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Write beside, then rename: a reader never sees half a file."""
        self.put_file(key, BytesIO(body), content_type)

    def put_file(self, key: str, file: BinaryIO, content_type: str) -> None:
        """The same, a piece at a time."""
        path = self._path(key)
        beside = path.with_suffix(f".{os.getpid()}")
        with reached():
            path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as out:
                shutil.copyfileobj(file, out)
            beside.replace(path)

    def fetch(self, key: str) -> BinaryIO | None:
        """The file itself, opened."""
        path = self._path(key)
        with reached():
            return path.open("rb") if path.is_file() else None

    def stream(self, key: str, start: int, length: int) -> Iterator[bytes] | None:
        """From the open file."""
        file = self.fetch(key)
        if file is None:
            return None
        file.seek(start)
        return _pieces(file, length)

    def get(self, key: str) -> bytes | None:
        """The bytes, or None."""
        path = self._path(key)
        with reached():
            return path.read_bytes() if path.is_file() else None

    def delete(self, key: str) -> None:
        """Drop the file."""
        path = self._path(key)
        with reached():
            path.unlink(missing_ok=True)

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Files of one company after the other; half-written ones of a process that died are among them."""
        with reached():
            companies = sorted(path for path in self._root.iterdir() if path.is_dir()) if self._root.is_dir() else []
        for company in companies:
            with reached():
                there = [(path, path.stat()) for path in sorted(company.iterdir()) if path.is_file()]
            for path, facts in there:
                yield f"{company.name}/{path.name}", datetime.fromtimestamp(facts.st_mtime, UTC)

    def _path(self, key: str) -> Path:
        path = (self._root / key).resolve()
        if not path.is_relative_to(self._root.resolve()):
            raise ValueError(f"a key outside the storage: {key!r}")
        return path


@contextmanager
def reached() -> Iterator[None]:
    """A disk that is full, away or read-only is a storage that is down."""
    try:
        yield
    except OSError as error:
        raise StorageDown(str(error)) from error


def _pieces(file: BinaryIO, length: int) -> Iterator[bytes]:
    with file:
        while length > 0 and (piece := file.read(min(PIECE, length))):
            length -= len(piece)
            yield piece


def storage(config: Config) -> Storage:
    """The storage that the environment names; without one, a folder beside the database."""
    if config.s3_bucket:
        from quartier.files.s3 import S3Storage  # a tenth of a process's memory, which a folder has no use for

        return S3Storage(config.s3_bucket, config.s3_endpoint)
    return FolderStorage(config.var / "files")
