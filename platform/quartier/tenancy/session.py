"""The session bound to one company. There is no other way to a company's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast
from uuid import UUID

from psycopg import ClientCursor, Cursor, OperationalError
from psycopg import Connection as Driver
from psycopg.pq import TransactionStatus
from psycopg.rows import RowFactory, namedtuple_row
from sqlalchemy import Connection, Engine, PoolProxiedConnection, event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

Row = TypeVar("Row", bound=NamedTuple)

IDLE, INTRANS = TransactionStatus.IDLE, TransactionStatus.INTRANS
READS = ("SELECT", "WITH")
BIND = "SELECT set_config('app.company_id', %s, true)"
BIND_ALONE = "SELECT set_config('app.company_id', '{}', true)"
BEGIN_TO_READ = "BEGIN READ ONLY; SELECT set_config('app.company_id', '{}', true)"
BEGIN_BOUND = "BEGIN; SELECT set_config('app.company_id', '{}', true)"


class CompanySession(Session):
    """An ORM session, and a quick lane beside it, in one transaction bound to one company.

    The driver never begins a transaction by itself: `_bind` does, so that none is ever without its company.

    `rows()` talks to the driver directly: a list page of plain columns does not pay for entities, nor for the
    ORM's own transaction bookkeeping. Both lanes share the connection. The company is written once, at the start;
    a session is never pointed at another company.
    """

    def __init__(self, engine: Engine, company_id: UUID) -> None:
        self._engine, self._company_id = engine, company_id
        self._pooled: PoolProxiedConnection | None = None
        self._connection: Connection | None = None
        self._bound = self._wrote = self._reads_only = False
        self._versions: Mapping[str, int] | None = None
        super().__init__(expire_on_commit=False)

    @property
    def company_id(self) -> UUID:
        """The company whose rows this session sees; cannot be changed."""
        return self._company_id

    def only_read(self) -> None:
        """From the next transaction on, the database refuses to write for this session."""
        self._reads_only = True

    def get_bind(self, *_args: Any, **_kwargs: Any) -> Connection:
        """The one connection of this session, dressed for the ORM when the ORM first asks for it."""
        if self._connection is None:
            self._connection = Connection(self._engine, connection=self._checked_out())
        return self._connection

    def rows(self, statement: str, params: Sequence[Any] | dict[str, Any] = ()) -> list[Any]:
        """All rows of a read, as named tuples. Values only ever as parameters (`%s`, `%(name)s`)."""
        return self._execute(statement, params, namedtuple_row).fetchall()

    def first(self, statement: str, params: Sequence[Any] | dict[str, Any] = ()) -> list[Any]:
        """The rows of a read that a page begins with: it is sent together with the beginning of the transaction.

        Such a message takes no parameters, so the driver writes the values into it, quoted. It is planned each time: so
        it is for what is planned in no time, such as the call of a function or a row by its key.
        """
        driver = self._driver()
        if self._bound or self._in_transaction():
            return self.rows(statement, params)
        cursor = ClientCursor(driver, row_factory=namedtuple_row)
        cursor.execute(f"{self._beginning()}; {statement}", params)
        self._bound = True
        cursor.nextset()  # after BEGIN comes the company
        cursor.nextset()
        return cursor.fetchall()

    def glance(self, statement: str, params: Sequence[Any] | dict[str, Any] = ()) -> list[Any]:
        """The rows of a read that may be all that a page asks: bound for itself, in one round trip and no transaction.

        As with `first`, the values are written into it and it is planned each time, so it is the call of a function.
        """
        driver = self._driver()
        if self._bound or self._in_transaction():
            return self.rows(statement, params)
        cursor = ClientCursor(driver, row_factory=namedtuple_row)
        cursor.execute(f"{BIND_ALONE.format(self._company_id)}; {statement}", params)
        cursor.nextset()
        return cursor.fetchall()

    def row(self, statement: str, params: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """The first row, or None."""
        return self._execute(statement, params, namedtuple_row).fetchone()

    def open(self, statement: str, params: dict[str, Any], shape: type[Row]) -> Row | None:
        """Run a first statement that binds the company itself (`open_visit`), for itself alone and in one round trip.

        The first row in the shape that is given, a named tuple with the statement's columns in their order.
        Most pages have what they need in memory and ask nothing else; those that do begin a bound transaction then.
        A pooled connection may have died with a restarted server; the first statement is the one to find out.
        """
        try:
            found = self._alone(statement, params)
        except OperationalError:
            self.close()
            self._engine.dispose()
            found = self._alone(statement, params)
        return shape(*found) if found else None

    def note_versions(self, versions: Mapping[str, int]) -> None:
        """What the first statement found: how often the contents of each module changed so far."""
        self._versions = versions

    def version_of(self, module: str) -> int | None:
        """The version of a module's contents, or None where it is not known or this session may have changed it."""
        return None if self._wrote or self._versions is None else self._versions.get(module)

    def versions_of(self, modules: tuple[str, ...]) -> tuple[int, ...] | None:
        """The same of several that are the core's: all of its tables count, so what was never counted never changed."""
        if self._wrote or self._versions is None:
            return None
        return tuple(self._versions.get(module, 0) for module in modules)

    def commit(self) -> None:
        """Make everything true, whichever lane did it."""
        super().commit()
        if self._pooled is not None and self._in_transaction():
            self._driver().commit()
        if self._wrote:
            self._versions = None
        self._bound = self._wrote = False

    def rollback(self) -> None:
        """Undo everything, whichever lane did it."""
        super().rollback()
        if self._pooled is not None and self._in_transaction():
            self._driver().rollback()
        self._bound = self._wrote = False

    def close(self) -> None:
        """Give the connection back; what was written and not committed is rolled back.

        A transaction that only read ends with COMMIT: after a ROLLBACK psycopg forgets all prepared statements, and
        preparing them anew costs more than the page's own query.
        """
        if self._pooled is not None and not self._wrote and self._driver().info.transaction_status == INTRANS:
            self._driver().commit()
        if self._connection is not None or self._new:  # a page that only read rows has nothing that the ORM holds
            super().close()
        if self._connection is not None:
            self._connection.close()
        elif self._pooled is not None:
            self._pooled.close()
        self._connection = self._pooled = None
        self._bound = self._wrote = False

    def begin_nested(self) -> SessionTransaction:
        """A savepoint that is there at once: the ORM alone would make it with its own first statement only, and what
        the quick lane had written by then would stay when it is rolled back."""
        nested = super().begin_nested()
        self.connection()
        return nested

    def _checked_out(self) -> PoolProxiedConnection:
        if self._pooled is None:
            self._pooled = self._engine.raw_connection()
            if not self._driver().autocommit:
                self._driver().autocommit = True  # transactions begin with `_bind`, and nowhere else
        return self._pooled

    def _execute(self, statement: str, params: Any, factory: RowFactory[Any]) -> Cursor[Any]:
        driver = self._driver()
        if not self._bound:
            self._bind(driver)
        self._wrote |= not statement.lstrip().startswith(READS)
        return driver.cursor(row_factory=factory).execute(statement, params, prepare=True)

    def _in_transaction(self) -> bool:
        """Whether one is open, be it one of the quick lane's that the ORM knows nothing of."""
        return self._driver().info.transaction_status != IDLE

    def _driver(self) -> Driver[Any]:
        return cast("Driver[Any]", self._checked_out().driver_connection)

    def _alone(self, statement: str, params: dict[str, Any]) -> tuple[Any, ...] | None:
        return self._driver().cursor().execute(statement, params, prepare=True).fetchone()

    def _bind(self, driver: Driver[Any]) -> None:
        """Begin a transaction that is bound from its first moment: both in one round trip, for every write and page."""
        if self._in_transaction():
            driver.execute(BIND, (str(self._company_id),), prepare=True)
        else:
            driver.execute(self._beginning())
        self._bound = True

    def _beginning(self) -> str:
        return (BEGIN_TO_READ if self._reads_only else BEGIN_BOUND).format(self._company_id)


@event.listens_for(CompanySession, "after_begin")
def _bind_orm(session: CompanySession, transaction: SessionTransaction, _connection: Connection) -> None:
    if not transaction.nested and not session._bound:
        session._bind(session._driver())


@event.listens_for(CompanySession, "after_transaction_end")
def _unbind(session: CompanySession, transaction: SessionTransaction) -> None:
    """The setting ends with the transaction; the next one binds again."""
    if transaction.parent is None:
        session._bound = False


@event.listens_for(CompanySession, "before_flush")
def _note_flush(session: CompanySession, _context: UOWTransaction, _instances: object) -> None:
    session._wrote = True


@event.listens_for(CompanySession, "do_orm_execute")
def _note_write(state: ORMExecuteState) -> None:
    if not state.is_select and isinstance(state.session, CompanySession):
        state.session._wrote = True
