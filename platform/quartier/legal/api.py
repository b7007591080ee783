"""Documents, their versions and what people agreed to, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate
from sqlalchemy import select

from quartier.accounts.permissions import LEGAL_PUBLISH
from quartier.api.blueprint import ApiBlueprint
from quartier.api.paging import PageArguments, make_page, next_link, page_of, read_cursor
from quartier.i18n.localized import LocalizedTextField
from quartier.legal.models import LegalConsent
from quartier.legal.queries import Standing, standings
from quartier.web.gate import PUBLIC
from quartier.web.shell import shell
from quartier.web.visit import Visit

blueprint = ApiBlueprint("legal", __name__, description="Legal documents, and who agreed to which version.")

Answer = tuple[dict[str, Any], dict[str, str]]


class LegalVersionSchema(Schema):
    """A version as it was published; it never changes."""

    number = fields.Integer(required=True)
    starts = fields.Date(required=True, metadata={"description": "The day from which it holds."})
    needs_agreement = fields.Boolean(required=True)
    note = LocalizedTextField(required=True, metadata={"description": "What changes."})
    text = LocalizedTextField(required=True, metadata={"description": "Markdown."})
    published_at = fields.AwareDateTime(required=True)


class LegalDocumentSchema(Schema):
    """A document of which something is published, with all its versions, the newest first."""

    key = fields.String(required=True, metadata={"description": "imprint, privacy, terms, or the company's own."})
    title = LocalizedTextField(required=True)
    url = fields.String(required=True, metadata={"description": "Where people read it."})
    in_force = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The version that holds today; null when none does."}
    )
    asked = fields.Integer(
        required=True, allow_none=True,
        metadata={"description": "People must have agreed to this version or a later one; null asks nobody."},
    )  # fmt: skip
    versions = fields.List(fields.Nested(LegalVersionSchema), required=True)


class LegalDocumentsSchema(Schema):
    """All documents in the order of their links; there are few."""

    items = fields.List(fields.Nested(LegalDocumentSchema), required=True)


class ConsentArguments(PageArguments):
    """Of one account, or about one document."""

    account_id = fields.UUID(load_default=None)
    document = fields.String(load_default=None, metadata={"description": "The key of a document."})
    answer = fields.String(load_default=None, validate=validate.OneOf(["agreed", "declined"]))


class ConsentSchema(Schema):
    """That somebody agreed to a version, or declined. Nothing of it ever changes, except that the account goes."""

    id = fields.UUID(required=True)
    account_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Null when the person is gone."})
    document = fields.String(required=True)
    number = fields.Integer(required=True, metadata={"description": "The version."})
    answer = fields.String(required=True, metadata={"enum": ["agreed", "declined"]})
    language = fields.String(required=True, metadata={"description": "In which it was read."})
    asked = fields.String(required=True, metadata={"enum": ["registration", "visit"]})
    at = fields.AwareDateTime(required=True)


@blueprint.operation("GET", "/legal", needs=PUBLIC)
@blueprint.response(200, LegalDocumentsSchema)
def documents(visit: Visit) -> dict[str, Any]:
    """The published documents; drafts are not among them."""
    found = standings(visit.db, visit.today)
    return {"items": [_shown(visit, one) for one in found if one.versions and not one.is_over]}


@blueprint.operation("GET", "/legal/consents", needs=LEGAL_PUBLISH)
@blueprint.arguments(ConsentArguments, location="query")
@blueprint.response(200, page_of(ConsentSchema))
def consents(visit: Visit, query: dict[str, Any]) -> Answer:
    """Who agreed to what and when, the oldest first."""
    limit, cursor = query.pop("limit"), read_cursor(query.pop("after"), UUID)
    equal = {name: value for name, value in query.items() if value is not None}
    rows = select(LegalConsent).filter_by(**equal)
    if cursor:
        rows = rows.where(LegalConsent.id > cursor[0])
    found = visit.db.scalars(rows.order_by(LegalConsent.id).limit(limit + 1)).all()
    page = make_page(found, limit, key=lambda row: (row.id,))
    return page, next_link(page)


def _shown(visit: Visit, one: Standing) -> dict[str, Any]:
    return {
        "key": one.key, "title": one.title, "url": shell().url_of(visit.company.host, one.path),
        "in_force": one.holds.number if one.holds else None, "asked": one.asked.number if one.asked else None,
        "versions": one.versions,
    }  # fmt: skip
