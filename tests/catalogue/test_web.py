"""The catalogue: sales put products in, change them as new versions, and take them out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from quartier.app import Platform
from quartier.catalogue.export import written
from quartier.catalogue.models import Product, ProductPrice, ProductVersion
from quartier.catalogue.pictures import Look, drawn, pictures_of
from quartier.catalogue.planting import CatalogueFileError, plant
from quartier.catalogue.pricing import Tier, amount
from quartier.catalogue.queries import offers
from quartier.catalogue.services import retire
from quartier.contracts.models import Contract, ContractLine
from quartier.db.base import new_id
from quartier.testing import Browser, SomeCompany, Statements

ROOT = Path(__file__).parents[2]
numbers = itertools.count(1)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ")


@pytest.fixture
def mara(console: Callable[..., Browser]) -> Browser:
    return console("sales")


@pytest.fixture
def key() -> str:
    return f"service_{next(numbers)}"


@pytest.fixture
def db(platform: Platform) -> Iterator[Session]:
    with Session(platform.shell.platform) as session:
        yield session


def typed(key: str, /, **more: str | list[str]) -> dict[str, Any]:
    names = {
        f"{field}.{language}": f"{key} {language}" for field in ("name", "summary") for language in ("de", "en", "fr")
    }
    return {"key": key, **names, "model": "unit", "period": "month", "row1.CHF": "0,40", **more}


def offer(mara: Browser, key: str, /, **more: str | list[str]) -> Any:
    return mara.post("/catalogue/new", typed(key, **more))


def test_mara_offers_a_service_in_tiers_and_sees_what_it_costs(mara: Browser, key: str, db: Session) -> None:
    tiers = {"row1.EUR": "0.36", "row2.from_unit": "501", "row2.CHF": "0.30", "row2.EUR": "0.27"}
    answer = offer(mara, key, **tiers, countries=["CH", "DE"], needs="faq or (pinboard and bookings)")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/catalogue/{key}")
    made = offers(db, [key])[key]
    assert made.version.terms.prices == {
        "CHF": (Tier(1, Decimal("0.40")), Tier(501, Decimal("0.30"))),
        "EUR": (Tier(1, Decimal("0.36")), Tier(501, Decimal("0.27"))),
    }
    assert (made.product.kind, made.version.terms.needs) == ("service", "faq OR pinboard AND bookings")
    words = plain(mara.get(f"/catalogue/{key}").text)
    assert "CHF 0.40 per unit and month from unit 501: CHF 0.30 per unit and month" in words
    assert "500 CHF 200.00 €180.00 5,000 CHF 1’550.00 €1,395.00" in words.replace("1,550", "1’550")
    assert re.search(r"Needs (\w[\w ]*) or \((\w[\w ]*) and Bookings\) Countries Switzerland, Germany", words)
    assert f"{key} en" in plain(mara.get("/catalogue").text)


@pytest.mark.parametrize(
    ("units", "price"),
    [(0, "0.00"), (1, "0.40"), (500, "200.00"), (501, "200.30"), (2000, "650.00"), (2001, "650.20")],
)
def test_a_unit_costs_what_its_own_tier_says(units: int, price: str) -> None:
    tiers = [Tier(1, Decimal("0.40")), Tier(501, Decimal("0.30")), Tier(2001, Decimal("0.20"))]
    assert amount("unit", tiers, units) == Decimal(price)
    assert amount("seat", tiers[:1], units) == Decimal("0.40") * units
    assert amount("flat", tiers[:1], units) == Decimal("0.40")


NOTHING_PAID = "A price is above 0. What costs nothing is granted, not sold."
NO_KEY = "A key begins with a small letter and has small letters, digits and _ only, 2 to 31 of them."
NO_AMOUNT = "Please enter an amount, such as 12.50."


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"row1.CHF": "0"}, "row1-CHF", NOTHING_PAID),
        ({"row1.CHF": "-3.50"}, "row1-CHF", NOTHING_PAID),
        ({"row1.CHF": "0.125"}, "row1-CHF", "A price has two decimals at most."),
        ({"row1.CHF": "1.250"}, "row1-CHF", "A price has two decimals at most."),
        ({"row1.CHF": "1'250,50"}, "row1-CHF", ""),
        ({"row1.CHF": "12,345"}, "row1-CHF", "A price has two decimals at most."),
        ({"row1.CHF": "10000000"}, "row1-CHF", "This number is too large."),
        ({"row1.CHF": "9" * 400}, "row1-CHF", NO_AMOUNT),
        ({"row1.CHF": "1e3"}, "row1-CHF", NO_AMOUNT),
        ({"row1.CHF": "NaN"}, "row1-CHF", NO_AMOUNT),
        ({"row1.CHF": ""}, "row1-CHF", "Please fill this in."),
        ({"row2.CHF": "0.30"}, "row2-from_unit", "Please fill this in."),
        ({"row2.from_unit": "1", "row2.CHF": "0.30"}, "row2-from_unit", "From 2 to 1000000."),
        ({"row2.from_unit": "9"}, "row2-CHF", "Please fill this in."),
        (
            {"row2.from_unit": "9", "row2.CHF": "0.30", "row2.EUR": "0.30"},
            "row2-EUR",
            "Each tier has its price in the currencies of the first one.",
        ),
        (
            {"row2.from_unit": "9", "row2.CHF": "0.3", "row3.from_unit": "9", "row3.CHF": "0.2"},
            "row3-from_unit",
            "Each tier begins above the one before it.",
        ),
        ({"row3.from_unit": "9", "row3.CHF": "0.2"}, "row3-from_unit", "Please leave no empty row between tiers."),
        ({"model": "flat", "row2.from_unit": "9"}, "row2-from_unit", "Only a price per unit has tiers."),
        ({"model": "ask"}, "row1-CHF", "What is on request has no price here."),
        ({"model": "barter"}, "model", "Please choose one of the options."),
        ({"needs": "pro OR"}, "needs", "Something is missing at the end."),
        ({"needs": "faq AND teleporter"}, "needs", "There is no product with the key “teleporter”."),
        ({"name.fr": " "}, "name-fr", "Please fill this in."),
        ({"summary.de": "x" * 301}, "summary-de", "At most 300 characters."),
        ({"countries": ["CH", "XX"]}, "countries", "Please choose from the options."),
        ({"key": "Größe"}, "key", NO_KEY),
        ({"key": "or"}, "key", NO_KEY),
    ],
)  # fmt: skip
def test_bad_input_stands_at_its_field_and_nothing_typed_is_lost(
    mara: Browser, key: str, wrong: dict[str, Any], field: str, sentence: str
) -> None:
    answer = offer(mara, key, **{"name.en": "O’Neill & <b>Söhne</b>", **wrong})
    if not sentence:
        assert answer.status_code == (303)
        return
    assert answer.status_code == 422
    noted = re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.DOTALL)
    assert noted is not None
    assert plain(noted[1]).strip() == f"Error: {sentence}"
    assert 'value="O’Neill &amp; &lt;b&gt;Söhne&lt;/b&gt;"' in answer.text


def test_a_change_is_another_version_and_the_one_before_stays(mara: Browser, key: str, db: Session) -> None:
    offer(mara, key)
    page = mara.get(f"/catalogue/{key}/edit").text
    assert re.search(r'name="row1.CHF"[^>]*value="0.40"', page)
    dearer = {**typed(key), "row1.CHF": "0.45", "seen": "1", "note": "Prices of 2027"}
    assert mara.post(f"/catalogue/{key}/edit", dearer).status_code == 303
    words = plain(mara.get(f"/catalogue/{key}").text)
    assert words.index("Version 2 “Prices of 2027” CHF 0.45") < words.index("Version 1 CHF 0.40")
    again = mara.post(f"/catalogue/{key}/edit", {**dearer, "seen": "2"})
    assert (again.status_code, offers(db, [key])[key].version.number) == (303, 2)


def test_two_people_change_a_product_and_the_second_is_told(mara: Browser, key: str, db: Session) -> None:
    offer(mara, key)
    mara.post(f"/catalogue/{key}/edit", {**typed(key), "row1.CHF": "0.45", "seen": "1"})
    second = mara.post(f"/catalogue/{key}/edit", {**typed(key), "row1.CHF": "0.35", "seen": "1"})
    assert second.status_code == 422
    assert "Somebody has saved version 2 in the meantime. Compare, then save again." in plain(second.text)
    assert re.search(r'name="row1.CHF"[^>]*value="0.35"', second.text)
    assert offers(db, [key])[key].version.terms.prices == {"CHF": (Tier(1, Decimal("0.45")),)}


def test_a_key_is_given_once_and_nothing_needs_itself(mara: Browser, key: str) -> None:
    offer(mara, key)
    assert "There is a product with this key already." in plain(offer(mara, key).text)
    itself = mara.post(f"/catalogue/{key}/edit", {**typed(key), "needs": key, "seen": "1"})
    assert "A product cannot need itself." in plain(itself.text)


@pytest.mark.parametrize(
    "statement",
    [update(ProductVersion).values(needs=""), delete(ProductVersion), update(ProductPrice).values(amount=1),
     delete(ProductPrice), delete(Product), update(Product).values(key="x")],
)  # fmt: skip
def test_not_even_the_console_can_change_what_was_sold(mara: Browser, key: str, db: Session, statement: Any) -> None:
    offer(mara, key)
    with pytest.raises(ProgrammingError, match="permission denied"):
        db.execute(statement)


def test_a_product_taken_out_stays_with_whoever_has_it(
    mara: Browser, key: str, make_company: Callable[..., SomeCompany]
) -> None:
    firm, today = make_company("Brunnenhof"), datetime.now(UTC).date()
    offer(mara, key)
    of = Contract(id=new_id(), number="B-1", timezone="Europe/Zurich", starts=today)
    firm.plant(of, ContractLine(id=new_id(), contract_id=of.id, module=key, starts=today + timedelta(days=9)))
    assert mara.post(f"/catalogue/{key}/retire").status_code == 303
    words = plain(mara.get(f"/catalogue/{key}").text)
    assert "no longer sold" in words
    assert "1 company has it Brunnenhof" in words
    assert "no longer sold" in plain(mara.get("/catalogue").text)
    assert mara.post(f"/catalogue/{key}/offer").status_code == 303
    assert "no longer sold" not in plain(mara.get(f"/catalogue/{key}").text)


def test_support_reads_and_only_sales_write(console: Callable[..., Browser], mara: Browser, key: str) -> None:
    offer(mara, key)
    support = console("support")
    for url in ("/catalogue", f"/catalogue/{key}"):
        page = support.get(url)
        assert (page.status_code, "/edit" in page.text, "/catalogue/new" in page.text) == (200, False, False)
    asked = [
        support.get(f"/catalogue/{key}/edit"),
        support.get("/catalogue/new"),
        support.post(f"/catalogue/{key}/retire"),
    ]
    assert [answer.status_code for answer in asked] == [403, 403, 403]
    assert mara.get("/catalogue/teleporter").status_code == 404


def test_a_list_asks_the_same_of_the_database_however_long_it_is(mara: Browser, key: str) -> None:
    offer(mara, key)
    asked = []
    for more in ("a", "b"):
        with Statements() as sent:
            mara.get("/catalogue")
        asked.append(sent.count)
        offer(mara, f"{key}{more}")
    assert asked[0] == asked[1]


def test_the_demos_catalogue_is_planted_once_whole_or_not_at_all(db: Session, tmp_path: Path) -> None:
    file, modules = ROOT / "tenants" / "catalogue.toml", ("faq", "pinboard", "bookings")
    there = {"faq", "pinboard", "bookings", "units", "kunden_plus", "setup", "erp_link"}
    assert set(plant(db, file, modules=modules, actor="demo")) == there
    assert plant(db, file, modules=modules, actor="demo") == []
    found = offers(db, sorted(there))
    assert {key for key, one in found.items() if set(one.version.terms.prices) == {"CHF", "EUR"}} == there - {
        "erp_link"
    }
    changed = tmp_path / "catalogue.toml"
    copytree(file.with_suffix(""), tmp_path / "catalogue")
    changed.write_text(file.read_text().replace("49.00", "52.00"))
    assert plant(db, changed, modules=modules, actor="demo") == ["faq"]
    changed.write_text(file.read_text().replace('"49.00"', '"49.001"'))
    with pytest.raises(CatalogueFileError, match=re.escape("faq: row1.CHF: A price has two decimals at most.")):
        plant(db, changed, modules=modules, actor="demo")
    changed.write_text(file.read_text().replace('needs = "kunden_plus"', 'needs = "pro"'))
    with pytest.raises(CatalogueFileError, match=re.escape("erp_link: needs: There is no product with the key “pro”.")):
        plant(db, changed, modules=modules, actor="demo")
    db.rollback()
    assert db.scalar(text("SELECT count(*) FROM product WHERE key = 'setup'")) == 0


def test_an_export_of_the_catalogue_makes_it_again_with_every_version(db: Session, tmp_path: Path, key: str) -> None:
    """Of products of its own: others may have put the demo's into the catalogue."""
    again, known = tmp_path / "again.toml", {"faq", "pinboard", "bookings", *offers(db)}
    (tmp_path / "box.svg").write_bytes(DRAWING)
    again.write_text(EXPORTED.format(key=key, price="49.00"))
    assert plant(db, again, modules=known, actor="demo") == [f"{key}_a", f"{key}_b"]
    again.write_text(EXPORTED.format(key=key, price="52.50"))
    assert plant(db, again, modules=known, actor="demo") == [f"{key}_a"]
    retire(db, offers(db, [f"{key}_b"])[f"{key}_b"].product, actor="demo")
    made = written(db, tmp_path / "again")
    again.write_text(made)
    assert plant(db, again, modules=known, actor="demo") == []
    db.rollback()
    assert plant(db, again, modules=known, actor="demo") == [f"{key}_a", f"{key}_b"]
    assert written(db, tmp_path / "again") == made
    found = offers(db, [f"{key}_a", f"{key}_b"])
    assert [(one.version.number, one.on_sale) for one in found.values()] == [(2, True), (1, False)]
    assert [len(pictures) for pictures in pictures_of(db, [*found]).values()] == [1]


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "CHF 0.40 pro Einheit und Monat"), ("fr", "CHF 0.40 par lot et par mois")],
)
def test_prices_are_said_in_the_readers_language(mara: Browser, key: str, language: str, words: str) -> None:
    offer(mara, key)
    page = mara.get(f"/catalogue/{key}", headers={"Accept-Language": language})
    assert words in plain(page.text)
    assert f"{key} {language}" in plain(page.text)


EXPORTED = """
[[product]]
key = "{key}_a"
kind = "service"
name = {{ de = "a", en = "a", fr = "a" }}
summary = {{ de = "L’été", en = "Its “own”", fr = "a" }}
countries = ["CH", "DE"]
model = "unit"
period = "month"
prices.CHF = [[1, "{price}"], [501, "0.30"]]
pictures = [{{ file = "box.svg", alt = {{ de = "a", en = "a", fr = "a" }} }}]

[[product]]
key = "{key}_b"
kind = "service"
name = {{ de = "b", en = "b", fr = "b" }}
summary = {{ de = "b", en = "b", fr = "b" }}
needs = "{key}_a OR faq"
model = "ask"
period = "once"
"""
DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10" width="20" height="10"><rect width="20" height="10" '
    b'fill="{accent}"/><text x="1" y="8">{name}, {company}</text><script>alert(1)</script></svg>'
)


def test_a_picture_is_drawn_in_each_companys_colours_and_names_and_does_nothing_else() -> None:
    look = Look("#c8102e", None, 'Keller & Söhne "<b>"', "Kästchen</text><script>alert(2)</script>")
    made = drawn(DRAWING, look).body.decode()
    assert "#c8102e" in made
    assert "Kästchen&lt;/text&gt;&lt;script&gt;alert(2)" in made
    assert "Keller &amp; Söhne" in made
    assert "<script" not in made
    with pytest.raises(ValueError, match=re.escape("nothing fills {secret}; known: accent,")):
        drawn(DRAWING.replace(b"{name}", b"{secret}"), look)


def test_a_product_has_pictures_that_companies_see_in_their_own_brand(
    mara: Browser, db: Session, make_company: Callable[..., SomeCompany], key: str
) -> None:
    offer(mara, key)
    firm, seen = make_company("Brunnenhof"), {f"alt.{language}": "A box" for language in ("de", "en", "fr")}

    def put(body: bytes, **more: str) -> str:
        mara.post(f"/catalogue/{key}/pictures", {**seen, "picture": (BytesIO(body), "box.svg"), **more})
        return plain(mara.get(f"/catalogue/{key}").text)

    assert "Please say in each language what is to be seen." in put(DRAWING, **{"alt.fr": " "})
    assert "a drawing only tokens that are known" in put(DRAWING.replace(b"{name}", b"{secret}"))
    assert "This file is not a picture." in put(b"box")
    assert pictures_of(db, [key]) == {}
    db.rollback()
    assert "The picture is there." in put(DRAWING)
    [one] = pictures_of(db, [key])[key]
    path = f"{key}/{one.id}"
    own = firm.agent("Nadja Frei").browser.get(f"/cockpit/products/{path}")
    assert (own.status_code, own.content_type, "default-src 'none'" in own.headers["Content-Security-Policy"]) == (
        200, "image/svg+xml", True,
    )  # fmt: skip
    assert "Brunnenhof AG" in own.text
    assert "{" not in own.text
    at_the_console = mara.get(f"/catalogue/{key}/pictures/{one.id}?company={firm.id}").text
    assert re.findall(r"#[0-9a-f]{6}", at_the_console) == re.findall(r"#[0-9a-f]{6}", own.text)
    assert mara.get(f"/catalogue/{key}/pictures/{one.id}").text != at_the_console
    assert firm.resident().browser.get(f"/cockpit/products/{path}").status_code == 403
    assert mara.post(f"/catalogue/{key}/pictures/{one.id}/remove").status_code == 303
    assert mara.get(f"/catalogue/{key}/pictures/{one.id}").status_code == 404
