"""The tables and statements are the same on PostgreSQL: as far as words go, without a server."""

import re

import pytest
from sqlalchemy import Dialect, make_url
from sqlalchemy.schema import CreateIndex, CreateTable

from hubevents_sync.state import calls, events, holding, postgres, rows
from hubevents_sync.state.prepared import Prepared
from hubevents_sync.state.tables import OUTCOMES, STATES, metadata

PREPARED = {
    f"{module.__name__}.{name}": value
    for module in (calls, events, holding, postgres, rows)  # postgres: it adds what it alone can say of the tables
    for name, value in vars(module).items()
    if isinstance(value, Prepared)
}
DIALECTS = [make_url(name).get_dialect()() for name in ("sqlite+pysqlite://", "postgresql+psycopg://")]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("name", sorted(PREPARED))
def test_every_prepared_statement_speaks_both_languages(name: str, dialect: Dialect) -> None:
    sql = str(PREPARED[name]._make(dialect).compile(dialect=dialect))
    assert re.match(r"(INSERT INTO|UPDATE|SELECT|DELETE FROM) ", sql)


def test_the_tables_can_be_made_on_both() -> None:
    for dialect in DIALECTS:
        for table in metadata.sorted_tables:
            assert str(CreateTable(table).compile(dialect=dialect)).strip().startswith("CREATE TABLE ")
            for index in table.indexes:
                assert str(CreateIndex(index).compile(dialect=dialect)).startswith("CREATE INDEX ")


def test_the_index_of_leftovers_holds_none_that_hubspot_has() -> None:
    (index,) = metadata.tables["participation"].indexes
    for dialect in DIALECTS:
        assert str(CreateIndex(index).compile(dialect=dialect)).endswith("WHERE outcome > 1")


def test_the_numbers_in_the_files_never_change_their_meaning() -> None:
    assert [state.value for state in STATES] == ["REGISTERED", "ATTENDED", "CANCELLED"]
    assert [outcome.value for outcome in OUTCOMES] == [
        "confirmed",
        "repeated",
        "unconfirmed",
        "rejected",
        "not attempted",
        "intended",
    ]
