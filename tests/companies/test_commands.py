"""Companies kept as code: what the files say is in the database afterwards, the modules' part too."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from quartier.app import Platform
from quartier.companies.commands import apply_folder
from quartier.companies.facts import FactsError
from quartier.companies.services import company_by_slug
from quartier.config import Config
from quartier.db import engines
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession
from tools.estates.__main__ import write_small

REGIE = Path("tenants/regie-du-lac")


@pytest.fixture
def config(test_config: Config, test_urls: engines.Urls) -> Config:
    admin, app, platform = (
        url.render_as_string(hide_password=False) for url in (test_urls.admin, test_urls.app, test_urls.platform)
    )
    return replace(test_config, database_url=admin, database_app_url=app, database_platform_url=platform)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a company that nobody else in the tests has."""
    folder = tmp_path / "regie-sur-papier"
    shutil.copytree(REGIE, folder, ignore=shutil.ignore_patterns("import"))
    write_small(REGIE.name, folder)
    facts = folder / "tenant.toml"
    facts.write_text(facts.read_text("utf-8").replace('slug = "regie-du-lac"', 'slug = "regie-sur-papier"'), "utf-8")
    return folder


def articles(platform: Platform) -> int | None:
    with Session(platform.shell.platform) as db:
        company: Company | None = company_by_slug(db, "regie-sur-papier")
    if company is None:
        return None
    bound = CompanySession(platform.shell.engine, company.id)
    try:
        return int(bound.row("SELECT count(*) AS many FROM faq_article", {}).many)
    finally:
        bound.close()


def test_a_modules_folder_is_planted_and_stays(config: Config, folder: Path, platform: Platform) -> None:
    broken = folder / "faq" / "cold-radiator.fr.md"
    kept = broken.read_text("utf-8")
    broken.write_text("---\nno front matter", "utf-8")
    with pytest.raises(FactsError, match="regie-sur-papier/faq"):
        apply_folder(config, folder)
    assert articles(platform) == 0, "all of the module's files or none"
    broken.write_text(kept, "utf-8")
    for _time in ("first", "second"):
        apply_folder(config, folder)
        assert articles(platform) == len({path.name.split(".")[0] for path in (folder / "faq").glob("*.md")})
