"""Pages about the API, for the people who write programs against it. Public, as the document itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Blueprint, abort, g

from quartier.api.documents import PortalApi
from quartier.api.explanations import CAUSES, REMEDIES
from quartier.api.problems import PLACE, TITLES
from quartier.api.pruning import METHODS
from quartier.web.render import render


class Operation(NamedTuple):
    """A line of the overview that a reader without JavaScript gets."""

    method: str
    path: str
    summary: str
    scope: str


def pages(api: PortalApi) -> Blueprint:
    """The API's browser at /api/docs, and a page for each kind of problem."""
    blueprint = Blueprint("api_pages", __name__)
    blueprint.add_url_rule("/api/docs", "docs", lambda: _docs(api))
    blueprint.add_url_rule(f"{PLACE}/<int:status>", "problem", _problem)
    return blueprint


def _docs(api: PortalApi) -> str:
    return render("api/docs.html", operations=list(_operations(api.document(g.company.modules))))


def _operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield Operation(method.upper(), path, operation["summary"], operation["x-scope"])


def _problem(status: int) -> str:
    if status not in TITLES:
        abort(404)
    return render(
        "api/problem.html", status=status, title=TITLES[status], cause=CAUSES[status], remedy=REMEDIES[status]
    )
