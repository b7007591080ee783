"""A company's session from a terminal: found by name as the platform, worked in as the portal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from quartier.companies.services import company_by_slug
from quartier.config import Config
from quartier.db import engines
from quartier.tenancy.session import CompanySession


@contextmanager
def opened_company(config: Config, slug: str) -> Iterator[CompanySession]:
    """A session bound to the company with this slug; whoever opens it commits. Raises LookupError."""
    urls = engines.urls(config)
    platform, app = engines.engine(urls.platform, size=1), engines.engine(urls.app, size=1)
    try:
        with Session(platform) as db:
            company = company_by_slug(db, slug)
        if company is None:
            raise LookupError(f"there is no company {slug!r}")
        bound = CompanySession(app, company.id)
        try:
            yield bound
        finally:
            bound.close()
    finally:
        platform.dispose()
        app.dispose()
