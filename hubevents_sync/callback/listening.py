"""Open the socket that the server listens on: of an address and port, or of a path for a proxy on the same machine."""

import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hubevents_sync.errors import ConfigurationError


@contextmanager
def listening(host: str, port: int, uds: Path | None) -> Iterator[socket.socket]:
    """A listener on *uds*, or on *host* and *port* where it is None; *port* 0 takes a free one.

    Raises ConfigurationError where that can't be had. The file of *uds* has the rights that the umask leaves, and is
    gone at the end.
    """
    with _open_file(uds) if uds is not None else _open_port(host, port) as listener:
        yield listener


def name_of(listener: socket.socket) -> str:
    """What *listener* listens on, as people write it."""
    name = listener.getsockname()
    if isinstance(name, str):
        return f"unix:{name}"
    return f"http://[{name[0]}]:{name[1]}" if ":" in name[0] else f"http://{name[0]}:{name[1]}"


@contextmanager
def _open_port(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        # TCP by name: asyncio turns Nagle's delay off only for sockets that say so.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise _refuse(f"{host}:{port}", error) from error
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(socket.SOMAXCONN)
        except OSError as error:
            raise _refuse(f"{host}:{port}", error) from error
        yield listener


@contextmanager
def _open_file(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        try:
            _clear(path)
            listener.bind(str(path))
            listener.listen(socket.SOMAXCONN)
            made = path.stat().st_ino
        except OSError as error:
            raise _refuse(str(path), error) from error
        try:
            yield listener
        finally:
            with suppress(OSError):
                if path.stat().st_ino == made:  # another server may have put its own there
                    path.unlink()


def _clear(path: Path) -> None:
    """Take away a socket that nobody listens on any more: its server was killed."""
    if not path.exists():
        return
    if not stat.S_ISSOCK(path.stat().st_mode):
        raise FileExistsError(0, "a file is there that is no socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        try:
            asking.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise FileExistsError(0, "another server listens there")


def _refuse(place: str, error: OSError) -> ConfigurationError:
    reason = (error.strerror or str(error)).lower()
    return ConfigurationError(
        f"the server can't listen on {place}: {reason}",
        hint="stop what listens there, or name another place with --port, --host or --uds",
    )
