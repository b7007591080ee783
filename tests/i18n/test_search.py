from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartier.i18n import fold, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("STRAẞE", "strasse"),
        ("Äpfel, Öl & Übergabe", "apfel ol ubergabe"),
        ("L’état des lieux – à l'œil", "l etat des lieux a l oeil"),
        ("Haus\u00adtür\u200b", "haustur"),
        ("  Waschküche:\n\tWer? Wann!  ", "waschkuche wer wann"),
        ("e\u0301tage", "etage"),
        ("3½-Zimmer-Wohnung", "3 5 zimmer wohnung"),
        ("3.5 Zimmer", "3 5 zimmer"),
        ("62 m²", "62 m2"),
        ("Łódź Ærø", "lodz aero"),
        ("ﬁlter", "filter"),
        ("hau\u0308s", "haus"),
        ("???", ""),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aàâbcçéèßœ ’-", max_size=20))
def test_capitals_do_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text)


@pytest.mark.parametrize(
    "ordered",
    [
        ["Haus 2", "Haus 10", "Haus 10a", "Haus am See"],
        ["Ackermann", "Ägerter", "Althaus", "Österreich", "Ott", "Übelhart", "Ulrich", "Zoll"],
        ["Étage", "été", "étoile", "eux"],
        ["cote", "coté", "côte", "côté"],
        ["Haus", "Haus 1", "Hausmann"],
        ["", "A"],
    ],
)
def test_names_stand_where_readers_look_for_them(ordered: list[str]) -> None:
    typed = ordered[::-1]
    assert sorted(typed, key=sort_key) == ordered


def test_equal_names_have_equal_keys_however_they_were_typed() -> None:
    assert sort_key("Zu\u0308rich") == sort_key("Zürich")
