"""Texts that a company writes in its own languages: one immutable value in Python, one JSONB object in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from marshmallow import ValidationError, fields
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from .texts import lazy_gettext as _l
from .texts import ngettext
from .voice import LANGUAGES

_LAST_RESORT: Final = ("en", "de", "fr")

Languages = Sequence[str] | Callable[[], Sequence[str]]
"""Fixed languages, or a function that knows those of the company at hand."""


class Picked(NamedTuple):
    """The text to show; when `is_fallback`, mark it with `lang="{language}"`."""

    text: str
    language: str
    is_fallback: bool


class LocalizedText(Mapping[str, str]):
    """Language → text, immutable and hashable. Blank texts are dropped: `in` means "there is something to read".

    Raises ValueError for a language that the product does not speak.
    """

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, str] | Iterable[tuple[str, str]] = (), /, **more: str) -> None:
        given = {**dict(texts), **more}
        unknown = given.keys() - set(LANGUAGES)
        if unknown:
            raise ValueError(f"unknown languages {sorted(unknown)}; known: {', '.join(LANGUAGES)}")
        self._texts: dict[str, str] = {
            language: given[language] for language in LANGUAGES if given.get(language, "").strip()
        }

    def __getitem__(self, language: str) -> str:
        return self._texts[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __hash__(self) -> int:
        return hash(tuple(self._texts.items()))

    def __repr__(self) -> str:
        return f"LocalizedText({self._texts!r})"

    def pick(self, language: str, fallbacks: Sequence[str] = ()) -> Picked:
        """The text for a reader: their language, the fallbacks (the company's default first), then en, de, fr.

        Without any text, an empty one in the reader's language.
        """
        for candidate in (language, *fallbacks, *_LAST_RESORT):
            if candidate in self._texts:
                return Picked(self._texts[candidate], candidate, candidate != language)
        return Picked("", language, is_fallback=False)

    def missing(self, languages: Iterable[str]) -> tuple[str, ...]:
        """Those of the languages that have no text, in the given order."""
        return tuple(language for language in languages if language not in self._texts)

    def replacing(self, language: str, text: str) -> LocalizedText:
        """A copy with another text in one language; an empty text takes it away."""
        return LocalizedText({**self._texts, language: text})

    def to_json(self) -> dict[str, str]:
        return dict(self._texts)

    @classmethod
    def from_json(cls, raw: object) -> LocalizedText:
        """Raises ValueError for anything but an object of language → text."""
        if not isinstance(raw, Mapping) or not all(isinstance(text, str) for text in raw.values()):
            raise ValueError(f"expected an object of language and text, not {raw!r}")
        return cls(raw)


class LocalizedTextType(TypeDecorator[LocalizedText]):
    """A JSONB column of LocalizedText; None is NULL. To change a text, assign a new value."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: LocalizedText | None, dialect: Dialect) -> dict[str, str] | None:
        return None if value is None else LocalizedText(value).to_json()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> LocalizedText | None:
        return None if value is None else LocalizedText.from_json(value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """So that a column compares with a LocalizedText, and `column["de"].astext` works as on plain JSONB."""
        return self if isinstance(value, LocalizedText) else self.impl_instance.coerce_compared_value(op, value)


class LocalizedTextField(fields.Field[LocalizedText]):
    """`{"de": …, "fr": …}` for the form and for JSON alike; errors stand at each language: `{"fr": ["…"]}`.

    `languages` are those offered, `required_in` those that must have a text, `max_length` counts characters of each.
    Texts are trimmed. A company's own languages are known only while serving: pass a function for those.
    """

    default_error_messages = {
        "required": _l("Please fill this in."),
        "null": _l("Please fill this in."),
        "invalid": _l("One text per language is expected here."),
        "not_text": _l("This must be text."),
        "unstorable": _l("This text contains characters that cannot be stored."),
        "language": _l("This language is not offered."),
    }

    def __init__(
        self,
        *,
        languages: Languages = LANGUAGES,
        max_length: int | None = None,
        required_in: Languages = (),
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.languages, self.max_length, self.required_in = languages, max_length, required_in

    def _serialize(self, value: LocalizedText | None, attr: str | None, obj: Any, **options: Any) -> Any:
        return None if value is None else LocalizedText(value).to_json()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> LocalizedText:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        offered = _resolved(self.languages)
        faults = {str(language): self._fault(language, text, offered) for language, text in value.items()}
        errors = {language: messages for language, messages in faults.items() if messages}
        texts = {language: text.strip() for language, text in value.items() if str(language) not in errors}
        for language in _resolved(self.required_in):
            if language not in errors and not texts.get(language):
                errors[language] = self._message("required")
        if errors:
            raise ValidationError(errors)
        return LocalizedText(texts)

    def _fault(self, language: object, text: object, offered: Sequence[str]) -> list[str]:
        """What is wrong with one language's text; empty when nothing is."""
        if language not in offered:
            return self._message("language")
        if not isinstance(text, str):
            return self._message("not_text")
        if not _storable(text):
            return self._message("unstorable")
        if self.max_length is not None and len(text.strip()) > self.max_length:
            return [ngettext("At most %(num)s character.", "At most %(num)s characters.", self.max_length)]
        return []

    def _message(self, key: str) -> list[str]:
        return list(self.make_error(key).messages)


def _resolved(languages: Languages) -> Sequence[str]:
    return languages() if callable(languages) else languages


def _storable(text: str) -> bool:
    """PostgreSQL's JSONB takes neither NUL nor half of a surrogate pair, and both can be sent as JSON."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
