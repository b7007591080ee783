"""What a program sent, as a file: large bodies lie on the disk, so that a process does not grow with them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from io import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from flask import Response, after_this_request, g, request

IN_MEMORY = 2**20
PIECE = 2**16


def body() -> BinaryIO:
    """The body of this request from its beginning, however often it is asked for.

    Raises 413 where it is larger than the operation takes. Forms with files are not read here: what they bring lies on
    the disk already.
    """
    if "api_body" not in g:
        g.api_body = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the answer
        after_this_request(_closed)
        shutil.copyfileobj(request.stream, g.api_body)
    g.api_body.seek(0)
    return cast("BinaryIO", g.api_body)


def _closed(response: Response) -> Response:
    g.pop("api_body").close()
    return response


def measure(digest: Any, file: BinaryIO) -> None:
    """Add a file to a digest, its length first; it stands at its beginning again."""
    digest.update(file.seek(0, SEEK_END).to_bytes(8))
    file.seek(0)
    for piece in pieces(file):
        digest.update(piece)
    file.seek(0)


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """What is left of a file, a little at a time."""
    while piece := file.read(PIECE):
        yield piece
