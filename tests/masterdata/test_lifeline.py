"""What happened to somebody, as one list: from a name in the books to the day they moved out."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from quartier.db.base import new_id
from quartier.deliveries.models import MailDelivery
from quartier.estate.models import Occupancy, Unit
from quartier.people.models import Person
from quartier.testing import Browser, SomeCompany

EVERYTHING = ("estate.read", "estate.edit", "people.read", "people.edit", "people.invite", "mail.read")


def titles(page: str) -> list[str]:
    """The list, the latest first."""
    shown = page[page.index('id="life"') : page.index('id="past"')]
    return [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<strong[^>]*>(.*?)</strong>", shown)]


def desk_of(company: SomeCompany, *permissions: str) -> Browser:
    return company.agent("Nadja Frei", *permissions, language="en").browser


def test_from_a_name_to_the_day_of_moving_out(brunnenhof: SomeCompany) -> None:
    today = datetime.now(UTC).date()
    unit = Unit(id=new_id(), building_id=brunnenhof.building_id, name="2. OG links", kind="flat")
    period = Occupancy(id=new_id(), unit_id=unit.id, kind="tenancy", starts=date(2020, 4, 1),
                       ends=today + timedelta(days=40))  # fmt: skip
    brunnenhof.plant(unit, period)
    desk = desk_of(brunnenhof, *EVERYTHING)
    desk.post(f"/cockpit/estate/periods/{period.id}/people/new",
              {"family_name": "Vogel", "given_name": "Rita", "salutation": "ms", "role": "main"})  # fmt: skip
    desk.post(f"/cockpit/estate/periods/{period.id}/people/new",
              {"family_name": "Vogel", "given_name": "Paul", "role": "partner"})  # fmt: skip
    rita = brunnenhof.db().scalars(select(Person).filter_by(given_name="Rita")).one()
    url = f"/cockpit/people/{rita.id}"
    desk.post(f"/cockpit/residents/{rita.id}/send", {"channel": "letter", "act": str(new_id())})
    desk.post(f"{url}/edit", {"family_name": "Vogel", "given_name": "Rita", "salutation": "ms",
                              "email": "rita@post.example", "version": "1"})  # fmt: skip
    form = {"channel": "mail", "kind": "reminder", "act": str(new_id())}
    desk.post(f"/cockpit/residents/{rita.id}/send", form)
    db = brunnenhof.db()
    mail = db.scalars(select(MailDelivery)).one()
    mail.state, mail.reason = "bounced", "no such mailbox"
    db.commit()
    page = desk.get(url).text
    assert titles(page) == [
        "Move out", "Reminded by e-mail", "Can be reached", "Invited by letter", "Entered", "Move in",
    ]  # fmt: skip
    assert ("no such mailbox" in page, ">Paul Vogel</a> (Partner)" in page) == (True, True)
    assert page.count("data-next") == 1
    letter = re.search(r'href="([^"]+)">Print again', page)
    assert letter is not None
    assert desk.get(letter[1]).data[:5] == b"%PDF-"
    desk.post(f"/cockpit/residents/{rita.id}/withdraw")
    page = desk.get(url).text
    assert (titles(page)[1], "Print again" in page, desk.get(letter[1]).status_code) == (
        "Invitation withdrawn", False, 404,
    )  # fmt: skip
    assert titles(page) == [re.sub(r"<[^>]+>", "", one) for one in
                            re.findall(r"<strong[^>]*>(.*?)</strong>", desk.get(f"{url}/life").text)]  # fmt: skip
    quiet = desk_of(brunnenhof, "people.read").get(url).text
    assert ("no such mailbox" in quiet, "Invited by letter" in quiet) == (False, True)
