"""Companies are neighbours on one domain: their pages are same-site, and still nobody may act at the other's."""

from __future__ import annotations

from playwright.sync_api import Route

from quartier.testing import SomeCompany
from tests.journeys.conftest import Opens

TRAP = """<!doctype html><title>Trap</title><form method="post" action="{action}"><button>Look at my holiday pictures</button></form>"""


def test_a_page_of_a_sibling_company_cannot_sign_anybody_out(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, opens: Opens
) -> None:
    """The page could be a text that somebody of the other company's staff wrote; the cookie goes along, the deed not."""
    guest = opens(brunnenhof.host).has_session(brunnenhof.resident("Verena Keller").session_token())
    trap = guest.origin.replace(brunnenhof.host, nordlicht.host) + "/trap"

    def lay(route: Route) -> None:
        route.fulfill(body=TRAP.format(action=f"{guest.origin}/sign-out"), content_type="text/html")

    guest.context.route(trap, lay)
    guest.goes(trap)
    with guest.page.expect_request(lambda request: request.method == "POST") as sent:
        guest.page.get_by_role("button").click()
    answer = sent.value.response()
    assert answer is not None
    headers = sent.value.all_headers()
    assert (headers["sec-fetch-site"], "__Host-quartier=" in headers["cookie"]) == ("same-site", True)
    assert answer.status == 400
    guest.page.wait_for_load_state()
    guest.was_told(400)
    assert guest.goes("/").status == 200
    assert guest.page.url == f"{guest.origin}/", "still signed in"


def test_a_page_of_a_sibling_company_cannot_read_ours(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, opens: Opens
) -> None:
    guest = opens(brunnenhof.host).has_session(brunnenhof.resident("Verena Keller").session_token())
    trap = guest.origin.replace(brunnenhof.host, nordlicht.host) + "/trap"
    guest.context.route(trap, lambda route: route.fulfill(body="<!doctype html><title>Trap</title>", content_type="text/html"))
    guest.goes(trap)
    read = f"fetch('{guest.origin}/', {{credentials: 'include'}}).then(() => 'read', () => 'refused')"
    framed = f"""new Promise(done => {{ const frame = document.createElement('iframe'); frame.src = '{guest.origin}/';
        frame.onload = () => {{ try {{ done(frame.contentDocument?.body.innerText ?? 'refused') }} catch {{ done('refused') }} }};
        document.body.append(frame); }})"""
    assert (guest.page.evaluate(read), guest.page.evaluate(framed)) == ("refused", "refused")
    assert len(guest.problems) == 3, guest.problems  # the browser says why: no CORS, and frame-ancestors
    guest.problems.clear()
