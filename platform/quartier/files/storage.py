"""Where bytes lie: a folder on one machine, or any S3 service."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

from quartier.config import Config


class Storage(Protocol):
    """Keys are `<company id>/<file id>`; a key is written once and never changed."""

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Keep the bytes."""

    def put_file(self, key: str, file: BinaryIO, content_type: str) -> None:
        """Keep what is in a file, from where it stands, without holding all of it in memory."""

    def get(self, key: str) -> bytes | None:
        """The bytes, or None when there are none."""

    def fetch(self, key: str) -> BinaryIO | None:
        """The bytes as a file on this machine, which the caller closes; None when there are none."""

    def delete(self, key: str) -> None:
        """Drop the bytes; nothing happens when there are none."""

    def keys(self, before: datetime) -> Iterator[str]:
        """Everything that was put before a moment."""


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
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        with beside.open("wb") as out:
            shutil.copyfileobj(file, out)
        beside.replace(path)

    def fetch(self, key: str) -> BinaryIO | None:
        """The file itself, opened."""
        path = self._path(key)
        return path.open("rb") if path.is_file() else None

    def get(self, key: str) -> bytes | None:
        """The bytes, or None."""
        path = self._path(key)
        return path.read_bytes() if path.is_file() else None

    def delete(self, key: str) -> None:
        """Drop the file."""
        self._path(key).unlink(missing_ok=True)

    def keys(self, before: datetime) -> Iterator[str]:
        """Files by their time; half-written ones of a process that died are among them."""
        for path in self._root.glob("*/*"):
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                yield str(path.relative_to(self._root))

    def _path(self, key: str) -> Path:
        path = (self._root / key).resolve()
        if not path.is_relative_to(self._root.resolve()):
            raise ValueError(f"a key outside the storage: {key!r}")
        return path


def storage(config: Config) -> Storage:
    """The storage that the environment names; without one, a folder beside the database."""
    if config.s3_bucket:
        from quartier.files.s3 import S3Storage  # a tenth of a process's memory, which a folder has no use for

        return S3Storage(config.s3_bucket, config.s3_endpoint)
    return FolderStorage(config.var / "files")
