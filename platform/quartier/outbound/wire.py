"""HTTP with a checked address, over a connection that is cut when its time is over."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from typing import Final

from quartier.outbound.addresses import Target

CONNECT: Final = 5.0
"""Seconds to reach the receiver."""
TRIED: Final = 4
"""How many of a name's addresses are tried."""


@contextmanager
def speaking(target: Target, addresses: list[str], seconds: float) -> Iterator[HTTPConnection]:
    """A connection to the first address that answers, open for so many seconds; `begin` sends on it."""
    wire = _Wire(_connected(target, addresses))
    connection = HTTPConnection(target.host, target.port)
    with wire.until(seconds):
        if target.scheme == "https":
            wire.encrypt(target.host)
        connection.sock = wire.socket
        yield connection


def begin(connection: HTTPConnection, method: str, target: Target, headers: Mapping[str, str]) -> None:
    """The first line and the headers: these, and the host as it is called, whatever its address."""
    connection.putrequest(method, target.path, skip_host=True, skip_accept_encoding=True)
    for name, value in {"Host": target.authority, **headers}.items():
        connection.putheader(name, value)


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
