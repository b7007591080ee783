"""What a dry run has read, kept for the application that follows: reading is the long part that no database can share.

A stream of frames, packed: the name of a staging table and its rows as COPY takes them, and at the end what there was
to say about the files. It lies beside the files that were sent, and goes when they go.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from quartier.imports.nouns import NOUNS

PACKING: Final = 1  # the quickest: a fifth of the size for a second of work
HEAD: Final = 64  # bytes: the name of a frame and its size, filled up with blanks
PIECE: Final = 2**18
FACTS: Final = "facts"


class Spool:
    """Takes frames while files are read."""

    def __init__(self) -> None:
        self._out, self._packer = BytesIO(), zlib.compressobj(PACKING)

    def __call__(self, name: str, rows: bytes) -> None:
        """Take the rows that went into a staging table."""
        self._out.write(self._packer.compress(f"{name} {len(rows)}".ljust(HEAD).encode()))
        self._out.write(self._packer.compress(rows))

    def close(self, facts: Mapping[str, Any]) -> bytes:
        """The whole stream, with the facts as its last frame."""
        self(FACTS, json.dumps(facts).encode())
        self._out.write(self._packer.flush())
        return self._out.getvalue()


def frames(packed: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, rows) of each frame. Raises ValueError for a stream that is cut off or something else."""
    unpacked = _Unpacked(packed)
    while head := unpacked.take(HEAD):
        name, _blank, size = head.decode().strip().partition(" ")
        body = unpacked.take(int(size))
        if len(body) != int(size):
            raise ValueError("the stream is cut off")
        yield name, body


class _Unpacked:
    """A packed stream, a piece at a time: the whole of it would be a hundred megabytes."""

    def __init__(self, packed: bytes) -> None:
        self._packed, self._at, self._ready = memoryview(packed), 0, bytearray()
        self._unpacker = zlib.decompressobj()

    def take(self, size: int) -> bytes:
        """The next bytes; fewer at the end."""
        while len(self._ready) < size and self._at < len(self._packed):
            self._ready += self._unpacker.decompress(self._packed[self._at : self._at + PIECE])
            self._at += PIECE
        found = bytes(self._ready[:size])
        del self._ready[:size]
        return found


def fingerprint(files: Sequence[Mapping[str, Any]], asked: Any, home: Any) -> str:
    """The same as long as the same files would be read in the same way, by a program that stages the same columns."""
    columns = {name: one.as_json() for name, one in sorted(asked.columns.items())}
    fixes = sorted((*place, text) for place, text in asked.fixes.items())
    staged = [(noun.name, noun.columns) for noun in NOUNS]
    said = json.dumps([files, columns, fixes, sorted(asked.skip), vars(home), staged], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()
