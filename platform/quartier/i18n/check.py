"""The catalogue lint: every text of every area is there in German and French, complete, formattable, in both tones.

A German base text may and should be written with ß; Switzerland's spelling is made from it when the catalogues load.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Message

from .address import formal_word, is_neutral
from .catalogues import Problem
from .extraction import Area, SourceText, areas, read_area
from .grammar import bends
from .placeholders import has_stray_percent, placeholders
from .pofiles import PLURAL_FORMS, CatalogueError, Key, PoFile, file_name, forms_of, key_of, read_po_file, singular
from .voice import TONES, Language, Tone

TRANSLATED: Final[tuple[Language, ...]] = ("de", "fr")
"""English is the language of the msgids."""

_EXTRACT: Final = "run `quartier i18n extract`"
_EXPECTED_FILES: Final = frozenset(file_name(language, tone) for language in TRANSLATED for tone in TONES)


@dataclass(frozen=True, slots=True)
class Book:
    """One .po file, read for checking; without entries when there is no such file."""

    path: Path
    language: Language
    file: PoFile
    entries: Mapping[Key, Message]

    def problem(self, message: Message, what: str, cure: str) -> Problem:
        return Problem(self.path, message.lineno or 0, f"{singular(message)!r} {what}", cure)


def check_catalogues(root: Path) -> list[Problem]:
    """Everything that is wrong with the words of the repository at `root`; an empty list when all is well."""
    problems: list[Problem] = []
    books: list[Book] = []
    for area in areas(root):
        extraction = read_area(area)
        problems += [*extraction.problems, *_stray_percents(extraction.texts.values()), *_stray_files(area)]
        for language in TRANSLATED:
            try:
                base, overlay = read_book(area, language, "formal"), read_book(area, language, "informal")
            except CatalogueError as error:
                problems.append(Problem(error.path, error.line, error.reason, "mend the file"))
                continue
            problems += [*_base_problems(base, extraction.texts), *_tone_problems(base, overlay, extraction.texts)]
            books += [base, overlay]
    return [*problems, *_disagreements(books)]


def read_book(area: Area, language: Language, tone: Tone) -> Book:
    """Raises CatalogueError for a file that is there and cannot be read."""
    path = area.words / file_name(language, tone)
    file = read_po_file(path, language) if path.exists() else PoFile(locale=language)
    return Book(path, language, file, {key_of(message): message for message in file.entries()})


def needs_overlay(language: Language, message: Message, text: SourceText | None) -> str | None:
    """The word by which a base entry addresses its reader formally, unless a comment says it does not."""
    if is_neutral([*message.auto_comments, *message.user_comments, *(text.comments if text else ())]):
        return None
    return next(filter(None, (formal_word(language, form) for form in forms_of(message))), None)


def _base_problems(book: Book, texts: Mapping[Key, SourceText]) -> Iterator[Problem]:
    for key, text in texts.items():
        if key not in book.entries:
            file, line = text.places[0]
            cure = f"{_EXTRACT} and translate it in {book.path}"
            yield Problem(file, line, f"{text.singular!r} is missing in {book.language}", cure)
    for key, message in book.entries.items():
        if key not in texts:
            yield book.problem(message, "is obsolete: no source asks for it", f"{_EXTRACT}, which takes it out")
        else:
            yield from _entry_problems(book, message, texts[key])
    yield from _leftovers(book)


def _leftovers(book: Book) -> Iterator[Problem]:
    for message in book.file.repeated:
        yield book.problem(message, "stands here twice, and only the first one counts", "keep the better one")
    for message in book.file.obsolete.values():
        yield book.problem(message, "is obsolete and commented out", f"{_EXTRACT}, which takes it out")


def _entry_problems(book: Book, message: Message, text: SourceText | None) -> Iterator[Problem]:
    """What is wrong with one entry by itself; `text` is what the source asks for."""
    forms = forms_of(message)
    if message.fuzzy:
        yield book.problem(message, "is fuzzy", "check the translation and take the fuzzy flag away")
    if not any(form.strip() for form in forms):
        yield book.problem(message, "is empty", "translate it")
    elif text is not None and message.id != text.id:
        yield book.problem(message, f"has other plural forms than the source: {text.id!r}", _EXTRACT)
    elif message.pluralizable and (len(forms) != PLURAL_FORMS or not all(forms)):
        cure = f"fill in msgstr[0] to msgstr[{PLURAL_FORMS - 1}]"
        yield book.problem(message, "has the wrong number of plural forms", cure)
    else:
        yield from _placeholder_problems(book, message)


def _placeholder_problems(book: Book, message: Message) -> Iterator[Problem]:
    """A form may use what any msgid offers; it must use what all do, and the last one what the plural does."""
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    offered = [placeholders(original) for original in ids]
    forms = forms_of(message)
    for number, form in enumerate(forms):
        needed = offered[-1] if number == len(forms) - 1 else frozenset.intersection(*offered)
        unknown, lost = placeholders(form) - frozenset.union(*offered), needed - placeholders(form)
        if unknown or lost:
            listed = ", ".join(sorted(unknown | lost))
            yield book.problem(message, f"has unequal placeholders: {listed}", "use the msgid's, letter by letter")
        if has_stray_percent(form):
            yield book.problem(message, "has a % that is no placeholder", "write %%")
        if bent := bends(book.language, form):
            cure = "put it in quotes, behind a colon or at the beginning: a name is never inflected"
            yield book.problem(message, f"bends a name to its sentence: {bent}", cure)


def _tone_problems(base: Book, overlay: Book, texts: Mapping[Key, SourceText]) -> Iterator[Problem]:
    for key, message in base.entries.items():
        word = needs_overlay(base.language, message, texts.get(key))
        if word and key in texts and key not in overlay.entries:
            cure = f"{_EXTRACT} and say it informally in {overlay.path}, or write the comment `#. tone: neutral`"
            yield base.problem(message, f"addresses the reader formally ({word})", cure)
    for key, message in overlay.entries.items():
        counterpart = base.entries.get(key)
        if counterpart is None:
            yield overlay.problem(message, f"is unknown to {base.path.name}", f"{_EXTRACT}, which takes it out")
            continue
        yield from _entry_problems(overlay, message, texts.get(key))
        yield from _overlay_problems(overlay, message, counterpart)
    yield from _leftovers(overlay)


def _overlay_problems(overlay: Book, message: Message, counterpart: Message) -> Iterator[Problem]:
    word = needs_overlay(overlay.language, message, None)
    if word:
        cure = "say it informally, or write the comment `#. tone: neutral`"
        yield overlay.problem(message, f"still addresses the reader formally ({word})", cure)
    elif any(forms_of(message)) and forms_of(message) == forms_of(counterpart):
        yield overlay.problem(message, "says the same as the base", "take it out: the overlay holds what differs")


def _disagreements(books: Iterable[Book]) -> Iterator[Problem]:
    """Texts that two areas translate differently: all catalogues are merged, so only one of the two is ever seen."""
    first: dict[tuple[str, Key], tuple[Book, Message]] = {}
    for book in books:
        for key, message in book.entries.items():
            if not any(forms_of(message)):
                continue
            other, known = first.setdefault((book.path.name, key), (book, message))
            if forms_of(known) != forms_of(message):
                what = f"is {forms_of(message)[0]!r} here and {forms_of(known)[0]!r} in {other.path}"
                yield book.problem(message, what, "agree on one, or tell them apart with pgettext")


def _stray_percents(texts: Iterable[SourceText]) -> Iterator[Problem]:
    for text in texts:
        if any(has_stray_percent(original) for original in (text.singular, text.plural or "")):
            file, line = text.places[0]
            yield Problem(file, line, f"{text.singular!r} has a % that is no placeholder", "write %% or %(name)s")


def _stray_files(area: Area) -> Iterator[Problem]:
    for path in sorted(area.words.glob("*.po")):
        if path.name not in _EXPECTED_FILES:
            yield Problem(path, 0, "is no catalogue of ours", f"expected are {', '.join(sorted(_EXPECTED_FILES))}")
