"""A POST that is sent twice, because the network lost the answer, does its work once (see `api.repeats`)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from uuid import UUID

from flask import Response, make_response, request
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from quartier.api.bodies import body
from quartier.api.problems import Problem
from quartier.api.repeats import HEADER, LONGEST
from quartier.db.base import new_id
from quartier.i18n.texts import gettext as _
from quartier.programs.models import PlatformAnswer


def once(db: Session, token_id: UUID, work: Callable[[], object]) -> Response:
    """Do the work unless this key has done it; the answer and the work are committed together or not at all."""
    key = request.headers[HEADER]
    if not 1 <= len(key) <= LONGEST:
        raise Problem(400, _("An Idempotency-Key has 1 to %(count)s characters.", count=LONGEST))
    db.execute(delete(PlatformAnswer).where(PlatformAnswer.created_at < func.now() - text("interval '1 day'")))
    mark = sha256(request.path.encode() + b"\0" + body().read()).digest()
    claim = insert(PlatformAnswer).values(id=new_id(), token_id=token_id, key=key, fingerprint=mark)
    claimed = db.execute(claim.on_conflict_do_nothing().returning(PlatformAnswer.id)).scalar()
    if claimed is None:
        return _repeated(db, token_id, key, mark)
    response = make_response(work())
    kept = db.get_one(PlatformAnswer, claimed)
    kept.status, kept.body, kept.etag = response.status_code, response.get_data(), response.headers.get("ETag", "")
    return response


def _repeated(db: Session, token_id: UUID, key: str, mark: bytes) -> Response:
    known = db.scalars(select(PlatformAnswer).filter_by(token_id=token_id, key=key)).one_or_none()
    if known is None or known.status is None or known.body is None:
        raise Problem(409, _("The first request with this Idempotency-Key was a day ago. Please use a new key."))
    if known.fingerprint != mark:
        raise Problem(422, _("This Idempotency-Key belongs to another request."))
    response = Response(known.body, status=known.status, content_type="application/json")
    if known.etag:
        response.headers["ETag"] = known.etag
    response.headers["Idempotent-Replayed"] = "true"
    return response
