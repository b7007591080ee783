"""What a company's own program exports lies in its folder, and planting the company imports it."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from quartier.accounts.models import Account
from quartier.app import Platform
from quartier.companies.ascode.description import TEAM
from quartier.companies.ascode.from_files import EXPORT
from quartier.companies.commands import apply_folder, drift_of, export_folder
from quartier.companies.facts import FactsError
from quartier.companies.services import company_by_slug
from quartier.config import Config, shipped
from quartier.db.base import new_id
from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.imports.models import ImportRun
from quartier.people.models import Person
from quartier.plugin.manager import Plugins
from tools.estates.making import estate

NO_MODULES = Plugins()


@pytest.fixture
def config(platform: Platform) -> Config:
    return platform.shell.config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Régie du Lac under another slug: four tables of an older program."""
    folder = tmp_path / f"regie-{new_id().hex[-8:]}"
    shutil.copytree(shipped("tenants") / "regie-du-lac", folder)
    named(folder)
    return folder


def named(folder: Path) -> None:
    toml = folder / "tenant.toml"
    toml.write_text(re.sub(r'^slug = ".*"$', f'slug = "{folder.name}"', toml.read_text(), count=1, flags=re.MULTILINE))


def counted(platform: Platform, slug: str) -> dict[str, int]:
    with Session(platform.shell.platform) as db:
        company = company_by_slug(db, slug)
        assert company is not None
        models = (Property, Building, Unit, Occupancy, Person, ImportRun)
        counts = {one: select(func.count()).select_from(one).filter_by(company_id=company.id) for one in models}
        return {one.__tablename__: db.scalars(count).one() for one, count in counts.items()}


def given(folder: Path) -> set[str]:
    return set((folder / "masterdata" / "accounts.csv").read_text().split()) - {"person"}


def signing_in(platform: Platform, slug: str) -> set[str]:
    """Numbers of the people of an export who have an account; the team comes with the folder itself."""
    with Session(platform.shell.platform) as db:
        company = company_by_slug(db, slug)
        assert company is not None
        query = select(Person.external_id).join(Account, Account.person_id == Person.id)
        found = db.scalars(query.where(Person.company_id == company.id, Account.company_id == company.id))
        return {number for number in found if number and not number.startswith(TEAM)}


def test_planting_is_an_import_and_the_second_time_there_is_nothing_to_do(
    platform: Platform, config: Config, folder: Path
) -> None:
    apply_folder(config, folder, plugins=NO_MODULES)
    found, units = counted(platform, folder.name), [u for one in estate("regie") for h in one.houses for u in h.units]
    assert found["unit"] == len(units)
    assert found["import_run"] == 1
    assert signing_in(platform, folder.name) == given(folder)
    apply_folder(config, folder, plugins=NO_MODULES)
    assert counted(platform, folder.name) == found
    assert drift_of(config, folder) == []


def test_what_moved_away_from_the_export_is_named_and_taken_back(
    platform: Platform, config: Config, folder: Path
) -> None:
    apply_folder(config, folder, plugins=NO_MODULES)
    flat = next(unit for unit in estate("regie")[3].houses[0].units if unit.kind == "flat")
    with Session(platform.shell.platform) as db:
        company = company_by_slug(db, folder.name)
        assert company is not None
        units = update(Unit).where(Unit.company_id == company.id, Unit.external_id == flat.number)
        db.execute(units.values(rooms="9.5"))
        db.commit()
    assert [str(drift) for drift in drift_of(config, folder)] == [
        f"unit Avenue d'Échallens 92 · 1er étage, gauche.rooms: {flat.rooms} in the folder, 9.5 in the database"
    ]
    apply_folder(config, folder, plugins=NO_MODULES)
    assert drift_of(config, folder) == []
    assert counted(platform, folder.name)["import_run"] == 2


def test_an_export_that_cannot_be_used_is_not_taken_and_says_where(
    platform: Platform, config: Config, folder: Path
) -> None:
    lots = folder / EXPORT / "lots.csv"
    lines = lots.read_bytes().split(b"\r\n")
    lots.write_bytes(b"\r\n".join([*lines[:5], lines[5].replace(b"Appartement", b"Soucoupe volante"), *lines[6:]]))
    with pytest.raises(FactsError, match=r"masterdata/import: lots\.csv:6:Type d'objet: This word is not known"):
        apply_folder(config, folder, plugins=NO_MODULES)
    assert counted(platform, folder.name)["unit"] == 0
    assert counted(platform, folder.name)["import_run"] == 0


def test_who_is_in_no_export_or_has_no_address_gets_no_account(
    platform: Platform, config: Config, folder: Path
) -> None:
    accounts = folder / "masterdata" / "accounts.csv"
    for wrong, complaint in (
        ("RDL-M010", r"accounts\.csv: RDL-M010 has no e-mail address"),
        ("RDL-M999", "there is no person 'RDL-M999', neither here nor in its export"),
    ):
        accounts.write_text(f"person\nRDL-M001\n{wrong}\n")
        with pytest.raises(FactsError, match=complaint):
            apply_folder(config, folder, plugins=NO_MODULES)
    assert signing_in(platform, folder.name) == set()


def test_an_exported_company_has_all_of_it_in_our_own_tables(
    platform: Platform, config: Config, folder: Path, tmp_path: Path
) -> None:
    apply_folder(config, folder, plugins=NO_MODULES)
    again = tmp_path / f"again-{new_id().hex[-8:]}"
    export_folder(config, folder.name, again, plugins=NO_MODULES)
    assert not (again / EXPORT).exists()
    with (again / "masterdata" / "units.csv").open(encoding="utf-8", newline="") as lines:
        assert len(list(csv.DictReader(lines))) == counted(platform, folder.name)["unit"]
    named(again)
    apply_folder(config, again, plugins=NO_MODULES)
    assert counted(platform, again.name) == counted(platform, folder.name) | {"import_run": 0}
