from __future__ import annotations

import pytest

from quartier.i18n.address import formal_word, is_neutral


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Bitte wählen Sie eine Sprache.", "Sie"),
        ("Ihre Wohnung", "Ihre"),
        ("Wir danken Ihnen", "Ihnen"),
        ("in Ihrem Haus", "Ihrem"),
        ("Seit Ihrer Meldung", "Ihrer"),
        ("Ihr Konto", "Ihr"),
        ("Sie sind eingezogen.", "Sie"),  # they or you: a comment decides
        ("Die Mieter und ihre Schlüssel, sie haben sie.", None),
        ("Siegel, Ihringen, ASIE", None),
        ("Deine Wohnung", None),
    ],
)
def test_german(text: str, word: str | None) -> None:
    assert formal_word("de", text) == word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Vous avez un message", "Vous"),
        ("Si vous voulez", "vous"),
        ("votre logement", "votre"),
        ("Vos clés", "Vos"),
        ("Connectez-vous", "Connectez"),
        ("Choisissez une langue", "Choisissez"),
        ("Est-ce le vôtre ?", "vôtre"),
        ("Prendre rendez-vous au rez-de-chaussée, chez la gérance, assez tôt", None),
        ("Rendez-vous", None),
        ("Ton logement, dévoués, favoris", None),
    ],
)
def test_french(text: str, word: str | None) -> None:
    assert formal_word("fr", text) == word


def test_english_has_one_address() -> None:
    assert formal_word("en", "Your home, Sie, vous") is None


@pytest.mark.parametrize(
    ("comments", "neutral"),
    [(["tone: neutral"], True), (["Tone: neutral (they)"], True), (["tone: formal", "about you"], False), ([], False)],
)
def test_a_comment_opts_out(comments: list[str], neutral: bool) -> None:
    assert is_neutral(comments) is neutral
