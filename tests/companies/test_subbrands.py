"""The look of a property: what it leaves out is the company's, and who sees it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from quartier.companies.branding import FACTS, PlannedAlready, publish_brand
from quartier.companies.models import BrandVersion
from quartier.companies.subbrands import company_facts, differing, end_there, mixed, publish_there
from quartier.i18n.localized import LocalizedText
from quartier.testing import Browser, SomeCompany
from quartier.viewer import Place
from quartier.web.wearing import home_of
from tests.rules.rows import as_owner

HOFGARTEN = {"app_name": LocalizedText({"de": "Hofgarten O’Hara"}), "colour": "#8c2f39", "theme": "warm"}
GREEN, RED = "#1f5c4a", "#8c2f39"


def publish(company: SomeCompany, property_id: UUID, **changes: Any) -> BrandVersion:
    """A look for the property, as the desk publishes it."""
    at, restored = changes.pop("at", None), changes.pop("restored", None)
    with company.db() as db:
        wanted = {**company_facts(db, company.id), **changes}
        version = publish_there(db, company.id, property_id, wanted, author="Nadja Frei", at=at, restored=restored)
        db.commit()
    company.platform.shell.snapshots.forget(company.id)
    return version


def shown(browser: Browser, path: str = "/") -> tuple[str, str]:
    """The brand's colour in the style sheet of a page, and the name of its app."""
    page = browser.get(path).text
    sheet = browser.get(re.findall(r'href="(/theme/[^"]+)"', page)[0])
    assert "immutable" in sheet.headers["Cache-Control"]
    name = re.findall(r'apple-mobile-web-app-title" content="([^"]*)"', page)[0]
    return re.findall(r"--block:(#[0-9a-f]{6})", sheet.text)[0], name


def test_those_who_live_there_see_it_and_nobody_else(brunnenhof: SomeCompany) -> None:
    estate, building = brunnenhof.house("Hofgarten")
    there = brunnenhof.resident("Verena Keller", building_id=building, language="de").browser
    elsewhere = brunnenhof.resident("Tiago Silva", language="de").browser
    nadja = brunnenhof.agent("Nadja Frei", "company.settings", language="de").browser
    before = shown(elsewhere)
    assert shown(there) == before
    publish(brunnenhof, estate, **HOFGARTEN)
    assert shown(there) == shown(there, "/more") == (RED, "Hofgarten O’Hara")
    assert shown(there, "/no-such-page") == (RED, "Hofgarten O’Hara")
    assert shown(elsewhere) == shown(nadja) == shown(nadja, "/cockpit/") == before
    assert shown(brunnenhof.visitor(), "/sign-in") == before
    assert shown(elsewhere) == before  # whatever has been drawn and kept meanwhile


def test_a_door_shows_what_was_shown_on_the_device(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    estate, building = brunnenhof.house("Hofgarten")
    verena = brunnenhof.resident("Verena Keller", building_id=building, language="de").browser
    publish(brunnenhof, estate, **HOFGARTEN)
    verena.get("/")
    verena.post("/sign-out", {"form_token": re.findall(r'form_token" value="([^"]+)', verena.get("/account").text)[0]})
    assert shown(verena, "/sign-in")[0] == RED
    for strange in (str(uuid4()), "'; DROP", str(brunnenhof.property_id)):
        visitor = brunnenhof.visitor()
        visitor.cookie("__Host-home", strange)
        assert shown(visitor, "/sign-in")[0] == GREEN
    other = nordlicht.visitor()
    other.cookie("__Host-home", str(estate))
    assert shown(other, "/sign-in") == shown(nordlicht.visitor(), "/sign-in")


def test_the_installed_app_has_the_name_and_the_icon_of_the_property(
    brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    estate, building = brunnenhof.house("Hofgarten")
    verena = brunnenhof.resident("Verena Keller", building_id=building, language="de").browser
    publish(brunnenhof, estate, **HOFGARTEN)
    page = verena.get("/").text
    manifest = verena.get(re.findall(r'rel="manifest" href="([^"]+)"', page)[0].replace("&amp;", "&")).json
    assert (manifest["name"], manifest["id"]) == ("Hofgarten O’Hara", "/")
    assert {one["src"].partition("?")[2] for one in manifest["icons"]} == {f"home={estate}"}
    own = verena.get(manifest["icons"][0]["src"]).data
    assert own != verena.get("/icons/icon-192.png").data
    worker = verena.get(re.findall(r'quartier-worker" content="([^"]+)"', page)[0]).text
    assert f'const ICON = "/icons/icon-192.png?home={estate}";' in worker
    sheet = re.findall(r'href="(/theme/[^"]+)"', page)[0]
    assert (sheet in worker, sheet in verena.get("/worker.js").text) == (True, False)
    assert "Hofgarten" not in nordlicht.visitor().get(f"/manifest.webmanifest?home={estate}").text


def test_what_it_leaves_out_follows_the_company(brunnenhof: SomeCompany) -> None:
    estate, building = brunnenhof.house("Hofgarten")
    verena = brunnenhof.resident("Verena Keller", building_id=building, language="de").browser
    publish(brunnenhof, estate, app_name=HOFGARTEN["app_name"])
    assert shown(verena) == (GREEN, "Hofgarten O’Hara")
    with brunnenhof.db() as db:
        publish_brand(db, brunnenhof.id, {"colour": "#0b4f8a"})
        db.commit()
    brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
    assert shown(verena) == ("#0b4f8a", "Hofgarten O’Hara")


def test_it_ends_and_is_taken_up_again_under_numbers_of_its_own(brunnenhof: SomeCompany) -> None:
    estate, building = brunnenhof.house("Hofgarten")
    other, _building = brunnenhof.house("Lindenhof")
    verena = brunnenhof.resident("Verena Keller", building_id=building, language="de").browser
    first = publish(brunnenhof, estate, **HOFGARTEN)
    assert publish(brunnenhof, estate, **HOFGARTEN).id == first.id
    assert publish(brunnenhof, other, colour="#0b4f8a").number == 1
    with brunnenhof.db() as db:
        ended = end_there(db, brunnenhof.id, estate, author="Nadja Frei")
        db.commit()
    brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
    assert (shown(verena)[0], ended.number, ended.own) == (GREEN, 2, [])
    assert publish(brunnenhof, estate, restored=1, **HOFGARTEN).number == 3
    assert shown(verena)[0] == RED
    with brunnenhof.db() as db:
        found = select(BrandVersion.property_id, BrandVersion.number).order_by(BrandVersion.number)
        assert {(one.property_id, one.number) for one in db.execute(found)} == {
            (None, 1), (estate, 1), (estate, 2), (estate, 3), (other, 1),
        }  # fmt: skip


def test_one_is_planned_for_each_and_comes_by_itself(brunnenhof: SomeCompany) -> None:
    estate, building = brunnenhof.house("Hofgarten")
    verena = brunnenhof.resident("Verena Keller", building_id=building, language="de").browser
    moment = datetime.now(UTC) + timedelta(days=2)
    with brunnenhof.db() as db:
        publish_brand(db, brunnenhof.id, {"colour": "#0b4f8a"}, at=moment + timedelta(days=1))
        db.commit()
    planned = publish(brunnenhof, estate, at=moment, **HOFGARTEN)
    with pytest.raises(PlannedAlready):
        publish(brunnenhof, estate, at=moment + timedelta(hours=1), colour="#0b4f8a")
    assert shown(verena)[0] == GREEN
    snapshot = brunnenhof.platform.shell.snapshots(brunnenhof.id)
    assert snapshot is not None
    assert snapshot.valid_until == moment
    with as_owner(brunnenhof) as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("UPDATE brand_version SET published_at = now() WHERE id = :id"), {"id": planned.id})
        connection.commit()
    brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
    assert shown(verena)[0] == RED


def test_a_property_that_goes_takes_its_look_along(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    estate, building = brunnenhof.house("Hofgarten")
    publish(brunnenhof, estate, **HOFGARTEN)
    with as_owner(brunnenhof) as connection:
        for table, one in (("building", building), ("property", estate)):
            connection.execute(text(f"DELETE FROM {table} WHERE id = :id"), {"id": one})
        connection.commit()
    with brunnenhof.db() as db:
        assert set(db.scalars(select(BrandVersion.property_id))) == {None}
    with pytest.raises(IntegrityError, match="fk_brand_version_company_id_property_id"):
        publish(brunnenhof, nordlicht.property_id, **HOFGARTEN)


def test_pictures_of_two_looks_are_never_mixed() -> None:
    company = dict.fromkeys(FACTS) | {"theme": "klar", "colour": GREEN, "cover_at": 50}
    company |= {name: uuid4() for name in company if name.endswith("_id")}
    logo = uuid4()
    facts, own = differing(company, {**company, "logo_id": logo, "cover_id": None, "cover_at": 10})
    assert (set(own), facts["logo_id"], facts["logo_dark_id"], facts["logo_reverse_id"], facts["cover_at"]) == (
        {"logo_id", "logo_dark_id", "logo_reverse_id"}, logo, None, None, 50,
    )  # fmt: skip
    assert mixed(company, {**facts, "colour": RED}, own) == {
        **company, "logo_id": logo, "logo_dark_id": None, "logo_reverse_id": None,
    }  # fmt: skip
    assert mixed(company, {**facts, "logo_id": None}, own) == company  # a file that was deleted


def place(property_id: UUID, kind: str = "flat", starts: date | None = None, ends: date | None = None) -> Place:
    return Place("tenancy", uuid4(), uuid4(), property_id, unit_kind=kind, starts=starts, ends=ends)


def test_where_somebody_is_at_home() -> None:
    here, there, today = uuid4(), uuid4(), date(2026, 11, 23)
    tomorrow = today + timedelta(days=1)
    assert home_of([], today) is None
    assert home_of([place(here), place(here, "cellar")], today) == here
    assert home_of([place(here), place(there, "garage")], today) == here
    assert home_of([place(there, "garage")], today) == there
    assert home_of([place(here), place(there)], today) is None
    assert home_of([place(here, ends=today), place(there)], today) == there
    assert home_of([place(here), place(there, starts=tomorrow)], today) == here
    assert home_of([place(there, starts=tomorrow)], today) == there
