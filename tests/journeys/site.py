"""The platform on a real socket, so that a real browser can go there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from wsgiref.types import WSGIApplication

from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Keeps connections open, as every real server does, and writes no log."""

    protocol_version = "HTTP/1.1"

    def log(self, *_args: object) -> None:  # type: ignore[override]
        """Failures are the business of the story that sees them."""


def held_port() -> socket.socket:
    """A socket that has found a free port and keeps it until the server takes it over."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.bind(("127.0.0.1", 0))
    found.listen(64)
    return found


@contextmanager
def serving(app: WSGIApplication, port: socket.socket) -> Iterator[None]:
    """Answer on that port until the block ends."""
    with port:
        server = make_server(
            "127.0.0.1", 0, app, threaded=True, request_handler=Quiet, fd=port.fileno()
        )  # fmt: skip
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="site", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
