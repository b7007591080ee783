"""ETag, If-Match and If-None-Match (RFC 9110 §13): nobody overwrites what somebody else has changed meanwhile.

A view that answers a GET with the header `ETag: etag(version)` needs nothing else: the edge makes a 304 of it.
"""

from __future__ import annotations

from flask import request
from werkzeug.http import quote_etag

from quartier.api.problems import Problem


def etag(version: object) -> str:
    """A strong validator from a row's version, for the header of that name."""
    return quote_etag(str(version))


def not_modified(version: object) -> bool:
    """Whether the caller already has this version: lets a view answer 304 before it does the work."""
    return "If-None-Match" in request.headers and request.if_none_match.contains_weak(str(version))


def require_match(version: object) -> None:
    """Let a write pass when If-Match names this version: 428 without the header, 412 when it names others only.

    `*` means "whatever is there". A weak validator never matches, for what it names may differ.
    """
    if "If-Match" not in request.headers:
        raise Problem(428)
    if not request.if_match.contains(str(version)):
        raise Problem(412, headers={"ETag": etag(version)})
