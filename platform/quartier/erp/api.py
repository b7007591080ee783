"""The company's own system, at our door: batches of rows by its own numbers, and what became of them."""

from __future__ import annotations

from typing import BinaryIO
from uuid import UUID

from flask import request

from quartier.api.blueprint import ApiBlueprint
from quartier.api.bodies import body
from quartier.api.problems import Problem
from quartier.erp import services
from quartier.erp.fields import NOUNS
from quartier.erp.models import ErpBatch
from quartier.erp.policies import WRITE
from quartier.erp.schemas import BatchSchema, row_schema
from quartier.i18n.texts import gettext as _
from quartier.web.visit import Visit

LARGEST = 32 * 2**20
BLANKS = 1024  # before an array, at most
STREAM = ("application/x-ndjson", "application/jsonl", "application/ndjson")

blueprint = ApiBlueprint(
    "erp", __name__, description="Master data from the company's own system, by that system's numbers."
)

Taken = tuple[ErpBatch, dict[str, str]]


@blueprint.operation("GET", "/erp/jobs/<uuid:job_id>", needs=WRITE)
@blueprint.response(200, BatchSchema)
def erp_job(visit: Visit, job_id: UUID) -> ErpBatch:
    """What became of a batch.

    While `status` is `waiting` or `running`, ask again later. `done`: all rows are written; `failed`: none is. Contact
    data of a person who had them erased are left out of a row, and a person who was erased wholly is left out with the
    row, and off periods; `problems` says so.
    """
    batch = visit.db.get(ErpBatch, (visit.company.id, job_id))
    if batch is None:
        raise Problem(404)
    return batch


def _upsert(plural: str) -> None:
    row = row_schema(plural)
    content = {"application/json": {"schema": {"type": "array", "items": row}}, STREAM[0]: {"schema": row}}

    def upsert(visit: Visit) -> Taken:
        return _take_in(visit, plural)

    upsert.__name__ = f"upsert_{plural}"
    upsert.__doc__ = f"""Create or change {plural} by their external ids.

    A JSON array, or one JSON object per line (`{STREAM[0]}`). All rows are written or none is; the answer names a job
    that says which. Sent twice, rows change nothing.
    """
    body = {"required": True, "content": content}
    described = blueprint.doc(requestBody=body, responses={"413": "Problem413", "415": "Problem415"})(upsert)
    answered = blueprint.response(202, BatchSchema)(described)
    blueprint.operation("POST", f"/erp/{plural}", needs=WRITE, largest=LARGEST)(answered)


def _take_in(visit: Visit, plural: str) -> Taken:
    lines = request.mimetype in STREAM
    if not lines and request.mimetype != "application/json":
        raise Problem(415, _("Send a JSON array, or one JSON object per line as %(type)s.", type=STREAM[0]))
    sent = body()
    if not lines and not _is_array(sent):
        raise Problem(422, _("Send a JSON array, or one JSON object per line as %(type)s.", type=STREAM[0]))
    batch = services.take_in(visit.db, plural, sent, lines=lines, sent_by=visit.viewer.name)
    visit.db.refresh(batch)
    return batch, {"Location": f"/api/v1/erp/jobs/{batch.id}"}


def _is_array(sent: BinaryIO) -> bool:
    """Whether a bracket comes first; the file stands at its beginning again."""
    begins = sent.read(BLANKS).lstrip().startswith(b"[")
    sent.seek(0)
    return begins


for _plural in NOUNS:
    _upsert(_plural)
