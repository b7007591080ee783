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


WHERE = "building.postal_code building.city"
FACTS = "unit.kind unit.floor unit.rooms unit.area_m2"
UNIT = "unit.external_id unit.name"
HOME = "property.external_id property.name"
LEASE = "occupancy.contract_number occupancy.starts occupancy.ends"
NAMES = "person.given_name person.family_name"
# What programs for property management write above their columns, and what each column is; "-" is left out.
EXPORTS = {
    "de": (GERMAN, (f"property.name building.street building.house_number {WHERE} {UNIT} {FACTS} person.full_name "
           "person.email person.phone occupancy.starts occupancy.ends")),
    "fr": (FRENCH, (f"{HOME} building.street building.house_number {WHERE} unit.external_id {FACTS} "
           "person.family_name person.given_name person.email occupancy.starts occupancy.ends")),
    "en": (ENGLISH, (f"property.name building.street_and_number {WHERE} unit.external_id {FACTS} {NAMES} "
           "person.email person.phone occupancy.starts occupancy.ends")),
    "Swiss, objects are units": (
        "Objekt Nr.;Objekt;Strasse;Hausnr.;PLZ;Ort;Etage;Zimmer;Fläche;Mieter;Mietbeginn;Mietzins netto",
        (f"{UNIT} building.street building.house_number {WHERE} unit.floor unit.rooms unit.area_m2 person.full_name "
        "occupancy.starts -")),
    "Swiss, objects in a Liegenschaft": (
        "Liegenschaft Nr.;Liegenschaft;Haus;Objekt Nr.;Objekt;Objektart;Mieter Nr.;Mieter;Vertragsnr.;Beginn;Ende",
        f"{HOME} building.name {UNIT} unit.kind person.external_id person.full_name {LEASE}"),
    "Swiss, short": (
        "Liegenschaft;Haus;Whg.-Nr.;Lage;Nutzungsart;Zi.;m²;Mieter;Vertragsnr.;Mietbeginn;Kündbar auf",
        (f"property.name building.name {UNIT} unit.kind unit.rooms unit.area_m2 person.full_name "
        "occupancy.contract_number occupancy.starts -")),
    "Swiss, long": (
        ("LG-Nr.;LG-Bezeichnung;Gebäude-Nr.;Mietobjekt-Nr.;Mietobjekt;Mietobjektart;Geschoss;Anz. Zimmer;HNF m2;"
        "Mietverhältnis-Nr.;Mieter 1;Mieter 2;Mietantritt;Gekündigt per"),
        (f"{HOME} building.external_id {UNIT} {FACTS} occupancy.external_id person.full_name - occupancy.starts "
        "occupancy.ends")),
    "German, owners beside tenants": (
        ("Objekt-Nr.;Objektbezeichnung;Straße;PLZ;Ort;VE-Nr.;VE-Bezeichnung;Nutzungsart;Wohnfläche (qm);Eigentümer;"
        "Mieter;Vertragsnr.;Mietbeginn;Mietende"),
        f"{HOME} building.street {WHERE} {UNIT} unit.kind unit.area_m2 - person.full_name {LEASE}"),
    "German, no numbers": (
        "Objekt;Straße;Hausnummer;PLZ;Ort;VE;Lage;Nutzung;Größe;Mieter;Einzug;Auszug;Kaltmiete",
        (f"property.name building.street building.house_number {WHERE} unit.number unit.name unit.kind unit.area_m2 "
        "person.full_name occupancy.starts occupancy.ends -")),
    "German, a large system": (
        ("Wirtschaftseinheit;Gebäude;Mietobjekt;Mietobjektbezeichnung;Vertrag;Vertragsbeginn;Vertragsende;"
        "Geschäftspartner;Name 1;Name 2"),
        f"property.external_id building.name unit.number unit.name {LEASE} person.external_id person.full_name -"),
    "German, a portal": (
        ("Objektnummer;Objektname;Einheitennummer;Einheitenbezeichnung;Vorname;Nachname;E-Mail-Adresse;Mobilnummer;"
        "Vertragsnummer;Vertragsbeginn;Vertragsende;Eigentümer-Nr."),
        f"{HOME} {UNIT} {NAMES} person.email person.mobile {LEASE} person.external_id"),
    "Romandy, one line each": (
        "Immeuble;N° objet;Objet;Locataire;Téléphone;Courriel;Réf. bail;Début du bail;Fin de bail;Loyer net",
        f"property.name {UNIT} person.full_name person.phone person.email {LEASE} -"),
    "Romandy, references": (
        ("Réf. immeuble;Nom de l'immeuble;Rue;N°;NPA;Ville;Réf. objet;Désignation;Genre;Niveau;Nb pièces;m2;"
        "Réf. locataire;Nom;Prénom;Tél. portable;Entrée;Sortie"),
        (f"{HOME} building.street building.house_number {WHERE} {UNIT} {FACTS} person.external_id person.family_name "
        "person.given_name person.mobile occupancy.starts occupancy.ends")),
    "France": (
        ("Code immeuble;Immeuble;Bâtiment;N° de lot;Nature du lot;Superficie;Civilité;Nom du locataire;"
        "Prénom du locataire;Date d'effet;Date de sortie"),
        (f"{HOME} building.name unit.external_id unit.kind unit.area_m2 person.salutation person.family_name "
        "person.given_name occupancy.starts occupancy.ends")),
    "references in English": (
        "Property Ref;Property Name;Unit Ref;Unit Address;Unit Type;Tenant;Tenancy Ref;Lease Start;Lease End;Rent",
        f"{HOME} unit.external_id building.street unit.kind person.full_name {LEASE} -"),
    "flats in English": (
        "Estate;Address 1;Postcode;Town;Flat No.;Beds;First Name;Surname;Tenant Email;Start of Tenancy;End of Tenancy",
        (f"property.name building.street {WHERE} unit.external_id - {NAMES} person.email occupancy.starts "
        "occupancy.ends")),
    "houses only": ("Objekt Nr.;Objekt;Strasse;PLZ;Ort", f"{HOME} building.street {WHERE}"),
    "an address for letters is no house": ("Liegenschaft;Wohnung;Mieter;Adresse Mieter",
                                           "property.external_id unit.name person.full_name -"),
}  # fmt: skip


@pytest.mark.parametrize("export", EXPORTS)
def test_a_rent_roll_is_recognised_whoever_made_it(export: str) -> None:
    header, wanted = EXPORTS[export]
    assert [target or "-" for target in targets(header, "Mieterspiegel.xlsx")] == wanted.split()


def test_a_file_of_objects_has_properties_or_units() -> None:
    assert targets("Nr.;Bezeichnung;Eigentümer Liegenschaft", "Objekte.csv")[:2] == HOME.split()
    assert targets("Nr.;Bezeichnung;Typ;Etage", "Objekte.csv") == [*UNIT.split(), "unit.kind", "unit.floor"]


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


@pytest.mark.parametrize(
    ("header", "owned"),
    [("Wohnung;Eigentümer;Eigentum seit", True), ("Wohnung;Eigentümer;Mieter;Mietbeginn", False),
     ("Lot;Propriétaire;Date d'achat", True), ("Wohnung;Eigentümer;Vertragsart;Beginn", False)],
)  # fmt: skip
def test_owners_are_no_tenants(header: str, owned: bool) -> None:
    source = Source("Liste.csv", f"{header}\n1;Anna Frei;01.02.2024;01.02.2024\n".encode())
    (columns,) = suggestions([source])[0].values()
    assert columns.owned is owned


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
