"""How far the schema is, and how far the code expects it to be, for every process that serves.

Read from the files and tables themselves: alembic, which moves the schema (`migrate`), is a seventh of what a process
would load at its start, and none that only serves needs it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, text

CORE = Path(__file__).parent.parent / "migrations"
FACTS = ("revision", "down_revision")


@dataclass(frozen=True)
class History:
    """One line of migrations: `name` is "core" or a plugin's slug, `versions` its folder."""

    name: str
    versions: Path

    @property
    def version_table(self) -> str:
        """Where this history remembers how far it is."""
        return "alembic_version" if self.name == "core" else f"alembic_version_{self.name}"


CORE_HISTORY = History("core", CORE / "versions")


@dataclass(frozen=True)
class Revisions:
    """Where a history's tables are, and where its code expects them."""

    current: str
    wanted: str

    @property
    def match(self) -> bool:
        """Whether they fit."""
        return self.current == self.wanted


def revisions(database: Engine, histories: Iterable[History]) -> dict[str, Revisions]:
    """The state of each history's migrations, for people; several heads are joined with commas."""
    with database.connect() as connection:
        return {
            history.name: Revisions(", ".join(sorted(_current(connection, history))), ", ".join(sorted(heads(history))))
            for history in histories
        }


def pending(database: Engine, histories: Iterable[History]) -> set[str]:
    """Names of the histories whose tables are not where the code expects them; those plugins must not serve."""
    with database.connect() as connection:
        return {history.name for history in histories if _current(connection, history) != heads(history)}


def heads(history: History) -> set[str]:
    """The revisions that no other one follows; more than one is two people's work that nobody has joined yet."""
    known: set[str] = set()
    followed: set[str] = set()
    for file in history.versions.glob("*.py"):
        facts = _facts(file)
        if facts.get("revision"):
            known.add(str(facts["revision"]))
            before = facts.get("down_revision") or ()
            followed.update([before] if isinstance(before, str) else before)
    return known - followed


def _facts(file: Path) -> dict[str, str | tuple[str, ...] | None]:
    """What a migration says of itself in plain values, without running it."""
    found = {}
    for line in ast.parse(file.read_bytes()).body:
        for name, value in _assigned(line):
            if name in FACTS:
                found[name] = ast.literal_eval(value)
    return found


def _assigned(line: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    match line:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            yield from (
                (name.id, value) for name, value in zip(names, values, strict=False) if isinstance(name, ast.Name)
            )


def _current(connection: Connection, history: History) -> set[str]:
    if connection.scalar(text("SELECT to_regclass(:table)"), {"table": history.version_table}) is None:
        return set()
    return set(connection.scalars(text(f"SELECT version_num FROM {history.version_table}")))  # noqa: S608 - our own name
