"""What all tests share."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.golden import Golden
from tests.postgres_server import PostgresServer, running_postgres

# How fast a machine is, and that the first text ever drawn on it takes a second and a half, is no fault of the code.
settings.register_profile("any machine", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden files change only with this."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew; read their diff")


def pytest_configure() -> None:
    """Take SIGINT as a terminal's child does.

    A shell's background job has it ignored, and hands that on to every process that a test starts.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """The golden files in the folder of the test that asks."""
    return Golden(request.path.parent / "golden", is_updating=bool(request.config.getoption("--update-golden")))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of the tests' own; skipped, with the reason, where this machine has none."""
    with running_postgres() as server:
        yield server
