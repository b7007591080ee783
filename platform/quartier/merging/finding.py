"""Who is probably in the books twice: in statements over all people of a company at once.

Three ways to look alike: the same name (folded, see `natural_key`) with an address, a number or a house in common;
one e-mail address and a similar name; a similar name in one unit where one has an account and the other has none. Two
entries that somebody called different people are not found again. An address that many share says nothing.

A small company is looked through while the page is made. A large one takes seconds: a job looks at night, or when
somebody asks for it, and keeps what it found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from quartier.db.base import new_id
from quartier.merging.models import PersonApart
from quartier.people.likeness import similar_name
from quartier.people.queries import HERE, NAME, THERE
from quartier.tenancy.session import CompanySession

PAGE = 25
SMALL = 5_000
"""People up to whom the list is made anew each time."""
MOST_KEPT = 20_000
JOB = "people.look"
MOST_ALIKE = 8
"""How many entries may share an e-mail address before it is taken for that of an office."""
REASONS = ("email", "phone", "address", "account")
# Names first: what two people share counts only together with one. `mails` has the addresses of accounts as well.
PAIRS = f"""
    WITH known AS MATERIALIZED (
        SELECT q.company_id, q.id, q.sort_key, q.given_name, lower(q.email) AS email, q.phone, q.mobile,
               nullif(lower(q.street || ' ' || q.postal_code), ' ') AS street,
               a.id IS NOT NULL AS registered, a.email_key
          FROM person q LEFT JOIN account a ON a.company_id = q.company_id AND a.person_id = q.id
         WHERE q.archived_at IS NULL {{there}}
    ), mails AS MATERIALIZED (
        SELECT id, sort_key, email FROM known WHERE email IS NOT NULL
        UNION ALL SELECT id, sort_key, email_key FROM known WHERE email_key <> coalesce(email, '')
    ), homes AS MATERIALIZED (
        SELECT k.id, k.sort_key, k.given_name, k.registered, u.id AS unit_id, u.building_id
          FROM known k
          JOIN occupant o ON o.company_id = k.company_id AND o.person_id = k.id
          JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
          JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
    ), namesakes AS (
        SELECT array_agg(id) AS ids, 'email' AS reason FROM mails GROUP BY sort_key, email HAVING count(*) > 1
        UNION ALL SELECT array_agg(id), 'phone' FROM (
            SELECT id, sort_key, phone AS number FROM known WHERE phone IS NOT NULL
            UNION ALL SELECT id, sort_key, mobile FROM known WHERE mobile IS DISTINCT FROM phone) n
          WHERE number IS NOT NULL GROUP BY sort_key, number HAVING count(*) > 1
        UNION ALL SELECT array_agg(id), 'address' FROM homes GROUP BY sort_key, building_id HAVING count(*) > 1
        UNION ALL SELECT array_agg(id), 'address' FROM known WHERE street IS NOT NULL
          GROUP BY sort_key, street HAVING count(*) > 1
    ), alike AS (
        SELECT x.id AS one, z.id AS other, reason
          FROM namesakes n, unnest(n.ids) x (id), unnest(n.ids) z (id) WHERE x.id < z.id
        UNION ALL
        SELECT p.id, q.id, s.reason FROM (
            SELECT x.id AS one, z.id AS other, 'email' AS reason
              FROM (SELECT array_agg(id) AS ids FROM mails
                     GROUP BY email HAVING count(*) BETWEEN 2 AND {MOST_ALIKE}) m,
                   unnest(m.ids) x (id), unnest(m.ids) z (id) WHERE x.id < z.id
            UNION ALL
            SELECT x.id, z.id, 'account'
              FROM (SELECT array_agg(id) FILTER (WHERE registered) AS ids,
                           array_agg(id) FILTER (WHERE NOT registered) AS others
                      FROM homes GROUP BY unit_id, lower(left(given_name, 1))
                    HAVING bool_or(registered) AND NOT bool_and(registered)) h,
                   unnest(h.ids) x (id), unnest(h.others) z (id)
        ) s
          JOIN person p ON p.id = least(s.one, s.other) JOIN person q ON q.id = greatest(s.one, s.other)
         WHERE p.sort_key <> q.sort_key AND {similar_name("p", "q")}
    ), pairs AS (
        SELECT one, other, array_agg(DISTINCT reason) AS reasons FROM alike GROUP BY one, other
    )
    SELECT one, other, reasons, least(p.sort_key, q.sort_key) AS key, count(*) OVER () AS total
      FROM pairs JOIN person p ON p.id = one JOIN person q ON q.id = other
     WHERE NOT EXISTS (SELECT FROM person_apart x WHERE x.one_id = one AND x.other_id = other)
"""  # noqa: S608
KEPT = """
    SELECT x.one_id AS one, x.other_id AS other, x.reasons, x.key, count(*) OVER () AS total
      FROM person_pair x
     WHERE NOT EXISTS (SELECT FROM person_apart a WHERE a.one_id = x.one_id AND a.other_id = x.other_id)
       AND NOT EXISTS (SELECT FROM person q WHERE q.id IN (x.one_id, x.other_id) AND q.archived_at IS NOT NULL) {there}
"""
KEEP = f"""
    INSERT INTO person_pair (id, one_id, other_id, reasons, key)
    SELECT ordered_uuid(), one, other, reasons, key FROM ({PAIRS.format(there="")}) f ORDER BY key LIMIT {MOST_KEPT}
"""  # noqa: S608
LISTED = """
    SELECT * FROM ({pairs}) f WHERE %(key)s::text IS NULL OR (key, one, other) > (%(key)s, %(one)s, %(other)s)
     ORDER BY key, one, other LIMIT %(limit)s
"""
FACTS = f"""
    SELECT q.id, {NAME} AS name, q.given_name, q.family_name, q.company_name, q.external_id, q.email, q.phone, q.mobile,
           q.created_at, a.email AS login, place.unit, place.address, place.kind
      FROM person q
      LEFT JOIN account a ON a.company_id = q.company_id AND a.person_id = q.id
      LEFT JOIN LATERAL (
        SELECT y.kind, u.name AS unit, trim(b.street || ' ' || b.house_number) AS address
          FROM occupant o
          JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
          JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
          JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
         WHERE o.company_id = q.company_id AND o.person_id = q.id
           AND (cardinality(%(within)s::uuid[]) = 0 OR {HERE})
         ORDER BY (y.starts <= %(today)s AND (y.ends IS NULL OR y.ends > %(today)s)) DESC, y.starts DESC LIMIT 1
      ) place ON true
     WHERE q.id = ANY(%(ids)s) ORDER BY a.id IS NULL, q.external_id IS NULL, q.id
"""  # noqa: S608


@dataclass(frozen=True)
class Group:
    """Entries that are probably one person, and why: some of REASONS."""

    people: list[Any]
    reasons: list[str]


@dataclass(frozen=True)
class Found:
    """A page of groups; `total` counts pairs, `after` is where the next page begins.

    `kept` says that the list is of the last look, `looked_at`, which may not have been yet.
    """

    groups: list[Group]
    total: int
    after: tuple[str, UUID, UUID] | None
    kept: bool
    looked_at: datetime | None


def duplicates(
    db: CompanySession,
    *,
    within: Collection[UUID],
    today: date,
    after: tuple[str, UUID, UUID] | None = None,
    limit: int = PAGE,
) -> Found:
    """People who look like one another, by name; somebody limited to properties sees those whom they may see both."""
    key, one, other = after or (None, None, None)
    values = {"within": list(within), "key": key, "one": one, "other": other, "limit": limit + 1}
    kept = is_large(db)
    rows = db.rows(LISTED.format(pairs=_kept(within) if kept else _live(db, within)), values)
    more = (rows[limit - 1].key, rows[limit - 1].one, rows[limit - 1].other) if len(rows) > limit else None
    groups = _groups(rows[:limit])
    facts = facts_of(db, [one for members, _reasons in groups for one in members], within=within, today=today)
    looked = db.row("SELECT at FROM person_look") if kept else None
    return Found(
        [Group([row for row in facts if row.id in members], reasons) for members, reasons in groups],
        rows[0].total if rows else 0, more, kept, looked.at if looked else None,
    )  # fmt: skip


def is_large(db: CompanySession) -> bool:
    """Whether looking through everybody would keep a page waiting."""
    query = f"SELECT count(*) AS number FROM (SELECT FROM person LIMIT {SMALL + 1}) p"  # noqa: S608
    return int(db.row(query).number) > SMALL


def look(db: CompanySession) -> None:
    """Look through everybody and keep what was found."""
    _set(db, "jit", "off")
    _set(db, "work_mem", "64MB")
    db.rows("DELETE FROM person_pair RETURNING id")
    db.rows(f"{KEEP} RETURNING id", {"within": []})
    db.rows("INSERT INTO person_look (id) VALUES (ordered_uuid()) ON CONFLICT (company_id) DO UPDATE SET at = now() "
            "RETURNING id")  # fmt: skip


def _live(db: CompanySession, within: Collection[UUID]) -> str:
    _set(db, "jit", "off")
    return PAIRS.format(there=f"AND {THERE}" if within else "")


def _kept(within: Collection[UUID]) -> str:
    """Asked pair by pair: planned as a join it would look at everybody's periods for a few pairs."""
    one_there = f"AND (SELECT true FROM (SELECT x.company_id, x.{{}} AS id) q WHERE {THERE} LIMIT 1)"  # noqa: S608
    there = " ".join(one_there.format(one) for one in ("one_id", "other_id"))
    return KEPT.format(there=there if within else "")


def _set(db: CompanySession, name: str, value: str) -> None:
    db.row("SELECT set_config(%(name)s, %(value)s, true)", {"name": name, "value": value})


def facts_of(db: CompanySession, ids: Sequence[UUID], *, within: Collection[UUID], today: date) -> list[Any]:
    """Who they are and where, who has an account first."""
    return db.rows(FACTS, {"ids": list(ids), "within": list(within), "today": today})


def keep_apart(db: CompanySession, ids: Iterable[UUID], *, by: str) -> None:
    """Remember that none of these is any of the others."""
    pairs = [
        {"id": new_id(), "one_id": one, "other_id": other, "said_by": by}
        for one, other in combinations(sorted(set(ids)), 2)
    ]
    if pairs:
        db.execute(insert(PersonApart).values(pairs).on_conflict_do_nothing())


def _groups(pairs: Sequence[Any]) -> list[tuple[set[UUID], list[str]]]:
    """Pairs that share somebody become one group, in the order of its first pair."""
    groups: list[tuple[set[UUID], set[str]]] = []
    for pair in pairs:
        members, reasons = {pair.one, pair.other}, set(pair.reasons)
        apart = []
        for group in groups:
            if group[0] & members:
                group[0].update(members)
                group[1].update(reasons)
                members, reasons = group
            else:
                apart.append(group)
        if len(apart) == len(groups):
            groups.append((members, reasons))
        else:
            place = next(i for i, group in enumerate(groups) if group not in apart)
            groups = [group for group in groups if group in apart]
            groups.insert(place, (members, reasons))
    return [(members, [one for one in REASONS if one in reasons]) for members, reasons in groups]
