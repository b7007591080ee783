"""Idempotency keys: a POST that is sent twice, because the network lost the answer, does its work once."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from uuid import UUID

from flask import Response, make_response, request
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from quartier.api.models import ApiAnswer
from quartier.api.problems import Problem
from quartier.db.base import new_id
from quartier.i18n.texts import gettext as _
from quartier.tenancy.session import CompanySession

HEADER = "Idempotency-Key"
LONGEST = 200
KEPT = "1 day"
REPEATED = ("Content-Type", "ETag", "Location")


def once(db: CompanySession, token_id: UUID, work: Callable[[], object]) -> Response:
    """Do the work unless this key has done it; the answer and the work are committed together or not at all.

    Of two requests at the same moment the second waits for the first at the unique key, and then repeats its answer.
    """
    key = request.headers[HEADER]
    if not 1 <= len(key) <= LONGEST:
        raise Problem(400, _("An Idempotency-Key has 1 to %(count)s characters.", count=LONGEST))
    fingerprint = sha256(b"\n".join((request.path.encode(), request.query_string, request.get_data()))).digest()
    db.execute(delete(ApiAnswer).where(ApiAnswer.created_at < func.now() - text(f"interval '{KEPT}'")))
    claim = insert(ApiAnswer).values(id=new_id(), token_id=token_id, key=key, fingerprint=fingerprint)
    claimed = db.execute(claim.on_conflict_do_nothing().returning(ApiAnswer.id)).scalar()
    if claimed is None:
        return _repeated(db, token_id, key, fingerprint)
    response = make_response(work())
    kept = db.get_one(ApiAnswer, (db.company_id, claimed))
    kept.status, kept.body = response.status_code, response.get_data()
    kept.headers = {name: response.headers[name] for name in REPEATED if name in response.headers}
    return response


def _repeated(db: CompanySession, token_id: UUID, key: str, fingerprint: bytes) -> Response:
    known = db.scalars(select(ApiAnswer).filter_by(token_id=token_id, key=key)).one()
    if known.fingerprint != fingerprint:
        raise Problem(422, _("This Idempotency-Key belongs to another request."))
    response = Response(known.body or b"", status=known.status or 200)
    response.headers.update(known.headers or {})
    response.headers["Idempotent-Replayed"] = "true"
    return response
