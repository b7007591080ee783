"""The beginning of a page of somebody else's: for its title, so that readers need not go there to learn what it is."""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from quartier.config import Config
from quartier.outbound.addresses import Refused, Resolve, Target, checked, read, resolve
from quartier.outbound.wire import begin, speaking

TOTAL: Final = 10.0
"""Seconds for one answer; a redirect begins anew."""
LARGEST: Final = 256 * 1024
"""Bytes that are read: the head of a page is within them."""
REDIRECTS: Final = 3
HEADERS: Final = {
    "Accept": "text/html, application/xhtml+xml", "Accept-Encoding": "identity", "Connection": "close",
    "User-Agent": "Quartier (link preview; no tracking)",
}  # fmt: skip
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_KEPT = "!#$%&'()*+,/:;=?@[]~"  # of an address what stays as it is; the rest is written as %XX


@dataclass(frozen=True)
class Answer:
    """A page: where it is after all redirects, and the beginning of it."""

    url: str
    html: str


@dataclass(frozen=True)
class _Reply:
    status: int
    content_type: str
    location: str
    body: bytes


def fetch_page(url: str, config: Config, *, resolver: Resolve = resolve) -> Answer | None:
    """The beginning of a page, or None: where it is no HTML, answers no 200 in time, or lies where nothing goes.

    Each redirect is an address like the first one: checked before anything is sent there. Nothing about who asks, no
    cookie and no referrer, goes along.
    """
    for _turn in range(REDIRECTS + 1):
        try:
            target = read(_plain(url), config)
            reply = _asked(target, checked(target, config, resolver=resolver))
        except (Refused, OSError, http.client.HTTPException, ValueError):
            return None
        if reply.status in {301, 302, 303, 307, 308} and reply.location:
            url = urljoin(url, reply.location)
            continue
        kind = reply.content_type.partition(";")[0].strip().lower()
        if reply.status != 200 or kind not in {"text/html", "application/xhtml+xml"}:
            return None
        return Answer(url, _text(reply))
    return None


def _plain(url: str) -> str:
    """An address as it goes over the wire: without what only browsers look at, and in ASCII."""
    parts = urlsplit(url)
    path, query = (quote(part, safe=_KEPT) for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _asked(target: Target, addresses: list[str]) -> _Reply:
    with speaking(target, addresses, TOTAL) as connection:
        begin(connection, "GET", target, HEADERS)
        connection.endheaders()
        answer = connection.getresponse()
        packed = answer.getheader("Content-Encoding", "identity").lower() != "identity"
        kind, location = answer.getheader("Content-Type", ""), answer.getheader("Location", "")
        body = b"" if packed or answer.status != 200 else _beginning(answer)
        return _Reply(answer.status, kind, location, body)


def _beginning(answer: http.client.HTTPResponse) -> bytes:
    """What comes until the head is over, the time is up, or it is enough."""
    body, until = b"", time.monotonic() + TOTAL
    while len(body) < LARGEST and b"</head" not in body.lower() and time.monotonic() < until:
        if not (piece := answer.read1(16_384)):
            break
        body += piece
    return body


def _text(reply: _Reply) -> str:
    """In the encoding that the server says, or else the page itself."""
    said = _CHARSET.search(reply.content_type) or _CHARSET.search(reply.body[:2048].decode("ascii", "replace"))
    try:
        return reply.body.decode(said[1] if said else "utf-8", "replace")
    except LookupError:
        return reply.body.decode("utf-8", "replace")
