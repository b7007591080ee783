"""Back in without the password: by a link in a mail, for its owner only, once, for an hour."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from quartier.accounts.models import Account, OperatorSession, PasswordReset
from quartier.accounts.operators import COOKIE as CONSOLE_COOKIE
from quartier.accounts.realm import CONSOLE
from quartier.accounts.visitors import hash_token
from quartier.app import Platform
from quartier.deliveries.models import MailDelivery
from quartier.mail.models import OutboxMail
from quartier.testing import PASSWORD, Browser, SomeBody, SomeCompany, Statements
from quartier.web.again import COOKIE as LEFT
from tests.accounts.authenticator import adds, phone_of, signs_in
from tests.accounts.desk import (
    ELSEWHERE,
    HOME,
    NEW_PASSWORD,
    link_in,
    mails_to,
    operators_mails,
    sent_back,
    set_cookies,
    shown,
    sign_in,
)

NEW = {"password": NEW_PASSWORD, "repeat": NEW_PASSWORD}
SENT, REFUSED = "/reset/sent", "/reset"


def ask(browser: Browser, email: str, *, at: str = HOME) -> str:
    return browser.post("/reset", {"email": email}, environ_base={"REMOTE_ADDR": at}).headers["Location"]


def link_for(somebody: SomeBody) -> str:
    """Ask for a link, and open the mail."""
    assert ask(somebody.company.visitor(), somebody.email) == SENT
    return link_in(mails_to(somebody.company, somebody.email)[-1])


def test_a_forgotten_password_is_replaced_and_one_is_in(brunnenhof: SomeCompany) -> None:
    verena, browser = brunnenhof.resident("Verena Keller"), brunnenhof.visitor()
    link = link_for(verena)
    assert verena.email in browser.get(link).text
    answer = browser.post(link, NEW)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert set_cookies(answer)["__Host-quartier"] == "*; Secure; HttpOnly; Path=/; SameSite=Lax"
    assert browser.get("/account").status_code == 200
    assert sent_back(sign_in(brunnenhof.visitor(), verena.email, PASSWORD))
    assert sign_in(brunnenhof.visitor(), verena.email, NEW_PASSWORD).headers["Location"] == "/"


def test_a_reset_ends_every_session_there_was(brunnenhof: SomeCompany) -> None:
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Meier")
    old, other, fresh = verena.browser, urs.browser, brunnenhof.visitor()
    fresh.post(link_for(verena), NEW)
    assert [browser.get("/account").status_code for browser in (old, other, fresh)] == [302, 200, 200]


def test_the_owner_is_told_that_the_password_is_a_new_one(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller", language="fr")
    brunnenhof.visitor().post(link_for(verena), NEW)
    assert [mail.subject for mail in mails_to(brunnenhof, verena.email)] == [
        "Choisir un nouveau mot de passe",
        "Votre mot de passe a été modifié",
    ]


def test_the_answer_is_the_same_for_an_address_that_nobody_has(brunnenhof: SomeCompany) -> None:
    verena, inactive = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Meier")
    with brunnenhof.db() as db:
        db.execute(update(Account).where(Account.id == inactive.account_id).values(is_active=False))
        db.commit()
    answers = []
    for email in (verena.email, inactive.email, "nobody@example.ch"):
        answer = brunnenhof.visitor().post("/reset", {"email": email})
        answers.append((answer.status_code, answer.headers["Location"], answer.text, set_cookies(answer)))
    assert len({repr(answer) for answer in answers}) == 1
    with brunnenhof.db() as db:
        assert list(db.scalars(select(MailDelivery.address))) == [verena.email]
        assert list(db.scalars(select(PasswordReset.account_id))) == [verena.account_id]


def test_the_work_is_the_same_for_an_address_that_nobody_has(brunnenhof: SomeCompany) -> None:
    verena, browser = brunnenhof.resident("Verena Keller"), brunnenhof.visitor()
    browser.get("/reset")  # the host and the company are known from here on
    known, unknown = (statements(brunnenhof, email) for email in (verena.email, "nobody@example.ch"))
    assert known[:-1] == unknown[:-1]
    assert [known[-1].split()[0], unknown[-1].split()[0]] == ["RELEASE", "ROLLBACK"]
    verena, nobody = (steps(brunnenhof, email) for email in (verena.email, "nobody@example.ch"))
    assert verena[:-1] == nobody[:-1]
    assert any("INSERT INTO mail_delivery" in words for words in nobody)


def steps(company: SomeCompany, email: str) -> list[str]:
    """The same with what does not go through the ORM."""
    with Statements() as sent:
        ask(company.visitor(), email)
    return [words.split("(")[0] for words in sent.sent]


def statements(company: SomeCompany, email: str) -> list[str]:
    """What the database is asked while somebody asks for a link."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    engine = company.platform.shell.engine
    event.listen(engine, "before_cursor_execute", note)
    ask(company.visitor(), email)
    event.remove(engine, "before_cursor_execute", note)
    return seen


def test_a_link_works_once(brunnenhof: SomeCompany) -> None:
    link = link_for(brunnenhof.resident("Verena Keller"))
    assert brunnenhof.visitor().post(link, NEW).status_code == 303
    again = brunnenhof.visitor()
    assert [again.get(link).status_code, shown(again, again.post(link, NEW)).status_code] == [410, 410]
    assert 'href="/reset"' in again.get(link).text
    assert "Neuen Link anfordern" in again.get(link).text


def test_looking_at_a_link_does_not_use_it_up(brunnenhof: SomeCompany) -> None:
    link = link_for(brunnenhof.resident("Verena Keller"))
    assert [brunnenhof.visitor().get(link).status_code for _time in range(3)] == [200, 200, 200]
    assert sent_back(brunnenhof.visitor().post(link, {"password": "kurz", "repeat": "kurz"}))
    assert brunnenhof.visitor().post(link, NEW).headers["Location"] == "/"


def test_an_hour_later_the_link_is_gone(brunnenhof: SomeCompany) -> None:
    link = link_for(brunnenhof.resident("Verena Keller"))
    with brunnenhof.db() as db:
        left = db.scalars(select(PasswordReset.expires_at)).one() - datetime.now(UTC)
        db.execute(update(PasswordReset).values(expires_at=datetime.now(UTC)))
        db.commit()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    assert brunnenhof.visitor().get(link).status_code == 410


def test_all_links_are_used_up_with_the_one_that_was_used(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    first, second = link_for(verena), link_for(verena)
    assert brunnenhof.visitor().get(first).status_code == 200
    brunnenhof.visitor().post(second, NEW)
    assert brunnenhof.visitor().get(first).status_code == 410


def test_a_link_of_one_company_is_nobodys_at_another(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    link = link_for(brunnenhof.resident("Verena Keller"))
    visitor = nordlicht.visitor()
    answers = [visitor.get(link), shown(visitor, visitor.post(link, NEW))]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert "Brunnenhof" not in answers[0].text
    assert brunnenhof.visitor().post(link, NEW).headers["Location"] == "/"


@pytest.mark.parametrize("token", ["x", "0" * 43, "a" * 9000, "..%2f..%2fetc", "%00", "é"])
def test_invented_links_are_gone_like_old_ones(brunnenhof: SomeCompany, token: str) -> None:
    assert brunnenhof.visitor().get(f"/reset/{token}").status_code in {404, 410}


def test_only_the_hash_of_a_link_is_kept(brunnenhof: SomeCompany) -> None:
    token = link_for(brunnenhof.resident("Verena Keller")).removeprefix("/reset/")
    with brunnenhof.db() as db:
        assert list(db.scalars(select(PasswordReset.token_hash))) == [hash_token(token)]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"password": "kurz", "repeat": "kurz"}, "password"),
        ({"password": "passwort123", "repeat": "passwort123"}, "password"),
        ({"password": "x" * 201, "repeat": "x" * 201}, "password"),
        ({"password": NEW_PASSWORD, "repeat": NEW_PASSWORD + "."}, "repeat"),
        ({"password": NEW_PASSWORD}, "repeat"),
        ({}, "password"),
    ],
)
def test_a_password_that_will_not_do_is_refused_at_its_field(
    brunnenhof: SomeCompany, typed: dict[str, str], field: str
) -> None:
    browser = brunnenhof.visitor()
    answer = browser.post(link_for(brunnenhof.resident("Verena Keller")), typed)
    assert sent_back(answer)
    page = shown(browser, answer).text
    assert f'id="{field}-error"' in page
    assert NEW_PASSWORD not in page + b64decode(browser.cookies()[LEFT], altchars=b"-_").decode()


@pytest.mark.parametrize(
    "email", ["", "verena", "@", "verena@", "ve rena@example.ch", "a@b\r\nBcc: x@y", "x" * 300 + "@y.ch"]
)
def test_what_is_no_address_is_refused_at_the_field_and_kept(brunnenhof: SomeCompany, email: str) -> None:
    browser = brunnenhof.visitor()
    page = shown(browser, browser.post("/reset", {"email": email})).text
    assert [f'value="{email[:300]}"' in page, 'id="email-error"' in page] == [True, True]


def test_the_link_leads_to_the_companys_own_host_whatever_the_request_says(
    brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    verena = brunnenhof.resident("Verena Keller")
    forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "Host": f"{brunnenhof.host}:9999"}
    brunnenhof.visitor().post("/reset", {"email": verena.email}, headers=forged)
    mail = mails_to(brunnenhof, verena.email)[-1]
    origin = brunnenhof.platform.shell.config.origin(brunnenhof.host)
    assert f"{origin}/reset/" in mail.text
    assert f"{origin}/reset/" in mail.html
    assert "evil.example" not in mail.text + mail.html
    assert ":9999" not in mail.text + mail.html


def test_asking_again_and_again_has_to_wait(brunnenhof: SomeCompany) -> None:
    verena, browser = brunnenhof.resident("Verena Keller"), brunnenhof.visitor()
    assert [ask(browser, verena.email, at=ELSEWHERE) for _time in range(6)] == [SENT] * 5 + [REFUSED]
    answer = browser.post("/reset", {"email": verena.email}, environ_base={"REMOTE_ADDR": ELSEWHERE})
    assert int(answer.headers["Retry-After"]) >= 1
    page = shown(browser, answer).text
    assert [f'value="{verena.email}"' in page, "Es waren zu viele Versuche." in page] == [True, True]
    assert len(mails_to(brunnenhof, verena.email)) == 5
    assert [ask(browser, "nobody@example.ch", at=ELSEWHERE) for _time in range(6)] == [SENT] * 5 + [REFUSED]


def test_a_reset_forgets_the_devices_that_were_known(brunnenhof: SomeCompany) -> None:
    verena, old = brunnenhof.resident("Verena Keller"), brunnenhof.visitor()
    sign_in(old, verena.email, at=HOME)
    brunnenhof.visitor().post(link_for(verena), NEW, environ_base={"REMOTE_ADDR": "203.0.113.1"})
    for _time in range(6):
        sign_in(brunnenhof.visitor(), verena.email, "a guess that fails", at=ELSEWHERE)
    assert int(sign_in(old, verena.email, NEW_PASSWORD, at=HOME).headers["Retry-After"]) >= 1


def test_an_account_without_a_password_gets_its_first_one_this_way(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    with brunnenhof.db() as db:
        db.execute(update(Account).where(Account.id == verena.account_id).values(password_hash=None))
        db.commit()
    assert sent_back(sign_in(brunnenhof.visitor(), verena.email, ""))
    assert brunnenhof.visitor().post(link_for(verena), NEW).headers["Location"] == "/"


def test_operators_reset_on_the_platforms_paper(
    console: Callable[..., Browser], platform: Platform, brunnenhof: SomeCompany
) -> None:
    signed_in = console("sales")
    with Session(platform.shell.platform) as db:
        token_hash = hash_token(signed_in.cookies()[CONSOLE_COOKIE])
        owner = db.scalars(select(OperatorSession.account_id).filter_by(token_hash=token_hash)).one()
        known = CONSOLE.by_id(db, owner)
    assert known is not None
    email, browser = known.account.email, console()
    assert ask(browser, email, at="203.0.113.20") == ask(browser, "nobody@quartier.example", at="203.0.113.20") == SENT
    (mail,) = operators_mails(brunnenhof, email)
    assert mail.company_id is None
    assert mail.sender.startswith("Quartier <no-reply@")
    assert f"{platform.shell.config.origin(platform.shell.config.console_host)}/reset/" in mail.text
    assert operators_mails(brunnenhof, "nobody@quartier.example") == []
    assert brunnenhof.visitor().get(link_in(mail)).status_code == 410
    assert browser.post(link_in(mail), NEW).status_code == 303
    assert browser.get("/account").status_code == 200
    assert signed_in.get("/account").status_code == 302
    assert browser.get(link_in(mail)).status_code == 410


def test_no_company_reads_the_platforms_mail(brunnenhof: SomeCompany, console: Callable[..., Browser]) -> None:
    with brunnenhof.db() as db:
        assert db.scalar(select(func.count()).select_from(OutboxMail).where(OutboxMail.company_id.is_(None))) == 0


def test_of_two_who_use_a_link_at_the_same_moment_one_comes_too_late(brunnenhof: SomeCompany) -> None:
    link = link_for(brunnenhof.resident("Verena Keller"))
    with ThreadPoolExecutor(max_workers=2) as threads:
        answers = list(threads.map(lambda _who: brunnenhof.visitor().post(link, NEW).headers["Location"], range(2)))
    assert sorted(answers) == ["/", link]


def test_asking_what_a_link_is_like_changes_nothing(brunnenhof: SomeCompany) -> None:
    """HEAD with a form in it: a safe method is not asked where it comes from, so it must do nothing."""
    verena = brunnenhof.resident("Verena Keller")
    link = link_for(verena)
    answers = [
        brunnenhof.visitor().open("HEAD", path, data=data).status_code
        for path, data in ((link, NEW), ("/reset", {"email": verena.email}), ("/sign-in", {"email": verena.email}))
    ]
    assert answers == [200, 200, 200]
    assert len(mails_to(brunnenhof, verena.email)) == 1
    assert brunnenhof.visitor().get(link).status_code == 200


def test_passkeys_that_nobody_says_are_theirs_are_removed(brunnenhof: SomeCompany) -> None:
    """A lost phone, and a key that somebody left behind: the form names them, and the mail what became of them."""
    verena = brunnenhof.resident("Verena Keller", language="de")
    phones = {name: phone_of(verena.browser, brunnenhof.platform.shell.config) for name in ("Lost phone", "Laptop")}
    for name, phone in phones.items():
        assert adds(verena.browser, phone, name).status_code == 303
    browser, link = brunnenhof.visitor(), link_for(verena)
    page = browser.get(link).text
    offered = dict(re.findall(r'name="keep" value="([^"]+)"[^>]*>\s*<span>(.*?) \(', page))
    assert set(offered.values()) == {"Lost phone", "Laptop"}
    assert not re.search(r'name="keep"[^>]*checked', page)
    (laptop,) = (key for key, name in offered.items() if name == "Laptop")
    short = browser.post(link, {"password": "kurz", "repeat": "kurz", "keep": laptop})
    assert re.findall(r'name="keep" value="([^"]+)"[^>]*checked', shown(browser, short).text) == [laptop]
    assert browser.post(link, {**NEW, "keep": laptop}).headers["Location"] == "/"
    assert [sent_back(signs_in(brunnenhof.visitor(), phone)) for phone in phones.values()] == [True, False]
    text = mails_to(brunnenhof, verena.email)[-1].text
    assert ["nichts mehr öffnen: Lost phone." in text, "weiterhin öffnen: Laptop." in text] == [True, True]
