"""What is written to residents and to the team. Bind the reader's voice before calling."""

from __future__ import annotations

from quartier.sdk import Action, Letter
from quartier.sdk import gettext as _

SOMEBODY, SOMEWHERE = "Verena Keller", "https://portal.example/bookings/mine"


def news_letter(what: str, name: str, asset: str, when: str, *, reason: str, url: str) -> Letter:
    """To whoever has booked: what became of it. `what` is a key of a booking's events."""
    subject, sentence = _words(what, asset, when)
    paragraphs = (sentence, _("The management writes: “%(reason)s”", reason=reason)) if reason else (sentence,)
    return Letter(subject, _("Hello %(name)s", name=name), paragraphs, Action(_("Show the booking"), url))


def request_letter(what: str, name: str, asset: str, when: str, *, who: str, url: str) -> Letter:
    """To the team: somebody asks for something, or does not need it any more."""
    if what == "cancelled":
        subject = _("Cancelled: %(asset)s, %(when)s", asset=asset, when=when)
        sentence = _("%(who)s has cancelled. The time is free again.", who=who)
    else:
        subject = _("Please decide: %(asset)s, %(when)s", asset=asset, when=when)
        sentence = _("%(who)s asks for it. Until you decide, the time is kept.", who=who)
    return Letter(subject, _("Hello %(name)s", name=name), (sentence,), Action(_("Show the booking"), url))


def sample_news() -> Letter:
    """As an example."""
    when = _("Saturday, 14:00–18:00")
    return news_letter("confirmed", SOMEBODY, _("Common room"), when, reason="", url=SOMEWHERE)


def sample_request() -> Letter:
    """As an example."""
    when = _("Saturday, 14:00–18:00")
    return request_letter("requested", SOMEBODY, _("Common room"), when, who=SOMEBODY, url=SOMEWHERE)


def _words(what: str, asset: str, when: str) -> tuple[str, str]:
    given = {"asset": asset, "when": when}
    match what:
        case "requested":
            return (
                _("Your request: %(asset)s, %(when)s", **given),
                _("The management decides about it and writes to you. Until then the time is kept for you."),
            )
        case "confirmed":
            return _("Booked: %(asset)s, %(when)s", **given), _("It is yours. You find all about it in the portal.")
        case "declined":
            return _("Declined: %(asset)s, %(when)s", **given), _("Your request was declined. Nothing is charged.")
        case "moved":
            return _("Moved: %(asset)s, %(when)s", **given), _("Your booking has been moved to this time.")
        case "missed" | "released":
            return (
                _("Not used: %(asset)s, %(when)s", **given),
                _("Nobody came, so the time was given to others."),
            )
    return _("Cancelled: %(asset)s, %(when)s", **given), _("This booking is cancelled.")
