"""Keyset paging: pages stay right while rows come and go, and the hundredth is as quick as the first."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import request
from marshmallow import Schema, fields, validate

from quartier.api.problems import Problem
from quartier.i18n.texts import gettext as _

DEFAULT, MOST = 50, 200


class PageArguments(Schema):
    """`limit` items, after the one that the cursor of the last page names. Subclass it to add filters."""

    limit = fields.Integer(
        load_default=DEFAULT,
        validate=validate.Range(min=1, max=MOST),
        metadata={"description": "How many items a page has at most."},
    )
    after = fields.String(
        load_default=None, metadata={"description": "`next` of the page before; without it you get the first page."}
    )


@cache
def page_of(item: type[Schema]) -> type[Schema]:
    """The schema of a page: `items`, and the cursor of the `next` one, null on the last."""
    name = f"{item.__name__.removesuffix('Schema')}Page"
    cursor = fields.String(
        required=True, allow_none=True, metadata={"description": "Cursor of the next page; null on the last one."}
    )
    page = Schema.from_dict({"items": fields.List(fields.Nested(item), required=True), "next": cursor}, name=name)
    page.__module__ = item.__module__
    return page


def read_cursor(text: str | None, *kinds: Callable[[Any], Any]) -> list[Any] | None:
    """The key values in a cursor of ours, None for the first page; anything else is the caller's mistake.

    `kinds` make of each JSON value what the query compares with: `read_cursor(text, datetime.fromisoformat, UUID)`.
    """
    if text is None:
        return None
    try:
        found = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return [_typed(kind, value) for kind, value in zip(kinds, found, strict=True)]
    except (ValueError, TypeError, AttributeError) as error:
        sentence = _("This is not a cursor of this list.")
        raise Problem(422, errors={"after": [sentence]}, location="query") from error


def make_page(
    rows: Sequence[Any], limit: int, key: Callable[[Any], Sequence[Any]], show: Callable[[Any], Any] = lambda row: row
) -> dict[str, Any]:
    """A page from `limit + 1` rows asked for: the extra one only tells that there are more.

    `key` are the values that the list is ordered by, the last of them unique; `show` makes of a row what the item's
    schema takes.
    """
    more = len(rows) > limit
    shown = rows[:limit]
    return {"items": [show(row) for row in shown], "next": _cursor(key(shown[-1])) if more else None}


def next_link(page: dict[str, Any]) -> dict[str, str]:
    """A Link header (RFC 8288) to the next page, with the same filters; empty on the last."""
    if page["next"] is None:
        return {}
    query = urlencode({**request.args.to_dict(flat=False), "after": page["next"]}, doseq=True)
    return {"Link": f'<{request.path}?{query}>; rel="next"'}


def _typed(kind: Callable[[Any], Any], value: Any) -> Any:
    """Cursors come from outside: what does not read as it was written is refused before it reaches the database."""
    if value is None or (isinstance(value, str) and "\0" in value):
        raise ValueError("no key value")
    typed = kind(value)
    if orjson.dumps(typed) != orjson.dumps(value):
        raise ValueError("another key value than the one written")
    return typed


def _cursor(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(values), default=str)).decode().rstrip("=")
