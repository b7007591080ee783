"""The title of somebody else's page: asked for like a stranger would, within bounds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from quartier.config import Config
from quartier.outbound.previews import LONGEST_ABOUT, LinkPreview, look_up, preview_in

LOOSE, STRICT = Config(private_webhooks=True), Config()
HTML = "text/html; charset=utf-8"


@dataclass
class Site:
    """Answers each path with what the test says: the status, headers, and the body."""

    url: str = ""
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, set[str]]] = field(default_factory=list)

    def page(self, path: str, body: str, kind: str = HTML, status: int = 200, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (
            status,
            {"Content-Type": kind, **named},
            body.encode("latin-1" if "8859" in kind else "utf-8"),
        )
        return self.url + path


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    found = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append((self.path, {name.lower() for name in self.headers}))
            status, headers, body = found.pages[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_a_page_says_of_itself_is_read_from_its_head_only() -> None:
    head = (
        "<title>Velo &amp; <!-- x -->Mehr</title><meta name=Description content='Zwei\n Räder\u202e'>"
        "<meta property='og:image' content='https://x/y.png'>"
    )
    assert preview_in(head) == LinkPreview("Velo & Mehr", "Zwei Räder")
    assert preview_in(head + "<meta property='og:title' content='<b>Velo</b>'>") == LinkPreview(
        "<b>Velo</b>", "Zwei Räder"
    )
    assert preview_in("<body><title>Nein</title><meta property=og:title content=Nein>") is None
    long = preview_in(f"<title>a</title><meta name=description content='{'x' * 9000}'>")
    assert long is not None
    assert len(long.about) == LONGEST_ABOUT


def test_a_page_is_asked_for_without_saying_who_wants_to_know(site: Site) -> None:
    here = site.page("/a%20b?x=%C3%BC", "<title>Äpfel</title>" + " " * 400_000 + "</head>")
    assert look_up(here.replace("%20", " ").replace("%C3%BC", "ü") + "#teil", LOOSE) == LinkPreview("Äpfel", "")
    assert site.asked[-1] == ("/a%20b?x=%C3%BC", {"host", "accept", "accept-encoding", "connection", "user-agent"})
    assert look_up(site.page("/old", "<title>Öl</title>", "text/html; charset=iso-8859-1"), LOOSE) == LinkPreview(
        "Öl", ""
    )


def test_what_is_no_page_or_lies_where_no_message_goes_has_no_preview(site: Site) -> None:
    title = "<title>Nein</title>"
    kinds = [site.page(f"/{kind}", title, kind) for kind in ("image/png", "application/pdf", "text/plain")]
    packed, gone = site.page("/packed", title, Content_Encoding="gzip"), site.page("/gone", title, status=404)
    ways = {"/moved": "/fine", "/out": "file:///etc/passwd", "/as": "http://root@127.0.0.1/", "/round": "/round"}
    moved, out, as_root, round_ = (site.page(path, "", status=302, Location=to) for path, to in ways.items())
    fine = site.page("/fine", "<title>Gut</title>")
    for url in (*kinds, packed, gone, out, as_root, round_, "http://127.0.0.1:9/", "javascript:alert(1)"):
        assert look_up(url, LOOSE) is None
    assert look_up(moved, LOOSE) == LinkPreview("Gut", "")
    before = len(site.asked)
    assert [look_up(fine, STRICT), look_up("https://intra.example/", STRICT, resolver=lambda *_: ["10.0.0.1"])] == [
        None,
        None,
    ]
    assert len(site.asked) == before
