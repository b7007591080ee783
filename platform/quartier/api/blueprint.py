"""Blueprints of the JSON API: every operation says which scope it needs, or it does not exist."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import g, make_response, request
from flask_smorest import Blueprint

from quartier.api import limits, repeats
from quartier.web.gate import PUBLIC, require

SAFE = frozenset({"GET", "HEAD"})

View = Callable[..., Any]


class ApiBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """Operations of one module. Decorate outermost with `operation`, inside it with smorest's own decorators:

        @api.operation("GET", "/articles", needs="faq.read")
        @api.arguments(PageArguments, location="query")
        @api.response(200, page_of(ArticleSchema))
        def articles(visit, query): …

    The view gets the visit first, then the loaded arguments, then the path's values by name. `needs` is a permission
    that the token must have as a scope, or PUBLIC. A write is committed once, when its answer is below 400.
    """

    def __init__(self, name: str, import_name: str, *, module: str | None = None, description: str = "") -> None:
        super().__init__(f"api_{name}", import_name, description=description)
        self.module = module

    def operation(self, method: str, rule: str, *, needs: str) -> Callable[[View], View]:
        """Register one method of one path."""

        def register(view: View) -> View:
            endpoint = self._guarded(view, method, needs)
            documented = self.doc(**_facts(needs))(endpoint)
            documented.needs, documented.area, documented.module = needs, "api", self.module
            self.add_url_rule(rule, view.__name__, documented, methods=[method])
            return view

        return register

    def _guarded(self, view: View, method: str, needs: str) -> View:
        @functools.wraps(view)
        def endpoint(**values: Any) -> Any:
            visit = g.visit
            require(visit, needs, module=self.module, area="api")
            if visit.viewer.signed_in:
                limits.count(visit.db, visit.viewer.session_id)
            response = make_response(self._answer(view, values))
            if request.method not in SAFE and response.status_code < 400:
                visit.db.commit()
            return response

        return endpoint

    @staticmethod
    def _answer(view: View, values: dict[str, Any]) -> Any:
        visit = g.visit
        if request.method == "POST" and repeats.HEADER in request.headers and visit.viewer.signed_in:
            return repeats.once(visit.db, visit.viewer.session_id, lambda: view(visit, **values))
        return view(visit, **values)


def _facts(needs: str) -> dict[str, Any]:
    """What the document says of every operation: who may call it."""
    security: list[dict[str, list[str]]] = [] if needs == PUBLIC else [{"token": [needs]}]
    return {"security": security, "x-scope": needs}
