"""What the press has no letters for: found by setting it, before somebody hangs up a sheet with empty boxes."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from quartier.letters.press import FONTS

MOST: Final = 12
"""So many signs are named; who reads of a dozen knows what it is about."""
ORDINARY: Final = re.compile(r"[\s\u0020-\u024f\u2010-\u2027\u2030-\u203a€]+")
"""Latin letters with their accents, and what stands between words: the press has all of it; most texts are no more."""
NOT_THERE: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
SHEET: Final = """
#set text(font: ("Libertinus Serif", "Noto Emoji", "DejaVu Sans Mono"))
#read("words.txt")
"""


def unprintable(text: str) -> list[str]:
    """Signs of a text for which no font is there, each once, in the order in which they stand; at most MOST.

    A file for archives must not have any, so the press refuses to make one and says which.
    """
    rest, missing = ORDINARY.sub(" ", text), list[str]()
    if not rest.strip():
        return missing
    import typst  # thirty megabytes that only who prints needs

    with TemporaryDirectory(prefix="letters-") as folder:
        sheet, words = Path(folder) / "sheet.typ", Path(folder) / "words.txt"
        sheet.write_text(SHEET, encoding="utf-8")
        while len(missing) < MOST:
            words.write_text(rest, encoding="utf-8")
            try:
                typst.compile(str(sheet), root=folder, font_paths=[str(FONTS)], format="pdf", pdf_standards=["a-2b"])
            except typst.TypstError as error:
                found = NOT_THERE.search(str(error))
                if found is None:
                    raise
                missing.append(found[1])
                rest = rest.replace(found[1], "")
            else:
                break
    return missing
