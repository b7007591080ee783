"""Stages, ways and reasons, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quartier.i18n.texts import lazy_gettext as _l

CHANNELS: Mapping[str, str] = {
    "mail": _l("by e-mail"), "letter": _l("by letter"), "phone": _l("read out or handed over"),
}  # fmt: skip
KINDS: Mapping[str, str] = {"invitation": _l("Invitation"), "reminder": _l("Reminder")}
WAYS: Mapping[str, str] = {
    "auto": _l("By e-mail where there is an address, else by letter"), "mail": _l("Only by e-mail"),
    "letter": _l("Only by letter"),
}  # fmt: skip
REASONS: Mapping[str, str] = {
    "registered": _l("is registered already"),
    "moved_out": _l("has moved out"),
    "archived": _l("is archived"),
    "invited": _l("is invited already: remind instead"),
    "not_invited": _l("is not invited yet"),
    "bounced": _l("an e-mail to this address came back, and no postal address is known"),
    "bad_email": _l("the e-mail address is none, and no postal address is known"),
    "no_email": _l("has no e-mail address that works"),
    "no_address": _l("has no postal address"),
    "name_only": _l("neither an e-mail address nor a postal address is known"),
}
WEAK: Mapping[str, str] = {
    "short": _l("A code has at least eight letters and figures."),
    "letters": _l("Only letters from A to Z and figures, at most twenty-four."),
    "guessable": _l("This is too easy to guess: mix letters and figures, without names and runs."),
    "taken": _l("This code is or was somebody’s already."),
}
BATCHES: Mapping[str, str] = {
    "waiting": _l("being set"), "ready": _l("ready"), "failed": _l("could not be set"), "gone": _l("deleted"),
}  # fmt: skip
BATCH_LOOKS: Mapping[str, str] = {"waiting": "info", "ready": "success", "failed": "danger", "gone": "line"}
PATHS: Mapping[str, str] = {
    "open": _l("Open"), "expired": _l("Expired"), "withdrawn": _l("Withdrawn"), "accepted": _l("Accepted"),
}  # fmt: skip
STATE_LOOKS: Mapping[str, str] = {"open": "info", "expired": "warning", "withdrawn": "line", "accepted": "success"}


def who(name: str) -> Any:
    """Who sent an invitation; nobody means that the portal did, each morning."""
    return name or AUTOMATICALLY


AUTOMATICALLY = _l("automatically")
