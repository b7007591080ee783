"""The looks of properties for programs: as `studio.api`, on what the company wears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.api.blueprint import ApiBlueprint
from quartier.api.conditions import etag, require_match
from quartier.api.paging import make_page, next_link, page_of, read_cursor
from quartier.api.problems import Problem
from quartier.companies.branding import PlannedAlready, drop_draft, facts_of, lock_brand
from quartier.companies.models import BrandVersion
from quartier.companies.subbrands import differing, publish_there, save_draft_there, worn_there
from quartier.i18n.texts import gettext as _
from quartier.studio.answers import (
    Answer,
    check_look,
    draft_shown,
    kept_picture,
    known_picture,
    proof_shown,
    seal_of_all,
    version_shown,
    without_companions,
)
from quartier.studio.api_schemas import (
    BrandProofSchema,
    ProofArguments,
    PublicationSchema,
    VersionArguments,
    upload_body,
)
from quartier.studio.look_form import seal_of
from quartier.studio.pictures import LARGEST_REQUEST
from quartier.studio.publishing import Unreadable, Untimely, check_moment, planned_already
from quartier.studio.sheet_pages import sheet_here
from quartier.subbrands.publishing import Unowned, end, noted, take_back, take_up_again
from quartier.subbrands.queries import Dressed, dressed, dressed_by_age
from quartier.subbrands.schemas import (
    FOLLOWING,
    DressedArguments,
    DressedPropertySchema,
    PropertyBrandDraftSchema,
    PropertyBrandSchema,
    PropertyBrandVersionSchema,
    PropertyLookChangeSchema,
)
from quartier.web.visit import Visit

blueprint = ApiBlueprint(
    "property_brand", __name__, description="The looks of properties: what is a property's own, on the company's look."
)

THERE = "/properties/<uuid:property_id>/brand"
DRAFT, VERSIONS = f"{THERE}/draft", f"{THERE}/versions"


@blueprint.operation("GET", "/brand/properties", needs=COMPANY_SETTINGS)
@blueprint.arguments(DressedArguments, location="query")
@blueprint.response(200, page_of(DressedPropertySchema))
def dressed_properties(visit: Visit, query: dict[str, Any]) -> Answer:
    """The properties that have a look of their own, had, plan or draft one; the oldest entry first."""
    cursor = read_cursor(query["after"], UUID)
    rows = dressed_by_age(visit.db, after=cursor[0] if cursor else None, limit=query["limit"] + 1)
    page = make_page(rows, query["limit"], key=lambda row: (row.property_id,))
    return page, next_link(page)


@blueprint.operation("GET", THERE, needs=COMPANY_SETTINGS, versioned=True)
@blueprint.response(200, PropertyBrandSchema)
def property_brand(visit: Visit, property_id: UUID) -> Answer:
    """What is seen there, what is planned, and the draft. Its ETag changes with each, and with the company's look."""
    there = _found(visit, property_id)
    standing = there.standing
    seen = _version(there, standing.in_force)
    found = {
        "look": seen["look"], "own": seen["own"], "in_force": seen if there.worn else None,
        "planned": _version(there, standing.planned) if standing.planned else None,
        "draft": _draft(there)[0] if standing.draft else None,
    }  # fmt: skip
    return found, {"ETag": etag(_seal(there))}


@blueprint.operation("DELETE", THERE, needs=COMPANY_SETTINGS, versioned=True)
@blueprint.response(204)
def end_property_brand(visit: Visit, property_id: UUID) -> None:
    """End it: the property shows the company's look again. What it had can be taken up later; a draft and a plan stay.

    `If-Match` names what was read (`GET /properties/{property_id}/brand`).
    """
    there = _matched(visit, property_id)
    try:
        end(visit, there)
    except Unowned as error:
        raise Problem(409, str(error)) from error


@blueprint.operation("GET", DRAFT, needs=COMPANY_SETTINGS, versioned=True)
@blueprint.response(200, PropertyBrandDraftSchema)
def property_brand_draft(visit: Visit, property_id: UUID) -> Answer:
    """What an editor goes on from: the draft, or what is seen there while there is none."""
    return _draft(_found(visit, property_id))


@blueprint.operation("PATCH", DRAFT, needs=COMPANY_SETTINGS, versioned=True)
@blueprint.arguments(PropertyLookChangeSchema)
@blueprint.response(200, PropertyBrandDraftSchema)
def change_property_brand_draft(visit: Visit, values: dict[str, Any], property_id: UUID) -> Answer:
    """Change some of the draft; what is left out stays, and null is the company's again.

    What is its own is seen from what differs: to send what the company has is the same as null.
    """
    there = _matched_draft(visit, property_id)
    without_companions(values)
    values = _meant(there, values)
    _check(visit, there, {**facts_of(there.standing.beneath), **values}, values)
    return _saved(visit, there, values)


@blueprint.operation(
    "POST", f"{DRAFT}/pictures/<kind>", needs=COMPANY_SETTINGS, versioned=True, largest=LARGEST_REQUEST
)  # fmt: skip
@blueprint.doc(requestBody=upload_body(), responses={str(one): f"Problem{one}" for one in (400, 404, 413, 415, 422)})
@blueprint.response(200, PropertyBrandDraftSchema)
def send_property_brand_picture(visit: Visit, property_id: UUID, kind: str) -> Answer:
    """Put a picture into the draft: PNG, JPEG, WebP or SVG. A logo of its own has none of the company's beside it."""
    known_picture(kind)
    there = _matched_draft(visit, property_id)
    return _saved(visit, there, kept_picture(visit, kind))


@blueprint.operation("DELETE", DRAFT, needs=COMPANY_SETTINGS, versioned=True)
@blueprint.response(204)
def discard_property_brand_draft(visit: Visit, property_id: UUID) -> None:
    """Give the draft up. What was published stays."""
    _matched_draft(visit, property_id)
    drop_draft(visit.db, visit.company.id, property_id)


@blueprint.operation("GET", VERSIONS, needs=COMPANY_SETTINGS)
@blueprint.arguments(VersionArguments, location="query")
@blueprint.response(200, page_of(PropertyBrandVersionSchema))
def property_brand_versions(visit: Visit, query: dict[str, Any], property_id: UUID) -> Answer:
    """All versions, the newest first."""
    there, cursor = _found(visit, property_id), read_cursor(query["after"], int)
    rows = select(BrandVersion).filter_by(property_id=property_id).order_by(BrandVersion.number.desc())
    rows = rows.where(BrandVersion.number < cursor[0]) if cursor else rows
    found = visit.db.scalars(rows.limit(query["limit"] + 1)).all()
    page = make_page(
        found, query["limit"], key=lambda one: (one.number,),
        show=lambda one: _version(there, worn_there(there.company, one)),
    )  # fmt: skip
    return page, next_link(page)


@blueprint.operation("POST", VERSIONS, needs=COMPANY_SETTINGS, versioned=True)
@blueprint.arguments(PublicationSchema)
@blueprint.response(201, PropertyBrandVersionSchema)
def publish_property_brand(visit: Visit, values: dict[str, Any], property_id: UUID) -> dict[str, Any]:
    """Publish the draft, at once or at a moment ahead. `If-Match` names the draft that was read.

    Where it looks like what is seen there already, that version is the answer.
    """
    there, moment = _matched_draft(visit, property_id), values["publish_at"]
    if there.standing.draft is None:
        raise Problem(409, _("There is no draft to publish."))
    facts = facts_of(there.standing.draft)
    _check(visit, there, facts, {})
    if there.worn is None and not differing(facts_of(there.company), facts)[1]:
        raise Problem(409, str(Unowned()))
    try:
        at = check_moment(moment) if moment else None
        after = publish_there(visit.db, visit.company.id, property_id, facts, author=visit.viewer.name, at=at)
    except PlannedAlready as planned:
        raise Problem(422, errors={"publish_at": [planned_already(visit, planned.version)]}) from planned
    except Untimely as untimely:
        raise Problem(422, errors={"publish_at": [str(untimely)]}) from untimely
    drop_draft(visit.db, visit.company.id, property_id)
    if there.worn is None or after.id != there.worn.id:
        noted(visit, there, "look.planned" if moment else "look.published", there.standing.in_force, after)
    return _told(visit, property_id, after)


@blueprint.operation("GET", f"{VERSIONS}/<uuid:version_id>", needs=COMPANY_SETTINGS)
@blueprint.response(200, PropertyBrandVersionSchema)
def property_brand_version(visit: Visit, property_id: UUID, version_id: UUID) -> dict[str, Any]:
    """One version, with its look."""
    return _told(visit, property_id, _stored(visit, property_id, version_id))


@blueprint.operation("POST", f"{VERSIONS}/<uuid:version_id>/restore", needs=COMPANY_SETTINGS, versioned=True)
@blueprint.response(201, PropertyBrandVersionSchema)
def restore_property_brand(visit: Visit, property_id: UUID, version_id: UUID) -> dict[str, Any]:
    """Take an earlier look up again, on what the company wears now.

    `If-Match` names what was read (`GET /properties/{property_id}/brand`). A theme that is not installed any more is
    stood in for; the answer says by which.
    """
    stored, there = _stored(visit, property_id, version_id), _matched(visit, property_id)
    try:
        after = take_up_again(visit, there, stored)
    except Unreadable as error:
        raise Problem(422, errors={"theme": [str(error)]}) from error
    return _told(visit, property_id, after)


@blueprint.operation("POST", f"{VERSIONS}/<uuid:version_id>/withdraw", needs=COMPANY_SETTINGS)
@blueprint.response(200, PropertyBrandVersionSchema)
def withdraw_property_brand(visit: Visit, property_id: UUID, version_id: UUID) -> dict[str, Any]:
    """Take a planned version back. Where there is no draft, it becomes the draft, so that nothing is lost."""
    lock_brand(visit.db, visit.company.id)
    there, stored = _found(visit, property_id), _stored(visit, property_id, version_id)
    if not take_back(visit, there, stored):
        raise Problem(409, _("This version is not planned any more. An earlier one can be taken up again."))
    visit.db.refresh(stored)
    return _told(visit, property_id, stored)


@blueprint.operation("GET", f"{THERE}/proof", needs=COMPANY_SETTINGS)
@blueprint.arguments(ProofArguments, location="query")
@blueprint.response(200, BrandProofSchema)
def property_brand_proof(visit: Visit, query: dict[str, Any], property_id: UUID) -> dict[str, Any]:
    """Every pair of colours with its contrast, what was adjusted and why, the logo on its grounds, names, gaps."""
    standing = _found(visit, property_id).standing
    return proof_shown(sheet_here(visit, standing.beneath if query["of"] == "draft" else standing.in_force))


def _found(visit: Visit, property_id: UUID) -> Dressed:
    found = dressed(visit.db, property_id)
    if found is None:
        raise Problem(404)
    return found


def _matched(visit: Visit, property_id: UUID) -> Dressed:
    lock_brand(visit.db, visit.company.id)
    there = _found(visit, property_id)
    require_match(_seal(there))
    return there


def _matched_draft(visit: Visit, property_id: UUID) -> Dressed:
    lock_brand(visit.db, visit.company.id)
    there = _found(visit, property_id)
    require_match(_draft_seal(there))
    return there


def _stored(visit: Visit, property_id: UUID, version_id: UUID) -> BrandVersion:
    found = visit.db.get(BrandVersion, (visit.company.id, version_id))
    if found is None or found.property_id != property_id:
        raise Problem(404)
    return found


def _saved(visit: Visit, there: Dressed, values: Mapping[str, Any]) -> Answer:
    facts = {**facts_of(there.standing.beneath), **values}
    save_draft_there(visit.db, visit.company.id, there.home.id, facts, author=visit.viewer.name)
    return _draft(_found(visit, there.home.id))


def _meant(there: Dressed, values: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent, with the company's where it is to be the company's again; its second colour goes with the first."""
    meant = dict(values)
    for name in FOLLOWING:
        if name in values and (values[name] is None or values[name] == {}):
            meant[name] = getattr(there.company, name)
    if "colour" in values and values["colour"] is None:
        meant.setdefault("second", there.company.second)
    return meant


def _check(visit: Visit, there: Dressed, facts: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    """As of the company's look; but a name of its own needs no language, for there is always the company's."""
    check_look(visit, {**facts, "app_name": there.company.app_name}, sent)


def _seal(there: Dressed) -> str:
    return f"{there.company.id.hex}-{seal_of_all(there.standing)}"


def _draft_seal(there: Dressed) -> str:
    return f"{there.company.id.hex}-{seal_of(there.standing.beneath).hex}"


def _draft(there: Dressed) -> Answer:
    said = draft_shown(there.standing)[0]
    return {**said, "own": there.standing.beneath.own or []}, {"ETag": etag(_draft_seal(there))}


def _version(there: Dressed, look: BrandVersion) -> dict[str, Any]:
    return {**version_shown(look, there.standing), "own": look.own or []}


def _told(visit: Visit, property_id: UUID, stored: BrandVersion) -> dict[str, Any]:
    there = _found(visit, property_id)
    return _version(there, worn_there(there.company, stored))
