"""The OpenAPI document: what is in it for whom, and what things are called there."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import Schema

from quartier.api.documents import schema_name
from quartier.api.paging import page_of
from quartier.api.pruning import for_modules
from quartier.testing import SomeCompany


def schema_in(module: str, name: str) -> type[Schema]:
    return type(name, (Schema,), {"__module__": module})


@pytest.mark.parametrize(
    ("module", "name", "called"),
    [
        ("quartier.estate.schemas", "UnitSchema", "Unit"),
        ("plugins.chat.schemas", "NoteSchema", "ChatNote"),
        ("quartier_parcels.schemas", "NoteSchema", "ParcelsNote"),
    ],
)
def test_a_modules_schemas_begin_with_its_name(module: str, name: str, called: str) -> None:
    assert schema_name(schema_in(module, name)) == called
    assert schema_name(page_of(schema_in(module, name))()) == f"{called}Page"


def test_a_page_of_a_schema_is_one_schema() -> None:
    item = schema_in("plugins.chat.schemas", "NoteSchema")
    assert page_of(item) is page_of(item)


def reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def test_what_is_off_takes_with_it_all_that_only_it_needs() -> None:
    document: dict[str, Any] = {
        "paths": {
            "/units": {"get": {"tags": ["api_estate"], "schema": reference("Unit")}},
            "/notes": {
                "get": {"tags": ["api_chat"], "schema": reference("Note")},
                "post": {"tags": ["api_estate"], "schema": reference("Unit")},
            },
            "/rooms/{id}": {"parameters": [{"name": "id"}], "get": {"tags": ["api_chat"]}},
        },
        "tags": [{"name": "api_estate"}, {"name": "api_chat"}],
        "components": {"schemas": {"Unit": reference("Size"), "Note": reference("Author"), "Author": {}, "Size": {}}},
    }
    left = for_modules(document, {"api_estate": None, "api_chat": "chat"}, frozenset())
    assert left == {
        "paths": {
            "/units": {"get": {"tags": ["estate"], "schema": reference("Unit")}},
            "/notes": {"post": {"tags": ["estate"], "schema": reference("Unit")}},
        },
        "tags": [{"name": "estate"}],
        "components": {"schemas": {"Unit": reference("Size"), "Size": {}}, "securitySchemes": {}},
    }
    everything = for_modules(document, {"api_estate": None, "api_chat": "chat"}, frozenset({"chat"}))
    assert everything["paths"].keys() == document["paths"].keys()
    assert document["tags"] == [{"name": "api_estate"}, {"name": "api_chat"}]


def test_the_document_bears_the_companys_name_and_is_fetched_once(
    brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    first = brunnenhof.visitor().get("/api/v1/openapi.json")
    assert first.json is not None
    assert (first.json["info"]["title"], first.json["servers"]) == ("Brunnenhof AG: API", [{"url": "/"}])
    known = {"If-None-Match": first.headers["ETag"]}
    assert brunnenhof.visitor().get("/api/v1/openapi.json", headers=known).status_code == 304
    assert nordlicht.visitor().get("/api/v1/openapi.json", headers=known).status_code == 200
