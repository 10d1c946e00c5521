"""Tell all that a state holds, line by line, in words that outlive its tables."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from hubevents_sync.state.rows import read_file_names
from hubevents_sync.state.tables import OUTCOMES, STATES, event, header, journal, participation, run

FORMAT = "hubevents-sync/state-export"
VERSION = 1
Line = dict[str, Any]


def export_state(connection: Connection, *, with_identity_key: bool) -> Iterator[Line]:
    """The header first, then every event, row, run and call. People are their keyed hash.

    Whoever has the key too can test an address against the hashes: it is left out unless it is asked for.
    """
    yield _tell_header(connection, with_identity_key=with_identity_key)
    names: dict[int, Line] = {}
    for row in _read(connection, event):
        key = {"externalAccountId": row["external_account_id"], "externalEventId": row["external_event_id"]}
        names[row["id"]] = key
        kept = {name: value for name, value in row.items() if name not in ("external_account_id", "external_event_id")}
        yield {"kind": "event", "key": key, **kept}
    files = read_file_names(connection)
    for row in _read(connection, participation):
        yield _tell_row(row, names, files)
    for table, kind in ((run, "run"), (journal, "call")):
        for row in _read(connection, table):
            told = dict(row)
            told.pop("in_flight", None)  # the rows themselves were told
            # An upsert's kind is a word of its own here: a line's is what the line is about.
            yield {**told, **({"call": told["kind"]} if "kind" in told else {}), "kind": kind}


def _read(connection: Connection, table: Table) -> Iterator[Mapping[str, Any]]:
    statement = select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(statement, execution_options={"yield_per": 5_000}).mappings():
        yield dict(row)


def _tell_header(connection: Connection, *, with_identity_key: bool) -> Line:
    told = dict(connection.execute(select(header)).mappings().one())
    key = told.pop("identity_key")
    del told["id"]
    shown = {"identity_key": key.hex() if key is not None else None} if with_identity_key else {}
    return {"kind": "state", "format": FORMAT, "version": VERSION, **told, **shown}


def _tell_row(row: Mapping[str, Any], names: Mapping[int, Line], files: Mapping[int | None, str]) -> Line:
    told = dict(row)
    told["key"] = names.get(told.pop("event_id"))
    told["person"] = bytes(told["person"]).hex()
    told["state"] = STATES[told["state"]].value
    told["outcome"] = OUTCOMES[told["outcome"]].value
    told["file"] = files.get(told.pop("file_id")) or None
    return {"kind": "row", **told}
