"""One message over the wire: to a checked address, within a time, with a short look at the answer."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from quartier.config import Config
from quartier.outbound.addresses import Refused, Resolve, Target, checked, read, resolve
from quartier.outbound.wire import begin, speaking

TOTAL: Final = 15.0
"""Seconds for the whole exchange, however slowly the other side writes."""
KEPT: Final = 1024
"""Bytes of an answer that are kept, for whoever looks into the log."""


@dataclass(frozen=True)
class Outcome:
    """What came of it. `status` is None when there was no answer; then `error` says why: "timeout", "connection",
    "tls", "protocol", or "address:" and why it is refused. `reply` is the beginning of what the receiver wrote, `pause`
    how many seconds it wants to be left alone (Retry-After, RFC 9110), if it says so in seconds.
    """

    status: int | None = None
    error: str = ""
    reply: str = ""
    took_ms: int = 0
    pause: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the receiver has taken the message."""
        return self.status is not None and 200 <= self.status < 300


def send(url: str, body: bytes, headers: Mapping[str, str], config: Config, *, resolver: Resolve = resolve) -> Outcome:
    """POST a message. Never raises for what the other side does; a redirect is an answer and is not followed."""
    began = time.monotonic()
    status, error, reply, pause = None, "", "", None
    try:
        target = read(url, config)
        status, reply, pause = _exchange(target, checked(target, config, resolver=resolver), body, headers)
    except Refused as refused:
        error = f"address:{refused.why}"
    except (OSError, http.client.HTTPException, ValueError) as failure:
        error = "timeout" if time.monotonic() - began >= TOTAL else _reason(failure)
    return Outcome(status, error, reply, int((time.monotonic() - began) * 1000), pause)


def _reason(failure: Exception) -> str:
    match failure:
        case ssl.SSLError() | ssl.CertificateError():
            return "tls"
        case TimeoutError():
            return "timeout"
        case OSError():
            return "connection"
        case _:
            return "protocol"


def _exchange(
    target: Target, addresses: list[str], body: bytes, headers: Mapping[str, str]
) -> tuple[int, str, int | None]:
    with speaking(target, addresses, TOTAL) as connection:
        begin(connection, "POST", target, {"Content-Length": str(len(body)), **headers})
        connection.endheaders(body)
        answer = connection.getresponse()
        pause = answer.getheader("Retry-After", "")
        return answer.status, _text(answer.read(KEPT)), int(pause) if pause.isdecimal() and len(pause) < 9 else None


def _text(answer: bytes) -> str:
    text = answer.decode("utf-8", "replace")
    return "".join(one for one in text if one.isprintable() or one in "\n\t").strip()
