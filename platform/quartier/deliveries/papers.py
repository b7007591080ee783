"""What went to somebody on paper: letters with a way into the portal, and important messages that nothing else brought.

They stand beside the mails of a person, so that one page says all that was written to them.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from quartier.tenancy.session import CompanySession

MOST: Final = 50
LETTERS: Final = f"""
    SELECT s.id, s.kind, s.created_at AS made_at, s.sent_by AS made_by,
           greatest(b.printed_at, s.printed_at) AS printed_at,
           CASE WHEN s.printed_at >= coalesce(b.printed_at, s.printed_at) THEN s.printed_by ELSE b.printed_by
            END AS printed_by, NULL::uuid AS notification_id
      FROM invitation_sending s JOIN invitation i ON i.company_id = s.company_id AND i.id = s.invitation_id
      LEFT JOIN letter_batch b ON b.company_id = s.company_id AND b.id = s.event
     WHERE s.channel = 'letter' AND i.person_id = %(person)s
     UNION ALL
    SELECT r.id, 'message', l.created_at, l.created_by, greatest(l.printed_at, r.printed_at),
           CASE WHEN r.printed_at >= coalesce(l.printed_at, r.printed_at) THEN r.printed_by ELSE l.printed_by END,
           r.notification_id
      FROM notification_receipt r JOIN letter_batch l ON l.company_id = r.company_id AND l.id = r.letter_id
     WHERE r.person_id = %(person)s
     ORDER BY made_at DESC, id LIMIT {MOST}
"""  # noqa: S608 - a number of ours


def letters(db: CompanySession, person_id: UUID) -> list[Any]:
    """Letters to somebody, the newest first: `kind` is "invitation", "reminder" or "message", which names its
    `notification_id`. `printed_at` is when it was opened last, by itself or with others, None as long as nobody has."""
    return db.rows(LETTERS, {"person": person_id})
