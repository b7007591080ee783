"""Bodies of batches on their way through the database: rows repeat their fields' names, so they shrink to a tenth."""

from __future__ import annotations

import gzip
import shutil
from io import BytesIO
from typing import BinaryIO, cast

PACKED = b"\x1f\x8b"
"""What gzip begins with, and no JSON does: batches that waited when this was new lie as they were sent."""


def packed(body: BinaryIO) -> bytes:
    """The body for the database, a little at a time: 32 MB of it never are in memory."""
    small = BytesIO()
    with gzip.GzipFile(fileobj=small, mode="wb", compresslevel=1, mtime=0) as file:
        shutil.copyfileobj(body, file)
    return small.getvalue()


def unpacked(kept: bytes) -> BinaryIO:
    """The body as it was sent, to be read line by line."""
    return cast("BinaryIO", gzip.GzipFile(fileobj=BytesIO(kept))) if kept.startswith(PACKED) else BytesIO(kept)
