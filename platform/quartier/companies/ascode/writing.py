"""What every part of planting writes with: what differs, ids by the names of the folder, and rows of one company."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from quartier.companies.ascode.description import Description, Key, Row
from quartier.companies.ascode.from_database import Known
from quartier.companies.ascode.shapes import SHAPES
from quartier.companies.facts import CompanyFacts, FactsError
from quartier.contracts.refusal import ContractError
from quartier.db.base import new_id
from quartier.estate.history import acting

ACTOR = "Quartier"
"""Who did it, as the company's own team reads it in histories; the command and the folder stand in the reason."""
MODELS = {shape.table: shape.model for shape in SHAPES}


class Writing:
    """One company: `_said` is what the folder wants, `_known` what there is."""

    def __init__(self, db: Session, facts: CompanyFacts, said: Description, known: Known) -> None:
        self._db, self._facts, self._said, self._known = db, facts, said, known
        self.company = known.company
        self._ids: dict[str, dict[str, UUID]] = {}

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Write as this command; what is refused is said of the folder."""
        try:
            with acting(self._db, ACTOR, "system"):
                yield
        except ContractError as error:
            raise FactsError(f"{self._facts.folder}/tenant.toml: contract: {error}") from error
        except IntegrityError as error:
            raise FactsError(f"{self._facts.folder}: the database refuses this: {error.orig}") from error

    def _changed(self, table: str) -> Iterable[tuple[Key, Row, Row | None]]:
        """Key, wanted row and known row of what differs."""
        theirs = self._known.said[table]
        for key, wanted in self._said[table].items():
            there = theirs.get(key)
            if there is None or any(wanted[name] != there[name] for name in wanted):
                yield key, wanted, there

    def _id(self, table: str, name: str) -> UUID:
        """Of the tables, or of what has been imported since they were read."""
        known = self._ids.setdefault(table, {})
        if name not in known:
            model = MODELS[table]
            found = self._db.scalar(select(model.id).filter_by(company_id=self.company.id, external_id=name))
            if found is None:
                raise FactsError(f"{self._facts.folder}: there is no {table} {name!r}, neither here nor in its export")
            known[name] = found
        return known[name]

    def _add(self, model: Any, **values: Any) -> Any:
        thing = model(company_id=self.company.id, id=new_id(), **values)
        self._db.add(thing)
        return thing

    def _remove(self, model: Any, **by: Any) -> None:
        self._db.execute(delete(model).filter_by(company_id=self.company.id, **by))


def set_values(thing: Any, values: Row) -> None:
    """Assign only what differs, so that an unchanged company is not announced as changed."""
    for name, value in values.items():
        if getattr(thing, name) != value:
            setattr(thing, name, value)
