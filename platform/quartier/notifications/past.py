"""What important was sent: who sent what when, to whom, and how many it reached by which way."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from quartier.notifications.services import MAIL_EVENT
from quartier.tenancy.session import CompanySession

PAGE: Final = 20
# A page of them first, so that receipts are counted of these only; places are named by what they are called today.
# Whoever was written to has a mail, so those are looked up that did not leave: they are few. After a year nothing is
# known of mails.
PAST: Final = f"""
    WITH shown AS (
        SELECT n.* FROM notification n
         WHERE n.important AND (%(after)s::uuid IS NULL OR n.id < %(after)s)
           AND (%(text)s = '' OR n.sent_by ILIKE %(like)s OR EXISTS (
                SELECT FROM jsonb_path_query(n.facts, '$.** ? (@.type() == "string")') v
                 WHERE v #>> '{{}}' ILIKE %(like)s))
         ORDER BY n.id DESC LIMIT %(limit)s
    ), places AS (
        SELECT n.id, string_agg(x.name, ', ' ORDER BY x.name) AS names
          FROM shown n CROSS JOIN LATERAL jsonb_array_elements_text(n.audience -> 'where') w (id)
          JOIN LATERAL (
               SELECT p.name FROM property p WHERE p.id = w.id::uuid
               UNION ALL SELECT b.street || ' ' || b.house_number FROM building b WHERE b.id = w.id::uuid
               UNION ALL SELECT u.name FROM unit u WHERE u.id = w.id::uuid) x ON true
         GROUP BY n.id
    )
    SELECT n.id, n.kind, n.facts, n.path, n.sent_by, n.created_at, n.told_at, n.audience -> 'who' AS who,
           jsonb_array_length(coalesce(n.audience -> 'where', '[]')) > 0 AS somewhere, p.names, c.*
      FROM shown n LEFT JOIN places p ON p.id = n.id
      CROSS JOIN LATERAL (
           SELECT count(*) AS people, count(r.read_at) AS read, count(r.rung_at) AS rung, count(r.letter_id) AS letters,
                  CASE WHEN EXISTS (SELECT FROM mail_delivery k WHERE k.event = '{MAIL_EVENT}' || n.id)
                       THEN count(r.address_key) - count(d.address_key) ELSE 0 END AS sent,
                  count(*) FILTER (WHERE r.address_key IS NULL AND r.letter_id IS NULL AND (
                       SELECT true FROM account a WHERE a.company_id = r.company_id AND a.person_id = r.person_id
                          AND a.is_active LIMIT 1) IS NULL) AS unreached
             FROM notification_receipt r
             LEFT JOIN (SELECT event, address_key FROM mail_delivery WHERE state NOT IN ('sent', 'kept')) d
                  ON d.event = '{MAIL_EVENT}' || n.id AND d.address_key = r.address_key
            WHERE r.notification_id = n.id) c
     ORDER BY n.id DESC
"""  # noqa: S608 - pieces of our own


def past(db: CompanySession, text: str, *, after: UUID | None = None) -> tuple[list[Any], UUID | None]:
    """A page of them, the newest first, and after which one the next begins; `text` is looked for in what was said."""
    rows = past_rows(db, text, after=after, limit=PAGE + 1)
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def past_rows(db: CompanySession, text: str, *, after: UUID | None, limit: int) -> list[Any]:
    """So many of them."""
    like = "%" + text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    return db.rows(PAST, {"text": text, "like": like, "after": after, "limit": limit})
