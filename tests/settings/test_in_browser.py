"""The settings in a real browser: what a script makes quicker, and that nothing needs one."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from quartier.testing import SomeBody, SomeCompany
from tests.journeys.axe import TWO, faults
from tests.journeys.guest import Guest
from tests.settings.conftest import POST, WALL

pytestmark = pytest.mark.browser
SETTINGS = "/cockpit/settings"
PAGES = ("brand", "names", f"names/{WALL}", "modules", f"modules/{WALL}", "texts")
PATIENCE = 20_000  # milliseconds that a condition may take on a machine that is busy with other things
LONG = "Donaudampfschifffahrtsgesellschaftsbrett"
Opens = Callable[..., Guest]


@pytest.fixture
def opens(chromium: Browser, company: SomeCompany) -> Iterator[Opens]:
    """A browser in which somebody is signed in: `opens(nadja)`. It must not complain."""
    expect.set_options(timeout=PATIENCE)
    guests: list[Guest] = []
    with ExitStack() as closing:

        def open_for(body: SomeBody, **options: object) -> Guest:
            context = chromium.new_context(
                viewport={"width": 1280, "height": 800},
                locale="en-GB",
                reduced_motion="reduce",
                service_workers="block",
                **options,
            )
            closing.callback(context.close)
            context.set_default_timeout(PATIENCE)
            guests.append(Guest(context, company.platform.shell.config.origin(body.company.host)))
            return guests[-1].has_session(body.session_token())

        yield open_for
    assert [guest.problems for guest in guests if guest.problems] == []


@pytest.fixture
def nadja(company: SomeCompany) -> SomeBody:
    """May do everything here."""
    company.house("Seestrasse")
    return company.agent("Nadja Frei", "company.settings", "modules.switch", language="en")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 100), "#aa3322").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("theme", "pages"),
    [("klar", PAGES), ("warm", ("brand", f"names/{WALL}")), ("markant", ("brand", "names"))],
    ids=["klar", "warm", "markant"],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    make_company: Callable[..., SomeCompany], opens: Opens, theme: str, pages: tuple[str, ...]
) -> None:
    company = make_company("Brunnenhof", modules=(POST, WALL), theme=theme)
    company.house("Am langen Weg zur Wasserkirche")
    guest = opens(company.agent("Nadja Frei", "company.settings", "modules.switch", language="de"))
    found: dict[str, list[str]] = {}
    for page in pages:
        guest.goes(f"{SETTINGS}/{page}")
        found[page] = faults(guest.page, looks=TWO)
    assert {page: wrong for page, wrong in found.items() if wrong} == {}


def test_the_proof_follows_the_colour_and_the_picker_the_digits(opens: Opens, nadja: SomeBody) -> None:
    guest = opens(nadja)
    page = guest.page
    guest.goes(f"{SETTINGS}/brand")
    page.get_by_label("Brand colour", exact=True).fill("FFE11B")
    expect(page.get_by_text("White would be hard to read on this colour: it carries dark text.")).to_be_visible()
    assert page.locator("[data-picks=colour]").input_value() == "#ffe11b"
    expect(page.locator("#colour")).to_be_focused()
    page.get_by_role("radio", name="Warm", exact=False).check(force=True)
    shown = page.frame_locator(".phone-frame iframe")
    expect(shown.first.locator("html")).to_have_attribute("data-theme", "warm")
    expect(shown.last.locator("html")).to_have_attribute("data-mode", "dark")
    assert "#ffe11b" in shown.first.locator("body").evaluate("at => getComputedStyle(at).getPropertyValue('--block')")
    expect(page.locator("html")).to_have_attribute("data-theme", "klar")


SMALL = """() => [...document.querySelectorAll('a[href], button, input, select, summary')]
  .filter(one => one.checkVisibility() && Math.round(one.getBoundingClientRect().height) < 44)
  .map(one => one.tagName + one.className + one.textContent)"""
CORNER = "at => getComputedStyle(at).borderTopLeftRadius"


@pytest.mark.parametrize("theme", ["klar", "warm", "markant"])
def test_compact_makes_nothing_too_small_for_a_thumb_and_corners_are_those_that_were_chosen(
    make_company: Callable[..., SomeCompany], opens: Opens, theme: str
) -> None:
    company = make_company("Brunnenhof", modules=(POST, WALL), theme=theme)
    verena, nadja = company.resident("Verena Keller"), company.agent("Nadja Frei", "company.settings", language="en")
    phone, desk = opens(verena, has_touch=True, is_mobile=True), opens(nadja)
    phone.page.set_viewport_size({"width": 360, "height": 740})
    found: list[list[str]] = []
    for _drawn_and_chosen in range(2):
        for path in ("/", "/search", "/account"):
            phone.goes(path)
            found.append(phone.page.evaluate(SMALL))
        desk.goes(f"{SETTINGS}/brand")
        desk.page.locator("[name=corners][value=square]").check(force=True)
        desk.page.locator("[name=density][value=compact]").check(force=True)
        link = desk.page.frame_locator(".phone-frame iframe").first.locator(".bottomnav a").first
        expect(link).to_have_css("min-height", "58px" if theme == "warm" else "56px")
        desk.page.get_by_role("button", name="Publish").first.click()
        expect(desk.page.get_by_text("Published. Everybody sees it from now on.")).to_be_visible()
    assert [set(chosen) - set(drawn) for drawn, chosen in zip(found[:3], found[3:], strict=True)] == [set()] * 3
    assert {one.evaluate(CORNER) for one in phone.page.locator(".btn, .input, .panel").all()} == {"0px"}


def test_a_picture_is_checked_and_shown_as_soon_as_it_is_chosen(opens: Opens, nadja: SomeBody) -> None:
    guest = opens(nadja)
    page = guest.page
    guest.goes(f"{SETTINGS}/brand")
    page.locator("#logo").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": picture()})
    expect(page.locator(".asset-light img")).to_be_visible()
    expect(page.frame_locator(".phone-frame iframe").first.locator(".logo").first).to_be_visible()
    page.locator("#icon").set_input_files({"name": "icon.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.locator("#icon-error")).to_contain_text("This file is not a picture.")
    expect(page.locator(".asset-light img")).to_be_visible()
    page.get_by_role("button", name="Publish").first.click()
    expect(page.get_by_text("Published. Everybody sees it from now on.")).to_be_visible()
    expect(page.locator(".sidenav .logo")).to_be_visible()


def test_rows_are_dragged_into_order(opens: Opens, nadja: SomeBody) -> None:
    guest = opens(nadja)
    page = guest.page
    guest.goes(f"{SETTINGS}/names")
    handle, target = page.locator("[data-drag]").first.bounding_box(), page.locator(".names li").last.bounding_box()
    assert handle
    assert target
    page.mouse.move(handle["x"] + 5, handle["y"] + 5)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, target["y"] + target["height"] - 2, steps=5)
    page.mouse.up()
    expect(page.get_by_text("The draft is saved. Nobody else sees it before it is published.")).to_be_visible()
    assert page.locator("[name=order]").evaluate_all("all => all.map(one => one.value)") == [WALL, POST]


def test_an_icon_is_found_by_its_word_and_a_long_name_stays_on_its_tile(opens: Opens, nadja: SomeBody) -> None:
    guest = opens(nadja, timezone_id="Europe/Zurich")
    page = guest.page
    guest.goes(f"{SETTINGS}/names/{WALL}")
    page.get_by_label("Find an icon").fill("bicy")
    assert page.locator(".icon-pick:visible").all_inner_texts() == ["as delivered", "bicycle"]
    page.get_by_label("Find an icon").fill("xyz")
    expect(page.get_by_text("No icon is called like this.")).to_be_visible()
    page.locator("#name-de").fill(LONG)
    tile = page.locator("#look .tile").first
    expect(tile).to_have_text(LONG)
    assert tile.evaluate("tile => tile.scrollWidth - tile.clientWidth") == 0


def test_whom_a_choice_of_properties_reaches_follows_the_ticks(opens: Opens, nadja: SomeBody) -> None:
    nadja.company.resident("Verena Keller")
    guest = opens(nadja)
    page = guest.page
    guest.goes(f"{SETTINGS}/modules/{WALL}")
    expect(page.locator("#reach")).to_contain_text("After saving, 1 resident has it.")
    page.get_by_label("Only in these properties").check()
    page.get_by_role("checkbox", name="Seestrasse").check()
    expect(page.locator("#reach")).to_contain_text("After saving, 0 residents have it. Before: 1.")


def test_a_switch_says_what_it_will_do_when_it_is_moved(opens: Opens, nadja: SomeBody) -> None:
    nadja.company.resident("Verena Keller")
    guest = opens(nadja)
    guest.goes(f"{SETTINGS}/modules")
    switch, effects = guest.page.get_by_role("switch", name="Letter box"), guest.page.locator(".switch-effect:visible")
    assert effects.all_inner_texts() == ["1 resident has it."] * 2
    switch.click()
    assert effects.all_inner_texts() == [
        "After saving, 1 resident does not see it any more. The contents stay.",
        "1 resident has it.",
    ]


def test_a_look_is_checked_and_published_without_a_script(opens: Opens, nadja: SomeBody) -> None:
    guest = opens(nadja, java_script_enabled=False)
    page = guest.page
    guest.goes(f"{SETTINGS}/brand")
    page.get_by_label("Brand colour", exact=True).fill("#FFE11B")
    page.get_by_role("button", name="Check without publishing").click()
    expect(page.get_by_text("White would be hard to read on this colour: it carries dark text.")).to_be_visible()
    page.get_by_role("button", name="Publish").first.click()
    expect(page.get_by_text("Published. Everybody sees it from now on.")).to_be_visible()
    expect(page.locator(".js-only:visible")).to_have_count(0)


def test_names_are_put_in_order_without_a_script(opens: Opens, nadja: SomeBody) -> None:
    guest = opens(nadja, java_script_enabled=False)
    guest.goes(f"{SETTINGS}/names")
    guest.page.get_by_role("button", name="Move Wall board up").click()
    expect(guest.page.locator(".names li").first).to_contain_text("Wall board")


def test_the_page_beside_a_room_speaks_as_chosen_before_anything_is_kept(opens: Opens, nadja: SomeBody) -> None:
    guest = opens(nadja)
    page = guest.page
    guest.goes(f"{SETTINGS}/brand/tone")
    page.locator("#shown_in-de").check(force=True)
    screen = page.frame_locator(".phone-frame iframe").first
    expect(screen.get_by_role("heading", level=1)).to_have_text("Grüezi, Nadja Frei")
    page.get_by_text("informal: du, tu").click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Hallo, Nadja")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("This is a draft")).to_be_visible()
    guest.goes(f"{SETTINGS}/brand/mails")
    page.locator("#mail_header-de").fill("Seit 1923")
    expect(page.frame_locator(".phone-frame iframe").first.get_by_text("Seit 1923")).to_be_visible()
