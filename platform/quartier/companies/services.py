"""Making and changing companies. These run with the platform's session; nothing here is reachable from a portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.companies.models import BrandVersion
from quartier.contracts.models import ContractEvent
from quartier.i18n.localized import LocalizedText
from quartier.tenancy.models import Company, Domain


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
    """A company with its host and its first brand: live as soon as this is committed."""
    company = Company(
        slug=facts.slug,
        name=facts.name,
        country=facts.country,
        timezone=facts.timezone,
        languages=list(facts.languages),
        tone=facts.tone,
    )
    db.add(company)
    db.flush()
    db.add(Domain(host=facts.slug, company_id=company.id))
    db.add(
        BrandVersion(
            company_id=company.id,
            app_name=facts.app_name,
            theme=facts.theme,
            colour=facts.colour,
            second=facts.second,
        )
    )
    record(db, company.id, kind="company.created", subject=facts.slug, actor=actor)
    return company


def record(
    db: Session,
    company_id: UUID,
    *,
    kind: str,
    subject: str,
    actor: str,
    reason: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write down what happened; the table takes rows and gives none back."""
    event = ContractEvent(company_id=company_id, kind=kind, subject=subject, actor=actor, reason=reason)
    event.before, event.after = dict(before) if before else None, dict(after) if after else None
    db.add(event)


def company_by_slug(db: Session, slug: str) -> Company | None:
    """The company that has this name today."""
    return db.scalars(select(Company).filter_by(slug=slug)).first()
