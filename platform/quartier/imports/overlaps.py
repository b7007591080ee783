"""Tenancies that overlap, which the database would refuse without saying where."""

from __future__ import annotations

from quartier.imports.complaints import Complaints
from quartier.imports.driver import Driver, run
from quartier.imports.nouns import OCCUPANCY


def refuse_overlaps(driver: Driver, complaints: Complaints) -> None:
    """Tenancies of a unit never overlap: neither in the file nor with what there is, as it will then be."""
    periods = (
        "CREATE TEMPORARY TABLE tenancies ON COMMIT DROP AS "
        "SELECT s.parent_id AS unit_id, coalesce(s.starts, t.starts) AS starts, "
        "coalesce(s.ends, t.ends, 'infinity') AS ends, s.n, s.line, NULL::text AS contract "
        f"FROM {OCCUPANCY.staging} s LEFT JOIN occupancy t ON t.id = s.found "
        "WHERE s.state IN ('new', 'changed', 'unchanged') AND coalesce(s.kind, t.kind, 'tenancy') = 'tenancy' "
        "UNION ALL SELECT t.unit_id, t.starts, coalesce(t.ends, 'infinity'), NULL, NULL, t.contract_number "
        f"FROM occupancy t WHERE t.kind = 'tenancy' AND t.unit_id IN (SELECT parent_id FROM {OCCUPANCY.staging}) "
        f"AND NOT EXISTS (SELECT FROM {OCCUPANCY.staging} s WHERE s.found = t.id)"
    )
    run(driver, periods)
    suspects = (
        "SELECT unit_id FROM (SELECT unit_id, starts, max(ends) OVER (PARTITION BY unit_id ORDER BY starts, n "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM tenancies) w WHERE starts < before"
    )
    run(
        driver,
        "CREATE TEMPORARY TABLE overlapping ON COMMIT DROP AS SELECT DISTINCT ON (b.n) b.n, b.line, a.line "
        "AS other, "
        "a.starts, coalesce(a.contract, '') AS contract, a.n IS NULL AS known FROM tenancies b JOIN tenancies a "
        "ON a.unit_id = b.unit_id AND a.starts < b.ends AND b.starts < a.ends AND (a.n IS NULL OR a.n < b.n) "
        f"WHERE b.n IS NOT NULL AND b.unit_id IN ({suspects}) ORDER BY b.n, a.n NULLS FIRST",
    )
    table = OCCUPANCY.staging
    for code, known, names in (
        ("overlap_known", "", ("starts", "contract")),
        ("overlap_in_file", "NOT ", ("other",)),
    ):
        complaints.report(
            code,
            "SELECT s.file, s.line, s.starts::text AS value, o.other, o.contract, "
            f"to_char(o.starts, 'YYYY-MM-DD') AS starts FROM overlapping o JOIN {table} s ON s.n = o.n "
            f"WHERE {known}o.known AND s.state <> 'unchanged' ORDER BY s.n",
            *names,
        )
    run(
        driver,
        f"UPDATE {table} s SET state = 'bad' FROM overlapping o WHERE s.n = o.n AND s.state <> 'unchanged'",
    )
