"""Keep a refresh token between runs: in the system's keyring, or not at all where a variable gives it."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from types import ModuleType
from typing import Protocol

from hubevents_sync.errors import AuthenticationFailed, ConfigurationError
from hubevents_sync.hubspot.auth import Secret
from hubevents_sync.ports import Clock

Warn = Callable[[str], None]
LOGIN_HINT = "log in with: hubevents-sync auth login"
# An exchange takes a second. Who holds the lock for longer than this has lost the network, and will say so itself.
_LONGEST_WAIT_SECONDS = 120.0
_LOOK_AGAIN_SECONDS = 0.1
_KEYRING_SERVICE = "hubevents-sync"


class TokenStore(Protocol):
    """Where a refresh token is."""

    @property
    def place(self) -> str:
        """In words, for messages."""

    def read(self) -> Secret:
        """The token. Raises AuthenticationFailed where there is none."""

    def replace(self, token: Secret) -> None:
        """HubSpot has given *token* for the one that was read: keep it. Where that fails, say so and go on."""

    def locked(self, clock: Clock) -> AbstractContextManager[None]:
        """Inside, no other process reads or replaces the token."""


class WritableTokenStore(TokenStore, Protocol):
    """One that ``auth login`` can fill, and ``auth logout`` can empty."""

    def require_usable(self) -> None:
        """Raise AuthenticationFailed where a token could not be kept."""

    def write(self, token: Secret) -> None:
        """Keep *token*. Raises AuthenticationFailed where that can't be."""

    def forget(self) -> None:
        """Keep none."""


class GivenToken:
    """A refresh token out of the environment. A new one can't be put there: it is good for this run, with a warning."""

    def __init__(self, token: Secret, warn: Warn) -> None:
        self._token = token
        self._warn = warn
        self._has_warned = False

    @property
    def place(self) -> str:
        """The setting."""
        return "hubspot.oauth.refresh_token"

    def read(self) -> Secret:
        """The token, or what took its place."""
        return self._token

    def replace(self, token: Secret) -> None:
        """Use *token* from now on, and say once that the next run can't."""
        self._token = token
        if self._has_warned:
            return
        self._has_warned = True
        self._warn(
            "HubSpot gave a new refresh token, and the one in hubspot.oauth.refresh_token may be good no longer; a "
            "variable can't be changed: put token_store in its place, then run hubevents-sync auth login"
        )

    def locked(self, clock: Clock) -> AbstractContextManager[None]:  # noqa: ARG002  nobody shares it
        """Nothing to lock."""
        return nullcontext()


class KeyringStore:
    """The keyring of the operating system, through the package ``keyring``: ``pip install 'hubevents-sync[keyring]'``.

    *name* tells apps and accounts apart, *lock* is a file that processes lock, *environ* knows where it may be.
    """

    def __init__(self, name: str, *, lock: Path, warn: Warn) -> None:
        self._name = name
        self._lock = lock
        self._warn = warn

    @property
    def place(self) -> str:
        """The keyring's entry."""
        return f"the keyring ({_KEYRING_SERVICE}, {self._name})"

    def read(self) -> Secret:
        """The entry. Raises AuthenticationFailed where there is none, or no keyring answers."""
        found = self._find()
        if not found:
            raise AuthenticationFailed(f"{self.place} holds no refresh token yet", hint=LOGIN_HINT)
        return Secret(found)

    def replace(self, token: Secret) -> None:
        """Keep *token*, or say that it is lost when this run ends."""
        try:
            self.write(token)
        except AuthenticationFailed as error:
            self._warn(f"the new refresh token could not be kept: {error.message}; {LOGIN_HINT}")

    def require_usable(self) -> None:
        """Raise AuthenticationFailed where no keyring answers."""
        self._find()

    def write(self, token: Secret) -> None:
        """Make the entry."""
        keyring = load_keyring()
        with _keyring_faults(keyring):
            keyring.set_password(_KEYRING_SERVICE, self._name, token.reveal())

    def forget(self) -> None:
        """Take the entry away."""
        keyring = load_keyring()
        with _keyring_faults(keyring), suppress(keyring.errors.PasswordDeleteError):
            keyring.delete_password(_KEYRING_SERVICE, self._name)

    def locked(self, clock: Clock) -> AbstractContextManager[None]:
        """Inside, no other process uses the entry."""
        return file_locked(self._lock, clock)

    def _find(self) -> str | None:
        keyring = load_keyring()
        with _keyring_faults(keyring):
            found: str | None = keyring.get_password(_KEYRING_SERVICE, self._name)
        return found


def load_keyring() -> ModuleType:
    """The package. Raises AuthenticationFailed where it is not installed."""
    try:
        import keyring
        import keyring.errors
    except ImportError as error:
        raise AuthenticationFailed(
            "token_store is keyring, and the package keyring is not installed",
            hint="pip install 'hubevents-sync[keyring]', or use token_store: file",
        ) from error
    return keyring


@contextmanager
def _keyring_faults(keyring: ModuleType) -> Iterator[None]:
    try:
        yield
    except keyring.errors.KeyringError as error:
        # Its words may come from any backend: only the kind of the fault is told.
        raise AuthenticationFailed(
            f"the keyring can't be used ({type(error).__name__})",
            hint="unlock it, or use token_store: file where there is none, as on a server",
        ) from error


def config_directory(environ: Mapping[str, str]) -> Path:
    """Where our files of a user are: XDG_CONFIG_HOME, or ~/.config."""
    base = environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".config") / "hubevents-sync"


@contextmanager
def file_locked(path: Path, clock: Clock) -> Iterator[None]:
    """Inside, no other process holds the lock *path*; it is made where it is missing, and stays."""
    try:
        import fcntl
    except ImportError:  # Windows has no such locks
        yield
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigurationError(f"can't make the lock {path}: {reason}") from error
    try:
        deadline = clock.monotonic() + _LONGEST_WAIT_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if clock.monotonic() >= deadline:
                    raise ConfigurationError(
                        f"another process has held {path} for {_LONGEST_WAIT_SECONDS:.0f} s",
                        hint="it is renewing the same token; see whether it hangs",
                    ) from None
            clock.sleep(_LOOK_AGAIN_SECONDS)
        yield
    finally:
        os.close(descriptor)
