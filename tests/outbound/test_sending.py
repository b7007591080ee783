"""One message over the wire, to receivers of all kinds."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from quartier.config import Config
from quartier.outbound import sending
from quartier.outbound.sending import KEPT, send
from tests.webhooks.conftest import Receiver

LOOSE = Config(private_webhooks=True)
HEADERS = {"Content-Type": "application/json", "webhook-id": "msg_1"}


def here(*_asked: object) -> list[str]:
    return ["127.0.0.1"]


def encrypted(plain: socket.socket, context: ssl.SSLContext | None) -> socket.socket:
    return context.wrap_socket(plain, server_side=True) if context else plain


@contextmanager
def listening(answer: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that takes one connection and does what the test wants with it; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            plain, _from = server.accept()
            with contextlib.suppress(OSError), plain, encrypted(plain, context) as wire:
                answer(wire)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_a_message_arrives_as_it_was_written(receiver: Receiver) -> None:
    receiver.reply = b"Danke\x00 sch\xc3\xb6n" + b"." * 5000
    outcome = send(receiver.url + "?q=1", b'{"a":1}', HEADERS, LOOSE)
    (letter,) = receiver.letters
    assert (letter.path, letter.body) == ("/hook?q=1", b'{"a":1}')
    port = receiver.url.split(":")[2].split("/")[0]
    assert letter.headers == {
        "host": f"127.0.0.1:{port}", "content-length": "7", "content-type": "application/json", "webhook-id": "msg_1",
    }  # fmt: skip
    assert (outcome.ok, outcome.status, outcome.error, outcome.reply[:11]) == (True, 204, "", "")


def test_only_the_beginning_of_an_answer_is_kept(receiver: Receiver) -> None:
    receiver.statuses, receiver.reply = [500], b"Fehler\x00\x1b[31m " + b"x" * 100_000
    outcome = send(receiver.url, b"{}", HEADERS, LOOSE)
    assert (outcome.ok, outcome.status, outcome.reply[:12]) == (False, 500, "Fehler[31m x")
    assert len(outcome.reply) <= KEPT


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.statuses, receiver.headers = [status], {"Location": receiver.url}
    outcome = send(receiver.url, b"{}", HEADERS, LOOSE)
    assert (outcome.status, outcome.ok, len(receiver.letters)) == (status, False, 1)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert send(f"http://127.0.0.1:{port}/", b"{}", HEADERS, LOOSE).error == "connection"


def test_the_next_address_is_tried_when_the_first_does_not_answer(receiver: Receiver) -> None:
    url = receiver.url.replace("127.0.0.1", "hook.example")
    outcome = send(url, b"{}", HEADERS, LOOSE, resolver=lambda *_: ["::1", "127.0.0.1"])
    assert (outcome.status, receiver.letters[0].headers["host"]) == (204, url.split("/")[2])


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\xff" * 70_000])
def test_what_is_no_http_is_told(answer: bytes) -> None:
    def speak(wire: socket.socket) -> None:
        wire.recv(4096)
        wire.sendall(answer)

    with listening(speak) as port:
        outcome = send(f"http://127.0.0.1:{port}/", b"{}", HEADERS, LOOSE)
    assert (outcome.status, outcome.error) in {(None, "protocol"), (None, "connection")}


def test_who_answers_a_byte_at_a_time_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, the answer never does."""
    monkeypatch.setattr(sending, "TOTAL", 0.3)
    ended = threading.Event()

    def drip(wire: socket.socket) -> None:
        while not ended.wait(0.05):
            wire.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    with listening(drip) as port:
        outcome = send(f"http://127.0.0.1:{port}/", b"{}", HEADERS, LOOSE)
        ended.set()
    assert (outcome.status, outcome.error) == (None, "timeout")


def test_who_never_shakes_hands_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "TOTAL", 0.3)
    ended = threading.Event()
    with listening(lambda _wire: ended.wait(5) and None) as port:
        outcome = send(f"https://127.0.0.1:{port}/", b"{}", HEADERS, LOOSE)
        ended.set()
    assert (outcome.status, outcome.error) == (None, "timeout")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for hook.example, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl on this machine")
    path = tmp_path_factory.mktemp("tls") / "hook.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=hook.example", "-addext", "subjectAltName=DNS:hook.example", "-keyout", path, "-out",
         path.with_suffix(".crt")],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


def over_tls(wire: socket.socket) -> None:
    heard = b""
    while not heard.endswith(b"{}"):
        heard += wire.recv(4096)
    wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


@pytest.mark.parametrize(("host", "trusted", "expected"), [
    ("hook.example", True, (200, "", "ok")), ("other.example", True, (None, "tls", "")),
    ("hook.example", False, (None, "tls", "")),
])  # fmt: skip
def test_certificates_are_checked_against_the_name_while_the_address_is_the_checked_one(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, host: str, trusted: bool, expected: tuple[int | None, str, str]
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with listening(over_tls, context) as port:
        outcome = send(f"https://{host}:{port}/", b"{}", HEADERS, LOOSE, resolver=here)
    assert (outcome.status, outcome.error, outcome.reply) == expected
