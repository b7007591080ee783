"""The API of one app: where it is mounted, its OpenAPI document, and what happens to its errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import orjson
import psycopg
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Blueprint as FlaskBlueprint
from flask import Flask, Response, g, request
from flask_smorest import Api
from marshmallow import Schema, ValidationError
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException, NotFound

from quartier.api import limits, operations, problems
from quartier.api.blueprint import ApiBlueprint
from quartier.api.guide import INTRODUCTION
from quartier.api.pruning import for_modules
from quartier.i18n.localized import LocalizedTextField
from quartier.i18n.voice import LANGUAGES
from quartier.web import errors
from quartier.web.shell import shell

ROOT = "/api/"
PREFIX = "/api/v1"
VERSION = "1.0"


class PortalApi(Api):
    """smorest's Api, but pages keep their own errors: JSON is for what lies below /api/ only."""

    ERROR_SCHEMA = problems.ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = operations.PROBLEM

    def __init__(self, app: Flask) -> None:
        super().__init__(app, spec_kwargs={"marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=schema_name)})
        self._known: dict[frozenset[str], dict[str, Any]] = {}

    def _register_error_handlers(self) -> None:
        """Nothing: `error_handlers` decides by path."""

    @property
    def modules(self) -> dict[str, str | None]:
        """Tag of each blueprint → module it belongs to."""
        return {blueprint.name: blueprint.module for blueprint in self._app.blueprints.values() if _is_ours(blueprint)}

    def document(self, on: frozenset[str]) -> dict[str, Any]:
        """The OpenAPI document of the core and the modules in `on`; built once, not to be changed."""
        if on not in self._known:
            self._known[on] = for_modules(self.spec.to_dict(), self.modules, on)
        return self._known[on]


def install(app: Flask) -> PortalApi:
    """Prepare an app for API blueprints, its document and its errors."""
    app.config.update(API_TITLE="Quartier", API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    api = PortalApi(app)
    operations.register_shared(api.spec.components)
    api.register_field(LocalizedTextField, "object", None)
    api.ma_plugin.converter.add_attribute_function(_by_language)
    documents = FlaskBlueprint("api_documents", __name__)
    documents.add_url_rule(f"{PREFIX}/openapi.json", "openapi", lambda: _openapi(api))
    app.register_blueprint(documents)
    app.before_request(_hide_what_is_off)
    app.after_request(limits.announce)
    app.extensions["quartier_api"] = api
    return api


def schema_name(schema: Any) -> str:
    """What the document calls a schema: a module's begin with its slug, so that no two modules ever share a name.

    One that was made by `Schema.from_dict` belongs to no file, so it must have a telling name of its own.
    """
    kind = cast("type[Schema]", resolve_schema_cls(schema))
    name = kind.__name__.removesuffix("Schema")
    top, _dot, rest = kind.__module__.partition(".")
    if top in {"quartier", Schema.from_dict({}).__module__}:
        return name
    return f"{(rest if top == 'plugins' else top.removeprefix('quartier_')).split('.')[0].title()}{name}"


def mount(api: PortalApi, blueprint: ApiBlueprint, *, path: str) -> None:
    """Register a blueprint below /api/v1."""
    api.register_blueprint(blueprint, url_prefix=f"{PREFIX}{path}")


def error_handlers(app: Flask) -> None:
    """Errors below /api/ are problem documents, all others are pages."""
    pairs: tuple[tuple[type[Exception], Callable[..., Response], Callable[..., Response]], ...] = (
        (HTTPException, problems.answer, errors.page),
        (ValidationError, problems.invalid, errors.crashed),
        (exc.OperationalError, problems.unavailable, errors.unavailable),
        (psycopg.OperationalError, problems.unavailable, errors.unavailable),
        (exc.DataError, problems.unstorable, errors.crashed),
        (psycopg.DataError, problems.unstorable, errors.crashed),
        (exc.IntegrityError, problems.contradicted, errors.crashed),
        (psycopg.IntegrityError, problems.contradicted, errors.crashed),
        (Exception, problems.crashed, errors.crashed),
    )
    for kind, problem, page in pairs:
        app.register_error_handler(kind, _by_path(problem, page))


def described(document: dict[str, Any], name: str) -> dict[str, Any]:
    """The document with its head: whose API this is, and how to use it."""
    info = {"title": f"{name}: API", "version": VERSION, "description": INTRODUCTION}
    more = {"description": "The same, to browse", "url": "/api/docs"}
    return {**document, "info": info, "externalDocs": more, "servers": [{"url": "/"}]}


def _openapi(api: PortalApi) -> Response:
    """The document of this company: modules that are off here are not in it."""
    document = described(api.document(g.company.modules & _with_api(api)), g.company.name)
    response = Response(orjson.dumps(document), content_type="application/json")
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


def _by_language(_converter: Any, field: Any, **_context: Any) -> dict[str, Any]:
    """How a text in several languages is described: one text under each language's name."""
    if not isinstance(field, LocalizedTextField):
        return {}
    return {"properties": {language: {"type": "string"} for language in LANGUAGES}, "additionalProperties": False}


def _with_api(api: PortalApi) -> frozenset[str]:
    return frozenset(module for module in api.modules.values() if module is not None)


def _hide_what_is_off() -> None:
    """A module that is off is gone for each method, also for those that are answered without asking a view."""
    slug = request.path.removeprefix(f"{PREFIX}/").partition("/")[0]
    if "visit" in g and slug in shell().plugins.installed and slug not in g.visit.modules:
        raise NotFound


def _by_path(problem: Callable[..., Response], page: Callable[..., Response]) -> Callable[..., Response]:
    def answer(error: Any) -> Response:
        return problem(error) if request.path.startswith(ROOT) else page(error)

    return answer


def _is_ours(blueprint: Any) -> bool:
    return isinstance(blueprint, ApiBlueprint)
