"""Sort rows of one state by e-mail, column by column, as the digest takes them. Pure."""

from array import array
from collections.abc import Mapping, Sequence
from itertools import chain, islice, repeat
from operator import eq, lt
from typing import NamedTuple, TypeVar

from hubevents_sync.model.block_tally import SortedRows
from hubevents_sync.model.moments import pack_times
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.roster import StateColumns
from hubevents_sync.plan.rows import occurred_at_of

T = TypeVar("T")
NO_TIME = -(1 << 63)


class Columns(NamedTuple):
    """Rows of one state. What a row does not have is NO_TIME, or an empty text; what none has is an empty column."""

    emails: list[str]
    occurred: "array[int]"
    joined: "array[int]"
    left: "array[int]"
    contacts: list[str]


def sort_rows(blocks: Sequence[StateColumns], rows: Sequence[Participation] = ()) -> SortedRows:
    """Those of *blocks* and *rows*, all of one state, by the e-mail without regard to case."""
    columns = _join(blocks, rows)
    text = "\n".join(columns.emails)
    folded = text.casefold()
    return sort_columns(columns if folded == text else columns._replace(emails=folded.split("\n")))


def sort_columns(columns: Columns) -> SortedRows:
    """Sorted by the e-mails, which are folded, and where somebody stands twice by all there is."""
    if not all(map(lt, columns.emails, islice(columns.emails, 1, None))):
        columns = _sort(columns)
    return SortedRows(
        "\n".join(columns.emails).encode("utf-8", "surrogatepass"),
        pack_times(columns.occurred),
        pack_times(columns.joined),
        pack_times(columns.left),
        "\n".join(columns.contacts).encode("ascii"),
    )


def _join(blocks: Sequence[StateColumns], rows: Sequence[Participation]) -> Columns:
    return Columns(
        [*chain.from_iterable(block.emails for block in blocks), *(row.email or "" for row in rows)],
        _join_times([(len(block.emails), block.occurred) for block in blocks], list(map(occurred_at_of, rows))),
        _join_times([(len(block.emails), block.joined) for block in blocks], [row.joined_at_ms for row in rows]),
        _join_times([(len(block.emails), block.left) for block in blocks], [row.left_at_ms for row in rows]),
        _join_contacts(blocks, rows),
    )


def _join_times(of_blocks: Sequence[tuple[int, "array[int] | None"]], of_rows: Sequence[int | None]) -> "array[int]":
    """Those of blocks, each of so many rows, and those of rows."""
    joined = array("q")
    if any(times is not None for _, times in of_blocks) or of_rows.count(None) < len(of_rows):
        for count, times in of_blocks:
            joined += array("q", [NO_TIME]) * count if times is None else times
        joined.extend(NO_TIME if moment is None else moment for moment in of_rows)
    return joined


def _join_contacts(blocks: Sequence[StateColumns], rows: Sequence[Participation]) -> list[str]:
    if all(block.contacts is None for block in blocks) and not any(row.contact_properties for row in rows):
        return []
    of_blocks = (repeat(None, len(block.emails)) if block.contacts is None else block.contacts for block in blocks)
    joined = [spell_contact(each) for each in chain(*of_blocks, (row.contact_properties for row in rows))]
    return joined if any(joined) else []


def _sort(columns: Columns) -> Columns:
    emails = columns.emails
    order = sorted(range(len(emails)), key=emails.__getitem__)
    arranged = _arrange(columns, order)
    if any(map(eq, arranged.emails, islice(arranged.emails, 1, None))):
        keys = list(zip(*(column or repeat("") for column in columns), strict=False))
        arranged = _arrange(columns, sorted(order, key=keys.__getitem__))
    return arranged


def _arrange(columns: Columns, order: Sequence[int]) -> Columns:
    def arrange(column: list[T]) -> list[T]:
        return list(map(column.__getitem__, order)) if column else []

    def arrange_times(times: "array[int]") -> "array[int]":
        return array("q", arrange(times.tolist()))  # to and from lists takes half the time

    emails, occurred, joined, left, contacts = columns
    ordered = arrange_times(occurred)
    # Nearly everybody attended from when they joined.
    joined = ordered if joined == occurred else arrange_times(joined)
    return Columns(arrange(emails), ordered, joined, arrange_times(left), arrange(contacts))


def spell_contact(properties: Mapping[str, str] | None) -> str:
    """ASCII alone, so that nothing in a property can end a text or begin another."""
    return ascii(sorted(properties.items())) if properties else ""
