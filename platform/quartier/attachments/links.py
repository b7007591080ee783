"""Addresses of files: signed, short-lived, and good for one reader at one company only.

A page that shows a file has asked whether the reader may see it. The address carries that answer for some minutes, so
that a page with thirty pictures asks once and not thirty-one times. Whoever hands it on hands on nothing: who asks is
part of what is signed. Addresses stay the same for a while, so that a browser keeps the picture.
"""

from __future__ import annotations

import base64
import hmac
from binascii import Error
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from quartier.keys import derive
from quartier.viewer import Viewer

PURPOSE: Final = "attachments.link"
STEP: Final = 15 * 60  # seconds; a link is good for one to two of them
MARK: Final = 16  # bytes
NOBODY: Final = UUID(int=0)


@dataclass(frozen=True)
class Wish:
    """What an address asks for; `is_late` says that its time is over."""

    attachment_id: UUID
    fits: int
    until: int
    is_late: bool


@dataclass(frozen=True)
class Links:
    """Makes and reads addresses for one reader at one company, as of one moment (`now`, seconds since 1970)."""

    key: bytes
    company_id: UUID
    reader: UUID
    now: int

    def token(self, attachment_id: UUID, fits: int) -> str:
        """What stands in the address."""
        until = (self.now // STEP + 2) * STEP
        packed = attachment_id.bytes + fits.to_bytes(2, "big") + until.to_bytes(5, "big")
        return base64.urlsafe_b64encode(packed + self._mark(packed)).decode().rstrip("=")

    def read(self, token: str) -> Wish | None:
        """What an address asks for; None when it is not ours, or was made for somebody else."""
        try:
            whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (ValueError, Error):
            return None
        packed, mark = whole[:-MARK], whole[-MARK:]
        if len(packed) != 23 or not hmac.compare_digest(mark, self._mark(packed)):
            return None
        until = int.from_bytes(packed[18:], "big")
        return Wish(UUID(bytes=packed[:16]), int.from_bytes(packed[16:18], "big"), until, until <= self.now)

    def _mark(self, packed: bytes) -> bytes:
        return derive(self.key, PURPOSE, self.company_id.bytes, self.reader.bytes, packed)[:MARK]


def links_for(key: bytes, company_id: UUID, viewer: Viewer) -> Links:
    """For whoever looks: a person by the account, a program by its token."""
    reader = viewer.account_id or viewer.session_id or NOBODY
    return Links(key, company_id, reader, int(datetime.now(UTC).timestamp()))
