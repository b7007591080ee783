"""Letters of one act as a file: on the company's paper, each in its reader's language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

from quartier.deliveries.readers import voice_for
from quartier.files.models import StoredFile
from quartier.files.storage import Storage
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import using
from quartier.invitations.letters import Opening
from quartier.invitations.paper import letter_page
from quartier.invitations.services import Inviter
from quartier.invitations.switches import WINDOW
from quartier.letters.press import Page, Paper, drawn, printed, printed_each
from quartier.people.homes import homes_of_people
from quartier.people.stages import residents_by_id
from quartier.plugin.switches import value
from quartier.tenancy.company import company_of
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot
from quartier.theming.palette import derive

AT_ONCE: Final = 50
"""So many letters are set while somebody waits; more are a job."""
SENT: Final = """
    SELECT i.id, i.person_id, i.own_code, i.expires_at, s.kind FROM invitation_sending s
      JOIN invitation i ON i.company_id = s.company_id AND i.id = s.invitation_id
     WHERE s.event = %(event)s AND s.channel = 'letter' AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL
"""
SOMEBODY: Final = SimpleNamespace(
    salutation="ms", title="", given_name="Verena", family_name="Keller", company_name="", name="Verena Keller",
    street="Seestrasse 14", postal_code="8057", city="Zürich", country="",
)  # fmt: skip


def window_of(company: Snapshot) -> str:
    """Where this company's envelopes have their window: what it chose, or what is usual in its country."""
    if chosen := value(company.settings, WINDOW):
        return str(chosen)
    return "right" if company.country in {"CH", "LI"} else "din"


def print_act(
    db: CompanySession,
    storage: Storage,
    company: Snapshot,
    actor: Inviter,
    event: UUID,
    *,
    today: date,
    only: UUID | None = None,
) -> bytes:
    """The letters of an act that still open something, as a PDF; in the order in which one walks by the houses.

    `only` is one person of them. Empty where all were withdrawn or accepted meanwhile.
    """
    sent = {row.person_id: row for row in db.rows(SENT, {"event": event}) if only in {None, row.person_id}}
    rows = residents_by_id(db, list(sent), within=(), today=today)
    if not rows:
        return b""
    with using(voice_for(company_of(db), None)):
        title = _("Invitations of %(company)s", company=company.name)
    papers, letters = Papers(db, storage, company, list(sent), today), [(row, sent[row.id]) for row in by_houses(rows)]
    pages = _pages(db, company, actor, letters, today)
    return printed_each(zip((papers.of(row.id) for row, _sent in letters), pages, strict=True), title=title)


def by_houses(rows: Iterable[Any]) -> list[Any]:
    """People in the order in which one walks by the houses."""
    return sorted(rows, key=lambda row: (row.property or "", row.home_street or "", row.unit or "", row.name))


def print_sample(db: CompanySession, storage: Storage, company: Snapshot, window: str | None, *, today: date) -> bytes:
    """A letter to nobody on the company's paper, for envelopes with this window, or with the present one."""
    paper = paper_of(db, storage, company)
    paper = replace(paper, window=window) if window else paper
    page, title = _sample(db, company, None, today)
    return printed(paper, [page], title=title)


def draw_sample(db: CompanySession, storage: Storage, company: Snapshot, language: str, *, today: date) -> bytes:
    """The same as a picture (PNG), in a language."""
    page, title = _sample(db, company, language, today)
    return drawn(paper_of(db, storage, company), page, title=title)


def _sample(db: CompanySession, company: Snapshot, language: str | None, today: date) -> tuple[Page, str]:
    opening = Opening(company.name, "https://portal.example/join", "portal.example/join", "KM7Q-4TRX2-9WBHP")
    voice = replace(voice_for(company_of(db), language), tone=company.tone)  # type: ignore[arg-type]  # one on trial
    with using(voice):
        return letter_page(SOMEBODY, opening, today=today, country=company.country, reminder=False), _("Sample")


def paper_of(db: CompanySession, storage: Storage, company: Snapshot) -> Paper:
    """The company's paper: logo, colour, and what it says of itself at the foot of its mails."""
    foot = company.mail_footer.pick(company.default_language, company.languages).text
    line = " · ".join(part.strip() for part in [company.name, *foot.splitlines()] if part.strip())
    colour = derive(company.brand.colour, company.brand.second).light["accent-text"]
    own_links = [f"{company.host}{one.path}" for one in company.legal if one.key in {"imprint", "privacy"}]
    return Paper(
        name=company.name, sender=line, foot=" · ".join([line, *own_links]), colour=colour, window=window_of(company),
        logo=_logo(db, storage, company.brand.logo),
    )  # fmt: skip


class Papers:
    """The paper for each person: in the look of the property where they are at home, each drawn up once."""

    def __init__(
        self, db: CompanySession, storage: Storage, company: Snapshot, people: Collection[UUID], today: date
    ) -> None:
        self._company, self._homes = company, homes_of_people(db, company, people, today=today)
        self._made: dict[UUID | None, Paper] = {}
        self._make = partial(paper_of, db, storage)

    def of(self, person_id: UUID) -> Paper:
        """The paper on which this person is written to."""
        worn = self._company.at(self._homes.get(person_id))
        if worn.home not in self._made:
            self._made[worn.home] = self._make(worn)
        return self._made[worn.home]


def _pages(
    db: CompanySession, company: Snapshot, actor: Inviter, letters: Sequence[tuple[Any, Any]], today: date
) -> Iterator[Page]:
    """A page for each pair of a person and what was sent."""
    stored = company_of(db)
    for row, one in letters:
        opening = Opening.of(
            actor.key, db.company_id, one, origin=actor.origin, company=company.name, until=one.expires_at
        )
        with using(voice_for(stored, row.language)):
            reminder = one.kind == "reminder"
            yield letter_page(row, opening, today=today, country=company.country, reminder=reminder)


def _logo(db: CompanySession, storage: Storage, url: str | None) -> tuple[bytes, str] | None:
    """The file behind "/brand/<id>/<name>"."""
    if not url:
        return None
    file = db.get(StoredFile, (db.company_id, UUID(url.split("/")[2])))
    body = storage.get(file.key) if file else None
    return (body, file.content_type) if file and body else None
