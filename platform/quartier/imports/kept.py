"""What a dry run has read, kept for the application that follows: reading is the long part that no database can share.

A stream of frames, packed: the name of a staging table and its rows as COPY takes them, and at the end what there was
to say about the files. It lies beside the files that were sent, and goes when they go.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final, cast

from quartier.imports.nouns import NOUNS

PACKING: Final = 1  # the quickest: a fifth of the size for a second of work
HEAD: Final = 64  # bytes: the name of a frame and its size, filled up with blanks
PIECE: Final = 2**18
FACTS: Final = "facts"


class Spool:
    """Takes frames while files are read."""

    def __init__(self) -> None:
        self._out, self._packer = TemporaryFile(), zlib.compressobj(PACKING)  # noqa: SIM115 - whoever takes it closes it

    def __call__(self, name: str, rows: bytes) -> None:
        """Take the rows that went into a staging table."""
        self._out.write(self._packer.compress(f"{name} {len(rows)}".ljust(HEAD).encode()))
        self._out.write(self._packer.compress(rows))

    def close(self, facts: Mapping[str, Any]) -> BinaryIO:
        """The whole stream, with the facts as its last frame; the caller closes it, and then it is gone."""
        self(FACTS, json.dumps(facts).encode())
        self._out.write(self._packer.flush())
        self._out.seek(0)
        return cast("BinaryIO", self._out)


def frames(packed: BinaryIO) -> Iterator[tuple[str, bytes]]:
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

    def __init__(self, packed: BinaryIO) -> None:
        self._packed, self._ready = packed, bytearray()
        self._unpacker = zlib.decompressobj()

    def take(self, size: int) -> bytes:
        """The next bytes; fewer at the end."""
        while len(self._ready) < size and (piece := self._packed.read(PIECE)):
            self._ready += self._unpacker.decompress(piece)
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
