"""Turn one entry after another into participations, checking each: the path that a million rows take."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from functools import cache
from typing import Any

from hubevents_sync.manifest.rosters.email import find_email_fault, is_email
from hubevents_sync.manifest.rosters.explain import explain_entry, has_whole_texts
from hubevents_sync.manifest.rosters.interactions import (
    Interaction,
    check_attendance,
    check_cancellations,
    check_times,
    whole_event,
)
from hubevents_sync.manifest.rosters.interface import Entry, Identify, IdentifyAll, Located, Path, RosterContext
from hubevents_sync.manifest.rosters.plain.columns import BlockReader
from hubevents_sync.manifest.rosters.plain.rows import Objection
from hubevents_sync.manifest.rosters.report import Report
from hubevents_sync.manifest.rosters.taken import Taken
from hubevents_sync.manifest.rules import rosters as rules
from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.manifest.times import BadTime, parse_time
from hubevents_sync.model.finding import Finding, Severity
from hubevents_sync.model.instant import EPOCH, MILLISECOND, format_instant
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId
from hubevents_sync.model.roster import Block, Roster
from hubevents_sync.resources import schemas_directory

# Most times, which datetime reads right by itself; parse_time decides about all others.
_is_plain_time = re.compile(
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
).fullmatch
_parse_plain_time = datetime.fromisoformat
# Participation(…) spends twice the time in its __new__, which is written in Python.
_new = tuple.__new__

REGISTERED, ATTENDED, CANCELLED = AttendanceState.REGISTERED, AttendanceState.ATTENDED, AttendanceState.CANCELLED

# Attendances begin and end at the same few times: looking one up is ten times as fast as reading it again.
MOST_KNOWN_TIMES = 4096


@cache
def entry_validator() -> Any:
    """Says by ``is_valid`` whether an entry has the shape that the roster's schema asks for; 0.3 µs a row.

    Any: jsonschema-rs has a class a draft, with no name in common.
    """
    import jsonschema_rs

    schema = json.loads((schemas_directory() / "roster.schema.json").read_bytes())
    return jsonschema_rs.validator_for({"$ref": "#/$defs/attendee", "$defs": schema["$defs"]})


def _parse(text: str, timezone: tzinfo | None) -> int:
    if _is_plain_time(text):
        try:
            return (_parse_plain_time(text) - EPOCH) // MILLISECOND
        except ValueError:  # 30 February: parse_time says what is wrong
            pass
    return parse_time(text, timezone)


class EntryTaker:
    """Takes the entries of all rosters of one event; ``participations`` holds what they say.

    Call ``begin(reader)`` before a roster's entries. The entry with a fault is reported and leaves out what is at
    fault; the rest of it is looked at, so that all findings come at once.
    """

    def __init__(
        self,
        context: RosterContext,
        *,
        identify: Identify,
        timezone: tzinfo | None,
        report: Report,
        identify_all: IdentifyAll | None = None,
    ) -> None:
        self.person: PersonId = b""  # of the entry that was taken last
        self.blocks = BlockReader(context, identify_all or (lambda emails: [identify(email, None) for email in emails]))
        self._context = context
        self._end_ms = context.end_ms if context.end_ms is not None else 1 << 62
        self._identify = identify
        self._timezone = timezone
        self._report = report
        self._is_valid = entry_validator().is_valid
        self._known_times: dict[object, int] = {}
        self._taken = Taken()
        self._reader: Located
        self._file = ""

    @property
    def people(self) -> int:
        """How many people the rosters name."""
        return self._taken.people

    @property
    def participations(self) -> Roster:
        """All that they did."""
        return self._taken.participations

    def begin(self, reader: Located) -> None:
        """The next entries come from *reader*."""
        self._reader = reader
        self._file = reader.file
        self._taken.begin(reader.file)

    @contextmanager
    def attempting(self) -> Iterator[None]:
        """Inside, NotPlain is raised in place of a finding; it takes back all that was taken inside."""
        report = self._report
        self._report = Objection()
        try:
            with self._taken.attempting():
                yield
        finally:
            self._report = report

    def take_block(self, block: Block, column: int) -> bool:
        """Take all entries of *block*, which start at *column*.

        False, and nothing taken, where somebody in it was taken before.
        """
        return self._taken.add_block(block, column)

    def take(self, entry: Entry, line: int, column: int) -> None:
        """Check *entry*, which starts at *line* and *column*, and keep what it says."""
        if entry.__class__ is dict and len(entry) == 2:
            # The row that most rosters are full of: an address and a time, both checked here without the schema.
            email, registered = entry.get("email"), entry.get("registered")
            if email.__class__ is str and registered.__class__ is str and _is_plain_time(registered):
                try:
                    moment = (_parse_plain_time(registered) - EPOCH) // MILLISECOND
                except ValueError:  # 30 February
                    pass
                else:
                    if is_email(email):
                        person = self.person = self._identify(email, None)
                        if self._taken.is_repeat(person, line, column):
                            self._refuse_repeat(person, email)
                        if moment > self._end_ms:
                            self._warn_late(moment, ("registered",))
                        row = (person, REGISTERED, moment, None, None, email, None, None, self._file, line)
                        self._taken.rows.append(_new(Participation, row))
                        return
        self._take_any(entry, line, column)

    def _take_any(self, entry: Entry, line: int, column: int) -> None:
        try:
            is_valid = self._is_valid(entry) and ("contact" not in entry or has_whole_texts(entry["contact"]))
        except UnicodeEncodeError:  # jsonschema-rs met half of a character: "\\ud83d" in JSON and YAML is one
            is_valid = False
        if not is_valid:
            faulty = explain_entry(entry, self._say)
            if not isinstance(entry, dict):
                return
            entry = {name: value for name, value in entry.items() if name not in faulty}
        email, contact_id = entry.get("email"), entry.get("vid")
        if contact_id is not None:
            contact_id = int(contact_id)  # JSON Schema takes 5.0 for an integer
        elif email is None or not is_email(email):
            if email is not None:
                self._refuse_email(email)
            self._take_interactions(entry, b"", None, None, line)  # for the findings in its times
            return
        person = self.person = self._identify(email, contact_id)
        if self._taken.is_repeat(person, line, column):
            self._refuse_repeat(person, email)
        self._take_interactions(entry, person, email, contact_id, line)

    def _take_interactions(
        self, entry: Entry, person: PersonId, email: str | None, contact_id: int | None, line: int
    ) -> None:
        """All that *entry* says; without a *person* for the findings only."""
        interactions: list[Interaction] = []
        if "registered" in entry:
            for moment, path in self._read_times(entry["registered"], "registered"):
                interactions.append((REGISTERED, moment, None, None, path))
                if moment > self._end_ms:
                    self._warn_late(moment, path)
        if "attended" in entry:
            self._read_attended(entry["attended"], interactions)
        if "cancelled" in entry:
            for moment, path in self._read_times(entry["cancelled"], "cancelled"):
                interactions.append((CANCELLED, moment, None, None, path))
            check_cancellations(interactions, self._say)
        if len(interactions) > 1:
            check_times(interactions, self._say)
        if not person:
            return
        contact, file, append = entry.get("contact") or None, self._file, self._taken.rows.append
        for state, moment, joined, left, _ in interactions:
            row = (person, state, moment, joined, left, email, contact_id, contact, file, line)
            append(_new(Participation, row))

    def _read_times(self, value: Entry, name: str) -> list[tuple[int, Path]]:
        """The time, or the times, that field *name* holds, without those that can't be read."""
        if value.__class__ is not list:
            moment = self._read_time(value, (name,))
            return [] if moment is None else [(moment, (name,))]
        paths: list[Path] = [(name, index) for index in range(len(value))]
        found = [(self._read_time(item, path), path) for item, path in zip(value, paths, strict=True)]
        return [(moment, path) for moment, path in found if moment is not None]

    def _read_time(self, value: Entry, path: Path) -> int | None:
        """*value* in milliseconds; None, and a finding, where it is no time."""
        known = self._known_times
        moment = known.get(value)
        if moment is not None:
            return moment
        try:
            moment = _parse(value if value.__class__ is str else str(int(value)), self._timezone)
        except BadTime as fault:
            position = self._reader.locate(path)
            self._report.add_finding(Finding(position, fault.rule, Severity.ERROR, fault.message, fault.hint))
            return None
        if len(known) < MOST_KNOWN_TIMES:
            known[value] = moment
        return moment

    def _read_attended(self, value: Entry, interactions: list[Interaction]) -> None:
        """What ``attended`` says: the whole event, an attendance, or a list of them."""
        if value.__class__ is dict:
            self._read_attendance(value, ("attended",), interactions)
        elif value is True:
            whole = whole_event(self._context, self._say)
            if whole is not None:
                interactions.append(whole)
        elif value is not False:
            for index, item in enumerate(value):
                self._read_attendance(item, ("attended", index), interactions)

    def _read_attendance(self, value: Entry, path: Path, interactions: list[Interaction]) -> None:
        at = (*path, "joinedAt")
        moment = joined = self._read_time(value["joinedAt"], at)
        left = self._read_time(value["leftAt"], (*path, "leftAt"))
        if "at" in value:
            at = (*path, "at")
            moment = self._read_time(value["at"], at)
        if joined is not None and left is not None and moment is not None:
            check_attendance(joined, left, path, self._context, self._say)
            interactions.append((ATTENDED, moment, joined, left, at))

    def _say(self, rule: Rule, path: Path, message: str, hint: str | None = None, *, at_key: bool = False) -> None:
        self._report.add(rule, self._reader.locate(path, key=at_key), message, hint)

    def _warn_late(self, moment: int, path: Path) -> None:
        message = (
            f"registered after the event's end ({format_instant(moment)} > {format_instant(self._end_ms)}): "
            "HubSpot will record it as NO_SHOW"
        )
        self._say(rules.REGISTERED_AFTER_END, path, message, "if the person attended, declare attended too")

    def _refuse_email(self, email: str) -> None:
        message = f"this is no e-mail address: {find_email_fault(email)}"
        self._say(rules.BAD_EMAIL, ("email",), message, "write it like ana@example.com")

    def _refuse_repeat(self, person: PersonId, email: str | None) -> None:
        first = self._taken.find_first(person)
        said = "e-mail addresses compare without case" if email is not None else "each vid stands once"
        message = f"the same person stands at {first} already; {said}"
        path = ("vid",) if email is None else ("email",)
        self._say(
            rules.SAME_PERSON_TWICE, path, message, "keep one entry, with a list of times where there are several"
        )
