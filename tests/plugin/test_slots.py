"""A place that one module leaves and another fills, without either knowing the other."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint

from quartier.app import Platform, create_app
from quartier.plugin.manager import discover
from quartier.testing import Browser, SomeCompany

TICKETS = """
from flask import request
from quartier.sdk import SIGNED_IN, Offer, Pages, hookimpl

app = Pages("tickets", __name__, area="app", module="tickets")

@app.action("/new", needs=SIGNED_IN)
def new(visit):
    return " | ".join(request.form.get(name, "") for name in ("body", "origin"))

@hookimpl
def register_pages():
    return [app]

@hookimpl
def fill_slot(visit, slot):
    return [Offer("A ticket instead", "/tickets/new", "lock")] if slot == "pinboard.instead" else []
"""
PLACE = 'formaction="/tickets/new"'


def test_the_pinboard_leaves_a_place_for_what_is_private(
    platform: Platform,
    make_company: Callable[..., SomeCompany],
    write_plugin: Callable[..., EntryPoint],
) -> None:
    """Words go to the module that takes them, from the form and from one's own post; without it there is no button."""
    company = make_company("Brunnenhof", modules=("pinboard",))
    lea = company.resident("Lea Zimmermann", language="en")
    assert "formaction" not in lea.browser.get("/pinboard/new").text
    company.switch("tickets")
    plugins, point = discover(), write_plugin("tickets", TICKETS)
    point.load()
    plugins.add(sys.modules[point.value])
    with company.db() as db:
        assert list(plugins.call("module_switched_on", on=["pinboard"], db=db, actor="test")) == []  # its categories
        db.commit()
    with_tickets = create_app(platform.shell.config, plugins=plugins)
    browser = Browser(with_tickets, lea.browser.host)
    for name, value in lea.browser.cookies().items():
        browser.cookie(name, value)
    words = "Mein Nachbar raucht im Lift"
    assert [PLACE in browser.get(path).text for path in ("/pinboard/new", "/pinboard/")] == [True, True]
    assert browser.post("/tickets/new", {"body": words, "way": "all"}).text == f"{words} | "
    page = browser.get("/pinboard/new").text
    chosen = {name: re.findall(rf'name="{name}" value="([^"]+)"', page)[0] for name in ("id", "category_id")}
    way = re.findall(r'<option value="(property[^"]+)"', page)[0]
    assert browser.post("/pinboard/new", {"body": words, "way": way, **chosen}).status_code == 303
    mine = browser.get(f"/pinboard/{chosen['id']}").text
    assert [PLACE in mine, f'name="body" value="{words}"' in mine] == [True, True]
    assert f'name="origin" value="/pinboard/{chosen["id"]}"' in mine
    with_tickets.close()
