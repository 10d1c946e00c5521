"""What a sandbox can be told when it is made."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from hubevents_sync.errors import SyncError
from hubevents_sync.sandbox.switches import Switches

MAIN_APP_ID = 1234567
MAIN_CLIENT_ID = "00000000-0000-4000-8000-000000000001"
MAIN_CLIENT_SECRET = "00000000-0000-4000-8000-00000000000a"  # noqa: S105 - of nothing but this sandbox
API_VERSIONS = ("2025-09", "2026-03", "2026-09")


def read_wall_clock_ms() -> int:
    """Now, as epoch milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests an account may make. Counted and told in headers; refused only where *is_enforced*.

    The defaults are an Enterprise account's private app: HubSpot's usage guidelines.
    """

    per_window: int = 190
    window_ms: int = 10_000
    per_day: int = 1_000_000
    is_enforced: bool = False


@dataclass(frozen=True, slots=True)
class App:
    """An app that is installed in the account. Its token decides which app calls, and so which events are seen.

    *token* None: any that is no other app's. *client_secret* signs what the sandbox asks the app. *refresh_token*
    None: any.
    """

    id: int
    name: str
    client_id: str
    client_secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)


def read_apps(texts: Iterable[str]) -> tuple[App, ...]:
    """The apps that *texts* (each ``ID=TOKEN``) name, with a client id and a secret made of the id.

    Raises SyncError for a text that is none, and for an id or a token that is there twice.
    """
    apps: list[App] = []
    for text in texts:
        number, _, token = text.partition("=")
        if not (number.isascii() and number.isdigit() and int(number) in range(1, 2**31) and token):
            raise SyncError("an app of the sandbox has a number and a token", hint="write --app 7=THE-TOKEN")
        app_id = int(number)
        if app_id == MAIN_APP_ID or any(app_id == app.id or token == app.token for app in apps):
            raise SyncError(f"the sandbox's app {app_id} or its token is there twice", hint="give each its own")
        client_id, secret = f"client-of-app-{app_id}", f"secret-of-app-{app_id}"
        apps.append(App(app_id, f"app {app_id}", client_id=client_id, client_secret=secret, token=token))
    return tuple(apps)


@dataclass(frozen=True, slots=True)
class Settings:
    """*token* None takes any token. *defined_properties* are custom properties that the account defines from the start;
    naming them filters all others out, whatever the switch says.

    The app_… fields are the app that a token belongs to unless it is one of *apps*. *clock* tells epoch milliseconds;
    all times in the account come from it. *switches* settle what nobody knows of HubSpot: behaviours.py. *time_zone* is
    the portal's, by its IANA name: at its midnight the daily quota is refilled. *latency_seconds* is what every answer
    takes.
    """

    portal_id: int
    app_id: int = MAIN_APP_ID
    app_name: str = "hubevents-sync sandbox"
    user_id: int = 7654321
    client_id: str = MAIN_CLIENT_ID
    client_secret: str = field(default=MAIN_CLIENT_SECRET, repr=False)
    token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    apps: tuple[App, ...] = ()
    defined_properties: frozenset[str] | None = None
    limits: Limits = Limits()
    switches: Switches = field(default_factory=Switches)
    clock: Callable[[], int] = read_wall_clock_ms
    time_zone: str = "UTC"
    latency_seconds: float = 0.0

    @property
    def main_app(self) -> App:
        """The app that a token belongs to unless it is another's."""
        return App(self.app_id, self.app_name, self.client_id, self.client_secret, self.token, self.refresh_token)

    @property
    def all_apps(self) -> tuple[App, ...]:
        """All apps, the main one first."""
        return (self.main_app, *self.apps)

    def get_app(self, app_id: int) -> App | None:
        """The app of that id, if it is installed."""
        return next((app for app in self.all_apps if app.id == app_id), None)
