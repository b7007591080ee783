"""What several tests of accounts do: try to sign in, read the outbox, look at cookies."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from quartier.mail.models import OutboxMail
from quartier.testing import PASSWORD, Browser, SomeCompany
from quartier.web.again import COOKIE

NEW_PASSWORD = "ein Garten voller Rosen"
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.7"


def sign_in(browser: Browser, email: str, password: str = PASSWORD, *, at: str = HOME, **fields: Any) -> TestResponse:
    """Send the form of the door from an address."""
    data = {"email": email, "password": password, **fields}
    return browser.post("/sign-in", data, environ_base={"REMOTE_ADDR": at})


def sent_back(answer: TestResponse) -> bool:
    """Whether a form was not taken: one goes back to its page, and what is wrong goes along in this browser."""
    left = set_cookies(answer).get(COOKIE, "")
    return answer.status_code == 303 and left == "*; Max-Age=900; Secure; HttpOnly; Path=/; SameSite=Lax"


def shown(browser: Browser, answer: TestResponse) -> TestResponse:
    """The page on which a form that could not be taken is shown again: no answer to a form is a page itself."""
    assert answer.status_code == 303
    return browser.get(answer.headers["Location"])


def mails_to(company: SomeCompany, recipient: str) -> list[OutboxMail]:
    """What is in a company's outbox for somebody once the worker has been there, the oldest first."""
    company.work()
    with company.db() as db:
        query = select(OutboxMail).filter_by(recipient=recipient).order_by(OutboxMail.created_at, OutboxMail.id)
        return list(db.scalars(query))


def operators_mails(company: SomeCompany, recipient: str) -> list[OutboxMail]:
    """What the platform has written to an operator."""
    with Session(company.platform.shell.platform) as db:
        return list(db.scalars(select(OutboxMail).filter_by(recipient=recipient).order_by(OutboxMail.created_at)))


def link_in(mail: OutboxMail) -> str:
    """The path of the reset link in a mail's text."""
    found = re.search(r"https?://[^/\s]+(/reset/[\w-]+)", mail.text)
    assert found, mail.text
    return found[1]


def set_cookies(answer: TestResponse) -> dict[str, str]:
    """Each cookie an answer sets: name → its attributes, without its value, and without the date beside Max-Age."""
    lines = (re.sub(r"Expires=[^;]*20\d\d[^;]*; ", "", line) for line in answer.headers.getlist("Set-Cookie"))
    pairs = (line.partition("=") for line in lines)
    return {name: "*" + rest[rest.index(";") :] for name, _equals, rest in pairs}
