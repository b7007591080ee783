"""Keyset paging: pages stay right while rows come and go, and the hundredth is as quick as the first."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import request
from marshmallow import Schema, fields, validate

from quartier.api.problems import Problem
from quartier.i18n.texts import gettext as _

DEFAULT, MOST = 50, 200


class PageArguments(Schema):
    """`limit` items, after the one that the cursor of the last page names."""

    limit = fields.Integer(load_default=DEFAULT, validate=validate.Range(min=1, max=MOST))
    after = fields.String(load_default=None)


def page_of(item: type[Schema]) -> type[Schema]:
    """The schema of a page: `items`, and the cursor of the `next` one, null on the last."""
    name = f"{item.__name__.removesuffix('Schema')}Page"
    return Schema.from_dict({"items": fields.List(fields.Nested(item)), "next": fields.String(allow_none=True)}, name=name)


def read_cursor(text: str | None, length: int) -> list[Any] | None:
    """The key values in a cursor of ours, None for the first page; anything else is the caller's mistake."""
    if text is None:
        return None
    try:
        values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        values = None
    if not isinstance(values, list) or len(values) != length:
        raise Problem(422, errors={"after": [_("This is not a cursor of this list.")]})
    return values


def make_page(
    rows: Sequence[Any], limit: int, key: Callable[[Any], Sequence[Any]], show: Callable[[Any], Any]
) -> dict[str, Any]:
    """A page from `limit + 1` rows asked for: the extra one only tells that there are more."""
    more = len(rows) > limit
    shown = rows[:limit]
    return {"items": [show(row) for row in shown], "next": _cursor(key(shown[-1])) if more else None}


def next_link(page: dict[str, Any]) -> dict[str, str]:
    """A Link header (RFC 8288) to the next page; empty on the last."""
    if page["next"] is None:
        return {}
    query = urlencode({**request.args.to_dict(), "after": page["next"]})
    return {"Link": f'<{request.path}?{query}>; rel="next"'}


def _cursor(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(values), default=str)).decode().rstrip("=")
