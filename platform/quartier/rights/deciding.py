"""What the team does about a request, from the desk's page and over the API alike. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Select, and_, case, func, literal, select, tuple_

from quartier.jobs.queue import defer
from quartier.keys import key_of
from quartier.people.erased import ErasedNumbers
from quartier.people.models import Person
from quartier.rights.erasure_jobs import ERASE
from quartier.rights.models import PENDING, ErasureRequest
from quartier.rights.retention import Reason, free_from, has
from quartier.rights.telling import reasons_of, tell_kept, tell_review
from quartier.web.shell import shell
from quartier.web.visit import Visit

SEEN = (*PENDING, "erasing", "partly")
"""What the desk still has to do with."""
WAITS = case((ErasureRequest.state.in_(("open", "review")), 0), else_=1)
ORDER = (WAITS, func.coalesce(ErasureRequest.until, date.min), ErasureRequest.id)
"""What has to be answered comes first, and what waits for its day last."""


class Changed(Exception):
    """What has to be kept is not what it was when somebody looked."""


def requests(after: ErasureRequest | None = None) -> Select[ErasureRequest, Person]:
    """Requests of the desk with who asked, all or those after one of them."""
    query = (
        select(ErasureRequest, Person)
        .join(Person, and_(Person.company_id == ErasureRequest.company_id, Person.id == ErasureRequest.person_id))
        .where(ErasureRequest.state.in_(SEEN))
        .order_by(*ORDER)
    )
    if after is None:
        return query
    group = 0 if after.state in ("open", "review") else 1
    return query.where(tuple_(*ORDER) > tuple_(literal(group), literal(after.until or date.min), literal(after.id)))


def erased_of(visit: Visit) -> ErasedNumbers:
    """Numbers of the company's own system under which nobody comes in any more."""
    return ErasedNumbers(visit.db, key_of(shell().config))


def basis_of(found: Sequence[Reason]) -> str:
    """What has to be kept, as a word: whoever decides has read what is so now."""
    return ",".join(sorted(f"{one.kind}:{one.until or ''}" for one in found))


def begin_review(visit: Visit, wanted: ErasureRequest) -> None:
    """Begin to look at it, and tell the person so; begun twice, it is begun."""
    if wanted.state == "open":
        wanted.state, wanted.reviewed_at, wanted.decided_by = "review", datetime.now(UTC), visit.viewer.name
        visit.db.flush()
        tell_review(visit, wanted)


def erase_now(visit: Visit, wanted: ErasureRequest, basis: str) -> None:
    """Erase what nothing asks to be kept, for good. Raises Changed; also for who still belongs to the team."""
    found = reasons_of(visit, wanted)
    if has(found, "team") or basis != basis_of(found):
        raise Changed
    _decide(visit, wanted, "erasing", found)
    defer(visit.db, ERASE, request=str(wanted.id))


def keep(visit: Visit, wanted: ErasureRequest) -> None:
    """Tell the person what has to be kept, and erase nothing yet. Raises Changed where nothing has to be kept."""
    found = reasons_of(visit, wanted)
    if not found:
        raise Changed
    _decide(visit, wanted, "kept", found)
    tell_kept(visit, wanted)


def _decide(visit: Visit, wanted: ErasureRequest, state: str, found: Sequence[Reason]) -> None:
    wanted.state, wanted.decided_by, wanted.decided_at = state, visit.viewer.name, datetime.now(UTC)
    wanted.reviewed_at = wanted.reviewed_at or wanted.decided_at
    wanted.until = free_from(found)
    visit.db.flush()
