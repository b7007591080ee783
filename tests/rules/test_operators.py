"""What each role of operators may see and do at the console, route by route."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.api.pruning import METHODS
from quartier.app import Platform
from quartier.db.base import new_id
from quartier.programs.models import PlatformToken
from quartier.programs.services import issue, revoke
from quartier.testing import Browser, SomeCompany
from quartier.web.gate import OPERATOR, PUBLIC, SIGNED_IN
from tests.rules.routes import NOWHERE, Route, master_token, routes

ALL = ("admin", "sales", "support", "finance")
CLOSING = {"POST /companies/<uuid:company_id>/suspend", "POST /companies/<uuid:company_id>/resume"}
HELPING = {
    "POST /jobs/<int:job_id>/again",
    "POST /jobs/<int:job_id>/drop",
    "POST /companies/<uuid:company_id>/support/ask",
    "POST /companies/<uuid:company_id>/support/<uuid:access_id>/open",
    "POST /companies/<uuid:company_id>/support/<uuid:access_id>/end",
}
ADMINISTERING = {
    "POST /operators/<uuid:operator_id>/deactivate",
    "POST /operators/<uuid:operator_id>/reactivate",
    "POST /programs/new",
    "POST /programs/<uuid:token_id>/revoke",
}
RENAMING = {"POST /companies/<uuid:company_id>/domains"}
"""Its page is for all operators, and says itself that only sales renames."""


def guarded(platform: Platform) -> list[Route]:
    """Routes of the console that are for operators and not everybody's own account."""
    everything = [route for route in routes(platform.console) if route.area == "console"]
    return [route for route in everything if route.needs not in {PUBLIC, SIGNED_IN}]


def may(route: Route, role: str) -> bool:
    """What the declaration says: a role among those it names, and an admin always."""
    return role == "admin" or route.needs == OPERATOR or role in route.needs.removeprefix("role:").split(",")


@pytest.mark.parametrize("role", ALL)
def test_an_operator_passes_where_the_role_does_and_nowhere_else(
    platform: Platform, console: Callable[..., Browser], role: str
) -> None:
    browser, wrong = console(role), set()
    for route in guarded(platform):
        allowed = may(route, role)
        if (allowed and route.method != "GET") or str(route) in RENAMING:
            continue  # what is allowed would be done
        answer = browser.open(route.method, route.url(NOWHERE), **({} if route.method == "GET" else {"data": {}}))
        if (answer.status_code == 403) == allowed:
            wrong.add((str(route), answer.status_code))
    assert wrong == set()


def test_finance_changes_nothing_and_support_only_helps(platform: Platform) -> None:
    unsafe = [route for route in guarded(platform) if route.method != "GET"]
    done = {role: {str(route) for route in unsafe if may(route, role)} - RENAMING for role in ALL}
    assert done["finance"] == set()
    assert done["support"] == CLOSING | HELPING
    assert done["sales"] == {str(route) for route in unsafe} - RENAMING - HELPING - ADMINISTERING
    assert done["admin"] == {str(route) for route in unsafe} - RENAMING


def test_each_role_reads_what_it_works_with(platform: Platform) -> None:
    """Mails open accounts, so sales and finance read none; leads are sales' own; consent is support's."""
    pages = [route for route in guarded(platform) if route.method == "GET"]
    first = {role: {str(route).split("/")[1] for route in pages if may(route, role)} for role in ALL}
    common = {"", "catalogue", "companies", "plugins", "prospects", "quotes", "sandboxes", "styleguide"}
    assert {role: found - common for role, found in first.items() if role != "admin"} == {
        "sales": {"leads", "operators", "revenue"},
        "support": {"outbox", "jobs"},
        "finance": {"revenue"},
    }
    assert all(common <= found for found in first.values())


def key(platform: Platform, role: str) -> dict[str, str]:
    """What a program with this role sends along."""
    with Session(platform.shell.platform) as db:
        until = datetime.now(UTC).date()
        secret = issue(db, new_id(), name="CRM", role=role, until=until, zone=ZoneInfo("Europe/Zurich"), by="test")
        db.commit()
    return {"Authorization": f"Bearer {secret}"}


def operations(platform: Platform) -> list[Route]:
    """The console's operations for programs."""
    return [route for route in routes(platform.console) if route.area == "api"]


@pytest.mark.parametrize("role", ALL)
def test_a_program_passes_where_its_role_does_and_nowhere_else(
    platform: Platform, console: Callable[..., Browser], role: str
) -> None:
    browser, headers, wrong = console(), key(platform, role), set()
    for route in operations(platform):
        answer = browser.open(route.method, route.url(NOWHERE), headers=headers, json={})
        if (answer.status_code == 403) == may(route, role):
            wrong.add((str(route), answer.status_code))
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json", route
    assert wrong == set()


def test_nothing_but_a_key_of_the_platform_opens_its_operations(
    platform: Platform, console: Callable[..., Browser], brunnenhof: SomeCompany
) -> None:
    """No operator's cookie, no company's token, no revoked key; and such a key opens nothing at a company."""
    ivo, mine = console("admin"), key(platform, "admin")
    dead = key(platform, "admin")
    with Session(platform.shell.platform) as db:
        newest = db.scalars(select(PlatformToken.id).order_by(PlatformToken.id.desc())).first()
        assert newest is not None
        assert revoke(db, newest)
        db.commit()
    company = {"Authorization": f"Bearer {master_token(brunnenhof)}"}
    let_in = set()
    for route in operations(platform):
        for headers in ({}, company, dead):
            answer = ivo.open(route.method, route.url(NOWHERE), headers=headers, json={})
            if answer.status_code != 401:
                let_in.add((str(route), answer.status_code))
    for route in routes(platform.portal):
        if route.area == "api" and route.needs != PUBLIC:
            answer = brunnenhof.visitor().open(route.method, route.url(NOWHERE), headers=mine, json={})
            if answer.status_code != 401:
                let_in.add((str(route), answer.status_code))
    assert let_in == set()


def test_the_consoles_document_names_each_operation_and_no_company_reads_it(
    platform: Platform, console: Callable[..., Browser], brunnenhof: SomeCompany
) -> None:
    document = console().get("/api/v1/openapi.json").json
    assert document is not None
    paths = document["paths"]
    told = {f"{method.upper()} {path}" for path, item in paths.items() for method in METHODS & item.keys()}
    assert told == {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(route)) for route in operations(platform)}
    theirs = brunnenhof.visitor().get("/api/v1/openapi.json").json
    assert theirs is not None
    assert {path for path in theirs["paths"] if path.startswith(("/api/v1/leads", "/api/v1/companies"))} == set()


def test_only_sales_gives_a_portal_another_name(console: Callable[..., Browser]) -> None:
    path = f"/companies/{NOWHERE}/domains"
    assert [console(role).post(path, {}).status_code for role in ALL] == [404, 404, 403, 403]
