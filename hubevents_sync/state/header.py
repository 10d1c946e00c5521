"""The header of a state: which state it is, whose, and by which key it knows people."""

from collections.abc import Mapping

from sqlalchemy import Connection, select, update

from hubevents_sync.errors import StateError
from hubevents_sync.model.record import StateHeader
from hubevents_sync.state.belonging import choose_identity
from hubevents_sync.state.identity import Identity
from hubevents_sync.state.place import Place
from hubevents_sync.state.tables import header


def read_header(connection: Connection) -> StateHeader:
    """The header, without the key."""
    row = connection.execute(select(header)).mappings().one()
    return StateHeader(
        format_version=row["format_version"],
        lineage=row["lineage"],
        serial=row["serial"],
        environment=row["environment"],
        portal=row["portal"],
        identity_fingerprint=row["identity_fingerprint"],
        has_own_key=row["identity_key"] is not None,
    )


def set_portal(connection: Connection, portal: int) -> None:
    """Bind the state to *portal* for good."""
    connection.execute(update(header).values(portal=portal))


def find_identity(connection: Connection, environ: Mapping[str, str], location: Place) -> Identity | StateError:
    """The identity that the state was made with, or the error to raise when somebody needs it."""
    row = connection.execute(select(header.c.identity_key, header.c.identity_fingerprint)).one()
    own_key = None if row.identity_key is None else bytes(row.identity_key)
    return choose_identity(own_key, row.identity_fingerprint, environ, location)
