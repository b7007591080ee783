"""What the time machine says: whether something could be used, and each thing that had a say."""

from __future__ import annotations

from collections.abc import Mapping

from quartier.contracts.entitlement import Level, State
from quartier.contracts.on_a_day import Answer, Cause
from quartier.contracts.wording import Badge, missing, sentence, until
from quartier.i18n.texts import gettext as _


def verdict(answer: Answer) -> Badge:
    """Whether it could be used, in a word."""
    if answer.usable and answer.level is Level.GRACE:
        return Badge(_("in grace"), "clock", "warning")
    if answer.level is Level.READ_ONLY and answer.switched is not False:
        return Badge(_("only for reading"), "eye", "warning")
    if answer.usable:
        return Badge(_("usable"), "check", "success")
    if answer.lacking is not None or (answer.entitled and answer.resting):
        return Badge(_("something is missing"), "alert", "warning")
    if answer.entitled:
        return Badge(_("switched off"), "ban", "line")
    if answer.causes and answer.causes[0].kind == "deny":
        return Badge(_("denied"), "ban", "danger")
    return Badge(_("not in contract"), "lock", "line")


def hindrances(answer: Answer, names: Mapping[str, str]) -> list[str]:
    """What was missing although it was bought."""
    found = [_left(answer)] if answer.level in (Level.GRACE, Level.READ_ONLY) else []
    if answer.lacking is not None:
        found.append(missing(answer.lacking, names))
    if answer.entitled and answer.resting:
        modules = ", ".join(names.get(one, one) for one in answer.resting)
        found.append(_("It rests until this works: %(modules)s.", modules=modules))
    if answer.entitled and answer.switched is False:
        found.append(_("The company had not switched it on."))
    return found


def _left(answer: Answer) -> str:
    """What is left of something that has ended, or of which something it needs has."""
    state = State("grace" if answer.level is Level.GRACE else "read_only", answer.until)
    return sentence(state)


def cause(one: Cause) -> str:
    """One thing that had a say, and from when to when."""
    days = until(one.starts, one.ends)
    match one.kind:
        case "line" if one.stage == "accepted":
            return _("Contract %(number)s, %(days)s", number=one.number, days=days)
        case "line":
            return _("Contract %(number)s is not accepted: %(days)s", number=one.number, days=days)
        case "trial":
            return _("Trial, %(days)s", days=days)
        case "grant":
            return _("Granted %(days)s", days=days)
    return _("Denied %(days)s", days=days)
