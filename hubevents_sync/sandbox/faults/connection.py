"""The connection that a request came by: to answer on, to cut, and to break off in the middle of an answer."""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_EXTENSION = "hubevents_sync.connection"


class CuttableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, which also hands its connection to the application: ASGI itself has no way to cut it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            extensions = {**(scope.get("extensions") or {}), _EXTENSION: self.get_connection}
            await inner({**scope, "extensions": extensions}, receive, send)

        self.app = app

    def get_connection(self) -> asyncio.Transport:
        """The connection as it is now."""
        return self.transport


class Wire:
    """One request's way back."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send

    async def send(self, response: Response) -> None:
        """Answer."""
        await response(self._scope, self._receive, self._send)

    async def cut(self, *, is_reset: bool) -> None:
        """Close the connection with no answer: with a FIN, or with a RST where *is_reset*."""
        connection = self._connection()
        found: socket.socket | None = connection.get_extra_info("socket")
        if is_reset and found is not None:
            # Lingering for no time at all is what makes the operating system send a RST.
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.abort()
        await self._wait_until_gone()

    async def send_truncated(self, response: Response) -> None:
        """Half of the body under the length of the whole, and then a FIN. An empty body is announced as one byte."""
        body = bytes(response.body)
        response.headers["Content-Length"] = str(max(len(body), 1))
        start = {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        self._connection().close()
        await self._wait_until_gone()

    def _connection(self) -> asyncio.Transport:
        get_connection: Callable[[], asyncio.Transport] = self._scope["extensions"][_EXTENSION]
        return get_connection()

    async def _wait_until_gone(self) -> None:
        """Until the server knows too: it would answer 500 in our place."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
