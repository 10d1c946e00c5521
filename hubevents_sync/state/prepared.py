"""Statements that run with every batch, compiled once: SQLAlchemy's own way to the driver costs more than the work."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.expression import ClauseElement

_NUMBERED = re.compile(r"\?(\d+)")


class Prepared:
    """One statement. Values go to the driver as they are: text, whole numbers, bytes or None.

    Its ``bindparam``s are given by name when it runs; other values in it are fixed. *make* is called once a dialect.
    """

    def __init__(self, make: Callable[[Dialect], ClauseElement]) -> None:
        self._make = make
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, **values: object) -> int:
        """Run it once; how many rows it changed."""
        cursor = self._execute(connection, values)
        changed: int = cursor.rowcount
        cursor.close()
        return changed

    def find(self, connection: Connection, **values: object) -> tuple[Any, ...] | None:
        """Run it once; the first row that it answers, if any."""
        cursor = self._execute(connection, values)
        rows = cursor.fetchall()
        cursor.close()
        return rows[0] if rows else None

    def run_many(self, connection: Connection, names: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
        """Run it for each of *rows*, whose values stand in the order of *names*."""
        compiled = self._compile(connection.dialect)
        if not rows:
            return
        if compiled.order is None:
            connection.exec_driver_sql(compiled.sql, [dict(zip(names, row, strict=True)) for row in rows])
        elif compiled.order == names:
            connection.exec_driver_sql(compiled.sql, list(rows))
        else:
            raise AssertionError("the values are not in the order in which the driver takes them")

    def _execute(self, connection: Connection, values: dict[str, object]) -> Any:  # Any: a cursor of some driver
        compiled = self._compile(connection.dialect)
        named = {**compiled.fixed, **values}
        cursor = connection.connection.cursor()
        if compiled.order is None:
            cursor.execute(compiled.sql, named)
        else:
            cursor.execute(compiled.sql, [named[name] for name in compiled.order])
        return cursor

    def _compile(self, dialect: Dialect) -> "_Compiled":
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _Compiled(self._make(dialect), dialect)
        return compiled


class _Compiled:
    """*order* is None where the driver takes parameters by name, as PostgreSQL's does."""

    __slots__ = ("fixed", "order", "sql")

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self.fixed = dict(compiled.params)
        self.order: tuple[str, ...] | None = None
        if dialect.positional:
            self.order = tuple(getattr(compiled, "positiontup", None) or ())


def run_sql(connection: Connection, sql: str, values: Sequence[object]) -> None:
    """Run *sql*, which speaks of *values* by their numbers: ``?1`` is the first."""
    cursor = connection.connection.cursor()
    if connection.dialect.positional:
        cursor.execute(sql, values)
    else:
        cursor.execute(_name(sql), {f"p{number}": value for number, value in enumerate(values, start=1)})
    cursor.close()


@lru_cache(maxsize=64)
def _name(sql: str) -> str:
    """*sql* with its parameters as psycopg has them."""
    return _NUMBERED.sub(r"%(p\1)s", sql)
