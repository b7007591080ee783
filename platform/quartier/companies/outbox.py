"""Mail as it was written, for whoever supports people: of all companies and of the platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, abort, request
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from quartier.i18n.formats import zone_of_reader
from quartier.i18n.texts import lazy_gettext as _l
from quartier.mail.models import OutboxMail
from quartier.tenancy.models import Company
from quartier.web.forms import id_in
from quartier.web.gate import SUPPORT
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.visit import ConsoleVisit

PAGE = 50
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"

PLATFORM = _l("Platform")
console = Pages(
    "outbox",
    __name__,
    area="console",
    entries=(Entry("/outbox", icon="mail", label=_l("Outbox"), needs=SUPPORT, group=PLATFORM, order=50),),
)


@dataclass(frozen=True)
class Written:
    """A mail and the company it was written for; the platform's own mail to operators has none."""

    mail: OutboxMail
    company: Company | None

    @property
    def zone(self) -> ZoneInfo:
        """Whose clock the mail is dated by: the operator's, or the company's."""
        return zone_of_reader(ZoneInfo(self.company.timezone if self.company else "UTC"))


@console.page("/outbox", needs=SUPPORT)
def outbox(visit: ConsoleVisit) -> str:
    """Newest first."""
    words = request.args.get("q", "").strip()[:100]
    found = _mails(visit.db, words, id_in(request.args.get("after")))
    more = found[PAGE - 1].mail.id if len(found) > PAGE else None
    return render("companies/outbox.html", found=found[:PAGE], words=words, more=more)


@console.page("/outbox/<uuid:mail_id>", needs=SUPPORT)
def mail(visit: ConsoleVisit, mail_id: UUID) -> str:
    """One mail: its text, and its HTML in a frame that may do nothing."""
    written = _mail(visit.db, mail_id)
    return render("companies/mail.html", mail=written.mail, sender=written.company, zone=written.zone)


@console.page("/outbox/<uuid:mail_id>/html", needs=SUPPORT)
def html(visit: ConsoleVisit, mail_id: UUID) -> Response:
    """The HTML part by itself: no script, no form, nothing fetched, an origin of its own."""
    answer = Response(_mail(visit.db, mail_id).mail.html, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = MAIL_POLICY
    return answer


def _mails(db: Session, words: str, after: UUID | None) -> list[Written]:
    query = select(OutboxMail, Company).outerjoin(Company, Company.id == OutboxMail.company_id)
    for word in words.split()[:5]:
        query = query.where(
            OutboxMail.recipient.icontains(word, autoescape=True) | OutboxMail.subject.icontains(word, autoescape=True)
        )
    place: tuple[Any, Any] = (OutboxMail.created_at, OutboxMail.id)
    if after is not None:
        last = select(*place).where(OutboxMail.id == after).scalar_subquery()
        query = query.where(tuple_(*place) < last)
    newest = query.order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc()).limit(PAGE + 1)
    return [Written(*row) for row in db.execute(newest)]


def _mail(db: Session, mail_id: UUID) -> Written:
    query = select(OutboxMail, Company).outerjoin(Company, Company.id == OutboxMail.company_id)
    row = db.execute(query.where(OutboxMail.id == mail_id)).first()
    if row is None:
        abort(404)
    return Written(*row)
