"""What the tests of the plan's page share."""

from tests.browser import driver  # noqa: F401  a fixture
from tests.render.conftest import created, finished, twelve_events, updated  # noqa: F401  fixtures
