"""One cell to one value, with what can be wrong with it; the same for every file there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import available_timezones

from quartier.imports.dialling import waiting
from quartier.imports.mapping import Columns
from quartier.imports.nouns import OPEN_END
from quartier.imports.reading.tables import Cell
from quartier.imports.recognising.words import text_of
from quartier.imports.values.addresses import parse_country
from quartier.imports.values.dates import is_open, parse_date
from quartier.imports.values.emails import parse_email
from quartier.imports.values.kinds import parse_kind, parse_language
from quartier.imports.values.names import parse_salutation
from quartier.imports.values.numbers import parse_number
from quartier.people.phones import parse_phone

Parse = Callable[[Cell], Any]
LONGEST: Final = 200
EXCEL_ERRORS: Final = tuple(
    "#REF! #N/A #NAME? #VALUE! #DIV/0! #NUM! #NULL! #SPILL! #CALC! #BEZUG! #NV #WERT! #ZAHL! #VALEUR! #NOM? "
    "#NOMBRE! ####".split()
)
SIGNS: Final = frozenset("=@+-#\t\r")


class Bad(ValueError):
    """A cell that cannot be used; `code` is the problem's."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code, self.details = code, details


def plain(cell: Cell, longest: int = LONGEST) -> str:
    """Text, or Bad for an error of a spreadsheet, a formula, or a novel."""
    text = text_of(cell)
    if text and text[0] in SIGNS:
        _refuse_formula(text)
    if len(text) > longest:
        raise Bad("too_long", found=len(text), most=longest)
    return text


def _refuse_formula(text: str) -> None:
    if text.startswith(EXCEL_ERRORS):
        raise Bad("excel_error")
    if text[0] in "=@" or (text[0] in "+-" and ("(" in text or "|" in text or "!" in text) and not text[1:2].isdigit()):
        raise Bad("formula")


def parsers(columns: Columns, *, home: str, country: Callable[[], str]) -> Mapping[str, Parse]:
    """`noun.field` → its parser, in the notations of a table. Each raises Bad, or ValueError for what FAULTS names.

    `country` is where the house of the row stands, "" where the row leaves that open; `home` is the company's.
    """
    order, mark = columns.order, columns.mark

    def day(cell: Cell) -> date:
        return parse_date(cell if not isinstance(cell, str) else plain(cell), order)

    def last_day(cell: Cell) -> Any:
        """The first day after: files say on which day somebody leaves, the database from when the unit is free."""
        return OPEN_END if is_open(cell) else day(cell) + timedelta(days=1)

    def number(digits: int, below: float) -> Parse:
        return lambda cell: parse_number(
            cell if isinstance(cell, float) else plain(cell), mark, digits=digits, below=below
        )

    phone = _phones(home, country)
    return {
        "property.timezone": lambda cell: _timezone(plain(cell)),
        "building.country": lambda cell: parse_country(plain(cell)),
        "building.postal_code": lambda cell: plain(cell, 12),
        "building.house_number": lambda cell: plain(cell, 40),
        "unit.kind": _kind("unit", columns),
        "unit.rooms": number(1, 1000),
        "unit.area_m2": number(2, 10**7),
        "occupancy.kind": _kind("occupancy", columns),
        "occupancy.starts": day,
        "occupancy.ends": last_day,
        "occupancy.people": lambda cell: plain(cell, 2000),
        "person.salutation": lambda cell: parse_salutation(plain(cell)),
        "person.email": lambda cell: parse_email(plain(cell, 320)),
        "person.phone": phone,
        "person.mobile": phone,
        "person.language": lambda cell: parse_language(plain(cell)),
        "occupant.role": lambda cell: parse_kind("role", plain(cell)),
    }


def _kind(noun: str, columns: Columns) -> Parse:
    """The company's own words for kinds come first."""
    own = {key.strip().lower(): value for key, value in columns.words.get(noun, {}).items()}

    def parse(cell: Cell) -> str:
        text = plain(cell)
        return own.get(text.lower()) or parse_kind(noun, text)

    return parse


def _phones(home: str, country: Callable[[], str]) -> Parse:
    def parse(cell: Cell) -> str:
        text, where = _phone(cell), country()
        return parse_phone(text, where) if where else waiting(text, home)

    return parse


def _phone(cell: Cell) -> str:
    """A number of a phone that a spreadsheet took for a number has lost its plus or its zero."""
    text = text_of(cell)
    if text and text[0] in SIGNS:
        _refuse_formula(text)
    if isinstance(cell, float) and len(text) == 11 and text.startswith(("41", "49", "33", "43")):
        return f"+{text}"
    return f"0{text}" if isinstance(cell, float) and not text.startswith("0") else text


def _timezone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError(text)
    return text


FAULTS: Final[Mapping[str, str]] = {
    "property.timezone": "bad_timezone",
    "building.country": "bad_country",
    "unit.kind": "bad_kind",
    "unit.rooms": "bad_number",
    "unit.area_m2": "bad_number",
    "occupancy.kind": "bad_kind",
    "occupancy.starts": "bad_date",
    "occupancy.ends": "bad_date",
    "person.salutation": "bad_salutation",
    "person.email": "bad_email",
    "person.phone": "bad_phone",
    "person.mobile": "bad_phone",
    "person.language": "bad_language",
    "occupant.role": "bad_role",
}
"""What it is called when the cell of a field cannot be understood."""
OPTIONAL: Final = frozenset(
    "property.timezone property.owner building.country unit.floor unit.rooms unit.area_m2 person.salutation "
    "person.email person.phone person.mobile person.language occupant.role".split()
)
"""Fields that a row can do without: something wrong with one costs the cell and not the row."""
MILDER: Final[Mapping[str, str]] = {
    "excel_error": "cell_excel_error",
    "formula": "cell_formula",
    "too_long": "too_long",
}
