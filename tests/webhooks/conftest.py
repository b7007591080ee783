"""A program of the company's that takes messages: a real server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from quartier.app import Platform
from quartier.db.base import new_id
from quartier.keys import key_of
from quartier.testing import SomeCompany
from quartier.webhooks import services
from quartier.webhooks.gathering import wake
from quartier.webhooks.models import Webhook
from quartier.webhooks.policies import READS


@dataclass
class Letter:
    """A message as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def changes(self) -> list[Any]:
        return self.json["data"]["changes"]  # type: ignore[no-any-return]


@dataclass
class Receiver:
    """Answers with each of `statuses` once, then with the last of them again and again."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    reply: bytes = b""
    letters: list[Letter] = field(default_factory=list)

    def status(self) -> int:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    @property
    def types(self) -> list[str]:
        return [change["type"] for letter in self.letters for change in letter.changes]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A program that listens."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.letters.append(Letter(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(found.status())
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.reply)))
            self.end_headers()
            self.wfile.write(found.reply)

        def log_message(self, *_words: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def private(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """The switch of development: messages may go to this machine."""
    monkeypatch.setattr(platform.shell, "config", replace(platform.shell.config, private_webhooks=True))


Subscribe = Callable[..., Webhook]


@pytest.fixture
def subscribe(private: None, receiver: Receiver) -> Subscribe:
    """Make a webhook of a company: `subscribe(brunnenhof, "unit")`."""

    def make(company: SomeCompany, *nouns: str, url: str = "", with_api: bool = True) -> Webhook:
        values = {"name": "ERP", "url": url or receiver.url, "nouns": list(nouns or READS), "with_api": with_api}
        db = company.db()
        hook = services.add(db, new_id(), values, by="test", key=key_of(company.platform.shell.config))
        db.commit()
        return hook

    return make


DUE = (
    "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) "
    "AND args ->> 'company' = :company"
)


def work(company: SomeCompany) -> None:
    """Do what is due, and what becomes due by that: messages are made by one job and delivered by the next."""
    for _turn in range(10):
        company.work()
        with company.platform.shell.platform.connect() as connection:
            if not connection.scalar(text(DUE), {"company": str(company.id)}):
                return
    raise AssertionError("there is always something more to do")


def again_now(company: SomeCompany) -> None:
    """The hour has come for all that waits."""
    db = company.db()
    db.execute(text("UPDATE webhook_delivery SET due_at = now() - interval '1 second' WHERE status = 'waiting'"))
    for hook in db.rows("SELECT id FROM webhook"):
        wake(db, hook.id)
    db.commit()
    db.close()
    work(company)


def rows(company: SomeCompany, query: str) -> list[tuple[Any, ...]]:
    """What a company has."""
    db = company.db()
    found = [tuple(row) for row in db.rows(query)]
    db.close()
    return found
