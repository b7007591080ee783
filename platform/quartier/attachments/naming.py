"""Names that a text can say: plain letters, and each once among the files of a thing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from quartier.attachments.kinds import ENDINGS, KINDS
from quartier.files.models import Attachment
from quartier.i18n.search import fold

LONGEST: Final = 60
SPELT_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def plain_name(name: str, content_type: str) -> str:
    """ASCII words joined by hyphens, and an ending of the same kind: a picture that was drawn anew keeps its own."""
    path = PurePosixPath(name.replace("\\", "/"))
    spelt = fold(path.stem.casefold().translate(SPELT_OUT))
    stem = "".join(sign if sign.isascii() else " " for sign in spelt)[:LONGEST]
    same = next(types for types in KINDS.values() if content_type in types)
    ending = path.suffix.lower().removeprefix(".")
    known = [one for kind in same for one in ENDINGS[kind]]
    return f"{'-'.join(stem.split()) or 'file'}.{ending if ending in known else ENDINGS[content_type][0]}"


def name_plainly(rows: Sequence[Attachment]) -> None:
    """What the thing has keeps its name; what comes gets a plain one, with a number where that is taken."""
    taken = {row.name for row in rows if row.thing_id is not None}
    for row in rows:
        if row.thing_id is None:
            row.name = _free(plain_name(row.name, row.content_type), taken)
            taken.add(row.name)


def _free(wanted: str, taken: set[str]) -> str:
    stem, _dot, ending = wanted.rpartition(".")
    found, number = wanted, 2
    while found in taken:
        found, number = f"{stem}-{number}.{ending}", number + 1
    return found
