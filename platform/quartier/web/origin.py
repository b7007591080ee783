"""Is this request ours? Sibling subdomains are same-site, so SameSite cookies alone do not protect a company."""

from __future__ import annotations

import hmac
from hashlib import sha256

from flask import Request
from werkzeug.exceptions import BadRequest

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def form_token(session_token: str) -> str:
    """A token that only pages of this session can know; needs no state, for the session's own token is secret."""
    return sha256(b"form:" + session_token.encode()).hexdigest()[:32]


def refuse_foreign(request: Request, token: str) -> None:
    """Refuse an unsafe request that another origin caused.

    Browsers say where a request comes from (Sec-Fetch-Site, else Origin). What says nothing must carry the
    session's form token; without a session there is nothing to abuse but the sign-in form, which asks the same.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site in {"same-origin", "none"}:
            return
        raise BadRequest("cross-site")
    origin = request.headers.get("Origin")
    if origin is not None:
        if origin == request.host_url.rstrip("/"):
            return
        raise BadRequest("cross-site")
    given = request.form.get("form_token", "")
    if not token or not hmac.compare_digest(given, token):
        raise BadRequest("cross-site")


def safe_next(target: str | None, default: str = "/") -> str:
    """A path on this host, whatever somebody put into `next`."""
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"}:
        return default
    if any(ord(character) < 33 for character in target) or "\\" in target:
        return default
    return target
