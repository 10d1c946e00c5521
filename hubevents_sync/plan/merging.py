"""Merge runs of sorted rows, for a digest: cut by e-mail into ranges, each of which somebody else can merge. Pure.

A million rows in one piece are more than a processor's cache holds, and than one process should sort while others wait.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise

from hubevents_sync.model.block_tally import TIME_BYTES, SortedRows
from hubevents_sync.model.moments import unpack_times
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.plan.sorting import NO_TIME, Columns, sort_columns

# As many rows in a range, or so: some megabytes.
RANGE_ROWS = 40_000
# So many e-mails of each run tell where to cut.
SAMPLES = 16
_NO_TIME = NO_TIME.to_bytes(TIME_BYTES, "little", signed=True)

Merge = Callable[[Sequence[SortedRows]], SortedRows]
# Carries a function out for each of many values, wherever, and yields the results in the same order: ``map``, say.
CarryOut = Callable[[Merge, Iterable[Sequence[SortedRows]]], Iterable[SortedRows]]


def merge_rows(
    runs: Mapping[AttendanceState, Sequence[SortedRows]], carry_out: CarryOut
) -> Iterator[tuple[AttendanceState, SortedRows]]:
    """The rows of each state's *runs* as one run. Where all of them are one already, *carry_out* is left alone."""
    if all(len(some) == 1 for some in runs.values()):
        yield from ((state, some[0]) for state, some in runs.items())
        return
    ranges = {state: cut_runs(some, RANGE_ROWS) for state, some in runs.items()}
    merged = iter(carry_out(merge_range, (each for of_state in ranges.values() for each in of_state)))
    for state, of_state in ranges.items():
        yield state, _follow(list(islice(merged, len(of_state))))


def cut_runs(runs: Sequence[SortedRows], range_rows: int) -> list[list[SortedRows]]:
    """*runs* in ranges by e-mail of some *range_rows* each, every one of them runs too. No e-mail is in two ranges."""
    count = sum(run.row_count for run in runs) // range_rows + 1
    if len(runs) == 1 or count == 1:
        return [list(runs)]
    samples = sorted(sample for run in runs for sample in _sample(run.emails))
    bounds = [samples[len(samples) * number // count] for number in range(1, count)]
    cut = zip(*(_cut_run(run, bounds) for run in runs), strict=True)
    ranges = ([run for run in some if run.row_count] for some in cut)
    return [each for each in ranges if each]


def merge_range(runs: Sequence[SortedRows]) -> SortedRows:
    """The rows of *runs* as one run."""
    whole = _follow(runs)
    emails = whole.emails.decode("utf-8", "surrogatepass").split("\n")
    occurred, joined, left = (unpack_times(column) for column in (whole.occurred, whole.joined, whole.left))
    contacts = whole.contacts.decode("ascii").split("\n") if whole.contacts else []
    return sort_columns(Columns(emails, occurred, joined, left, contacts))


def _follow(runs: Sequence[SortedRows]) -> SortedRows:
    """The rows of *runs* one behind the other. A column that some have is filled up for those that don't."""
    if len(runs) == 1:
        return runs[0]
    emails, occurred, joined, left, contacts = zip(*runs, strict=True)
    counts = [run.row_count for run in runs]

    def follow(columns: Sequence[bytes], none: bytes, between: bytes = b"") -> bytes:
        if not any(columns):
            return b""
        return between.join(
            column or between.join([none] * count) for column, count in zip(columns, counts, strict=True)
        )

    return SortedRows(
        b"\n".join(emails),
        b"".join(occurred),
        follow(joined, _NO_TIME),
        follow(left, _NO_TIME),
        follow(contacts, b"", b"\n"),
    )


def _sample(emails: bytes) -> Iterator[bytes]:
    for number in range(SAMPLES):
        middle = len(emails) * number // SAMPLES
        start, end = emails.rfind(b"\n", 0, middle) + 1, emails.find(b"\n", middle)
        yield emails[start : end if end >= 0 else None]


def _cut_run(run: SortedRows, bounds: Sequence[bytes]) -> Iterator[SortedRows]:
    """*run* cut before each of *bounds*."""
    starts = [0]
    for bound in bounds:
        starts.append(_find_first(run.emails, bound, starts[-1]))
    starts.append(len(run.emails) + 1)
    contacts = run.contacts.split(b"\n") if run.contacts else []
    row = 0
    for start, end in pairwise(starts):
        first, row = row, row + run.emails.count(b"\n", start, end) + (start < end == len(run.emails) + 1)
        times = slice(first * TIME_BYTES, row * TIME_BYTES)
        yield SortedRows(
            run.emails[start : end - 1] if row > first else b"",
            run.occurred[times],
            run.joined[times],
            run.left[times],
            b"\n".join(contacts[first:row]),
        )


def _find_first(emails: bytes, bound: bytes, low: int) -> int:
    """Where the first of *emails* from *low* on stands that is not less than *bound*; behind all where none is."""
    high = len(emails) + 1
    while low < high:
        middle = (low + high - 1) // 2
        start = emails.rfind(b"\n", low, middle) + 1 or low
        end = emails.find(b"\n", middle)
        end = len(emails) if end < 0 else end
        if emails[start:end] < bound:
            low = end + 1
        else:
            high = start
    return low
