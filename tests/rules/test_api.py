"""Rules for every operation of the API, of core and modules: described, scoped, failing in one way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from quartier.accounts.permissions import all_scopes
from quartier.api.blueprint import ApiBlueprint
from quartier.api.documents import PREFIX
from quartier.api.pruning import METHODS
from quartier.app import Platform
from quartier.testing import SomeCompany
from quartier.web.gate import ME_READ, ME_WRITE, OWN_SCOPES, PUBLIC, SIGNED_IN
from tests.rules.routes import NOWHERE, ask, master_token, portal_routes

PROBLEM = "application/problem+json"
TYPES = {"string", "integer", "number", "boolean", "array", "object", "null"}
RELATION = re.compile(r"#/components/(\w+)/([\w.-]+)")


class Operation(NamedTuple):
    """One operation of the document, with its path's parameters."""

    name: str
    method: str
    path: str
    facts: dict[str, Any]
    parameters: list[dict[str, Any]]


@pytest.fixture(scope="module")
def document(platform: Platform) -> dict[str, Any]:
    """The document of a company that has everything."""
    found: dict[str, Any] = platform.portal.extensions["quartier_api"].document(
        frozenset(platform.shell.plugins.serving)
    )
    return found


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method in METHODS & item.keys():
            facts = item[method]
            parameters = [resolved(document, one) for one in shared + facts.get("parameters", [])]
            yield Operation(f"{method.upper()} {path}", method, path, facts, parameters)


def resolved(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for; anything else is itself."""
    if "$ref" not in part:
        return part
    match = RELATION.fullmatch(part["$ref"])
    assert match, part
    found: dict[str, Any] = document["components"][match[1]][match[2]]
    return found


def parts(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document."""
    if isinstance(tree, dict):
        yield tree
        for below in tree.values():
            yield from parts(below)
    elif isinstance(tree, list):
        for below in tree:
            yield from parts(below)


def test_every_route_of_the_api_is_described_and_nothing_else(platform: Platform, document: dict[str, Any]) -> None:
    served = {
        (route.method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.rule.rule))
        for route in portal_routes(platform)
        if route.area == "api"
    }
    assert {(one.method.upper(), one.path) for one in operations(document)} == served


def test_every_operation_says_what_it_does_and_which_scope_it_needs(
    platform: Platform, document: dict[str, Any]
) -> None:
    scopes = all_scopes(platform.shell.plugins).keys() | {PUBLIC, SIGNED_IN}
    silent = [one.name for one in operations(document) if not one.facts.get("summary", "").strip(" .")]
    strange = [one.name for one in operations(document) if one.facts["x-scope"] not in scopes]
    unsaid = [
        one.name
        for one in operations(document)
        if one.facts["security"] != ([] if one.facts["x-scope"] == PUBLIC else [{"token": scope_of(one)}])
    ]
    assert (silent, strange, unsaid) == ([], [], [])


def scope_of(one: Operation) -> list[str]:
    return [] if one.facts["x-scope"] == SIGNED_IN else [one.facts["x-scope"]]


def test_what_belongs_to_a_person_takes_a_scope_of_its_own_in_core_and_modules(document: dict[str, Any]) -> None:
    """Under /me/ and nowhere else; `/me` itself says of a token what it is, to any."""
    own = {one.name: one.facts["x-scope"] for one in operations(document) if "/me/" in one.path}
    assert own == {name: ME_READ if name.startswith("GET ") else ME_WRITE for name in own}
    assert {one.name for one in operations(document) if one.facts["x-scope"] in OWN_SCOPES} == own.keys()
    with pytest.raises(ValueError, match="needs OWN"):
        ApiBlueprint("some", __name__).operation("GET", "/me/things", needs=SIGNED_IN)


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [one.facts["operationId"] for one in operations(document)]
    assert len(names) == len(set(names))


def test_every_operation_describes_its_success(document: dict[str, Any]) -> None:
    """With a schema, unless there is nothing to describe: 204, or something that is no JSON."""
    bare = set()
    for one in operations(document):
        good = {status: answer for status, answer in one.facts["responses"].items() if status.startswith("2")}
        described = [resolved(document, answer) for status, answer in good.items() if status != "204"]
        if not good or any("content" not in answer for answer in described):
            bare.add(one.name)
    assert bare == set()


def test_every_failure_is_a_problem_document(document: dict[str, Any]) -> None:
    others = set()
    for one in operations(document):
        for status, answer in one.facts["responses"].items():
            content = resolved(document, answer).get("content", {})
            schema = content.get(PROBLEM, {}).get("schema", {}).get("$ref")
            if status[0] not in "123" and (content.keys() != {PROBLEM} or not schema.endswith("/Problem")):
                others.add((one.name, status))
    assert others == set()


def test_every_operation_tells_how_the_door_may_stay_shut(document: dict[str, Any]) -> None:
    missing = set()
    for one in operations(document):
        wanted = {"default"}
        wanted |= {"401", "429"} if one.facts["x-scope"] != PUBLIC else set()
        wanted |= {"403"} if one.facts["x-scope"] not in {PUBLIC, SIGNED_IN} else set()
        wanted |= {"404"} if "{" in one.path else set()
        wanted |= {"400", "413", "415", "422"} if "requestBody" in one.facts else set()
        wanted |= {"422"} if any(parameter["in"] == "query" for parameter in one.parameters) else set()
        if wanted - one.facts["responses"].keys():
            missing.add(one.name)
    assert missing == set()


def test_schemas_carry_no_example(document: dict[str, Any]) -> None:
    """An example ages apart from its schema; the browser of the API makes one from the types."""
    assert [part for part in parts(document) if {"example", "examples"} & part.keys()] == []


def test_the_document_holds_together(document: dict[str, Any]) -> None:
    """What a validator of OpenAPI 3.1 would say of it: references lead somewhere, paths and types are right."""
    for part in parts(document):
        if "$ref" in part:
            assert resolved(document, part)
        if isinstance(part.get("type"), str | list) and "in" not in part and "scheme" not in part:
            assert {part["type"]} <= TYPES if isinstance(part["type"], str) else set(part["type"]) <= TYPES
    for one in operations(document):
        in_path = {parameter["name"] for parameter in one.parameters if parameter["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", one.path)), one.name
        places = [(parameter["in"], parameter["name"]) for parameter in one.parameters]
        assert len(places) == len(set(places)), one.name
        answers = [resolved(document, answer) for answer in one.facts["responses"].values()]
        assert all(answer.get("description") for answer in answers), one.name
        assert one.facts["tags"][0] in {tag["name"] for tag in document["tags"]}, one.name


def test_what_is_described_is_used(document: dict[str, Any]) -> None:
    used = {part["$ref"] for part in parts(document) if "$ref" in part}
    kept = {
        f"#/components/{kind}/{name}"
        for kind, described in document["components"].items()
        for name in described
        if kind != "securitySchemes"
    }
    assert kept == used


def test_modules_that_are_off_are_not_in_the_document(
    platform: Platform, make_company: Callable[..., SomeCompany], document: dict[str, Any]
) -> None:
    company = make_company("Ohne")
    served = company.visitor().get("/api/v1/openapi.json").json
    assert served is not None
    words = {word for path in served["paths"] for word in path.removeprefix(f"{PREFIX}/").split("/")[:1]}
    assert words & platform.shell.plugins.installed.keys() == set()
    assert {tag["name"] for tag in served["tags"]} & platform.shell.plugins.installed.keys() == set()
    assert served["info"]["title"] == "Ohne AG: API"
    schemas = {name for part in parts(served["paths"]) for name in RELATION.findall(part.get("$ref", ""))}
    assert {name for kind, name in schemas if kind == "schemas"} <= served["components"]["schemas"].keys()


def test_every_operation_answers_json_or_a_problem_and_never_breaks(brunnenhof: SomeCompany) -> None:
    """Asked with a token that may do everything, for things that are not there."""
    token, browser, broken = master_token(brunnenhof), brunnenhof.visitor(), set()
    for route in portal_routes(brunnenhof.platform):
        if route.area == "api":
            url = route.url(NOWHERE)
            answer = ask(brunnenhof, route, url, browser=browser, token=token)
            if answer.status_code >= 500 or (answer.status_code >= 400 and answer.content_type != PROBLEM):
                broken.add((str(route), answer.status_code, answer.content_type))
            if "X-Content-Type-Options" not in answer.headers or "RateLimit" not in answer.headers:
                broken.add((str(route), "headers", ""))
    assert broken == set()
