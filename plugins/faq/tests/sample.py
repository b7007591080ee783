"""Articles for tests: quick to write down where a test is about something else."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import object_session

from plugins.faq import services
from plugins.faq.manifest import FILES
from plugins.faq.models import Article, Category
from plugins.faq.queries import Wording
from plugins.faq.services import Changes
from quartier.sdk import Audience, CompanySession, LocalizedText, add_file
from quartier.testing import SomeCompany

EDITOR = services.machine("test")


def _drawn(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return out.getvalue()


SMALL_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)

PICTURE = _drawn(400, 300)


def topic(db: CompanySession, key: str = "heating", **names: str) -> Category:
    """The topic with this key, made when there is none."""
    known = db.scalars(select(Category).filter_by(key=key)).one_or_none()
    return known or services.create_category(db, by=EDITOR, key=key, name=LocalizedText(names or {"de": "Heizen"}))


def draft(db: CompanySession, title: str, body: str = "So geht es.", **more: Any) -> Article:
    """A draft in German; `texts` adds languages; `category_id`, `audience`, `slug`, `related` as in `Changes`."""
    texts = {"de": Wording(title, "", body), **more.pop("texts", {})}
    category_id = more.pop("category_id", None) or topic(db).id
    return services.create_article(db, by=EDITOR, changes=Changes(texts=texts, category_id=category_id, **more))


def live(
    db: CompanySession, title: str, body: str = "So geht es.", *, at: datetime | None = None, **more: Any
) -> Article:
    """A published article."""
    return services.publish(db, draft(db, title, body, **more).id, by=EDITOR, at=at)


def publish_for(db: CompanySession, title: str, where: Sequence[UUID] = (), who: Sequence[str] = ()) -> Article:
    """A published article for an audience."""
    return live(db, title, audience=Audience(frozenset(where), frozenset(who)))


def attach(company: SomeCompany, article: Article, name: str, body: bytes = SMALL_PNG) -> Any:
    """A file that somebody sent for an article, and the worker has not seen yet: its row."""
    db, storage = object_session(article), company.platform.shell.storage
    assert isinstance(db, CompanySession)
    give = partial(add_file, db, storage, FILES, by=EDITOR, name=name, body=body)
    services.save_article(db, article.id, by=EDITOR, version=article.version, changes=Changes(attach=give))
    return db.rows("SELECT id, name FROM attachment WHERE thing_id = %s ORDER BY id DESC", (article.id,))[0]


def plant(company: SomeCompany, canary: str) -> None:
    """One of everything that the module keeps, with a word in it that nobody else may ever read."""
    db, reader = company.db(), company.resident(f"{canary} Leser")
    article = live(db, f"{canary} Titel", f"{canary} Text", slug=canary.lower())
    draft(db, f"{canary} Entwurf", related=[article.id])
    services.create_category(db, by=EDITOR, name=LocalizedText(de=f"{canary} Thema"))
    attach(company, article, f"{canary}.png")
    services.give_feedback(db, article.id, by=reader.viewer(db), helpful=True, comment=f"{canary} Bemerkung")
    db.commit()
    db.close()


def plant_many(company: SomeCompany, rows: int) -> None:
    """So many more articles, for what must cost the same with one and with a hundred."""
    db = company.db()
    for number in range(rows):
        live(db, f"Artikel {rows}-{number}", slug=f"artikel-{rows}-{number}")
    db.commit()
    db.close()
