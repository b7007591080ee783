"""What people type, and the keys that it finds."""

from __future__ import annotations

import pytest

from quartier.i18n.questions import search_key, search_words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Wie entlüfte ich die Heizung?", ["entlufte", "heizung"]),
        ("Où est-ce que je trouve la clé ?", ["trouve", "cle"]),
        ("was ist das", ["was", "ist", "das"]),
        ("Heizkörper heizkoerper", ["heizkorper"]),
        ("eins zwei drei vier fünf sechs sieben acht neun zehn", "eins zwei drei vier funf sechs sieben acht".split()),
    ],
)
def test_words_are_told_from_fillers(typed: str, words: list[str]) -> None:
    assert search_words(typed) == words


@pytest.mark.parametrize(
    ("one", "other"), [("Müll", "Muell"), ("Grösse", "Groesse"), ("Straße", "Strasse"), ("Œuvre", "oeuvre")]
)
def test_one_word_in_two_spellings_has_one_key(one: str, other: str) -> None:
    assert search_key(one) == search_key(other)


def test_words_that_only_look_like_an_umlaut_keep_their_letters() -> None:
    assert search_key("Steuer neue bauen") == " steuer neue bauen "
