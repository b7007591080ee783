"""Documents, their versions and what people agreed to, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate
from sqlalchemy import select

from quartier.accounts.permissions import LEGAL_EDIT, LEGAL_PUBLISH
from quartier.api.blueprint import ApiBlueprint
from quartier.api.conditions import etag, require_match
from quartier.api.paging import PageArguments, make_page, next_link, page_of, read_cursor
from quartier.api.problems import Problem
from quartier.i18n.localized import LocalizedText, LocalizedTextField
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import OWN_NAMES
from quartier.keys import key_of
from quartier.legal import services
from quartier.legal.agreements import answers_by
from quartier.legal.consenting import subject_of
from quartier.legal.models import LegalConsent
from quartier.legal.publishing import LONGEST_NOTE
from quartier.legal.queries import Standing, draft_of, standing_of, standings
from quartier.legal.services import Edited, Edition, Refused
from quartier.legal.writing import LONGEST
from quartier.web.gate import PUBLIC
from quartier.web.shell import shell
from quartier.web.visit import Visit

blueprint = ApiBlueprint("legal", __name__, description="Legal documents, and who agreed to which version.")

Answer = tuple[dict[str, Any], dict[str, str]]
DRAFT = "/legal/<key>/draft"


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


class FoundConsentsSchema(Schema):
    """What one address has answered."""

    items = fields.List(fields.Nested(ConsentSchema), required=True)


class SearchSchema(Schema):
    """Whose answers are looked up."""

    email = fields.Email(required=True, metadata={"description": "The address that the account had at that time."})


class NewDraftSchema(Schema):
    """The text of the next version."""

    text = LocalizedTextField(required=True, max_length=LONGEST, metadata={"description": "Markdown by language."})


class DraftSchema(Schema):
    """A draft; without `saved_at` there is none, and `text` is what was published last."""

    key = fields.String(required=True)
    text = LocalizedTextField(required=True, metadata={"description": "Markdown by language."})
    saved_at = fields.AwareDateTime(required=True, allow_none=True)
    saved_by = fields.String(required=True)


class EditionSchema(Schema):
    """From when a version holds, whether people must agree, and what they are told of it."""

    starts = fields.Date(load_default=None, metadata={"description": "Left out: today."})
    needs_agreement = fields.Boolean(load_default=False)
    note = LocalizedTextField(
        load_default=LocalizedText, max_length=LONGEST_NOTE, metadata={"description": "What changes."}
    )


@blueprint.operation("GET", "/legal", needs=PUBLIC)
@blueprint.response(200, LegalDocumentsSchema)
def documents(visit: Visit) -> dict[str, Any]:
    """The published documents; drafts are not among them."""
    found = standings(visit.db, visit.today)
    return {"items": [_shown(visit, one) for one in found if one.versions and not one.is_over]}


@blueprint.operation("POST", "/legal/consents/search", needs=LEGAL_PUBLISH)
@blueprint.arguments(SearchSchema)
@blueprint.response(200, FoundConsentsSchema)
def find_consents(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """What an e-mail address has agreed to, the newest first.

    It is found by the address that the person had then, also when the account was erased. The address is in the body,
    so that no log has it.
    """
    subject = subject_of(key_of(shell().config), visit.company.id, values["email"])
    return {"items": answers_by(visit.db, subject)}


@blueprint.operation("GET", DRAFT, needs=LEGAL_EDIT, versioned=True)
@blueprint.response(200, DraftSchema)
def draft(visit: Visit, key: str) -> Answer:
    """What an editor goes on from: the draft, or the text published last while there is none."""
    return _draft(_standing(visit, key))


@blueprint.operation("PUT", DRAFT, needs=LEGAL_EDIT, versioned=True)
@blueprint.arguments(NewDraftSchema)
@blueprint.response(200, DraftSchema)
def save_draft(visit: Visit, values: dict[str, Any], key: str) -> Answer:
    """Keep a text as the draft of the next version. Nobody sees it before it is published."""
    standing = _matched(visit, key)
    version = standing.document.version if standing.document else 0
    try:
        services.save_draft(visit.db, standing, values["text"], version=version, by=visit.viewer.name)
    except Edited as error:
        raise Problem(412) from error
    return _draft(_standing(visit, key))


@blueprint.operation("DELETE", DRAFT, needs=LEGAL_EDIT, versioned=True)
@blueprint.response(204)
def discard_draft(visit: Visit, key: str) -> None:
    """Give a draft up. What was published stays."""
    services.discard_draft(visit.db, _matched(visit, key))


@blueprint.operation("POST", "/legal/<key>/versions", needs=LEGAL_PUBLISH, versioned=True)
@blueprint.arguments(EditionSchema)
@blueprint.response(201, LegalVersionSchema)
def publish_draft(visit: Visit, values: dict[str, Any], key: str) -> Any:
    """Put the draft into force, from a day on. `If-Match` names the draft that was read; a version never changes."""
    standing = _matched(visit, key)
    try:
        edition = Edition(values["starts"] or visit.today, values["needs_agreement"], values["note"])
        made = services.publish(
            visit.db, standing, edition, by=visit.viewer.name, default=visit.company.default_language
        )
    except Refused as refused:
        raise Problem(422, errors=_placed(refused)) from refused
    except Edited as error:
        raise Problem(409, _("There is no draft to publish.")) from error
    visit.db.refresh(made)
    return made


@blueprint.operation("POST", "/legal/<key>/versions/<int:number>/restore", needs=LEGAL_PUBLISH, versioned=True)
@blueprint.arguments(EditionSchema)
@blueprint.response(201, LegalVersionSchema)
def restore_version(visit: Visit, values: dict[str, Any], key: str, number: int) -> Any:
    """Take an earlier text up again, as a new version. `If-Match` is the ETag of the draft; a draft stays a draft."""
    standing = _matched(visit, key)
    chosen, document = standing.numbered(number), standing.document
    if chosen is None or document is None:
        raise Problem(404)
    edition = Edition(values["starts"] or visit.today, values["needs_agreement"], values["note"])
    try:
        made = services.take_up(visit.db, standing, chosen, edition, seen=str(document.version), by=visit.viewer.name)
    except Refused as refused:
        raise Problem(422, errors=_placed(refused)) from refused
    except Edited as error:
        raise Problem(412) from error
    visit.db.refresh(made)
    return made


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


def _standing(visit: Visit, key: str) -> Standing:
    found = standing_of(visit.db, key, visit.today)
    if found is None:
        raise Problem(404)
    return found


def _matched(visit: Visit, key: str) -> Standing:
    found = _standing(visit, key)
    require_match(found.document.version if found.document else 0)
    return found


def _draft(one: Standing) -> Answer:
    document = one.document
    facts = {
        "key": one.key, "text": draft_of(one), "saved_at": document.draft_at if document else None,
        "saved_by": document.draft_by if document else "",
    }  # fmt: skip
    return facts, {"ETag": etag(document.version if document else 0)}


def _placed(refused: Refused) -> dict[str, Any]:
    """Complaints about the draft are about no field of this request: they name the language themselves."""
    found: dict[str, Any] = {}
    for path, said in refused.problems.items():
        name = {f"text.{language}": own for language, own in OWN_NAMES.items()}.get(path)
        found.setdefault("_schema" if name else path, []).extend(f"{name}: {one}" if name else one for one in said)
    return found


def _shown(visit: Visit, one: Standing) -> dict[str, Any]:
    return {
        "key": one.key, "title": one.title, "url": shell().url_of(visit.company.host, one.path),
        "in_force": one.holds.number if one.holds else None, "asked": one.asked.number if one.asked else None,
        "versions": one.versions,
    }  # fmt: skip
