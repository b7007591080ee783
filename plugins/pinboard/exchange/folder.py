"""`tenants/<slug>/pinboard`: `categories.toml` and `posts.toml`. Planting twice changes nothing.

A post is known by its key. One with `days_ago` keeps a demo young; one with `by` is a resident's and begins its life
with the demo, so it is never written back, and what such a post says may be there in several languages. What hangs with
a post is in `files/<key>/`, in the order of its `files`; `picture` names one file beside `posts.toml`.
"""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select

from plugins.pinboard.exchange.extras import extra_in, extra_lines, plant_answers
from plugins.pinboard.exchange.files import hang, write_files
from plugins.pinboard.models import Category, Comment, Post, Reaction
from plugins.pinboard.queries.topics import read_topics
from plugins.pinboard.services import Notice, create_topic, publish_notice
from plugins.pinboard.services.planting import Neighbour, neighbour, plant_post
from quartier.sdk import (
    Audience,
    CompanySession,
    LocalizedText,
    Storage,
    Viewer,
    company_of,
    new_id,
    numbers_of_places,
    places_by_number,
)


def plant(db: CompanySession, folder: Path, *, by: Viewer, storage: Storage) -> None:
    """Make the folder true; what is there already stays as it is. Raises ValueError for what cannot be."""
    for key, facts in _read(folder / "categories.toml").items():
        if not db.scalar(select(Category.id).filter_by(key=key)):
            create_topic(
                db, by=by, key=key, icon=facts.get("icon", "board"), staff_only=facts.get("staff_only", False),
                name=LocalizedText(facts["name"]),
            )  # fmt: skip
    topics = {topic.key: topic.id for topic in read_topics(db)}
    for key, facts in _read(folder / "posts.toml").items():
        post_id = _id_of(db, key)
        if db.scalar(select(Post.id).filter_by(id=post_id)) is None:
            _plant_post(db, post_id, facts, topics, by)
            if db.scalar(select(Post.id).filter_by(id=post_id)):  # a demo's neighbour may have no account here yet
                hang(db, storage, folder, facts, key=key, post_id=post_id, by=by)


def export(db: CompanySession, folder: Path, *, storage: Storage) -> None:
    """Write categories, and notices that are on the board with what hangs there."""
    topics = read_topics(db)
    lines = [line for topic in topics for line in _category(topic)]
    (folder / "categories.toml").write_text("\n".join(lines), encoding="utf-8")
    keys = {topic.id: topic.key for topic in topics}
    notices = db.scalars(select(Post).filter_by(by_staff=True, status="shown").order_by(Post.show_from, Post.id)).all()
    places = numbers_of_places(db, {place for post in notices for place in post.audience.where})
    files = write_files(db, storage, folder, [post.id for post in notices])
    extras = {post.id: [*extra_lines(db, post.id), ("files", files.get(post.id, []))] for post in notices}
    written = [line for post in notices for line in _notice(post, keys, places, extras[post.id])]
    (folder / "posts.toml").write_text("\n".join(written), encoding="utf-8")


def _plant_post(db: CompanySession, post_id: UUID, facts: dict[str, Any], topics: dict[str, UUID], by: Viewer) -> None:
    at = _moment(facts)
    if "by" in facts:
        author = neighbour(db, facts["by"])
        if author is None:
            return  # whoever wrote it has no account here yet
        plant_post(
            db, post_id, author, category_id=topics[facts["category"]], body=_one_language(db, facts["body"]),
            reach=facts.get("reach", "property"), at=at,
        )  # fmt: skip
    else:
        where = places_by_number(db, facts.get("where", ()))
        audience = Audience(frozenset(where.values()), frozenset(facts.get("who", ())))
        until = at + timedelta(days=facts["for_days"]) if "for_days" in facts else None
        notice = Notice(
            topics[facts["category"]], facts["title"], facts["body"], audience, at, until, facts.get("pinned", False),
            facts.get("comments", True) is not False,
        )  # fmt: skip
        publish_notice(db, notice, by=by, post_id=post_id, extra=extra_in(facts))
        plant_answers(db, post_id, facts)
    _plant_answers(db, post_id, facts, at)


def _plant_answers(db: CompanySession, post_id: UUID, facts: dict[str, Any], at: datetime) -> None:
    for step, said in enumerate(facts.get("answers", ()), start=1):
        author = neighbour(db, said["by"]) if "by" in said else Neighbour(None, None, None, "")
        if author is not None:
            when = at + (datetime.now(UTC) - at) * step / (len(facts["answers"]) + 1)
            db.add(
                Comment(id=new_id(), post_id=post_id, author_id=author.account_id, by_staff="by" not in said,
                        body=_said(db, said["body"]), created_at=when)
            )  # fmt: skip
    for kind, numbers in facts.get("reactions", {}).items():
        for number in numbers:
            if (author := neighbour(db, number)) and author.account_id:
                db.add(Reaction(id=new_id(), post_id=post_id, account_id=author.account_id, kind=kind))
    db.flush()


def _one_language(db: CompanySession, body: dict[str, str]) -> dict[str, str]:
    """A resident writes one language: the company's first one, of a text that is there in several."""
    first = company_of(db).languages[0]
    return {first: body[first]} if first in body else body


def _said(db: CompanySession, body: str | dict[str, str]) -> str:
    return body if isinstance(body, str) else next(iter(_one_language(db, body).values()))


def _id_of(db: CompanySession, key: str) -> UUID:
    """A post that was exported keeps its id; one that was written by hand gets the same at each planting."""
    try:
        return UUID(key)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"{db.company_id}/pinboard/{key}")


def _moment(facts: dict[str, Any]) -> datetime:
    if "from" in facts:
        day = facts["from"]
        return day if isinstance(day, datetime) else datetime.combine(day, time(8), UTC)
    return datetime.now(UTC) - timedelta(hours=facts.get("hours_ago", 24 * facts.get("days_ago", 0)))


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _category(topic: Any) -> list[str]:
    names = ", ".join(f"{code} = {_quoted(name)}" for code, name in topic.name.items())
    only = ["staff_only = true"] if topic.staff_only else []
    return [f"[{topic.key}]", f"name = {{ {names} }}", f"icon = {_quoted(topic.icon)}", *only, ""]


def _notice(post: Post, keys: dict[UUID, str], places: dict[UUID, str], extras: list[tuple[str, Any]]) -> list[str]:
    facts: list[tuple[str, Any]] = [("category", keys[post.category_id]), ("from", post.show_from)]
    if post.show_until:
        facts.append(("for_days", max(1, (post.show_until - post.show_from).days)))
    facts += [("where", sorted(places[one] for one in post.audience.where if one in places))]
    facts += [("who", sorted(post.audience.who)), ("pinned", post.pinned), ("comments", post.comments_open)]
    facts += extras
    lines = [f"{name} = {_value(value)}" for name, value in facts]
    for part in ("title", "body"):
        texts = ", ".join(f"{code} = {_quoted(text)}" for code, text in getattr(post, part).items())
        lines.append(f"{part} = {{ {texts} }}")
    return [f"[{_quoted(str(post.id))}]", *lines, ""]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_value(one)}" for name, one in value.items()) + " }"
    return str(value) if isinstance(value, int) else _quoted(value)


def _quoted(text: str) -> str:
    """A TOML string on one line; JSON's escapes are among those of TOML, save for what lies beyond the first plane."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
