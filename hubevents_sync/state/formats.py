"""Which format a state is of: make one, check one, bring an older one up to date."""

import uuid
from collections.abc import Callable, Mapping

from sqlalchemy import Connection, insert, inspect, select, update

from hubevents_sync.errors import StateError
from hubevents_sync.state.format_version import FORMAT_VERSION
from hubevents_sync.state.identity import Identity
from hubevents_sync.state.lease import create_lease
from hubevents_sync.state.place import Place
from hubevents_sync.state.tables import app_settings, event_receipt, header, metadata, roster_index

HEADER_ID = 1

Upgrade = Callable[[Connection], None]


def _add_reviews_and_settings(connection: Connection) -> None:
    """Format 2: a run knows its files, its pull request, the plan that was reviewed, and the state that it left.

    What HubSpot has of an app's settings is on record too, and which entries of rosters are at HubSpot whole, for a
    plan to pass over.
    """
    for column in ("files_digest TEXT", "reviewed_digest TEXT", "pull_request TEXT", "serial BIGINT"):
        connection.exec_driver_sql(f"ALTER TABLE run ADD COLUMN {column}")
    for table in (app_settings, roster_index):
        table.create(connection, checkfirst=True)


def _add_receipts_and_rows_in_flight(connection: Connection) -> None:
    """Format 3: it is on record which events have nothing to do; the rows of a call lie with it until it has a result.

    Whoever writes to an event, or reads its rows, has to know of it.
    """
    event_receipt.create(connection, checkfirst=True)
    kind = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    connection.exec_driver_sql(f"ALTER TABLE journal ADD COLUMN in_flight {kind}")


# From each older format the step to the next one. Format 1 is the first.
UPGRADES: Mapping[int, Upgrade] = {1: _add_reviews_and_settings, 2: _add_receipts_and_rows_in_flight}


def create_state(connection: Connection, identity: Identity, *, keep_key: bool, now_ms: int) -> None:
    """Make the tables of an empty state with a lineage of its own; *keep_key* puts the identity's key into it."""
    metadata.create_all(connection)
    connection.execute(
        insert(header).values(
            id=HEADER_ID,
            format_version=FORMAT_VERSION,
            lineage=str(uuid.uuid4()),
            serial=0,
            identity_fingerprint=identity.fingerprint,
            identity_key=identity.key if keep_key else None,
            created_at_ms=now_ms,
        )
    )
    create_lease(connection)


def read_format(connection: Connection, location: Place) -> int:
    """The format of the state; StateError where there is no state in the database."""
    columns = {"format_version", "lineage", "serial"}
    inspector = inspect(connection)
    if not inspector.has_table("header") or not columns <= {
        column["name"] for column in inspector.get_columns("header")
    }:
        raise location.damaged("it is a database of something else")
    version = connection.execute(select(header.c.format_version).where(header.c.id == HEADER_ID)).scalar_one_or_none()
    if version is None:
        raise location.damaged("its header is missing")
    return int(version)


def check_format(version: int, *, current: int = FORMAT_VERSION) -> None:
    """Raise StateError where *version* is newer than *current*."""
    if version > current:
        raise StateError(
            f"state is of format {version}, this version reads up to {current}: upgrade hubevents-sync",
            hint="pip install --upgrade hubevents-sync",
        )


def upgrade_state(connection: Connection, location: Place, *, upgrades: Mapping[int, Upgrade] = UPGRADES) -> None:
    """Bring the state to FORMAT_VERSION step by step, inside the caller's transaction."""
    version = read_format(connection, location)
    check_format(version)
    while version < FORMAT_VERSION:
        step = upgrades.get(version)
        if step is None:
            raise StateError(
                f"state is of format {version}, which this version no longer reads",
                hint="upgrade it with an earlier version of hubevents-sync first",
            )
        step(connection)
        version += 1
        connection.execute(update(header).where(header.c.id == HEADER_ID).values(format_version=version))
