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
from quartier.attachments.refusals import FileRefused
from quartier.attachments.serving import serve
from quartier.files.models import Attachment
from quartier.files.purposes import FilePurpose
from quartier.files.storage import StorageDown
from quartier.plugin.manager import Plugins
from quartier.web.gate import PUBLIC, SIGNED_IN, allowed
from quartier.web.pages import Pages
from quartier.web.shell import shell
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
    if wish is None or row is None or not _is_on(visit, row):
        raise NotFound
    if wish.is_late:
        if not may_read(visit, row):
            raise NotFound
        return redirect(AttachedFile.of(row, links_of(visit)).at(wish.fits), 302)
    file = queries.stored(visit.db, row.id, wish.fits) if row.state == "ready" else None
    if file is None:
        raise NotFound
    return serve(file, saved_as(row.name, row.content_type), kept_for=max(0, wish.until - int(time.time())))


def purpose_of(plugins: Plugins, key: str) -> FilePurpose | None:
    """The purpose of that key, of a module that serves."""
    plugin = plugins.serving.get(key.partition(".")[0])
    return next((one for one in plugin.manifest.files if one.key == key), None) if plugin else None


def purpose_for(visit: Visit, key: str) -> FilePurpose:
    """A purpose for which this viewer may send files. Raises 404."""
    purpose = purpose_of(shell().plugins, key)
    if purpose is None or purpose.module not in visit.modules or not allowed(visit.viewer, purpose.needs):
        raise NotFound
    return purpose


def may_read(visit: Visit, row: Attachment) -> bool:
    """Whether this viewer may see the file: a draft of one's own, or a file of a thing that the module shows."""
    if not _is_on(visit, row) or not visit.viewer.signed_in:
        return False
    if row.thing_id is None:
        return (row.account_id or row.token_id) == (visit.viewer.account_id or visit.viewer.session_id)
    module = row.purpose.partition(".")[0]
    asked = {"visit": visit, "purpose": row.purpose, "thing_id": row.thing_id}
    return any(answer is True for _slug, answer in shell().plugins.call("may_read_file", on=[module], **asked))


def _is_on(visit: Visit, row: Attachment) -> bool:
    return row.purpose.partition(".")[0] in visit.modules


def _state(file: AttachedFile) -> dict[str, Any]:
    shown = {"thumb": file.thumb, "url": file.at(LARGEST)} if file.is_ready and file.is_picture else {}
    return {"id": file.id, "name": file.name, "size": file.size, "state": file.state, "message": file.message, **shown}


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, content_type="application/json")
