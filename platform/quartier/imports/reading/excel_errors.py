"""Cells of an Excel file that hold an error. They are found in the sheet's own XML, by pattern and not by parsing."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from typing import Final

SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
RELATION: Final = re.compile(rb"<Relationship\b[^>]*>")
ATTRIBUTE: Final = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
BROKEN: Final = re.compile(rb'<c\b(?=[^>]*\st="e")[^>]*\sr="([A-Z]{1,3})(\d+)"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL)
BEGINNING: Final = re.compile(rb'\st="e"')
MOST: Final = 5000

Errors = dict[int, list[tuple[int, str]]]
"""Row → (column, what the spreadsheet shows): the reader would give an empty cell instead."""


def parts_of(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet's name → where its XML lies in the archive."""
    try:
        book, relations = archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return {}  # some programs leave the relations away, and the reader finds the sheets all the same
    targets = {one.get("Id", ""): one.get("Target", "") for one in map(_attributes, RELATION.findall(relations))}
    sheets = [_attributes(tag) for tag in SHEET.findall(book)]
    found = {one["name"]: _path(targets.get(one.get("r:id", ""), "")) for one in sheets if "name" in one}
    return {sheet: part for sheet, part in found.items() if part in archive.namelist()}


def _path(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): unescape((one or other).decode()) for name, one, other in ATTRIBUTE.findall(tag)}


def errors_in(sheet: bytes) -> Errors:
    """Row → (column, error), both from 0, in the XML of a sheet."""
    found: Errors = {}
    if not BEGINNING.search(sheet):
        return found
    for count, match in enumerate(BROKEN.finditer(sheet)):
        if count == MOST:
            break
        letters, row, error = (part.decode() for part in match.groups())
        found.setdefault(int(row) - 1, []).append((_column(letters), unescape(error)))
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
