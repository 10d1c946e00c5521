"""Write a plan as one page of HTML that needs nothing but itself: no network, and no script to be read.

Its policy names the one style and the one script that it has by their hashes, so that nothing else can run.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import Plan
from hubevents_sync.render.day_chart import DayChart, draw_days
from hubevents_sync.render.markup import cut
from hubevents_sync.render.outline import ChangeKind, Detail, EventBlock, Outline, Section, SectionKind
from hubevents_sync.render.rosters import say_difference, say_moves
from hubevents_sync.render.split import split_change
from hubevents_sync.render.walk import walk_plan
from hubevents_sync.render.wording import say_count, say_instant

MARK = '<meta name="generator" content="hubevents-sync plan">'
MOST_BYTES = 2_000_000
OVERALL_COLUMNS = 180
# Sections that the page draws in ways of their own; the others stand above the events, in the outline's order.
APART = frozenset({SectionKind.CHANGES, SectionKind.ROSTERS, SectionKind.IRREVERSIBLE, SectionKind.DIGEST})
KIND_NAMES = {
    ChangeKind.CREATED: "created",
    ChangeKind.UPDATED: "updated",
    ChangeKind.ROWS: "rows sent",
    ChangeKind.REMOVALS: "people left",
    ChangeKind.COMPLETED: "completed",
    ChangeKind.HELD: "held",
    ChangeKind.LEFTOVERS: "left over",
    ChangeKind.UNCHANGED: "unchanged",
}


@dataclass(frozen=True, slots=True)
class Fineness:
    """How much of each event is drawn: characters of a value, columns of its chart, domains, and samples of rows."""

    value: int
    columns: int
    domains: int
    has_samples: bool


# The first that makes a page of no more than MOST_BYTES is taken; the last one for thousands of events.
FINENESSES = (
    Fineness(4_000, 90, 12, has_samples=True),
    Fineness(400, 45, 8, has_samples=True),
    Fineness(120, 21, 5, has_samples=False),
    Fineness(60, 0, 0, has_samples=False),
)


@dataclass(frozen=True, slots=True)
class Row:
    """An event, with its chart."""

    block: EventBlock
    chart: DayChart | None


def render_plan_html(plan: Plan, *, now_ms: int, timezone: str | None, max_bytes: int = MOST_BYTES) -> str:
    """*plan* as a page. Where it would be larger than *max_bytes*, events are drawn in less detail, and it says so."""
    outline = walk_plan(plan, detail=Detail.EVERYTHING, now_ms=now_ms, timezone=timezone)
    brief = walk_plan(plan, now_ms=now_ms, timezone=timezone)
    seen_at = say_instant(now_ms // 60_000 * 60_000, timezone=timezone)
    page = ""
    for fineness in FINENESSES:
        page = _draw(plan, outline, brief, fineness, seen_at=seen_at)
        if len(page.encode()) <= max_bytes:
            break
    return page


def _draw(plan: Plan, outline: Outline, brief: Outline, fineness: Fineness, *, seen_at: str) -> str:
    changes = outline.find(SectionKind.CHANGES)
    blocks = sorted((*(changes.blocks if changes else ()), *outline.resting), key=lambda block: block.ids)
    rows = [Row(block, draw_days(block.days, most_columns=fineness.columns)) for block in blocks]
    style, script = _read("plan.css"), _read("plan.js")
    return (
        _environment()
        .get_template("plan.html")
        .render(
            plan=plan,
            outline=outline,
            # Two hundred completions, each with its flag, are no summary: the events' own rows say which they are.
            irreversible=brief.find(SectionKind.IRREVERSIBLE),
            cards=_list_cards(outline, brief),
            rosters=outline.find(SectionKind.ROSTERS),
            rows=rows,
            kinds=_count_kinds(blocks),
            counters=_count_work(blocks),
            chart=draw_days((day for block in blocks for day in block.days), most_columns=OVERALL_COLUMNS),
            states=tuple(AttendanceState),
            has_held=any(block.held for block in blocks),
            fineness=fineness,
            is_coarse=fineness is not FINENESSES[0],
            seen_at=seen_at,
            style=style,
            script=script,
            policy=_write_policy(style, script),
            mark=MARK,
        )
    )


def _list_cards(outline: Outline, brief: Outline) -> list[Section]:
    cards = [section for section in outline.sections if section.kind not in APART]
    # Each event has its own notes beside it; here it is enough to name two of those that share one.
    return [(brief.find(card.kind) or card) if card.kind is SectionKind.NOTES else card for card in cards]


def _count_kinds(blocks: Iterable[EventBlock]) -> list[tuple[str, str, int]]:
    counts = Counter(kind for block in blocks for kind in block.kinds)
    return [(kind.value, name, counts[kind]) for kind, name in KIND_NAMES.items() if counts[kind]]


def _count_work(blocks: Sequence[EventBlock]) -> list[tuple[str, int]]:
    kinds = Counter(kind for block in blocks for kind in block.kinds)
    return [
        ("Events created", kinds[ChangeKind.CREATED]),
        ("Events updated", kinds[ChangeKind.UPDATED]),
        ("Rows sent", sum(sum(block.rows.values()) for block in blocks)),
        ("Rows held", sum(sum(block.held.values()) for block in blocks)),
        ("Completed for good", kinds[ChangeKind.COMPLETED]),
    ]


def _write_policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _read(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(split_change=split_change)
    environment.filters.update(cut=cut, say_count=say_count, say_difference=say_difference, say_moves=say_moves)
    return environment
