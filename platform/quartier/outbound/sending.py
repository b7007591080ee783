"""One message over the wire: to a checked address, within a time, with a short look at the answer."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from quartier.config import Config
from quartier.outbound.addresses import Refused, Resolve, Target, checked, read, resolve

CONNECT: Final = 5.0
"""Seconds to reach the receiver."""
TOTAL: Final = 15.0
"""Seconds for the whole exchange, however slowly the other side writes."""
KEPT: Final = 1024
"""Bytes of an answer that are kept, for whoever looks into the log."""
TRIED: Final = 4
"""How many of a name's addresses are tried."""


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
    wire = _Wire(_connected(target, addresses))
    connection = http.client.HTTPConnection(target.host, target.port)
    with wire.until(TOTAL):
        if target.scheme == "https":
            wire.encrypt(target.host)
        connection.sock = wire.socket
        connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": target.authority, "Content-Length": str(len(body)), **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        pause = answer.getheader("Retry-After", "")
        return answer.status, _text(answer.read(KEPT)), int(pause) if pause.isdecimal() and len(pause) < 9 else None


def _connected(target: Target, addresses: list[str]) -> socket.socket:
    """A socket to the first address that answers."""
    tried = addresses[:TRIED]
    for place, address in enumerate(tried, start=1):
        try:
            return socket.create_connection((address, target.port), timeout=CONNECT)
        except OSError:
            if place == len(tried):
                raise
    raise ConnectionError("no address")


class _Wire:
    """A connection that is cut when its time is over: a timeout of a socket begins anew with each byte."""

    def __init__(self, plain: socket.socket) -> None:
        self.socket = plain

    def encrypt(self, host: str) -> None:
        """TLS; the certificate is checked against the name, not the address."""
        context = ssl.create_default_context()
        encrypted = context.wrap_socket(self.socket, server_hostname=host, do_handshake_on_connect=False)
        self.socket = encrypted
        encrypted.do_handshake()

    @contextmanager
    def until(self, seconds: float) -> Iterator[None]:
        """Have so much time, then be cut; closed in any case."""
        self.socket.settimeout(seconds)
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self.socket.close()

    def _cut(self) -> None:
        with suppress(OSError):
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)  # below TLS, which would wait for the other side


def _text(answer: bytes) -> str:
    text = answer.decode("utf-8", "replace")
    return "".join(one for one in text if one.isprintable() or one in "\n\t").strip()
