"""Headers of three languages, and what they turn out to mean."""

from __future__ import annotations

import pytest

from quartier.imports.planning import suggestions
from quartier.imports.reading import Source
from quartier.imports.recognising.headers import guess, known_words
from quartier.imports.recognising.words import folded, spelled_out

GERMAN = (
    "Liegenschaft;Strasse;Hausnr.;PLZ;Ort;Wohnung Nr.;Lage;Nutzungsart;Stockwerk;Zimmer;Fläche m²;Mieter;E-Mail;"
    "Telefon;Mietbeginn;Mietende"
)
FRENCH = (
    "N° immeuble;Immeuble;Rue;No;NPA;Localité;No objet;Type d'objet;Étage;Pièces;Surface;Locataire;Prénom;Courriel;"
    "Début du bail;Fin du bail"
)
ENGLISH = (
    "Property;Street and number;ZIP;City;Unit number;Unit type;Floor;Rooms;Area;First name;Last name;E-mail;Phone;"
    "Start date;End date"
)


def targets(header: str, name: str = "export.csv", separator: str = ";") -> list[str]:
    return [one.target for one in guess(name, header.split(separator))]


HOUSE = "building.postal_code building.city unit.external_id"
FLAT = "unit.kind unit.floor unit.rooms unit.area_m2"
PERIOD = "occupancy.starts occupancy.ends"
IN_GERMAN = f"property.name building.street building.house_number {HOUSE} unit.name {FLAT}"
IN_FRENCH = f"property.external_id property.name building.street building.house_number {HOUSE} {FLAT}"
IN_ENGLISH = f"property.name building.street_and_number {HOUSE} {FLAT}"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (GERMAN, f"{IN_GERMAN} person.full_name person.email person.phone {PERIOD}"),
        (FRENCH, f"{IN_FRENCH} person.family_name person.given_name person.email {PERIOD}"),
        (ENGLISH, f"{IN_ENGLISH} person.given_name person.family_name person.email person.phone {PERIOD}"),
    ],
    ids=["de", "fr", "en"],
)
def test_a_rent_roll_is_recognised_in_three_languages(header: str, wanted: str) -> None:
    assert targets(header) == wanted.split()


def test_our_own_files_are_recognised() -> None:
    assert targets("external_id,building,name,kind", "units.csv", ",") == [
        "unit.external_id", "building.external_id", "unit.name", "unit.kind",
    ]  # fmt: skip
    assert targets("external_id,unit,kind,starts,ends,contract_number,people", "occupancies.csv", ",") == [
        "occupancy.external_id", "unit.external_id", "occupancy.kind", "occupancy.starts", "occupancy.ends",
        "occupancy.contract_number", "occupancy.people",
    ]  # fmt: skip


def test_a_word_that_many_have_means_what_the_table_is_about() -> None:
    assert targets("Nr.;Name", "Liegenschaften.csv") == ["property.external_id", "property.name"]
    assert targets("Nr.;Name;Vorname", "Mieter.csv") == [
        "person.external_id",
        "person.family_name",
        "person.given_name",
    ]
    assert targets("Nr.;Bezeichnung;Typ", "Bestand.xlsx: Wohnungen") == ["unit.external_id", "unit.name", "unit.kind"]


def test_slips_and_qualified_words_are_less_certain() -> None:
    found = guess("Mieter.csv", ["Mieternumer", "Mieter E-Mail", "Strassse", "Lieblingsfarbe"])
    assert [one.target for one in found] == ["person.external_id", "person.email", "building.street", ""]
    assert [0 < one.confidence < 1 for one in found] == [True, True, True, False]


def test_no_field_is_given_to_two_columns() -> None:
    assert targets("E-Mail;E-Mail 1;Mail", "Mieter.csv") == ["person.email", "", ""]


def test_words_are_compared_without_what_does_not_matter() -> None:
    assert folded("Straße / Nr.") == folded("STRASSE NR") == "strasse nr"
    assert folded("startDate") == "start date"
    assert spelled_out("Wohnfläche") == folded("Wohnflaeche")
    assert known_words(["Vorname", "Ort", "Mieterspiegel 2026", ""]) == 2


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (("1042", "1043"), "property.external_id"),
        (("LG-17", "LG-18"), "property.external_id"),
        (("Lindenhof", "Seefeld 3"), "property.name"),
        (("12", "Lindenhof"), "property.name"),
        (("", "7.1"), "property.external_id"),
    ],
)
def test_a_column_that_may_be_a_name_or_a_number_is_what_is_in_it(values: tuple[str, ...], wanted: str) -> None:
    rows = "".join(f"{value};Seestrasse 14;1. OG\n" for value in values)
    source = Source("Einheiten.csv", f"Liegenschaft;Strasse;Wohnung\n{rows}".encode())
    (columns,) = suggestions([source])[0].values()
    assert columns.targets[0] == wanted


def test_beside_a_number_the_name_stays_a_name() -> None:
    source = Source("Einheiten.csv", b"Liegenschaft Nr.;Liegenschaft;Strasse;Wohnung\n7;12;Seestrasse 14;1. OG\n")
    (columns,) = suggestions([source])[0].values()
    assert columns.targets[:2] == ("property.external_id", "property.name")
