"""Statements that run with every batch, compiled once: SQLAlchemy's own way to the driver costs more than the work."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.sql.expression import ClauseElement


class Prepared:
    """One statement. Values go to the driver as they are: text, whole numbers, bytes or None.

    Its ``bindparam``s are given by name when it runs; other values in it are fixed. *make* is called once a dialect.
    """

    def __init__(self, make: Callable[[Dialect], ClauseElement]) -> None:
        self._make = make
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, **values: object) -> CursorResult[Any]:
        """Run it once."""
        compiled = self._compile(connection.dialect)
        named = {**compiled.fixed, **values}
        if compiled.order is None:
            return connection.exec_driver_sql(compiled.sql, named)
        return connection.exec_driver_sql(compiled.sql, tuple([named[name] for name in compiled.order]))

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
