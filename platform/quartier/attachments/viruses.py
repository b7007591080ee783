"""Asking ClamAV: its daemon is told a file in pieces and answers in a line (clamd's INSTREAM).

The clients that there are for Python are older than the Python that we run, and longer than this.
"""

from __future__ import annotations

import socket
from typing import BinaryIO, Final

from quartier.attachments.refusals import FileRefused

PIECE: Final = 64 * 1024
PATIENCE: Final = 60.0  # seconds
CLEAN: Final = b"stream: OK"


class ScannerDown(Exception):
    """The scanner does not answer, or not with yes or no; the file waits until it does."""


def refuse_infected(file: BinaryIO, clamd: str | None) -> None:
    """Ask the daemon at "unix:/path" or "host:port"; without one there is nobody to ask. Raises FileRefused."""
    if clamd is None:
        return
    try:
        answer = _asked(file, clamd)
    except OSError as error:
        raise ScannerDown(str(error)) from error
    file.seek(0)
    if answer.endswith(b" FOUND"):
        raise FileRefused("infected")
    if answer != CLEAN:
        raise ScannerDown(answer.decode("utf-8", "replace"))


def _asked(file: BinaryIO, clamd: str) -> bytes:
    with _connected(clamd) as line:
        line.sendall(b"zINSTREAM\0")
        file.seek(0)
        while piece := file.read(PIECE):
            line.sendall(len(piece).to_bytes(4, "big") + piece)
        line.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and (more := line.recv(PIECE)):
            answer += more
    return answer.rstrip(b"\0")


def _connected(clamd: str) -> socket.socket:
    if clamd.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(PATIENCE)
        line.connect(clamd.removeprefix("unix:"))
        return line
    host, _colon, port = clamd.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)
