"""Demos in tests: Mara makes them in the browser, as sales do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.app import Platform
from quartier.sandboxes import planting, samples
from quartier.tenancy.models import Company
from quartier.testing import Browser

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#7a1f3d"/></svg>'


@dataclass(frozen=True)
class Demo:
    """A demo as sales see it."""

    platform: Platform
    mara: Browser
    id: UUID
    link: str

    @property
    def path(self) -> str:
        """Its page in the console."""
        return f"/sandboxes/{self.id}"

    @property
    def company(self) -> Company:
        """Its company as it is now."""
        with Session(self.platform.shell.platform, expire_on_commit=False) as db:
            return db.get_one(Company, self.id)

    def visitor(self) -> Browser:
        """Somebody who has nothing but the address."""
        self.platform.shell.hosts.forget()
        self.platform.shell.snapshots.forget(self.id)
        return Browser(self.platform, f"{self.company.slug}.{self.platform.shell.config.platform_domain}")

    def door(self) -> str:
        """The path of the link that is good now."""
        page = self.mara.get(self.path).text
        return "/demo/" + re.search(r'id="link">[^<]*/demo/([^<]*)<', page)[1]  # type: ignore[index]

    def enter(self, role: str) -> Browser:
        """Somebody who came by the link."""
        visitor = self.visitor()
        assert visitor.post(f"{self.door()}/{role}").status_code == 303
        return visitor

    def rows(self) -> dict[str, int]:
        """How many rows each table has of it, links of the queue included."""
        with Session(self.platform.shell.platform) as db:
            found = {name: len(ids) for name, ids in samples.rows_of(db, self.id).items()}
            jobs = db.scalar(
                text("SELECT count(*) FROM procrastinate_jobs WHERE args->>'company' = :id"), {"id": str(self.id)}
            )
            return found | ({"procrastinate_jobs": jobs} if jobs else {})


def typed(owner: Any, **more: Any) -> dict[str, Any]:
    return {
        "name": "Seeblick Verwaltungen AG", "segment": "rental", "country": "CH", "languages": ["de", "en", "fr"],
        "default_language": "de", "owner": str(owner), "logo": (BytesIO(LOGO), "logo.svg"), **more,
    }  # fmt: skip


def seller(platform: Platform, mara: Browser) -> UUID:
    """Somebody who can look after demos."""
    page = mara.get("/sandboxes/new").text
    chosen = re.search(r'<option value="([0-9a-f-]{36})" selected>', page)
    assert chosen is not None
    return UUID(chosen[1])


@pytest.fixture
def make_demo(
    platform: Platform, console: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Demo]]:
    """Make a demo: `make_demo(name="…", segment="rental")`."""
    made: list[Demo] = []
    monkeypatch.setattr(planting.make, "__kwdefaults__", {"patience": 600.0})  # on a slow machine as well

    def make(**more: Any) -> Demo:
        mara = console("sales")
        answer = mara.post("/sandboxes/new", typed(seller(platform, mara), **more))
        assert answer.status_code == 303, re.findall(r'class="error"[^>]*>(.*?)</', answer.text)
        path = answer.headers["Location"]
        demo = Demo(platform, mara, UUID(path.rpartition("/")[2]), "")
        made.append(demo)
        return demo

    yield make
    with platform.shell.platform.begin() as connection:
        for demo in made:
            connection.execute(
                text("DELETE FROM procrastinate_jobs WHERE args->>'company' = :id"), {"id": str(demo.id)}
            )
            connection.execute(text("DELETE FROM company WHERE id = :id"), {"id": demo.id})


__all__ = ["LOGO", "Demo", "Operator", "make_demo", "seller", "typed"]
