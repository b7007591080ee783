"""The first admin of a company's team: named by sales, invited in the company's name, and seen until they are in.

Operators name the first one only. Where somebody manages the team already, new colleagues are that person's to invite:
nobody of the platform lets themselves in.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import TEAM_ADMIN, all_permissions
from quartier.contracts.desk import Desk, desk_of
from quartier.contracts.events import record
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver
from quartier.deliveries.wording import why
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.team import queries, services
from quartier.team.area import LOOKS, STATES
from quartier.team.chiefs import TeamError, has_chief
from quartier.team.grants import Rights
from quartier.team.letters import FIRST, first_letter
from quartier.team.queries import Member
from quartier.team.schemas import ContactSchema
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession
from quartier.viewer import COMPANY, Viewer
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.gate import SALES
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

PART = "admin."
"""How the fields of the first admin are named in the form that makes a company."""
LOST = frozenset({"bounced", "failed", "withheld"})
WAITING = frozenset({"invited", "late", "withdrawn"})
NO_DETAILS: Final[Mapping[str, Any]] = {"job": LocalizedText(), "employer": "", "ends": None}
MAILS = """
    SELECT DISTINCT ON (person_id) person_id, state, reason FROM mail_delivery
     WHERE kind = %s AND person_id = ANY(%s) ORDER BY person_id, id DESC
"""

console = Pages("admins_console", __name__, area="console")


@dataclass(frozen=True)
class Admin:
    """Somebody who manages the whole team, or is to; `trouble` says why the invitation did not arrive."""

    member: Member
    trouble: str = ""


@dataclass(frozen=True)
class Admins:
    """Who manages a company's team; `vacant` while nobody does who could sign in."""

    people: tuple[Admin, ...]
    vacant: bool


@console.page("/companies/<uuid:company_id>/admin", needs=SALES, methods=("GET", "POST"))
def name_admin(visit: ConsoleVisit, company_id: UUID) -> Any:
    """Name the first one, or another one where the first never came."""
    desk = desk_of(visit.db, shell(), company_id)
    if not admins_of(desk.company).vacant:
        return back_to(desk.url, _("Somebody manages this company’s team already, and invites colleagues there."))
    schema = ContactSchema(desk.company.country)
    if request.method == "GET":
        return _page(desk, show_form(schema, language=desk.company.languages[0]))
    form = load_form(schema)
    if form.ok:
        try:
            invite(visit.db, desk, form.values, operator=visit.viewer.name)
            return back_to(desk.url, on_its_way(form.values["email"]))
        except TeamError as error:
            form = form.wrong(error.field, str(error))
    return _page(desk, form), 422


@console.action("/companies/<uuid:company_id>/admin/<uuid:agent_id>/again", needs=SALES)
def send_again(visit: ConsoleVisit, company_id: UUID, agent_id: UUID) -> Response:
    """Another link for three days; the one before opens nothing any more."""
    desk = desk_of(visit.db, shell(), company_id)
    row, by = _waiting(desk, agent_id).row, visit.viewer.name
    with closing(CompanySession(shell().engine, company_id)) as db:
        token = services.invite_again(db, agent_id, by=_operator(by))
        if token is None:
            raise NotFound
        reader = Reader(row.email, row.name, row.language, row.person_id)
        _write(db, desk, reader, token, by)
        db.commit()
    record(visit.db, company_id, kind="admin.invited", subject=row.email, actor=by)
    return back_to(desk.url, on_its_way(row.email))


@console.action("/companies/<uuid:company_id>/admin/<uuid:agent_id>/withdraw", needs=SALES)
def withdraw(visit: ConsoleVisit, company_id: UUID, agent_id: UUID) -> Response:
    """The link opens nothing any more."""
    desk = desk_of(visit.db, shell(), company_id)
    one = _waiting(desk, agent_id)
    with closing(CompanySession(shell().engine, company_id)) as db:
        services.withdraw(db, agent_id)
        db.commit()
    record(visit.db, company_id, kind="admin.withdrawn", subject=one.row.email, actor=visit.viewer.name)
    return back_to(desk.url, _("The invitation is withdrawn."))


def read_admin(form: Form, sent: MultiDict[str, str]) -> tuple[Form, Mapping[str, Any] | None]:
    """What the form of a new company says of its first admin; nothing where nobody is named, which is allowed."""
    own = MultiDict((name.removeprefix(PART), text) for name, text in sent.items(multi=True) if name.startswith(PART))
    if not any(text.strip() for name, text in own.items() if name != "language"):
        return form, None
    found = load_form(ContactSchema(sent.get("country", "CH")), own)
    for name, sentences in found.errors.items():
        form = form.wrong(PART + name, *sentences)
    labels = {**form.labels, **{PART + name: label for name, label in found.labels.items()}}
    return Form(form.values, form.typed, form.errors, labels), found.values if found.ok else None


def invite(db: Session, desk: Desk, facts: Mapping[str, Any], *, operator: str) -> None:
    """Invite the first admin, with every right that can be given. The company must be committed. Raises TeamError."""
    everything = Rights(all_permissions(shell().plugins), COMPANY)
    name = f"{facts['given_name']} {facts['family_name']}".strip()
    with closing(CompanySession(shell().engine, desk.company.id)) as bound:
        made = services.invite(bound, {**facts, **NO_DETAILS}, everything, by=_operator(operator))
        reader = Reader(facts["email"], name, facts["language"], made.person_id)
        _write(bound, desk, reader, made.token, operator)
        bound.commit()
    record(db, desk.company.id, kind="admin.invited", subject=facts["email"], actor=operator)


def admins_of(company: Company) -> Admins:
    """Who manages the company's team, and who is invited to."""
    now = datetime.now(UTC)
    today = now.astimezone(ZoneInfo(company.timezone)).date()
    with closing(CompanySession(shell().engine, company.id)) as db:
        found = [one for one in queries.members(db, today=today, now=now) if _is_admin(one)]
        rows = db.rows(MAILS, (FIRST.key, [one.row.person_id for one in found]))
        vacant = not has_chief(db)
    mails = {
        row.person_id: why(row.state, row.reason) for row in rows if row.state in {"bounced", "failed", "withheld"}
    }
    return Admins(tuple(Admin(one, mails.get(one.row.person_id, "")) for one in found), vacant)


def on_its_way(address: str) -> str:
    """What is said when an invitation was sent."""
    return _("The invitation is on its way to %(address)s.", address=address)


def shown(admins: Admins) -> dict[str, Any]:
    """What the company's overview needs to show them."""
    return {"admins": admins, "states": STATES, "looks": LOOKS}


def _is_admin(one: Member) -> bool:
    if one.state in {"off", "over"}:
        return False
    return any(TEAM_ADMIN in given.permissions and given.spot.at == COMPANY for given in one.grants)


def _waiting(desk: Desk, agent_id: UUID) -> Member:
    """Somebody invited as an admin who has not come, or 404."""
    admins = admins_of(desk.company)
    found = (one.member for one in admins.people if one.member.row.id == agent_id and one.member.state in WAITING)
    one = next(found, None)
    if one is None or not admins.vacant:
        raise NotFound
    return one


def _operator(name: str) -> Viewer:
    return Viewer(kind="operator", name=name)


def _write(db: CompanySession, desk: Desk, reader: Reader, token: str | None, operator: str) -> None:
    """The mail in the company's name; whoever has an account there already needs no link."""
    url = shell().url_of(desk.host, f"/team/join/{token}" if token else "/cockpit/")
    deliver(db, FIRST, reader, lambda: first_letter(reader.name, operator, desk.company.name, url, known=token is None))


def _page(desk: Desk, form: Form) -> str:
    return render("companies/admin.html", desk=desk, tab="overview", form=form)
