"""The lines that recur, read for the console."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.revenue.movements import Running, monthly

LINES: Final = """
    SELECT l.company_id, c.currency, l.price, l.period, greatest(l.starts, c.starts) AS starts,
           least(l.ends, c.ends) AS ends, (now() AT TIME ZONE c.timezone)::date AS today
      FROM contract_line l JOIN contract c ON c.company_id = l.company_id AND c.id = l.contract_id
      JOIN company k ON k.id = l.company_id AND k.demo_ends IS NULL
     WHERE l.stage = 'accepted' AND l.price IS NOT NULL AND l.period <> 'once'
       AND coalesce(least(l.ends, c.ends) > greatest(l.starts, c.starts), true)
"""
UNPRICED: Final = """
    SELECT count(DISTINCT l.company_id) FROM contract_line l
      JOIN contract c ON c.company_id = l.company_id AND c.id = l.contract_id
      JOIN company k ON k.id = l.company_id AND k.demo_ends IS NULL
     CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE c.timezone)::date AS today) here
     WHERE l.stage = 'accepted' AND l.price IS NULL AND greatest(l.starts, c.starts) <= today
       AND coalesce(least(l.ends, c.ends) > today, true)
"""


def running_lines(db: Session) -> list[Running]:
    """Accepted lines with a price for a month or a year, whenever they run. What was only offered is no
    revenue, nor is what stands in the contract of a demo."""
    found = []
    for row in db.execute(text(LINES)):
        amount = monthly(row.price, row.period)
        if amount is not None:
            found.append(Running(row.company_id, row.currency, amount, row.starts, row.ends, row.today))
    return found


def unpriced_customers(db: Session) -> int:
    """Companies with lines in force for which nobody wrote a price down: their revenue is not in the numbers."""
    return db.scalar(text(UNPRICED)) or 0
