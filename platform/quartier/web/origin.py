"""Is this request ours? Sibling subdomains are same-site, so SameSite cookies alone do not protect a company."""

from __future__ import annotations

import hmac
from hashlib import sha256

from flask import Request
from werkzeug.exceptions import BadRequest

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST = 2000


def form_token(session_token: str) -> str:
    """A token that only pages of this session can know; needs no state, for the session's own token is secret."""
    return sha256(b"form:" + session_token.encode()).hexdigest()[:32]


def refuse_foreign(request: Request, token: str) -> None:
    """Refuse an unsafe request that another origin caused.

    Browsers say where a request comes from: `Sec-Fetch-Site`, which no page can set, or else `Origin`. What says
    nothing must carry the session's form token; without a session there is none, so a browser that hides both cannot
    sign in either, and nobody can be signed in to somebody else's account unawares.

    A sibling subdomain is another company: "same-site" is as foreign as "cross-site". So is `Origin: null`, which
    sandboxed frames and some redirects send.
    """
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        ours = site in {"same-origin", "none"}
    elif origin is not None:
        ours = _is_ours(origin, request)
    else:
        ours = bool(token) and hmac.compare_digest(request.form.get("form_token", "").encode(), token.encode())
    if not ours:
        raise BadRequest("cross-site")


def _is_ours(origin: str, request: Request) -> bool:
    """Whether the origin is this very host and port; over https if we are, and also if only a proxy knows that."""
    mine = {f"https://{request.host}", f"{request.scheme}://{request.host}"}
    return origin in mine


def safe_next(target: str | None, default: str = "/") -> str:
    """A path on this host, whatever somebody put into `next`.

    Two slashes, or what browsers take for one, begin a host; control characters and spaces are skipped by them.
    """
    if not target or len(target) > LONGEST or not target.startswith("/") or target[1:2] in {"/", "\\"}:
        return default
    if "\\" in target or any(ord(character) < 33 or 127 <= ord(character) < 161 for character in target):
        return default
    return target
