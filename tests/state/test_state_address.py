"""A URL of a state: every part in its place, and none of a password in anything that is shown."""

import pytest

from hubevents_sync.errors import ConfigurationError
from hubevents_sync.state.address import parse_address

LIKE = "write it like postgresql://USER:${PASSWORD}@HOST/DATABASE?schema=NAME"


@pytest.mark.parametrize(
    ("url", "environment", "shown", "parameters"),
    [
        (
            "postgresql://ana:pw@db.example/hub",
            None,
            "postgresql://ana@db.example/hub?schema=hubevents",
            {"user": "ana", "password": "pw", "host": "db.example", "dbname": "hub"},
        ),
        (
            "postgres://db.example:6432/hub?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            "staging",
            "postgresql://db.example:6432/hub?schema=hubevents_staging",
            {
                "host": "db.example",
                "port": "6432",
                "dbname": "hub",
                "sslmode": "verify-full",
                "sslrootcert": "/etc/ca.pem",
            },
        ),
        (
            "postgresql://a%40b:p%40%2F%3A@one:1,two:2/hub?schema=team_a",
            "staging",
            "postgresql://a%40b@one:1,two:2/hub?schema=team_a",
            {"user": "a@b", "password": "p@/:", "host": "one,two", "port": "1,2", "dbname": "hub"},
        ),
        (
            "postgresql:///hub?host=/run/x",
            None,
            "postgresql://%2Frun%2Fx/hub?schema=hubevents",
            {"host": "/run/x", "dbname": "hub"},
        ),
        (
            "postgresql://[::1]:5433/hub",
            None,
            "postgresql://::1:5433/hub?schema=hubevents",
            {"host": "::1", "port": "5433", "dbname": "hub"},
        ),
    ],
)
def test_a_url_is_read_into_what_libpq_wants(
    url: str, environment: str | None, shown: str, parameters: dict[str, str]
) -> None:
    address = parse_address(url, environment=environment)
    assert dict(address.parameters) == parameters
    assert str(address) == shown
    assert "pw" not in f"{address} {address!r}"


@pytest.mark.parametrize(
    ("url", "message", "hint"),
    [
        ("mysql://db/hub", "its scheme is not one that is known", "name a file, or a URL of postgresql://"),
        (
            "postgresql://u:s3/cret@db/hub",
            "there is an @ or a / where none can be",
            f"in a password, write @ as %40 and / as %2F; {LIKE}",
        ),
        (
            "postgresql://u:s3cret/hub",
            "what follows the colon is no port",
            f"in a password, write : as %3A; {LIKE}",
        ),
        ("postgresql://db/hub?s3cret!=1", "a parameter after the ? has no name that libpq could know", LIKE),
        ("postgresql://db/hub?schema=", "the schema's name has 0 bytes; 1 to 63 are allowed", "name one: ?schema=NAME"),
        (
            "postgresql://db/hub?schema=pg_catalog",
            "the schema can't have that name",
            "name one of letters, digits, _ and -: ?schema=NAME",
        ),
        ("postgresql://u:%00@db/hub", "there is a NUL in it", LIKE),
    ],
)
def test_a_url_that_can_not_be_read_is_explained_and_not_shown(url: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_address(url, environment=None)
    assert (caught.value.message, caught.value.hint) == (f"the URL of the state can't be read: {message}", hint)
    assert "s3" not in f"{message} {hint}"


def test_an_environment_with_a_name_too_long_for_a_schema_is_told_to_name_one() -> None:
    with pytest.raises(ConfigurationError, match="the schema's name has 74 bytes; 1 to 63 are allowed"):
        parse_address("postgresql://db/hub", environment="e" * 64)
