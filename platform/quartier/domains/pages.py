"""Own addresses in the Cockpit: which there are, what to set at the name server, and which is the main one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.domains import services, wording
from quartier.domains.lookup import LABEL, SAYS
from quartier.domains.models import OwnDomain
from quartier.domains.names import NoHost, before_domain, host_of, in_full, shown
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.tenancy.hosts import full_host
from quartier.web.flash import back_to
from quartier.web.forms import Form
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

HOME = "/cockpit/settings/domains"
ONE = f"{HOME}/<uuid:domain_id>"
cockpit = Pages(
    "domains",
    __name__,
    area="cockpit",
    entries=(Entry(HOME, "globe", _l("Own address"), COMPANY_SETTINGS, group=_l("Company"), order=915),),
)


@cockpit.page(HOME, needs=COMPANY_SETTINGS, methods=("GET", "POST"))
def domains(visit: Visit) -> Any:
    """All addresses, and a form for another one."""
    if request.method == "GET":
        return _list(visit, Form())
    typed = request.form.get("host", "")
    form = Form(typed={"host": typed}, labels={"host": _("Address")})
    try:
        row = services.add(visit.db, host_of(typed, shell().config.platform_domain), by=visit.viewer.name)
    except NoHost as error:
        return _list(visit, form.wrong("host", wording.refusal(error.why))), 422
    except services.TooMany:
        sentence = _("A company has at most %(count)s addresses of its own.", count=services.MOST)
        return _list(visit, form.wrong("host", sentence)), 422
    return back_to(f"{HOME}/{row.id}")


@cockpit.page(ONE, needs=COMPANY_SETTINGS)
def domain(visit: Visit, domain_id: UUID) -> str:
    """One address: its state in words, and the records to set."""
    row = _found(visit, domain_id)
    target = full_host(visit.company.slug, shell().config.platform_domain)
    return render(
        "domains/one.html", row=row, home=HOME, host=shown(row.host), is_main=visit.company.host == row.host,
        wording=wording, target=target, main=shown(visit.company.host), before=before_domain,
        proof=(f"{LABEL}.{row.host}", SAYS + row.token), patience=services.PATIENCE,
    )  # fmt: skip


@cockpit.action(f"{ONE}/check", needs=COMPANY_SETTINGS)
def check(visit: Visit, domain_id: UUID) -> Response:
    """Ask the name servers now."""
    row = _found(visit, domain_id)
    row.checked_at = None
    services.ask(visit.db, row)
    return back_to(f"{HOME}/{row.id}")


@cockpit.page(f"{ONE}/main", needs=COMPANY_SETTINGS, methods=("GET", "POST"))
def main(visit: Visit, domain_id: UUID) -> Any:
    """Make it the main address, or the subdomain again, after having read what that means."""
    row = _found(visit, domain_id)
    is_main = visit.company.host == row.host
    if not row.serves:
        return back_to(f"{HOME}/{row.id}", _("The portal does not answer at this address yet."))
    if row.state == "failing" and not is_main:
        gone = _("The name server does not have the records of %(host)s any more.", host=shown(row.host))
        return back_to(f"{HOME}/{row.id}", gone)
    if request.method == "GET":
        return render("domains/main.html", row=row, home=HOME, host=in_full(row.host), is_main=is_main)
    services.use_as_main(visit.db, None if is_main else row.host, actor=visit.viewer.name)
    return back_to(HOME, _("The main address changes in a moment. You sign in there once more."))


@cockpit.page(f"{ONE}/remove", needs=COMPANY_SETTINGS, methods=("GET", "POST"))
def remove(visit: Visit, domain_id: UUID) -> Any:
    """Forget an address."""
    row = _found(visit, domain_id)
    if request.method == "GET":
        return render(
            "domains/remove.html", row=row, home=HOME, host=in_full(row.host), is_main=visit.company.host == row.host
        )
    services.remove(visit.db, row, actor=visit.viewer.name)
    return back_to(HOME, _("%(host)s is removed.", host=shown(row.host)))


def _list(visit: Visit, form: Form) -> str:
    rows = services.domains_of(visit.db)
    return render(
        "domains/list.html", rows=rows, form=form, home=HOME, main=visit.company.host, shown=shown, wording=wording
    )


def _found(visit: Visit, domain_id: UUID) -> OwnDomain:
    row = visit.db.get(OwnDomain, (visit.company.id, domain_id))
    if row is None:
        raise NotFound
    return row
