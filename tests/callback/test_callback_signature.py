"""Our signatures are HubSpot's: its published ones, and what its own Python client makes and takes."""

import time
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.callback.signature import (
    FRESH_MS,
    Check,
    ClientSecret,
    SignedRequest,
    Verdict,
    check_signature,
    decode_uri,
    sign,
)
from tests.callback.signing import NOW_MS, SECRET, sign_text

OURS = ClientSecret(SECRET.encode())
URI = "https://my.event.app/events/1234-event-XYZ?appId=app-101&externalAccountId=ABC-account-789"
VECTORS = [
    (
        "POST",
        "https://www.example.com/webhook_uri",
        "{'example_field':'example_value'}",
        1_693_657_560_000,
        "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=",
    ),
    (
        "POST",
        "https://www.example.com/webhook_uri",
        "{'example_field':'example_value'}",
        1_700_000_300_000,
        "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=",
    ),
    ("GET", URI, "", 1_693_657_560_000, "n0h/BL7xSLRsFURzpRzfT61hffvKH+aKrs/cyat6j1Y="),
]


@pytest.fixture(scope="module")
def theirs() -> Any:
    """The signer of HubSpot's own Python client."""
    return pytest.importorskip("hubspot.utils.signature", reason="hubspot-api-client is not installed").Signature


def listed(signature: str | bytes, timestamp: str | bytes) -> list[tuple[bytes, bytes]]:
    values = [value.encode() if isinstance(value, str) else value for value in (signature, timestamp)]
    return [(b"x-hubspot-signature-v3", values[0]), (b"x-hubspot-request-timestamp", values[1])]


def judge(uri: str, headers: list[tuple[bytes, bytes]], *, now_ms: int = NOW_MS, method: str = "GET") -> Verdict:
    return check_signature(SignedRequest(method, uri.encode()), headers, OURS, now_ms=now_ms).verdict


@pytest.mark.parametrize(("method", "uri", "body", "timestamp_ms", "signature"), VECTORS)
def test_a_published_signature_is_ours_and_is_taken(
    method: str, uri: str, body: str, timestamp_ms: int, signature: str
) -> None:
    """The first two are in the tests of HubSpot's Python and Ruby clients, the third is made with the Python one."""
    request, timestamp = SignedRequest(method, uri.encode(), body.encode()), str(timestamp_ms)
    assert sign(request, OURS, timestamp.encode()) == signature.encode()
    check = check_signature(request, listed(signature, timestamp), OURS, now_ms=timestamp_ms)
    assert check == Check(Verdict.GENUINE, signature.encode(), timestamp_ms)


PATHS = st.text(st.sampled_from("abcXYZ019-._~%2F%20%3A+&="), min_size=1, max_size=60)


@given(path=PATHS, body=st.text(max_size=40), at_ms=st.integers(1_000_000_000_000, 9_999_999_999_999))
def test_hubspots_own_signer_and_ours_make_the_same(theirs: Any, path: str, body: str, at_ms: int) -> None:
    uri = f"https://my.event.app/{path}"
    made = theirs.get_signature(SECRET, body, "v3", http_uri=uri, http_method="GET", timestamp=str(at_ms))
    request = SignedRequest("GET", uri.encode(), body.encode())
    assert sign(request, OURS, str(at_ms).encode()) == made.encode()
    assert check_signature(request, listed(made, str(at_ms)), OURS, now_ms=at_ms).verdict is Verdict.GENUINE


def test_hubspots_own_client_takes_what_we_sign(theirs: Any) -> None:
    now = str(time.time_ns() // 1_000_000)
    made = sign(SignedRequest("GET", URI.encode()), OURS, now.encode()).decode()
    assert theirs.is_valid(made, SECRET, "", http_uri=URI, http_method="GET", signature_version="v3", timestamp=now)


@pytest.mark.parametrize(
    "form",
    ["https://my.event.app/events/a%2Fb%3Ac%20d", "https://my.event.app/events/a/b:c%20d"],
    ids=["raw", "decoded"],
)
def test_the_address_may_be_signed_as_it_is_or_decoded(form: str) -> None:
    made = sign_text("GET", form, "", str(NOW_MS))
    asked = "https://my.event.app/events/a%2Fb%3Ac%20d"
    assert judge(asked, listed(made, str(NOW_MS))) is Verdict.GENUINE


@pytest.mark.parametrize("decoded_too_far", ["a/b&c d", "a%2Fb&c%20d", "a/b%26c d"])
def test_nothing_but_the_twelve_escapes_is_decoded(decoded_too_far: str) -> None:
    made = sign_text("GET", f"https://my.event.app/events/{decoded_too_far}", "", str(NOW_MS))
    assert judge("https://my.event.app/events/a%2Fb%26c%20d", listed(made, str(NOW_MS))) is Verdict.FOREIGN


def test_the_twelve_escapes_are_decoded_once_and_in_hubspots_spelling() -> None:
    assert decode_uri(b"%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B%20%26%3D%25%2f%252F%2523A") == (
        b":/?@!$'()*,;%20%26%3D%25%2f%252F%2523A"
    )


@pytest.mark.parametrize(
    ("age_ms", "verdict"),
    [
        (0, Verdict.GENUINE),
        (FRESH_MS, Verdict.GENUINE),
        (-FRESH_MS, Verdict.GENUINE),
        (FRESH_MS + 1, Verdict.STALE),
        (-FRESH_MS - 1, Verdict.STALE),
    ],
)
def test_a_signature_is_good_for_five_minutes_both_ways(age_ms: int, verdict: Verdict) -> None:
    made = sign_text("GET", URI, "", str(NOW_MS))
    assert judge(URI, listed(made, str(NOW_MS)), now_ms=NOW_MS + age_ms) is verdict


SIGNATURE = sign_text("GET", URI, "", str(NOW_MS))
GOOD = listed(SIGNATURE, str(NOW_MS))


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ([], Verdict.MISSING),
        (GOOD[:1], Verdict.MISSING),
        (GOOD[1:], Verdict.MISSING),
        ([*GOOD, GOOD[0]], Verdict.MISSING),
        ([*GOOD, GOOD[1]], Verdict.MISSING),
        ([(b"x-hubspot-signature", GOOD[0][1]), GOOD[1]], Verdict.MISSING),
        (listed("", str(NOW_MS)), Verdict.MALFORMED),
        (listed(SIGNATURE[:-1], str(NOW_MS)), Verdict.MALFORMED),
        (listed(SIGNATURE + "=", str(NOW_MS)), Verdict.MALFORMED),
        (listed(f" {SIGNATURE}", str(NOW_MS)), Verdict.MALFORMED),
        (listed("A" * 100_000, str(NOW_MS)), Verdict.MALFORMED),
        (listed("é" * 44, str(NOW_MS)), Verdict.MALFORMED),
        (listed(SIGNATURE, ""), Verdict.MALFORMED),
        (listed(SIGNATURE, "NaN"), Verdict.MALFORMED),
        (listed(SIGNATURE, "1e12"), Verdict.MALFORMED),
        (listed(SIGNATURE, f"0{NOW_MS}"), Verdict.MALFORMED),
        (listed(SIGNATURE, f"{NOW_MS}.0"), Verdict.MALFORMED),
        (listed(SIGNATURE, "9" * 100_000), Verdict.MALFORMED),
        (listed(SIGNATURE, "١٧٩٦٠٣٢٨٠٠٠٠٠"), Verdict.MALFORMED),
        (listed(SIGNATURE, str(NOW_MS + 1)), Verdict.FOREIGN),
        (listed(sign_text("GET", URI, "", str(NOW_MS), secret="other"), str(NOW_MS)), Verdict.FOREIGN),
        (listed(sign_text("POST", URI, "", str(NOW_MS)), str(NOW_MS)), Verdict.FOREIGN),
    ],
)
def test_headers_that_are_none_are_refused(headers: list[tuple[bytes, bytes]], verdict: Verdict) -> None:
    assert judge(URI, headers) is verdict


def test_the_last_digit_of_an_address_is_no_first_digit_of_a_time() -> None:
    """Both addresses make the same text with their times: without a mark between the parts only the shape tells."""
    made = sign_text("GET", URI + "0", "", str(NOW_MS))
    assert made == sign_text("GET", URI, "", f"0{NOW_MS}")
    assert judge(URI, listed(made, f"0{NOW_MS}")) is Verdict.MALFORMED
    assert judge(URI + str(NOW_MS)[0], listed(made, str(NOW_MS)[1:])) is Verdict.MALFORMED


class CountedSecret:
    """A client secret that counts how often it is used."""

    def __init__(self) -> None:
        self.uses = 0

    @property
    def value(self) -> bytes:
        self.uses += 1
        return SECRET.encode()


@pytest.mark.parametrize(
    ("headers", "now_ms"), [(GOOD, NOW_MS), ([], NOW_MS), (listed("x", "y"), NOW_MS), (GOOD[:1], NOW_MS), (GOOD, 0)]
)
def test_the_same_work_is_done_whatever_is_wrong(headers: list[tuple[bytes, bytes]], now_ms: int) -> None:
    """Two signatures are made for each request: the time that a refusal takes tells nothing."""
    secret = CountedSecret()
    check_signature(SignedRequest("GET", URI.encode()), headers, cast("ClientSecret", secret), now_ms=now_ms)
    assert secret.uses == 2


def test_the_secret_shows_itself_nowhere() -> None:
    assert SECRET not in f"{OURS} {OURS!r} {SignedRequest('GET', URI.encode())!r}"
