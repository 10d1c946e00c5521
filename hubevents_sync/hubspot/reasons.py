"""Why a request is waited for, in words of our own: no address, no path, nobody, and nothing that HubSpot wrote."""

from socket import gaierror

import httpx

_LOST: tuple[tuple[type[httpx.RequestError], str], ...] = (
    (httpx.ConnectTimeout, "nobody answers in time"),
    (httpx.TimeoutException, "no answer in time"),
    (httpx.ProxyError, "the proxy refuses"),
    (httpx.RemoteProtocolError, "the connection was dropped"),
    (httpx.ReadError, "the connection was dropped"),
    (httpx.WriteError, "the connection was dropped"),
)


def say_loss(error: httpx.RequestError | None) -> str:
    """Why no answer came: ``HubSpot can't be reached (connection refused)``."""
    return f"HubSpot can't be reached ({_name_loss(error)})"


def _name_loss(error: BaseException | None) -> str:
    for kind, words in _LOST:
        if isinstance(error, kind):
            return words
    return _name_cause(error) or "no connection"


def _name_cause(error: BaseException | None) -> str | None:
    """What the operating system says of the connection, from the innermost error that has its number."""
    found: str | None = None
    while error is not None:
        if isinstance(error, OSError):
            found = "the name is not found" if isinstance(error, gaierror) else (error.strerror or "").lower() or found
        error = error.__cause__ or error.__context__
    return found


def say_answer(status: int) -> str:
    """What HubSpot's answer means to who waits."""
    if status == 429:
        return "HubSpot's rate limit is reached"
    return f"HubSpot answers {status}"
