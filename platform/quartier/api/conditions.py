"""ETag and If-Match: nobody overwrites what somebody else has changed in the meantime."""

from __future__ import annotations

from flask import request

from quartier.api.problems import Problem


def etag(version: object) -> str:
    """A strong validator from a row's version."""
    return f'"{version}"'


def not_modified(version: object) -> bool:
    """Whether the caller already has this version (If-None-Match): answer 304 without a body."""
    return request.if_none_match.contains_weak(str(version)) if request.if_none_match else False


def require_match(version: object) -> None:
    """428 without If-Match, 412 when it names another version; `*` matches whatever is there."""
    if "If-Match" not in request.headers:
        raise Problem(428)
    if not (request.if_match.star_tag or request.if_match.contains(str(version))):
        raise Problem(412, headers={"ETag": etag(version)})
