"""The number at the bell. It costs nothing while nothing is unread, and little while nothing changes.

The statement that begins each visit says of the unread receipts how many there are and which is the last one. While
that stays the same, and what the viewer may see does too, so does the number: it is kept by the process. Of who has
more unread than that statement counts it is not kept, for what they read would not be noticed.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import Final
from uuid import UUID

from quartier.mail.kinds import MailKind
from quartier.notifications.queries import unread
from quartier.notifications.sight import kinds_for
from quartier.viewer import UNREAD_TOLD
from quartier.web.visit import Visit

MANY: Final = f"{UNREAD_TOLD} "
KEPT: Final = 20_000  # numbers, of some 300 bytes each


class Bell:
    """Counts what is unread, for one process. What a number depends on is kept with it, so it is never stale."""

    def __init__(self, kinds: Mapping[str, MailKind], installed: Collection[str]) -> None:
        self._kinds, self._installed = kinds, installed
        self._kept: dict[UUID, tuple[Hashable, int]] = {}

    def __call__(self, visit: Visit) -> int:
        """How many notifications this viewer has not read and may see."""
        viewer, state = visit.viewer, self._state(visit)
        if viewer.person_id is None:
            return 0
        if viewer.unread.startswith(MANY):
            return self._count(visit)
        found = self._kept.get(viewer.person_id)
        if found is not None and found[0] == state:
            return found[1]
        number = self._count(visit)
        if found is None and len(self._kept) >= KEPT:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[viewer.person_id] = (state, number)
        return number

    def _count(self, visit: Visit) -> int:
        kinds = kinds_for(visit.viewer, self._kinds, visit.modules, self._installed)
        return unread(visit.db, visit.viewer, kinds) if kinds else 0

    def _state(self, visit: Visit) -> Hashable:
        """All that the number depends on: what is unread, what the viewer is, and the contents of the modules."""
        viewer, modules = visit.viewer, visit.modules
        versions = tuple(visit.db.version_of(module) for module in sorted(modules))
        return viewer.unread, viewer.places, viewer.permissions, viewer.grants, modules, versions
