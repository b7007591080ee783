"""What is wrong with a file, as data: where it is, what it is, and a sentence in the reader's language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from quartier.i18n import formats
from quartier.i18n.texts import gettext

Severity = Literal["error", "warning"]
LONGEST_VALUE: Final = 120  # of a cell in a report; the whole cell is in the file


def _l(sentence: str) -> str:
    """Marks a sentence for the catalogues; it is looked up with its details when somebody reads it."""
    return sentence


# An error keeps the row out. A warning keeps the row, without the cell it names, or without harm at all.
ERRORS: Final[Mapping[str, str]] = {
    "empty_file": _l("The file is empty."),
    "no_rows": _l("There is a header, and nothing below it."),
    "no_header": _l("No row looks like a header: a file needs one that names its columns."),
    "not_a_table": _l("This is not a table that can be read. CSV, Excel (.xlsx) and ZIP files with these can be."),
    "old_excel": _l("This is the Excel format of before 2007. Please save the file as .xlsx and send that."),
    "binary_excel": _l("This is the binary format of Excel (.xlsb). Please save the file as .xlsx and send that."),
    "far_cell": _l(
        "A cell stands far away from the table, with nothing in between; in Excel, Ctrl+End leads there. Please delete "
        "the rows and columns behind the table, save the file and send it again."
    ),
    "locked_excel": _l("The file is protected with a password. Please save it without one and send that."),
    "pdf": _l("This is a PDF, whatever its name says. A table is needed: CSV or Excel."),
    "damaged": _l("The file is damaged or was cut off; it cannot be opened."),
    "too_large": _l("The file is too large: unpacked, at most %(most)s are read."),
    "too_many_files": _l("There are too many files in this archive: at most %(most)s are read."),
    "climbing_path": _l("The archive has a file that wants to lie outside of it. Such an archive is not read."),
    "locked_zip": _l("The archive is protected with a password. Please pack it without one."),
    "nested_zip": _l("An archive inside an archive is not read. Please put its files into one."),
    "unclosed_quote": _l("A quotation mark is opened here and never closed."),
    "too_many_cells": _l("This row has %(found)s cells, but there are only %(wanted)s columns."),
    "missing": _l("This is needed, and the cell is empty."),
    "no_key": _l("The row says neither a number nor a name by which it could be found again."),
    "bad_date": _l("This is not a date that exists."),
    "ends_before_start": _l("The period ends before it starts."),
    "bad_kind": _l("This word is not known for a kind. It can be assigned to one on the page of the columns."),
    "too_long": _l("This is too long: %(found)s characters, at most %(most)s are kept."),
    "excel_error": _l("The cell holds an error of the spreadsheet instead of a value."),
    "formula": _l("The cell begins like a formula. It is not used, because a spreadsheet could run it."),
    "conflict": _l("The same number or name stands in line %(other)s with different data."),
    "orphan": _l("It belongs to “%(parent)s”, which is neither in the files nor in Quartier."),
    "parent_refused": _l("It belongs to “%(parent)s”, whose own row cannot be used."),
    "cycle": _l("It belongs to itself, or to something that belongs to it."),
    "overlap_in_file": _l("Two tenancies of this unit overlap; the other one is in line %(other)s."),
    "overlap_known": _l("This tenancy overlaps one that Quartier has already: from %(starts)s, %(contract)s."),
    "bad_import_type": _l("The import type must be one of: %(allowed)s."),
    "bad_uuid": _l("This is not a UUID."),
    "unknown_id": _l("There is nothing with this id to update or delete."),
    "remapping_not_alone": _l("uuidRemappings.csv must come alone, without other files."),
    "bad_manifest": _l("manifest.json cannot be read: %(why)s"),
    "taken_id": _l("This new id is taken by another entry already."),
}  # fmt: skip
WARNINGS: Final[Mapping[str, str]] = {
    "two_headers_alike": _l("Two columns have the same header. Only the first one is used."),
    "unknown_file": _l("The name of this file is not part of the exchange set; the file is left out."),
    "unknown_sheet": _l("No column of this table is recognised. It is left out unless you assign its columns."),
    "mixed_encoding": _l("This line is written in another encoding than the rest. It was read as Windows-1252."),
    "unreadable_character": _l("A character cannot be read in this line."),
    "lone_cr": _l("A line break stands in the middle of a cell. It was read as a space."),
    "too_few_cells": _l("This row has %(found)s cells instead of %(wanted)s. The missing ones are taken as empty."),
    "bad_email": _l("This is not an e-mail address. The row is used without it."),
    "bad_phone": _l("This is not a phone number that can exist in the country. The row is used without it."),
    "bad_number": _l("This is not a number. The row is used without it."),
    "bad_language": _l("This language is not known. The row is used without it."),
    "bad_role": _l("This role is not known; the person is taken as a main person."),
    "bad_country": _l("This country is not known. The country of the company is used."),
    "bad_timezone": _l("This time zone is not known. The time zone of the company is used."),
    "bad_salutation": _l("This salutation is not known. The row is used without it."),
    "cell_excel_error": _l("The cell holds an error of the spreadsheet. The row is used without it."),
    "cell_formula": _l("The cell begins like a formula. The row is used without it."),
    "duplicate_person": _l("This may be %(name)s, who is known already. Please decide; else a new person is made."),
    "duplicate_in_file": _l("This may be the same person as in line %(other)s. Please look; nothing is merged."),
    "contact_erased": _l("This person’s contact data were erased at their own wish. The row is used without them."),
    "person_erased": _l("This person was erased at their own wish and is left out. A new contract lets them in again, "
                        "and so do you under “Erasure requests”."),
    "erp_owned": _l("This comes from %(system)s and stays as it is; the file says otherwise."),
    "hidden_sheet": _l("The hidden sheet “%(name)s” is not read."),
    "bad_option": _l("This option of the manifest cannot be used as it is. It is left out."),
    "unknown_option": _l("This option of the manifest is not known. It is left out."),
}  # fmt: skip


NUMBERLESS: Final[Mapping[str, str]] = {
    "overlap_known": _l("This tenancy overlaps one that Quartier has already: from %(starts)s."),
}
"""What is said instead where there is no number of a contract."""
OURS: Final = frozenset({"ends_before_start", "overlap_known", "overlap_in_file", "erp_owned"})
"""Problems whose value is what was read, and not the cell."""
ISO: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` counts from 1 as editors do, 0 means the whole file; `column` is its header."""

    code: str
    file: str = ""
    line: int = 0
    column: str = ""
    value: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """By this a form says which problem it answers, though the list may have moved on in the meantime."""
        place = (self.file, self.line, self.column, self.details.get("person", ""))
        return hashlib.sha256(repr(place).encode()).hexdigest()[:16]

    @property
    def severity(self) -> Severity:
        """Whether the row is lost, or only this cell."""
        return "error" if self.code in ERRORS else "warning"

    @property
    def words(self) -> str:
        """The sentence in the bound language."""
        details = {name: _day(given) for name, given in self.details.items()}
        sentence = ERRORS.get(self.code) or WARNINGS[self.code]
        if not details.get("contract"):
            sentence = NUMBERLESS.get(self.code, sentence)
        return gettext(sentence, **details)

    @property
    def said(self) -> str:
        """The value as people write it, where it is none that somebody has typed."""
        return str(_day(self.value)) if self.code in OURS else self.value


class Unreadable(Exception):
    """A file, or a whole upload, out of which nothing can be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def _day(given: Any) -> Any:
    """A date as the reader writes dates, anything else as it is."""
    is_day = isinstance(given, str) and ISO.fullmatch(given)
    return formats.format_date(date.fromisoformat(given)) if is_day else given


Report = Callable[[Problem], None]
"""Where problems go while reading: a list's `append`, or something that counts and keeps the first ones."""


def shown(value: Any) -> str:
    """A cell as a report shows it."""
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
