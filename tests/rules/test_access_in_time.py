"""Rules for every module: whoever has no home here any more meets none of it, from one request to the next."""

from __future__ import annotations

import importlib
from datetime import timedelta

from sqlalchemy import update

from quartier.db.base import new_id
from quartier.estate.models import Occupancy
from quartier.notifications.models import Notification, NotificationReceipt
from quartier.people.models import Occupant
from quartier.testing import LONG_AGO, SomeBody, SomeCompany
from tests.rules.routes import NOWHERE, ask, portal_routes

WORD = "Nachbarschaftsgeheimnis"
OWN = ("/", "/notifications", "/search?q=nachbarschaft", "/more", "/household", "/account", "/account/data")
"""What is left to somebody who has moved out."""


def moves_out(body: SomeBody) -> None:
    with body.company.db() as db:
        mine = Occupant.person_id == body.person_id
        over = (
            update(Occupancy)
            .where(Occupancy.id == Occupant.occupancy_id, mine)
            .values(ends=LONG_AGO + timedelta(days=1))
        )
        db.execute(over)
        db.commit()


def told(body: SomeBody) -> None:
    """A module has told this person of something that neighbours write."""
    one = Notification(id=new_id(), kind="pinboard.post", event=f"{WORD}:1", path="/pinboard/", facts={"words": WORD})
    body.company.plant(one, NotificationReceipt(id=new_id(), notification_id=one.id, person_id=body.person_id))


def test_whoever_has_moved_out_meets_no_module_though_signed_in(brunnenhof: SomeCompany) -> None:
    for plugin in brunnenhof.platform.shell.plugins.serving.values():
        package = plugin.module.__name__.rpartition(".")[0]
        importlib.import_module(f"{package}.tests.sample").plant(brunnenhof, WORD)
    verena = brunnenhof.resident("Verena Keller")
    browser = verena.browser
    told(verena)
    assert WORD in browser.get("/notifications").text
    moves_out(verena)
    modules = [route for route in portal_routes(brunnenhof.platform) if route.module and route.area == "app"]
    answers = {
        (str(route), ask(brunnenhof, route, route.url(NOWHERE), browser=browser).status_code) for route in modules
    }
    assert {status for _route, status in answers} == {404}, answers
    pages = {path: browser.get(path) for path in OWN}
    assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(OWN, 200)
    assert [path for path, page in pages.items() if WORD in page.text] == []
    assert 'class="count"' not in pages["/"].text
