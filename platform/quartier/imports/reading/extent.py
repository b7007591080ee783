"""How far a worksheet reaches. The reader makes room for every cell between the first and the last one: two cells in
opposite corners of a file of five kilobytes would take more memory than any machine has, and the process with them.

Found by pattern and not by parsing; what a pattern does not understand, the reader does not either.
"""

from __future__ import annotations

import re
from typing import Final

from quartier.imports.problems import Problem, Unreadable

MOST_CELLS: Final = 3 * 2**20  # a hundred megabytes; four times what a sheet that is read at once can be full of
PLACE: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d+)["']""")
ROW: Final = re.compile(rb"<(?:\w+:)?row\b")
CELL: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
DATA: Final = re.compile(rb"<(?:\w+:)?sheetData\b")


def refuse_far(name: str, xml: bytes) -> None:
    """Raise Unreadable for a worksheet that reaches much further than it is full. Takes anything; pictures pass."""
    if not DATA.search(xml):
        return
    rows, columns = set[bytes](), set[bytes]()
    for letters, digits in set(PLACE.findall(xml)):
        rows.add(digits)
        columns.add(letters.upper())
    numbers = [int(row) for row in rows]
    last, first = max(numbers, default=1), min(numbers, default=1)
    height = max(last - first + 1, len(ROW.findall(xml)))
    width = max(max(map(number_of, columns), default=0), _widest(xml))
    if height * width > MOST_CELLS:
        raise Unreadable(Problem("far_cell", name, value=f"{letters_of(width)}{max(last, height)}"))


def _widest(xml: bytes) -> int:
    """Cells of the fullest row: those without a place of their own stand side by side."""
    return max((len(CELL.findall(row)) for row in ROW.split(xml)), default=0)


def number_of(letters: bytes) -> int:
    """`A` → 1, `XFD` → 16384, nothing → 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def letters_of(number: int) -> str:
    """1 → `A`, 16384 → `XFD`."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
