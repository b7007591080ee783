"""The demo's sign-ins. Their password is in the open, so these people exist nowhere but in a demo."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.accounts.passwords import hash_password
from quartier.companies.facts import CompanyFacts, read_facts, rows_of
from quartier.config import Config
from quartier.db import engines

DEMO_PASSWORD = "quartier-demo"  # noqa: S105 - meant to be read
OPERATORS = (("mara.lindt@quartier.example", "Mara Lindt", "sales"), ("ivo.baum@quartier.example", "Ivo Baum", "admin"))


def plant_operators(urls: engines.Urls) -> None:
    """Sales and an administrator for the console."""
    engine = engines.engine(urls.platform, size=1)
    with Session(engine) as db:
        known = set(db.scalars(select(Operator.email_key)))
        for email, name, role in OPERATORS:
            if email not in known:
                hashed = hash_password(DEMO_PASSWORD)
                db.add(Operator(email=email, email_key=email, name=name, role=role, password_hash=hashed))
        db.commit()
    engine.dispose()


def sign_ins(config: Config, folders: Iterable[Path]) -> str:
    """Addresses and people, as printed by `make demo`."""
    lines = ["", f"Password of everybody: {DEMO_PASSWORD}", ""]
    lines.append(f"Console       {config.origin(config.console_host)}")
    lines += [*(f"  {role:<10}  {email}" for email, _name, role in OPERATORS), ""]
    for folder in folders:
        facts = read_facts(folder)
        lines.append(f"{facts.name}   {config.origin(f'{facts.slug}.{config.platform_domain}')}")
        lines += [f"  {role:<10}  {email}" for role, email in _people(facts)]
        lines.append("")
    return "\n".join(lines)


def _people(facts: CompanyFacts) -> list[tuple[str, str]]:
    leads = [
        member
        for member in facts.team
        if any("estate.import" in one["permissions"] for one in member.get("grants", ()))
    ]
    staff = [("Cockpit", email) for email in dict.fromkeys(member["email"] for member in (*leads[:1], *facts.team[:1]))]
    residents = [row["email"] for row in rows_of(facts.folder, "people") if row["account"] == "yes" and row["email"]]
    return staff + [("resident", email) for email in residents[:2]]
