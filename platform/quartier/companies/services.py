"""Making and changing companies. These run with the platform's session; nothing here is reachable from a portal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quartier.companies.branding import publish_brand
from quartier.companies.hosts import LONGEST, refusal
from quartier.companies.slugs import suggested
from quartier.contracts.events import record
from quartier.db.turns import take_turn
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.tenancy.models import Company, Domain

TRIES = 200
STATUS_EVENTS = {"suspended": "company.suspended", "active": "company.resumed"}


class CompanyError(ValueError):
    """A change that cannot be made; `field` is the input it stands at, the message a sentence for the reader."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class NewCompany:
    """What it takes to be a company. `languages[0]` is the default language."""

    slug: str
    name: str
    country: str
    timezone: str
    languages: tuple[str, ...]
    app_name: LocalizedText
    colour: str
    second: str | None = None
    theme: str = "klar"
    tone: str = "formal"


def create_company(db: Session, facts: NewCompany, *, actor: str) -> Company:
    """A company with its host and its first brand: live as soon as this is committed. Raises CompanyError."""
    company = _made(db, facts, "active", actor=actor)
    _give_host(db, company, actor=actor)
    return company


def reserve_company(db: Session, facts: NewCompany, *, actor: str) -> Company:
    """A prospect: its subdomain is kept for it and leads nowhere until `open_company`. Raises CompanyError."""
    company = _made(db, facts, "prospect", actor=actor)
    record(db, company.id, kind="prospect.added", subject=facts.slug, actor=actor)
    return company


def reserve_slug(db: Session, company: Company, slug: str, *, actor: str) -> None:
    """Keep another subdomain for a prospect; the one so far is free again. Raises CompanyError."""
    _free(db, slug, company.id)
    before, company.slug = company.slug, slug
    db.flush()
    record(
        db, company.id, kind="company.renamed", subject=slug, actor=actor, before={"host": before}, after={"host": slug}
    )


def open_company(db: Session, company: Company, *, actor: str) -> None:
    """A prospect becomes a company: its portal answers as soon as this is committed."""
    company.status = "active"
    company.version, company.changed_at = Company.version + 1, func.now()
    db.flush()
    _give_host(db, company, actor=actor)


def _made(db: Session, facts: NewCompany, status: str, *, actor: str) -> Company:
    _free(db, facts.slug, None)
    company = Company(
        slug=facts.slug,
        name=facts.name,
        status=status,
        country=facts.country,
        timezone=facts.timezone,
        languages=list(facts.languages),
    )
    db.add(company)
    db.flush()
    look = {"app_name": facts.app_name, "theme": facts.theme, "colour": facts.colour, "second": facts.second}
    publish_brand(db, company.id, {**look, "tone": facts.tone}, author=actor)
    return company


def _give_host(db: Session, company: Company, *, actor: str) -> None:
    db.add(Domain(host=company.slug, company_id=company.id))
    after = {"host": company.slug, "name": company.name}
    record(db, company.id, kind="company.created", subject=company.slug, actor=actor, after=after)


def change_company(db: Session, company: Company, wanted: dict[str, Any], *, actor: str, reason: str = "") -> None:
    """Name, country, zone, languages, tone. Only what differs is written, and written down."""
    before = {name: getattr(company, name) for name in wanted}
    changed = [name for name, value in wanted.items() if _plain(value) != _plain(before[name])]
    if not changed:
        return
    for name in changed:
        if name != "tone":
            setattr(company, name, list(wanted[name]) if isinstance(wanted[name], tuple) else wanted[name])
    if "tone" in changed:
        publish_brand(db, company.id, {"tone": wanted["tone"]}, author=actor)
    company.version, company.changed_at = Company.version + 1, func.now()
    record(
        db, company.id, kind="company.changed", subject=company.slug, actor=actor, reason=reason,
        before={name: _plain(before[name]) for name in changed}, after={name: _plain(wanted[name]) for name in changed},
    )  # fmt: skip
    db.flush()
    db.expire(company, ["tone"])


def rename_company(db: Session, company: Company, slug: str, *, actor: str, reason: str) -> None:
    """Another subdomain. The old one keeps leading to the company, so nobody else can have it. Raises CompanyError."""
    if slug == company.slug:
        return
    taken_back = _free(db, slug, company.id)
    old = db.get_one(Domain, company.slug)
    kind, old.kind = old.kind, "redirect"  # a company with an own host goes on being reached there
    if taken_back is not None:
        taken_back.kind = kind
    else:
        db.add(Domain(host=slug, company_id=company.id, kind=kind))
    before, company.slug = company.slug, slug
    company.version, company.changed_at = Company.version + 1, func.now()
    db.flush()
    record(
        db, company.id, kind="company.renamed", subject=slug, actor=actor, reason=reason, before={"host": before},
        after={"host": slug},
    )  # fmt: skip


def suspend(db: Session, company: Company, *, actor: str, reason: str) -> None:
    """Close the portal; its people read a notice under the company's own name. Nothing is deleted."""
    _set_status(db, company, "suspended", actor=actor, reason=reason)


def resume(db: Session, company: Company, *, actor: str, reason: str) -> None:
    """Open the portal again, as it was."""
    _set_status(db, company, "active", actor=actor, reason=reason)


def company_by_slug(db: Session, slug: str) -> Company | None:
    """The company that has this name today."""
    return db.scalars(select(Company).filter_by(slug=slug)).first()


def refusal_of(db: Session, slug: str) -> str | None:
    """Why somebody cannot have a subdomain, for a hint while typing; None when they can."""
    if sentence := refusal(slug):
        return sentence
    if db.get(Domain, slug) is not None:
        return _("This subdomain is taken.")
    return _("This subdomain is kept for a prospect.") if company_by_slug(db, slug) is not None else None


def free_slug(db: Session, name: str, *, nameless: str = "portal") -> str:
    """A subdomain made of a name, with a number behind it where another company has it, or had it.

    `nameless` is the one of a name of which nothing can be written in a to z.
    """
    label = suggested(name) or nameless
    for number in range(1, TRIES):
        end = "" if number == 1 else f"-{number}"
        slug = f"{label[: LONGEST - len(end)].rstrip('-')}{end}"
        if refusal_of(db, slug) is None:
            return slug
    raise LookupError(f"no subdomain is free for {label!r}")


def _set_status(db: Session, company: Company, status: str, *, actor: str, reason: str) -> None:
    if company.status == status:
        return
    before, company.status = company.status, status
    db.flush()
    record(
        db, company.id, kind=STATUS_EVENTS[status],
        subject=company.slug, actor=actor, reason=reason, before={"status": before},
        after={"status": status},
    )  # fmt: skip


def _free(db: Session, slug: str, company_id: UUID | None) -> Domain | None:
    """That nobody else has the name, today or as a redirect; the company's own earlier one is returned.

    Names are given out one after the other: two people asking for the same one at the same moment is a sentence for
    the second, not a constraint's error.
    """
    take_turn(db, f"subdomain {slug}")
    known = db.get(Domain, slug)
    if known is None:
        if (kept := company_by_slug(db, slug)) is not None and kept.id != company_id:
            raise CompanyError("slug", _("This subdomain is kept for a prospect."))
        return None
    if known.company_id == company_id:
        return known
    if known.kind == "redirect":
        raise CompanyError("slug", _("This subdomain leads to another company that had it before."))
    raise CompanyError("slug", _("This subdomain is taken."))


def _plain(value: Any) -> Any:
    """A value as an event keeps it."""
    if isinstance(value, LocalizedText):
        return value.to_json()
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
