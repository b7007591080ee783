"""All .po files of core and plugins, merged once at start into one set of words per language and tone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Final

import structlog
from babel.messages.catalog import Message

from .placeholders import formats_like
from .pofiles import PLURAL_FORMS, CatalogueError, Key, file_name, forms_of, key_of, read_po_file
from .spelling import french, german, swiss
from .voice import LANGUAGES, TONES, Language, Tone, Voice

log = structlog.get_logger(__name__)

VOICES: Final = 5000

_IS_ONE: Final[Mapping[Language, Callable[[float], bool]]] = {
    "de": lambda count: count == 1,
    "en": lambda count: count == 1,
    "fr": lambda count: -2 < count < 2,  # "0 pièce", "1,5 pièce", "2 pièces"
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the words: where (`line` is 1-based, 0 = the file as a whole), what, and what to do."""

    file: Path
    line: int
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} -> {self.cure}"


@dataclass(frozen=True, slots=True)
class Words:
    """Plain texts by msgid, and counted texts by the first msgid with one text per plural form."""

    plain: dict[Key, str] = field(default_factory=dict)
    counted: dict[Key, tuple[str, ...]] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """The later one wins. A counted text also answers a plain question, as in GNU gettext."""
        key, forms = key_of(message), forms_of(message)
        self.plain[key] = forms[0]
        if message.pluralizable:
            self.counted[key] = forms

    def spelt(self, spelling: Callable[[str], str]) -> Words:
        """The same words as this spelling writes them."""
        return Words(
            {key: spelling(text) for key, text in self.plain.items()},
            {key: tuple(map(spelling, forms)) for key, forms in self.counted.items()},
        )


SPELT: Final[Mapping[Language, Callable[[str], str]]] = {"de": german, "fr": french}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a text needs to be spoken: the voice, its words, and the language's rule for "one"."""

    voice: Voice
    plain: Mapping[Key, str]
    counted: Mapping[Key, tuple[str, ...]]
    is_one: Callable[[float], bool]


class Catalogues:
    """The words of every voice, shared by all companies; `problems` tells what was left out while loading."""

    def __init__(self, words: Mapping[tuple[Language, Tone], Words], problems: Iterable[Problem] = ()) -> None:
        self.problems: list[Problem] = list(problems)
        self._words = {pair: said.spelt(SPELT[pair[0]]) if pair[0] in SPELT else said for pair, said in words.items()}
        self._words_with_ss = {pair: said.spelt(swiss) for pair, said in words.items() if pair[0] == "de"}
        self._catalogues: dict[Voice, Catalogue] = {}

    def for_voice(self, voice: Voice) -> Catalogue:
        """What is kept for the voice; one without words speaks English."""
        catalogue = self._catalogues.get(voice)
        if catalogue is None:
            if len(self._catalogues) >= VOICES:  # people choose formats and zones: there may be many of them
                self._catalogues.clear()
            catalogue = self._catalogues[voice] = self._make(voice)
        return catalogue

    def _make(self, voice: Voice) -> Catalogue:
        table = self._words_with_ss if voice.writes_ss else self._words
        words = table.get((voice.language, voice.tone), Words())
        return Catalogue(voice, words.plain, words.counted, _IS_ONE[voice.language])


def load_catalogues(folders: Iterable[Path], *, plugins: Iterable[Path] = ()) -> Catalogues:
    """Merge `<folder>/<language>.po` and `<folder>/<language>@informal.po` of all folders.

    The plugins' folders come first, then `folders` in their order; on an equal msgid (and msgctxt) the last one wins,
    so a plugin never changes the core's words. A later base text also ends an earlier overlay of the same msgid.
    Untranslated and fuzzy entries are skipped, and entries that would raise when formatted are skipped and reported.

    A file that cannot be read raises CatalogueError; in a plugin's folder it is reported in `problems` and in the log.
    """
    merge = _Merge()
    for folder in plugins:
        merge.folder(folder, tolerant=True)
    for folder in folders:
        merge.folder(folder, tolerant=False)
    for problem in merge.problems:
        log.warning("catalogue_problem", file=str(problem.file), line=problem.line, what=problem.what)
    return Catalogues(merge.words, merge.problems)


class _Merge:
    """The state of one `load_catalogues`."""

    def __init__(self) -> None:
        self.words = {pair: Words() for pair in product(LANGUAGES, TONES)}
        self.problems: list[Problem] = []

    def folder(self, folder: Path, *, tolerant: bool) -> None:
        for language, tone in product(LANGUAGES, TONES):  # the base of a folder before its overlay
            path = folder / file_name(language, tone)
            if not path.exists():
                continue
            try:
                self._file(path, language, tone)
            except CatalogueError as error:
                if not tolerant:
                    raise
                self.problems.append(Problem(path, error.line, error.reason, "mend the file; it was left out"))

    def _file(self, path: Path, language: Language, tone: Tone) -> None:
        tones = TONES if tone == "formal" else (tone,)
        for message in read_po_file(path, language).entries():
            if message.fuzzy or not any(forms_of(message)):
                continue
            fault = _fault(message)
            if fault:
                self.problems.append(Problem(path, message.lineno or 0, fault, "mend the entry; it was left out"))
                continue
            for spoken in tones:
                self.words[language, spoken].add(message)


def _fault(message: Message) -> str | None:
    """Why an entry cannot be used, or None."""
    forms, originals = forms_of(message), (message.id,) if isinstance(message.id, str) else message.id
    if not all(forms) or (message.pluralizable and len(forms) != PLURAL_FORMS):
        return f"{originals[0]!r} needs {PLURAL_FORMS} plural forms"
    if not all(formats_like(form, *originals) for form in forms):
        return f"{originals[0]!r} has other placeholders than its translation"
    return None
