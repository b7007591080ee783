"""What changed between two versions of a text."""

from __future__ import annotations

import pytest

from quartier.web.differences import Piece, differences

LONG = "\n".join(f"{number} words in line {number}" for number in range(900))


def test_a_word_that_changed_is_named_alone() -> None:
    assert differences("Wait for some minutes.", "Wait for ten minutes.") == [
        Piece("same", "Wait for "), Piece("removed", "some"), Piece("added", "ten"), Piece("same", " minutes."),
    ]  # fmt: skip


def test_equal_texts_are_one_piece_and_empty_ones_none() -> None:
    assert differences("Keys", "Keys") == [Piece("same", "Keys")]
    assert differences("", "") == []
    assert differences("", "Keys") == [Piece("added", "Keys")]


@pytest.mark.parametrize(
    ("before", "after"),
    [("a\nb\nc\n", "a\nc\nd\n"), ("", "x\n"), ("Schlüssel verloren", "Schlüssel  verloren?"), (LONG, LONG.swapcase())],
)
def test_the_pieces_give_back_both_texts(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
