"""What each role of operators may see and do at the console, route by route."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quartier.app import Platform
from quartier.testing import Browser
from quartier.web.gate import OPERATOR, PUBLIC, SIGNED_IN
from tests.rules.routes import NOWHERE, Route, routes

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
}
RENAMING = {"POST /companies/<uuid:company_id>/domains"}
"""Its page is for all operators, and says itself that only sales renames."""


def guarded(platform: Platform) -> list[Route]:
    """Routes of the console that are for operators and not everybody's own account."""
    return [route for route in routes(platform.console) if route.needs not in {PUBLIC, SIGNED_IN}]


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


def test_only_sales_gives_a_portal_another_name(console: Callable[..., Browser]) -> None:
    path = f"/companies/{NOWHERE}/domains"
    assert [console(role).post(path, {}).status_code for role in ALL] == [404, 404, 403, 403]
