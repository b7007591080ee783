"""Throws all keys away when people turn out to be one, and then says what no database understands."""

from __future__ import annotations

from quartier.sdk import CompanySession, hookimpl


@hookimpl
def people_merged(db: CompanySession) -> None:
    """Fails halfway."""
    db.rows("DELETE FROM keys_key RETURNING id")
    db.rows("SELECT nothing FROM nowhere")
