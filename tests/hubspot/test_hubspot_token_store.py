"""Where a refresh token is kept between runs, and who may not see it."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.errors
import pytest

from hubevents_sync.errors import AuthenticationFailed, ConfigurationError
from hubevents_sync.hubspot.auth import Secret
from hubevents_sync.hubspot.credentials import build_client, build_store, require_oauth
from hubevents_sync.hubspot.token_file import FileStore, require_outside_git
from hubevents_sync.hubspot.token_store import KeyringStore, file_locked
from hubevents_sync.model.project import (
    HubSpotSettings,
    OAuthReference,
    SecretReference,
    TokenStoreKind,
    TokenStoreReference,
)

if TYPE_CHECKING:
    from tests.hubspot.conftest import JumpingClock

TOKEN = "planted-refresh-token"
OWNER = {"base_url": "https://api.hubapi.com", "client_id": "client-1"}
LOGIN = "log in with: hubevents-sync auth login"


def file_store(path: Path, warnings: list[str] | None = None) -> FileStore:
    return FileStore(path, owner=OWNER, warn=(warnings if warnings is not None else []).append)


def test_a_token_file_is_read_back_and_is_its_owners_alone(tmp_path: Path) -> None:
    store = file_store(tmp_path / "new" / "token.json")
    store.write(Secret(TOKEN))
    store.write(Secret(f"{TOKEN}-2"))
    assert store.read().reveal() == f"{TOKEN}-2"
    assert (tmp_path / "new" / "token.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["token.json"]
    store.forget()
    store.forget()
    with pytest.raises(AuthenticationFailed) as caught:
        store.read()
    assert caught.value.message == f"there is no refresh token in {tmp_path / 'new' / 'token.json'} yet"
    assert (caught.value.hint, caught.value.exit_code) == (LOGIN, 7)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o610])
def test_a_token_file_that_others_can_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "token.json"
    store = file_store(path)
    store.write(Secret(TOKEN))
    path.chmod(mode)
    with pytest.raises(AuthenticationFailed) as caught:
        store.read()
    assert caught.value.message == (
        f"{path} holds a refresh token and can be read or written by others (mode {mode:04o})"
    )
    assert caught.value.hint == f"chmod 600 {path}; where others may have read it: auth logout, then auth login"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "holds no refresh token that can be read"),
        ("[1]", "holds no refresh token that can be read"),
        ('{"refresh_token": "planted-refresh-token"}', "holds no refresh token that can be read"),
        (json.dumps({"format": "hubevents-sync/token", **OWNER}), "holds no refresh token that can be read"),
        (
            json.dumps({"format": "hubevents-sync/token", **OWNER, "client_id": "x", "refresh_token": TOKEN}),
            "is for another client id",
        ),
        (
            json.dumps({"format": "hubevents-sync/token", **OWNER, "base_url": "x", "refresh_token": TOKEN}),
            "is for another base url",
        ),
        (json.dumps({"format": "hubevents-sync/token", **OWNER, "refresh_token": f"{TOKEN}\n"}), "a line break"),
    ],
)
def test_a_token_file_that_is_none_of_ours_is_refused_without_showing_it(
    tmp_path: Path, content: str, reason: str
) -> None:
    path = tmp_path / "token.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(AuthenticationFailed) as caught:
        file_store(path).read()
    assert reason in caught.value.message
    assert TOKEN not in f"{caught.value.message} {caught.value.hint}"


def test_a_token_file_is_no_link_and_no_folder(tmp_path: Path) -> None:
    target = tmp_path / "token.json"
    file_store(target).write(Secret(TOKEN))
    link = tmp_path / "link.json"
    link.symlink_to(target)
    with pytest.raises(AuthenticationFailed, match=r"can't be read"):
        file_store(link).read()
    with pytest.raises(AuthenticationFailed, match=r"is no file"):
        file_store(tmp_path).read()


@pytest.fixture
def work_tree(tmp_path: Path) -> Path:
    """A git work tree that ignores ``secrets/``."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("secrets/\n")
    return tmp_path


def test_a_token_file_in_a_git_work_tree_is_refused_unless_it_is_ignored(work_tree: Path) -> None:
    with pytest.raises(AuthenticationFailed) as caught:
        file_store(work_tree / "keys" / "token.json").write(Secret(TOKEN))
    assert caught.value.message == (
        f"the token file {work_tree / 'keys' / 'token.json'} lies in the git work tree {work_tree} and is not ignored"
        " there"
    )
    assert not (work_tree / "keys" / "token.json").exists()
    ignored = file_store(work_tree / "secrets" / "token.json")
    ignored.write(Secret(TOKEN))
    assert ignored.read().reveal() == TOKEN


def test_a_token_file_that_git_keeps_already_is_refused_although_it_is_ignored(work_tree: Path) -> None:
    path = work_tree / "secrets" / "token.json"
    file_store(path).write(Secret(TOKEN))
    subprocess.run(["git", "-C", str(work_tree), "add", "-f", str(path)], check=True)
    with pytest.raises(AuthenticationFailed, match="is not ignored there"):
        require_outside_git(path)


def test_only_one_process_at_a_time_has_the_lock(tmp_path: Path, clock: "JumpingClock") -> None:
    lock = tmp_path / "folder" / "token.json.lock"
    with (
        file_locked(lock, clock),
        pytest.raises(ConfigurationError, match="another process has held"),
        file_locked(lock, clock),
    ):
        pytest.fail("two had the lock")
    assert sum(clock.slept) >= 120
    with file_locked(lock, clock):
        assert lock.stat().st_mode & 0o777 == 0o600


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring that lasts as long as the test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring's own
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """The entry."""
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Make it."""
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Take it away."""
        if self.entries.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("not found")


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    """A keyring in memory in place of the system's."""
    before = keyring.get_keyring()
    memory = MemoryKeyring()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


def keyring_store(tmp_path: Path, warnings: list[str] | None = None) -> KeyringStore:
    return KeyringStore("portal-7-abc", lock=tmp_path / "lock", warn=(warnings if warnings is not None else []).append)


def test_a_keyring_keeps_the_token_and_forgets_it(memory: MemoryKeyring, tmp_path: Path) -> None:
    store = keyring_store(tmp_path)
    store.write(Secret(TOKEN))
    assert memory.entries == {("hubevents-sync", "portal-7-abc"): TOKEN}
    store.replace(Secret(f"{TOKEN}-2"))
    assert store.read().reveal() == f"{TOKEN}-2"
    store.forget()
    store.forget()
    assert memory.entries == {}
    with pytest.raises(AuthenticationFailed) as caught:
        store.read()
    assert caught.value.message == "the keyring (hubevents-sync, portal-7-abc) holds no refresh token yet"


@pytest.mark.usefixtures("memory")
def test_a_machine_without_a_keyring_is_told_what_to_use(tmp_path: Path) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]  # keyring's own
    warnings: list[str] = []
    store = keyring_store(tmp_path, warnings)
    with pytest.raises(AuthenticationFailed) as caught:
        store.read()
    assert caught.value.message == "the keyring can't be used (NoKeyringError)"
    assert caught.value.hint == "unlock it, or use token_store: file where there is none, as on a server"
    store.replace(Secret(TOKEN))
    assert warnings == [f"the new refresh token could not be kept: the keyring can't be used (NoKeyringError); {LOGIN}"]


def place_of(tmp_path: Path, reference: TokenStoreReference, base_url: str = "https://api.hubapi.com") -> str:
    environ = {"XDG_CONFIG_HOME": str(tmp_path)}
    oauth = OAuthReference(SecretReference("client-1"), SecretReference("secret-1"), token_store=reference)
    settings = HubSpotSettings(base_url=base_url, oauth=oauth)
    return build_store(settings, build_client(oauth, environ), environ, warn=lambda _: None).place


def test_each_account_app_and_hubspot_has_a_place_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "hubevents-sync" / "tokens"
    usual = TokenStoreReference(slot="portal-7")
    assert place_of(tmp_path, usual) == str(folder / "portal-7-6427a830db21.json")
    assert place_of(tmp_path, TokenStoreReference(slot="a/../b")).startswith(str(folder / "a____b-"))
    assert place_of(tmp_path, usual, "http://127.0.0.1:1") != place_of(tmp_path, usual)
    assert place_of(tmp_path, TokenStoreReference(path=tmp_path / "x.json")) == str(tmp_path / "x.json")
    named = TokenStoreReference(TokenStoreKind.KEYRING, slot="staging")
    assert place_of(tmp_path, named) == "the keyring (hubevents-sync, staging-6427a830db21)"


def test_a_token_file_that_can_not_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    warnings: list[str] = []
    store = file_store(tmp_path / "file" / "token.json", warnings)
    with pytest.raises(AuthenticationFailed) as caught:
        store.write(Secret(TOKEN))
    assert caught.value.message.startswith(f"the token file {tmp_path / 'file' / 'token.json'} can't be written: ")
    store.replace(Secret(TOKEN))
    assert warnings == [f"the new refresh token could not be kept: {caught.value.message}; {LOGIN}"]
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208  names only


def test_what_is_no_oauth_app_has_no_store() -> None:
    with pytest.raises(Exception, match=r"the project signs in with hubspot\.token"):
        require_oauth(HubSpotSettings(), command="auth login")
