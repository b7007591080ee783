"""What staff do: assets, booking for others, blocking, moving, tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from re import findall

import pytest

from plugins.bookings import queries, services
from plugins.bookings.desk import assets, filters
from plugins.bookings.manifest import manifest
from plugins.bookings.queries.places import FEW
from plugins.bookings.rules import Rules, minute_of
from plugins.bookings.tests.sample import STAFF, at, booked, party, room, soon, wish
from quartier.testing import SomeCompany, Statements

CHIEF = tuple(one.key for one in manifest.permissions)


def test_staff_make_change_and_put_away_what_can_be_booked(brunnenhof: SomeCompany) -> None:
    nadja, lea = brunnenhof.agent("Nadja Frei", *CHIEF, language="en").browser, brunnenhof.person("Lea Moser")
    assert "Nothing can be booked yet" in nadja.get("/cockpit/bookings/assets").text
    page = nadja.get("/cockpit/bookings/assets/new").text
    assert "CH-ZH" in page
    typed = {"name.de": "Saal", "icon": "party", "capacity": "20", "do": "save"} | {
        f"rules.{name}": value
        for name, value in {
            "kind": "slots", "hours.sa": "18:00-02:00", "holidays": "closed", "region": "CH-ZH", "slot": "0 min",
            "shortest": "1 h", "longest": "4 h", "step": "30 min", "arrive": "15:00", "leave": "11:00", "before": "0",
            "after": "30 min", "lead": "2 d", "horizon": "90", "quota": "2", "quota_per": "month", "cancel": "24",
            "late_fee": "20", "price_per": "slot", "prices.everybody": "25", "deposit": "0", "vat": "8.1",
            "approval": "automatic", "staff_longer": "0", "staff_people": "0", "release": "0",
        }.items()
    }  # fmt: skip
    wrong = nadja.post("/cockpit/bookings/assets/new", typed | {"rules.hours.mo": "8 to 12", "rules.step": "soon"})
    assert wrong.status_code == 422
    assert "08:00–12:00, several separated by commas" in wrong.text
    assert 'value="8 to 12"' in wrong.text
    assert nadja.post("/cockpit/bookings/assets/new", typed).status_code == 303
    with brunnenhof.db() as db:
        (hall,) = queries.assets_of(db)
        assert (hall.rules.lead, hall.rules.hours[5], hall.rules.prices) == (
            2880,
            ((1080, 1560),),
            {"everybody": "25.00"},
        )
        services.save_asset(db, hall.id, by=STAFF, values={"code": "9"})
        db.commit()
    url = f"/cockpit/bookings/assets/{hall.id}"
    assert 'value="2 d"' in nadja.get(url).text
    clash = nadja.post(url, typed | {"version": "1", "key": "saal", "capacity": "21"})
    assert (clash.status_code, "Somebody else saved in the meantime" in clash.text) == (409, True)
    assert ("<dd>20</dd>" in clash.text, "<dd>21</dd>" in clash.text, 'name="version" value="2"' in clash.text) == (
        True, True, True,
    )  # fmt: skip
    taken = nadja.post(url, typed | {"version": "2", "key": "mine"})
    assert (taken.status_code, "A page of the portal has this address already" in taken.text) == (422, True)
    assert nadja.post(url, typed | {"version": "2", "key": "saal", "capacity": "30"}).status_code == 303
    with brunnenhof.db() as db:
        free = replace_hours(queries.assets_of(db)[0])
        services.save_asset(db, hall.id, by=STAFF, values={"rules": free})
        booked(db, queries.assets_of(db)[0], lea.id, soon())
        db.commit()
    week = {f"rules.hours.{day}": "08:00-12:00, 14:00-18:00" for day in ("mo", "tu", "we", "th", "fr", "sa", "su")}
    shut = {f"rules.closed_hours.{day}": "10:00-12:00" for day in ("mo", "tu", "we", "th", "fr", "sa", "su")}
    shut |= week | {"key": "saal", "rules.lead": "0", "rules.closed_because": "Cleaning"}
    fault = nadja.post(url, typed | shut | {"version": "4", "rules.closed_days": "31.02."})
    assert (fault.status_code, "24.12.–02.01., several separated" in fault.text) == (422, True)
    hit = nadja.post(url, typed | shut | {"version": "4"})
    assert (hit.status_code, "Lea Moser" in hit.text, 'name="hits" value="1"' in hit.text) == (409, True, True)
    assert nadja.post(url, typed | shut | {"version": "4", "hits": "1"}).status_code == 303
    with brunnenhof.db() as db:
        assert [(one.state, one.reason) for one in queries.bookings_of(db, lea.id)] == [("cancelled", "Cleaning")]
    gone = nadja.post(f"{url}/delete")
    assert (gone.status_code, "It was booked once" in gone.text) == (409, True)
    assert nadja.post(f"{url}/archive").status_code == 303
    assert brunnenhof.resident().browser.get("/bookings/saal").status_code == 404


def replace_hours(hall: queries.AssetFacts) -> Rules:
    return replace(hall.rules, hours=(((480, 720), (840, 1080)),) * 7, lead=0)


def test_staff_book_for_anybody_block_with_notice_and_move(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", *CHIEF, "people.read", "estate.read", language="en").browser
    lea, rita = brunnenhof.resident("Lea Moser", language="en"), brunnenhof.person("Rita Name")
    with brunnenhof.db() as db:
        hall = room(db, lead=60 * 24 * 30, horizon=60)
        db.commit()
    ask = {"asset": str(hall.id), "starts": f"{soon()}T08:00", "ends": f"{soon()}T12:00", "person": str(rita.id)}
    refused = nadja.post("/cockpit/bookings/new", ask | {"do": "book"})
    assert (refused.status_code, "It has to be booked at least 30 days before." in refused.text) == (409, True)
    take = refused.text.partition('name="take" value="')[2].partition('"')[0]
    made = nadja.post("/cockpit/bookings/new", ask | {"do": "book", "override": "Wedding"})
    assert made.status_code == 303
    assert nadja.post("/cockpit/bookings/new", {"do": "book"}).status_code == 422
    page = made.headers["Location"]
    assert "Wedding" in nadja.get(page).text
    stays = nadja.post(f"{page}/move", {"starts": f"{soon()}T14:00", "ends": f"{soon()}T18:00"})
    assert (stays.status_code, f'name="starts" value="{soon()}T14:00"' in stays.text) == (409, True)
    moved = nadja.post(f"{page}/move", {"starts": f"{soon()}T14:00", "ends": f"{soon()}T18:00", "override": "Later"})
    assert moved.status_code == 303
    assert nadja.post(f"{page}/move", {"starts": "x"}).status_code == 422
    with brunnenhof.db() as db:
        services.book(db, hall, wish(soon()), party(lea.person_id, made_by="Nadja Frei", override="Ja"))
        db.commit()
    day = {"asset": str(hall.id), "starts": f"{soon()}T00:00", "ends": f"{soon(8)}T00:00", "do": "block"}
    assert nadja.post("/cockpit/bookings/new", day).status_code == 422  # why?
    shown = nadja.post("/cockpit/bookings/new", day | {"reason": "Water damage"})
    assert (shown.status_code, "Lea Moser" in shown.text, 'name="hits" value="2"' in shown.text) == (409, True, True)
    assert nadja.post("/cockpit/bookings/new", day | {"reason": "Water damage", "hits": "2"}).status_code == 303
    assert nadja.post("/cockpit/bookings/new", day | {"reason": "Again"}).status_code == 409
    with brunnenhof.db() as db:
        assert {one.look for one in queries.bookings_of(db, lea.person_id)} == {"cancelled"}
        block = queries.between(db, [hall.id], *days_around(), "block")[0]
    assert "Blocked times" in nadja.get("/cockpit/bookings/").text
    assert nadja.post(f"/cockpit/bookings/{block.id}/open").status_code == 303
    table = nadja.get("/cockpit/bookings/bookings.csv?since=2020-01-01").text
    assert table.count("\n") == 3
    brunnenhof.work()
    with brunnenhof.db() as db:
        told = {row.subject.partition(":")[0] for row in db.rows("SELECT subject FROM mail_delivery")}
    assert told == {"Cancelled"}
    instead = nadja.post("/cockpit/bookings/new", ask | {"take": take})  # one tap, with all that was typed
    assert instead.status_code == 303
    with brunnenhof.db() as db:
        (found,) = [one for one in queries.bookings_of(db, rita.id) if one.state == "confirmed"]
    assert f"{minute_of(found.starts)}-{minute_of(found.ends)}" == take


def days_around() -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now, now + timedelta(days=30)


def test_who_looks_after_one_property_sees_and_changes_what_stands_there_only(brunnenhof: SomeCompany) -> None:
    elsewhere, _building = brunnenhof.house()
    near, far = brunnenhof.resident("Lea Moser"), brunnenhof.person("Tim Anderswo")
    with brunnenhof.db() as db:
        here = room(db, "Saal", property_id=brunnenhof.property_id)
        there = room(db, "Sauna", property_id=elsewhere, linked=(here.id,))
        own, other = booked(db, here, near.person_id, soon()), booked(db, there, far.id, soon(8))
        db.commit()
    nadja = brunnenhof.agent("Nadja Frei", *CHIEF, "people.read", "estate.read", language="en")
    browser = nadja.limited_to(brunnenhof.property_id).browser
    desk = "/cockpit/bookings"
    for path in ("/", "/assets", "/new", f"/calendar?on={soon()}", f"/calendar?view=week&on={soon(8)}",
                 f"/calendar?view=month&on={soon(8)}", f"/calendar?asset={there.id}", "/bookings.csv",
                 f"/bookings.csv?asset={there.id}", "/bookings.xlsx"):  # fmt: skip
        answer = browser.get(desk + path)
        assert (answer.status_code, b"Anderswo" in answer.data, b"Sauna" in answer.data) == (200, False, False), path
    assert "Lea Moser" in browser.get(f"{desk}/calendar?on={soon()}").text
    assert (browser.get(f"{desk}/{own.id}").status_code, browser.get(f"{desk}/{other.id}").status_code) == (200, 404)
    for path in (f"/{other.id}/decide", f"/{other.id}/move", f"/{other.id}/open", f"/assets/{there.id}",
                 f"/assets/{there.id}/archive", f"/assets/{there.id}/delete"):  # fmt: skip
        assert browser.post(desk + path, {"do": "cancel"}).status_code == 404, path
    ask = {"asset": str(here.id), "starts": f"{soon()}T14:00", "ends": f"{soon()}T18:00", "do": "book"}
    assert browser.post(f"{desk}/new", ask | {"asset": str(there.id), "person": str(near.person_id)}).status_code == 422
    assert browser.post(f"{desk}/new", ask | {"person": str(far.id)}).status_code == 422
    assert browser.post(f"{desk}/new", ask | {"person": str(near.person_id)}).status_code == 303
    filled = {"name.de": "Saal", "key": "saal", "version": "1", "do": "save", "rules.kind": "nights"}
    for place in ("", str(elsewhere)):
        wrong = browser.post(f"{desk}/assets/{here.id}", filled | {"property_id": place})
        assert (wrong.status_code, "Please choose a property that you look after." in wrong.text) == (422, True)
    inside = {"property_id": str(brunnenhof.property_id), "where": str(brunnenhof.property_id)}
    assert browser.post(f"{desk}/assets/{here.id}", filled | inside).status_code == 303
    with brunnenhof.db() as db:
        assert queries.assets_of(db, here.id)[0].linked == (there.id,)


def test_the_calendar_shows_what_is_taken_free_and_kept_from_use(brunnenhof: SomeCompany) -> None:
    nadja, lea = brunnenhof.agent("Nadja Frei", *CHIEF, language="en").browser, brunnenhof.person("Lea Moser")
    with brunnenhof.db() as db:
        hall = room(db, "Saal", lead=60 * 24 * 20)
        half = room(db, "Hälfte", linked=(hall.id,))
        whose = party(lea.id, made_by="Nadja Frei", override="Ja")
        made = services.book(db, hall, wish(soon()), whose)
        services.block(db, half, at(soon(), 14), at(soon(2), 18) + 1440 * 6, by=STAFF, reason="Renovation")
        db.commit()
    url = "/cockpit/bookings/calendar"
    day = nadja.get(f"{url}?on={soon()}").text
    assert (day.count("Lea Moser"), day.count("Renovation"), day.count("taken with")) == (1, 1, 2)
    assert f'href="{made.id}"' in day
    free = nadja.get(f"{url}?on={soon(12)}").text
    assert f'href="new?asset={hall.id}&amp;starts={soon(12)}T08%3A00&amp;ends={soon(12)}T12%3A00"' in free
    assert "Lea Moser" not in nadja.get(f"{url}?on={soon()}&state=block").text
    for view in ("week", "month"):
        shown = nadja.get(f"{url}?view={view}&on={soon()}").text
        assert ("Lea Moser" in shown, "Renovation" in shown) == (True, True)
    week = nadja.get(f"{url}?view=week&on={soon()}").text
    assert f'href="new?asset={hall.id}&amp;day={soon()}" aria-labelledby="new a1 d{soon().weekday() + 1}"' in week
    form = nadja.get(f"/cockpit/bookings/new?asset={hall.id}&day={soon()}").text
    assert (f'value="{soon()}T08:00"' in form, f'value="{soon()}T12:00"' in form) == (True, True)
    for odd in ("?on=x&view=y&part=0&asset=z&state=done&property=q", "?part=99999999999&on=9999-12-31"):
        assert nadja.get(url + odd).status_code == 200


def test_pages_of_bookings_ask_the_database_three_times_at_most(brunnenhof: SomeCompany) -> None:
    nadja, lea = brunnenhof.agent("Nadja Frei", *CHIEF), brunnenhof.resident("Lea Moser", language="en")
    with brunnenhof.db() as db:
        hall = room(db, "Saal", offer=240)
        services.block(db, hall, at(soon(0), 0), at(soon(14), 0), by=STAFF, reason="Umbau")  # free in two weeks only
        booked(db, hall, lea.person_id, soon(20))
        services.make_feed(db, lea.person_id)
        services.join(db, hall, wish(soon(13)), party(lea.person_id))
        db.commit()
    desk, browser, agent = "/cockpit/bookings", lea.browser, nadja.browser
    asked = [(browser, path) for path in ("/bookings/", "/bookings/saal", "/bookings/mine")]
    asked += [(agent, f"{desk}{path}") for path in ("/", "/calendar", "/calendar?view=week", "/calendar?view=month")]
    first: dict[str, int] = {}
    again: dict[str, int] = {}
    for who, path in asked:
        who.get(path)
        with brunnenhof.db() as db:
            db.rows("UPDATE bookings_booking SET note = note || '.' RETURNING id")
            db.commit()
        for counted in (first, again):
            with Statements() as sent:
                assert who.get(path).status_code == 200
            counted[path] = sent.count
    assert first == {path: 3 for _who, path in asked}
    assert again == {path: 1 for _who, path in asked}  # who is there, and nothing has changed
    mine, week = browser.get("/bookings/mine").text, browser.get("/bookings/saal").text
    assert ("Make a new address" in mine, "On the waiting list" in mine, f"on={soon(14)}" in week) == (True, True, True)


def test_of_many_properties_the_form_shows_a_few_and_looks_for_the_others(brunnenhof: SomeCompany) -> None:
    chief, ids = brunnenhof.agent("Nadja Frei", *CHIEF, language="en"), {}
    new, search = "/cockpit/bookings/assets/new", "/cockpit/bookings/assets/property"
    assert '<select class="input" id="property_id"' in chief.browser.get(new).text
    for number in range(FEW):
        ids[number], _building = brunnenhof.house(f"Haldenstrasse {number:02d}")

    def offered(text: str) -> set[str]:
        return set(findall(r'type="radio" name="property_id" value="([^"]*)"', text))

    def named(*numbers: int) -> set[str]:
        return {"", *(str(ids[number]) for number in numbers)}

    nadja = chief.browser
    page = nadja.get(new).text
    assert (len(offered(page)), "There are more properties" in page) == (21, True)
    found = nadja.post(search, {"property_query": "haldenSTR 07", "property_id": str(ids[3])})
    assert offered(found.text) == named(3, 7)
    assert f'value="{ids[3]}" checked' in found.text
    assert "No property is called like this" in nadja.post(search, {"property_query": "100%_"}).text
    again = nadja.post(new, {"do": "properties", "property_query": "07", "name.de": "O’Neills Saal"}).text
    assert (offered(again), 'value="O’Neills Saal"' in again) == (named(7), True)
    tim = brunnenhof.agent("Tim Frei", *CHIEF, language="en").limited_to(ids[5])
    own = tim.browser.get(new).text
    assert findall(r'<option value="([^"]+)">(Haldenstrasse \d+)', own) == [(str(ids[5]), "Haldenstrasse 05")]
    strange = {"name.de": "Saal", "do": "save", "property_id": str(ids[7]), "rules.kind": "slots"}
    assert tim.browser.post(new, strange).status_code == 422


def test_of_very_much_to_book_a_page_is_narrowed_by_words(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of all would be longer than the page, so it is a field; nothing is left out without saying so."""
    monkeypatch.setattr(filters, "MANY", 2)
    monkeypatch.setattr(assets, "MANY", 1)
    nadja, lea = brunnenhof.agent("Nadja Frei", *CHIEF, language="en").browser, brunnenhof.resident("Lea Moser")
    with brunnenhof.db() as db:
        rooms = [room(db, name) for name in ("Werkraum Ost", "Werkraum West", "O’Neills Saal")]
        for one in rooms:
            booked(db, one, lea.person_id, soon())
        db.commit()

    def left(query: str) -> set[str]:
        page = nadja.get(f"/cockpit/bookings/?{query}").text.split('id="all-h"')[1]
        assert findall(r'<(?:input|select) class="input"[^>]*name="asset"', page)[0].startswith("<input")
        return {one for one in ("Ost", "West", "Neills") if one in page.partition("</form>")[2]}

    assert (left("asset="), left("asset=werk"), left("asset=OST+werkraum")) == (
        {"Ost", "West", "Neills"}, {"Ost", "West"}, {"Ost"},
    )  # fmt: skip
    assert (left(f"asset={rooms[2].id}"), left("asset=100%25_")) == ({"Neills"}, set())
    assert 'value="Werkraum West"' in nadja.get(f"/cockpit/bookings/calendar?asset={rooms[1].id}").text
    assert "chosen here once this is saved" in nadja.get("/cockpit/bookings/assets/new").text
    assert "only what stands in the same property" in nadja.get(f"/cockpit/bookings/assets/{rooms[0].id}").text
    monkeypatch.setattr(filters, "MANY", 3)
    assert '<select class="input" name="asset">' in nadja.get("/cockpit/bookings/figures").text


def test_a_move_that_is_refused_says_why_and_takes_what_is_free_or_a_reason(brunnenhof: SomeCompany) -> None:
    lea, tim = brunnenhof.person("Lea Moser").id, brunnenhof.person("Tim Frei").id
    nadja = brunnenhof.agent("Nadja Frei", *CHIEF, language="en").browser
    with brunnenhof.db() as db:
        hall = room(db, "Saal", price_per="slot", prices={"everybody": "40"}, vat="8.1")
        made = booked(db, hall, lea, soon())
        booked(db, hall, tim, soon(9))
        db.commit()
    url = f"/cockpit/bookings/{made.id}"

    def asked(day: date, first: int, last: int, **more: str) -> dict[str, str]:
        return {"starts": f"{day}T{first:02d}:00", "ends": f"{day}T{last:02d}:00", **more}

    odd = nadja.post(f"{url}/move", asked(soon(8), 19, 22))
    hint = "write the reason under"
    assert (odd.status_code, "There is no such slot" in odd.text, hint in odd.text) == (409, True, True)
    taken = nadja.post(f"{url}/move", asked(soon(9), 8, 12))
    assert (taken.status_code, "Somebody else has booked this time" in taken.text, hint in taken.text) == (
        409,
        True,
        False,
    )
    take = f"{at(soon(9), 14)}-{at(soon(9), 18)}"
    assert f'name="take" value="{take}" form="move"' in taken.text
    assert nadja.post(f"{url}/move", asked(soon(9), 8, 12, take=take)).status_code == 303
    with brunnenhof.db() as db:
        found = queries.booking(db, made.id)
        assert found is not None
        assert (minute_of(found.starts), minute_of(found.ends)) == (at(soon(9), 14), at(soon(9), 18))
    assert "of which VAT CHF 3.00" in nadja.get(url).text.replace("\u00a0", " ")
    assert nadja.post(f"{url}/move", asked(soon(8), 19, 22, override="Jubilee")).status_code == 303
    nadja.post(f"{url}/decide", {"do": "cancel"})
    assert "of which VAT" not in nadja.get(url).text  # what does not take place costs nothing


def test_what_has_bookings_ahead_is_not_deleted_and_put_away_it_keeps_them(brunnenhof: SomeCompany) -> None:
    lea, nadja = brunnenhof.resident("Lea Moser", language="en"), brunnenhof.agent("Nadja Frei", *CHIEF, language="en")
    with brunnenhof.db() as db:
        hall, sauna = room(db, "Saal", offer=240), room(db, "Sauna")
        made = booked(db, hall, lea.person_id, soon())
        db.commit()
    url, own = f"/cockpit/bookings/assets/{hall.id}", f"/bookings/mine/{made.id}"
    chief, browser = nadja.browser, lea.browser
    refused = chief.post(f"{url}/delete")
    assert (refused.status_code, "It was booked once" in refused.text) == (409, True)
    assert chief.post(f"{url}/archive").status_code == 303
    assert (browser.get("/bookings/saal").status_code, browser.get(own).status_code) == (404, 200)
    assert "Saal" in browser.get("/bookings/mine").text
    assert chief.get(f"/cockpit/bookings/{made.id}").status_code == 200
    assert browser.post(f"{own}/cancel", {"fee": "0"}).status_code == 303
    assert chief.post(f"/cockpit/bookings/assets/{sauna.id}/delete").status_code == 303
    assert browser.get("/bookings/sauna").status_code == 404
