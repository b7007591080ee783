"""The page on which a company has its mails come from its own address."""

from __future__ import annotations

from typing import Any, Final

from flask import request
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.deliveries.models import OwnSender
from quartier.deliveries.own_sender import new_sender, sender_of
from quartier.domains import wording
from quartier.domains.names import NoHost, before_domain, host_of, shown
from quartier.domains.pages import cockpit
from quartier.domains.senders import CHECK_SENDER, dkim_name, dkim_text
from quartier.i18n.texts import gettext as _
from quartier.jobs.queue import defer
from quartier.keys import key_of
from quartier.mail.addresses import mailbox
from quartier.web.flash import back_to
from quartier.web.forms import Form
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

SENDER: Final = "/cockpit/settings/sender"
ADVICE: Final = "v=DMARC1; p=none"


@cockpit.page(SENDER, needs=COMPANY_SETTINGS, methods=("GET", "POST"))
def sender(visit: Visit) -> Any:
    """The address, its records and what was found of them; or a form for one."""
    if request.method == "GET":
        return _page(visit, Form())
    typed = request.form.get("address", "")
    form = Form(typed={"address": typed}, labels={"address": _("Address")})
    found = mailbox(typed)
    if found is None or not found.is_plain:
        return _page(
            visit, form.wrong("address", _("This is not an e-mail address. It looks like name@example.ch."))
        ), 422
    local, _at, domain = found.address.rpartition("@")
    try:
        domain = host_of(domain, shell().config.platform_domain)
    except NoHost as error:
        return _page(visit, form.wrong("address", wording.refusal(error.why))), 422
    before = sender_of(visit.db)
    if before is None or before.domain != domain:
        new_sender(visit.db, local, domain, by=visit.viewer.name, key=key_of(shell().config))
    else:
        before.local = local
    defer(visit.db, CHECK_SENDER, once="sender", urgent=True)
    return back_to(SENDER)


@cockpit.action(f"{SENDER}/check", needs=COMPANY_SETTINGS)
def check_sender(visit: Visit) -> Response:
    """Ask the name server now."""
    if (row := sender_of(visit.db)) is not None:
        row.checked_at = None
        defer(visit.db, CHECK_SENDER, once="sender", urgent=True)
    return back_to(SENDER)


@cockpit.action(f"{SENDER}/use", needs=COMPANY_SETTINGS)
def use_sender(visit: Visit) -> Response:
    """Have mails come from there, or from the platform's address again."""
    row = sender_of(visit.db)
    if row is None:
        return back_to(SENDER)
    row.wanted = request.form.get("way") == "use" and row.dkim == "ok"
    if row.wanted:
        return back_to(SENDER, _("From the next one on, e-mails come from %(address)s.", address=row.address))
    return back_to(SENDER, _("E-mails come from the platform’s address."))


@cockpit.action(f"{SENDER}/remove", needs=COMPANY_SETTINGS)
def remove_sender(visit: Visit) -> Response:
    """Forget the address and its key."""
    if (row := sender_of(visit.db)) is not None:
        visit.db.delete(row)
        visit.db.flush()
    return back_to(SENDER, _("Removed. E-mails come from the platform’s address."))


def _page(visit: Visit, form: Form) -> str:
    row = sender_of(visit.db)
    return render(
        "domains/sender.html", row=row, form=form, here=SENDER, wording=wording, platform=shell().config.sender,
        records=_records(row) if row else (), before=before_domain, shown=shown,
    )  # fmt: skip


def _records(row: OwnSender) -> tuple[tuple[str, str, str, str, str, tuple[str, str]], ...]:
    """What is to stand where: key, heading, name, value ("" where the company has its own), and what was found."""
    return (
        ("dkim", _("1. The key that signs your e-mails (DKIM)"), dkim_name(row), dkim_text(row), row.dkim,
         wording.record_state("dkim", row.dkim)),
        ("dmarc", _("2. What receivers should do with others (DMARC)"), f"_dmarc.{row.domain}", ADVICE, row.dmarc,
         wording.record_state("dmarc", row.dmarc)),
        ("spf", _("3. Servers of your own domain (SPF)"), row.domain, "", row.spf,
         wording.record_state("spf", row.spf)),
    )  # fmt: skip
