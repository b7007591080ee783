"""Whether a request is ours: asked as an attacker on a sibling's host, in a frame, or with an old browser."""

from __future__ import annotations

import pytest
from werkzeug.test import Client, TestResponse

from quartier.accounts.visitors import COOKIE
from quartier.testing import PASSWORD, Browser, SomeCompany
from quartier.web.origin import form_token, safe_next


def send(browser: Browser, headers: dict[str, str], data: dict[str, str] | None = None) -> TestResponse:
    """A form from somewhere: exactly these headers, and none of those that our test browser adds."""
    client: Client = browser._client
    base = f"https://{browser.host}"
    return client.open("/account/sessions/end-others", method="POST", base_url=base, headers=headers, data=data or {})


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_pages_and_the_address_bar_may(brunnenhof: SomeCompany, site: str) -> None:
    assert send(brunnenhof.resident().browser, {"Sec-Fetch-Site": site}).status_code == 303


@pytest.mark.parametrize("site", ["same-site", "cross-site", "", "Same-Origin", "same-origin, cross-site", "nonsense"])
def test_siblings_and_strangers_may_not(brunnenhof: SomeCompany, site: str) -> None:
    assert send(brunnenhof.resident().browser, {"Sec-Fetch-Site": site}).status_code == 400


def test_what_a_browser_says_of_the_site_counts_more_than_the_rest(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.resident().browser
    claims = {"Sec-Fetch-Site": "cross-site", "Origin": f"https://{brunnenhof.host}"}
    token = form_token(browser.cookies()[COOKIE])
    assert send(browser, claims, {"form_token": token}).status_code == 400


def test_an_older_browsers_origin_must_be_this_very_host(brunnenhof: SomeCompany) -> None:
    browser, host = brunnenhof.resident().browser, brunnenhof.host
    assert send(browser, {"Origin": f"https://{host}"}).status_code == 303
    foreign = [
        "null", "", f"http://{host}", f"https://{host}:444", f"https://{host}.evil.example", f"https://evil.{host}",
        "https://nordlicht.localhost", "https://localhost", f"https://{host}/", f"https://{host}@evil.example", f"ftp://{host}",
    ]  # fmt: skip
    assert {origin: send(browser, {"Origin": origin}).status_code for origin in foreign} == dict.fromkeys(foreign, 400)


def test_behind_a_proxy_that_says_nothing_the_secure_origin_is_still_ours(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.visitor()
    data = {"email": "nobody@example.ch", "password": PASSWORD}
    for origin, status in (
        (f"https://{brunnenhof.host}", 303),
        (f"http://{brunnenhof.host}", 303),
        ("http://x.example", 400),
    ):
        answer = browser._client.open(
            "/sign-in", method="POST", base_url=f"http://{brunnenhof.host}", headers={"Origin": origin}, data=data
        )
        assert answer.status_code == status


def test_without_any_word_the_forms_own_token_decides(brunnenhof: SomeCompany) -> None:
    verena, urs = brunnenhof.resident("Verena Keller").browser, brunnenhof.resident("Urs Meier").browser
    own, others = (form_token(browser.cookies()[COOKIE]) for browser in (verena, urs))
    wrong = [{}, {"form_token": ""}, {"form_token": others}, {"form_token": own[:-1]}, {"form_token": "ü" * 32}]
    assert [send(verena, {}, data).status_code for data in wrong] == [400] * 5
    assert send(verena, {}, {"form_token": own}).status_code == 303


def test_the_token_stands_in_the_forms_and_changes_with_the_session(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.resident().browser
    assert f'name="form_token" value="{form_token(browser.cookies()[COOKIE])}"' in browser.get("/account").text


def test_nobody_is_signed_in_unawares(brunnenhof: SomeCompany) -> None:
    """A page elsewhere that sends the sign-in form with the attacker's own account."""
    attacker, victim = brunnenhof.resident("Urs Meier"), brunnenhof.visitor()
    data = {"email": attacker.email, "password": PASSWORD, "form_token": ""}
    for headers in ({"Sec-Fetch-Site": "same-site"}, {"Origin": "https://nordlicht.localhost"}, {"Origin": "null"}, {}):
        answer = victim._client.open(
            "/sign-in", method="POST", base_url=f"https://{brunnenhof.host}", headers=headers, data=data
        )
        assert (answer.status_code, answer.headers.get("Set-Cookie")) == (400, None)


def test_a_refusal_is_a_page_in_words(brunnenhof: SomeCompany) -> None:
    answer = send(brunnenhof.resident().browser, {"Sec-Fetch-Site": "cross-site"})
    assert "<h1>" in answer.text
    assert "cross-site" not in answer.text


@pytest.mark.parametrize("target", ["/", "/faq/heating?x=//y#z", "/account#devices", "/suche/zürich", "/a%0d%0ab"])
def test_a_path_of_ours_is_kept(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target", [None, "", "faq", "//x", "/\\x", "\\/x", "http:/x", "/x\ny", "/x\x00", "/ x", "/x\x85y"]
)
def test_anything_else_is_home(target: str | None) -> None:
    assert safe_next(target) == "/"
    assert safe_next(target, "/cockpit/") == "/cockpit/"
