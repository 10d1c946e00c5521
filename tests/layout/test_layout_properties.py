"""Whatever a file looks like: formatting keeps what it means and every comment, and a second time changes nothing."""

import random
import re
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.manifest.layout.meaning import read_meaning
from hubevents_sync.manifest.layout.order import Kind
from hubevents_sync.manifest.times import canonical_time
from tests.layout.conftest import Scribbler, build_events, build_person, fmt

PROJECT_TEXTS = ("CookingCo", "no", "${HOME}", "${TOKEN:-a b}", "$$x")


def read_independently(text: str) -> Any:
    """*text* as PyYAML's own loader reads it, all scalars as text; the order of people does not count."""
    return settle(yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506  the base loader makes text only


def settle(value: Any) -> Any:
    """*value* with times in one form."""
    if isinstance(value, dict):
        return {name: settle(below) for name, below in value.items()}
    if isinstance(value, list):
        return [settle(below) for below in value]
    return canonical_time(value) or value


def find_comments(text: str) -> list[str]:
    """The scribbler's, sorted."""
    return sorted(re.findall("# *c[0-9]+: 'x {", text))


def check(text: str, comments: list[str], kind: Kind) -> None:
    """The three promises."""
    done = fmt(text, kind)
    assert read_independently(done) == read_independently(text)
    assert find_comments(done) == sorted(comments)
    assert fmt(done, kind) == done
    assert done.endswith("\n")
    assert "\r" not in done


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32))
def test_any_event_file(seed: int) -> None:
    chance = random.Random(seed)
    scribbler = Scribbler(chance)
    check(scribbler.scribble(build_events(chance)), scribbler.comments, Kind.EVENTS)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32))
def test_any_yaml_roster_sorted_or_not(seed: int) -> None:
    chance = random.Random(seed)
    scribbler = Scribbler(chance)
    people = [build_person(chance, f"{chance.choice('abcXYZ')}{number}@example.com") for number in range(5)]
    text = scribbler.scribble({"attendees": people})
    check(text, scribbler.comments, Kind.ROSTER)
    done = fmt(text, Kind.ROSTER, sorts=True)
    assert fmt(done, Kind.ROSTER, sorts=True) == done
    assert find_comments(done) == sorted(scribbler.comments)
    emails = [entry["email"] for entry in read_independently(done)["attendees"]]
    assert emails == sorted((str(person["email"]) for person in people), key=str.lower)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32))
def test_any_project_file_with_its_variables(seed: int) -> None:
    chance = random.Random(seed)
    scribbler = Scribbler(chance)
    layer = {"state": chance.choice(PROJECT_TEXTS), "hubspot": {"token": "${TOKEN}", "portal": "${PORTAL}"}}
    whole = {
        **layer,
        "environments": {"b": layer, "a": {"limits": {"removals": "10%"}}},
        "version": True,
        "account": "no",
    }
    text = scribbler.scribble(whole)
    done = fmt(text, Kind.PROJECT)
    assert read_meaning(done.encode(), "f", Kind.PROJECT) == read_meaning(text.encode(), "f", Kind.PROJECT)
    assert find_comments(done) == sorted(scribbler.comments)
    assert fmt(done, Kind.PROJECT) == done
