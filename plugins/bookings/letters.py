"""What is said to residents and to the team, under the bell and in mails. Bind the reader's voice before calling."""

from __future__ import annotations

from collections.abc import Sequence

from quartier.sdk import Words, ngettext
from quartier.sdk import gettext as _

SHOWN = 12
"""So many dates of a series stand in a mail; the portal has all of them."""


def news_words(what: str, asset: str, dates: Sequence[str], *, reason: str = "") -> Words:
    """To whoever has booked: what became of it. `what` is a key of a booking's events."""
    title, sentence = _news(what, many=len(dates) > 1)
    more = (_("The management writes: “%(reason)s”", reason=reason),) if reason else ()
    return Words(title, about(asset, dates), (sentence, *more, *_listed(dates)))


def offer_words(asset: str, dates: Sequence[str], until: str) -> Words:
    """To whoever waits: it is free, and theirs until then."""
    sentence = _("You were waiting for it. It is kept for you until %(when)s: one tap takes it.", when=until)
    later = _("After that it is offered to the next. If you do not want it any more, say so there.")
    return Words(_("It has become free for you"), about(asset, dates), (sentence, later))


WAITING = ("lapsed", "removed", "dropped", "taken_back")
"""What may become of somebody on the waiting list, apart from an offer."""


def waiting_words(what: str, asset: str, dates: Sequence[str], *, reason: str = "") -> Words:
    """To whoever waited: what became of it."""
    match what:
        case "lapsed":
            title, sentence = _("Not answered in time"), _("It was kept for you, and has now been offered to the next.")
        case "removed":
            title, sentence = _("Off the waiting list"), _("The management has taken you off the waiting list.")
        case "taken_back":
            title = _("Not free after all")
            sentence = _("The management needs this time itself. You keep your place on the waiting list.")
        case _:
            title, sentence = _("Off the waiting list"), _("You cannot book this any more.")
    more = (_("The management writes: “%(reason)s”", reason=reason),) if reason else ()
    return Words(title, about(asset, dates), (sentence, *more))


def request_words(what: str, asset: str, dates: Sequence[str], *, who: str) -> Words:
    """To the team: somebody asks for something, or does not need it any more."""
    if what == "cancelled":
        return Words(
            _("Cancelled"),
            about(asset, dates),
            (_("%(who)s has cancelled. The time is free again.", who=who), *_listed(dates)),
        )
    sentence = _("%(who)s asks for it. Until you decide, the time is kept.", who=who)
    return Words(_("Please decide"), about(asset, dates), (sentence, *_listed(dates)))


def about(asset: str, dates: Sequence[str]) -> str:
    """What and when, in one line."""
    when = dates[0] if len(dates) == 1 else ngettext("%(num)s date", "%(num)s dates", len(dates))
    return _("%(asset)s, %(when)s", asset=asset, when=when)


def _listed(dates: Sequence[str]) -> tuple[str, ...]:
    if len(dates) < 2:
        return ()
    left = len(dates) - SHOWN
    more = (ngettext("and %(num)s more", "and %(num)s more", left),) if left > 0 else ()
    return (*dates[:SHOWN], *more)


def _news(what: str, *, many: bool) -> tuple[str, str]:
    match what:
        case "requested":
            return (
                _("Your request"),
                _("The management decides about it and writes to you. Until then the time is kept for you."),
            )
        case "confirmed" if many:
            return _("Booked"), _("All these dates are yours. You find all about them in the portal.")
        case "confirmed":
            return _("Booked"), _("It is yours. You find all about it in the portal.")
        case "declined":
            return _("Declined"), _("Your request was declined. Nothing is charged.")
        case "moved":
            return _("Moved"), _("Your booking has been moved to this time.")
        case "missed" | "released":
            return _("Not used"), _("Nobody came, so the time was given to others.")
        case "cancelled" if many:
            return _("Cancelled"), _("These bookings are cancelled.")
    return _("Cancelled"), _("This booking is cancelled.")
