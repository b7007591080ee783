"""A company's look for programs: what is in force, the draft, versions, and the proof that all of it can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import select

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.api.blueprint import ApiBlueprint
from quartier.api.conditions import etag, require_match
from quartier.api.paging import make_page, next_link, page_of, read_cursor
from quartier.api.problems import Problem
from quartier.companies.branding import (
    PlannedAlready,
    Standing,
    drop_draft,
    facts_of,
    lock_brand,
    publish_brand,
    save_draft,
    standing_of,
)
from quartier.companies.models import BrandVersion
from quartier.companies.naming import OwnApp, OwnApps
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
    BrandDraftSchema,
    BrandProofSchema,
    BrandSchema,
    BrandVersionSchema,
    LookChangeSchema,
    ProofArguments,
    PublicationSchema,
    VersionArguments,
    upload_body,
)
from quartier.studio.look_form import seal_of
from quartier.studio.pictures import LARGEST_REQUEST
from quartier.studio.publishing import (
    Unreadable,
    Untimely,
    check_moment,
    planned_already,
    take_back,
    take_up_again,
    written_down,
)
from quartier.studio.sheet_pages import sheet_here
from quartier.web.shell import shell
from quartier.web.visit import Visit

blueprint = ApiBlueprint("brand", __name__, description="The company's look: its draft, its versions, and their proof.")

DRAFT, VERSIONS = "/brand/draft", "/brand/versions"


@blueprint.operation("GET", "/brand", needs=COMPANY_SETTINGS, versioned=True)
@blueprint.response(200, BrandSchema)
def brand(visit: Visit) -> Answer:
    """What is in force, what is planned, and the draft. Its ETag changes with each of them."""
    standing = _standing(visit)
    found = {
        "in_force": version_shown(standing.in_force, standing),
        "draft": draft_shown(standing)[0] if standing.draft else None,
        "planned": version_shown(standing.planned, standing) if standing.planned else None,
    }  # fmt: skip
    return found, {"ETag": etag(seal_of_all(standing))}


@blueprint.operation("GET", DRAFT, needs=COMPANY_SETTINGS, versioned=True)
@blueprint.response(200, BrandDraftSchema)
def brand_draft(visit: Visit) -> Answer:
    """What an editor goes on from: the draft, or the look in force while there is none."""
    return draft_shown(_standing(visit))


@blueprint.operation("PATCH", DRAFT, needs=COMPANY_SETTINGS, versioned=True)
@blueprint.arguments(LookChangeSchema)
@blueprint.response(200, BrandDraftSchema)
def change_brand_draft(visit: Visit, values: dict[str, Any]) -> Answer:
    """Change some of the draft; what is left out stays. Where there is no draft, one begins from what is in force.

    A picture's id is that of any picture of an earlier look; new ones are sent by `POST /brand/draft/pictures/{kind}`.
    A theme and colours with which not everything could be read are refused, with the field `theme`.
    """
    standing = _matched_draft(visit)
    if "micro_apps" in values:
        values["micro_apps"] = _micro_apps(visit, standing.beneath.micro_apps, values["micro_apps"])
    without_companions(values)
    check_look(visit, {**facts_of(standing.beneath), **values}, values)
    return _saved(visit, values)


@blueprint.operation(
    "POST", f"{DRAFT}/pictures/<kind>", needs=COMPANY_SETTINGS, versioned=True, largest=LARGEST_REQUEST
)  # fmt: skip
@blueprint.doc(requestBody=upload_body(), responses={str(one): f"Problem{one}" for one in (400, 404, 413, 415, 422)})
@blueprint.response(200, BrandDraftSchema)
def send_brand_picture(visit: Visit, kind: str) -> Answer:
    """Put a picture into the draft: PNG, JPEG, WebP or SVG. It is cleaned; an SVG may bring its own dark variant."""
    known_picture(kind)
    _matched_draft(visit)
    return _saved(visit, kept_picture(visit, kind))


@blueprint.operation("DELETE", DRAFT, needs=COMPANY_SETTINGS, versioned=True)
@blueprint.response(204)
def discard_brand_draft(visit: Visit) -> None:
    """Give the draft up. What was published stays."""
    _matched_draft(visit)
    drop_draft(visit.db, visit.company.id)


@blueprint.operation("GET", VERSIONS, needs=COMPANY_SETTINGS)
@blueprint.arguments(VersionArguments, location="query")
@blueprint.response(200, page_of(BrandVersionSchema))
def brand_versions(visit: Visit, query: dict[str, Any]) -> Answer:
    """All versions, the newest first."""
    standing, cursor = _standing(visit), read_cursor(query["after"], int)
    rows = select(BrandVersion).filter_by(property_id=None).order_by(BrandVersion.number.desc())
    rows = rows.where(BrandVersion.number < cursor[0]) if cursor else rows
    found = visit.db.scalars(rows.limit(query["limit"] + 1)).all()
    page = make_page(
        found, query["limit"], key=lambda one: (one.number,), show=lambda one: version_shown(one, standing)
    )
    return page, next_link(page)


@blueprint.operation("POST", VERSIONS, needs=COMPANY_SETTINGS, versioned=True)
@blueprint.arguments(PublicationSchema)
@blueprint.response(201, BrandVersionSchema)
def publish_brand_draft(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Publish the draft, at once or at a moment ahead. `If-Match` names the draft that was read.

    Where it looks like what is in force already, that version is the answer.
    """
    standing, moment = _matched_draft(visit), values["publish_at"]
    if standing.draft is None:
        raise Problem(409, _("There is no draft to publish."))
    facts = facts_of(standing.draft)
    check_look(visit, facts, {})
    try:
        at = check_moment(moment) if moment else None
        after = publish_brand(visit.db, visit.company.id, facts, author=visit.viewer.name, at=at)
    except PlannedAlready as planned:
        raise Problem(422, errors={"publish_at": [planned_already(visit, planned.version)]}) from planned
    except Untimely as untimely:
        raise Problem(422, errors={"publish_at": [str(untimely)]}) from untimely
    drop_draft(visit.db, visit.company.id)
    if after.id != standing.in_force.id:
        written_down(visit, "brand.planned" if moment else "brand.published", standing.in_force, after)
    return version_shown(after, _standing(visit))


@blueprint.operation("GET", f"{VERSIONS}/<uuid:version_id>", needs=COMPANY_SETTINGS)
@blueprint.response(200, BrandVersionSchema)
def brand_version(visit: Visit, version_id: UUID) -> dict[str, Any]:
    """One version, with its look."""
    return version_shown(_found(visit, version_id), _standing(visit))


@blueprint.operation("POST", f"{VERSIONS}/<uuid:version_id>/restore", needs=COMPANY_SETTINGS, versioned=True)
@blueprint.response(201, BrandVersionSchema)
def restore_brand_version(visit: Visit, version_id: UUID) -> dict[str, Any]:
    """Take an earlier look up again, as a new version. `If-Match` names the brand that was read (`GET /brand`).

    A theme that is not installed any more is stood in for; the answer says by which.
    """
    lock_brand(visit.db, visit.company.id)
    version, standing = _found(visit, version_id), _standing(visit)
    require_match(seal_of_all(standing))
    try:
        after = take_up_again(visit, version, standing.in_force)
    except Unreadable as error:
        raise Problem(422, errors={"theme": [str(error)]}) from error
    return version_shown(after, _standing(visit))


@blueprint.operation("POST", f"{VERSIONS}/<uuid:version_id>/withdraw", needs=COMPANY_SETTINGS)
@blueprint.response(200, BrandVersionSchema)
def withdraw_brand_version(visit: Visit, version_id: UUID) -> dict[str, Any]:
    """Take a planned version back. Where there is no draft, it becomes the draft, so that nothing is lost."""
    lock_brand(visit.db, visit.company.id)
    version = _found(visit, version_id)
    if not take_back(visit, version, _standing(visit).in_force):
        raise Problem(409, _("This version is not planned any more. An earlier one can be taken up again."))
    visit.db.refresh(version)
    return version_shown(version, _standing(visit))


@blueprint.operation("GET", "/brand/proof", needs=COMPANY_SETTINGS)
@blueprint.arguments(ProofArguments, location="query")
@blueprint.response(200, BrandProofSchema)
def brand_proof(visit: Visit, query: dict[str, Any]) -> dict[str, Any]:
    """Every pair of colours with its contrast, what was adjusted and why, the logo on its grounds, names, gaps."""
    standing = _standing(visit)
    look = standing.beneath if query["of"] == "draft" else standing.in_force
    return proof_shown(sheet_here(visit, look))


def _standing(visit: Visit) -> Standing:
    found = standing_of(visit.db, visit.company.id)
    if found is None:
        raise Problem(404)
    return found


def _matched_draft(visit: Visit) -> Standing:
    lock_brand(visit.db, visit.company.id)
    found = _standing(visit)
    require_match(seal_of(found.beneath))
    return found


def _found(visit: Visit, version_id: UUID) -> BrandVersion:
    found = visit.db.get(BrandVersion, (visit.company.id, version_id))
    if found is None or found.property_id is not None:
        raise Problem(404)
    return found


def _saved(visit: Visit, facts: Mapping[str, Any]) -> Answer:
    save_draft(visit.db, visit.company.id, facts, author=visit.viewer.name)
    return draft_shown(_standing(visit))


def _micro_apps(visit: Visit, own: OwnApps, wanted: Mapping[str, dict[str, Any] | None]) -> OwnApps:
    """The company's names with some of them replaced. Raises ValidationError for a module that it has not."""
    plugins = shell().plugins.serving
    if strange := wanted.keys() - (visit.company.entitled & plugins.keys()) - own.keys():
        raise ValidationError({"micro_apps": {one: [_("There is no such module here.")] for one in sorted(strange)}})
    kept = {module: app for module, app in own.items() if module not in wanted}
    for module, said in wanted.items():
        if said is not None:
            place = own[module].position if module in own else plugins[module].manifest.position
            position = said["position"] if said["position"] is not None else place
            kept[module] = OwnApp(said["name"], said["short_name"], said["icon"], position)
    return kept
