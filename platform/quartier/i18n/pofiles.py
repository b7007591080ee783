"""Reading and writing one .po file through Babel, so that a broken one is always named and a rewritten one merges."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, PoFileParser, write_po

from .voice import Language, Tone

Key = str | tuple[str, str]
"""A msgid, or (context, msgid)."""

PLURAL_FORMS = 2
"""Number of plural forms of every language we have; the rules are in `catalogues`."""

_PLURALS: dict[Language, str] = {"de": "n != 1", "en": "n != 1", "fr": "n >= 2"}
_BROKEN = (PoFileError, OSError, ValueError, LookupError, AssertionError, AttributeError, TypeError)


class CatalogueError(Exception):
    """A .po file that cannot be read: `path`, `line` (1-based; 0 when unknown), `reason`."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: cannot be read as a .po file: {reason}")
        self.path, self.line, self.reason = path, line, reason


class PoFile(Catalog):
    """Babel's catalogue that also remembers entries standing twice, which merges leave behind and Babel drops."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.repeated: list[Message] = []

    def __setitem__(self, id: Any, message: Message) -> None:  # noqa: A002 - Babel calls it so
        if message.id and self._key_for(id, message.context) in self._messages:
            self.repeated.append(message)
        super().__setitem__(id, message)

    def entries(self) -> Iterator[Message]:
        """Everything but the header, in the order of the file."""
        return (message for message in self if message.id)


def file_name(language: Language, tone: Tone) -> str:
    """`de.po` for the formal base, `de@informal.po` for the overlay."""
    return f"{language}.po" if tone == "formal" else f"{language}@{tone}.po"


def read_po_file(path: Path, language: Language) -> PoFile:
    """Raises CatalogueError for a file that is missing, not UTF-8 or not in the .po format."""
    catalog = PoFile(locale=language)
    try:
        with path.open("rb") as lines:
            PoFileParser(catalog, abort_invalid=True).parse(lines)
    except _BROKEN as error:
        line = error.lineno + 1 if isinstance(error, PoFileError) else 0
        raise CatalogueError(path, line, str(error) or type(error).__name__) from error
    return catalog


def singular(message: Message) -> str:
    """The msgid, of a counted message the first one."""
    return message.id if isinstance(message.id, str) else message.id[0]


def key_of(message: Message) -> Key:
    return (message.context, singular(message)) if message.context else singular(message)


def forms_of(message: Message) -> tuple[str, ...]:
    """The translations: one for a plain message, one per plural form for a counted one."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def po_text(catalog: Catalog, language: Language) -> str:
    """The file's text with a constant header, no line numbers and no wrapping: two branches rarely touch one line."""
    body = BytesIO()
    write_po(body, catalog, width=0, omit_header=True, include_lineno=False)
    return _header(language) + body.getvalue().decode().rstrip("\n") + "\n"


def _header(language: Language) -> str:
    fields = (
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: nplurals={PLURAL_FORMS}; plural=({_PLURALS[language]});",
    )
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in fields) + "\n"
