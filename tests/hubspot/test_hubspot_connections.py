"""Connections, one in each transport, over real sockets."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from hubevents_sync.hubspot.address import open_connections
from hubevents_sync.hubspot.connections import ConnectionStack

if TYPE_CHECKING:
    from tests.hubspot.conftest import Answer, Recorded, Recorder


@pytest.fixture
def connections(recorder: "Recorder") -> Iterator[ConnectionStack]:
    """To the recorder."""
    opened = open_connections(recorder.url)
    yield opened
    opened.close()


def ask(connections: ConnectionStack, recorder: "Recorder") -> httpx.Response:
    timeout = httpx.Timeout(20.0).as_dict()
    request = httpx.Request("GET", f"{recorder.url}/x", extensions={"timeout": timeout})
    return connections.handle_request(request)


def ports_of(recorder: "Recorder") -> set[int]:
    """Of the connections over which the requests came."""
    return {request.port for request in recorder.requests}


def test_one_after_the_other_they_all_go_over_one_connection(
    connections: ConnectionStack, recorder: "Recorder"
) -> None:
    assert [ask(connections, recorder).status_code for _ in range(5)] == [200] * 5
    assert len(ports_of(recorder)) == 1


def test_as_many_connections_are_open_as_requests_are_on_their_way(
    connections: ConnectionStack, recorder: "Recorder"
) -> None:
    all_are_there = threading.Barrier(4, timeout=20)
    answer_otherwise = recorder.otherwise

    def wait_for_all(request: "Recorded") -> "Answer":
        all_are_there.wait()
        return answer_otherwise(request)

    recorder.otherwise = wait_for_all
    for _ in range(2):
        threads = [threading.Thread(target=ask, args=(connections, recorder)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(recorder.requests) == 8
    assert len(ports_of(recorder)) == 4


def test_an_answer_is_whole_when_it_is_handed_over(connections: ConnectionStack, recorder: "Recorder") -> None:
    recorder.answer({"name": "x" * 300_000})
    response = ask(connections, recorder)
    assert response.is_closed
    assert len(response.json()["name"]) == 300_000


def test_after_an_answer_that_broke_off_the_next_request_goes_over_a_new_connection(
    connections: ConnectionStack, recorder: "Recorder"
) -> None:
    recorder.cut()
    with pytest.raises(httpx.RemoteProtocolError):
        ask(connections, recorder)
    recorder.drop()
    with pytest.raises(httpx.RemoteProtocolError):
        ask(connections, recorder)
    assert ask(connections, recorder).status_code == 200
    assert len(ports_of(recorder)) == 3


def test_an_answer_that_can_not_be_unpacked_leaves_its_connection_free(
    connections: ConnectionStack, recorder: "Recorder"
) -> None:
    for _ in range(3):
        recorder.answer("no gzip", headers={"Content-Encoding": "gzip"})
        with pytest.raises(httpx.DecodingError):
            ask(connections, recorder)
    assert ask(connections, recorder).status_code == 200


def test_closing_closes_those_that_were_opened_later_too() -> None:
    closed: list[str] = []

    class Told(httpx.BaseTransport):
        def __init__(self, name: str) -> None:
            self._name = name

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if self._name == "first":
                stack.handle_request(request)
            return httpx.Response(200, text=self._name)

        def close(self) -> None:
            closed.append(self._name)

    stack = ConnectionStack(Told("first"), lambda: Told("another"))
    assert stack.handle_request(httpx.Request("GET", "http://x")).text == "first"
    stack.close()
    assert closed == ["first", "another"]
