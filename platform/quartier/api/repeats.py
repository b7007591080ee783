"""Idempotency keys: a POST that is sent twice, because the network lost the answer, does its work once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, cast
from uuid import UUID

from flask import Response, make_response, request
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from quartier.api.bodies import body, measure
from quartier.api.models import ApiAnswer
from quartier.api.problems import Problem
from quartier.db.base import new_id
from quartier.i18n.texts import gettext as _
from quartier.tenancy.session import CompanySession

HEADER = "Idempotency-Key"
LONGEST = 200
LARGEST = 2**20
KEPT = "1 day"
SWEPT_AT_ONCE = 100
REPEATED = ("Content-Type", "ETag", "Location", "Link")


def once(db: CompanySession, token_id: UUID, work: Callable[[], object]) -> Response:
    """Do the work unless this key has done it; the answer and the work are committed together or not at all.

    Of two requests at the same moment the second waits for the first at the unique key, and then repeats its answer.
    When the first one fails, nothing of it stays, and the second does the work.
    """
    key = request.headers[HEADER]
    if not 1 <= len(key) <= LONGEST:
        raise Problem(400, _("An Idempotency-Key has 1 to %(count)s characters.", count=LONGEST))
    _sweep(db)
    mark = _fingerprint()
    claim = insert(ApiAnswer).values(id=new_id(), token_id=token_id, key=key, fingerprint=mark)
    claimed = db.execute(claim.on_conflict_do_nothing().returning(ApiAnswer.id)).scalar()
    if claimed is None:
        return _repeated(db, token_id, key, mark)
    response = make_response(work())
    _keep(db.get_one(ApiAnswer, (db.company_id, claimed)), response)
    return response


def _sweep(db: CompanySession) -> None:
    """Forget old answers, a few at a time, and never wait for another request that does the same."""
    old = select(ApiAnswer.id).where(ApiAnswer.created_at < func.now() - text(f"interval '{KEPT}'"))
    batch = old.order_by(ApiAnswer.created_at).limit(SWEPT_AT_ONCE).with_for_update(skip_locked=True)
    db.execute(delete(ApiAnswer).where(ApiAnswer.id.in_(batch)), execution_options={"synchronize_session": False})


def _keep(kept: ApiAnswer, response: Response) -> None:
    """An answer that is a file, or larger than a megabyte, is not kept: then only that the work is done is known."""
    kept.status = response.status_code
    kept.headers = {name: response.headers[name] for name in REPEATED if name in response.headers}
    if not response.is_streamed and not response.direct_passthrough and len(response.get_data()) <= LARGEST:
        kept.body = response.get_data()


def _repeated(db: CompanySession, token_id: UUID, key: str, mark: bytes) -> Response:
    known = db.scalars(select(ApiAnswer).filter_by(token_id=token_id, key=key)).one_or_none()
    if known is None:
        raise Problem(409, _("The first request with this Idempotency-Key was a day ago. Please use a new key."))
    if known.fingerprint != mark:
        raise Problem(422, _("This Idempotency-Key belongs to another request."))
    if known.body is None or known.status is None:
        raise Problem(409, _("This request has been carried out already; its answer was too large to be kept."))
    response = Response(known.body, status=known.status)
    response.headers.update(known.headers or {})
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _fingerprint() -> bytes:
    """What makes two requests the same one."""
    digest = sha256()
    for part in (request.path.encode(), request.query_string, *_content()):
        measure(digest, BytesIO(part) if isinstance(part, bytes) else part)
    return digest.digest()


def _content() -> Iterator[bytes | BinaryIO]:
    """The body. A form with files gets a new boundary each time it is sent, so its parts are compared instead."""
    if request.mimetype != "multipart/form-data":
        yield body()
        return
    for name, value in request.form.items(multi=True):
        yield from (name.encode(), value.encode())
    for name, file in request.files.items(multi=True):
        yield from (name.encode(), str(file.filename).encode(), cast("BinaryIO", file.stream))
