"""After a large change the planner knows how much there is."""

from __future__ import annotations

from sqlalchemy import text

from quartier.app import Platform
from quartier.estate.services import much_written
from quartier.testing import SomeCompany, work_off

MANY = 1500
PLANT = """
    INSERT INTO property (id, name, timezone)
    SELECT ordered_uuid(), 'Haus ' || n, 'Europe/Zurich' FROM generate_series(1, :many) n
"""
KNOWN = text("SELECT reltuples FROM pg_class WHERE relname = 'property'")


def test_the_planner_learns_of_many_new_rows_and_few_are_no_reason(platform: Platform, brunnenhof: SomeCompany) -> None:
    def known() -> float:
        with platform.shell.platform.connect() as connection:
            return connection.scalar(KNOWN)

    with brunnenhof.db() as db:
        much_written(db, 999)
        db.commit()
        work_off(platform)
        before = known()
        db.execute(text(PLANT), {"many": MANY})
        db.row("SELECT pg_stat_force_next_flush()")
        much_written(db, MANY)
        db.commit()
    assert before < MANY
    work_off(platform)
    assert known() >= MANY
