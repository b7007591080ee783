"""`categories.toml`: the topics of a company as a file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from marshmallow import ValidationError
from sqlalchemy import select

from plugins.faq.exchange.documents import Complaint, Unreadable
from plugins.faq.models import Category
from plugins.faq.schemas import CategorySchema
from plugins.faq.services import create_category
from quartier.sdk import CompanySession, LocalizedText, Viewer, complaints, gettext

_ = gettext

FILE = "categories.toml"


@dataclass(frozen=True)
class Topic:
    """A topic as the file has it."""

    key: str
    name: LocalizedText
    icon: str
    order: int


def read_topics(raw: bytes) -> list[Topic]:
    """Topics in the order of the file. Raises Unreadable."""
    try:
        given = tomllib.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unreadable(Complaint(FILE, None, _("This file cannot be read: %(error)s", error=error))) from error
    return [_topic(key, facts, place) for place, (key, facts) in enumerate(given.items(), start=1)]


def _topic(key: str, facts: object, place: int) -> Topic:
    given = dict(facts) if isinstance(facts, dict) else {}
    order = given.pop("order", place * 10)
    try:
        values = CategorySchema().load({"key": key, **given})
    except ValidationError as error:
        found = complaints(error, CategorySchema())
        raise Unreadable(
            *(Complaint(FILE, None, f"{key}.{name}: {reason}") for name, reasons in found.items() for reason in reasons)
        ) from error
    if not isinstance(order, int):
        raise Unreadable(Complaint(FILE, None, _("%(key)s.order: a whole number is expected.", key=key)))
    return Topic(values["key"], values["name"], values["icon"], order)


def plant_topics(db: CompanySession, topics: Iterable[Topic], *, by: Viewer) -> bool:
    """Make the topics true and say whether that changed anything; topics that the file does not name stay."""
    known = {category.key: category for category in db.scalars(select(Category))}
    changed = False
    for topic in topics:
        category = known.get(topic.key)
        if category is None:
            category = create_category(db, by=by, key=topic.key, name=topic.name, icon=topic.icon)
        category.name, category.icon, category.position = topic.name, topic.icon, topic.order
        changed |= db.is_modified(category) or topic.key not in known
    db.flush()
    return changed


def write_topics(categories: Sequence[Category]) -> bytes:
    """The file of these topics."""
    return "\n".join(map(_written, categories)).encode()


def _written(category: Category) -> str:
    name = ", ".join(f"{language} = {_quoted(text)}" for language, text in category.name.items())
    return f"[{category.key}]\nicon = {_quoted(category.icon)}\norder = {category.position}\nname = {{ {name} }}\n"


def _quoted(text: str) -> str:
    """A TOML string is written like one of JSON."""
    return json.dumps(text, ensure_ascii=False)
