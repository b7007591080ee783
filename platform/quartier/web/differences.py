"""What changed between two versions of a text, word by word, for people who decide between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Kind = Literal["same", "added", "removed"]

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_FINE = 1500  # words; a longer changed passage is shown as taken out and put in, for comparing grows with the square


class Piece(NamedTuple):
    """A run of text that stayed, came or went."""

    kind: Kind
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The pieces in reading order; joining "same" and "added" gives `after`, "same" and "removed" gives `before`."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return _merged(_pieces(old, new))


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[i:j]), "".join(new[k:m])
        if tag == "equal":
            yield Piece("same", removed)
        elif tag == "replace":
            yield from _within(removed, added)
        else:
            yield from (Piece("removed", removed), Piece("added", added))


def _within(removed: str, added: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(removed), _WORDS.findall(added)
    if len(old) + len(new) > _FINE:
        yield from (Piece("removed", removed), Piece("added", added))
        return
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[i:j]))
        else:
            yield from (Piece("removed", "".join(old[i:j])), Piece("added", "".join(new[k:m])))


def _merged(pieces: Iterator[Piece]) -> list[Piece]:
    merged: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if merged and merged[-1].kind == piece.kind:
            merged[-1] = Piece(piece.kind, merged[-1].text + piece.text)
        else:
            merged.append(piece)
    return merged
