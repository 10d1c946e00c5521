"""What all tests share."""

import pytest

from tests.golden import Golden


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden files change only with this."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew; read their diff")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """The golden files in the folder of the test that asks."""
    return Golden(request.path.parent / "golden", is_updating=bool(request.config.getoption("--update-golden")))
