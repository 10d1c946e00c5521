"""Keep a refresh token in a file that nobody else can read and git does not keep."""

import json
import os
import secrets
import stat
import subprocess
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from hubevents_sync.errors import AuthenticationFailed
from hubevents_sync.hubspot.auth import Secret, check_characters
from hubevents_sync.hubspot.token_store import LOGIN_HINT, Warn, file_locked
from hubevents_sync.ports import Clock

FORMAT = "hubevents-sync/token"
_LARGEST_BYTES = 16_384
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class FileStore:
    """The file *path*. *owner* is written beside the token, and a file of another owner is refused.

    Each write makes a new file with mode 0600 and puts it in place at once: a process that is killed leaves the old
    token or the new one, never half of one.
    """

    def __init__(self, path: Path, *, owner: Mapping[str, str], warn: Warn) -> None:
        self._path = path
        self._owner = dict(owner)
        self._warn = warn

    @property
    def place(self) -> str:
        """The path."""
        return str(self._path)

    def read(self) -> Secret:
        """The token. Raises AuthenticationFailed where there is none, or others could read it."""
        require_outside_git(self._path)
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError as error:
            raise AuthenticationFailed(f"there is no refresh token in {self._path} yet", hint=LOGIN_HINT) from error
        except OSError as error:
            raise self._unusable("can't be read", error) from error
        try:
            self._require_private(os.fstat(descriptor))
            text = os.read(descriptor, _LARGEST_BYTES)
        finally:
            os.close(descriptor)
        return self._parse(text)

    def replace(self, token: Secret) -> None:
        """Keep *token*, or say that it is lost when this run ends."""
        try:
            self.write(token)
        except AuthenticationFailed as error:
            self._warn(f"the new refresh token could not be kept: {error.message}; {LOGIN_HINT}")

    def require_usable(self) -> None:
        """Raise AuthenticationFailed where git would keep the file, or no folder can be made for it."""
        require_outside_git(self._path)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise self._unusable("can't be written", error) from error

    def write(self, token: Secret) -> None:
        """Keep *token* in place of what is there."""
        document = {"format": FORMAT, "version": 1, **self._owner, "refresh_token": token.reveal()}
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            require_outside_git(self._path)
            self._put(json.dumps(document, indent=2).encode() + b"\n")
        except OSError as error:
            raise self._unusable("can't be written", error) from error

    def forget(self) -> None:
        """Remove the file."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable("can't be removed", error) from error

    def locked(self, clock: Clock) -> AbstractContextManager[None]:
        """Inside, no other process uses the file."""
        return file_locked(self._path.with_name(f"{self._path.name}.lock"), clock)

    def _put(self, content: bytes) -> None:
        beside = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            beside.replace(self._path)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _require_private(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise AuthenticationFailed(f"{self._path} is no file", hint="name another in hubspot.oauth.token_store")
        if os.name == "posix" and status.st_uid != os.geteuid():
            raise AuthenticationFailed(f"{self._path} belongs to another user", hint="log in again, as yourself")
        if os.name == "posix" and status.st_mode & _OTHERS:
            mode = stat.S_IMODE(status.st_mode)
            raise AuthenticationFailed(
                f"{self._path} holds a refresh token and can be read or written by others (mode {mode:04o})",
                hint=f"chmod 600 {self._path}; where others may have read it: auth logout, then auth login",
            )

    def _parse(self, text: bytes) -> Secret:
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            document = {}
        token = document.get("refresh_token")
        if not isinstance(token, str):
            raise AuthenticationFailed(f"{self._path} holds no refresh token that can be read", hint=LOGIN_HINT)
        for name, value in self._owner.items():
            if document.get(name) != value:
                raise AuthenticationFailed(
                    f"the refresh token in {self._path} is for another {name.replace('_', ' ')}", hint=LOGIN_HINT
                )
        check_characters(token, f"the refresh token in {self._path}")
        return Secret(token)

    def _unusable(self, what: str, error: OSError) -> AuthenticationFailed:
        reason = (error.strerror or "unknown reason").lower()
        return AuthenticationFailed(f"the token file {self._path} {what}: {reason}")


def require_outside_git(path: Path) -> None:
    """Raise AuthenticationFailed where *path* lies in a git work tree and is not ignored: a commit would take it."""
    resolved = path.parent.resolve() / path.name
    root = next((folder for folder in resolved.parents if (folder / ".git").exists()), None)
    if root is None:
        return
    try:
        asked = subprocess.run(  # noqa: S603  a fixed command; the path is an argument
            ["git", "-C", str(root), "check-ignore", "--quiet", "--", str(resolved)],  # noqa: S607  the user's git
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=30,
        )
        is_ignored = asked.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        is_ignored = False
    if not is_ignored:
        raise AuthenticationFailed(
            f"the token file {path} lies in the git work tree {root} and is not ignored there",
            hint="keep it elsewhere (token_store: file does), or add it to .gitignore",
        )
