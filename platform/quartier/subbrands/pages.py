"""Properties with a look of their own: the list, the form of one, and what becomes of what is on the desk."""

from __future__ import annotations

from uuid import UUID

from flask import make_response, request
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.companies.branding import PlannedAlready, drop_draft, lock_brand
from quartier.companies.subbrands import publish_there, save_draft_there
from quartier.estate.places import places
from quartier.i18n.formats import format_moment
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.settings.pages import done
from quartier.studio.look_form import clashes, seal_of, typed_of
from quartier.studio.look_pages import LOOKS, theme_name
from quartier.studio.pages import BRAND
from quartier.studio.pictures import LARGEST_REQUEST, pictures_of
from quartier.studio.publishing import Untimely, planned_already, read_moment
from quartier.subbrands.desk import PROPERTIES, OnDesk, address, found, on_desk, page, read, schema
from quartier.subbrands.publishing import Unowned, end, noted
from quartier.subbrands.queries import PAGE, Dressed, dressed_properties
from quartier.web.flash import back_to
from quartier.web.forms import Form, labels_of
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

ONE = f"{PROPERTIES}/<uuid:property_id>"
OFFERED = 20  # properties that a search shows; who looks for another one types more of its name
LONGEST_QUERY = 100

cockpit = Pages("subbrands", __name__, area="cockpit")


@cockpit.page(PROPERTIES, needs=COMPANY_SETTINGS)
def properties(visit: Visit) -> str:
    """The company's look, then the properties with one of their own; or in their place what a search has found."""
    after, query = max(request.args.get("after", 0, type=int), 0), _query()
    rows, more = dressed_properties(visit.db, after=min(after, 1_000_000)) if not query else ([], False)
    offered = places(visit.db, query=query) if query else None
    return render(
        "subbrands/list.html", rows=rows, more=after + PAGE if more else None, after=after, query=query,
        offered=offered.nodes[:OFFERED] if offered else (), further=bool(offered and len(offered.nodes) > OFFERED),
        names={row.id: LocalizedText(row.app_name or {}) for row in rows}, url=PROPERTIES, themes=shell().themes,
        brand_url=BRAND,
    )  # fmt: skip


@cockpit.page(ONE, needs=COMPANY_SETTINGS)
def look(visit: Visit, property_id: UUID) -> str:
    """The draft, or else what is seen there, ready to be changed."""
    there = found(visit, property_id)
    beneath = there.standing.beneath
    form = Form(typed=typed_of(beneath), labels=labels_of(schema()))
    return page(visit, on_desk(there, form, pictures_of(beneath)))


@cockpit.action(ONE, needs=COMPANY_SETTINGS)
def publish_look(visit: Visit, property_id: UUID) -> Response | str:
    """Publish what is typed, plan it (`do=plan`), keep it (`do=draft`), or only look at it (`LOOKS`)."""
    request.max_content_length = LARGEST_REQUEST
    (desk, kept), wish = read(visit, found(visit, property_id)), request.form.get("do", "")
    if wish in LOOKS or not desk.form.ok:
        if kept:
            visit.db.commit()  # pictures that were fine stay, whatever else is not
        return make_response(page(visit, desk), 422 if wish not in LOOKS else 200)
    lock_brand(visit.db, visit.company.id)
    there = found(visit, property_id)
    if desk.form.values["seen"] != seal_of(there.standing.beneath):
        visit.db.commit()
        return make_response(_clash(visit, desk, there), 409)
    return _done(visit, on_desk(there, desk.form, desk.pictures), wish)


@cockpit.action(f"{ONE}/discard", needs=COMPANY_SETTINGS)
def discard_look(visit: Visit, property_id: UUID) -> Response:
    """Give the draft up, as far as it is the one that somebody saw."""
    lock_brand(visit.db, visit.company.id)
    there = found(visit, property_id)
    draft = there.standing.draft
    if draft is not None and str(draft.mark) != request.form.get("mark"):
        return back_to(address(there), _("Somebody has changed the draft meanwhile. Please look at it again."))
    drop_draft(visit.db, visit.company.id, property_id)
    return back_to(PROPERTIES, _("The draft is deleted."))


@cockpit.action(f"{ONE}/end", needs=COMPANY_SETTINGS)
def end_look(visit: Visit, property_id: UUID) -> Response:
    """The property shows the company's look again; what it had can be taken up later."""
    lock_brand(visit.db, visit.company.id)
    there = found(visit, property_id)
    try:
        end(visit, there)
    except Unowned as error:
        return back_to(address(there), str(error))
    said = _("%(name)s shows the look of the company again.", name=there.home.name)
    return done(visit, PROPERTIES, said)


def _done(visit: Visit, desk: OnDesk, wish: str) -> Response | str:
    there, name = desk.there, visit.viewer.name
    this = (visit.db, visit.company.id, there.home.id)
    if there.worn is None and wish != "draft" and not desk.own:
        return back_to(address(there), str(Unowned()))
    if wish == "draft":
        save_draft_there(*this, desk.facts, author=name)
        return back_to(address(there), _("The draft is saved. Nobody else sees it before it is published."))
    try:
        moment = read_moment(desk.form.values["publish_at"], visit.zone) if wish == "plan" else None
        after = publish_there(*this, desk.facts, author=name, at=moment)
    except PlannedAlready as planned:
        return _again(visit, desk, planned_already(visit, planned.version))
    except Untimely as untimely:
        return _again(visit, desk, str(untimely))
    drop_draft(*this)
    if there.worn is None or after.id != there.worn.id:
        noted(visit, there, "look.planned" if moment else "look.published", there.standing.in_force, after)
    if moment:
        said = _("Planned. It is in force from %(moment)s.", moment=format_moment(moment, visit.zone))
    else:
        said = _("Published. Whoever lives in %(name)s sees it from now on.", name=there.home.name)
    return done(visit, address(there), said)


def _again(visit: Visit, desk: OnDesk, sentence: str) -> Response:
    visit.db.commit()
    return make_response(page(visit, on_desk(desk.there, desk.form.wrong("publish_at", sentence), desk.pictures)), 422)


def _clash(visit: Visit, desk: OnDesk, there: Dressed) -> str:
    beneath = there.standing.beneath
    both = clashes(beneath, desk.form, desk.pictures, lambda slug: theme_name(visit, slug))
    again = Form(typed={**desk.form.typed, "seen": str(seal_of(beneath))}, labels=desk.form.labels)
    return page(visit, on_desk(there, again, desk.pictures), clashes=both)


def _query() -> str:
    return " ".join(request.args.get("q", "").replace("\0", " ").split())[:LONGEST_QUERY]
