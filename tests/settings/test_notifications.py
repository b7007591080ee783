"""How soon people are written to who have not chosen: the company's say, on a page and for programs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from quartier.accounts.permissions import COMPANY_SETTINGS, MODULES_SWITCH
from quartier.app import Platform
from quartier.contracts.models import ContractEvent
from quartier.deliveries.services import company_paces
from quartier.testing import SomeCompany
from tests.deliveries.desk import change_address, write
from tests.notifications.desk import NEWS

URL, API, KIND = "/cockpit/settings/notifications", "/api/v1/settings/notifications", "imports.report"


@pytest.fixture(autouse=True)
def news(platform: Platform) -> Iterator[None]:
    """A kind that also stands in the portal and on devices."""
    platform.shell.mails[NEWS.key] = NEWS
    yield
    del platform.shell.mails[NEWS.key]


def stored(company: SomeCompany) -> dict[str, str]:
    with company.db() as db:
        return dict(company_paces(db))


def test_the_company_says_how_soon_and_the_page_who_did(brunnenhof: SomeCompany) -> None:
    write(brunnenhof, "ida@example.ch")
    change_address(brunnenhof, "ida@example.ch", paces={KIND: "never"})
    desk = brunnenhof.agent("Nadja Frei", COMPANY_SETTINGS, language="en").browser
    page = desk.get(URL).text
    assert ("1 address has chosen by itself" in page, "Without it nobody gets in." in page) == (True, True)
    moved = {f"seen.{KIND}": "now", f"pace.{KIND}": "daily", "pace.accounts.reset": "never"}
    assert (desk.post(URL, moved).status_code, stored(brunnenhof)) == (303, {KIND: "daily"})
    event = brunnenhof.db().scalars(select(ContractEvent).filter_by(kind="notifications.changed")).one()
    assert (event.subject, event.actor, event.before, event.after) == (
        KIND, "Nadja Frei", {"value": "now"}, {"value": "daily"}
    )  # fmt: skip
    assert "Nadja Frei, At once → Once a day" in desk.get(URL).text
    ways = {"seen.app.core.post": "on", "seen.push.core.post": "on", "app.core.post": "on"}
    assert desk.post(URL, ways).status_code == 303
    page = desk.get(URL).text
    assert ("on devices → not on devices" in page, page.count("in the portal →")) == (True, 0)
    assert ('name="app.core.post" checked' in page, 'name="push.core.post" checked' in page) == (True, False)
    clash = desk.post(URL, {f"seen.{KIND}": "now", f"pace.{KIND}": "weekly"})
    assert (clash.status_code, "Somebody else saved" in clash.text, stored(brunnenhof)) == (409, True, {KIND: "daily"})
    assert desk.post(URL, {f"seen.{KIND}": "daily", f"pace.{KIND}": "weekly"}).status_code == 303
    jan = brunnenhof.agent("Jan Meier", MODULES_SWITCH).browser
    assert (jan.get(URL).status_code, jan.post(URL, moved).status_code) == (403, 403)


def test_a_program_reads_and_moves_kinds(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.visitor()
    head = {"Authorization": f"Bearer {brunnenhof.token(COMPANY_SETTINGS)}", "If-Match": "*"}
    body = {"paces": {KIND: "daily"}}
    answer = browser.open("PATCH", API, headers=head, json=body)
    kinds = {one["key"]: (one["pace"], one["essential"]) for one in answer.json["kinds"]}
    assert (answer.status_code, kinds[KIND], kinds["accounts.reset"]) == (200, ("daily", None), ("now", "access"))
    for wrong in ({KIND: "yearly"}, {"accounts.reset": "never"}, {"invitations.reminder": "daily"}, {"x": "now"}):
        refused = browser.open("PATCH", API, headers=head, json={"paces": {KIND: "never", **wrong}})
        assert [one["pointer"] for one in refused.json["errors"]] == [f"#/paces/{next(iter(wrong))}"]
    assert stored(brunnenhof) == {KIND: "daily"}
    body = {"in_app": {"core.post": False}, "push": {"core.post": False}}
    answer = browser.open("PATCH", API, headers=head, json=body)
    found = {one["key"]: (one["in_app"], one["push"]) for one in answer.json["kinds"]}
    assert (found["core.post"], found[KIND]) == ((False, False), (None, None))
    for wrong in (KIND, "accounts.reset", "x"):
        refused = browser.open("PATCH", API, headers=head, json={"push": {wrong: True}})
        assert [one["pointer"] for one in refused.json["errors"]] == [f"#/push/{wrong}"]
    assert browser.open("PATCH", API, headers={**head, "If-Match": '"0"'}, json=body).status_code == 412
    assert (
        browser.open("GET", API, headers={"Authorization": f"Bearer {brunnenhof.token('estate.read')}"}).status_code
        == 403
    )
