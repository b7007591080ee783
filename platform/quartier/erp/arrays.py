"""A JSON array, element by element: of a large one, only the element at hand is in memory."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO, Final

BLOCK: Final = 2**16
BLANK: Final = " \t\n\r"
DECODER: Final = json.JSONDecoder()


class NotJson(Exception):
    """What was sent is no JSON array from here on."""


def elements(body: BinaryIO) -> Iterator[bytes]:
    """The elements as they were sent. Raises NotJson where one ends in no way, and behind the last one.

    Python's own parser says where an element ends; whether it can be used is for the caller to see.
    """
    text = _Text(body)
    text.expect("[")
    if text.next() == "]":
        text.expect("]")
    else:
        while True:
            yield text.element()
            if text.next() != ",":
                break
            text.expect(",")
        text.expect("]")
    if text.next():
        raise NotJson


class _Text:
    """The part of the body that has been read and not yet been used."""

    def __init__(self, body: BinaryIO) -> None:
        self._body, self._decode = body, codecs.getincrementaldecoder("utf-8")().decode
        self._text, self._at, self._ended = "", 0, False

    def next(self) -> str:
        """The next sign that is not blank, "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def expect(self, sign: str) -> None:
        """Go on behind this sign."""
        if self.next() != sign:
            raise NotJson
        self._at += 1

    def element(self) -> bytes:
        """Go on behind one value. What follows it has to be there: half a number is a number as well."""
        self.next()
        while True:
            try:
                end = DECODER.raw_decode(self._text, self._at)[1]
            except RecursionError as error:
                raise NotJson from error
            except ValueError as error:
                if not self._more():
                    raise NotJson from error
                continue
            if end < len(self._text):
                found, self._at = self._text[self._at : end], end
                return found.encode()
            if not self._more():
                raise NotJson

    def _more(self) -> bool:
        """Read as much again as there is, so that a long value is not begun a thousand times."""
        if self._ended:
            return False
        self._text, self._at = self._text[self._at :], 0
        block = self._body.read(max(BLOCK, len(self._text)))
        self._ended = not block
        try:
            self._text += self._decode(block, final=self._ended)
        except UnicodeDecodeError as error:
            raise NotJson from error
        return not self._ended
