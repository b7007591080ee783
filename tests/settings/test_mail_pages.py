"""How a company signs its mails, and what they look like before anybody gets one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.deliveries.models import MailDelivery
from quartier.deliveries.services import settings_of
from quartier.testing import SomeCompany
from tests.settings.forms import filled

URL = "/cockpit/settings/mail"
FULL = {"sender_name": "Ihr Brunnenhof", "reply_to": "post@brunnenhof.example"}
FRAME = {"mail_footer.de": "8057 Zürich", "mail_footer.fr": "8057 Zurich"}


def signed(company: SomeCompany) -> tuple[str, str | None] | None:
    with company.db() as db:
        own = settings_of(db)
        return (own.sender_name, own.reply_to) if own else None


def test_what_a_company_says_is_on_its_paper_and_only_on_its_own(
    brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    browser = brunnenhof.agent("Nadja Frei", COMPANY_SETTINGS).browser
    assert browser.post(URL, FULL).status_code == 303
    room = "/cockpit/settings/brand/mails"
    assert browser.post(room, filled(browser.get(room)) | FRAME | {"do": "publish"}).status_code == 303
    assert signed(brunnenhof) == ("Ihr Brunnenhof", "post@brunnenhof.example")
    assert signed(nordlicht) is None
    page, html = browser.get(URL).text, browser.get(f"{URL}/accounts.reset/html?language=fr").text
    assert 'value="Ihr Brunnenhof"' in page
    assert ("8057 Zurich" in html, "8057 Zürich" in html, 'lang="fr-CH"' in html) == (True, False, True)
    other = nordlicht.agent("Svenja Petersen", COMPANY_SETTINGS).browser.get(f"{URL}/accounts.reset/html").text
    assert ("Nordlicht" in other, "Brunnenhof" in other) == (True, False)


def test_a_company_can_take_back_what_it_said(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.agent("Nadja Frei", COMPANY_SETTINGS).browser
    browser.post(URL, FULL)
    browser.post(URL, {"sender_name": "", "reply_to": ""})
    assert signed(brunnenhof) == ("", None)


@pytest.mark.parametrize("wrong", ["post", "post@", "a@b.ch\r\nBcc: x@example.ch", "zoë@example.ch", "a@b.ch, c@d.ch"])
def test_an_address_for_answers_is_one_that_can_be_answered(brunnenhof: SomeCompany, wrong: str) -> None:
    browser = brunnenhof.agent("Nadja Frei", COMPANY_SETTINGS).browser
    answer = browser.post(URL, FULL | {"reply_to": wrong})
    assert (answer.status_code, 'id="reply_to-error"' in answer.text, 'value="Ihr Brunnenhof"' in answer.text) == (
        422, True, True,
    )  # fmt: skip
    assert signed(brunnenhof) is None


def test_a_mail_is_shown_in_a_frame_that_may_do_nothing(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.agent("Nadja Frei", COMPANY_SETTINGS).browser
    page = browser.get(f"{URL}/accounts.reset?language=en")
    assert f'<iframe class="mail-frame" sandbox="" src="{URL}/accounts.reset/html?language=en"' in page.text
    assert "Choose a new password" in page.text
    frame = browser.get(f"{URL}/accounts.reset/html")
    origin = brunnenhof.platform.shell.config.origin(brunnenhof.host)
    assert frame.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src {origin} data:; frame-ancestors 'self'; sandbox"
    )
    assert browser.get(f"{URL}/accounts.nothing").status_code == 404


def test_every_kind_of_mail_has_an_example_in_every_language_from_the_company_itself(
    make_company: Callable[..., SomeCompany],
) -> None:
    regie = make_company("Regie", languages=("fr", "de", "en"))
    browser = regie.agent("Catherine de Montmollin", COMPANY_SETTINGS).browser
    for key in regie.platform.shell.mails:
        seen = {browser.get(f"{URL}/{key}/html?language={language}").text for language in ("de", "en", "fr")}
        assert (len(seen), [text for text in seen if "Brunnenhof" in text]) == (3, []), key


def test_an_example_is_sent_to_whoever_looks_at_it(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", COMPANY_SETTINGS)
    nadja.browser.post(f"{URL}/accounts.reset/sample", {"language": "en"})
    with brunnenhof.db() as db:
        found = [(one.address, one.subject, one.essential, one.secret) for one in db.query(MailDelivery)]
    assert found == [(nadja.email, "Choose a new password", True, False)]
