"""What the commands ask for before they start anything."""

from __future__ import annotations

import socket

import pytest
from click import ClickException

from quartier.running import must_be_free


def test_two_installations_do_not_share_a_port() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as our server does
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ClickException, match=f"127.0.0.1:{port}: another program listens there"):
            must_be_free("127.0.0.1", port)
    must_be_free("127.0.0.1", port)
