"""Sending files while a form is filled in, and fetching them."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import orjson
from flask import Response, redirect, request
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from quartier.attachments import queries, services, wording
from quartier.attachments.attached import LARGEST, AttachedFile, saved_as
from quartier.attachments.fields import links_of, take
from quartier.attachments.gates import is_on, may_read, purpose_for
from quartier.attachments.refusals import FileRefused
from quartier.attachments.serving import serve
from quartier.files.models import Attachment
from quartier.files.storage import StorageDown
from quartier.web.gate import PUBLIC, SIGNED_IN
from quartier.web.pages import Pages
from quartier.web.visit import Visit

app = Pages("attachments", __name__, area="app")


@app.action("/files", needs=SIGNED_IN)
def send(visit: Visit) -> Response:
    """Take one file as a draft; what becomes of it is asked for at `/files/states`."""
    purpose = purpose_for(visit, request.form.get("purpose", ""))
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise FileRefused("empty")
        row = take(visit, purpose, sent)
    except FileRefused as refusal:
        return _json({"message": wording.refused(refusal)}, 422)
    except StorageDown:
        return _json({"message": str(wording.DOWN)}, 503)
    return _json(_state(AttachedFile.of(row, links_of(visit))), 201)


@app.page("/files/states", needs=SIGNED_IN)
def states(visit: Visit) -> Response:
    """How far one's own drafts are, and where they can be looked at."""
    links = links_of(visit)
    return _json([_state(AttachedFile.of(row, links)) for row in queries.drafts(visit.db, visit.viewer)])


@app.action("/files/<uuid:attachment_id>/remove", needs=SIGNED_IN)
def remove(visit: Visit, attachment_id: UUID) -> Response:
    """Drop a draft; what has become a thing's file is changed in the form of that thing."""
    mine = select(Attachment.id).where(queries.sent_by(visit.viewer), Attachment.thing_id.is_(None))
    found = visit.db.scalar(mine.filter_by(id=attachment_id))
    if found is None:
        raise NotFound
    services.forget(visit.db, [found])
    return Response(status=204)


@app.page("/files/<uuid:attachment_id>", needs=SIGNED_IN)
def find(visit: Visit, attachment_id: UUID) -> Any:
    """The lasting address: whoever may see the thing now is sent to where the file is."""
    row = visit.db.get(Attachment, (visit.company.id, attachment_id))
    if row is None or not may_read(visit, row):
        raise NotFound
    return redirect(AttachedFile.of(row, links_of(visit)).url, 302)


@app.page("/files/<token>/<name>", needs=PUBLIC)
def fetch(visit: Visit, token: str, name: str) -> Any:  # noqa: ARG001 - the name is for whoever reads the address
    """The bytes, for whom the address was made. An old address is made anew for whoever may still see the thing."""
    wish = links_of(visit).read(token)
    row = visit.db.get(Attachment, (visit.company.id, wish.attachment_id)) if wish else None
    if wish is None or row is None or not is_on(visit, row):
        raise NotFound
    if wish.is_late:
        if not may_read(visit, row):
            raise NotFound
        return redirect(AttachedFile.of(row, links_of(visit)).at(wish.fits), 302)
    file = queries.stored(visit.db, row.id, wish.fits) if row.state == "ready" else None
    if file is None:
        raise NotFound
    return serve(file, saved_as(row.name, row.content_type), kept_for=max(0, wish.until - int(time.time())))


def _state(file: AttachedFile) -> dict[str, Any]:
    shown = {"thumb": file.thumb, "url": file.at(LARGEST)} if file.is_ready and file.is_picture else {}
    return {"id": file.id, "name": file.name, "size": file.size, "state": file.state, "message": file.message, **shown}


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, content_type="application/json")
