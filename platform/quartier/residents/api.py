"""Addresses that do not work, for the program that keeps the books."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from quartier.api.blueprint import ApiBlueprint
from quartier.api.paging import PageArguments, make_page, next_link, page_of, read_cursor
from quartier.people.policies import READ
from quartier.residents.schemas import UnreachedSchema
from quartier.residents.unreached import Unreached, unreached
from quartier.web.visit import Visit

blueprint = ApiBlueprint(
    "residents",
    __name__,
    description="Whose e-mail address does not work. Nobody is locked out by that: who has an account signs in as "
    "before, and `POST /invitations` with `letter` reaches the others.",
)

Answer = tuple[dict[str, Any], dict[str, str]]


@blueprint.operation("GET", "/people/unreached", needs=READ)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(UnreachedSchema))
def unreached_people(visit: Visit, query: dict[str, Any]) -> Answer:
    """People with an address that does not work, by name.

    Who is mended leaves the list: ask again from the first page rather than keeping it.
    """
    cursor, limit = read_cursor(query["after"], UUID), query["limit"]
    after = cursor[0] if cursor else None
    rows = unreached(visit.db, within=visit.viewer.within(READ), today=visit.today, after=after, limit=limit + 1)
    page = make_page(rows, limit, key=lambda one: (one.said.id,), show=_shown)
    return page, next_link(page)


def _shown(one: Unreached) -> dict[str, Any]:
    said = one.said
    address = {"bounced": said.came_back, "asked": said.asked}.get(one.trouble, said.book)
    since = {"bounced": said.bounced_at, "asked": said.asked_at}.get(one.trouble)
    return {
        "person_id": said.id, "external_id": said.external_id, "email": said.book, "trouble": one.trouble,
        "address": address, "since": since, "reason": said.reason or "", "reached_by": one.reached_by,
    }  # fmt: skip
