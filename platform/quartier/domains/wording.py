"""Own addresses in words."""

from __future__ import annotations

from quartier.deliveries.models import OwnSender
from quartier.domains.models import OwnDomain
from quartier.domains.names import Why
from quartier.i18n.texts import gettext as _


def refusal(why: Why) -> str:
    """Why a text is no address that a company can have."""
    return {
        "empty": _("Enter an address."),
        "form": _("This is not a host. It looks like portal.example.ch."),
        "path": _("Enter the host only, without anything behind it: portal.example.ch."),
        "port": _("An own address has no port."),
        "wildcard": _("An address with an asterisk is not possible. Enter the one host that people will type."),
        "address": _("This is a number of the network. Enter a name."),
        "single": _("A host has at least two parts, as in portal.example.ch."),
        "shared": _("Many people register names under this ending. Enter your own domain, with it at the end."),
        "closed": _("No public name server answers for this ending."),
        "ours": _("This address belongs to the platform. You change your subdomain with your contact at sales."),
        "long": _("This name is too long: at most 220 characters, and 63 between two dots."),
    }[why]


def state(row: OwnDomain, *, is_main: bool) -> tuple[str, str]:
    """What is the matter with an address, in a word or two, and how it is marked: "ok", "wait" or "bad"."""
    if is_main:
        return (_("main address"), "ok") if row.state == "serving" else (_("main address, record missing"), "bad")
    return {
        "serving": (_("ready"), "ok"),
        "failing": (_("record missing"), "bad"),
        "lost": (_("switched off"), "bad"),
        "taken": (_("belongs to another company"), "bad"),
    }.get(row.state, (_("waits for its records"), "wait"))


def said(row: OwnDomain) -> list[str]:
    """What name servers said, sentence by sentence, and what to do."""
    if row.checked_at is None:
        return [_("The name server is being asked.")]
    if "late" in (row.proof, row.points):
        return [_("The name server did not answer in time. We ask again in a few minutes; nothing changes until then.")]
    if row.state == "taken":
        return [_("Another company on this platform has proved that the address is theirs. Remove it there first.")]
    return [_proof(row), _points(row)]


def next_look(row: OwnDomain) -> str:
    """When name servers are asked again, as `jobs.DUE` has it."""
    if row.state == "failing":
        return _("We ask again every hour.")
    if row.serves:
        return _("We ask again four times a day.")
    return " ".join((_soon(), _("You get an e-mail as soon as the address is ready.")))


def next_look_at_sender(row: OwnSender) -> str:
    """The same for the address that mails come from, as `jobs.SENDERS_DUE` has it."""
    return _("We ask again every hour.") if row.dkim == "ok" else _soon()


def _soon() -> str:
    return _("We ask again every ten minutes for three days, then four times a day.")


def sender_state(row: OwnSender) -> tuple[str, str]:
    """What is the matter with the company's own sender, and how it is marked."""
    if row.is_used:
        return _("in use"), "ok"
    if row.wanted:
        return _("suspended: the key is missing"), "bad"
    return (_("ready"), "wait") if row.dkim == "ok" else (_("waits for its records"), "wait")


def record_state(name: str, found: str) -> tuple[str, str]:
    """What the name server says of one of the three records, in a sentence, and how it is marked."""
    if found == "ok":
        return _("The record is there."), "ok"
    if found == "late":
        return _("The name server did not answer in time. We ask again in a few minutes."), "wait"
    if found == "":
        return _("The name server is being asked."), "wait"
    if found == "wrong":
        return {
            "dkim": _("There is another key, or more than one record. Leave exactly this one."),
            "spf": _("There are two SPF records, so none of them counts. Make one of them."),
        }.get(name, _("The record cannot be read, or there are two.")), "bad"
    return {
        "dkim": _("The record is not there yet. New records can take an hour until they are seen everywhere."),
        "spf": _("There is none. E-mails arrive all the same; for your own mail server you should have one."),
    }.get(name, _("There is none. Without it, some receivers trust e-mails from your domain less.")), "wait"


def _proof(row: OwnDomain) -> str:
    if row.proof == "there":
        return _("The proof is there.")
    return _("The proof is not there yet. New records can take an hour until they are seen everywhere.")


def _points(row: OwnDomain) -> str:
    return {
        "here": _("The address leads here."),
        "elsewhere": _("The address leads somewhere else: %(where)s.", where=", ".join(row.found)),
    }.get(row.points, _("The address leads nowhere yet."))
