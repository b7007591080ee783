"""The door: who comes in, who does not, and in which language it is said."""

from __future__ import annotations

from playwright.sync_api import expect

from quartier.testing import PASSWORD
from tests.journeys.conftest import Finds, Opens


def test_lea_signs_in_on_her_phone_and_is_home(demo: Finds, opens: Opens) -> None:
    lea = opens(demo("brunnenhof").host, size="phone")
    lea.goes("/")
    lea.signs_in("lea.zimmermann@post.example", PASSWORD)
    expect(lea.sees("navigation", "Hauptnavigation")).to_be_visible()
    assert {cookie["name"] for cookie in lea.context.cookies()} == {"__Host-quartier", "__Host-quartier-device"}


def test_a_wrong_password_keeps_the_address_and_says_so(demo: Finds, opens: Opens) -> None:
    anne = opens(demo("regie-du-lac").host, language="fr-CH")
    anne.goes("/sign-in")
    anne.page.locator("[name=email]").fill("anne.rochat@courrier.example")
    anne.page.locator("[name=password]").fill("not hers")
    anne.page.locator("[name=password]").press("Enter")
    expect(anne.page.get_by_role("alert")).to_be_visible()
    expect(anne.page.locator("[name=email]")).to_have_value("anne.rochat@courrier.example")
    anne.page.reload()  # nothing is asked: the browser stands at a page that was looked at, and not sent
    expect(anne.page.get_by_role("alert")).to_be_visible()
    expect(anne.page.locator("[name=email]")).to_have_value("anne.rochat@courrier.example")
    expect(anne.page.locator("[name=password]")).to_have_value("")


def test_a_breach_of_the_policy_would_be_noticed(demo: Finds, opens: Opens) -> None:
    guest = opens(demo("brunnenhof").host)
    guest.goes("/sign-in")
    guest.page.evaluate("document.body.setAttribute('style', 'color: red')")
    guest.page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
    guest.page.wait_for_function("document.body.lastChild.nodeName === 'SCRIPT'")
    assert sum("policy: script-src" in problem for problem in guest.problems) == 1, guest.problems
    guest.problems.clear()
