"""Proposing a correction of what only the ERP changes, and the list of what was proposed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, request
from werkzeug.exceptions import Forbidden, NotFound

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.db.base import new_id
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver
from quartier.estate.models import Building, Occupancy
from quartier.estate.policies import EDIT, READ
from quartier.estate.services import period
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.locks import corrections
from quartier.locks.corrections import LONGEST_NOTE, Author, Subject, TooMany
from quartier.locks.fields import Owner, owner_of
from quartier.locks.models import Correction
from quartier.masterdata import wording
from quartier.masterdata.area import (
    ADDRESSES,
    PEOPLE,
    cockpit,
    found_building,
    found_period,
    found_person,
    found_property,
    found_unit,
    page,
)
from quartier.masterdata.correcting import INPUTS, compared, fields_of, plain, present, schema_for
from quartier.masterdata.letters import CORRECTION, Wanted, correction_letter
from quartier.people.policies import EDIT as EDIT_PEOPLE
from quartier.people.policies import READ as READ_PEOPLE
from quartier.people.queries import is_reachable
from quartier.viewer import COMPANY
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, sent_id, unstorable
from quartier.web.shell import shell
from quartier.web.visit import Visit

LIST = "/cockpit/estate/corrections"
PAGE = 50


@cockpit.page(f"{ADDRESSES['property']}/<uuid:property_id>/correct", needs=EDIT, methods=("GET", "POST"))
def correct_property(visit: Visit, property_id: UUID) -> Any:
    """Propose to the ERP what a property should say."""
    return _correct(visit, found_property(visit, property_id))


@cockpit.page(f"{ADDRESSES['building']}/<uuid:building_id>/correct", needs=EDIT, methods=("GET", "POST"))
def correct_building(visit: Visit, building_id: UUID) -> Any:
    """The same for a building."""
    return _correct(visit, *found_building(visit, building_id))


@cockpit.page(f"{ADDRESSES['unit']}/<uuid:unit_id>/correct", needs=EDIT, methods=("GET", "POST"))
def correct_unit(visit: Visit, unit_id: UUID) -> Any:
    """The same for a unit."""
    return _correct(visit, *found_unit(visit, unit_id))


@cockpit.page(f"{ADDRESSES['occupancy']}/<uuid:period_id>/correct", needs=EDIT, methods=("GET", "POST"))
def correct_period(visit: Visit, period_id: UUID) -> Any:
    """The same for a period."""
    return _correct(visit, *found_period(visit, period_id))


@cockpit.page(f"{PEOPLE}<uuid:person_id>/correct", needs=EDIT_PEOPLE, methods=("GET", "POST"))
def correct_person(visit: Visit, person_id: UUID) -> Any:
    """The same for a person."""
    return _correct(visit, found_person(visit, person_id))


@cockpit.page(LIST, needs=READ)
def correction_list(visit: Visit) -> str:
    """Who proposed what, and what became of it."""
    is_open = request.args.get("state") != "done"
    found = corrections.wishes(
        visit.db, is_open=is_open, nouns=_visible_nouns(visit), within=visit.viewer.within(READ),
        before=_asked_before(), limit=PAGE + 1,
    )  # fmt: skip
    asked = "" if is_open else "state=done&"
    more = f"{LIST}?{asked}before={found[PAGE - 1].correction.id}" if len(found) > PAGE else None
    shown = [wish for wish in found[:PAGE] if _may_see(visit, wish.correction)]
    return page(visit, "corrections", wishes=shown, more=more, is_open=is_open, addresses=ADDRESSES,
                system=_system(visit), zone=visit.zone)  # fmt: skip


@cockpit.action(f"{LIST}/<uuid:correction_id>/close", needs=EDIT)
def close_correction(visit: Visit, correction_id: UUID) -> Any:
    """Put a wish aside: nobody waits for it any more."""
    found = visit.db.get(Correction, (visit.company.id, correction_id))
    if (
        found is None
        or found.recipient == corrections.TEAM
        or found.noun not in _visible_nouns(visit)
        or not _may_see(visit, found)
    ):
        raise NotFound
    if found.noun == "person" and not visit.viewer.may(EDIT_PEOPLE):
        raise Forbidden
    corrections.put_aside(visit.db, found, visit.viewer.name)
    return back_to(LIST, _("The wish is put aside."))


def _correct(visit: Visit, *chain: Any) -> Any:
    """`chain` is the thing with all above it, itself last."""
    thing = chain[-1]
    erp = owner_of(visit.db, thing.__tablename__)
    if erp is None:
        raise NotFound
    fields = fields_of(erp, thing.__tablename__)
    schema = schema_for(visit, thing.__tablename__, fields)
    if request.method == "GET":
        return _show(visit, chain, erp, present(schema, thing), new_id())
    correction_id, url = sent_id("correction_id"), f"{ADDRESSES[thing.__tablename__]}/{thing.id}"
    if corrections.known(visit.db, correction_id):
        return back_to(url, _("This wish has been sent already."))
    if erp.correction_email is None:
        return _show(visit, chain, erp, present(schema, thing), correction_id), 409
    form, values = compared(_with_remark(load_form(schema)), thing, fields)
    for field, wish in corrections.wished_already(visit.db, thing.id, values).items():
        form = form.wrong(INPUTS.get(field, field), already(visit, wish))
    if form.ok:
        try:
            send_wish(visit, chain, erp.correction_email, (correction_id, _remark()), values)
            return back_to(url, _("The wish is on its way to %(address)s.", address=erp.correction_email))
        except TooMany:
            form = form.wrong("_schema", _("There were many wishes lately. Please try again in an hour."))
    return _show(visit, chain, erp, form, correction_id), 422


def send_wish(
    visit: Visit, chain: Any, address: str, wish: tuple[UUID, str], values: dict[str, tuple[Any, Any]]
) -> None:
    """Write the wish down and the mail to the ERP's keepers: both, or neither. `wish` is its id and its remark."""
    correction_id, remark = wish
    thing, noun = chain[-1], chain[-1].__tablename__
    home = chain[0].id if noun != "person" else None
    subject = Subject(noun, thing.id, _name(chain), home)
    author = Author(visit.viewer.name, visit.viewer.account_id)
    if not corrections.propose(visit.db, correction_id, subject, values, note=remark, recipient=address, author=author):
        return
    zone, url = visit.company.zone, shell().url_of(visit.company.host, f"{ADDRESSES[noun]}/{thing.id}")

    def write() -> Any:
        lines = [
            (str(wording.FIELDS[field]), wording.value(field, now, {}, zone), wording.value(field, then, {}, zone))
            for field, (now, then) in values.items()
        ]
        places = [_place(one) for one in chain]
        return correction_letter(Wanted(_name(chain), author.name, lines, remark, places, url))

    deliver(visit.db, CORRECTION, Reader(address), write, event=f"masterdata.correction:{correction_id}")


def _show(visit: Visit, chain: Any, erp: Owner, form: Form, correction_id: UUID) -> str:
    thing, fields = chain[-1], fields_of(erp, chain[-1].__tablename__)
    now = {field: wording.value(field, plain(getattr(thing, field)), {}, visit.zone) for field in fields}
    return page(
        visit, "correct", thing=thing, present=now, noun=thing.__tablename__, chain=chain, name=_name(chain), form=form,
        fields=fields, correction_id=correction_id, remark=_remark(),
        back=f"{ADDRESSES[thing.__tablename__]}/{thing.id}", longest=LONGEST_NOTE,
        may_set=visit.viewer.may(COMPANY_SETTINGS),
    )  # fmt: skip


def _name(chain: Any) -> str:
    """What people call it: a unit by its number and address, a period by its unit and dates."""
    places = [one for one in chain[1:] if not isinstance(one, Occupancy)] or [chain[0]]
    names = [_called(one) for one in reversed(places)]
    house = next((one for one in places if isinstance(one, Building)), None)
    if house is not None and house.street not in house.name:
        names.append(f"{house.street} {house.house_number}".strip())
    return ", ".join([*names, *(_called(one) for one in chain[-1:] if isinstance(one, Occupancy))])


def _called(thing: Any) -> str:
    """A period has no name but its dates."""
    return period(thing.starts, thing.ends) if isinstance(thing, Occupancy) else str(thing.name)


def _place(thing: Any) -> str:
    number = thing.external_id or "–"
    noun = wording.NOUNS[thing.__tablename__]
    return _("%(noun)s %(name)s: external ID %(number)s, ID %(id)s", noun=noun, name=_called(thing), number=number,
             id=thing.id)  # fmt: skip


def _remark() -> str:
    return request.form.get("remark", "").strip()


def _with_remark(form: Form) -> Form:
    error = unstorable(_remark(), LONGEST_NOTE)
    return form.wrong("remark", error) if error else form


def already(visit: Visit, wish: Correction) -> str:
    """Who has wished the same before, and when."""
    when = formats.format_date(wish.created_at, "short", zone=visit.zone)
    return _("%(name)s has proposed this already, on %(date)s.", name=wish.proposed_by, date=when)


def _visible_nouns(visit: Visit) -> list[str]:
    estate = ["property", "building", "unit", "occupancy"]
    return [*estate, "person"] if visit.viewer.may(READ_PEOPLE) else estate


def _may_see(visit: Visit, wish: Correction) -> bool:
    """A wish about a person is seen where the person is, any other by who works in the whole property."""
    if wish.noun == "person":
        needed = EDIT_PEOPLE if visit.needs == EDIT else READ_PEOPLE
        return is_reachable(visit.db, wish.noun_id, within=visit.viewer.within(needed))
    return visit.viewer.may(visit.needs, at=(wish.property_id,) if wish.property_id else COMPANY)


def _system(visit: Visit) -> str:
    """What the team calls its ERP, empty when there is none."""
    link = visit.db.row("SELECT system FROM erp_link")
    return link.system if link else ""


def _asked_before() -> UUID | None:
    try:
        return UUID(request.args["before"]) if request.args.get("before") else None
    except ValueError:
        abort(400)
