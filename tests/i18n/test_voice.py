from __future__ import annotations

import pytest

from quartier.i18n.voice import LANGUAGES, OWN_NAMES, Voice, choose_language


@pytest.mark.parametrize(
    ("voice", "tag"),
    [
        (Voice("de", region="CH"), "de-CH"),
        (Voice("de", region="DE"), "de-DE"),
        (Voice("fr", region="CH"), "fr-CH"),
        (Voice("de"), "de"),
        (Voice("fr", region="DE"), "fr"),  # French read in Hamburg
        (Voice("en", region="CH"), "en-GB"),  # English for European readers
        (Voice("en"), "en-GB"),
    ],
)
def test_tag_says_which_text_it_is(voice: Voice, tag: str) -> None:
    assert voice.tag == tag


def test_voices_are_equal_by_what_they_say_and_share_one_locale() -> None:
    assert Voice("de", "formal", "CH") == Voice("de", region="CH")
    assert Voice("de", region="CH").locale is Voice("de", "informal", "CH").locale
    assert len({Voice("de"), Voice("de", "informal"), Voice("de", region="CH"), Voice("de")}) == 3


@pytest.mark.parametrize(
    ("language", "tone", "region"),
    [("it", "formal", "CH"), ("de", "friendly", "CH"), ("de", "formal", "ch"), ("de", "formal", "CHE")],
)
def test_a_voice_that_nobody_has_is_refused(language: str, tone: str, region: str) -> None:
    with pytest.raises(ValueError, match=f"{language}|{tone}|{region}"):
        Voice(language, tone, region)  # type: ignore[arg-type]


def test_every_language_is_named_in_itself() -> None:
    assert dict(OWN_NAMES) == {"de": "Deutsch", "en": "English", "fr": "Français"}
    assert tuple(OWN_NAMES) == LANGUAGES


@pytest.mark.parametrize(
    ("candidates", "chosen"),
    [
        (("fr", "de", "en-GB,en", "de"), "fr"),  # explicit choice
        ((None, "fr", "en-GB,en", "de"), "fr"),  # profile
        ((None, None, "en-GB,en;q=0.8", "fr"), "en"),  # browser
        ((None, None, None, "fr"), "fr"),  # company default
        ((None, None, "it-IT,it;q=0.9", "fr"), "fr"),
        (("it", "de", None, "fr"), "de"),  # a choice that is no longer offered
        ((None, None, None, None), "de"),
        ((), "de"),
    ],
)
def test_the_first_candidate_that_is_offered_wins(candidates: tuple[str | None, ...], chosen: str) -> None:
    assert choose_language(["de", "en", "fr"], *candidates) == chosen


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("de-AT", "de"),
        ("DE_ch", "de"),
        ("fr;q=0.5, de;q=0.8, en;q=0.1", "de"),
        ("en;q=0.8,fr;q=0.8", "en"),  # equal wishes: the first one
        ("zh-Hans-CN, fr-CH;q=0.7", "fr"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("de;q=0", "en"),
        ("*", "en"),  # anything: the next candidate, not just the first language offered
        ("it, *;q=0.5", "en"),
        ("fr;q=2, de;q=abc", "en"),
        ("", "en"),
        (",,;;q=,=", "en"),
        ("fr ; q=0.3 , de ; q=0.4", "de"),
        ("x" * 5000 + ",fr", "en"),  # over-long: only the beginning counts
    ],
)
def test_accept_language_is_read_with_its_weights(header: str, chosen: str) -> None:
    assert choose_language(["de", "fr", "en"], None, None, header, "en") == chosen


def test_a_company_without_languages_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        choose_language([], "de")
