"""A portal with a small module of its own, made for the tests of what all operations share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from flask import Response, request
from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy import select, tuple_
from werkzeug.test import TestResponse

from quartier.api import documents
from quartier.api.blueprint import ApiBlueprint
from quartier.api.conditions import etag, not_modified, require_match
from quartier.api.paging import PageArguments, make_page, next_link, page_of, read_cursor
from quartier.app import Platform, portal_app
from quartier.db.base import new_id
from quartier.estate.models import Property
from quartier.estate.schemas import PropertySchema
from quartier.i18n.localized import LocalizedTextField
from quartier.testing import Browser, SomeCompany
from quartier.web.gate import PUBLIC, SIGNED_IN
from quartier.web.visit import Visit

SCOPE = "team.admin"
SMALL = 2000


class HouseSchema(Schema):
    """A property, as the tests write it."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=80))
    floors = fields.Integer(validate=validate.Range(min=1))
    title = LocalizedTextField()
    rooms = fields.List(fields.Integer(), load_default=list)


blueprint = ApiBlueprint("tests", __name__, description="For tests.")


@blueprint.operation("GET", "/houses", needs=SIGNED_IN)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(PropertySchema))
def houses(visit: Visit, query: dict[str, Any]) -> Any:
    """Properties by name."""
    statement = select(Property).order_by(Property.name, Property.id).limit(query["limit"] + 1)
    if after := read_cursor(query["after"], str, UUID):
        statement = statement.where(tuple_(Property.name, Property.id) > tuple_(*after))
    rows = visit.db.scalars(statement).all()
    page = make_page(rows, query["limit"], key=lambda row: (row.name, row.id))
    return page, next_link(page)


@blueprint.operation("POST", "/houses", needs=SCOPE)
@blueprint.arguments(HouseSchema)
@blueprint.response(201, PropertySchema)
def build(visit: Visit, house: dict[str, Any]) -> Any:
    """Build a house."""
    built = Property(id=new_id(), name=house["name"], timezone="Europe/Zurich", external_id=house["name"])
    visit.db.add(built)
    visit.db.flush()
    return built, {"Location": f"/api/v1/tests/houses/{built.id}"}


@blueprint.operation("POST", "/broken-houses", needs=SCOPE)
@blueprint.arguments(HouseSchema)
@blueprint.response(201)
def build_badly(visit: Visit, house: dict[str, Any]) -> Any:
    """Write, and then fail."""
    build_and_flush(visit, house["name"])
    raise RuntimeError("the roof has come down on the secret of Brunnenhof")


@blueprint.operation("POST", "/refused-houses", needs=SCOPE)
@blueprint.arguments(HouseSchema)
@blueprint.response(201)
def build_nothing(visit: Visit, house: dict[str, Any]) -> Any:
    """Write, and then refuse."""
    build_and_flush(visit, house["name"])
    return Response(status=409)


@blueprint.operation("POST", "/strict-houses", needs=SCOPE)
@blueprint.response(201)
def build_strictly(visit: Visit) -> Any:
    """A service that validates by itself."""
    raise ValidationError({"address": {"street": ["Missing data for required field."]}})


@blueprint.operation("POST", "/large-answers", needs=SCOPE)
@blueprint.response(200)
def answer_at_length(visit: Visit) -> Response:
    """An answer that nobody wants to keep."""
    build_and_flush(visit, "Largest of all")
    return Response("x" * (2**20 + 1))


@blueprint.operation("POST", "/files", needs=SCOPE)
@blueprint.response(201)
def keep_file(visit: Visit) -> Response:
    """Something that comes as a form with a file."""
    build_and_flush(visit, request.files["file"].read().decode())
    return Response(status=201)


@blueprint.operation("POST", "/small", needs=SCOPE, largest=SMALL)
@blueprint.arguments(HouseSchema)
@blueprint.response(200)
def small(visit: Visit, house: dict[str, Any]) -> Response:
    """Takes little."""
    return Response(status=204)


@blueprint.operation("GET", "/doors/<int:version>", needs=PUBLIC, versioned=True)
@blueprint.response(200)
def door(visit: Visit, version: int) -> Response:
    """A thing in the version that the path says."""
    return Response("open", headers={"ETag": etag(version), "X-Known": str(not_modified(version))})


@blueprint.operation("PUT", "/doors/<int:version>", needs=SCOPE, versioned=True)
@blueprint.response(200)
def close(visit: Visit, version: int) -> Response:
    """Change the thing."""
    require_match(version)
    return Response("closed", headers={"ETag": etag(version + 1)})


def build_and_flush(visit: Visit, name: str) -> None:
    visit.db.add(Property(id=new_id(), name=name, timezone="Europe/Zurich"))
    visit.db.flush()


@dataclass
class Machine:
    """A program with a token."""

    company: SomeCompany
    platform: Platform
    token: str

    @property
    def browser(self) -> Browser:
        """A client that has never been here before, as programs are."""
        return Browser(self.platform, self.company.host)

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send a request below /api/v1."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return self.browser.open(method, f"/api/v1{path}", headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET."""
        return self.ask("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        """POST JSON."""
        body = {} if json is None else {"json": json}
        return self.ask("POST", path, **body, **options)

    def houses(self) -> list[str]:
        """The names of the company's properties but the first, which every company of the tests has."""
        with self.company.db() as db:
            names = db.scalars(select(Property.name).order_by(Property.name)).all()
        return [name for name in names if name != "Brunnenhofstrasse"]


@pytest.fixture(scope="session")
def extended(platform: Platform) -> Platform:
    """The platform, its portal with the operations above."""
    shell = replace(platform.shell, entries={})
    portal = portal_app(shell)
    documents.mount(portal.extensions["quartier_api"], blueprint, path="/tests")
    return replace(platform, portal=portal)


@pytest.fixture
def machine(extended: Platform, brunnenhof: SomeCompany) -> Machine:
    """A program that may do everything that the tests ask for."""
    return Machine(brunnenhof, extended, brunnenhof.token(SCOPE, "estate.read"))
