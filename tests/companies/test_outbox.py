"""Mail at the console: everything that was written, shown so that it can do nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from quartier.db.base import new_id
from quartier.mail.models import OutboxMail
from quartier.testing import Browser, SomeCompany

EVIL = '<p onclick="alert(1)">Hello</p><script>fetch("/companies")</script>'


@pytest.fixture
def ida(console: Callable[..., Browser]) -> Browser:
    return console("support")


def write(company: SomeCompany, subject: str, *, platform: bool = False, html: str = EVIL) -> OutboxMail:
    mail = OutboxMail(
        id=new_id(),
        company_id=None if platform else company.id,
        sender="portal@quartier.example",
        recipient=f"verena@{company.slug}.example",
        language="de",
        subject=subject,
        text="Neues Passwort: https://brunnenhof.localhost/reset?token=abc <b>nicht fett</b>",
        html=html,
    )
    with Session(company.platform.shell.platform, expire_on_commit=False) as db:
        db.add(mail)
        db.commit()
    return mail


def test_mail_of_companies_and_of_the_platform_stands_newest_first(brunnenhof: SomeCompany, ida: Browser) -> None:
    first, second = write(brunnenhof, "Erste"), write(brunnenhof, "Zweite", platform=True)
    page = ida.get(f"/outbox?q={brunnenhof.slug}").text
    assert page.index(str(second.id)) < page.index(str(first.id))
    assert "Brunnenhof AG" in page
    assert "Nothing found" in ida.get(f"/outbox?q={brunnenhof.slug}+Dritte").text


def test_the_html_part_is_shown_in_a_frame_that_may_do_nothing(brunnenhof: SomeCompany, ida: Browser) -> None:
    mail = write(brunnenhof, "Passwort <b>neu</b>")
    page = ida.get(f"/outbox/{mail.id}").text
    assert f'<iframe class="mail-frame" sandbox="" src="/outbox/{mail.id}/html"' in page
    assert "alert(1)" not in page
    assert "Passwort &lt;b&gt;neu&lt;/b&gt;" in page
    assert '<a href="https://brunnenhof.localhost/reset?token=abc"' in page
    assert "&lt;b&gt;nicht fett&lt;/b&gt;" in page
    frame = ida.get(f"/outbox/{mail.id}/html")
    assert frame.text == EVIL
    assert frame.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
    )


@pytest.mark.parametrize(("role", "status"), [("sales", 403), (None, 302), ("support", 200), ("admin", 200)])
def test_mail_holds_links_to_passwords_and_is_for_support(
    brunnenhof: SomeCompany, console: Callable[..., Browser], role: str | None, status: int
) -> None:
    mail = write(brunnenhof, "Passwort")
    pages = ("/outbox", f"/outbox/{mail.id}", f"/outbox/{mail.id}/html")
    assert {console(role).get(page).status_code for page in pages} == {status}


def test_mail_that_nobody_wrote_is_not_found(ida: Browser) -> None:
    assert ida.get(f"/outbox/{new_id()}").status_code == 404


def test_what_was_sent_has_lost_its_words_and_what_was_refused_says_why(brunnenhof: SomeCompany, ida: Browser) -> None:
    mail = write(brunnenhof, "Abgelehnt", platform=True, html="")
    with Session(brunnenhof.platform.shell.platform) as db:
        found = db.get_one(OutboxMail, mail.id)
        found.text, found.reason = "", "550 5.1.1 <ida@quartier.example> unknown"
        db.commit()
    page = ida.get(f"/outbox/{mail.id}").text
    assert ("550 5.1.1 &lt;ida@quartier.example&gt; unknown" in page, "<iframe" in page) == (True, False)
    assert "not sent" in ida.get(f"/outbox?q={brunnenhof.slug}+Abgelehnt").text
