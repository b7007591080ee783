"""Name, numbers and picture of whoever looks at them; what the company's ERP owns is locked, and can be wished."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response, abort, request
from marshmallow import Schema
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from quartier.accounts.models import Agent
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver
from quartier.estate.history import acting
from quartier.estate.services import EstateError
from quartier.files.models import StoredFile
from quartier.i18n.texts import gettext as _
from quartier.locks import corrections
from quartier.locks.corrections import LONGEST_NOTE, Author, Subject, TooMany
from quartier.locks.fields import Owner, owner_of
from quartier.masterdata import wording
from quartier.masterdata.correcting import compared, fields_of, plain, present
from quartier.masterdata.letters import CORRECTION, Wanted, correction_letter
from quartier.masterdata.schemas import PersonSchema
from quartier.people.models import Person, PersonPicture
from quartier.people.policies import READ
from quartier.people.queries import is_reachable, picture_of
from quartier.people.services import change_person
from quartier.profile.area import app
from quartier.profile.services import drawn_anew, set_picture
from quartier.theming.images import ImageRefused
from quartier.theming.wording import IMAGE_REASONS
from quartier.web.again import again, fits, left_at
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, sent_id, show_form, unstorable
from quartier.web.gate import SIGNED_IN
from quartier.web.render import render
from quartier.web.shell import file_storage, shell
from quartier.web.visit import Visit

OWN: Final = ("salutation", "given_name", "family_name", "phone", "mobile")
HINTS: Final = {"given_name": "given-name", "family_name": "family-name", "phone": "tel", "mobile": "tel"}
ABOUT, CORRECT = "/account/about", "/account/correct"


@app.page(ABOUT, needs=SIGNED_IN)
def about(visit: Visit) -> str:
    """How others see and reach this person."""
    person, left = _person(visit), left_at(ABOUT)
    return _page(visit, person, left.over(show_form(_schema(visit, OWN), person)), error=left.error)


@app.action(ABOUT, needs=SIGNED_IN)
def save_about(visit: Visit) -> Any:
    """Take the form; what is locked is not looked at."""
    person, locked = _person(visit), _locked(visit)
    form = load_form(_schema(visit, [field for field in OWN if field not in locked]))
    if form.ok and not form.values.get("family_name", person.family_name) and not person.company_name:
        form = form.wrong("family_name", _("Please fill this in."))
    if not form.ok:
        return again(ABOUT, *OWN, errors=form.errors)
    try:
        with acting(visit.db, visit.viewer.name, "person", visit.viewer.account_id):
            change_person(visit.db, person, form.values, version=_version())
    except EstateError as error:
        visit.db.rollback()
        return again(ABOUT, *OWN, errors=form.wrong(error.field, str(error)).errors)
    return back_to("/account", _("Saved."))


@app.action("/account/picture", needs=SIGNED_IN)
def save_picture(visit: Visit) -> Any:
    """Another picture, drawn anew without what the camera wrote into it, or none any more."""
    person, sent = _person(visit), request.files.get("picture")
    try:
        image = None if "remove" in request.form else drawn_anew(sent.read() if sent else b"")
    except ImageRefused as refusal:
        return again(ABOUT, error=_(IMAGE_REASONS[refusal.reason]))
    set_picture(visit.db, file_storage(), person.id, image)
    return back_to(ABOUT, _("Saved."))


@app.page("/account/picture/<uuid:file_id>", needs=SIGNED_IN)
def person_picture(visit: Visit, file_id: UUID) -> Response:
    """Somebody's picture: one's own, that of a public member of the team, and for staff those of whom they see."""
    owner = visit.db.scalar(select(PersonPicture.person_id).filter_by(file_id=file_id))
    if owner is None or not _may_see(visit, owner):
        raise NotFound
    file = visit.db.get_one(StoredFile, (visit.company.id, file_id))
    body = file_storage().get(file.key)
    if body is None:
        raise NotFound
    answer = Response(body, content_type=file.content_type)
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


@app.page(CORRECT, needs=SIGNED_IN, methods=("GET", "POST"))
def correct_self(visit: Visit) -> Any:
    """Propose to the ERP what it should say about oneself."""
    person, erp = _person(visit), owner_of(visit.db, "person")
    fields = [field for field in fields_of(erp, "person") if field in (*OWN, "email")] if erp else []
    if erp is None or erp.correction_email is None or not fields:
        raise NotFound
    schema = _schema(visit, fields)
    if request.method == "GET":
        left = left_at(CORRECT)
        return _correction(visit, person, erp, fields, left.over(present(schema, person)), remark=left.get("remark"))
    form, values = compared(_with_remark(load_form(schema)), person, fields)
    for field in corrections.wished_already(visit.db, person.id, values):
        form = form.wrong(field, _("This has been proposed already."))
    if form.ok:
        try:
            _send(visit, person, erp.correction_email, values)
            return back_to(ABOUT, _("Your wish is on its way."))
        except TooMany:
            form = form.wrong("_schema", _("There were many wishes lately. Please try again in an hour."))
    if fits("remark"):
        return again(CORRECT, *fields, "remark", errors=form.errors)
    return _correction(visit, person, erp, fields, form, remark=request.form["remark"]), 422


def _send(visit: Visit, person: Person, address: str, values: dict[str, tuple[Any, Any]]) -> None:
    """Write the wish down and the mail to the ERP's keepers: both, or neither."""
    wish_id, subject = sent_id("correction_id"), Subject("person", person.id, person.name)
    author = Author(visit.viewer.name, visit.viewer.account_id)
    remark = request.form.get("remark", "").strip()
    if not corrections.propose(visit.db, wish_id, subject, values, note=remark, recipient=address, author=author):
        return
    zone, url = visit.company.zone, shell().url_of(visit.company.host, f"/cockpit/people/{person.id}")

    def write() -> Any:
        lines = [
            (str(wording.FIELDS[field]), wording.value(field, now, {}, zone), wording.value(field, then, {}, zone))
            for field, (now, then) in values.items()
        ]
        return correction_letter(Wanted(person.name, author.name, lines, remark, [person.external_id or "–"], url))

    deliver(visit.db, CORRECTION, Reader(address), write, event=f"masterdata.correction:{wish_id}")


def _correction(visit: Visit, person: Person, erp: Owner, fields: list[str], form: Form, *, remark: str) -> str:
    return render(
        "profile/correct.html", form=form, erp=erp, fields=fields, correction_id=sent_id("correction_id"),
        longest=LONGEST_NOTE, remark=remark, **_words(visit, person),
    )  # fmt: skip


def _page(visit: Visit, person: Person, form: Form, *, error: str = "") -> str:
    return render(
        "profile/about.html", form=form, person=person, version=person.version, fields=OWN, hints=HINTS, error=error,
        erp=owner_of(visit.db, "person"), locked=_locked(visit), picture=picture_of(visit.db, person.id),
        **_words(visit, person),
    )  # fmt: skip


def _words(visit: Visit, person: Person) -> dict[str, Any]:
    fields = (*OWN, "email")
    shown = {one: wording.value(one, plain(getattr(person, one)), {}, visit.zone) for one in fields}
    return {"names": wording.FIELDS, "shown": shown, "salutations": wording.options(wording.SALUTATIONS)}


def _person(visit: Visit) -> Person:
    """The viewer's own entry; a machine has none."""
    found = visit.db.get(Person, (visit.company.id, visit.viewer.person_id)) if visit.viewer.person_id else None
    if found is None:
        raise NotFound
    return found


def _schema(visit: Visit, fields: Any) -> Schema:
    return PersonSchema(visit.company.country, only=tuple(fields))


def _locked(visit: Visit) -> frozenset[str]:
    erp = owner_of(visit.db, "person")
    return erp.fields & set(OWN) if erp else frozenset()


def _may_see(visit: Visit, person_id: UUID) -> bool:
    viewer = visit.viewer
    if person_id == viewer.person_id:
        return True
    if visit.db.scalar(select(Agent.is_public).filter_by(person_id=person_id)):
        return True
    return viewer.is_agent and is_reachable(visit.db, person_id, within=viewer.within(READ))


def _with_remark(form: Form) -> Form:
    error = unstorable(request.form.get("remark", ""), LONGEST_NOTE)
    return form.wrong("remark", error) if error else form


def _version() -> int:
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        abort(400)
