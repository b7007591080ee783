"""What the commands ask for before they start anything, and how soon they end."""

from __future__ import annotations

import multiprocessing
import socket
import threading
from types import SimpleNamespace

import pytest
from click import ClickException

from quartier.running import _begin, _serve, must_be_free


def test_two_installations_do_not_share_a_port() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as our server does
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ClickException, match=f"127.0.0.1:{port}: another program listens there"):
            must_be_free("127.0.0.1", port)
    must_be_free("127.0.0.1", port)


def test_a_web_process_that_still_starts_ends_when_it_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    news, teller = multiprocessing.Pipe(duplex=False)

    def start() -> None:
        teller.send("starting")
        threading.Event().wait()

    platform = SimpleNamespace(shell=SimpleNamespace(config=SimpleNamespace(workers=2)), listening=start)
    server = _begin(_serve, platform, "127.0.0.1", 0)
    assert [news.recv(), news.recv()] == ["starting", "starting"]
    server.terminate()
    server.join()
    assert server.exitcode == 0
    assert "".join(capfd.readouterr()) == ""  # whom it has to kill, granian names
