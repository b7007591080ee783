"""Two people at once: what somebody else saved in the meantime, beside what stands in one's own form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Clash:
    """One thing that is different in the database and in the form. An empty text means that there is nothing."""

    label: str
    theirs: str
    yours: str
