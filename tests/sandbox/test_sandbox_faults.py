"""Each fault as a client sees it over real HTTP, and what the account holds afterwards."""

import re
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.sandbox.faults.book import FaultBook
from hubevents_sync.sandbox.faults.incident import Asked
from hubevents_sync.sandbox.known.reading import BREAKDOWN_DELAY
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from hubevents_sync.sandbox.switches import Switches
from tests.sandbox.conftest import Api, StandingClock, as_ms

PEOPLE = [f"p{number}@example.com" for number in range(1, 19)]


class Pauses:
    """Waits for nothing and keeps for how long it should have."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    """What the sandbox waited."""
    return Pauses()


@pytest.fixture
def sandbox(clock: StandingClock, pauses: Pauses) -> Iterator[RunningSandbox]:
    """An empty account, with one event, that waits for nothing."""
    with running_sandbox(clock=clock, pause=pauses, seed=7) as running:
        yield running


@pytest.fixture
def class_api(api: Api) -> Api:
    """An account with one event."""
    api.upsert(api.event())
    return api


def register(api: Api, *emails: str) -> httpx.Response:
    """Register *emails* in one batch."""
    return api.send_rows("register", *(api.row(email) for email in emails))


def stored(api: Api) -> list[object]:
    """Who is registered."""
    return [row["email"] for row in api.sandbox.account.participations]


@pytest.mark.behaviour("migration-wait")
@pytest.mark.parametrize(
    ("status", "category", "wait"),
    [
        (423, "LOCKED", None),
        (477, "MIGRATION_IN_PROGRESS", "60"),
        (500, "INTERNAL_ERROR", None),
        (503, "SERVICE_UNAVAILABLE", None),
    ],
)
def test_an_error_of_hubspot_is_json(class_api: Api, status: int, category: str, wait: str | None) -> None:
    class_api.sandbox.faults.add(f"attendance: {status} once")
    answer = register(class_api, "ana@example.com")
    assert (answer.status_code, answer.json()["category"]) == (status, category)
    assert answer.json()["correlationId"] == answer.headers["X-HubSpot-Correlation-Id"]
    assert answer.headers.get("Retry-After") == wait
    assert stored(class_api) == []
    assert register(class_api, "ana@example.com").status_code == 200


@pytest.mark.behaviour("error-bodies")
@pytest.mark.parametrize("status", [502, 504, 521, 522, 523, 524])
def test_an_error_of_a_gateway_is_no_json(class_api: Api, status: int) -> None:
    class_api.sandbox.faults.add(f"any: {status} once")
    answer = register(class_api, "ana@example.com")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert answer.text.startswith("<html>")
    assert stored(class_api) == []


@pytest.mark.parametrize(
    ("rule", "policy", "message"),
    [
        ("any: 429 once", "TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit."),
        ("any: 429 daily once", "DAILY", "You have reached your daily limit."),
    ],
)
def test_a_429_names_its_policy(class_api: Api, rule: str, policy: str, message: str) -> None:
    class_api.sandbox.faults.add(rule)
    answer = register(class_api, "ana@example.com")
    correlation_id = answer.headers["X-HubSpot-Correlation-Id"]
    assert answer.status_code == 429
    assert answer.json() == {
        "status": "error",
        "message": message,
        "errorType": "RATE_LIMIT",
        "correlationId": correlation_id,
        "category": "RATE_LIMITS",
        "policyName": policy,
        "requestId": correlation_id,
    }
    assert "Retry-After" not in answer.headers


def test_retry_after_is_sent_where_a_rule_says_so(class_api: Api) -> None:
    class_api.sandbox.faults.add("any: 429 retry-after 17 once")
    assert register(class_api, "ana@example.com").headers["Retry-After"] == "17"


def test_an_error_after_the_work_is_done_hides_that_it_is(class_api: Api) -> None:
    class_api.sandbox.faults.add("attendance: 503 once after")
    assert register(class_api, "ana@example.com").status_code == 503
    assert stored(class_api) == ["ana@example.com"]
    repeat = register(class_api, "ana@example.com")
    assert (repeat.status_code, repeat.json()["results"]) == (200, [])


@pytest.mark.parametrize(("when", "is_stored"), [("", False), (" after", True)])
def test_a_cut_connection_gives_no_answer(class_api: Api, when: str, *, is_stored: bool) -> None:
    class_api.sandbox.faults.add(f"attendance: cut once{when}")
    with pytest.raises(httpx.RemoteProtocolError, match="Server disconnected without sending a response"):
        register(class_api, "ana@example.com")
    assert stored(class_api) == (["ana@example.com"] if is_stored else [])
    assert [request.status for request in class_api.sandbox.requests()][-1] == 0
    assert register(class_api, "bob@example.com").status_code == 200


@pytest.mark.parametrize(("when", "is_stored"), [("", False), (" after", True)])
def test_a_reset_connection_is_a_reset(class_api: Api, when: str, *, is_stored: bool) -> None:
    class_api.sandbox.faults.add(f"attendance: reset once{when}")
    with pytest.raises(httpx.ReadError, match="Connection reset by peer"):
        register(class_api, "ana@example.com")
    assert stored(class_api) == (["ana@example.com"] if is_stored else [])


def test_a_truncated_answer_ends_before_its_length(class_api: Api) -> None:
    class_api.sandbox.faults.add("attendance: truncate once")
    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection without sending complete message body"):
        register(class_api, "ana@example.com")
    assert stored(class_api) == ["ana@example.com"]


def test_half_of_the_body_goes_out_under_the_length_of_the_whole(class_api: Api) -> None:
    class_api.sandbox.faults.add("list: truncate once")
    host, _, port = class_api.sandbox.base_url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(f"GET {class_api.base} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer x\r\n\r\n".encode())
        received = b"".join(iter(lambda: client.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    assert length is not None
    assert int(length[1]) // 2 == len(body)
    assert body.startswith(b'{"results":[')


def test_a_client_that_is_gone_before_the_cut_disturbs_nobody(class_api: Api) -> None:
    class_api.sandbox.faults.add("list: reset once after")
    host, _, port = class_api.sandbox.base_url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.sendall(f"GET {class_api.base} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer x\r\n\r\n".encode())
    assert register(class_api, "ana@example.com").status_code == 200


def test_slow_waits_before_and_after_and_waits_add_up(class_api: Api, pauses: Pauses) -> None:
    for rule in ("attendance: slow 2s", "any: slow 0.5s", "attendance: slow 7s after"):
        class_api.sandbox.faults.add(rule)
    assert register(class_api, "ana@example.com").status_code == 200
    assert pauses.seconds == [2.5, 7.0]


def test_every_kth_row_is_dropped_in_silence_over_all_batches(class_api: Api) -> None:
    class_api.sandbox.faults.add("attendance: drop every 9")
    first, second = register(class_api, *PEOPLE[:10]), register(class_api, *PEOPLE[10:])
    assert [row["email"] for row in first.json()["results"]] == [*PEOPLE[:8], PEOPLE[9]]
    assert [row["email"] for row in second.json()["results"]] == PEOPLE[10:17]
    assert "errors" not in first.json()
    assert stored(class_api) == [person for person in PEOPLE if person not in (PEOPLE[8], PEOPLE[17])]
    assert [request.rows for request in class_api.sandbox.requests()] == [1, 10, 8]


def test_the_next_rows_are_rejected_each_with_an_entry_in_errors(class_api: Api) -> None:
    class_api.sandbox.faults.add("attendance: reject next 2")
    body = register(class_api, *PEOPLE[:4]).json()
    assert [row["email"] for row in body["results"]] == PEOPLE[2:4]
    assert (body["numErrors"], [error["context"] for error in body["errors"]]) == (
        2,
        [{"email": [PEOPLE[0]]}, {"email": [PEOPLE[1]]}],
    )
    assert {error["category"] for error in body["errors"]} == {"VALIDATION_ERROR"}
    assert stored(class_api) == PEOPLE[2:4]


def test_phantom_rows_are_in_results_and_nowhere_else(class_api: Api) -> None:
    class_api.sandbox.faults.add("attendance: phantom every 2")
    body = register(class_api, *PEOPLE[:4]).json()
    assert [row["email"] for row in body["results"]] == PEOPLE[:4]
    assert stored(class_api) == [PEOPLE[0], PEOPLE[2]]
    told = {row["email"]: row["vid"] for row in body["results"]}
    class_api.sandbox.faults.clear()
    again = {row["email"]: row["vid"] for row in register(class_api, *PEOPLE[:6]).json()["results"]}
    # The id that a phantom was told is nobody else's later.
    assert set(again) == {PEOPLE[1], PEOPLE[3], PEOPLE[4], PEOPLE[5]}
    assert set(again.values()).isdisjoint(told.values())


def test_a_phantom_answer_of_a_single_call_stores_nothing(class_api: Api) -> None:
    class_api.sandbox.faults.add("cancel: phantom")
    answer = class_api.post("events/cooking/cancel", externalAccountId=class_api.account)
    assert answer.json()["eventCancelled"] is True
    assert [event["cancelled"] for event in class_api.sandbox.account.events] == [False]


def test_an_upsert_that_answers_empty_has_created_nothing_or_all(api: Api) -> None:
    api.sandbox.faults.add("upsert: empty once")
    answer = api.post("events/upsert", {"inputs": [api.event()]})
    assert (answer.status_code, answer.json()["status"], answer.json()["results"]) == (200, "COMPLETE", [])
    assert api.sandbox.account.events == []
    api.sandbox.faults.add("upsert: empty once after")
    assert api.upsert(api.event()) == []
    assert [event["external_event_id"] for event in api.sandbox.account.events] == ["cooking"]


@pytest.mark.parametrize("status", [200, 201, 207])
def test_a_batch_is_answered_with_another_status(class_api: Api, status: int) -> None:
    class_api.sandbox.faults.add(f"attendance: answer {status}")
    answer = register(class_api, "ana@example.com")
    assert (answer.status_code, len(answer.json()["results"])) == (status, 1)
    assert class_api.send_rows("REGISTERED", class_api.row("ana@example.com")).status_code == 400


def test_rules_strike_in_their_order_and_one_that_ends_a_request_hides_it_from_later_ones(class_api: Api) -> None:
    class_api.sandbox.faults.add("attendance: slow 1s")
    class_api.sandbox.faults.add("attendance: 503 every 2")
    class_api.sandbox.faults.add("attendance: drop every 1")
    assert [register(class_api, person).status_code for person in PEOPLE[:3]] == [200, 503, 200]
    counts = [(rule.text, rule.seen, rule.struck) for rule in class_api.sandbox.faults.in_force()]
    assert counts == [
        ("attendance: slow 1s", 3, 3),
        ("attendance: 503 every 2", 3, 1),
        ("attendance: drop", 2, 2),
    ]
    assert [request.faults for request in class_api.sandbox.requests()[1:]] == [
        ("attendance: slow 1s", "attendance: drop"),
        ("attendance: slow 1s", "attendance: 503 every 2"),
        ("attendance: slow 1s", "attendance: drop"),
    ]


def test_faults_of_batches_leave_other_requests_alone(class_api: Api) -> None:
    rules = ("any: drop", "any: reject", "any: empty", "any: answer 201")
    for rule in rules:
        class_api.sandbox.faults.add(rule)
    assert (class_api.get("").status_code, len(class_api.read("")["results"])) == (200, 1)
    cancelled = class_api.post("events/cooking/cancel", externalAccountId=class_api.account)
    assert (cancelled.status_code, cancelled.json()["eventCancelled"]) == (200, True)
    assert [rule.seen for rule in class_api.sandbox.faults.in_force()] == [0, 0, 0, 0]


def test_a_body_that_is_no_batch_is_refused_as_ever(class_api: Api) -> None:
    class_api.sandbox.faults.add("any: drop every 2")
    class_api.sandbox.faults.add("any: phantom every 3")
    for body in (b"no json", b"[]", b'{"inputs": 7}', b'{"inputs": [7, 8]}'):
        answer = class_api.http.post(f"{class_api.base}/events/upsert", content=body)
        assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")


def test_the_log_keeps_no_token_where_a_look_up_fails(class_api: Api) -> None:
    class_api.sandbox.faults.add("token: 500 once")
    path = "/oauth/v2/private-apps/get/access-token-info"
    assert class_api.http.post(path, json={"tokenKey": "secret-token"}).status_code == 500
    assert class_api.sandbox.requests()[-1].request_body == b""


def ask(book: FaultBook, number: int) -> tuple[str, ...]:
    """Which rules strike the request of *number*."""
    body = f'{{"inputs": [{{"email": "p{number}@example.com"}}]}}'.encode()
    path = "/marketing/v3/marketing-events/events/upsert"
    return book.judge(Asked(method="POST", raw_path=path, query="", body=body)).rules


SOME_RULES = [
    f"{where}: {what}{how_often}{when}"
    for where in ("any", "writes", "attendance", "upsert")
    for what in ("503", "504", "429 daily", "cut", "reset", "slow 3s", "empty")
    for how_often in ("", " 40%", " every 2", " once")
    for when in ("", " after")
]
SOME_RULES += [
    f"{where}: {what}{how_often}"
    for where in ("any", "attendance", "upsert")
    for what in ("drop", "phantom", "reject", "truncate", "answer 207")
    for how_often in ("", " 40%", " every 2", " next 2")
]


def test_no_mixture_of_faults_is_a_bug_of_the_sandbox(pauses: Pauses) -> None:
    """A bug would be raised when the sandbox ends."""
    with (
        running_sandbox(pause=pauses) as sandbox,
        httpx.Client(base_url=sandbox.base_url, headers={"Authorization": "Bearer x"}) as client,
    ):
        api = Api(sandbox, client)

        @settings(max_examples=60, deadline=None)
        @given(st.lists(st.sampled_from(SOME_RULES), max_size=4), st.integers(0, 4), st.booleans())
        def mix(rules: list[str], people: int, is_list: bool) -> None:  # noqa: FBT001  hypothesis draws it
            sandbox.faults.clear()
            sandbox.faults.add_all(rules)
            with suppress(httpx.TransportError):
                api.post("events/upsert", {"inputs": [api.event()]})
            with suppress(httpx.TransportError):
                api.get("") if is_list else register(api, *PEOPLE[:people])

        mix()
        sandbox.faults.clear()
        api.upsert(api.event())
        assert register(api, "ana@example.com").status_code == 200


RULES = ("any: 503 30%", "any: slow 1s every 3", "upsert: drop 40%")


def test_the_same_seed_and_the_same_requests_give_the_same_faults() -> None:
    struck = [[ask(book, number % 40) for number in range(120)] for book in (FaultBook(RULES, seed=5) for _ in "ab")]
    assert struck[0] == struck[1]
    other = FaultBook(RULES, seed=6)
    assert struck[0] != [ask(other, number % 40) for number in range(120)]


def test_a_share_is_the_same_in_any_order_and_is_drawn_anew_for_a_repeat() -> None:
    forth, back = FaultBook(["any: 503 50%"], seed=1), FaultBook(["any: 503 50%"], seed=1)
    in_order = {number: [ask(forth, number), ask(forth, number), ask(forth, number)] for number in range(50)}
    firsts = {number: ask(back, number) for number in reversed(range(50))}
    assert firsts == {number: three[0] for number, three in in_order.items()}
    assert any(three[0] != three[1] for three in in_order.values())


def test_a_share_strikes_about_as_often_as_it_says() -> None:
    book = FaultBook(["any: 503 10%"], seed=3)
    assert 150 <= sum(bool(ask(book, number)) for number in range(2000)) <= 250


def test_the_same_faults_befall_the_same_requests_over_http() -> None:
    def statuses(seed: int) -> list[int]:
        with running_sandbox(faults=["attendance: 503 40%", "attendance: drop 20%"], seed=seed) as sandbox:
            with httpx.Client(base_url=sandbox.base_url, headers={"Authorization": "Bearer x"}) as client:
                api = Api(sandbox, client)
                api.upsert(api.event())
                answers = [register(api, *PEOPLE[start : start + 3]) for start in range(12)]
            return [answer.status_code * 100 + len(answer.json().get("results", ())) for answer in answers]

    assert statuses(1) == statuses(1)
    assert statuses(1) != statuses(2)
    assert {status // 100 for status in statuses(1)} == {200, 503}


def test_a_realistic_sandbox_takes_its_time(pauses: Pauses) -> None:
    with running_sandbox(realistic=True, pause=pauses) as sandbox:
        answer = httpx.get(f"{sandbox.base_url}{Api.base}", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, pauses.seconds) == (200, [0.2])


def test_in_a_realistic_sandbox_rows_show_after_a_while(clock: StandingClock, pauses: Pauses) -> None:
    with (
        running_sandbox(clock=clock, realistic=True, pause=pauses) as sandbox,
        httpx.Client(base_url=sandbox.base_url, headers={"Authorization": "Bearer x"}) as client,
    ):
        api = Api(sandbox, client)
        api.upsert(api.event())
        register(api, "ana@example.com")
        shown = []
        for moment in ("00.000", "01.099", "01.100", "03.000"):
            clock.move_to(f"2026-11-02T08:00:{moment}Z")
            shown.append((len(api.states()), api.counters()["registered"]))
    assert shown == [(0, 0), (0, 0), (1, 0), (1, 1)]


def test_a_switch_outranks_what_is_realistic(clock: StandingClock, pauses: Pauses) -> None:
    switches = Switches({BREAKDOWN_DELAY.name: 0})
    with (
        running_sandbox(clock=clock, realistic=True, switches=switches, pause=pauses) as sandbox,
        httpx.Client(base_url=sandbox.base_url, headers={"Authorization": "Bearer x"}) as client,
    ):
        api = Api(sandbox, client)
        api.upsert(api.event())
        register(api, "ana@example.com")
        assert (len(api.states()), api.counters()["registered"]) == (1, 0)


def test_without_a_rule_nothing_waits(class_api: Api, pauses: Pauses) -> None:
    register(class_api, "ana@example.com")
    assert pauses.seconds == []
    assert as_ms("2026-11-01T09:00:00Z") == class_api.sandbox.account.participations[0]["occurred_ms"]
