"""A load generator that is lighter than what it measures: raw sockets, prepared requests, one thread."""

from __future__ import annotations

import selectors
import socket
import statistics
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A URL on 127.0.0.1, asked for under another host's name."""

    port: int
    host: str
    path: str
    cookie: str = ""
    token: str = ""

    @property
    def request(self) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {self.host}", "Accept-Language: de", "Connection: keep-alive"]
        lines += [f"Cookie: {self.cookie}"] if self.cookie else []
        lines += [f"Authorization: Bearer {self.token}"] if self.token else []
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def status_and_body(target: Target) -> tuple[int, bytes]:
    """One request on a connection of its own."""
    with socket.create_connection(("127.0.0.1", target.port), timeout=10) as connection:
        return exchange(connection, target.request)


def exchange(connection: socket.socket, request: bytes) -> tuple[int, bytes]:
    """Send and read one whole answer: granian says Content-Length for our pages, and sends long tables in chunks."""
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _blank, body = received.partition(b"\r\n\r\n")
    said = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
    while not body.endswith(b"0\r\n\r\n") if b"transfer-encoding" in said else len(body) < int(said[b"content-length"]):
        body += _some(connection)
    return int(head[9:12]), body


def _some(connection: socket.socket) -> bytes:
    chunk = connection.recv(1 << 18)
    if not chunk:
        raise ConnectionError("the server closed the connection")
    return chunk


def latency(target: Target, requests: int) -> list[float]:
    """Milliseconds of each of `requests` requests, one after the other on one connection."""
    with socket.create_connection(("127.0.0.1", target.port), timeout=10) as connection:
        times = []
        for _number in range(requests):
            began = time.perf_counter()
            status, _body = exchange(connection, target.request)
            times.append((time.perf_counter() - began) * 1000)
            assert status == 200, status
        return times


def p50(times: list[float]) -> float:
    return statistics.median(times)


def throughput(target: Target, seconds: float, connections: int = 8) -> float:
    """Answers per second with several connections kept busy."""
    selector = selectors.DefaultSelector()
    request, done = target.request, 0
    for _number in range(connections):
        connection = socket.create_connection(("127.0.0.1", target.port), timeout=10)
        connection.sendall(request)
        selector.register(connection, selectors.EVENT_READ, bytearray())
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        for key, _events in selector.select(timeout=1):
            key.data.extend(_some(key.fileobj))  # type: ignore[arg-type]
            if _whole(key.data):
                done += 1
                key.data.clear()
                key.fileobj.sendall(request)  # type: ignore[union-attr]
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return done / seconds


def _whole(received: bytearray) -> bool:
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return False
    at = received.lower().find(b"content-length:", 0, end)
    length = int(received[at + 15 : received.index(b"\r\n", at)])
    return len(received) >= end + 4 + length
