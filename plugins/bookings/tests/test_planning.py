"""Figures, addresses for calendars, what machines do at the desk, and that nothing is lost while the module is off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from json import loads
from urllib.parse import urlsplit

from icalendar import Calendar

from plugins.bookings import queries, services
from plugins.bookings.manifest import MANAGE, VIEW, manifest
from plugins.bookings.rules import Rules, moment, open_in
from plugins.bookings.services import Example
from plugins.bookings.tests.sample import STAFF, ZURICH, at, booked, room, soon
from quartier.sdk import Audience
from quartier.testing import SomeCompany

CHIEF = tuple(one.key for one in manifest.permissions)
DESK, API = "/cockpit/bookings", "/api/v1/bookings"


def test_figures_say_what_was_used_and_earned_at_the_prices_of_then(brunnenhof: SomeCompany) -> None:
    lea, now = brunnenhof.person("Lea Moser").id, int(datetime.now(UTC).timestamp()) // 60
    last = datetime.now(ZURICH).date().replace(day=1) - timedelta(days=1)
    with brunnenhof.db() as db:
        hall = room(db, "Saal", price_per="slot", prices={"everybody": "25"})
        guests = room(
            db, "Gast", kind="nights", price_per="night", prices={"everybody": "50"}, hours=(((0, 1440),),) * 7
        )
        for day in (2, 4):
            start = at(last.replace(day=day), 8)
            assert services.place(db, hall, Example(start, start + 240, lea, lea), now)
        stay = at(last - timedelta(days=1), 15)  # two nights, of which one is of the month after
        assert services.place(db, guests, Example(stay, stay + 44 * 60, lea, lea), now)
        db.rows("UPDATE bookings_booking SET state = 'missed' WHERE starts = %s RETURNING id", (moment(start),))
        dearer = Rules(**{**hall.rules.to_json(), "hours": hall.rules.hours, "prices": {"everybody": "90"}})
        services.save_asset(db, hall.id, by=STAFF, values={"rules": dearer})
        db.commit()
    nadja = brunnenhof.agent("Nadja Frei", *CHIEF, language="en").browser
    page = nadja.get(f"{DESK}/figures").text
    assert ("CHF 50.00" in page.replace("\u00a0", " "), "CHF 100.00" in page.replace("\u00a0", " ")) == (True, True)
    table = nadja.get(f"{DESK}/figures.csv?since={last.replace(day=1)}&until={last}").text.splitlines()
    share = round(100 * 240 / open_in(hall.rules, last.replace(day=1), last, ZURICH))
    assert [line.split(";")[2:9] for line in table[1:] if line.startswith("Saal")] == [
        [str(last.replace(day=1)), "1", str(share), "50", "0", "CHF", "1"]
    ]
    assert [line.split(";")[3:6] for line in table[1:] if line.startswith("Gast")] == [
        ["1", str(round(100 * 2 / last.day)), "100"]
    ]
    assert nadja.get(f"{DESK}/figures.xlsx?asset={hall.id}").data[:2] == b"PK"
    assert nadja.get(f"{DESK}/figures.pdf").status_code == 404


def test_shared_addresses_name_nobody_unless_the_team_wants_it_and_end_with_the_right(brunnenhof: SomeCompany) -> None:
    lea, nadja = brunnenhof.person("Lea Moser").id, brunnenhof.agent("Nadja Frei", *CHIEF, language="en")
    elsewhere, _building = brunnenhof.house()
    with brunnenhof.db() as db:
        hall = room(db, "Saal", property_id=brunnenhof.property_id, code="4711")
        booked(db, hall, lea, soon())
        booked(db, room(db, "Sauna", property_id=elsewhere), lea, soon())
        services.block(db, hall, at(soon(8), 0), at(soon(9), 0), by=STAFF, reason="Wasserschaden")
        db.commit()
    browser, stranger = nadja.browser, brunnenhof.visitor()

    def made(**asked: str) -> str:
        page = browser.post(f"{DESK}/feeds", asked)
        assert page.status_code == 200, page.text
        return urlsplit(page.text.partition('readonly value="')[2].partition('"')[0]).path

    def said(path: str) -> list[str]:
        return sorted(str(event["summary"]) for event in Calendar.from_ical(stranger.get(path).data).walk("VEVENT"))

    shared, team, all_of_it = made(asset=str(hall.id)), made(asset=str(hall.id), names="true"), made(names="true")
    assert said(shared) == ["Saal: belegt", "Saal: gesperrt"]
    assert said(team) == ["Saal: Lea Moser", "Saal: Wasserschaden"]
    assert said(all_of_it) == ["Saal: Lea Moser", "Saal: Wasserschaden", "Sauna: Lea Moser"]
    answer = stranger.get(shared)
    again = stranger.get(shared, headers={"If-None-Match": answer.headers["ETag"]})
    assert ("4711" in answer.text, "Moser" in answer.text, again.status_code) == (False, False, 304)
    assert browser.post(f"{DESK}/feeds", {"asset": "x"}).status_code == 422
    with brunnenhof.db() as db:
        (one,) = db.rows("SELECT id FROM bookings_feed WHERE asset_id = %s AND NOT names", (hall.id,))
    other = brunnenhof.agent("Tim Frei", VIEW).browser
    assert other.post(f"{DESK}/feeds/{one.id}/end").status_code == 404
    assert browser.post(f"{DESK}/feeds/{one.id}/end").status_code == 303
    assert stranger.get(shared).status_code == 404
    nadja.limited_to(elsewhere)
    assert said(all_of_it) == ["Sauna: Lea Moser"]
    assert stranger.get(team).status_code == 404


def test_machines_block_move_and_say_who_came(brunnenhof: SomeCompany) -> None:
    lea = brunnenhof.person("Lea Moser").id
    with brunnenhof.db() as db:
        hall = room(db, "Saal")
        made = booked(db, hall, lea, soon())
        db.commit()
    head = {"Authorization": f"Bearer {brunnenhof.token(VIEW, MANAGE)}"}
    browser = brunnenhof.visitor()
    day = {"asset": str(hall.id), "starts": f"{soon()}T00:00:00Z", "ends": f"{soon(8)}T00:00:00Z", "reason": "Bau"}
    hit = browser.post(f"{API}/blocks", json=day, headers=head)
    assert (hit.status_code, hit.get_json()["errors"]) == (409, [{"pointer": "#/hits", "detail": "1"}])
    assert hit.get_json()["detail"] == "In dieser Zeit liegt 1 Buchung."
    url = f"{API}/bookings/{made.id}"
    times = {"starts": moment(at(soon(9), 8)).isoformat(), "ends": moment(at(soon(9), 12)).isoformat()}
    moved = browser.post(f"{url}/move", json=times, headers=head)
    assert (moved.status_code, moved.get_json()["starts"][:10]) == (200, str(soon(9)))
    assert browser.post(f"{url}/move", json=times | {"override": "Ja"}, headers=head).status_code == 403
    assert browser.post(f"{url}/missed", headers=head).status_code == 409
    arrived = [browser.post(f"{url}/arrive", headers=head).status_code for _each in range(2)]
    block = browser.post(f"{API}/blocks", json=day, headers=head)
    assert (arrived, block.status_code, block.get_json()["state"]) == ([200, 200], 201, "block")
    again = browser.post(f"{API}/blocks", json=day, headers=head)
    backwards = browser.post(f"{API}/blocks", json=day | {"ends": day["starts"]}, headers=head)
    assert (again.status_code, backwards.status_code) == (409, 422)
    listed = browser.get(f"{API}/blocks", headers=head).get_json()
    assert [one["id"] for one in listed] == [block.get_json()["id"]]
    assert browser.open("DELETE", f"{API}/blocks/{made.id}", headers=head).status_code == 404
    assert browser.open("DELETE", f"{API}/blocks/{listed[0]['id']}", headers=head).status_code == 204
    assert browser.post(f"{API}/feeds", json={}, headers=head).status_code == 403  # a token of nobody
    assert browser.get(f"{API}/feeds", headers=head).get_json() == []


def test_switched_off_it_keeps_everything_and_on_again_it_is_back(brunnenhof: SomeCompany) -> None:
    lea, nadja = brunnenhof.resident("Lea Moser"), brunnenhof.agent("Nadja Frei", *CHIEF)
    with brunnenhof.db() as db:
        made = booked(db, room(db, "Saal"), lea.person_id, soon())
        feed = f"/bookings/feed/{services.make_feed(db, lea.person_id)}.ics"
        shared = f"/bookings/feed/{services.share_feed(db, nadja.person_id, asset_id=None, names=True)[1]}.ics"
        db.commit()
    looks = [
        (lea.browser, f"/bookings/mine/{made.id}"), (nadja.browser, f"{DESK}/{made.id}"),
        (nadja.browser, f"{DESK}/calendar?on={soon()}"), (brunnenhof.visitor(), feed), (brunnenhof.visitor(), shared),
    ]  # fmt: skip
    before = [browser.get(path).status_code for browser, path in looks]
    brunnenhof.switch("bookings", on=False)
    off = [browser.get(path).status_code for browser, path in looks]
    brunnenhof.switch("bookings")
    after = [browser.get(path).status_code for browser, path in looks]
    assert (before, off, after) == ([200] * 5, [404] * 5, [200] * 5)
    with brunnenhof.db() as db:
        found = queries.booking(db, made.id)
        assert (found is not None and found.state, "Lea Moser" in looks[2][0].get(looks[2][1]).text) == (
            "confirmed", True,
        )  # fmt: skip


def test_an_asset_has_files_for_who_may_book_it_and_its_form_asks_for_what_matters(brunnenhof: SomeCompany) -> None:
    lea, tim = brunnenhof.resident("Lea Moser"), brunnenhof.resident("Tim Frei")
    nadja = brunnenhof.agent("Nadja Frei", *CHIEF, language="en").browser
    with brunnenhof.db() as db:
        flat = lea.viewer(db).places[0].unit_id
        hall = room(db, "Saal", kind="nights", slot=60, audience=Audience(frozenset({flat})))
        db.commit()
    url = f"{DESK}/assets/{hall.id}"
    sent = {"name.de": "Saal", "key": "saal", "version": "1", "do": "save", "rules.kind": "nights", "where": str(flat)}
    file = (BytesIO("Stühle: 40".encode()), "inventar.txt")
    wrong = nadja.post(url, sent | {"capacity": "many", "files.new": file}, content_type="multipart/form-data")
    assert (wrong.status_code, "inventar.txt" in wrong.text) == (422, True)  # the file is kept as well
    draft = wrong.text.partition('name="files" value="')[2].partition('"')[0]
    hidden = {"rules.slot": "soon", "files": draft}  # slots do not matter where nights are let
    assert nadja.post(url, sent | hidden).status_code == 303
    brunnenhof.work()
    page = lea.browser.get("/bookings/saal").text
    address = page.partition('class="grow file-name" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert lea.browser.get(address).data == "Stühle: 40".encode()
    lasting = address.partition("?")[0]
    token = {"Authorization": f"Bearer {brunnenhof.token('bookings.view')}"}
    answer = brunnenhof.visitor().get("/api/v1/bookings/assets", headers=token)
    listed = loads(answer.text)[0]["files"]
    assert [(one["name"], one["content_type"]) for one in listed] == [("inventar.txt", "text/plain")]
    content = listed[0]["url"].partition("/api/")[2]
    assert brunnenhof.visitor().get(f"/api/{content}", headers=token).data == "Stühle: 40".encode()
    assert (tim.browser.get(address).status_code, tim.browser.get(lasting).status_code) == (404, 404)
    with brunnenhof.db() as db:
        assert queries.assets_of(db, hall.id)[0].rules.slot == 60
