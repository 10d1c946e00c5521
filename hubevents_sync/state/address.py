"""The address of a state in a PostgreSQL database: read from a URL, and shown without a password."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote

from hubevents_sync.errors import ConfigurationError

SCHEMES = ("postgresql", "postgres")
DEFAULT_SCHEMA = "hubevents"
LONGEST_NAME = 63  # bytes; PostgreSQL cuts longer ones off without an error
_LIKE = "write it like postgresql://USER:${PASSWORD}@HOST/DATABASE?schema=NAME"
_PARAMETER = re.compile(r"[a-z_]+")
_SCHEMA = re.compile(r"[A-Za-z0-9_-]+")
_HOST = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>[0-9]*))?")


@dataclass(frozen=True, slots=True)
class Address:
    """A schema of a database. *parameters* are libpq's own, the password among them, which nothing shows."""

    shown: str
    schema: str
    parameters: Mapping[str, str] = field(repr=False)

    def __str__(self) -> str:
        return self.shown


def is_address(text: str) -> bool:
    """*text* is a URL, of whatever scheme, and no path."""
    return "://" in text


def parse_address(url: str, *, environment: str | None) -> Address:
    """The address that *url* gives. The schema that it names none of is ``hubevents``, or ``hubevents_ENVIRONMENT``.

    Everything between the parts is percent-decoded. All parameters but ``schema`` are left to libpq: ``sslmode``,
    ``sslrootcert``, ``connect_timeout`` and the like. Raises ConfigurationError, which never holds the URL: a password
    may stand anywhere in one that is written wrong.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in SCHEMES:
        raise _fault("its scheme is not one that is known", f"name a file, or a URL of {SCHEMES[0]}://")
    rest, _, query = rest.partition("?")
    authority, _, database = rest.partition("/")
    user_info, _, hosts = authority.rpartition("@")
    if "/" in database or "@" in database or "@" in query:
        raise _fault("there is an @ or a / where none can be", f"in a password, write @ as %40 and / as %2F; {_LIKE}")
    user, _, password = user_info.partition(":")
    options = dict(parse_qsl(query, keep_blank_values=True))
    schema = options.pop("schema", None)
    parameters = {**_read_hosts(hosts), **_read_options(options)}
    named = {"user": unquote(user), "password": unquote(password), "dbname": unquote(database)}
    parameters.update({name: value for name, value in named.items() if value})
    if any("\x00" in value for value in parameters.values()):
        raise _fault("there is a NUL in it", _LIKE)
    schema = _check_schema(schema, environment)
    return Address(_show(parameters, schema), schema, parameters)


def _read_hosts(written: str) -> dict[str, str]:
    hosts, ports = [], []
    for part in written.split(","):
        found = _HOST.fullmatch(part)
        if found is None:
            raise _fault("what follows the colon is no port", f"in a password, write : as %3A; {_LIKE}")
        hosts.append(unquote(found["host"]).strip("[]"))
        ports.append(found["port"] or "")
    return {
        **({"host": ",".join(hosts)} if any(hosts) else {}),
        **({"port": ",".join(ports)} if any(ports) else {}),
    }


def _read_options(options: Mapping[str, str]) -> dict[str, str]:
    for name in options:
        if not _PARAMETER.fullmatch(name):
            raise _fault("a parameter after the ? has no name that libpq could know", _LIKE)
    return dict(options)


def _check_schema(named: str | None, environment: str | None) -> str:
    schema = named if named is not None else DEFAULT_SCHEMA + (f"_{environment}" if environment else "")
    if not schema or len(schema.encode("utf-8", "replace")) > LONGEST_NAME:
        raise _fault(
            f"the schema's name has {len(schema.encode('utf-8', 'replace'))} bytes; 1 to {LONGEST_NAME} are allowed",
            "name one: ?schema=NAME",
        )
    if not _SCHEMA.fullmatch(schema) or schema.startswith("pg_") or schema == "information_schema":
        raise _fault("the schema can't have that name", "name one of letters, digits, _ and -: ?schema=NAME")
    return schema


def _show(parameters: Mapping[str, str], schema: str) -> str:
    user = f"{quote(parameters['user'])}@" if "user" in parameters else ""
    hosts = parameters.get("host", "").split(",")
    ports = parameters.get("port", "").split(",")
    pairs = [f"{quote(host, safe=':')}:{port}" if port else quote(host, safe=":") for host, port in _pair(hosts, ports)]
    return f"postgresql://{user}{','.join(pairs)}/{quote(parameters.get('dbname', ''))}?schema={quote(schema)}"


def _pair(hosts: list[str], ports: list[str]) -> list[tuple[str, str]]:
    return [(host, ports[index] if index < len(ports) else "") for index, host in enumerate(hosts)]


def _fault(what: str, hint: str) -> ConfigurationError:
    return ConfigurationError(f"the URL of the state can't be read: {what}", hint=hint)
