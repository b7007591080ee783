"""Handing out bytes: with the right name, for one reader, and so that no browser makes a page of them."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import structlog
from flask import Response, request
from werkzeug.exceptions import NotFound, RequestedRangeNotSatisfiable, ServiceUnavailable
from werkzeug.http import parse_range_header

from quartier.files.models import StoredFile
from quartier.files.storage import StorageDown
from quartier.web.shell import shell

log = structlog.get_logger(__name__)

POLICY: Final = "default-src 'none'; sandbox"
RETRY_AFTER: Final = 30  # seconds
SHOWN: Final = frozenset({"image/webp", "image/png", "image/jpeg"})
"""What a browser may show by itself; everything else is saved."""


def serve(file: StoredFile, name: str, *, kept_for: int = 0) -> Response:
    """A stored file as `name`; a part of it where that was asked for. `kept_for`: seconds in this browser only.

    Raises 404 when the bytes are gone, and 503 while the storage is down.
    """
    start, length, status = _range(file)
    try:
        pieces = shell().storage.stream(file.key, start, length)
    except StorageDown as error:
        log.error("storage_down", error=str(error))
        raise ServiceUnavailable(retry_after=RETRY_AFTER) from error
    if pieces is None:
        log.error("file_missing", key=file.key)
        raise NotFound
    answer = Response(pieces, status, content_type=content_type(file))
    answer.content_length = length
    answer.headers["Content-Disposition"] = disposition(name, inline=file.content_type in SHOWN)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Accept-Ranges"] = "bytes"
    answer.set_etag(file.digest[:32])
    if status == 206:
        answer.headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{file.size}"
    if kept_for:
        answer.headers["Cache-Control"] = f"private, max-age={kept_for}"
    return answer


def content_type(file: StoredFile) -> str:
    """As it was checked, never as somebody said."""
    return f"{file.content_type}; charset=utf-8" if file.content_type == "text/plain" else file.content_type


def disposition(name: str, *, inline: bool) -> str:
    """How a browser saves it: plain letters for old ones, and the name as it is (RFC 6266, RFC 8187)."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    kind = "inline" if inline and "download" not in request.args else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _range(file: StoredFile) -> tuple[int, int, int]:
    """From where, how much, and the status: one range is answered as asked, several as if none were."""
    asked = parse_range_header(request.headers.get("Range")) if request.method == "GET" else None
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or not _is_same(file):
        return 0, file.size, 200
    found = asked.range_for_length(file.size)
    if found is None:
        raise RequestedRangeNotSatisfiable(length=file.size)
    return found[0], found[1] - found[0], 206


def _is_same(file: StoredFile) -> bool:
    """Whether the part that a browser has is of this very file (`If-Range`)."""
    known = request.headers.get("If-Range")
    return known is None or known.strip('"') == file.digest[:32]
