"""Access tokens that end early, refresh tokens that change, and calls that go on."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hubevents_sync.engine.workspace import SystemClock
from hubevents_sync.errors import AuthenticationFailed
from hubevents_sync.hubspot.auth import Secret
from hubevents_sync.hubspot.client import HubSpotClient
from hubevents_sync.hubspot.credentials import build_client, build_store
from hubevents_sync.hubspot.opening import open_hubspot
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.project import (
    HubSpotSettings,
    OAuthReference,
    RequestBudget,
    SecretReference,
    TokenStoreKind,
    TokenStoreReference,
)
from hubevents_sync.ports import Clock
from hubevents_sync.sandbox.known.access import ROTATION, Rotation
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from hubevents_sync.sandbox.switches import Switches

if TYPE_CHECKING:
    from tests.hubspot.conftest import JumpingClock, Recorder

KEY = EventKey("CookingCo", "4")
CALLS = 20
ENVIRON = {"ID": "client-1", "SECRET": "secret-1", "REFRESH": "refresh-1"}
TOKEN_PATH = "/oauth/v1/token"


def build_settings(base_url: str, *, file: Path | None = None) -> HubSpotSettings:
    """An OAuth app, its refresh token in *file*, or in a variable."""
    refresh_token = None if file else SecretReference("${REFRESH}")
    store = TokenStoreReference(TokenStoreKind.FILE, file)
    oauth = OAuthReference(SecretReference("${ID}"), SecretReference("${SECRET}"), refresh_token, store)
    return HubSpotSettings(base_url=base_url, oauth=oauth, requests=RequestBudget(100_000, 0.0))


def fill(settings: HubSpotSettings, token: str) -> None:
    """Keep *token* where *settings* say."""
    assert settings.oauth is not None
    build_store(settings, build_client(settings.oauth, ENVIRON), ENVIRON, warn=lambda _: None).write(Secret(token))


def count_refreshes(server: RunningSandbox) -> int:
    return sum(request.path == TOKEN_PATH for request in server.requests())


class SteppingClock:
    """The account's time, which the test moves; the client does not know of it."""

    def __init__(self) -> None:
        self.now_ms = 1_793_523_600_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.mark.parametrize("file", [None, "token.json"])
def test_twenty_parallel_calls_whose_token_died_early_refresh_it_once(
    clock: "JumpingClock", tmp_path: Path, file: str | None
) -> None:
    account_time = SteppingClock()
    with running_sandbox(clock=account_time) as server:
        settings = build_settings(server.base_url, file=tmp_path / file if file else None)
        if file:
            fill(settings, "refresh-1")
        with open_hubspot(settings, environ=ENVIRON, clock=clock) as client, ThreadPoolExecutor(CALLS) as pool:
            assert client.read_event(KEY) is None
            account_time.now_ms += 1_800_000  # half an hour in which the client's own clock stood still
            together = threading.Barrier(CALLS)

            def read(_: int) -> object:
                together.wait()
                return client.read_event(KEY)

            assert list(pool.map(read, range(CALLS))) == [None] * CALLS
        assert count_refreshes(server) == 2
        answers = [request.status for request in server.requests() if request.path != TOKEN_PATH]
        assert answers.count(404) == CALLS + 1
        assert 1 <= answers.count(401) <= CALLS


def test_a_second_401_ends_in_an_authentication_failure(clock: "JumpingClock", recorder: "Recorder") -> None:
    for number in (1, 2):
        recorder.answer({"access_token": f"access-{number}"})
        recorder.answer({"message": "no"}, status=401)
    with (
        open_hubspot(build_settings(recorder.url), environ=ENVIRON, clock=clock) as client,
        pytest.raises(AuthenticationFailed) as caught,
    ):
        client.read_event(KEY)
    assert caught.value.status == 401
    assert [request.headers.get("authorization") for request in recorder.requests] == [
        None,
        "Bearer access-1",
        None,
        "Bearer access-2",
    ]


def test_a_token_of_a_private_app_is_not_tried_again(clock: "JumpingClock", recorder: "Recorder") -> None:
    recorder.always({"message": "no"}, status=401)
    settings = HubSpotSettings(base_url=recorder.url)
    with (
        open_hubspot(settings, environ={"HUBSPOT_ACCESS_TOKEN": "pat"}, clock=clock) as client,
        pytest.raises(AuthenticationFailed),
    ):
        client.read_event(KEY)
    assert len(recorder.requests) == 1


def open_rotating(server: RunningSandbox, clock: Clock, warnings: list[str], file: Path) -> HubSpotClient:
    settings = build_settings(server.base_url, file=file)
    return open_hubspot(settings, environ=ENVIRON, clock=clock, warn=warnings.append)


def test_a_new_refresh_token_is_kept_in_the_file_and_the_next_run_uses_it(
    clock: "JumpingClock", tmp_path: Path
) -> None:
    warnings: list[str] = []
    file = tmp_path / "token.json"
    with running_sandbox(switches=Switches({ROTATION.name: Rotation.ROTATE})) as server:
        fill(build_settings(server.base_url, file=file), "refresh-1")
        for _ in range(3):
            before = file.read_text()
            with open_rotating(server, clock, warnings, file) as client:
                client.read_event(KEY)
            assert file.read_text() != before
    assert "refresh-1" not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert warnings == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["token.json", "token.json.lock"]


def test_runs_at_once_lose_no_rotated_token(tmp_path: Path) -> None:
    file = tmp_path / "token.json"
    with running_sandbox(switches=Switches({ROTATION.name: Rotation.ROTATE})) as server, ThreadPoolExecutor(8) as pool:
        fill(build_settings(server.base_url, file=file), "refresh-1")

        def run(_: int) -> None:
            with open_rotating(server, SystemClock(), [], file) as client:
                client.read_event(KEY)

        list(pool.map(run, range(8)))
        assert [request.status for request in server.requests() if request.path == TOKEN_PATH] == [200] * 8


def test_a_new_refresh_token_that_a_variable_can_not_take_is_said_once_and_used(clock: "JumpingClock") -> None:
    warnings: list[str] = []
    with running_sandbox(switches=Switches({ROTATION.name: Rotation.ROTATE})) as server:
        settings = build_settings(server.base_url)
        with open_hubspot(settings, environ=ENVIRON, clock=clock, warn=warnings.append) as client:
            client.read_event(KEY)
            clock.sleep(1_700)
            client.read_event(KEY)
        assert [request.status for request in server.requests() if request.path == TOKEN_PATH] == [200, 200]
    assert warnings == [
        "HubSpot gave a new refresh token, and the one in hubspot.oauth.refresh_token may be good no longer; a variable"
        " can't be changed: put token_store in its place, then run hubevents-sync auth login"
    ]


def test_a_new_refresh_token_that_can_not_be_kept_is_said_and_the_run_goes_on(
    clock: "JumpingClock", tmp_path: Path
) -> None:
    warnings: list[str] = []
    file = tmp_path / "folder" / "token.json"
    with running_sandbox(switches=Switches({ROTATION.name: Rotation.ROTATE})) as server:
        fill(build_settings(server.base_url, file=file), "refresh-1")
        with open_rotating(server, clock, warnings, file) as client:
            (tmp_path / "folder" / "token.json.lock").touch()
            (tmp_path / "folder").chmod(0o500)
            try:
                assert client.read_event(KEY) is None
            finally:
                (tmp_path / "folder").chmod(0o700)
    assert [warning.partition(": ")[0] for warning in warnings] in (
        ["the new refresh token could not be kept"],
        [],  # root may write anywhere
    )
