"""How far a request has come, as steps: the same for the person who asked and for the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.rights.models import ErasureRequest
from quartier.rights.retention import Reason, free_from
from quartier.rights.telling import Desk, due


@dataclass(frozen=True)
class Step:
    """A step and what is said of its day; those that have been taken are `done`."""

    label: str
    when: str
    done: bool


def steps(desk: Desk, wanted: ErasureRequest, found: Sequence[Reason]) -> list[Step]:
    """Asked, in review, decided, and the end of it; days in the reader's language."""
    decided = wanted.state in ("kept", "erasing", "partly")
    free = free_from(found)
    answer = _("answer by %(date)s", date=_day(due(desk, wanted)))
    return [
        Step(_("Asked"), _moment(desk, wanted.created_at), done=True),
        Step(_("In review"), _moment(desk, wanted.reviewed_at), done=wanted.reviewed_at is not None),
        Step(_decided(wanted), _moment(desk, wanted.decided_at) if decided else answer, done=decided),
        *([Step(_("Erased"), _("from %(date)s", date=_day(free)) if free else _("day not known yet"), done=False)]
          if found else []),
    ]  # fmt: skip


def _decided(wanted: ErasureRequest) -> str:
    return {
        "kept": _("Kept for now"), "erasing": _("Is being erased"), "partly": _("Partly erased"),
    }.get(wanted.state, _("Decided"))  # fmt: skip


def _day(day: date | None) -> str:
    return formats.format_date(day) if day else ""


def _moment(desk: Desk, moment: datetime | None) -> str:
    return formats.format_date(moment, zone=formats.zone_of_reader(desk.company.zone)) if moment else ""
