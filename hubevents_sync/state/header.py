"""The header of a state: which state it is, and whether it is the one that is meant."""

from collections.abc import Mapping

from sqlalchemy import Connection, select, update

from hubevents_sync.errors import StateError, WrongPortal
from hubevents_sync.model.record import StateHeader
from hubevents_sync.state.identity import KEY_VARIABLE, Identity
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


def require_environment(found: StateHeader, environment: str | None, location: Place) -> None:
    """Raise StateError unless the state is that of *environment*."""
    if found.environment != environment:
        raise StateError(
            f"the state {location} belongs to {_name(found.environment)}, not to {_name(environment)}",
            hint="give each environment a state of its own in hubevents.yaml, or choose the right one with --env",
        )


def require_portal(found: StateHeader, portal: int | None, location: Place) -> None:
    """Raise WrongPortal where the state is that of another HubSpot account than *portal*."""
    if portal is not None and found.portal is not None and portal != found.portal:
        raise WrongPortal(
            f"the state {location} belongs to HubSpot portal {found.portal}, not to {portal}",
            hint="use the token of that portal, or name another state in hubevents.yaml",
        )


def set_portal(connection: Connection, portal: int) -> None:
    """Bind the state to *portal* for good."""
    connection.execute(update(header).values(portal=portal))


def find_identity(connection: Connection, environ: Mapping[str, str], location: Place) -> Identity | StateError:
    """The identity that the state was made with, or the error to raise when somebody needs it."""
    row = connection.execute(select(header.c.identity_key, header.c.identity_fingerprint)).one()
    given = Identity.from_environment(environ)
    own = None if row.identity_key is None else Identity(bytes(row.identity_key))
    fingerprint = f"fingerprint {row.identity_fingerprint[:8]}"
    if given is not None and given.fingerprint != row.identity_fingerprint:
        other = f"{KEY_VARIABLE} holds another identity key than the state {location} was made with ({fingerprint})"
        hint = f"unset {KEY_VARIABLE}: this state keeps its own key" if own else f"set {KEY_VARIABLE} to that key"
        return StateError(other, hint=hint)
    identity = own or given
    if identity is None:
        return StateError(
            f"the state {location} knows people by an identity key that is not in it ({fingerprint})",
            hint=f"set {KEY_VARIABLE} to the key it was made with",
        )
    return identity


def _name(environment: str | None) -> str:
    return "the default environment" if environment is None else f"environment {environment}"
