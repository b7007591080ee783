"""What a product needs, as people write it: `pro OR kunden_plus`, `bookings AND (pro OR kunden_plus)`.

AND binds stronger than OR, brackets bind strongest; AND and OR may be written small, keys of products are small.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from quartier.i18n.texts import gettext as _

LONGEST = 300  # characters
DEEPEST = 10  # brackets inside brackets
WORDS: Final = frozenset({"and", "or"})
TOKEN: Final = re.compile(r"\s*(?:([A-Za-z][A-Za-z0-9_]*)|([()]))")


class ExpressionError(ValueError):
    """What cannot be read; the message is a sentence for whoever typed it."""


@dataclass(frozen=True)
class Key:
    """One product."""

    key: str


@dataclass(frozen=True)
class Every:
    """All of these."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Either:
    """One of these is enough."""

    parts: tuple[Expression, ...]


Expression = Key | Every | Either


@lru_cache(maxsize=1024)
def parse(text: str) -> Expression | None:
    """Read an expression; None for an empty one, which asks for nothing. Raises ExpressionError."""
    if not text.strip():
        return None
    if len(text) > LONGEST:
        raise ExpressionError(_("At most %(count)s characters.", count=LONGEST))
    reader = _Reader(list(_tokens(text)))
    found = reader.either(0)
    if reader.ahead is not None:
        raise ExpressionError(_("“%(word)s” is not expected here; AND or OR is missing before it.", word=reader.ahead))
    return found


def holds(expression: Expression | None, there: Container[str]) -> bool:
    """Whether what is asked for is there."""
    match expression:
        case None:
            return True
        case Key(key):
            return key in there
        case Every(parts):
            return all(holds(part, there) for part in parts)
        case Either(parts):
            return any(holds(part, there) for part in parts)


def unmet(expression: Expression | None, there: Container[str]) -> Expression | None:
    """What of it is still missing; None where it holds."""
    if expression is None or holds(expression, there):
        return None
    match expression:
        case Every(parts):
            return every(*(unmet(part, there) for part in parts))
        case Either(parts):
            return Either(tuple(left for part in parts if (left := unmet(part, there)) is not None))
    return expression


def every(*parts: Expression | None) -> Expression | None:
    """All of these together; None among them asks for nothing."""
    asked = tuple(part for part in parts if part is not None)
    return Every(asked) if len(asked) > 1 else next(iter(asked), None)


def keys(expression: Expression | None) -> frozenset[str]:
    """Every product that is named."""
    match expression:
        case None:
            return frozenset()
        case Key(key):
            return frozenset({key})
        case Every(parts) | Either(parts):
            return frozenset().union(*map(keys, parts))


def written(expression: Expression | None) -> str:
    """The expression as it is kept: one way of writing it, with as few brackets as it takes."""
    match expression:
        case None:
            return ""
        case Key(key):
            return key
        case Every(parts):
            inner = (f"({written(part)})" if isinstance(part, Either) else written(part) for part in parts)
            return " AND ".join(inner)
        case Either(parts):
            return " OR ".join(map(written, parts))


def spelled(expression: Expression | None, names: Mapping[str, str]) -> str:
    """The same for people: names of products, in the reader's language, with a bracket around whatever is inside."""
    match expression:
        case None:
            return ""
        case Key(key):
            return names.get(key, key)
        case Every(parts) | Either(parts):
            word = _("and") if isinstance(expression, Every) else _("or")
            inner = (
                f"({spelled(part, names)})" if not isinstance(part, Key) else spelled(part, names) for part in parts
            )
            return f" {word} ".join(inner)


def _tokens(text: str) -> Iterator[str]:
    place, text = 0, text.rstrip()
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None:
            raise ExpressionError(_("“%(sign)s” does not belong here.", sign=text[place:].lstrip()[0]))
        yield (found[1] or found[2]).lower()
        place = found.end()


class _Reader:
    """Tokens from left to right, one ahead."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._place = tokens, 0

    @property
    def ahead(self) -> str | None:
        """The token that comes next; None at the end."""
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def either(self, depth: int) -> Expression:
        """`a OR b OR c`."""
        parts = [self._every(depth)]
        while self._takes("or"):
            parts.append(self._every(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _every(self, depth: int) -> Expression:
        parts = [self._one(depth)]
        while self._takes("and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _one(self, depth: int) -> Expression:
        word = self.ahead
        if word is None:
            raise ExpressionError(_("Something is missing at the end."))
        if word in WORDS or word == ")":
            raise ExpressionError(_("A product is missing before “%(word)s”.", word=word.upper()))
        self._place += 1
        if word != "(":
            return Key(word)
        if depth == DEEPEST:
            raise ExpressionError(_("These are too many brackets inside each other."))
        inner = self.either(depth + 1)
        if not self._takes(")"):
            raise ExpressionError(_("A bracket is not closed."))
        return inner

    def _takes(self, word: str) -> bool:
        if self.ahead != word:
            return False
        self._place += 1
        return True
