"""Companies as code: planting twice writes nothing, drift is named, an export makes the same company again."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from quartier.accounts.models import Account, Agent, AgentGrant
from quartier.app import Platform
from quartier.catalogue.pricing import Terms, Tier
from quartier.catalogue.queries import versions_of
from quartier.catalogue.services import add_product
from quartier.cli import cli
from quartier.companies.ascode.description import Description, differences
from quartier.companies.ascode.from_database import describe_database
from quartier.companies.ascode.from_files import describe_files
from quartier.companies.commands import apply_folder, drift_of, export_folder
from quartier.companies.facts import FactsError, read_facts
from quartier.companies.services import company_by_slug
from quartier.config import Config, shipped
from quartier.contracts.models import Contract, ContractEvent, ContractLine, ModuleTrial
from quartier.db.base import Base, new_id
from quartier.estate.models import Property, Unit
from quartier.i18n.localized import LocalizedText
from quartier.people.models import Occupant, Person
from quartier.plugin.manager import Plugins
from quartier.tenancy.models import Company
from tools.estates.__main__ import write_small

DEMO = ("brunnenhof", "nordlicht", "regie-du-lac")
NO_MODULES = Plugins()
SIGNED = """[mail]
sender_name = "Ihr Brunnenhof"
reply_to = "post@brunnenhof.example"
header = { de = "Seit 1923" }
footer = { de = "8008 Zürich" }
paces = { "imports.report" = "daily" }
push = { "faq.article" = false }"""
MASTERDATA: dict[str, dict[str, Any]] = {
    "unit": {"is_commercial": True, "position": 7, "note": "Zeile 1\nZeile 2",
             "archived_at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC)},
    "person": {"company_name": "Keller & Co", "title": "Dr.", "mobile": "+41790000000", "street": "Weg 1",
               "postal_code": "8000", "city": "Zürich", "country": "CH", "note": "kommt gern vorbei"},
}  # fmt: skip


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[str], Path]:
    """A demo company's folder under another slug, so that each test has a company of its own.

    With tables instead of what its own program exports: that is an import, and has tests of its own.
    """

    def copy(name: str) -> Path:
        folder = tmp_path / f"{name}-{new_id().hex[-8:]}"
        shutil.copytree(shipped("tenants") / name, folder, ignore=shutil.ignore_patterns("import"))
        write_small(name, folder)
        rename(folder, folder.name)
        return folder

    return copy


def rename(folder: Path, slug: str) -> None:
    toml = folder / "tenant.toml"
    toml.write_text(re.sub(r'^slug = ".*"$', f'slug = "{slug}"', toml.read_text(), count=1, flags=re.MULTILINE))


def edit(folder: Path, old: str, new: str, *, file: str = "tenant.toml") -> None:
    content = (folder / file).read_text()
    assert old in content
    (folder / file).write_text(content.replace(old, new, 1))


def stored(platform: Platform, slug: str) -> tuple[Company, Description]:
    with Session(platform.shell.platform, expire_on_commit=False) as db:
        company = company_by_slug(db, slug)
        assert company is not None
        return company, describe_database(db, company).said


def versions(platform: Platform, company: Company) -> dict[str, set[tuple[str, str]]]:
    """Where each row of the core lies and which transaction wrote it: any write at all changes this."""
    found: dict[str, set[tuple[str, str]]] = {}
    of_modules = tuple(f"{slug}_" for slug in platform.shell.plugins.installed)
    with Session(platform.shell.platform) as db:
        for table in Base.metadata.sorted_tables:
            if "company_id" in table.columns and not table.name.startswith(of_modules):
                query = text(f'SELECT ctid::text, xmin::text FROM "{table.name}" WHERE company_id = :company')
                found[table.name] = {(row[0], row[1]) for row in db.execute(query, {"company": company.id})}
        own = text("SELECT ctid::text, xmin::text FROM company WHERE id = :company")
        found["company"] = {(row[0], row[1]) for row in db.execute(own, {"company": company.id})}
    return found


WORDS = LocalizedText(de="Begleitung", en="Support", fr="Suivi")
TERMS = Terms(WORDS, WORDS, LocalizedText(), "", "flat", "year", prices={"CHF": (Tier(1, Decimal("20.00")),)})


@pytest.fixture
def config(platform: Platform) -> Config:
    return platform.shell.config


@pytest.mark.parametrize("name", DEMO)
def test_a_company_is_what_its_folder_says_and_its_export_makes_it_again(
    platform: Platform, config: Config, copied: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    folder, again, third = copied(name), tmp_path / f"again-{new_id().hex[-8:]}", tmp_path / "third"
    plugins = platform.shell.plugins
    apply_folder(config, folder, plugins=plugins)
    company, said = stored(platform, folder.name)
    assert differences(describe_files(read_facts(folder)), said) == []
    with platform.shell.platform.connect() as connection:
        articles = text("SELECT count(*) FROM faq_article WHERE company_id = :company")
        assert (connection.scalar(articles, {"company": company.id}) or 0) >= 15
    before = versions(platform, company)
    assert len(before["unit"]) > 50
    apply_folder(config, folder, plugins=plugins)
    assert versions(platform, company) == before, "a second time there is nothing to write"
    export_folder(config, folder.name, again, plugins=plugins)
    rename(again, again.name)
    apply_folder(config, again, plugins=plugins)
    _second, repeated = stored(platform, again.name)
    assert differences(said, repeated) == []
    export_folder(config, again.name, third, plugins=plugins)
    assert contents(third) == contents(again)
    assert {path.parts[0] for path in contents(folder)} == {path.parts[0] for path in contents(again)}


def contents(folder: Path) -> dict[Path, bytes]:
    """All files of a folder by their place in it."""
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_an_export_holds_what_was_made_in_the_portal(
    platform: Platform, config: Config, copied: Callable[[str], Path], tmp_path: Path
) -> None:
    folder, again = copied("brunnenhof"), tmp_path / f"again-{new_id().hex[-8:]}"
    apply_folder(config, folder, plugins=NO_MODULES)
    company, _said = stored(platform, folder.name)
    with Session(platform.shell.platform) as db:
        house = Property(company_id=company.id, id=new_id(), name="Neubau", timezone="Europe/Zurich")
        person = Person(company_id=company.id, id=new_id(), family_name='O"Neil; Söhne, Co', email="oneil@post.example")
        db.add_all([house, person])
        db.flush()
        terms = {"unit_quota": 900, "begins_at": time(8, 30), "grace_days": 7, "read_only_days": 14}
        db.execute(update(Contract).filter_by(company_id=company.id).values(**terms))
        key = f"code_{new_id().hex[-8:]}"
        sold = add_product(db, key=key, kind="service", terms=TERMS, known=(), actor="Mara")
        line = {"module": key, "version_id": versions_of(db, sold)[0].id, "price": 20, "period": "year"}
        contract_id = db.scalars(select(Contract.id).filter_by(company_id=company.id)).first()
        db.add(ContractLine(company_id=company.id, contract_id=contract_id, starts=date(2025, 1, 1), **line))
        tried = {"starts": date(2025, 3, 1), "ends": date(2025, 3, 31), "reason": "At the fair", "author": "Mara"}
        db.add(ModuleTrial(company_id=company.id, module="chat", **tried))
        db.execute(update(Unit).filter_by(company_id=company.id, external_id="BRU-12.0.1").values(**MASTERDATA["unit"]))
        db.execute(
            update(Person).filter_by(company_id=company.id, external_id="BRU-M001").values(**MASTERDATA["person"])
        )
        db.execute(update(Property).filter_by(company_id=company.id).values(owner="Pensionskasse", note="Dach 2024"))
        db.execute(update(Occupant).filter_by(company_id=company.id, role="household").values(role="subtenant"))
        soon = {"starts": date(2030, 1, 1), "ends": date(2030, 2, 1)}
        agent = Agent(company_id=company.id, id=new_id(), person_id=person.id, employer="Dach AG", ends=soon["ends"])
        grants = [
            AgentGrant(company_id=company.id, agent_id=agent.id, permissions=["faq.edit"], given_by="Nadja", **more)
            for more in ({}, {"property_id": house.id, **soon}, {"ended_at": datetime(2025, 1, 1, tzinfo=UTC)})
        ]
        db.add(agent)
        db.flush()
        db.add_all(grants)
        db.add(Account(company_id=company.id, person_id=person.id, email=person.email, email_key=person.email))
        db.commit()
        known = {str(house.id), str(person.id)}
    export_folder(config, folder.name, again, plugins=NO_MODULES)
    rename(again, again.name)
    apply_folder(config, again, plugins=NO_MODULES)
    _first, said = stored(platform, folder.name)
    _second, repeated = stored(platform, again.name)
    assert differences(said, repeated) == []
    assert [repeated["trial"]["chat",]["reason"], repeated["line"][key, "1"]["version"]] == ["At the fair", 1]
    assert known <= {key[0] for table in ("property", "person") for key in repeated[table]}


def test_an_export_overwrites_nothing(config: Config, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FactsError, match="there is something in this folder already"):
        export_folder(config, "brunnenhof", tmp_path, plugins=NO_MODULES)


def test_drift_is_named_field_by_field_and_apply_takes_it_back(
    platform: Platform, config: Config, copied: Callable[[str], Path]
) -> None:
    folder = copied("brunnenhof")
    apply_folder(config, folder, plugins=NO_MODULES)
    company, _said = stored(platform, folder.name)
    with Session(platform.shell.platform) as db:
        units = update(Unit).where(Unit.company_id == company.id, Unit.external_id == "BRU-12.0.1")
        db.execute(units.values(rooms="4.5"))
        db.execute(update(Company).where(Company.id == company.id).values(name="Brunnenhof Wohnen AG"))
        line = update(ContractLine).where(ContractLine.company_id == company.id, ContractLine.module == "faq")
        db.execute(line.values(ends="2031-01-01"))
        db.add(Person(company_id=company.id, id=new_id(), external_id="NEW-1", family_name="Neu"))
        db.commit()
    assert [str(drift) for drift in drift_of(config, folder)] == [
        "company.name: Brunnenhof Immobilien AG in the folder, Brunnenhof Wohnen AG in the database",
        "line faq 1.ends: nothing in the folder, 2031-01-01 in the database",
        "unit BRU-12.0.1.rooms: 3.5 in the folder, 4.5 in the database",
        "person NEW-1: only in the database",
    ]
    apply_folder(config, folder, plugins=NO_MODULES)
    assert [str(drift) for drift in drift_of(config, folder)] == ["person NEW-1: only in the database"]
    with Session(platform.shell.platform) as db:
        events = db.scalars(select(ContractEvent).filter_by(company_id=company.id, kind="line.changed")).all()
        assert [(event.actor, event.after) for event in events] == [("Quartier", {"ends": None})]


def test_what_the_folder_changes_is_planted(platform: Platform, config: Config, copied: Callable[[str], Path]) -> None:
    folder = copied("brunnenhof")
    apply_folder(config, folder, plugins=NO_MODULES)
    edit(folder, f'starts = 2025-01-01\nprice = "490.00"\nperiod = "month"\n\n{PINBOARD}\n', FURTHER)
    edit(folder, "[modules.faq]\non = true", '[modules.faq]\non = false\nproperties = ["BRU-P1", "BRU-P3"]')
    edit(folder, ",BRU-M005\n", ",BRU-M001;BRU-M002:household\n", file="masterdata/occupancies.csv")
    edit(folder, 'property = "BRU-P1"\npermissions = ["estate.read", "people.read"]', DATED)
    apply_folder(config, folder, plugins=NO_MODULES)
    _company, said = stored(platform, folder.name)
    assert differences(describe_files(read_facts(folder)), said) == []
    assert set(said["line"]) == {("faq", "1"), ("faq", "2"), ("pinboard", "1"), ("bookings", "1")}
    assert said["occupancy"]["BRU-N001",]["people"] == (("BRU-M001", "main"), ("BRU-M002", "household"))
    assert said["module"]["faq",]["properties"] == ("BRU-P1", "BRU-P3")
    assert said["override"]["faq", "deny", "1"]["reason"] == "Unpaid since May."
    assert said["agent"]["team:dragan.petrovic@brunnenhof.example",]["grants"] == (
        (("bookings.view", "faq.view_drafts"), "company", "", None, None),
        (("estate.read",), "building", "BRU-B12", date(2026, 1, 1), date(2026, 4, 1)),
    )
    edit(folder, 'permissions = ["team.admin", "company.settings"', 'permissions = ["company.settings"')
    with pytest.raises(FactsError, match=r"nobody would have team.admin for the whole company and without an end"):
        apply_folder(config, folder, plugins=NO_MODULES)
    assert stored(platform, folder.name)[1]["agent"] == said["agent"]


TWICE = """[[team.grants]]
from = 2027-01-01
permissions = ["mail.read"]

[[team.grants]]
permissions = ["team.admin\""""
DATED = 'building = "BRU-B12"\nfrom = 2026-01-01\nuntil = 2026-03-31\npermissions = ["estate.read"]'
PINBOARD = '[[contract.lines]]\nmodule = "pinboard"\nstarts = 2026-01-01\nprice = "735.00"\nperiod = "month"'
FURTHER = """starts = 2025-02-01
ends = 2026-01-01
[[contract.lines]]
module = "faq"
starts = 2026-03-01

[[contract.lines]]
module = "pinboard"
starts = 2026-01-01

[[overrides]]
module = "faq"
effect = "deny"
starts = 2026-05-01
ends = 2026-06-01
reason = "Unpaid since May."
"""


def test_an_account_that_the_folder_does_not_give_is_not_taken_away(
    platform: Platform, config: Config, copied: Callable[[str], Path]
) -> None:
    folder = copied("brunnenhof")
    apply_folder(config, folder, plugins=NO_MODULES)
    edit(folder, "BRU-M001\n", "", file="masterdata/accounts.csv")
    apply_folder(config, folder, plugins=NO_MODULES)
    _company, said = stored(platform, folder.name)
    assert ("BRU-M001",) in said["account"]
    assert [str(drift) for drift in drift_of(config, folder)] == ["account BRU-M001: only in the database"]


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("tenant.toml", 'name = "Brunnenhof Immobilien AG"\n', "", "name is missing"),
        ("tenant.toml", '"#1f5c4a"', '"pea green"', "'pea green' is no colour (not_hex)"),
        ("tenant.toml", "cover_at = 64", 'corners = "oval"', "brand.corners: 'oval' is none of theme, square,"),
        ("tenant.toml", "Europe/Zurich", "Europe/Atlantis", "timezone 'Europe/Atlantis' is not known"),
        ("tenant.toml", '"brand/logo.svg"', '"brand/nothing.svg"', "nothing.svg: No such file or directory"),
        ("tenant.toml", '"brand/logo.svg"', '"tenant.toml"', "tenant.toml: refused (not_an_image)"),
        ("tenant.toml", 'number = "BRU-2025-01"\n', "", "number is missing"),
        (
            "tenant.toml",
            PINBOARD,
            f"{PINBOARD}\nends = 2024-01-01",
            "contract:",
        ),
        ("tenant.toml", 'property = "BRU-P1"', 'property = "BRU-P9"', "names the property 'BRU-P9', which is not in"),
        ("tenant.toml", "[contract]", "[contract", "tenant.toml: "),
        (
            "tenant.toml",
            '[[team.grants]]\npermissions = ["team.admin"',
            TWICE,
            "mail.read would be given twice at one place and time",
        ),
        ("masterdata/units.csv", "BRU-12.0.1,BRU-B12", "BRU-12.0.1,BRU-B99", "unit BRU-12.0.1 names the building"),
        ("masterdata/units.csv", ",0,3.5,84", ",0,many,84", "BRU-12.0.1: rooms is no number: 'many'"),
        ("masterdata/occupancies.csv", "2019-05-01", "spring 2019", "BRU-N001: Invalid isoformat string"),
        ("masterdata/people.csv", "external_id,given_name", "external_id,first_name", "given_name is missing"),
        ("masterdata/people.csv", ",language\n", ",account\n", "language is missing"),
        ("masterdata/accounts.csv", "BRU-M001", "BRU-M9", "accounts.csv names the person 'BRU-M9', which is not in"),
        ("masterdata/accounts.csv", "BRU-M001", "BRU-M007", "accounts.csv: BRU-M007 has no e-mail address"),
    ],
)
def test_a_folder_that_cannot_be_used_says_where_and_plants_nothing(
    platform: Platform, config: Config, copied: Callable[[str], Path], file: str, old: str, new: str, complaint: str
) -> None:
    folder = copied("brunnenhof")
    edit(folder, old, new, file=file)
    with pytest.raises(FactsError) as refused:
        apply_folder(config, folder, plugins=NO_MODULES)
    assert complaint in str(refused.value)
    with Session(platform.shell.platform) as db:
        assert company_by_slug(db, folder.name) is None


def test_a_subdomain_that_leads_to_somebody_else_is_refused(
    config: Config, copied: Callable[[str], Path], make_company: Callable[..., Any]
) -> None:
    folder = copied("brunnenhof")
    rename(folder, "www")
    with pytest.raises(FactsError, match="reserved"):
        apply_folder(config, folder, plugins=NO_MODULES)


def test_the_commands_speak_in_sentences_and_exit_codes(
    config: Config, copied: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = copied("nordlicht"), tmp_path / "out"
    monkeypatch.setattr(Config, "from_env", classmethod(lambda _cls, *_more: replace(config)))
    runner = CliRunner()

    def run(*words: str) -> tuple[int, str]:
        done = runner.invoke(cli, ["company", *words])
        return done.exit_code, done.output

    assert run("diff", str(folder))[0] == 1
    assert run("apply", str(folder))[0] == 0
    assert run("diff", str(folder)) == (0, "Folder and database agree.\n")
    people = folder / "masterdata" / "people.csv"
    rows = list(csv.reader(people.read_text().splitlines()))
    people.write_text(people.read_text().replace(rows[1][5], "+49 40 669 691 98", 1))
    code, words = run("diff", str(folder))
    assert (code, words.count("\n")) == (1, 1)
    assert f"person {rows[1][0]}.phone: +49 40 669 691 98 in the folder" in words
    assert run("export", folder.name, str(out))[0] == 0
    assert (out / "tenant.toml").is_file()
    assert run("export", folder.name, str(out))[0] == 1
    assert run("export", "nobody", str(tmp_path / "nobody"))[0] == 1


OTHERWISE = """

[settings_in.BRU-P1]
household_invite = false
invitations_automatic = true

[settings_in.BRU-P3]
household_invite = false

[looks.BRU-P1]
app_name = { de = "Hof O'Hara" }
logo = "brand/logo.svg"
corners = "square"

[looks.BRU-P3]
colour = "#0b4f8a"
"""


def test_switches_and_the_sender_are_part_of_a_folder(
    platform: Platform, config: Config, copied: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = copied("brunnenhof")
    edit(folder, "access_after = 30", "access_after = 0\n\n" + SIGNED + OTHERWISE)
    edit(folder, "cover_at = 64", 'cover_at = 64\ncorners = "round"')
    apply_folder(config, folder, plugins=NO_MODULES)
    apply_folder(config, folder, plugins=NO_MODULES)
    export_folder(config, folder.name, tmp_path / "out", plugins=NO_MODULES)
    assert read_facts(tmp_path / "out").settings_in == read_facts(folder).settings_in
    _company, said = stored(platform, folder.name)
    assert differences(describe_files(read_facts(folder)), said) == []
    assert read_facts(tmp_path / "out").brand["corners"] == "round"
    assert (said.only("brand")["corners"], said.only("brand")["density"]) == ("round", "theme")
    with platform.shell.platform.connect() as connection:
        looks = text("SELECT number, own FROM brand_version WHERE company_id = :company AND property_id IS NOT NULL")
        assert {(row.number, *row.own) for row in connection.execute(looks, {"company": _company.id})} == {
            (1, "app_name", "corners", "logo_id", "logo_dark_id", "logo_reverse_id"), (1, "colour", "second"),
        }  # fmt: skip
    assert describe_files(read_facts(tmp_path / "out"))["look"] == said["look"]
    assert {name for name in contents(tmp_path / "out" / "brand") if name.name.startswith("look-")} == {
        Path("look-1-logo.svg"), Path("look-1-logo-dark.svg"),
    }  # fmt: skip
    assert said["deviation"] == {
        ("household_invite", "BRU-P1"): {"value": False}, ("invitations_automatic", "BRU-P1"): {"value": True},
        ("household_invite", "BRU-P3"): {"value": False},
    }  # fmt: skip
    with Session(platform.shell.platform) as db:
        told = db.scalars(select(ContractEvent).filter_by(company_id=_company.id, kind="switch.placed")).all()
        assert [(one.subject, one.before["properties"], len(one.after["properties"])) for one in told] == [
            ("household_invite", [], 2), ("invitations_automatic", [], 1),
        ]  # fmt: skip
    assert said.only("company")["settings"] == {"access_before": 14, "access_after": 0}
    assert said.only("mail") == {
        "sender_name": "Ihr Brunnenhof", "reply_to": "post@brunnenhof.example",
        "header": LocalizedText({"de": "Seit 1923"}), "footer": LocalizedText({"de": "8008 Zürich"}),
        "paces": {"imports.report": "daily"},
        "in_app": {}, "push": {"faq.article": False},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ("access_after = 367", "367 is no value for it"),
        ("access_after = true", "True is no value for it"),
        ("access_afterwards = 3", "there is no such switch"),
        ("access_after = 0\n\n[settings_in.BRU-P1]\naccess_after = 3", "no such switch for single properties"),
        ("access_after = 0\n\n[settings_in.BRU-P1]\nhousehold_invite = 3", "3 is no value for it"),
        ('access_after = 0\n\n[looks.BRU-P9]\ntheme = "warm"', "looks names the property 'BRU-P9'"),
        ('access_after = 0\n\n[looks.BRU-P1]\ncolour = "pea"', "'pea' is no colour"),
        ('access_after = 0\n\n[looks.BRU-P1]\ntone = "informal"', "looks.BRU-P1.tone: there is no such key"),
        ("access_after = 0\n\n[settings_in.BRU-P9]\nhousehold_invite = false", "names the property 'BRU-P9'"),
        ("access_after = 0\n\n[mail]\nsender = 'x'", "mail.sender: there is no such key"),
        ("access_after = 0\n\n[mail]\nreply_to = 'post'", "'post' is no address"),
    ],
)
def test_a_folder_says_nothing_that_nobody_reads(
    config: Config, copied: Callable[[str], Path], wrong: str, complaint: str
) -> None:
    folder = copied("brunnenhof")
    edit(folder, "access_after = 30", wrong)
    with pytest.raises(FactsError, match=re.escape(complaint)):
        apply_folder(config, folder, plugins=NO_MODULES)
