"""What is said to people about files."""

from __future__ import annotations

from typing import Final

from quartier.attachments.refusals import REASONS, FileRefused
from quartier.files.purposes import FilePurpose
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext

KINDS: Final = {
    "picture": _l("pictures (JPEG, PNG, WebP, HEIC)"),
    "pdf": _l("PDF"),
    "office": _l("documents of Word, Excel, PowerPoint and LibreOffice"),
    "text": _l("text files"),
}
ACCEPT: Final = {
    "picture": "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic",
    "pdf": "application/pdf",
    "office": ".docx,.xlsx,.pptx,.odt,.ods,.odp",
    "text": ".txt,.csv,.md,.ics,.vcf",
}
"""What a browser offers to choose from."""
WAITING: Final = _l("Being checked. It is shown in a moment.")
FAILED: Final = _l("This file could not be checked. Please remove it and send it again.")
DOWN: Final = _l("Files cannot be stored just now. What you wrote is still here; please try again in a few minutes.")


def refused(refusal: FileRefused) -> str:
    """Why a file was not taken."""
    return _(REASONS[refusal.reason], **refusal.values)


def too_many(left: int, purpose: FilePurpose) -> str:
    """How many of those that came together were not taken."""
    return ngettext(
        "%(num)s file was not taken: at most %(most)s are possible here.",
        "%(num)s files were not taken: at most %(most)s are possible here.", left, most=purpose.most,
    )  # fmt: skip


def sentence(state: str, reason: str) -> str:
    """What is to be said of a file in this state; nothing when it is ready."""
    if state == "refused":
        return _(REASONS[reason])
    return {"waiting": str(WAITING), "failed": str(FAILED)}.get(state, "")


def kinds(purpose: FilePurpose) -> str:
    """What may be chosen, in words."""
    said = [str(words) for kind, words in KINDS.items() if kind in purpose.kinds]
    return said[0] if len(said) == 1 else _("%(first)s or %(last)s", first=", ".join(said[:-1]), last=said[-1])


def accept(purpose: FilePurpose) -> str:
    """What may be chosen, for a browser."""
    return ",".join(types for kind, types in ACCEPT.items() if kind in purpose.kinds)


def rules(purpose: FilePurpose) -> str:
    """How many, of what, how large."""
    values = {"kinds": kinds(purpose), "largest": formats.format_size(purpose.largest)}
    return ngettext(
        "One file: %(kinds)s, at most %(largest)s.", "Up to %(num)s files: %(kinds)s, at most %(largest)s each.",
        purpose.most, **values,
    )  # fmt: skip
