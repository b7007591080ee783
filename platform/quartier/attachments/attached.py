"""A file as pages and programs meet it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote
from uuid import UUID

from quartier.attachments.kinds import WEBP
from quartier.attachments.links import Links
from quartier.attachments.pictures import SIZES, sizes_of
from quartier.attachments.wording import sentence
from quartier.files.models import Attachment

SMALLEST, MIDDLE, LARGEST = SIZES
ADDRESS: Final = "/files"


@dataclass(frozen=True)
class AttachedFile:
    """A file of a thing, or a draft. The addresses are for the reader that it was read for, and for minutes.

    `state` is `waiting` while it is checked, `ready`, `refused` or `failed`; `message` says the same as a sentence.
    """

    id: UUID
    name: str
    alt: str
    content_type: str
    size: int
    width: int
    height: int
    state: str
    reason: str
    thing_id: UUID | None
    _links: Links

    @classmethod
    def of(cls, row: Attachment, links: Links) -> AttachedFile:
        """A row for a reader."""
        return cls(
            row.id, row.name, row.alt, row.content_type, row.size, row.width, row.height, row.state, row.reason,
            row.thing_id, links,
        )  # fmt: skip

    @property
    def is_ready(self) -> bool:
        """Whether it can be fetched."""
        return self.state == "ready"

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown in a page."""
        return self.content_type.startswith("image/")

    @property
    def message(self) -> str:
        """What is to be said of it while it is not ready."""
        return sentence(self.state, self.reason)

    @property
    def url(self) -> str:
        """Where it is fetched; a picture in its largest size."""
        return self.at(LARGEST if self.is_picture else 0)

    @property
    def thumb(self) -> str:
        """A picture in its smallest size."""
        return self.at(self._sizes[0])

    @property
    def srcset(self) -> str:
        """All sizes of a picture, for the attribute of that name."""
        return ", ".join(f"{self.at(fits)} {self._wide(fits)}w" for fits in self._sizes)

    @property
    def address(self) -> str:
        """Where it is found for good, by whoever may see the thing then: for mails and bookmarks."""
        return f"{ADDRESS}/{self.id}"

    def at(self, fits: int) -> str:
        """The address of one size."""
        return f"{ADDRESS}/{self._links.token(self.id, fits)}/{quote(self.name)}"

    @property
    def _sizes(self) -> tuple[int, ...]:
        return sizes_of(self.width, self.height)

    def _wide(self, fits: int) -> int:
        scale = min(1.0, fits / max(1, self.width), 2 * fits / max(1, self.height))
        return max(1, round(self.width * scale))


def saved_as(name: str, content_type: str) -> str:
    """The name under which somebody saves it: a picture was drawn anew, and is no HEIC any more."""
    return f"{PurePosixPath(name).stem}.webp" if content_type == WEBP else name
