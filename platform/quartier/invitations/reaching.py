"""Who is reached how: by mail, by letter, or not and why. What a preview shows is worked out here, and then done so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from quartier.mail.addresses import mailbox

WAYS: Final = ("auto", "mail", "letter")
"""By mail and else by letter; by mail only; by letter only."""


@dataclass
class Reach:
    """People (rows of `people.stages`) by the way that reaches them; `left` are the others with the reason's key."""

    mail: list[Any] = field(default_factory=list)
    letter: list[Any] = field(default_factory=list)
    left: list[tuple[Any, str]] = field(default_factory=list)

    @property
    def reached(self) -> int:
        """How many it is for."""
        return len(self.mail) + len(self.letter)


def reach(rows: Iterable[Any], *, kind: str, way: str) -> Reach:
    """Sort people by how an invitation or a reminder reaches them."""
    found = Reach()
    for row in rows:
        reason = _obstacle(row, kind)
        channel = None if reason else channel_of(row, way)
        if channel == "mail":
            found.mail.append(row)
        elif channel == "letter":
            found.letter.append(row)
        else:
            found.left.append((row, reason or _missing(row, way)))
    return found


def channel_of(row: Any, way: str = "auto") -> str | None:
    """How somebody is written to; None when there is no such way."""
    if way != "letter" and takes_mail(row):
        return "mail"
    return "letter" if way != "mail" and has_address(row) else None


def takes_mail(row: Any) -> bool:
    """Whether there is an address that mail can go to, and none came back from it."""
    return bool(row.email) and not row.bounced and mailbox(row.email) is not None


def has_address(row: Any) -> bool:
    """Whether a letter finds them: where they live here, or where they want their letters."""
    return bool(row.street or row.home_street)


def _obstacle(row: Any, kind: str) -> str:
    if row.archived_at is not None:
        return "archived"
    if row.stage in {"registered", "moved_out"}:
        return str(row.stage)
    if kind == "invitation":
        return "invited" if row.invitation_id is not None else ""
    return "" if row.invitation_id is not None else "not_invited"


def _missing(row: Any, way: str) -> str:
    if way == "letter":
        return "no_address"
    if row.email:
        return "bounced" if row.bounced else "bad_email"
    return "no_email" if way == "mail" else "name_only"
