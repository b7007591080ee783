"""What a link leads to is looked up once, by us; readers see a card and their browsers ask nobody."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from plugins.pinboard import services
from plugins.pinboard.tests.sample import notice, said
from quartier.sdk import LocalizedText
from quartier.testing import SomeCompany

PAGE = "<title>Repair café &lt;3</title><meta name=description content='On Saturday'><meta property=og:image content=x>"


def test_the_first_link_of_a_post_gets_a_card_of_its_page(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, asked = brunnenhof.platform.shell, []
    monkeypatch.setattr(shell, "config", replace(shell.config, private_webhooks=True))

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE.encode())

        def log_message(self, *_words: Any) -> None:
            """Quiet."""

    lea = brunnenhof.resident("Lea Zimmermann", language="en")
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        visit = lea.visit()
        post = said(visit, f"Kommt alle: {url}/cafe.")
        notice(visit.db, "Von der Verwaltung", body={"de": f"Siehe {url}/notice"})
        services.set_rules(visit.db, by=visit.viewer, words=["geheim"], rules=LocalizedText())
        held = said(visit, f"geheim {url}/held")
        visit.db.commit()
        plain = lea.browser.get(f"/pinboard/{post.id}").text
        brunnenhof.work()
        cards = [lea.browser.get(path).text for path in ("/pinboard/", f"/pinboard/{post.id}")]
        services.edit_own(visit.db, post.id, by=visit.viewer, version=1, body="Doch nicht")
        visit.db.commit()
        brunnenhof.work()
        server.shutdown()
    assert "<strong>127.0.0.1</strong>" in plain
    for page in cards:
        assert re.search(
            r"<strong>Repair café &lt;3</strong><small>On Saturday</small><small>127.0.0.1/cafe</small>", page
        )
        assert not re.search(r"<(img|script|link|iframe)[^>]+127\\.0\\.0\\.1", page)
    assert asked == ["/cafe"]
    assert held.link is None
    assert "link-card" not in lea.browser.get(f"/pinboard/{post.id}").text
