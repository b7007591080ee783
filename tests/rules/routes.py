"""Every route of the platform, with addresses that can be asked for: what the rules are parametrised over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule

from quartier.accounts.permissions import all_permissions, all_scopes
from quartier.app import Platform
from quartier.testing import SomeBody, SomeCompany

# Public addresses without a declaration: they show a brand or a document, never a person's or a company's content.
ASSETS = {"public", "api_documents", "api_pages"}
NOWHERE = UUID("00000000-0000-7000-8000-000000000000")
BODIES: dict[str, Any] = {"api": {"json": {}}, "app": {"data": {}}, "cockpit": {"data": {}}}


@dataclass(frozen=True)
class Route:
    """One method of one rule, and what its view declares."""

    method: str
    rule: Rule
    view: Any

    @property
    def needs(self) -> str:
        return str(self.view.needs)

    @property
    def area(self) -> str:
        return str(self.view.area)

    @property
    def module(self) -> str | None:
        return self.view.module  # type: ignore[no-any-return]

    def url(self, one: UUID) -> str:
        """The route's address with this id in every place that takes one, and a word in the others."""
        values = {name: _value(self.rule, name, one) for name in self.rule.arguments}
        built = self.rule.build(values, append_unknown=False)
        assert built is not None, self
        return built[1]

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"


def routes(app: Flask) -> list[Route]:
    """All guarded routes of an app."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in ASSETS:
            continue
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        found += [Route(method, rule, app.view_functions[rule.endpoint]) for method in methods]
    return found


def takes_ids(route: Route) -> bool:
    """Whether somebody could put another company's id into the address."""
    return bool(route.rule.arguments)


def chief(company: SomeCompany) -> SomeBody:
    """An agent who may do everything at this company."""
    return company.agent("Nadja Frei", *all_permissions(company.platform.shell.plugins))


def master_token(company: SomeCompany) -> str:
    """A token with every scope."""
    return company.token(*all_scopes(company.platform.shell.plugins))


def ask(company: SomeCompany, route: Route, url: str, *, browser: Any, token: str | None = None) -> Any:
    """Send the request as a browser or machine of this company would."""
    headers = {"Authorization": f"Bearer {token}"} if token and route.area == "api" else {}
    body = {} if route.method == "GET" else BODIES[route.area]
    return browser.open(route.method, url, headers=headers, **body)


def _value(rule: Rule, name: str, one: UUID) -> Any:
    converter = rule._converters[name]
    return {"UUIDConverter": one, "IntegerConverter": 1}.get(type(converter).__name__, str(one))


def portal_routes(platform: Platform) -> list[Route]:
    """Routes on companies' hosts."""
    return routes(platform.portal)
