"""Why a file is not taken: in a word, and as an English msgid that is translated where it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Reason = Literal[
    "empty", "too_large", "wrong_type", "too_many_pixels", "broken", "infected", "pdf_program", "pdf_locked", "macros",
    "too_many", "many_drafts", "quota_full", "gone",
]  # fmt: skip


def _(msgid: str) -> str:
    """Mark a sentence for the catalogues."""
    return msgid


REASONS: Final[Mapping[str, str]] = {
    "empty": _("This file is empty."),
    "too_large": _("This file is too large: at most %(most)s."),
    "wrong_type": _("A file of this kind cannot be taken here: choose %(kinds)s."),
    "too_many_pixels": _("This picture has too many pixels. Save it in a smaller size: at most 60 megapixels."),
    "broken": _("This file cannot be read. It may be damaged: save it again, or choose another one."),
    "infected": _("The virus scanner found something in this file. It was not kept."),
    "pdf_program": _("This PDF contains a program. Print it to a new PDF and choose that one."),
    "pdf_locked": _("This PDF is protected by a password, so it cannot be checked. Save it without one."),
    "macros": _("This document contains macros. Save it without them, or as PDF."),
    "too_many": _("At most %(most)s files. Remove some first."),
    "many_drafts": _("You have begun to send many files. Use or remove some of them first."),
    "quota_full": _("There is no space left for files. Your property management can get more."),
    "gone": _("A file was not used for a day and is gone. Please choose it again."),
}


class FileRefused(Exception):
    """The file cannot be taken; `values` are what the sentence says beside, such as the largest size."""

    def __init__(self, reason: Reason, **values: object) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.values = values
