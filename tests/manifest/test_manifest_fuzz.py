"""Whatever somebody writes, the answer is findings with places, never a traceback, and it comes at once."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hubevents_sync.manifest.events import read_events
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.manifest.project import read_project
from hubevents_sync.manifest.rules.catalogue import RULES

PROJECT = """version: 1
account: ${A:-CookingCo}
timezone: Europe/Berlin
events: [events/*.yaml]
roster_roots: []
hubspot: {portal: 1, base_url: "https://api.hubapi.com", requests: {keep_free: 20%}}
limits: {removals: 10%}
environments:
  staging: {hubspot: {token: "${T}"}}
"""
EVENTS = """events:
  - &first
    externalEventId: e1
    eventName: "Cooking\\u00e9"
    eventOrganizer: |
      Joe
    startDateTime: 2026-05-01T09:00:00+02:00
    endDateTime: 2026-05-01T17:00
    eventCancelled: false
    customProperties: {a: 1, b: 'x'}
    roster: [a.csv, ../b.csv]
    attendees:
      - {email: ana@example.com, registered: 2026-05-01T09:00:00Z}
    complete: {not_before: 2026-05-02T00:00Z}
  - *first
"""
PIECES = [
    *("\t", "\n", "\r", " ", "\0", "\x07", "\x85", "\u2028", "\ufeff", "é", "🎉", "\\ud800", "\\x00"),
    *(":", "- ", "? ", "&a ", "*a ", "*first", "!!str ", "!x ", "!!python/object:x ", "<<: ", "---\n", "...\n"),
    *("%YAML 1.1\n", "{", "}", "[", "]", '"', "'", "|", ">", "#", "@", "`", "~", "null", "${", "$$", "${A}"),
    *("9" * 30, "1e999", ".nan", "0x", "0o9", "-", "+", "..", "/", "\\", "2026-02-30T00:00Z", "[" * 40, "a@b.c"),
]


def read(project: bytes, events: bytes, environment: str | None) -> None:
    with TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "events").mkdir()
        (directory / "hubevents.yaml").write_bytes(project)
        (directory / "events" / "a.yaml").write_bytes(events)
        findings = FindingCollector()
        try:
            settled = read_project(directory, environment=environment, environ={"A": "x"}, findings=findings)
            read_events(settled, findings=findings)
        except InvalidFiles as invalid:
            assert invalid.findings  # noqa: PT017  any error will do, as long as it is told
        for finding in findings.sorted():
            assert finding.rule in RULES
            assert finding.position.line >= 1
            assert finding.position.column >= 1
            assert "a@b.c" not in finding.message
            assert "\n" not in finding.message


@st.composite
def mutated(draw: st.DrawFn, text: str) -> bytes:
    """*text* with a few pieces put in, cut out or doubled, at times with a broken byte."""
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        until = min(len(text), at + draw(st.sampled_from([0, 0, 0, 1, 2, 9, 40])))
        middle = draw(st.sampled_from([*PIECES, text[at:until] * 2]))
        text = text[:at] + middle + text[until:]
    content = text.encode()
    at = draw(st.integers(0, len(content)))
    return content[:at] + draw(st.sampled_from([b"", b"", b"", b"", b"\xff", b"\xed\xa0\x80"])) + content[at:]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(PROJECT), mutated(EVENTS), st.sampled_from([None, "staging", "x"]))
@example(PROJECT.encode(), b"events: [" + b"[" * 60_000, None)
@example(PROJECT.encode(), b"events:\n" + b"- " * 30_000, None)
@example(PROJECT.encode(), b'events: "' + b"\\" * 60_001, None)
@example(PROJECT.encode(), b"? " * 20_000, None)
@example(PROJECT.encode(), b"a: &a [*a]\n", None)
@example(PROJECT.encode(), b'events: "\\UFFFFFFFF"\n', None)
@example(PROJECT.encode(), b"%TAG ! tag:x,2000:\n---\nevents: !y []\n", None)
def test_any_files_give_findings_and_no_traceback(project: bytes, events: bytes, environment: str | None) -> None:
    read(project, events, environment)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_findings_and_no_traceback(content: bytes) -> None:
    read(PROJECT.encode(), content, None)
    read(content, EVENTS.encode(), None)
