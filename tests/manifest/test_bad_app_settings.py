"""Settings of an app, and a webhook, that make no sense are found where they stand; no secret is shown."""

from collections.abc import Callable, Mapping

import pytest

FindingsOf = Callable[[Mapping[str, str | bytes]], list[str]]

URLS = {
    "https://my.event.app/events": "eventDetailsUrl has no %s [details-url]",
    "https://my.event.app/%s/%s": "eventDetailsUrl has %s 2 times [details-url]",
    "https://%s.event.app/events": "eventDetailsUrl has %s in its host [details-url]",
    "my.event.app/%s": "eventDetailsUrl is no full URL [bad-url]",
    "https:///events/%s": "eventDetailsUrl is no full URL [bad-url]",
    "ftp://my.event.app/%s": "eventDetailsUrl is no full URL [bad-url]",
    "https://my.event.app:x/%s": "eventDetailsUrl is no full URL [bad-url]",
    "https://my.event.app/a b/%s": "eventDetailsUrl is no full URL [bad-url]",
    "https://me:pass@my.event.app/%s": "eventDetailsUrl has a user or a fragment [bad-url]",
    "https://my.event.app/%s#top": "eventDetailsUrl has a user or a fragment [bad-url]",
    "http://my.event.app/%s": "eventDetailsUrl is http to my.event.app: HubSpot asks over https only [plain-http]",
}
HOOKS = {
    "ops.example/hook": "the webhook's url is no full URL [bad-url]",
    "https://ops.example/a b": "the webhook's url is no full URL [bad-url]",
    "https://ops.example/hook#x": "the webhook's url has a user or a fragment [bad-url]",
    "https://u:planted@ops.example/hook": "the webhook's url has a user or a fragment [bad-url]",
    "http://ops.example/planted": (
        "the webhook's url is http to ops.example: what a run did would cross in the clear [plain-http]"
    ),
}


def project(*lines: str) -> dict[str, str | bytes]:
    return {"hubevents.yaml": "\n".join(["version: 1", *lines]) + "\n", "events/a.yaml": "events: []\n"}


@pytest.mark.parametrize("url", URLS)
def test_a_url_that_hubspot_would_refuse_is_found(url: str, findings_of: FindingsOf) -> None:
    found = findings_of(project(f"settings: {{appId: 4711, eventDetailsUrl: '{url}'}}"))
    assert found == [f"hubevents.yaml:2:42: error: {URLS[url]}"]


@pytest.mark.parametrize(
    "url",
    [
        "https://my.event.app/events/%s",
        "https://my.event.app:8443/e?id=%s&x=%20",
        "http://127.0.0.1:8088/events/%s",
        "http://localhost/%s",
        "http://[::1]:1/%s",
    ],
)
def test_a_url_that_it_takes_passes(url: str, findings_of: FindingsOf) -> None:
    assert findings_of(project(f"settings: {{appId: 4711, eventDetailsUrl: '{url}'}}")) == []


@pytest.mark.parametrize("url", HOOKS)
def test_a_bad_address_of_a_webhook_is_found_and_not_repeated(url: str, findings_of: FindingsOf) -> None:
    found = findings_of(project(f"webhook: {{url: '{url}', secret: '${{S}}'}}"))
    assert found == [f"hubevents.yaml:2:16: error: {HOOKS[url]}"]
    assert "planted" not in "".join(found)


def test_neither_secret_nor_address_of_a_webhook_is_looked_up(findings_of: FindingsOf) -> None:
    assert findings_of(project("webhook: {url: '${URL}', secret: '${S}', events: [due]}")) == []


def test_a_secret_in_the_file_itself_is_warned_of(findings_of: FindingsOf) -> None:
    found = findings_of(project("webhook: {url: 'https://ops.example/', secret: planted}"))
    assert found == ["hubevents.yaml:2:48: warning: webhook.secret stands in the file itself [literal-secret]"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("settings: {appId: 4711}", "2:1: error: settings lacks eventDetailsUrl [missing-field]"),
        ("settings: {}", "2:1: error: settings lacks appId and eventDetailsUrl [missing-field]"),
        ("webhook: {events: [due]}", "2:1: error: webhook lacks url and secret [missing-field]"),
        (
            "settings: {appId: 0}",
            "2:19: error: appId must be a whole number from 1 to 21",
        ),
        ("webhook: {events: [done]}", "2:20: error: entry 1 of events must be finished, partial or due"),
        ("settings: {appID: 1}", "2:12: error: unknown field appID"),
    ],
)
def test_what_is_missing_or_not_allowed_is_found(line: str, expected: str, findings_of: FindingsOf) -> None:
    (found,) = findings_of(project(line))
    assert found.startswith(f"hubevents.yaml:{expected}")
