"""Who changed the estate, and whence: said once per piece of work, written down by the database's `note_changes`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

ACT = (
    "SELECT set_config('app.actor', :actor, true), set_config('app.source_kind', :kind, true), "
    "set_config('app.source_id', :source_id, true)"
)
LONGEST_NAME = 200


@contextmanager
def acting(db: Session, actor: str, kind: str = "agent", source_id: UUID | None = None) -> Iterator[None]:
    """Changes of properties, buildings, units, occupancies, occupants and people inside the block carry these words.

    `kind` is agent, import, api, system, or person for whoever changes their own entry; `source_id` the import, token
    or account. They hold in the transaction that runs now: a block that commits begins anew. What is pending is flushed
    when the block ends, so that it still counts.
    """
    db.execute(text(ACT), {"actor": actor[:LONGEST_NAME], "kind": kind, "source_id": str(source_id or "")})
    yield
    db.flush()
    db.execute(text(ACT), {"actor": "", "kind": "", "source_id": ""})
