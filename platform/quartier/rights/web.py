"""The page of one's own data: a copy of all of it, and the wish to be forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy import Select, select
from werkzeug.exceptions import NotFound

from quartier.db.base import new_id
from quartier.db.turns import take_turn
from quartier.files.models import StoredFile
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.jobs.queue import defer
from quartier.locks.corrections import LONGEST_NOTE, TEAM, Author, Subject, TooMany, propose, said_by
from quartier.people.models import Person
from quartier.rights.jobs import EXPORT, KEPT
from quartier.rights.models import PENDING, DataExport, ErasureRequest
from quartier.rights.progress import steps
from quartier.rights.retention import free_from
from quartier.rights.telling import reasons_of, tell_asked, tell_said, tell_team
from quartier.web.again import Left, again, fits, forget_left, left_at
from quartier.web.flash import back_to
from quartier.web.forms import sent_id, unstorable
from quartier.web.gate import SIGNED_IN
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import file_storage, shell
from quartier.web.visit import Visit

DATA = "/account/data"
PAUSE = timedelta(hours=1)
app = Pages("rights", __name__, area="app")
app.after_request(forget_left)


@app.page(DATA, needs=SIGNED_IN)
def own_data(visit: Visit) -> str:
    """What one may ask for, and the copy if there is one."""
    return _page(visit, left_at(DATA))


@app.action(f"{DATA}/export", needs=SIGNED_IN)
def ask_for_copy(visit: Visit) -> Response:
    """Have a copy made. Asked twice, there is one; whoever has one waits an hour for the next."""
    _lock(visit)
    last = _last(visit)
    if last is not None and (last.state == "waiting" or (last.state == "ready" and _young(last))):
        return back_to(DATA, _("Your copy is being made, or there already."))
    wanted = DataExport(id=new_id(), account_id=_account(visit))
    visit.db.add(wanted)
    visit.db.flush()
    defer(visit.db, EXPORT, export=str(wanted.id))
    return back_to(DATA, _("We gather your data and write to you when they are ready."))


@app.page(f"{DATA}/<uuid:export_id>/zip", needs=SIGNED_IN)
def fetch_copy(visit: Visit, export_id: UUID) -> Response:
    """The copy, for its owner only, and not for staff who look at the app as the owner does."""
    wanted = visit.db.get(DataExport, (visit.company.id, export_id))
    mine = wanted is not None and wanted.account_id == _account(visit) and visit.viewer.watched is None
    if wanted is None or not mine or not _there(wanted):
        raise NotFound
    file = visit.db.get_one(StoredFile, (visit.company.id, wanted.file_id))
    body = file_storage().get(file.key)
    if body is None:
        raise NotFound
    answer = Response(body, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{visit.company.slug}-{visit.today}.zip"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@app.action(f"{DATA}/correct", needs=SIGNED_IN)
def say_what_is_wrong(visit: Visit) -> Any:
    """Tell the team in one's own words what is wrong about oneself, whoever owns it."""
    _account(visit)
    said, person = request.form.get("wrong", "").strip(), _person(visit)
    if error := _unsaid(said):
        return _said_again(visit, said, error, 422)
    author = Author(visit.viewer.name, visit.viewer.account_id)
    about = Subject("person", person.id, person.name)
    try:
        if propose(visit.db, wish := sent_id("correction_id"), about, {}, note=said, recipient=TEAM, author=author):
            tell_said(visit, wish, f"/cockpit/estate/corrections/{wish}/answer")
    except TooMany:
        late = _("There were many wishes lately. Please try again in an hour.")
        return _said_again(visit, said, late, 429)
    return back_to(DATA, _("The team reads it and writes to you."))


@app.action(f"{DATA}/erase", needs=SIGNED_IN)
def ask_to_be_erased(visit: Visit) -> Any:
    """Ask staff to forget this person. Asked twice, it is one request."""
    _lock(visit)
    if "sure" not in request.form:
        return again(DATA, errors={"sure": [_("Please confirm that you want this.")]})
    if _erasure(visit) is None:
        wanted = ErasureRequest(id=new_id(), person_id=visit.viewer.person_id)
        visit.db.add(wanted)
        visit.db.flush()
        visit.db.refresh(wanted)
        tell_asked(visit, wanted)
        there = shell().url_of(visit.company.host, f"/cockpit/erasures/{wanted.id}")
        tell_team(visit, wanted, there)
    return back_to(DATA, _("Your request is with the team."))


@app.action(f"{DATA}/erase/withdraw", needs=SIGNED_IN)
def withdraw_erasure(visit: Visit) -> Response:
    """Take the request back, as long as nothing has happened."""
    _account(visit)
    for one in visit.db.scalars(_asked(visit, PENDING).with_for_update()):
        one.state, one.ended_at = "withdrawn", datetime.now(UTC)
    return back_to(DATA, _("Your request is taken back."))


def _person(visit: Visit) -> Person:
    """The viewer's own entry."""
    return visit.db.get_one(Person, (visit.company.id, visit.viewer.person_id))


def _unsaid(said: str) -> str:
    """What keeps these words from being sent."""
    return unstorable(said, LONGEST_NOTE) if said else _("Please fill this in.")


def _said_again(visit: Visit, said: str, error: str, status: int) -> Any:
    """The page with these words; what is too long to go along is answered on the spot."""
    errors = {"wrong": [error]}
    if fits("wrong"):
        return again(DATA, "wrong", errors=errors)
    return _page(visit, Left({"wrong": [said]}, errors)), status


def _page(visit: Visit, left: Left) -> str:
    last, until, erasure = _last(visit), _until(visit), _erasure(visit)
    found = reasons_of(visit, erasure) if erasure else []
    free = free_from(found)
    return render(
        "rights/data.html", last=last, until=until, erasure=erasure, errors=left.errors, reasons=found,
        free=formats.format_date(free) if free else "", steps=steps(visit, erasure, found) if erasure else [],
        pending=erasure is not None and erasure.state in PENDING, correction_id=new_id(), wrong=left.get("wrong"),
        said=said_by(visit.db, _account(visit), _person(visit).id),
    )  # fmt: skip


def _erasure(visit: Visit) -> ErasureRequest | None:
    return visit.db.scalars(_asked(visit, (*PENDING, "erasing"))).first()


def _asked(visit: Visit, states: Sequence[str]) -> Select[Any]:
    return select(ErasureRequest).filter_by(person_id=visit.viewer.person_id).where(ErasureRequest.state.in_(states))


def _lock(visit: Visit) -> None:
    key = f"export {visit.company.id} {_account(visit)}"
    take_turn(visit.db, key)


def _last(visit: Visit) -> DataExport | None:
    query = select(DataExport).filter_by(account_id=_account(visit)).order_by(DataExport.id.desc()).limit(1)
    return visit.db.scalars(query).first()


def _account(visit: Visit) -> UUID:
    """The viewer's account; a machine has none."""
    if visit.viewer.account_id is None:
        raise NotFound
    return visit.viewer.account_id


def _young(one: DataExport) -> bool:
    return one.ended_at is not None and datetime.now(UTC) < one.ended_at + PAUSE


def _there(one: DataExport) -> bool:
    return one.state == "ready" and one.ended_at is not None and datetime.now(UTC) < one.ended_at + KEPT


def _until(visit: Visit) -> str:
    last: Any = _last(visit)
    return formats.format_date(last.ended_at + KEPT, zone=visit.zone) if last and _there(last) else ""
