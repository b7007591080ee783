"""Pages of mail: staff see what became of it, and its words nowhere; readers end what they do not want."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from quartier.app import Platform
from quartier.deliveries.policies import READ
from quartier.people.models import Person
from quartier.people.policies import READ as READ_PEOPLE
from quartier.testing import SomeBody, SomeCompany
from tests.deliveries.desk import (
    LINK,
    NEWS,
    address_of,
    change_address,
    change_deliveries,
    deliveries,
    queued,
    send,
    states,
    write,
)
from tests.mail.server import MailHost, mail_host

VERENA, URS = "verena@example.ch", "urs@example.ch"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"}


@pytest.fixture
def host() -> Iterator[MailHost]:
    with mail_host() as running:
        yield running


@pytest.fixture(autouse=True)
def news(platform: Platform) -> Iterator[None]:
    """A kind of mail that its readers may end."""
    platform.shell.mails["core.news"] = NEWS
    yield
    del platform.shell.mails["core.news"]


def agent(company: SomeCompany) -> SomeBody:
    return company.agent("Nadja Frei", READ, READ_PEOPLE)


def test_staff_see_what_became_of_a_mail_and_not_what_it_said(brunnenhof: SomeCompany, host: MailHost) -> None:
    host.on_rcpt = lambda address: "550 5.1.1 No <such> user" if address == URS else None
    send(brunnenhof, host, [*write(brunnenhof, VERENA), *write(brunnenhof, URS, kind=LINK)])
    write(brunnenhof, "ida@example.ch")
    page = agent(brunnenhof).browser.get("/cockpit/mails").text
    assert [page.index(one) for one in ("ida@example.ch", URS, VERENA)] == sorted(
        page.index(one) for one in ("ida@example.ch", URS, VERENA)
    )
    assert "550 5.1.1 No &lt;such&gt; user" in page
    assert ("geheim" in page, "Der Lift" in page, "Neues im Haus" in page) == (False, False, True)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("?state=sent", {VERENA}),
        ("?state=waiting", {URS}),
        ("?kind=core.news", {VERENA, URS}),
        ("?kind=accounts.reset", set()),
        ("?q=VERENA", {VERENA}),
        ("?q=%25", set()),
        ("?state=strange&kind=strange", {VERENA, URS}),
    ],
)
def test_the_list_is_narrowed_down_by_its_address(
    brunnenhof: SomeCompany, host: MailHost, asked: str, found: set[str]
) -> None:
    send(brunnenhof, host, write(brunnenhof, VERENA))
    write(brunnenhof, URS)
    page = agent(brunnenhof).browser.get(f"/cockpit/mails{asked}").text
    assert {one for one in (VERENA, URS) if f"{one}</" in page} == found


def test_a_long_list_goes_on_where_the_page_ends(brunnenhof: SomeCompany) -> None:
    write(brunnenhof, *(f"p{number:02}@example.ch" for number in range(60)))
    browser = agent(brunnenhof).browser
    first = browser.get("/cockpit/mails").text
    assert (first.count("<td data-label"), "p59@example.ch" in first, "p09@example.ch" in first) == (150, True, False)
    after = sorted(deliveries(brunnenhof), key=lambda one: one.id)[10].id
    rest = browser.get(f"/cockpit/mails?after={after}").text
    assert (rest.count("<td data-label"), "p09@example.ch" in rest) == (30, True)
    assert browser.get("/cockpit/mails?after=x").status_code == 400


def test_whoever_is_limited_to_some_houses_sees_the_mails_to_people_there(brunnenhof: SomeCompany) -> None:
    elsewhere, building = brunnenhof.house("Seestrasse")
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Meier", building_id=building)
    (hers,) = write(brunnenhof, VERENA, person=verena.person_id)
    write(brunnenhof, URS, person=urs.person_id)
    write(brunnenhof, "nobody@example.ch")
    nadja = agent(brunnenhof)
    nadja.limited_to(elsewhere)
    page = nadja.browser.get("/cockpit/mails").text
    assert {one for one in (VERENA, URS, "nobody@example.ch") if one in page} == {URS}
    assert nadja.browser.post(f"/cockpit/mails/{hers}/again").status_code == 404


def test_a_mail_is_sent_again_to_where_its_reader_is_now(brunnenhof: SomeCompany, host: MailHost) -> None:
    ida = brunnenhof.person("Ida Graf", email="ida@alt.example")
    host.on_rcpt = lambda address: "550 5.1.1 Unknown" if address == "ida@alt.example" else None
    (one,) = write(brunnenhof, "ida@alt.example", person=ida.id)
    send(brunnenhof, host, [one])
    with brunnenhof.db() as db:
        db.execute(update(Person).where(Person.id == ida.id).values(email="ida@neu.example"))
        db.commit()
    answer = agent(brunnenhof).browser.post(f"/cockpit/mails/{one}/again")
    assert answer.headers["Location"] == f"/cockpit/mails?person={ida.id}"
    assert queued(brunnenhof)[-1] == (1, False, 10)
    send(brunnenhof, host, [one])
    assert states(brunnenhof) == {"ida@neu.example": "sent"}
    assert host.taken[0].number == f"<{one.hex}.2@localhost>"


def test_what_is_secret_or_unwanted_or_under_way_is_not_sent_again(brunnenhof: SomeCompany, host: MailHost) -> None:
    browser = agent(brunnenhof).browser
    secret, unwanted = write(brunnenhof, VERENA, kind=LINK), write(brunnenhof, URS)
    change_address(brunnenhof, URS, paces={"core.news": "never"})
    send(brunnenhof, host, [*secret, *unwanted])
    waiting = write(brunnenhof, "ida@example.ch")
    before = queued(brunnenhof)
    assert "/again" not in browser.get("/cockpit/mails").text
    assert {browser.post(f"/cockpit/mails/{one}/again").status_code for one in (*secret, *unwanted, *waiting)} == {303}
    assert (queued(brunnenhof), [one.copies for one in deliveries(brunnenhof)]) == (before, [1, 1, 1])


def test_a_person_page_tells_what_was_written_and_that_an_address_is_dead(brunnenhof: SomeCompany) -> None:
    ida = brunnenhof.person("Ida Graf", email="ida@example.ch")
    write(brunnenhof, "ida@example.ch", person=ida.id)
    change_address(brunnenhof, "ida@example.ch", bounced_at=datetime.now(UTC), reason="550 5.1.1 No such user")
    page = agent(brunnenhof).browser.get(f"/cockpit/people/{ida.id}").text
    assert ("Neues im Haus" in page, "kommt nicht an" in page, "550 5.1.1 No such user" in page) == (True, True, True)
    other = brunnenhof.agent("Dragan Petrović", READ_PEOPLE).browser.get(f"/cockpit/people/{ida.id}").text
    assert ("Neues im Haus" in other, "kommt nicht an" in other) == (False, True)


def test_one_click_in_the_mail_program_ends_mails_of_a_kind(brunnenhof: SomeCompany, host: MailHost) -> None:
    send(brunnenhof, host, write(brunnenhof, VERENA))
    way = str(host.taken[0].message["List-Unsubscribe"]).strip("<>").partition(brunnenhof.host)[2].partition("/")[2]
    browser = brunnenhof.visitor()
    assert browser.get(f"/{way}").status_code == 200
    assert address_of(brunnenhof, VERENA).paces == {}  # looking changes nothing
    assert browser.post(f"/{way}", {}, headers=ELSEWHERE).status_code == 400
    assert browser.post(f"/{way}", ONE_CLICK, headers=ELSEWHERE).status_code == 200
    assert address_of(brunnenhof, VERENA).paces == {"core.news": "never"}
    send(brunnenhof, host, write(brunnenhof, VERENA))
    assert [one.state for one in deliveries(brunnenhof)] == ["sent", "withheld"]


def test_the_page_of_choices_needs_no_sign_in_and_shows_no_whole_address(
    make_company: Callable[..., SomeCompany],
) -> None:
    brunnenhof = make_company()  # no module of which there are summaries
    write(brunnenhof, VERENA)
    url, browser = f"/mails/{address_of(brunnenhof, VERENA).token}", brunnenhof.visitor()
    page = browser.get(f"{url}/core.news").text
    assert ("v…@example.ch" in page, VERENA in page, "accounts.reset" in page) == (True, False, False)
    assert browser.post(url, {"pace.core.news": "now"}).headers["Location"] == url
    assert address_of(brunnenhof, VERENA).paces == {}  # who leaves it as it is follows the company
    browser.post(f"{url}/core.news/end")
    assert "keine E-Mails dieser Art mehr: Neues." in browser.get(url).text
    assert address_of(brunnenhof, VERENA).paces == {"core.news": "never"}
    browser.post(url, {"pace.core.news": "yearly"})
    assert address_of(brunnenhof, VERENA).paces == {"core.news": "never"}
    browser.post(url, {"pace.core.news": "daily"})
    assert address_of(brunnenhof, VERENA).paces == {"core.news": "daily"}
    one_click = browser.post(f"{url}/mail.digest", ONE_CLICK, headers=ELSEWHERE)  # the foot of a summary
    assert one_click.text == "Sie erhalten keine E-Mails dieser Art mehr: Neues."
    assert address_of(brunnenhof, VERENA).paces == {"core.news": "never"}
    assert browser.post(url, {}, headers=ELSEWHERE).status_code == 400


def test_what_is_essential_cannot_be_ended(brunnenhof: SomeCompany) -> None:
    write(brunnenhof, VERENA)
    token = address_of(brunnenhof, VERENA).token
    assert brunnenhof.visitor().post(f"/mails/{token}/accounts.reset", ONE_CLICK).status_code == 200
    assert address_of(brunnenhof, VERENA).paces == {}


@pytest.mark.parametrize("token", ["x", "A" * 22, "%00" * 22, "A" * 500])
def test_a_link_that_nobody_was_sent_leads_nowhere(brunnenhof: SomeCompany, nordlicht: SomeCompany, token: str) -> None:
    write(nordlicht, VERENA)
    browser = brunnenhof.visitor()
    for one in (token, address_of(nordlicht, VERENA).token):
        assert browser.get(f"/mails/{one}").status_code == 404
        assert browser.post(f"/mails/{one}/core.news", ONE_CLICK).status_code == 404
    assert address_of(nordlicht, VERENA).paces == {}


def test_a_choice_not_offered_now_stays_as_it_was(brunnenhof: SomeCompany) -> None:
    write(brunnenhof, VERENA)
    change_address(brunnenhof, VERENA, paces={"pinboard.news": "never"})
    url = f"/mails/{address_of(brunnenhof, VERENA).token}"
    brunnenhof.visitor().post(
        url, {"pace.core.news": "weekly", "pace.pinboard.news": "now", "pace.accounts.reset": "never"}
    )
    assert address_of(brunnenhof, VERENA).paces == {"core.news": "weekly", "pinboard.news": "never"}


def test_a_mail_that_no_server_took_says_so(brunnenhof: SomeCompany) -> None:
    write(brunnenhof, VERENA)
    change_deliveries(brunnenhof, state="kept")
    assert "kein Mailserver" in agent(brunnenhof).browser.get("/cockpit/mails?state=kept").text
