"""A message to a webhook is signed, sent again where that helps, and never sent where it was not meant to go."""

import base64
import hashlib
import hmac
import logging
import socket

import pytest

from hubevents_sync.notify.post import Message, post
from hubevents_sync.notify.signature import read_secret, sign
from hubevents_sync.ports import StopSwitch
from tests.fakes import FakeClock
from tests.webhooks import Receiver, receiving


def message_to(url: str) -> Message:
    return Message("run-1", b'{"a": 1}', url=url, key=b"key")


def send(receiver: Receiver, clock: FakeClock, *, stop: StopSwitch | None = None) -> str | None:
    return post(message_to(receiver.url), clock=clock, stop=stop or StopSwitch())


def test_the_signature_is_that_of_the_specifications_own_example() -> None:
    # https://github.com/standard-webhooks/standard-webhooks: the example of its libraries' documentation.
    key = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    signature = sign(key, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_its_own_text_or_base_64_after_its_prefix() -> None:
    assert read_secret("plain text") == b"plain text"
    assert read_secret("whsec_a2V5") == b"key"
    with pytest.raises(ValueError, match="what follows whsec_ is no base 64"):
        read_secret("whsec_!")


def test_a_message_is_signed_over_id_time_and_body() -> None:
    clock = FakeClock()
    with receiving() as receiver:
        assert send(receiver, clock) is None
    (received,) = receiver.received
    timestamp = str(clock.now_ms() // 1000)
    wanted = hmac.digest(b"key", f"run-1.{timestamp}.".encode() + b'{"a": 1}', hashlib.sha256)
    assert (received.path, received.body) == ("/hook", b'{"a": 1}')
    assert received.headers["content-type"] == "application/json"
    assert received.headers["webhook-id"] == "run-1"
    assert received.headers["webhook-timestamp"] == timestamp
    assert received.headers["webhook-signature"] == f"v1,{base64.b64encode(wanted).decode()}"


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_what_may_pass_is_tried_three_times_with_the_same_id(status: int) -> None:
    clock = FakeClock()
    with receiving(status, status, 200) as receiver:
        assert send(receiver, clock) is None
    assert [received.headers["webhook-id"] for received in receiver.received] == ["run-1"] * 3
    with receiving(status) as receiver:
        assert send(receiver, clock) == f"it answered {status}"
    assert len(receiver.received) == 3


@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_what_stays_is_tried_once(status: int) -> None:
    with receiving(status) as receiver:
        assert send(receiver, FakeClock()) == f"it answered {status}"
    assert len(receiver.received) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with receiving(status) as receiver:
        assert send(receiver, FakeClock()) == f"it answered {status}, a redirect, which is not followed"
    assert [received.path for received in receiver.received] == ["/hook"]


def test_a_run_that_is_being_stopped_gets_one_try() -> None:
    stop = StopSwitch()
    stop.set()
    with receiving(503) as receiver:
        assert send(receiver, FakeClock(), stop=stop) == "it answered 503"
    assert len(receiver.received) == 1


def test_nobody_there_is_told_without_the_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/planted"
    assert post(message_to(url), clock=FakeClock(), stop=StopSwitch()) == "it can't be reached (ConnectError)"


def test_a_proxy_does_not_stand_before_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with receiving() as receiver:
        assert send(receiver, FakeClock()) is None


def test_no_log_line_names_the_address_and_no_repr_shows_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with receiving() as receiver:
        receiver.url += "/planted"
        assert send(receiver, FakeClock()) is None
    assert "planted" not in caplog.text
    shown = repr(Message("run-1", b"", url="https://ops.example/planted", key=b"planted"))
    assert "planted" not in shown
