"""What files are for; it decides who may hand them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BRAND = "brand"
ESTATE = "estate"
LETTERS = "letters"
"""To print: they hold codes, and only who made them, or sees the whole company, gets them."""
PEOPLE = "people"
RIGHTS = "rights"
QUARANTINE = "quarantine"
"""Sent and not checked yet: nobody gets it."""
ATTACHED = "attached"
"""Checked, and a file of a module's thing or somebody's draft: `quartier.attachments` hands it out."""

MB: Final = 1024 * 1024
LARGEST: Final = 50 * MB
"""What a purpose may allow at most: a request with one file and what else a form has stays below 64 MB."""

PICTURES: Final = frozenset({"picture"})
"""JPEG, PNG, WebP and HEIC. They are drawn anew, so nothing is left of where and with what they were taken."""
DOCUMENTS: Final = frozenset({"pdf", "office", "text"})
"""PDF without programs; Word, Excel, PowerPoint and OpenDocument without macros; plain text and CSV."""


@dataclass(frozen=True)
class FilePurpose:
    """What files a module takes for one kind of its things, and who may send them.

    `key` begins with the module's slug ("pinboard.post"). `needs` is what a page needs: SIGNED_IN, AGENT, or a
    permission. `kinds` are words of PICTURES and DOCUMENTS; `most` is how many files a thing may have; `largest` is
    bytes of one file. `in_text` says that a text of the thing names its files as `files/<name>`: then names are plain,
    and each is there once.
    """

    key: str
    needs: str = "signed-in"
    kinds: frozenset[str] = PICTURES
    most: int = 10
    largest: int = 20 * MB
    in_text: bool = False

    def __post_init__(self) -> None:
        if not self.kinds or self.kinds - PICTURES - DOCUMENTS:
            raise ValueError(f"{self.key}: kinds are of {sorted(PICTURES | DOCUMENTS)}, not {sorted(self.kinds)}")
        if not (1 <= self.most <= 50 and 1 <= self.largest <= LARGEST):
            raise ValueError(f"{self.key}: 1 to 50 files of at most {LARGEST} bytes")

    @property
    def module(self) -> str:
        """The slug of the module that the things are of."""
        return self.key.partition(".")[0]
