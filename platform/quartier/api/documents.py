"""The API of one app: where it is mounted, its OpenAPI document, and the page to browse it."""

from __future__ import annotations

import copy
from typing import Any

import orjson
from flask import Blueprint as FlaskBlueprint
from flask import Flask, Response, g, request
from flask_smorest import Api
from psycopg import OperationalError as DriverError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from quartier.api import limits, problems
from quartier.api.blueprint import ApiBlueprint
from quartier.web import errors

PREFIX = "/api/v1"
VERSION = "1.0"
IDEMPOTENCY = {"$ref": "#/components/parameters/IdempotencyKey"}
METHODS = frozenset({"get", "put", "post", "delete", "patch"})


class PortalApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """smorest's Api, but pages keep their own errors: JSON is for what lies below /api/ only."""

    def _register_error_handlers(self) -> None:
        """Nothing: `install` decides by path."""

    def modules(self) -> dict[str, str | None]:
        """Tag of each blueprint → module it belongs to."""
        return {blueprint.name: blueprint.module for blueprint in self._app.blueprints.values() if _is_ours(blueprint)}


def install(app: Flask) -> PortalApi:
    """Prepare an app for API blueprints, its document and its errors."""
    app.config.update(API_TITLE="Quartier", API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    api = PortalApi(app)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    api.spec.components.parameter(
        "IdempotencyKey",
        "header",
        {
            "name": "Idempotency-Key",
            "required": False,
            "schema": {"type": "string", "maxLength": 200},
            "description": "Sent twice, the request does its work once and gets the same answer again.",
        },
    )
    pages = FlaskBlueprint("api_documents", __name__)
    pages.add_url_rule(f"{PREFIX}/openapi.json", "openapi", lambda: _openapi(api))
    app.register_blueprint(pages)
    app.after_request(limits.announce)
    app.extensions["quartier_api"] = api
    return api


def mount(api: PortalApi, blueprint: ApiBlueprint, *, path: str) -> None:
    """Register a blueprint below /api/v1."""
    api.register_blueprint(blueprint, url_prefix=f"{PREFIX}{path}")


def error_handlers(app: Flask) -> None:
    """Errors below /api/ are problem documents, all others are pages."""
    app.register_error_handler(HTTPException, _by_path(problems.answer, errors.page))
    app.register_error_handler(OperationalError, _by_path(problems.unavailable, errors.unavailable))
    app.register_error_handler(DriverError, _by_path(problems.unavailable, errors.unavailable))
    app.register_error_handler(Exception, _by_path(problems.crashed, errors.crashed))


def _by_path(api: Any, page: Any) -> Any:
    return lambda error: (api if request.path.startswith("/api/") else page)(error)


def _openapi(api: PortalApi) -> Response:
    """The document of this company: modules that are off here are not in it."""
    document = for_modules(api.spec.to_dict(), api.modules(), g.company.modules)
    document["servers"] = [{"url": "/"}]
    return Response(orjson.dumps(document), content_type="application/json")


def for_modules(document: dict[str, Any], tags: dict[str, str | None], on: frozenset[str]) -> dict[str, Any]:
    """The document without operations of modules outside `on`, and with readable tag names."""
    left = copy.deepcopy(document)
    for path, item in list(left["paths"].items()):
        for method in METHODS & item.keys():
            module = tags.get(item[method]["tags"][0])
            if module is not None and module not in on:
                del item[method]
            else:
                item[method]["tags"] = [tag.removeprefix("api_") for tag in item[method]["tags"]]
        if "post" in item:
            item["post"].setdefault("parameters", []).append(dict(IDEMPOTENCY))
        if not METHODS & item.keys():
            del left["paths"][path]
    kept = {tag for item in left["paths"].values() for method in METHODS & item.keys() for tag in item[method]["tags"]}
    named = [{**tag, "name": tag["name"].removeprefix("api_")} for tag in left.get("tags", ())]
    left["tags"] = [tag for tag in named if tag["name"] in kept]
    return left


def _is_ours(blueprint: Any) -> bool:
    return isinstance(blueprint, ApiBlueprint)
