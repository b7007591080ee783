"""Files for programs: send them for a module's thing, see what became of them, fetch and delete them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response, request
from marshmallow import Schema, fields
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from quartier.api.blueprint import ApiBlueprint
from quartier.api.paging import PageArguments, make_page, next_link, page_of, read_cursor
from quartier.api.problems import Problem
from quartier.attachments import queries, services, wording
from quartier.attachments.attached import LARGEST, saved_as
from quartier.attachments.fields import take
from quartier.attachments.gates import may_read, purpose_for
from quartier.attachments.refusals import FileRefused
from quartier.attachments.serving import serve
from quartier.files.models import STATES, Attachment
from quartier.files.purposes import LARGEST as LARGEST_FILE
from quartier.files.purposes import MB
from quartier.files.storage import StorageDown
from quartier.web.gate import SIGNED_IN
from quartier.web.visit import Visit

RETRY_AFTER: Final = "30"
FORM: Final = {
    "type": "object",
    "required": ["purpose", "file"],
    "properties": {
        "purpose": {"type": "string", "description": "What it is for, such as `pinboard.post`."},
        "file": {"type": "string", "format": "binary"},
    },
}
BODY: Final = {"required": True, "content": {"multipart/form-data": {"schema": FORM}}}
BYTES: Final = {
    "description": "The file. `Range` is understood.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}

blueprint = ApiBlueprint(
    "files", __name__, description="Pictures and documents of modules' things: sent, checked, fetched."
)


class ThingFileSchema(Schema):
    """A file that was sent. A draft has no thing, and is dropped after a day."""

    id = fields.UUID(required=True)
    purpose = fields.String(required=True, metadata={"description": "What it was sent for, such as `pinboard.post`."})
    thing_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Null while it is a draft."})
    name = fields.String(required=True)
    alt = fields.String(required=True, metadata={"description": "What is to be seen."})
    content_type = fields.String(required=True, metadata={"description": "By content; pictures become image/webp."})
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    width = fields.Integer(required=True, metadata={"description": "Pixels; 0 for what is no picture."})
    height = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    message = fields.String(required=True, metadata={"description": "Why it is not ready, in the caller's language."})
    created_at = fields.AwareDateTime(required=True)


@blueprint.operation("POST", "/files", needs=SIGNED_IN, largest=LARGEST_FILE + MB)
@blueprint.doc(requestBody=BODY, responses={str(one): f"Problem{one}" for one in (400, 404, 413, 415, 422, 503)})
@blueprint.response(201, ThingFileSchema)
def send_file(visit: Visit) -> tuple[dict[str, Any], dict[str, str]]:
    """Send a file.

    It is a draft of this token until an operation of the module takes it by its id. Ask for it until it is `ready`: it
    is checked first, and pictures are drawn anew. What can be said at once is said at once (422).
    """
    purpose, sent = purpose_for(visit, request.form.get("purpose", "")), request.files.get("file")
    try:
        if sent is None:
            raise FileRefused("empty")
        row = take(visit, purpose, sent)
    except FileRefused as refusal:
        raise Problem(422, wording.refused(refusal)) from refusal
    except StorageDown as error:
        raise Problem(503, str(wording.DOWN), headers={"Retry-After": RETRY_AFTER}) from error
    return _shown(row), {"Location": f"/api/v1/files/{row.id}"}


@blueprint.operation("GET", "/files", needs=SIGNED_IN)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(ThingFileSchema))
def drafts(visit: Visit, query: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Files that this token sent and that no thing has yet, the oldest first."""
    cursor = read_cursor(query["after"], UUID)
    rows = select(Attachment).where(queries.sent_by(visit.viewer), Attachment.thing_id.is_(None))
    rows = rows.where(Attachment.id > cursor[0]) if cursor else rows
    found = visit.db.scalars(rows.order_by(Attachment.id).limit(query["limit"] + 1)).all()
    page = make_page(found, query["limit"], key=lambda row: (row.id,), show=_shown)
    return page, next_link(page)


@blueprint.operation("GET", "/files/<uuid:file_id>", needs=SIGNED_IN)
@blueprint.response(200, ThingFileSchema)
def one_file(visit: Visit, file_id: UUID) -> dict[str, Any]:
    """A draft of this token, or a file of a thing that this token may see."""
    return _shown(_found(visit, file_id))


@blueprint.operation("GET", "/files/<uuid:file_id>/content", needs=SIGNED_IN)
@blueprint.doc(responses={"200": BYTES, "503": "Problem503"})
def file_content(visit: Visit, file_id: UUID) -> Response:
    """The file itself; of a picture the largest size. 404 until it is `ready`."""
    row = _found(visit, file_id)
    fits = LARGEST if row.content_type.startswith("image/") else 0
    file = queries.stored(visit.db, row.id, fits) if row.state == "ready" else None
    if file is None:
        raise NotFound
    return serve(file, saved_as(row.name, row.content_type))


@blueprint.operation("DELETE", "/files/<uuid:file_id>", needs=SIGNED_IN)
@blueprint.response(204)
def delete_file(visit: Visit, file_id: UUID) -> None:
    """Drop a draft of this token. Files of a thing are changed with the thing."""
    mine = select(Attachment.id).where(queries.sent_by(visit.viewer), Attachment.thing_id.is_(None))
    found = visit.db.scalar(mine.filter_by(id=file_id))
    if found is None:
        raise NotFound
    services.forget(visit.db, [found])


def _found(visit: Visit, file_id: UUID) -> Attachment:
    row = visit.db.get(Attachment, (visit.company.id, file_id))
    if row is None or not may_read(visit, row):
        raise NotFound
    return row


def _shown(row: Attachment) -> dict[str, Any]:
    names = [name for name in ThingFileSchema().fields if name != "message"]
    return {name: getattr(row, name) for name in names} | {"message": wording.sentence(row.state, row.reason)}
