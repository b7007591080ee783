"""Files of a form in a real browser: sent while the rest is filled in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from quartier.db.base import new_id
from quartier.testing import SomeCompany
from tests.attachments.conftest import picture
from tests.journeys.axe import TWO, faults
from tests.journeys.guest import Guest

pytestmark = pytest.mark.browser
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def payload(name: str, body: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": body}


def test_several_at_once_with_progress_order_and_reasons(chromium: Browser, brunnenhof: SomeCompany) -> None:
    lea, note = brunnenhof.resident("Lea Baumann", language="en"), new_id()
    with chromium.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, reduced_motion="reduce"
    ) as context:
        context.set_default_timeout(20_000)
        expect.set_options(timeout=20_000)
        guest = Guest(context, brunnenhof.platform.shell.config.origin(brunnenhof.host))
        page = guest.has_session(lea.session_token()).page
        guest.goes(f"/board/{note}/edit")
        expect(page.get_by_text("Take a picture")).to_be_visible()
        chooser, rows = page.get_by_label("Choose files"), page.locator(".files-list > li")
        page.get_by_label("Title").fill("Kitchen")
        chooser.set_input_files([
            payload("kitchen.jpg", picture(1200, 900)), payload("rules.txt", b"Rules"),
            payload("game.exe", b"MZ\x90\0"),
        ])  # fmt: skip
        expect(rows.nth(2)).to_contain_text("A file of this kind cannot be taken here")
        expect(rows.filter(has_text="Being checked")).to_have_count(2)
        with ThreadPoolExecutor(1) as worker:  # the browser has the event loop of this thread
            worker.submit(brunnenhof.work).result()
        expect(rows.nth(0).get_by_role("img")).to_have_count(0)  # a picture beside its name says nothing more
        expect(page.locator(".file-look img")).to_be_visible()
        page.get_by_label("Description: kitchen.jpg").fill("The kitchen")
        rows.nth(2).get_by_label("Remove", exact=True).click()
        rows.nth(1).get_by_label("Move up").click()
        expect(rows.locator(".file-name")).to_have_text(["rules.txt", "kitchen.jpg"])
        assert (page.evaluate(WIDE), faults(page, looks=TWO)) == (0, [])
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_alt_text("The kitchen")).to_be_visible()
        guest.was_told(422)
