"""Series and the waiting list for machines, and that a limited token reaches what stands in its properties only."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

from werkzeug.test import TestResponse

from plugins.bookings import exchange, queries, services
from plugins.bookings.manifest import ASSETS, MANAGE, VIEW
from plugins.bookings.rules import Repeat, moment, times_of
from plugins.bookings.tests.sample import ZURICH, at, booked, party, room, soon, wish
from quartier.testing import SomeCompany

API = "/api/v1/bookings"


def times(day: int, hour: int = 8) -> dict[str, str]:
    return {"starts": moment(at(soon(day), hour)).isoformat(), "ends": moment(at(soon(day), hour + 4)).isoformat()}


def test_machines_look_at_a_series_book_it_decide_and_give_it_up(brunnenhof: SomeCompany) -> None:
    rita, tim = brunnenhof.person("Rita Name"), brunnenhof.person("Tim Frei")
    with brunnenhof.db() as db:
        hall = room(db, "Saal", price_per="slot", prices={"everybody": "25"})
        asked = room(db, "Garten", approval="staff")
        booked(db, hall, tim.id, soon(14))
        db.commit()
    head, browser = {"Authorization": f"Bearer {brunnenhof.token(VIEW, MANAGE)}"}, brunnenhof.visitor()

    def post(path: str, sent: dict[str, Any]) -> TestResponse:
        return browser.post(f"{API}{path}", json=sent, headers=head)

    ask = {"asset": str(hall.id), "person": str(rita.id), **times(7), "way": "weekly", "count": 3}
    dates = post("/series/dates", ask).get_json()
    assert [[why["code"] for why in one["reasons"]] for one in dates] == [[], ["taken"], []]
    assert (dates[0]["price"], dates[1]["next_free"]["starts"][:10]) == ("25.00", str(soon(14)))
    refused = post("/series", ask)
    assert (refused.status_code, len(refused.get_json()["errors"])) == (409, 1)
    wrongs: list[dict[str, Any]] = [
        {"count": 400},
        {"count": None},
        {"way": "daily", "count": None, "until": "2099-01-01"},
        {"dates": []},
    ]
    for wrong in wrongs:
        assert post("/series", ask | wrong).status_code == 422, wrong
    assert post("/series", ask | {"override": "Chef"}).status_code == 403
    made = post("/series", ask | {"dates": [times(7), times(14, 14), times(21)]})
    assert (made.status_code, [one["state"] for one in made.get_json()["bookings"]]) == (201, ["confirmed"] * 3)
    url = f"/series/{made.get_json()['id']}"
    bookings = made.get_json()["bookings"]
    assert post(f"{url}/cancel", {"booking": str(uuid4())}).status_code == 422
    rest = post(f"{url}/cancel", {"booking": bookings[1]["id"], "reason": "Umbau"}).get_json()
    assert [one["state"] for one in rest["bookings"]] == ["confirmed", "cancelled", "cancelled"]
    requests = post("/series", ask | {"asset": str(asked.id)}).get_json()
    assert [one["state"] for one in requests["bookings"]] == ["confirmed"] * 3  # who books for others has decided
    assert browser.post(f"{API}{url}/confirm", headers=head).status_code == 409
    assert browser.get(f"{API}{url}", headers=head).get_json()["way"] == "weekly"


def test_machines_put_on_the_list_and_a_limited_token_reaches_its_property_only(brunnenhof: SomeCompany) -> None:
    elsewhere, _building = brunnenhof.house()
    rita, tim = brunnenhof.resident("Rita Roth"), brunnenhof.resident("Tim Frei")
    with brunnenhof.db() as db:
        here = room(db, "Saal", offer=240, property_id=brunnenhof.property_id)
        there = room(db, "Sauna", offer=240, property_id=elsewhere)
        own, other = (booked(db, one, tim.person_id, soon()) for one in (here, there))
        waits = services.join(db, there, wish(soon()), party(rita.person_id))
        series = services.book_series(
            db, there, times_of(Repeat("weekly", count=2), at(soon(9), 8), at(soon(9), 12), ZURICH), wish(soon(9)),
            party(tim.person_id), repeat=Repeat("weekly", count=2),
        )  # fmt: skip
        db.commit()
    nadja = brunnenhof.agent("Nadja Frei", VIEW, MANAGE).limited_to(brunnenhof.property_id)
    head, browser = {"Authorization": f"Bearer {brunnenhof.token(VIEW, MANAGE, by=nadja)}"}, brunnenhof.visitor()

    def answer(method: str, path: str, sent: dict[str, Any] | None = None) -> int:
        return browser.open(method, API + path, json=sent, headers=head).status_code

    ask = {"asset": str(here.id), "person": str(rita.person_id), **times(7)}
    made = browser.post(f"{API}/waiting", json=ask, headers=head)
    assert (made.status_code, made.get_json()["state"]) == (201, "waiting")
    assert browser.post(f"{API}/waiting", json=ask | times(8), headers=head).status_code == 409  # it is free
    listed = browser.get(f"{API}/waiting", headers=head).get_json()
    assert [one["id"] for one in listed] == [made.get_json()["id"]]
    beyond = [
        ("GET", f"/waiting?asset={there.id}", None), ("POST", "/waiting", ask | {"asset": str(there.id)}),
        ("POST", f"/waiting/{waits}/remove", {}), ("GET", f"/series/{series.id}", None),
        ("POST", f"/series/{series.id}/confirm", {}), ("POST", f"/series/{series.id}/decline", {}),
        ("POST", f"/series/{series.id}/cancel", {}), ("GET", f"/bookings/{other.id}", None),
        ("POST", f"/bookings/{other.id}/move", times(9)), ("POST", f"/bookings/{other.id}/arrive", {}),
        ("POST", f"/bookings/{other.id}/missed", {}), ("POST", f"/bookings/{other.id}/cancel", {}),
        ("POST", "/series", ask | {"asset": str(there.id), "way": "weekly", "count": 2}),
        ("POST", "/blocks", {"asset": str(there.id), **times(7), "reason": "Bau"}),
        ("GET", f"/assets/{there.id}/free", None),
    ]  # fmt: skip
    assert {(path, answer(method, path, sent)) for method, path, sent in beyond} == {
        (path, 404) for _m, path, _s in beyond
    }
    assert answer("POST", f"/bookings/{own.id}/cancel", {}) == 200
    assert browser.get(f"{API}/waiting", headers=head).get_json()[0]["state"] == "offered"
    url = f"/waiting/{made.get_json()['id']}/remove"
    assert (answer("POST", url, {"reason": "Nein"}), answer("POST", url, {})) == (200, 409)
    far = brunnenhof.person("Tim Anderswo")
    assert answer("POST", "/waiting", ask | {"person": str(far.id)}) == 422


def test_new_closures_tell_whom_they_hit_from_machines_and_from_files(brunnenhof: SomeCompany, tmp_path: Path) -> None:
    lea, tim = brunnenhof.resident("Lea Moser", language="en"), brunnenhof.person("Tim Frei")
    with brunnenhof.db() as db:
        hall = room(db, "Saal")
        booked(db, hall, lea.person_id, soon())
        booked(db, hall, tim.id, soon(), 14, 18)
        exchange.write(db, tmp_path)
        db.commit()
    head = {"Authorization": f"Bearer {brunnenhof.token(VIEW, ASSETS)}"}
    url, browser = f"{API}/assets/{hall.id}", brunnenhof.visitor()
    known = browser.get(url, headers=head)
    morning = dict.fromkeys(("mo", "tu", "we", "th", "fr", "sa", "su"), "10:00-11:00")
    rules = known.get_json()["rules"] | {"closed_hours": morning, "closed_because": "Cleaning"}

    def put(sent: dict[str, Any]) -> TestResponse:
        given = {**head, "If-Match": known.headers["ETag"]}
        return browser.open("PUT", url, json={"rules": rules, **sent}, headers=given)

    for refused in (put({}), put({"hits": 2})):
        assert (refused.status_code, refused.get_json()["errors"]) == (409, [{"pointer": "#/hits", "detail": "1"}])
    assert put({"hits": 1}).status_code == 200
    file = tmp_path / f"{hall.key}.toml"
    text = file.read_text(encoding="utf-8").replace('closed_because = ""', 'closed_because = "Chor"')
    text = text.replace('closed_days = ""', "").replace('region = ""', "")
    file.write_text(text.replace(' = ""\n', ' = "15:00-16:00"\n'), encoding="utf-8")
    for _again in range(2):
        with brunnenhof.db() as db:
            exchange.plant(db, tmp_path, actor="test", storage=brunnenhof.platform.shell.storage)
            db.commit()
    brunnenhof.work()
    with brunnenhof.db() as db:
        became = [(one.state, one.reason) for who in (lea.person_id, tim.id) for one in queries.bookings_of(db, who)]
        said = db.rows("SELECT subject FROM mail_delivery")
    assert became == [("cancelled", "Cleaning"), ("cancelled", "Chor")]
    assert [row.subject.partition(":")[0] for row in said] == ["Cancelled"]  # Tim has no address
