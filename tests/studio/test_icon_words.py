"""Every icon that can be chosen has a word, and the word exists in each language."""

from __future__ import annotations

from quartier.i18n.texts import using
from quartier.i18n.voice import LANGUAGES, Voice
from quartier.studio.icon_words import ICONS, WORDS, choices
from quartier.testing import SomeCompany


def test_every_icon_has_a_word_and_every_word_an_icon() -> None:
    assert set(WORDS) == set(ICONS)


def test_no_two_icons_are_called_alike(company: SomeCompany) -> None:
    for language in LANGUAGES:
        with using(Voice(language)):
            spoken = [word for _icon, word in choices()]
        assert len(set(spoken)) == len(spoken), language


def test_the_words_are_the_readers(company: SomeCompany) -> None:
    said = []
    for language in LANGUAGES:
        with using(Voice(language)):
            said.append(dict(choices())["bike"])
    assert said == ["Velo, Fahrrad", "bicycle", "vélo"]
