"""A state in a schema of a PostgreSQL database, which a team shares."""

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from sqlalchemy import Connection, RowMapping, select, text

from hubevents_sync.errors import StateError
from hubevents_sync.state.address import Address
from hubevents_sync.state.driver import BUSY_SECONDS
from hubevents_sync.state.place import mark_own_copy
from hubevents_sync.state.postgres import connected, damaged, faults_explained, quote_name
from hubevents_sync.state.tables import header

_HAS_HEADER = text("SELECT to_regclass(:name) IS NOT NULL")
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = :name ORDER BY tablename")
_HAS_SCHEMA = text("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = :name)")


class PostgresPlace:
    """The schema at *address*. It need not be there."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._schema = quote_name(address.schema)

    def __str__(self) -> str:
        return str(self._address)

    def exists(self) -> bool:
        """The schema has a table of that name."""
        with self._reading() as connection:
            return self._has_header(connection)

    def create(self, fill: Callable[[Connection], None]) -> None:
        """Make schema and tables in one transaction. Of several at once the first does it, and the others find it."""
        with (
            self.faults_explained(),
            self.opened_for_writing(busy_seconds=BUSY_SECONDS) as connection,
            connection.begin(),
        ):
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _to_key(self._address.schema)})
            if self._has_header(connection):
                return
            # IF NOT EXISTS asks for the right to make schemas even where there is nothing to make.
            if not connection.execute(_HAS_SCHEMA, {"name": self._address.schema}).scalar_one():
                connection.exec_driver_sql(f"CREATE SCHEMA {self._schema}")
            fill(connection)

    @contextlib.contextmanager
    def opened_for_reading(self, *, needs_copy: bool = False) -> Iterator[Connection | None]:
        """One moment of it, read only, which holds nobody up."""
        opened = self.opened_for_writing(busy_seconds=BUSY_SECONDS) if needs_copy else self._reading()
        with opened as connection, connection.begin():
            if not self._has_header(connection):
                yield None
                return
            if needs_copy:
                self._copy_to_session(connection)
                mark_own_copy(connection)
            yield connection

    def _copy_to_session(self, connection: Connection) -> None:
        """Temporary tables go before those of the same name, and end with the session."""
        for name in self._list_tables(connection):
            connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {name} (LIKE {self._of(name)} INCLUDING ALL)")
            connection.exec_driver_sql(f"INSERT INTO pg_temp.{name} TABLE {self._of(name)}")

    @contextlib.contextmanager
    def opened_for_writing(self, *, busy_seconds: float) -> Iterator[Connection]:
        """A session of its own, which ends with the block, and its locks with it."""
        with connected(self._address, is_read_only=False, busy_seconds=busy_seconds) as connection:
            yield connection

    def begin_writing(self, connection: Connection) -> None:
        """Nothing to do."""

    def end_writing(self, connection: Connection) -> None:
        """Nothing to do: the session's lock ends with the session."""

    def keep_alive(self, connection: Connection, epoch: int) -> None:
        """Lock the lease's number for as long as the session lives: whoever finds it free knows that we are gone."""
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": self._key_of(connection, epoch)})

    def is_alive(self, connection: Connection, row: RowMapping, *, host: str) -> bool | None:  # noqa: ARG002
        """Its session lives, wherever it comes from and whatever the clocks say. One that ended can't write again."""
        key = {"key": self._key_of(connection, row["epoch"])}
        return not connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), key).scalar_one()

    def _key_of(self, connection: Connection, epoch: int) -> int:
        lineage = connection.execute(select(header.c.lineage)).scalar_one()
        return _to_key(f"{lineage}/{epoch}")

    def find_identity(self) -> object:
        """Always the same: a schema that was put in its place has another lineage, which every write compares."""
        return self._address.schema

    def back_up(self, connection: Connection, version: int) -> None:
        """Copy it to the schema ``NAME_backup_vVERSION_sSERIAL`` of the same database."""
        with connection.begin():
            serial = connection.exec_driver_sql("SELECT serial FROM header").scalar_one()
            target = f"{self._address.schema[:40]}_backup_v{version}_s{serial}"
            if connection.execute(_HAS_SCHEMA, {"name": target}).scalar_one():
                return
            connection.exec_driver_sql(f"CREATE SCHEMA {quote_name(target)}")
            for name in self._list_tables(connection):
                connection.exec_driver_sql(f"CREATE TABLE {quote_name(target)}.{name} AS TABLE {self._of(name)}")

    def _list_tables(self, connection: Connection) -> list[str]:
        """Those of the schema, as SQL writes them: an older format may have other ones than this version."""
        found = connection.execute(_TABLES, {"name": self._address.schema}).scalars()
        return [quote_name(name) for name in found]

    def find_damage(self, connection: Connection) -> list[str]:  # noqa: ARG002
        """Nothing: that its storage is whole is for the server to watch."""
        return []

    def faults_explained(self) -> AbstractContextManager[None]:
        """Turn what the network, the server or another process did into a StateError."""
        return faults_explained(self._address)

    def damaged(self, what: str) -> StateError:
        """The error of a schema that holds no state, or no longer."""
        return damaged(self._address, what)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        with connected(self._address, is_read_only=True, busy_seconds=BUSY_SECONDS) as connection:
            yield connection

    def _has_header(self, connection: Connection) -> bool:
        return bool(connection.execute(_HAS_HEADER, {"name": self._of("header")}).scalar_one())

    def _of(self, table: str) -> str:
        return f"{self._schema}.{table}"


def _to_key(name: str) -> int:
    """A number for *name*, as advisory locks want it; by chance two names share one in a state out of 10**19."""
    digest = hashlib.blake2b(f"hubevents-sync/{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
