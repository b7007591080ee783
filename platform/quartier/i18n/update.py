"""Bringing the .po files in line with the source: new texts in, obsolete ones out, translations and comments kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message

from .check import TRANSLATED, Book, needs_overlay, read_book
from .extraction import Extraction, SourceText, areas, read_area
from .pofiles import Key, PoFile, forms_of, po_text, singular
from .voice import TONES


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a file: texts that came in, and texts that went, with the translation they had."""

    path: Path
    added: tuple[str, ...]
    removed: tuple[tuple[str, str], ...]


def update_catalogues(root: Path) -> list[Change]:
    """Rewrite every .po file below `root` that is not as it should be; returns what changed.

    A new text is filled in where another area has translated it already. Raises CatalogueError for a broken .po file
    and ValueError for a source that cannot be read, both before anything is written.
    """
    shelves = [(area, _readable(read_area(area))) for area in areas(root)]
    books = {(area, language, tone): read_book(area, language, tone)
             for area, _ in shelves for language in TRANSLATED for tone in TONES}  # fmt: skip
    known = _known(books.values())
    changes: list[Change] = []
    for area, texts in shelves:
        for language in TRANSLATED:
            base = books[area, language, "formal"]
            filled = _renewed(base, texts.values(), known, root)
            changes += _write(base, filled)
            overlay = books[area, language, "informal"]
            spoken = _spoken_twice(filled, overlay, texts)
            changes += _write(overlay, _renewed(overlay, spoken, known, root))
    return changes


def _readable(extraction: Extraction) -> Mapping[Key, SourceText]:
    if extraction.problems:
        raise ValueError("\n".join(map(str, extraction.problems)))
    return extraction.texts


def _known(books: Iterable[Book]) -> dict[tuple[str, Key], Message]:
    """The first complete translation of each text in each kind of file."""
    known: dict[tuple[str, Key], Message] = {}
    for book in books:
        for key, message in book.entries.items():
            if all(forms_of(message)) and not message.fuzzy:
                known.setdefault((book.path.name, key), message)
    return known


def _renewed(book: Book, texts: Iterable[SourceText], known: Mapping[tuple[str, Key], Message], root: Path) -> PoFile:
    file = PoFile(locale=book.language)
    for text in texts:
        old = book.entries.get(text.key)
        source = old if old is not None and any(forms_of(old)) else known.get((book.path.name, text.key))
        file[text.id] = Message(
            text.id,
            _translation(source, text),
            locations=[(path.relative_to(root).as_posix(), 0) for path, _ in text.places],
            flags=old.flags & {"fuzzy"} if old else (),
            auto_comments=_comments(text, old),
            user_comments=old.user_comments if old else (),
            context=text.context,
        )
    return file


def _translation(source: Message | None, text: SourceText) -> str | tuple[str, str]:
    """The forms as they were; those of a text that has become counted, or no longer is, as far as they carry over."""
    forms = (*(forms_of(source) if source else ()), "", "")
    return (forms[0], forms[1]) if text.plural else forms[0]


def _comments(text: SourceText, old: Message | None) -> list[str]:
    """The source's comments, and the tone comments that a translator has put into the file."""
    kept = [comment for comment in old.auto_comments if comment.startswith("tone:")] if old else []
    return list(dict.fromkeys([*text.comments, *kept]))


def _spoken_twice(base: PoFile, overlay: Book, texts: Mapping[Key, SourceText]) -> Iterator[SourceText]:
    """The texts of the overlay: those it has, and those whose base addresses the reader formally."""
    language = overlay.language
    for (key, text), message in zip(texts.items(), base.entries(), strict=True):
        if key in overlay.entries or needs_overlay(language, message, text):
            yield text


def _write(book: Book, file: PoFile) -> list[Change]:
    entries = {_label(message): message for message in file.entries()}
    before = {_label(message): message for message in book.entries.values()}
    text = po_text(file, book.language) if entries else ""
    if text == (book.path.read_text("utf-8") if book.path.exists() else ""):
        return []
    if entries:
        book.path.parent.mkdir(parents=True, exist_ok=True)
        book.path.write_text(text, "utf-8")
    else:
        book.path.unlink()
    removed = tuple((label, forms_of(message)[0]) for label, message in before.items() if label not in entries)
    return [Change(book.path, tuple(label for label in entries if label not in before), removed)]


def _label(message: Message) -> str:
    return f"{message.context}: {singular(message)}" if message.context else singular(message)
