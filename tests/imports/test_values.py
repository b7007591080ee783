"""Cells as people write them in four countries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import phonenumbers
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quartier.imports.values.addresses import parse_country, split_address, split_place, split_street
from quartier.imports.values.dates import is_open, order_of, parse_date
from quartier.imports.values.emails import parse_email
from quartier.imports.values.kinds import parse_kind, parse_language
from quartier.imports.values.names import Name, parse_salutation, split_names
from quartier.imports.values.numbers import mark_of, parse_number
from quartier.people.phones import parse_phone


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-01", "1.3.2024", "01.03.24", "1/3/2024", "01-03-2024", "2024/3/1", "20240301", "1. März 2024",
        "1er mars 2024", "March 1, 2024", "1 Mar 2024", "2024-03-01T00:00:00Z", "01.03.2024 00:00", 45352.0, "45352",
        date(2024, 3, 1),
    ],
)  # fmt: skip
def test_one_day_in_every_notation(written: Any) -> None:
    assert parse_date(written) == date(2024, 3, 1)


@pytest.mark.parametrize(
    "written", ["31.02.2024", "29.02.2023", "32.1.2024", "1.13.2024", "x", "", "0.0.0000", 1e12, "1.1.0024"]
)
def test_days_that_do_not_exist_are_refused(written: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence is the caller's
        parse_date(written)


def test_a_column_tells_whether_the_month_comes_first() -> None:
    assert order_of(["3/14/2024", "1/2/2024"]) == "mdy"
    assert order_of(["14/3/2024", "1/2/2024"]) == order_of(["1/2/2024"]) == order_of(["14.3.2024"]) == "dmy"
    assert parse_date("3/14/2024", "mdy") == date(2024, 3, 14)


def test_two_digits_are_the_nearest_century_and_open_ends_are_open() -> None:
    assert (parse_date("1.4.99"), parse_date("1.4.31")) == (date(1999, 4, 1), date(2031, 4, 1))
    assert [is_open(cell) for cell in (None, " ", "unbefristet", "31.12.9999", "en cours", "1.1.2030")] == [
        True
    ] * 5 + [False]


@pytest.mark.parametrize(
    ("written", "mark", "number"),
    [
        ("1'234.5", ".", "1234.5"), ("1’234.5", ".", "1234.5"), ("1.234,5", ",", "1234.5"),
        ("1\u202f234,5", ",", "1234.5"),
        ("1,234.5", ".", "1234.5"), ("84 m²", ".", "84"), ("84,5 qm", ".", "84.5"), ("3½", ".", "3.5"),
        ("3 1/2 Zimmer", ".", "3.5"), ("1.234", ",", "1234"), ("1.234", ".", "1.23"), ("1,234", ".", "1234"),
        (84.5, ".", "84.5"), (3, ",", "3"),
    ],
)  # fmt: skip
def test_numbers_of_four_countries(written: Any, mark: Any, number: str) -> None:
    assert parse_number(written, mark) == Decimal(number)


@pytest.mark.parametrize(
    "written", ["viel", "-3", "1.2.3", "1,2,3.4.5", "", "1e99", "9" * 12, float("nan"), float("inf")]
)
def test_what_is_no_number_is_refused(written: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_number(written)


def test_a_column_tells_its_decimal_mark() -> None:
    assert mark_of(["84,5", "1.234"]) == mark_of(["1.234,50"]) == ","
    assert mark_of(["84.5"]) == mark_of(["1,234.50"]) == mark_of(["1,234"]) == mark_of([84.5]) == "."


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("044 555 01 01", "CH", "+41445550101"), ("+41 (0)44 555 01 01", "DE", "+41445550101"),
        ("0041 44 555 01 01", "CH", "+41445550101"), ("079/555.01.01", "CH", "+41795550101"),
        ("040 669 691 01", "DE", "+494066969101"), ("01 23 45 67 89", "FR", "+33123456789"),
        ("+33 1 23 45 67 89", "CH", "+33123456789"), ("06 1234 5678", "IT", "+390612345678"),
    ],
)  # fmt: skip
def test_phone_numbers_by_the_country_of_the_house(written: str, country: str, number: str) -> None:
    assert parse_phone(written, country) == number


@pytest.mark.parametrize("written", ["12", "none", "+41 44", "044 555 01 01 23 45 67 89 00", ""])
def test_what_is_no_phone_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_phone(written, "CH")


@given(
    st.sampled_from(["CH", "DE", "AT", "FR", "LI", "IT", "GB"]),
    st.builds(str.__add__, st.sampled_from(["0", "+41", "+49", "00"]), st.integers(10**5, 10**11).map(str)),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_quick_lane_says_what_the_library_says(country: str, written: str) -> None:
    try:
        number = phonenumbers.parse(written, country)
        wanted = phonenumbers.format_number(number, 0) if phonenumbers.is_possible_number(number) else None
    except phonenumbers.NumberParseException:
        wanted = None
    try:
        found = parse_phone(written, country)
    except ValueError:
        found = None
    assert found == wanted


def test_e_mail_addresses() -> None:
    assert parse_email(" Verena.Keller@Post.Example ") == "verena.keller@post.example"
    assert parse_email("Verena Keller <verena@post.example>") == "verena@post.example"
    assert parse_email("jürg@bäckerei-müller.example") == "jürg@bäckerei-müller.example"
    for wrong in ("verena.post.example", "verena@", "a b@c.example", "@c.example", "v..k@c.example", "v@localhost"):
        with pytest.raises(ValueError):  # noqa: PT011
            parse_email(wrong)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Keller, Verena", [Name("Verena", "Keller")]),
        ("Frau Dr. Verena Keller", [Name("Verena", "Keller", "ms")]),
        ("Herr Urs Keller", [Name("Urs", "Keller", "mr")]),
        ("Anna von der Mühll", [Name("Anna", "von der Mühll")]),
        ("Verena & Urs Keller", [Name("Verena", "Keller"), Name("Urs", "Keller")]),
        ("Keller, Verena und Urs", [Name("Verena", "Keller"), Name("Urs", "Keller")]),
        ("Verena Keller / Urs Frei", [Name("Verena", "Keller"), Name("Urs", "Frei")]),
        ("Keller Immobilien AG", [Name("", "", company="Keller Immobilien AG")]),
        ("Müller & Söhne GmbH", [Name("", "", company="Müller & Söhne GmbH")]),
        ("Régie Rochat Sàrl", [Name("", "", company="Régie Rochat Sàrl")]),
        ("Meier", [Name("", "Meier")]),
    ],
)
def test_names_are_taken_apart(written: str, names: list[Name]) -> None:
    assert split_names(written) == names


def test_where_the_family_stands_first() -> None:
    assert split_names("Rochat Anne", family_first=True) == [Name("Anne", "Rochat")]
    assert split_names("von Arx Peter", family_first=True) == [Name("Peter", "von Arx")]


def test_salutations() -> None:
    assert [parse_salutation(word) for word in ("Frau", "M.", "Mme", "Herr", "Firma", "")] == [
        "ms",
        "mr",
        "ms",
        "mr",
        "none",
        "none",
    ]
    with pytest.raises(ValueError):  # noqa: PT011
        parse_salutation("Hallo")


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Seestrasse 14a", ("Seestrasse", "14a")), ("Seestrasse 5 b", ("Seestrasse", "5b")),
        ("12 bis, rue de Lausanne", ("rue de Lausanne", "12 bis")),
        ("Avenue de la Harpe 22", ("Avenue de la Harpe", "22")),
        ("Straße des 17. Juni 135", ("Straße des 17. Juni", "135")), ("Am Markt", ("Am Markt", "")),
        ("Seestrasse 14-16", ("Seestrasse", "14-16")), ("Hauptstr. Nr. 3", ("Hauptstr.", "3")),
    ],
)  # fmt: skip
def test_streets_and_numbers(written: str, parts: tuple[str, str]) -> None:
    assert split_street(written) == parts


def test_places_and_whole_addresses() -> None:
    assert split_place("CH-8057 Zürich") == split_place("8057 Zürich") == ("8057", "Zürich")
    assert split_place("Zürich") == ("", "Zürich")
    assert split_address("Seestrasse 14, 8057 Zürich") == ("Seestrasse", "14", "8057", "Zürich")
    assert split_address("Seestrasse 14") is None


def test_countries_in_three_languages() -> None:
    assert {parse_country(word) for word in ("Schweiz", "Switzerland", "Suisse", "CH", "ch")} == {"CH"}
    assert {parse_country(word) for word in ("D", "Deutschland", "Allemagne", "Germany")} == {"DE"}
    with pytest.raises(ValueError):  # noqa: PT011
        parse_country("Atlantis")


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("3.5-Zimmer-Wohnung", "flat"), ("Appartement 4 pièces", "flat"), ("Büro", "office"), ("Bureau", "office"),
        ("Ladenlokal", "shop"), ("Arztpraxis", "practice"), ("Place de parc", "parking"), ("TG-Stellplatz", "parking"),
        ("Garage", "garage"), ("Kellerabteil", "cellar"), ("Cave", "cellar"), ("Waschküche", "laundry"),
        ("flat", "flat"),
    ],
)  # fmt: skip
def test_kinds_of_units_in_three_languages(word: str, kind: str) -> None:
    assert parse_kind("unit", word) == kind


def test_unknown_kinds_are_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_kind("unit", "Raumschiff")


def test_languages_and_periods() -> None:
    assert [parse_language(word) for word in ("Deutsch", "fr_CH", "English", "D")] == ["de", "fr", "en", "de"]
    assert [parse_kind("occupancy", word) for word in ("Miete", "Bail à loyer", "PPE", "Stockwerkeigentum")] == [
        "tenancy", "tenancy", "ownership", "ownership",
    ]  # fmt: skip
