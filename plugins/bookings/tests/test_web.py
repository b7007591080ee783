"""What residents and staff meet on their pages, and machines in the API."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from plugins.bookings import exchange, queries, services
from plugins.bookings.tests.sample import ALL_WEEK, STAFF, at, booked, party, room, soon, wish
from quartier.sdk import Audience, LocalizedText
from quartier.testing import SomeCompany

RULES = LocalizedText(de="Besenrein verlassen.")


def test_booking_takes_three_taps_and_says_no_with_reasons(brunnenhof: SomeCompany) -> None:
    lea, tim = brunnenhof.resident("Lea Moser", language="en"), brunnenhof.resident("Tim Frei", language="de")
    with brunnenhof.db() as db:
        hall = room(db, "Saal", house_rules=RULES, capacity=20, price_per="slot", prices={"everybody": "25"})
        room(db, "Nur andere", audience=Audience(frozenset({brunnenhof.house()[0]})))
        flats = [frozenset({one.viewer(db).places[0].unit_id}) for one in (lea, tim)]
        room(db, "Leas Sauna", audience=Audience(flats[0]))
        room(db, "Tims Sauna", audience=Audience(flats[1]))
        db.commit()
    browser = lea.browser
    listed = browser.get("/bookings/").text
    pick = listed.partition('href="/bookings/saal?slot=')[2].partition('"')[0]
    assert f'value="{pick}" checked' in browser.get(f"/bookings/saal?slot={pick}").text  # the next free one is chosen
    assert "/bookings/nur-andere" not in listed
    assert ("leas-sauna" in listed, "tims-sauna" in listed) == (True, False)
    assert browser.get("/bookings/nur-andere").status_code == 404
    slot = f"{at(soon(), 8)}-{at(soon(), 12)}"
    assert f'value="{slot}"' in browser.get(f"/bookings/saal?on={soon()}").text
    for view in ("day", "month"):
        assert browser.get(f"/bookings/saal?view={view}&on={soon()}").status_code == 200
    sent = {"slot": slot, "people": "30", "note": "Birthday"}
    answer = browser.post("/bookings/saal", sent)
    assert answer.status_code == 409
    assert "There is room for 20 people." in answer.text
    assert "Please accept the house rules." in answer.text
    assert "Next free:" in answer.text
    assert 'value="Birthday"' in answer.text
    answer = browser.post("/bookings/saal", sent | {"people": "12", "agree": "true"})
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).text
    assert "CHF" in page
    assert "slot-mine" in browser.get(f"/bookings/saal?on={soon()}").text
    lost = tim.browser.post("/bookings/saal", sent | {"people": "2", "agree": "true"})
    assert lost.status_code == 409
    assert "Diese Zeit ist schon vergeben." in lost.text
    assert f'name="take" value="{at(soon(), 14)}-{at(soon(), 18)}"' in lost.text
    with brunnenhof.db() as db:
        assert [one.note for one in queries.bookings_of(db, lea.person_id)] == ["Birthday"]
    assert tim.browser.get(answer.headers["Location"]).status_code == 404
    assert tim.browser.post(f"{answer.headers['Location']}/cancel").status_code == 404
    services_page = browser.post(f"{answer.headers['Location']}/cancel", {"fee": "0"})
    assert services_page.status_code == 303
    assert browser.post(f"{answer.headers['Location']}/cancel", {"fee": "0"}).status_code == 409
    assert hall.capacity == 20


@pytest.mark.parametrize("sent", [{}, {"slot": "x-y"}, {"slot": "1-"}, {"slot": "9" * 30 + "-1"}, {"at": "5"}])
def test_what_is_no_time_is_asked_for_again(brunnenhof: SomeCompany, sent: dict[str, str]) -> None:
    with brunnenhof.db() as db:
        room(db, "Saal")
        db.commit()
    answer = brunnenhof.resident(language="en").browser.post(
        "/bookings/saal", sent | {"people": "many", "note": "x" * 501}
    )
    assert answer.status_code == 422
    for sentence in ("Please choose a time.", "Please give a number.", "At most 500 characters."):
        assert sentence in answer.text


def test_free_times_and_nights_are_booked_with_their_price_shown_first(brunnenhof: SomeCompany) -> None:
    lea = brunnenhof.resident("Lea Moser", language="en")
    with brunnenhof.db() as db:
        room(
            db, "Garten", kind="free", shortest=60, longest=240, step=60, price_per="hour", prices={"everybody": "7.50"}
        )
        room(db, "Gast", kind="nights", shortest=1440, longest=4320, price_per="night", prices={"everybody": "55"})
        room(db, "Saal", price_per="slot", prices={"everybody": "60", "tenants": "40"}, deposit="200")
        db.commit()
    beside = lea.browser.get("/bookings/saal").text.partition('id="details"')[2].partition("<aside")[0]
    assert re.findall(r"CHF\s([\d.]+[^<]*)", beside) == ["40.00 per booking", "200.00"]
    start = at(soon(), 9)
    sent = {"day": str(soon()), "at": str(start), "minutes": "120", "people": "1"}
    shown = lea.browser.post("/bookings/garten", sent | {"do": "price"})
    assert (shown.status_code, "CHF" in shown.text, "15.00" in shown.text) == (200, True, True)
    assert lea.browser.post("/bookings/garten", sent).status_code == 303
    assert lea.browser.post("/bookings/gast", {"day": str(soon()), "minutes": "2", "people": "1"}).status_code == 303
    with brunnenhof.db() as db:
        found = {(one.ends - one.starts, str(one.price)) for one in queries.bookings_of(db, lea.person_id)}
    assert (timedelta(hours=2), "15.00") in found
    assert any(price == "110.00" for _length, price in found)


def test_the_door_code_is_shown_in_the_slot_only(brunnenhof: SomeCompany) -> None:
    lea = brunnenhof.resident("Lea Moser", language="en")
    with brunnenhof.db() as db:
        always = room(db, "Saal", kind="free", hours=(((0, 1440),),) * 7, step=5, shortest=5, code="4711#")
        now = int(datetime.now(UTC).timestamp()) // 60
        whose = party(lea.person_id, made_by="Nadja Frei", override="Jetzt")
        later = services.book(db, always, wish(soon()), whose)
        going = services.book(db, always, services.Wish(now + 1, now + 60), whose)
        db.rows(
            "UPDATE bookings_booking SET starts = now() - interval '1 minute' WHERE id = %s RETURNING id", (going.id,)
        )
        db.commit()
    assert "4711#" not in lea.browser.get(f"/bookings/mine/{later.id}").text
    assert "4711#" in lea.browser.get(f"/bookings/mine/{going.id}").text


def test_staff_decide_once_and_both_sides_are_told(brunnenhof: SomeCompany) -> None:
    lea = brunnenhof.resident("Lea Moser", language="en")
    nadja = brunnenhof.agent("Nadja Frei", "bookings.view", "bookings.manage", language="en")
    with brunnenhof.db() as db:
        made = booked(db, room(db, "Saal", approval="staff"), lea.person_id, soon())
        db.commit()
    brunnenhof.work()
    browser, url = nadja.browser, f"/cockpit/bookings/{made.id}/decide"
    assert str(made.id) in browser.get("/cockpit/bookings/").text
    assert "Lea Moser" in browser.get(f"/cockpit/bookings/{made.id}").text
    first = browser.post(url, {"do": "decline", "reason": "Renovation", "version": "1"})
    second = browser.post(url, {"do": "confirm", "version": "1"})
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Somebody else was quicker" in second.text
    reader = brunnenhof.agent("Nur Leser", "bookings.view")
    assert reader.browser.post(url, {"do": "cancel"}).status_code == 403
    brunnenhof.work()
    with brunnenhof.db() as db:
        mails = db.rows("SELECT kind, subject FROM mail_delivery ORDER BY subject")
    assert [(row.kind, row.subject.partition(":")[0]) for row in mails] == [
        ("bookings.news", "Declined"), ("bookings.requests", "Please decide"), ("bookings.news", "Your request"),
    ]  # fmt: skip


def json_of(answer: TestResponse) -> Any:
    return answer.get_json()


def test_machines_make_assets_and_book_on_behalf(brunnenhof: SomeCompany) -> None:
    token = brunnenhof.token("bookings.assets", "bookings.manage", "bookings.view")
    head, browser = {"Authorization": f"Bearer {token}"}, brunnenhof.visitor()
    hours = {"mo": "08:00-12:00", "sa": "18:00-02:00"}
    asset = {"name": {"de": "Saal"}, "rules": {"hours": hours, "prices": {"everybody": "25"}, "price_per": "slot"}}
    made = browser.post("/api/v1/bookings/assets", json=asset, headers=head)
    assert made.status_code == 201, made.text
    assert (json_of(made)["key"], json_of(made)["rules"]["hours"]["sa"]) == ("saal", "18:00–02:00")
    wrong = {"hours": {"mo": "8-12"}, "step": 0, "region": "CH-XX", "shortest": "2 h", "longest": "1 h"}
    refused = browser.post("/api/v1/bookings/assets", json={"name": {"de": "X"}, "rules": wrong}, headers=head)
    assert refused.status_code == 422
    url = f"/api/v1/bookings/assets/{json_of(made)['id']}"
    shown = browser.get(url, headers=head)
    changed = browser.open("PUT", url, json={"capacity": 12}, headers=head | {"If-Match": shown.headers["ETag"]})
    assert (changed.status_code, json_of(changed)["capacity"]) == (200, 12)
    stale = browser.open("PUT", url, json={"capacity": 13}, headers=head | {"If-Match": shown.headers["ETag"]})
    assert stale.status_code == 412
    free = json_of(browser.get(f"{url}/free?days=14", headers=head))
    person = brunnenhof.person("Rita Name")
    ask = {"asset": json_of(made)["id"], "person": str(person.id), **free[0]}
    booking = browser.post("/api/v1/bookings/bookings", json=ask, headers=head)
    assert (booking.status_code, json_of(booking)["state"], json_of(booking)["price"]) == (201, "confirmed", "25.00")
    again = browser.post("/api/v1/bookings/bookings", json=ask, headers=head)
    assert again.status_code == 409
    assert "taken" in again.text
    assert "next_free" in again.text
    override = browser.post("/api/v1/bookings/bookings", json=ask | {"override": "Chef"}, headers=head)
    assert override.status_code == 403
    listed = json_of(browser.get("/api/v1/bookings/bookings?limit=1", headers=head))
    assert [one["id"] for one in listed["items"]] == [json_of(booking)["id"]]
    gone = browser.post(f"/api/v1/bookings/bookings/{json_of(booking)['id']}/cancel", json={}, headers=head)
    assert json_of(gone)["state"] == "cancelled"
    assert browser.open("DELETE", url, headers=head).status_code == 409
    assert browser.post(f"{url}/archive", headers=head).status_code == 204
    assert re.search("saal", browser.get("/api/v1/bookings/assets", headers=head).text) is None


def test_a_companys_files_come_back_as_they_were(brunnenhof: SomeCompany, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    storage, browser = brunnenhof.platform.shell.storage, brunnenhof.resident("Lea Moser").browser
    for folder in (first, second):
        folder.mkdir()
    with brunnenhof.db() as db:
        hall = room(db, "Saal", code="1", prices={"everybody": "25"}, price_per="slot", house_rules=RULES)
        room(db, "Hälfte", linked=(hall.id,), kind="free", hours=(*ALL_WEEK[:6], ((18 * 60, 26 * 60),)))
        exchange.write(db, first)
        exchange.plant(db, first, actor="test", storage=storage)
        exchange.write(db, second)
        assert {path.name: path.read_text() for path in first.iterdir()} == {
            path.name: path.read_text() for path in second.iterdir()
        }
        Image.new("RGB", (64, 48), "teal").save(first / "saal.png")
        for _again in range(2):
            exchange.plant(db, first, actor="test", storage=storage)
        db.commit()
    brunnenhof.work()
    pictures = re.findall(r'<img class="asset-sign" src="([^"]+)"', browser.get("/bookings/").text)
    assert [browser.get(one).content_type for one in pictures] == ["image/webp"]
    with brunnenhof.db() as db:
        (first / "saal.png").write_bytes(b"")
        with pytest.raises(ValueError, match=r"saal.png"):
            exchange.plant(db, first, actor="test", storage=storage)
        (first / "saal.toml").write_text('[name]\nde = "Saal"\n[rules]\nkind = "slots"\n')
        with pytest.raises(ValueError, match=r"saal.toml"):
            exchange.plant(db, first, actor="test", storage=storage)
        assert STAFF.name == "Nadja Frei"
