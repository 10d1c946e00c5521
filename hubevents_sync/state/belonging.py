"""Whether a state is the one that is meant: of this environment, this HubSpot account, and this key."""

from collections.abc import Mapping

from hubevents_sync.errors import StateError, WrongPortal
from hubevents_sync.model.record import StateHeader
from hubevents_sync.state.identity import KEY_VARIABLE, Identity


def require_environment(found: StateHeader, environment: str | None, location: object) -> None:
    """Raise StateError unless the state is that of *environment*."""
    if found.environment != environment:
        raise StateError(
            f"the state {location} belongs to {_name(found.environment)}, not to {_name(environment)}",
            hint="give each environment a state of its own in hubevents.yaml, or choose the right one with --env",
        )


def require_portal(found: StateHeader, portal: int | None, location: object) -> None:
    """Raise WrongPortal where the state is that of another HubSpot account than *portal*."""
    if portal is not None and found.portal is not None and portal != found.portal:
        raise WrongPortal(
            f"the state {location} belongs to HubSpot portal {found.portal}, not to {portal}",
            hint="use the token of that portal, or name another state in hubevents.yaml",
        )


def choose_identity(
    own_key: bytes | None, fingerprint: str, environ: Mapping[str, str], location: object
) -> Identity | StateError:
    """The identity of a state that keeps *own_key*, or none, or the error to raise when somebody needs it."""
    given = Identity.from_environment(environ)
    own = None if own_key is None else Identity(own_key)
    shown = f"fingerprint {fingerprint[:8]}"
    if given is not None and given.fingerprint != fingerprint:
        other = f"{KEY_VARIABLE} holds another identity key than the state {location} was made with ({shown})"
        hint = f"unset {KEY_VARIABLE}: this state keeps its own key" if own else f"set {KEY_VARIABLE} to that key"
        return StateError(other, hint=hint)
    identity = own or given
    if identity is None:
        return StateError(
            f"the state {location} knows people by an identity key that is not in it ({shown})",
            hint=f"set {KEY_VARIABLE} to the key it was made with",
        )
    return identity


def _name(environment: str | None) -> str:
    return "the default environment" if environment is None else f"environment {environment}"
