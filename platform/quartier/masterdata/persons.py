"""People: the list, a person with everything around, and the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import abort, request
from werkzeug.exceptions import NotFound

from quartier.deliveries import queries as mail_queries
from quartier.deliveries.policies import READ as READ_MAILS
from quartier.estate import services
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.invitations.services import withdraw_of
from quartier.masterdata.area import (
    PEOPLE,
    asked_after,
    asked_text,
    cockpit,
    found_person,
    page,
    past,
    reachable_or_allowed,
    sent_version,
    taken,
    written_down,
)
from quartier.masterdata.cells import person_cells
from quartier.masterdata.export import TYPES, as_file
from quartier.masterdata.lifeline import life
from quartier.masterdata.listed import NOTHING, ROWS, Listed, ListPage, PeopleAsked, list_page
from quartier.masterdata.nodes import history
from quartier.masterdata.schemas import PersonSchema
from quartier.masterdata.wording import CHANNELS, FIELDS
from quartier.merging.undoing import survivor_of
from quartier.people import queries
from quartier.people import services as people_services
from quartier.people.aliases import has_name_only
from quartier.people.answers import channel_of
from quartier.people.models import Person
from quartier.people.policies import EDIT, READ, VIEW_AS, may_add_people
from quartier.people.queries import PAGE, PersonFilters, is_reachable
from quartier.people.stages import residents_by_id
from quartier.viewing.policies import may_view
from quartier.viewing.services import resident_of
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.pieces import draw
from quartier.web.visit import Visit

LATELY, EVERYTHING = 12, 500
EVERYBODY = ListPage("people", _l("People"), ("places", "periods", "people"))
TIES: Mapping[str, str] = {
    "tenants": _l("Tenants"), "owners": _l("Owners"), "businesses": _l("Businesses"), "former": _l("Moved out"),
    "nobody": _l("Without a period"),
}  # fmt: skip


@cockpit.page(PEOPLE, needs=READ)
def people(visit: Visit) -> str:
    """Everybody the company knows, by name."""
    filters = _filters()
    asked = PeopleAsked(filters.text, asked_after(), filters)
    return list_page(visit, EVERYBODY, asked, lambda: _people(visit, asked))


def _people(visit: Visit, asked: PeopleAsked) -> dict[str, Any]:
    filters, within = asked.filters, visit.viewer.within(READ)
    rows = queries.people(visit.db, filters, within=within, today=visit.today, after=asked.after, limit=PAGE + 1)
    more = _address(filters, after=str(rows[PAGE - 1].id)) if len(rows) > PAGE else None
    tabs = [(_("Everybody"), _address(replace(filters, tie=None)), filters.tie is None)]
    tabs += [(str(name), _address(replace(filters, tie=tie)), filters.tie == tie) for tie, name in TIES.items()]
    return {
        "found": Listed(draw(visit, ROWS, "people", person_cells(rows[:PAGE])) if rows else NOTHING, more),
        "filters": filters, "tabs": tabs, "query": urlencode(_asked(filters)),
        "kept": _asked(replace(filters, text="")), "other": _address(replace(filters, archived=not filters.archived)),
    }  # fmt: skip


@cockpit.page("/cockpit/people/export/<kind>", needs=READ)
def export_people(visit: Visit, kind: str) -> Any:
    """Everybody that the list shows, as a file."""
    if kind not in TYPES:
        abort(404)
    names = ("external_id", "salutation", "title", "given_name", "family_name", "company_name", "email", "phone",
             "mobile", "language", "street", "postal_code", "city", "country")  # fmt: skip
    within = visit.viewer.within(READ)
    found = queries.all_people(visit.db, _filters(), within=within, today=visit.today)
    rows = ([*(getattr(row, name) for name in names), row.unit, row.address] for row in found)
    return as_file(_("people"), kind, [*(str(FIELDS[name]) for name in names), _("Unit"), _("Address")], rows)


@cockpit.page("/cockpit/people/<uuid:person_id>", needs=READ)
def person_page(visit: Visit, person_id: UUID) -> Any:
    """A person with contact, periods and what happened. Who has become somebody else is found there."""
    if visit.db.get(Person, (visit.company.id, person_id)) is None and (new := survivor_of(visit.db, person_id)):
        return back_to(f"/cockpit/people/{found_person(visit, new).id}")
    person = found_person(visit, person_id)
    periods = queries.periods_of_person(visit.db, person.id, within=visit.viewer.within(READ))
    return page(
        visit, "person", about=person, person=person, periods=periods, events=past(visit, person.id),
        bounce=mail_queries.bounce_of(visit.db, person.email), steps=_life(visit, person.id, LATELY),
        may_see_mails=_may_see_mails(visit, person.id), name_only=has_name_only(visit.db, person.id),
        resident=_resident(visit, person.id),
        may_view_as=_may_view_as(visit, person.id),
        channel=CHANNELS[channel_of(visit.company.settings, person)],
        picture=queries.picture_of(visit.db, person.id),
    )  # fmt: skip


def _resident(visit: Visit, person_id: UUID) -> Any:
    """How far somebody has come; None for whom that does not concern, such as who only works here."""
    rows = residents_by_id(visit.db, [person_id], within=visit.viewer.within(READ), today=visit.today)
    return next((row for row in rows if not row.works_only), None)


def _may_view_as(visit: Visit, person_id: UUID) -> bool:
    """Whether this viewer can see the portal as this person does."""
    resident = resident_of(visit.db, person_id) if visit.viewer.may(VIEW_AS) else None
    return resident is not None and may_view(visit.viewer, resident)


def _life(visit: Visit, person_id: UUID, limit: int) -> Any:
    mails, within = _may_see_mails(visit, person_id), visit.viewer.within(READ)
    return life(visit, person_id, within=within, mails=mails, limit=limit)


def _may_see_mails(visit: Visit, person_id: UUID) -> bool:
    """Whether what was written to somebody concerns this viewer."""
    return visit.viewer.may(READ_MAILS) and is_reachable(visit.db, person_id, within=visit.viewer.within(READ_MAILS))


@cockpit.page("/cockpit/people/<uuid:person_id>/life", needs=READ)
def person_life(visit: Visit, person_id: UUID) -> str:
    """A person's whole way with the company, from the name in the books to the day they moved out."""
    person = found_person(visit, person_id)
    return page(visit, "life", about=person, person=person, steps=_life(visit, person.id, EVERYTHING))


@cockpit.page("/cockpit/people/<uuid:person_id>/history", needs=READ)
def person_history(visit: Visit, person_id: UUID) -> str:
    """All that happened to a person's entry."""
    person = found_person(visit, person_id)
    return history(visit, person.name, f"/cockpit/people/{person.id}", person.id)


@cockpit.page("/cockpit/people/new", needs=EDIT, methods=("GET", "POST"))
def new_person(visit: Visit) -> Any:
    """Somebody more."""
    if not may_add_people(visit.viewer):
        raise NotFound
    context = {"title": _("New person"), "thing": None, "back": PEOPLE, "unit": None}
    if request.method == "GET":
        blank = show_form(PersonSchema(visit.company.country), salutation="none")
        return page(visit, "person_form", form=blank, **context)

    def write(values: dict[str, Any]) -> str:
        reachable_or_allowed(visit, values)
        return f"/cockpit/people/{people_services.add_person(visit.db, values).id}"

    form = taken(visit, load_form(PersonSchema(visit.company.country)), write)
    if not isinstance(form, Form):
        return form
    return page(visit, "person_form", form=form, **context), 422


@cockpit.page("/cockpit/people/<uuid:person_id>/edit", needs=EDIT, methods=("GET", "POST"))
def edit_person(visit: Visit, person_id: UUID) -> Any:
    """Another name, another number."""
    person = found_person(visit, person_id)
    url, version = f"/cockpit/people/{person.id}", person.version
    context = {"title": person.name, "thing": person, "back": url, "unit": None, "version": version}
    if request.method == "GET":
        return page(visit, "person_form", form=show_form(PersonSchema(visit.company.country), person), **context)

    def write(values: dict[str, Any]) -> str:
        people_services.change_person(visit.db, person, values, version=sent_version())
        return url

    form = taken(visit, load_form(PersonSchema(visit.company.country)), write)
    if not isinstance(form, Form):
        return form
    return page(visit, "person_form", form=form, **context), 422


@cockpit.action("/cockpit/people/<uuid:person_id>/archive", needs=EDIT)
def archive_person(visit: Visit, person_id: UUID) -> Any:
    """Put somebody away, or take them out again."""
    person = found_person(visit, person_id)
    with written_down(visit):
        if request.form.get("way") == "back":
            services.restore(visit.db, person, on=visit.today)
        else:
            services.archive(visit.db, person)
            withdraw_of(visit.db, [person.id], by=visit.viewer.name)
    words = _("Archived.") if person.archived_at else _("Taken out of the archive.")
    return back_to(f"/cockpit/people/{person.id}", words)


@cockpit.page("/cockpit/people/<uuid:person_id>/delete", needs=EDIT, methods=("GET", "POST"))
def delete_person(visit: Visit, person_id: UUID) -> Any:
    """Delete somebody on whom nothing hangs."""
    person = found_person(visit, person_id)
    obstacle, url = people_services.ties(visit.db, person.id), f"/cockpit/people/{person.id}"
    if request.method == "GET" or obstacle:
        answer = page(visit, "delete", thing=person, url=url, obstacle=obstacle)
        return (answer, 409) if request.method == "POST" else answer
    name = person.name
    with written_down(visit):
        people_services.delete_person(visit.db, person)
    return back_to(PEOPLE, _("%(name)s is deleted.", name=name))


def _filters() -> PersonFilters:
    tie = request.args.get("tie")
    return PersonFilters(text=asked_text(), tie=tie if tie in TIES else None, archived="archived" in request.args)


def _asked(filters: PersonFilters) -> dict[str, str]:
    found = {"q": filters.text, "tie": filters.tie or "", "archived": "1" if filters.archived else ""}
    return {name: value for name, value in found.items() if value}


def _address(filters: PersonFilters, **more: str) -> str:
    asked = urlencode(_asked(filters) | more)
    return f"{PEOPLE}?{asked}" if asked else PEOPLE
