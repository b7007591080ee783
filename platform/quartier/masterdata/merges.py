"""Two entries become one: what to keep, what exactly would happen, the deed, and its undoing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, request
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from quartier.estate.services import EstateError
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.masterdata.area import PEOPLE, asked_text, cockpit, found_person, page
from quartier.masterdata.duplicates import sent_people
from quartier.masterdata.wording import FIELDS, ROLES, value
from quartier.merging import services, undoing
from quartier.merging.models import PersonMerge
from quartier.merging.planning import PARTS, Wishes, plan
from quartier.people.models import Person
from quartier.people.policies import EDIT, READ
from quartier.people.queries import PersonFilters
from quartier.people.queries import people as people_page
from quartier.people.services import tell_of_addresses
from quartier.web.flash import back_to
from quartier.web.shell import shell
from quartier.web.visit import Visit

MERGE, MERGES = f"{PEOPLE}merge", f"{PEOPLE}merges"


@cockpit.page(MERGE, needs=EDIT, methods=("GET", "POST"))
def merge_people(visit: Visit) -> Any:
    """Entries side by side. One alone asks for the other; `step` is `review`, or `merge` when all is as wished."""
    people = [found_person(visit, one) for one in sent_people(request.values.getlist("person"))]
    if not people:
        return back_to(f"{PEOPLE}duplicates", _("Choose two entries first."))
    if len(people) == 1:
        return _another(visit, people[0])
    try:
        if request.form.get("step") == "merge":
            return _merged(visit, people)
        return _shown(visit, people)
    except EstateError as error:
        visit.db.rollback()
        return _shown(visit, [found_person(visit, one.id) for one in people], str(error)), 409


@cockpit.page(f"{MERGES}/<uuid:merge_id>", needs=READ)
def merge_page(visit: Visit, merge_id: UUID) -> str:
    """A merge: who went into whom, what moved, and whether it can be undone."""
    found = _found(visit, merge_id)
    survivor = found_person(visit, found.survivor_id)
    return page(
        visit, "merge", merge=found, survivor=survivor, obstacles=undoing.in_the_way(visit.db, found),
        moved=_moved(visit, found),
    )  # fmt: skip


@cockpit.action(f"{MERGES}/<uuid:merge_id>/undo", needs=EDIT)
def undo_merge(visit: Visit, merge_id: UUID) -> Any:
    """Take it apart again, or say what is in the way."""
    found = _found(visit, merge_id, lock=True)
    survivor, url = found_person(visit, found.survivor_id), f"{MERGES}/{merge_id}"
    if obstacles := undoing.in_the_way(visit.db, found):
        return back_to(url, obstacles[0])
    people = [survivor.id, *found.gone]
    try:
        services.undo(visit.db, found, by=visit.viewer)
    except IntegrityError:
        visit.db.rollback()
        return back_to(url, _("Something that came since is in the way. Nothing was changed."))
    _tell(visit, services.accounts_of(visit.db, people), people)
    return back_to(url, _("The entries are apart again."))


def _another(visit: Visit, person: Person) -> str:
    """The other one is looked for by name."""
    text, within = asked_text(), visit.viewer.within(EDIT)
    rows = people_page(visit.db, PersonFilters(text=text), within=within, today=visit.today, limit=20) if text else []
    return page(visit, "merge_with", person=person, text=text, rows=[row for row in rows if row.id != person.id])


def _shown(visit: Visit, people: list[Person], wrong: str = "") -> Any:
    made = plan(visit.db, [one.id for one in people], _wishes(), within=visit.viewer.within(EDIT))
    zone = visit.zone
    return page(
        visit, "merge_form", plan=made, wrong=wrong, reviewed=request.method == "POST",
        label=lambda part: _("Address") if part == "address" else str(FIELDS[part]),
        words=lambda part, values: _in_words(part, values, zone), roles=ROLES,
        known={one.id: one for one in made.people},
        handed=[_handed(visit, table, count) for table, count in sorted(made.counts.items())],
    )  # fmt: skip


def _merged(visit: Visit, people: list[Person]) -> Any:
    services.lock(visit.db, _versions([one.id for one in people]))
    made = plan(visit.db, [one.id for one in people], _wishes(), within=visit.viewer.within(EDIT))
    if not made.refused and request.form.get("shown") != made.fingerprint:
        raise EstateError("_schema", _("Something else was chosen than was shown. Please check again."))
    everybody, name = [one.id for one in people], made.survivor.name
    accounts = services.accounts_of(visit.db, everybody)
    done = services.merge(visit.db, made, by=visit.viewer)
    _tell(visit, accounts, everybody)
    tell_of_addresses(visit.db)
    count = len(people)
    words = ngettext("%(num)s entry is one now: %(name)s.", "%(num)s entries are one now: %(name)s.", count, name=name)
    return back_to(f"{PEOPLE}{done.survivor_id}", words)


def _tell(visit: Visit, accounts: list[UUID], people: list[UUID]) -> None:
    """Modules count anew, those that are off as well: their contents are kept."""
    shell().plugins.tell("people_merged", visit.db, accounts=accounts, people=people)


def _wishes() -> Wishes:
    """What the form chose; what it does not name is as the plan suggests."""
    try:
        parts = {part: UUID(request.form[f"keep.{part}"]) for part in PARTS if request.form.get(f"keep.{part}")}
        login = UUID(request.form["login"]) if request.form.get("login") else None
        roles = {UUID(name.removeprefix("role.")): role for name, role in request.form.items()
                 if name.startswith("role.")}  # fmt: skip
    except ValueError:
        abort(400)
    return Wishes(parts, login, roles)


def _versions(people: list[UUID]) -> dict[UUID, int]:
    """The versions that the preview showed, of all of them."""
    try:
        return {one: int(request.form[f"version.{one}"]) for one in people}
    except ValueError:
        abort(400)


def _in_words(part: str, values: tuple[Any, ...], zone: Any) -> str:
    shown = [value(name, one, {}, zone) for name, one in zip(PARTS[part], values, strict=True)]
    return ", ".join(one for one in shown if one)


def _handed(visit: Visit, table: str, count: int) -> tuple[str, int]:
    """Rows of a table in words: of whose they are, and how many."""
    if table == "mail_delivery":
        return _("Mails written to them"), count
    if table == "invitation":
        return _("Invitations"), count
    for slug, app in visit.company.micro_apps.items():
        if table.startswith(f"{slug}_"):
            return visit.say(app.name), count
    return _("Other entries"), count


def _moved(visit: Visit, found: PersonMerge) -> list[tuple[str, int]]:
    """What changed hands, by the journal."""
    counts: dict[str, int] = {}
    for step in found.journal:
        if step["do"] == "move":
            name = {"occupant": _("Periods"), "account": _("Account"), "agent": _("Member of the team"),
                    "person_alias": _("External ID"), "person_merge": _("Earlier merges")}.get(
                        step["table"], "") or _handed(visit, step["table"], 0)[0]  # fmt: skip
            counts[name] = counts.get(name, 0) + len(step["ids"])
    return list(counts.items())


def _found(visit: Visit, merge_id: UUID, *, lock: bool = False) -> PersonMerge:
    found = visit.db.get(PersonMerge, (visit.company.id, merge_id), with_for_update=lock or None)
    if found is None:
        raise NotFound
    return found
