"""Every code that this package raises or tells has a sentence, in the languages of the product and in both tones."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from babel.messages.pofile import read_po

from quartier.config import shipped
from quartier.theming.images import Reason
from quartier.theming.palette import derive
from quartier.theming.wording import ADJUSTMENTS, COLOUR_REASONS, IMAGE_REASONS, LOGO_REMARKS

SENTENCES = {
    sentence for them in (COLOUR_REASONS, IMAGE_REASONS, ADJUSTMENTS, LOGO_REMARKS) for sentence in them.values()
}


def catalogue(name: str) -> dict[str, str]:
    with (shipped("translations") / "theming" / f"{name}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def test_each_refusal_of_a_picture_has_a_sentence() -> None:
    assert set(IMAGE_REASONS) == set(get_args(Reason))


def test_each_adjustment_has_a_sentence_that_can_be_filled() -> None:
    codes = {
        one.code: one
        for brand in (("#ffff00", "#eeee88"), ("#1f5c4a", "#206040"))
        for one in derive(*brand).adjustments
    }
    assert set(codes) == set(ADJUSTMENTS)
    for code, adjustment in codes.items():
        assert "%(" not in ADJUSTMENTS[code] % {"asked": adjustment.asked, "used": adjustment.used}


@pytest.mark.parametrize("language", ["de", "fr"])
def test_each_sentence_is_translated_with_the_same_places_to_fill(language: str) -> None:
    translated = catalogue(language)
    assert set(translated) == SENTENCES
    for english, words in translated.items():
        assert words
        assert re.findall(r"%\(\w+\)s", words) == re.findall(r"%\(\w+\)s", english)


@pytest.mark.parametrize(("language", "formal"), [("de", r"\bSie\b(?! trägt)"), ("fr", r"\w+ez\b(?!-vous)")])
def test_the_informal_tone_says_otherwise_whatever_addresses_the_reader(language: str, formal: str) -> None:
    polite = {english for english, words in catalogue(language).items() if re.search(formal, words)}
    assert set(catalogue(f"{language}@informal")) == polite
