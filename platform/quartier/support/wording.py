"""How an access stands, in words."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _


def state(one: Any, zone: ZoneInfo) -> tuple[str, str]:
    """In a few words, with the class that colours them."""
    if one.runs:
        return _("open until %(time)s", time=formats.format_moment(one.ends_at, zone, "short")), "warning"
    if one.waits:
        return _("not answered yet"), "info"
    if one.declined_at is not None:
        return _("declined by %(name)s", name=one.declined_by), "line"
    if one.ended_by:
        return _("ended by %(name)s", name=one.ended_by), "line"
    return (_("ended, its time was over"), "line") if one.agreed_at is not None else (_("never answered"), "line")
