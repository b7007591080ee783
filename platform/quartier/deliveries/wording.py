"""What became of a mail, in words."""

from __future__ import annotations

from collections.abc import Mapping

from quartier.i18n.texts import lazy_gettext as _l

STATE_NAMES: Mapping[str, str] = {
    "waiting": _l("Waiting"), "collected": _l("For the summary"), "summed_up": _l("In a summary"), "sent": _l("Sent"),
    "bounced": _l("Came back"), "failed": _l("Not sent"), "withheld": _l("Withheld"), "kept": _l("Kept"),
}  # fmt: skip
LOOKS: Mapping[str, str] = {
    "waiting": "info", "collected": "info", "summed_up": "success", "sent": "success", "bounced": "danger",
    "failed": "danger", "withheld": "line", "kept": "line",
}  # fmt: skip
PACE_NAMES: Mapping[str, str] = {
    "now": _l("At once"), "daily": _l("Once a day"), "weekly": _l("Once a week"), "never": _l("Never"),
}  # fmt: skip
PAPER_NAMES: Mapping[str, str] = {
    "invitation": _l("Invitation"), "reminder": _l("Reminder of an invitation"), "message": _l("Important message"),
}  # fmt: skip
BECAUSE: Mapping[str, str] = {
    "access": _l("Without it nobody gets in."),
    "safety": _l("It tells of a change to the access, so that nobody makes one unnoticed."),
    "asked": _l("It answers a wish."),
    "duty": _l("Somebody has to act on it."),
}
REASONS: Mapping[str, str] = {
    "address": _l("This is not an e-mail address."),
    "unwanted": _l("The reader does not want mails of this kind."),
    "bounced": _l("An earlier mail to this address came back."),
    "module": _l("The module is switched off."),
    "hidden": _l("What it tells of is not there any more, or no longer for this reader."),
    "withdrawn": _l("The invitation was withdrawn before it was sent."),
    "merged": _l("Two entries became one, and the person is written to at another address."),
    "late": _l("It could not be sent for three days."),
    "unanswered": _l("The mail server took it and did not answer: it has probably arrived."),
    "internal": _l("Something went wrong on our side."),
    "utf8": _l("The mail server does not know addresses with these letters."),
}
KEPT = _l("No mail server is set up; operators see it.")


def why(state: str, reason: str) -> str:
    """Why a mail is where it is: our own words, or those of the mail server."""
    if state == "kept":
        return str(KEPT)
    return str(REASONS.get(reason, reason))
