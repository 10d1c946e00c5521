"""Logging in, out, and looking at the token, against the built-in HubSpot over real HTTP."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from hubevents_sync.sandbox.known.access import GRANTED_SCOPES, Granted
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from hubevents_sync.sandbox.switches import Switches
from tests.end_to_end.conftest import Ended, Run
from tests.processes import end_program, start_program, wait_until
from tests.projects import ProjectFolder, build_people

CLIENT_SECRET = "planted-client-secret"
OAUTH = ("  oauth:", "    client_id: ${CLIENT_ID}", "    client_secret: ${CLIENT_SECRET}")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user's own files are, and the app's secrets in the environment."""
    folder = tmp_path / "config"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    monkeypatch.setenv("CLIENT_ID", "any-client")
    monkeypatch.setenv("CLIENT_SECRET", CLIENT_SECRET)
    return folder


def use_oauth(project: ProjectFolder, server: RunningSandbox, *lines: str) -> None:
    project.write_settings(*OAUTH, *lines, base_url=server.base_url)
    project.write_event("cooking")


def count_attendance(server: RunningSandbox) -> int:
    return sum("/attendance/" in request.path for request in server.requests())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Browser:
    """Reads the address off a login's stderr, goes there, and follows where it is sent."""

    def __init__(self, project: ProjectFolder, *arguments: str) -> None:
        self.redirect = f"http://localhost:{free_port()}/oauth-callback"
        options = ("--no-browser", "--redirect-url", self.redirect, "--timeout", "30s", *arguments)
        self.process = start_program(project.path, "auth", "login", *options)
        assert self.process.stderr is not None
        said = ""
        while not (found := re.search(r"^http\S+$", said, re.MULTILINE)):
            line = self.process.stderr.readline()
            assert line, said
            said += line
        self.url = found[0]

    @property
    def state(self) -> str:
        """What the redirect has to carry."""
        return parse_qs(urlsplit(self.url).query)["state"][0]

    def visit(self, url: str | None = None) -> httpx.Response:
        """Go to the login's address, or to another."""
        with httpx.Client(follow_redirects=True, trust_env=False) as client:
            return client.get(url or self.url)

    def end(self) -> Ended:
        """How the login ended."""
        return Ended(*end_program(self.process))


LogIn = Callable[..., Browser]


@pytest.fixture
def log_in(project: ProjectFolder) -> Iterator[LogIn]:
    """Begins a login, as a process of its own; flags by position."""
    begun: list[Browser] = []

    def begin(*arguments: str) -> Browser:
        begun.append(Browser(project, *arguments))
        return begun[-1]

    yield begin
    for browser in begun:
        if browser.process.poll() is None:
            browser.process.kill()
            browser.process.communicate()


def token_file(config: Path) -> Path:
    (path,) = (config / "hubevents-sync" / "tokens").glob("*.json")
    return path


def test_a_login_keeps_a_refresh_token_that_the_next_commands_use_until_the_logout(
    project: ProjectFolder, server: RunningSandbox, config: Path, run: Run, log_in: LogIn
) -> None:
    use_oauth(project, server)
    before = run("apply", "--auto-approve")
    assert before.code == 7
    assert "there is no refresh token in" in before.err
    assert "hint: log in with: hubevents-sync auth login" in before.err
    browser = log_in("--pkce")
    page = browser.visit()
    assert page.status_code == 200
    assert "HubSpot let the app in" in page.text
    ended = browser.end()
    assert (ended.code, ended.out) == (
        0,
        f"logged in to HubSpot account 12345678; the refresh token is kept in {token_file(config)}\n",
    )
    assert token_file(config).stat().st_mode & 0o777 == 0o600
    assert run("apply", "--auto-approve").code == 0
    checked = run("auth", "check")
    assert checked.code == 0
    assert "token            OAuth app\n" in checked.out
    assert re.search(r"^expires +in .*30 min", checked.out, re.MULTILINE)
    token = json.loads(token_file(config).read_text())["refresh_token"]
    gone = run("auth", "logout")
    assert (gone.code, gone.out.startswith("logged out: ")) == (0, True)
    assert list(config.rglob("*.json")) == []
    form = {"grant_type": "refresh_token", "client_id": "any-client", "client_secret": "x", "refresh_token": token}
    assert httpx.post(f"{server.base_url}/oauth/v1/token", data=form).json()["status"] == "BAD_REFRESH_TOKEN"
    assert run("auth", "check").code == 7


def test_the_login_page_is_asked_as_hubspot_documents_it(
    project: ProjectFolder, server: RunningSandbox, config: Path, log_in: LogIn
) -> None:
    use_oauth(project, server, "  portal: 12345678")
    browser = log_in("--optional-scope", "developers-read")
    parts = urlsplit(browser.url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{server.base_url}/oauth/12345678/authorize"
    assert "+" not in parts.query
    assert parse_qs(parts.query) == {
        "client_id": ["any-client"],
        "redirect_uri": [browser.redirect],
        "scope": ["oauth crm.objects.marketing_events.read crm.objects.marketing_events.write"],
        "optional_scope": ["developers-read"],
        "state": [browser.state],
    }
    assert len(browser.state) == 43
    browser.visit()
    assert browser.end().code == 0
    assert token_file(config).name.startswith("portal-12345678-")


def test_a_redirect_without_the_state_is_turned_away_and_ends_nothing(
    project: ProjectFolder, server: RunningSandbox, config: Path, log_in: LogIn
) -> None:
    use_oauth(project, server)
    browser = log_in()
    base = browser.redirect
    forged = [
        f"{base}?code=forged",
        f"{base}?code=forged&state=",
        f"{base}?code=forged&state={browser.state[:-1]}",
        f"{base}?code=forged&state={browser.state}&state=x",
        f"{base}/other?code=forged&state={browser.state}",
        f"{base}?code=forged&state=%F0%9F%8E%89",
        base,
    ]
    assert [browser.visit(url).status_code for url in forged] == [404] * len(forged)
    assert browser.visit().status_code == 200
    assert browser.end().code == 0
    assert "forged" not in token_file(config).read_text()


def test_a_hanging_browser_does_not_hold_the_login_up(
    project: ProjectFolder, server: RunningSandbox, config: Path, log_in: LogIn
) -> None:
    use_oauth(project, server)
    browser = log_in()
    with socket.create_connection(("127.0.0.1", int(urlsplit(browser.redirect).port or 0))) as hanging:
        hanging.sendall(b"GET /oauth-callback?")
        assert browser.visit().status_code == 200
        assert browser.end().code == 0
    assert token_file(config).exists()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("error=access_denied&error_description=they+said+no", "HubSpot did not let the app in: access_denied: they"),
        ("", "HubSpot did not let the app in: it sent no code"),
        ("code=made-up", "exchanging the code of the login: HubSpot answered 400 BAD_AUTH_CODE"),
    ],
)
def test_a_login_that_is_denied_keeps_nothing_and_exits_7(  # noqa: PLR0917  fixtures by name
    project: ProjectFolder, server: RunningSandbox, config: Path, log_in: LogIn, query: str, said: str
) -> None:
    use_oauth(project, server)
    if "made-up" in query:  # a code that somebody has used
        form = {"grant_type": "authorization_code", "code": "made-up", "client_id": "x", "client_secret": "x"}
        assert httpx.post(f"{server.base_url}/oauth/v1/token", data=form).status_code == 200
    browser = log_in()
    browser.visit(f"{browser.redirect}?{query}&state={browser.state}")
    ended = browser.end()
    assert ended.code == 7
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert list(config.rglob("*.json")) == []


def test_a_login_to_the_wrong_account_or_without_scopes_keeps_nothing(
    project: ProjectFolder, config: Path, log_in: LogIn
) -> None:
    with running_sandbox(portal_id=99) as other:
        use_oauth(project, other)
        project.write_settings(*OAUTH, "  portal: 7", base_url=other.base_url)
        browser = log_in()
        browser.visit(browser.url.replace("/oauth/7/", "/oauth/"))
        ended = browser.end()
        assert ended.code == 7
        assert "the token belongs to HubSpot account 99; the project names 7" in ended.err
    with running_sandbox(switches=Switches({GRANTED_SCOPES.name: Granted.READ})) as reading:
        use_oauth(project, reading)
        browser = log_in("--scope", "oauth")
        browser.visit()
        ended = browser.end()
        assert ended.code == 7
        assert "without crm.objects.marketing_events.write; the token was not kept" in ended.err
    assert list(config.rglob("*.json")) == []


def test_nobody_comes_and_the_port_is_taken(
    project: ProjectFolder, server: RunningSandbox, config: Path, run: Run
) -> None:
    use_oauth(project, server)
    redirect = f"http://127.0.0.1:{free_port()}/x"
    late = run("auth", "login", "--no-browser", "--redirect-url", redirect, "--timeout", "1s")
    assert late.code == 7
    assert "nobody came back from HubSpot's login within 1 s" in late.err
    with socket.create_server(("127.0.0.1", 0)) as taken:
        redirect = f"http://localhost:{taken.getsockname()[1]}/x"
        ended = run("auth", "login", "--no-browser", "--redirect-url", redirect)
    assert ended.code == 1
    assert "can't listen on 127.0.0.1:" in ended.err
    assert list(config.rglob("*.json")) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost:1/x",
        "http://example.com:1/x",
        "http://localhost/x",
        "http://localhost:1/x?a=1",
        "http://[::1",
    ],
)
def test_a_redirect_url_is_this_machines(
    project: ProjectFolder, server: RunningSandbox, config: Path, run: Run, url: str
) -> None:
    use_oauth(project, server)
    ended = run("auth", "login", "--no-browser", "--redirect-url", url)
    assert ended.code == 64
    assert "hint: such as http://localhost:8765/oauth-callback" in ended.err


def test_logins_are_for_oauth_apps_whose_token_is_ours_to_keep(
    project: ProjectFolder, server: RunningSandbox, config: Path, run: Run
) -> None:
    for command in ("login", "logout"):
        ended = run("auth", command)
        assert (ended.code, "the project signs in with hubspot.token" in ended.err) == (64, True)
    use_oauth(project, server, "    refresh_token: ${REFRESH}")
    ended = run("auth", "login")
    assert (ended.code, "the project takes it from hubspot.oauth.refresh_token" in ended.err) == (64, True)


def test_the_check_says_all_that_hubspot_tells_and_sends_look_ups_only(
    project: ProjectFolder, server: RunningSandbox, run: Run
) -> None:
    ended = run("auth", "check", "--format", "json")
    assert ended.code == 0
    told = json.loads(ended.out)
    quota = told.pop("quota")
    assert quota["daily"] == 1_000_000
    assert quota["daily_left"] == 999_999
    assert (quota["window"], quota["window_left"], quota["window_seconds"]) == (190, 189, 10.0)
    assert told.pop("scopes")["missing"] == []
    assert told == {
        "format": "hubevents-sync/account",
        "version": 1,
        "token": {"kind": "static", "expires_in_seconds": None},
        "portal": 12345678,
        "app": 1234567,
        "user": 7654321,
        "account": {"kind": "SANDBOX", "time_zone": "UTC", "hosting": "na1"},
        "api": {"version": "v3", "support_ends": "2027-09-01"},
        "fault": None,
    }
    assert [(request.method, request.path) for request in server.requests()] == [
        ("POST", "/oauth/v2/private-apps/get/access-token-info"),
        ("GET", "/account-info/v3/details"),
    ]


def test_a_revoked_refresh_token_in_mid_apply_loses_nothing_and_a_login_finishes(
    project: ProjectFolder, config: Path, run: Run, log_in: LogIn
) -> None:
    """The account's time jumps when rows begin to arrive: the access token ends, and its refresh token is revoked."""
    offset_ms = 0

    def account_time() -> int:
        return 1_793_523_600_000 + offset_ms

    with running_sandbox(clock=account_time) as server:
        use_oauth(project, server)
        project.write_event("big", roster="big.csv")
        project.write_roster("big.csv", build_people(4_000))
        project.write_settings(*OAUTH, "  requests: {per_10_seconds: 1000}", base_url=server.base_url)
        browser = log_in()
        browser.visit()
        assert browser.end().code == 0
        token = json.loads(token_file(config).read_text())["refresh_token"]

        def revoke() -> None:
            nonlocal offset_ms
            wait_until(lambda: count_attendance(server) >= 3)
            form = {"token": token, "client_id": "any-client", "client_secret": "x"}
            httpx.post(f"{server.base_url}/oauth/2026-03/token/revoke", data=form)
            offset_ms = 1_801_000

        server.faults.add("attendance: slow 0.1s")
        thread = threading.Thread(target=revoke, daemon=True)
        thread.start()
        cut_off = run("apply", "--auto-approve")
        thread.join()
        assert cut_off.code == 7, cut_off.err
        assert "BAD_REFRESH_TOKEN" in cut_off.err
        assert "log in with hubevents-sync auth login" in cut_off.err
        arrived = len(server.account.participations)
        assert 0 < arrived < 4_000
        server.faults.clear()
        browser = log_in()
        browser.visit()
        assert browser.end().code == 0
        finished = run("apply", "--auto-approve")
        assert finished.code == 0, finished.err
        assert len(server.account.participations) == 4_000
        assert run("plan", "--detailed-exitcode").code == 0


def test_a_token_that_ends_in_mid_apply_is_refreshed_once(
    project: ProjectFolder, config: Path, run: Run, log_in: LogIn
) -> None:
    offset_ms = 0

    def account_time() -> int:
        return 1_793_523_600_000 + offset_ms

    with running_sandbox(clock=account_time) as server:
        use_oauth(project, server)
        project.write_event("big", roster="big.csv")
        project.write_roster("big.csv", build_people(2_000))
        project.write_settings(*OAUTH, "  requests: {per_10_seconds: 1000}", base_url=server.base_url)
        browser = log_in()
        browser.visit()
        assert browser.end().code == 0
        server.log.clear()

        def age() -> None:
            nonlocal offset_ms
            wait_until(lambda: count_attendance(server) >= 3)
            offset_ms = 1_801_000

        server.faults.add("attendance: slow 0.1s")
        thread = threading.Thread(target=age, daemon=True)
        thread.start()
        ended = run("apply", "--auto-approve")
        thread.join()
        assert ended.code == 0, ended.err
        assert len(server.account.participations) == 2_000
        assert sum(request.path == "/oauth/v1/token" for request in server.requests()) == 2
        assert any(request.status == 401 for request in server.requests())
