"""Blueprints of pages: every route says who may use it, or it does not exist."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, request
from werkzeug.wrappers import Response

from quartier.web.gate import SAFE, require
from quartier.web.navigation import Entry

View = Callable[..., Any]


class Pages(Blueprint):
    """Pages of one area ("app", "cockpit" or "console") and, for plugins, of one module.

    A view gets the visit as its first argument. After a write that did not fail, the edge commits once; a view that
    raises, or answers with an error status, changes nothing.
    """

    def __init__(
        self, name: str, import_name: str, *, area: str, module: str | None = None, entries: tuple[Entry, ...] = ()
    ) -> None:
        super().__init__(name, import_name)
        self.area, self.module, self.entries = area, module, entries

    def page(
        self, rule: str, *, needs: str, methods: tuple[str, ...] = ("GET",), largest: int | None = None
    ) -> Callable[[View], View]:
        """A page, or a form that shows and takes (`methods=("GET", "POST")`).

        `largest` is how many bytes a request may have, where that is not what holds for all pages.
        """

        def register(view: View) -> View:
            endpoint: Any = self._guarded(view, needs)
            endpoint.largest = largest
            self.add_url_rule(rule, endpoint=view.__name__, view_func=endpoint, methods=list(methods))
            return view

        return register

    def action(self, rule: str, *, needs: str, largest: int | None = None) -> Callable[[View], View]:
        """Something that is done: POST only."""
        return self.page(rule, needs=needs, methods=("POST",), largest=largest)

    def from_outside(self, rule: str, *, needs: str) -> Callable[[View], View]:
        """An action that other people's servers ask for: its address alone is the key, and no session is."""

        def register(view: View) -> View:
            endpoint = self._guarded(view, needs)
            endpoint.from_outside = True  # type: ignore[attr-defined]
            self.add_url_rule(rule, endpoint=view.__name__, view_func=endpoint, methods=["POST"])
            return view

        return register

    def _guarded(self, view: View, needs: str) -> View:
        @functools.wraps(view)
        def endpoint(**arguments: Any) -> Any:
            visit = g.visit
            require(visit, needs, module=self.module, area=self.area, writes=request.method not in SAFE)
            answer = view(visit, **arguments)
            if request.method not in SAFE and _status(answer) < 400:
                visit.db.commit()
            return answer

        endpoint.needs, endpoint.area, endpoint.module = needs, self.area, self.module  # type: ignore[attr-defined]
        return endpoint


def _status(answer: Any) -> int:
    if isinstance(answer, Response):
        return answer.status_code
    if isinstance(answer, tuple) and len(answer) > 1 and isinstance(answer[1], int):
        return answer[1]
    return 200
