"""Blueprints of the JSON API: every operation says which scope it needs, or it does not exist."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import Response, g, make_response, request
from flask_smorest import Blueprint
from werkzeug.exceptions import Forbidden

from quartier.api import limits, repeats
from quartier.api.operations import Facts, describe
from quartier.api.parsing import Parser
from quartier.api.problems import REALM, Problem
from quartier.i18n.texts import gettext as _
from quartier.web.gate import ME_READ, ME_WRITE, OWN, WORDS, ReadOnly, require
from quartier.web.read_only import read_only_words

SAFE = frozenset({"GET", "HEAD"})
MEGABYTE = 2**20

View = Callable[..., Any]


class ApiBlueprint(Blueprint):
    """Operations of one module, each with the scope that it needs.

    Decorate outermost with `operation`, inside it with smorest's own decorators:

        @api.operation("GET", "/articles", needs="faq.read")
        @api.arguments(PageArguments, location="query")
        @api.response(200, page_of(ArticleSchema))
        def articles(visit, query): …

    The view gets the visit first, then the loaded arguments, then the path's values by name. Its docstring is the
    document's summary and, after an empty line, description.
    """

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, import_name: str, *, module: str | None = None, description: str = "") -> None:
        super().__init__(f"api_{name}", import_name, description=description)
        self.module = module
        self._prepare_doc_cbks.append(describe)

    def operation(
        self, method: str, rule: str, *, needs: str, versioned: bool = False, largest: int = MEGABYTE
    ) -> Callable[[View], View]:
        """Register one method of one path.

        `needs` is a permission that the token must have as a scope, or PUBLIC or SIGNED_IN. Under `/me/` it is OWN,
        which stands for the scope to read, or to change, what is its issuer's own. `largest` is how many bytes the body
        may have. `versioned` says that the thing has a version: a GET answers with the header ETag, a
        write calls `require_match`. A write is committed once, when its answer is below 400.
        """

        scope = _scope(method, rule, needs)

        def register(view: View) -> View:
            endpoint: Any = self._guarded(view, scope, largest)
            name = f"{self.name}_{view.__name__}".removeprefix("api_")
            facts = Facts(name, method, rule, scope, self.module, versioned)
            endpoint._apidoc = {**getattr(view, "_apidoc", {}), "facts": facts}
            endpoint.needs, endpoint.area, endpoint.module = scope, "api", self.module
            self.add_url_rule(rule, view.__name__, endpoint, methods=[method])
            return view

        return register

    def _guarded(self, view: View, needs: str, largest: int) -> View:
        @functools.wraps(view)
        def endpoint(**values: Any) -> Response:
            visit = g.visit
            request.max_content_length = largest
            self._count(visit)
            self._require(visit, needs)
            response = self._answer(visit, view, values)
            if request.method in SAFE:
                return response.make_conditional(request)  # type: ignore[return-value]
            if response.status_code < 400:
                visit.db.commit()
            return response

        return endpoint

    def _count(self, visit: Any) -> None:
        if token := visit.viewer.session_id:
            limits.count(visit.db, token)

    def _require(self, visit: Any, needs: str) -> None:
        try:
            require(visit, needs, module=self.module, area="api", writes=request.method not in SAFE)
        except ReadOnly as error:
            raise Problem(423, read_only_words(visit, error.module)) from error
        except Forbidden as error:
            challenge = f'{REALM}, error="insufficient_scope", scope="{needs}"'
            detail = "" if needs in WORDS else _("This needs the scope %(scope)s.", scope=needs)
            raise Problem(403, detail, headers={"WWW-Authenticate": challenge}) from error

    def _answer(self, visit: Any, view: View, values: dict[str, Any]) -> Response:
        token = visit.viewer.session_id
        if token and request.method == "POST" and repeats.HEADER in request.headers:
            return repeats.once(visit.db, token, lambda: view(visit, **values))
        return make_response(view(visit, **values))


def _scope(method: str, rule: str, needs: str) -> str:
    """What a token must have. Whose own things are asked for decides it, so that no module forgets to ask."""
    is_own = rule.startswith("/me/")
    if is_own != (needs == OWN):
        raise ValueError(f"{method} {rule}: what is under /me/ needs OWN, and nothing else does")
    if not is_own:
        return needs
    return ME_READ if method in SAFE else ME_WRITE
