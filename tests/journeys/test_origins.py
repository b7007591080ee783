"""Companies are neighbours on one domain: their pages are same-site, and still nobody may act at the other's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from werkzeug.wrappers import Response

from quartier.testing import SomeCompany
from tests.journeys.conftest import Opens
from tests.journeys.guest import Guest
from tests.journeys.site import held_port, serving

TRAP = """<!doctype html><html lang="en"><title>Trap</title>
<form method="post" action="{action}"><button>Look at my holiday pictures</button></form>"""
FRAMED = """address => new Promise(done => {
  const frame = Object.assign(document.createElement('iframe'), {src: address});
  frame.onload = () => { try { done(frame.contentDocument.body.innerText) } catch { done('refused') } };
  document.body.append(frame);
})"""
READ = "address => fetch(address, {credentials: 'include'}).then(() => 'read', () => 'refused')"

Lays = Callable[[str, str], str]


@pytest.fixture
def lays_trap() -> Iterator[Lays]:
    """A page on a neighbour's host, with a form that goes elsewhere: `lays_trap(host, action)` → its address."""
    page = Response(content_type="text/html")
    with held_port() as port:

        def lay(host: str, action: str) -> str:
            page.set_data(TRAP.format(action=action))
            return f"http://{host}:{number}/"

        number = port.getsockname()[1]
        with serving(page, port):
            yield lay


@pytest.fixture
def verena(brunnenhof: SomeCompany, opens: Opens) -> Guest:
    return opens(brunnenhof.host).has_session(brunnenhof.resident("Verena Keller").session_token())


def test_a_page_of_a_sibling_company_cannot_sign_anybody_out(
    verena: Guest, nordlicht: SomeCompany, lays_trap: Lays
) -> None:
    """The cookie goes along, because the two hosts are one site; the deed does not happen."""
    verena.goes(lays_trap(nordlicht.host, f"{verena.origin}/sign-out"))
    with verena.page.expect_response(f"{verena.origin}/sign-out") as caught:
        verena.page.get_by_role("button").click()
    sent = caught.value.request.all_headers()
    assert (sent["sec-fetch-site"], "__Host-quartier=" in sent["cookie"]) == ("same-site", True)
    assert caught.value.status == 400
    verena.page.wait_for_load_state()
    verena.was_told(400)
    verena.goes("/")
    assert verena.page.url == f"{verena.origin}/", "still signed in"


def test_a_page_of_a_sibling_company_cannot_read_ours(verena: Guest, nordlicht: SomeCompany, lays_trap: Lays) -> None:
    verena.goes(lays_trap(nordlicht.host, "/"))
    read, framed = (verena.page.evaluate(script, f"{verena.origin}/") for script in (READ, FRAMED))
    assert (read, framed) == ("refused", "refused")
    assert any("blocked by CORS policy" in problem for problem in verena.problems)
    verena.problems.clear()
