"""All that is PostgreSQL's own: connecting, sessions, its faults in a person's words."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from hubevents_sync.errors import ConfigurationError, StateError
from hubevents_sync.state.address import Address
from hubevents_sync.state.tables import metadata

if TYPE_CHECKING:
    import psycopg

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 300
# A runner that is cut off without a word is noticed on both sides after a minute.
KEEPALIVE = {"idle": 30, "interval": 10, "count": 3}
# libpq's; what the URL says itself goes first.
DEFAULTS: dict[str, str] = {
    "application_name": "hubevents-sync",
    "connect_timeout": str(CONNECT_SECONDS),
    "keepalives": "1",
    **{f"keepalives_{name}": str(value) for name, value in KEEPALIVE.items()},
    "tcp_user_timeout": "60000",
}
# To name PostgreSQL with the indexes themselves would load all of its dialect, 40 ms, for a file too.
for _table in metadata.sorted_tables:
    for _index in _table.indexes:
        _index.dialect_kwargs["postgresql_where"] = _index.dialect_kwargs.get("sqlite_where")
INSTALL = "pip install 'hubevents-sync[postgres]'"
KEPT = "what was recorded so far is kept: run again, and it goes on from there"


@contextlib.contextmanager
def connected(address: Address, *, is_read_only: bool, busy_seconds: float) -> Iterator[Connection]:
    """A connection whose names are those of the address's schema. One that is lost is not made again.

    With *is_read_only* the server refuses to change anything, and every transaction sees one moment.
    """
    driver = _import_driver()
    _check_parameters(address, driver)
    made: list[psycopg.Connection[Any]] = []

    def connect() -> "psycopg.Connection[Any]":
        if made:  # a writer's lock ended with its connection: it must not go on with another
            raise lost(address)
        connection = _connect(address, driver)
        made.append(connection)
        _begin_session(connection, address, is_read_only=is_read_only, busy_seconds=busy_seconds)
        return connection

    # hide_parameters: the text of an error must not tell what was written.
    engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=StaticPool, hide_parameters=True)
    try:
        with faults_explained(address), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
        for each in made:
            each.close()


def _import_driver() -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise ConfigurationError(
            "the state is to be kept in PostgreSQL, and the driver for it is not installed", hint=INSTALL
        ) from error
    return psycopg


def _check_parameters(address: Address, driver: Any) -> None:
    known = {option.keyword.decode() for option in driver.pq.Conninfo.get_defaults()}
    unknown = sorted(address.parameters.keys() - known)
    if unknown:
        raise ConfigurationError(
            f"the URL of the state has a parameter that PostgreSQL does not know: {unknown[0]}",
            hint="schema is ours; all others are libpq's, such as sslmode and sslrootcert",
        )


def _connect(address: Address, driver: Any) -> "psycopg.Connection[Any]":
    try:
        connection: psycopg.Connection[Any] = driver.connect(**{**DEFAULTS, **address.parameters})
    except driver.Error as error:
        raise _not_reached(address, error) from None  # the driver's own words are in it, but for the password
    except UnicodeError as error:
        raise ConfigurationError("the URL of the state holds half of a character", hint="set it again") from error
    return connection


def _begin_session(
    connection: "psycopg.Connection[Any]", address: Address, *, is_read_only: bool, busy_seconds: float
) -> None:
    settings = {
        "search_path": quote_name(address.schema),
        "lock_timeout": f"{max(1, round(busy_seconds * 1000))}",
        "statement_timeout": f"{STATEMENT_SECONDS * 1000}",
        "idle_in_transaction_session_timeout": "0",  # a plan reads files between two questions
        "client_encoding": "UTF8",
        **{f"tcp_keepalives_{name}": str(value) for name, value in KEEPALIVE.items()},
    }
    with connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.commit()
    if is_read_only:
        import psycopg

        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True


def quote_name(name: str) -> str:
    """*name* as SQL writes it where it is more than a word in lower case."""
    return '"' + name.replace('"', '""') + '"'


@contextlib.contextmanager
def faults_explained(address: Address) -> Iterator[None]:
    """Turn what the network, the server or another process did into a StateError; a bug stays a bug."""
    try:
        yield
    except (DBAPIError, _import_driver().Error) as error:
        explained = _explain(error.orig if isinstance(error, DBAPIError) else error, address)
        if explained is None:
            raise
        raise explained from None  # its cause may quote what was to be written


def lost(address: Address) -> StateError:
    """The error of a connection that ended before we ended it."""
    return StateError(f"the connection to the state {address} was lost", hint=KEPT)


def damaged(address: Address, what: str) -> StateError:
    """The error of a schema that holds no state, or no longer."""
    return StateError(
        f"{address} is not a state that can be read: {what}",
        hint="restore a backup, or name another schema: the next apply sends all again, which HubSpot takes as repeats",
    )


_REASONS = (
    ("password authentication failed", "look at the user and at the variable that holds the password"),
    ("no password supplied", "give a password: postgresql://USER:${PASSWORD}@HOST/DATABASE"),
    ("no pg_hba.conf entry", "the server takes no such user from here: ask whoever runs it"),
    ("does not exist", "create it on the server, or mend the URL under state: in hubevents.yaml"),
    ("certificate", "look at sslmode and sslrootcert in the URL"),
    ("SSL", "look at sslmode and sslrootcert in the URL"),
    ("too many", "wait until other clients are done"),
    ("starting up", "wait a moment and run again"),
)
_ELSE = "is the server up, and the host, port and network right? hubevents.yaml has the URL under state:"


def _not_reached(address: Address, error: Exception) -> StateError:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    reason = next((line for line in lines if "FATAL:" in line), lines[0] if lines else type(error).__name__)
    reason = reason.rpartition("FATAL:")[2].strip() if "FATAL:" in reason else reason
    password = address.parameters.get("password")
    if password:
        reason = reason.replace(password, "***")
    hint = next((hint for text, hint in _REASONS if text in reason), _ELSE)
    return StateError(f"the state {address} can't be reached: {reason}", hint=hint)


def _explain(cause: BaseException | None, address: Address) -> StateError | None:
    import psycopg

    code = getattr(cause, "sqlstate", None) or ""
    if (not code and isinstance(cause, psycopg.OperationalError)) or code[:2] == "08" or code in _CUT:
        return lost(address)
    make = _BY_CODE.get(code) or _BY_CODE.get(code[:2])
    return None if make is None else make(address, _first_line(cause))


def _first_line(cause: BaseException | None) -> str:
    # The server's main sentence. Its DETAIL, which may quote values, is left out.
    diagnosis = getattr(cause, "diag", None)
    return str(getattr(diagnosis, "message_primary", None) or "no reason given")


# https://www.postgresql.org/docs/current/errcodes-appendix.html; _CUT: the server ended the session.
_CUT = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03"})
_BY_CODE: dict[str, Callable[[Address, str], StateError]] = {
    "55P03": lambda address, _: StateError(
        f"the state {address} is busy: another process did not let go of it",
        hint="wait until that plan or apply is over and run again",
    ),
    "57014": lambda address, what: StateError(f"the state {address} did not answer in time: {what}", hint=KEPT),
    "42501": lambda address, what: StateError(
        f"the state {address} can't be used: {what}",
        hint="the user needs CREATE on the database, or a schema that is there and its own",
    ),
    "25006": lambda address, _: StateError(
        f"the state {address} can't be written: the server is read-only", hint="name the primary server, not a replica"
    ),
    "53": lambda address, what: StateError(
        f"the state {address} can't be written: {what}",
        hint="free some space on the server and run again: what was recorded so far is kept",
    ),
    "42P01": damaged,
    "42703": damaged,
    "3F000": damaged,
    "58": damaged,
    "XX": damaged,
}
