"""Say what is due of a plan, and what falls due when."""

from collections.abc import Sequence

from hubevents_sync.model.due import Due, DueEvent, HeldStep
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.plan import EventAction
from hubevents_sync.render.canvas import Canvas
from hubevents_sync.render.json_text import dump_json
from hubevents_sync.render.plan_json import shape_key
from hubevents_sync.render.safe import make_one_line, measure
from hubevents_sync.render.wording import say_count, say_list, say_moment

MOST_LINES = 20


def render_due_text(
    due: Due, *, now_ms: int, timezone: str | None, width: int, color: bool, unicode: bool = True
) -> str:
    """*due* in lines of at most *width* cells: at most 20 events that are due, and as many steps that are held."""
    canvas = Canvas(width=width, color=color, unicode=unicode)
    keys = [event.key for event in due.now] + [step.key for step in due.held]
    names_account = len({key.external_account_id for key in keys}) > 1
    canvas.paragraph((), (f"Due now: {_say_now(due)}.", "bold"))
    now = [(_say_key(event.key, names_account=names_account), _say_event(event)) for event in due.now]
    _draw_lines(canvas, now, noun="event")
    if due.held:
        canvas.blank()
        first = say_moment(due.held[0].due_at_ms, now_ms=now_ms, timezone=timezone)
        canvas.paragraph((), (f"Due next: {first}", "bold"))
        held = [
            (
                _say_key(step.key, names_account=names_account),
                f"{_say_step(step)} from {say_moment(step.due_at_ms, now_ms=now_ms, timezone=timezone)}",
            )
            for step in due.held
        ]
        _draw_lines(canvas, held, noun="step")
    return canvas.to_text()


def render_due_json(due: Due) -> str:
    """*due* as JSON."""
    return dump_json({"format": "hubevents-sync/due", "version": 1, **shape_due(due)})


def shape_due(due: Due) -> dict[str, object]:
    """*due* as plain values."""
    return {
        "environment": due.environment,
        "portal": due.portal,
        "plan_digest": due.plan_digest,
        "changes_settings": due.changes_settings,
        "now": [
            {
                "key": shape_key(event.key),
                "action": event.action.value,
                "rows": {state.value: count for state, count in event.rows.items()},
                "completes": event.completes,
            }
            for event in due.now
        ],
        "held": [
            {
                "key": shape_key(step.key),
                "due_at": format_instant(step.due_at_ms),
                "rows": step.rows,
                "completes": step.completes,
            }
            for step in due.held
        ],
        "next_due_at": None if due.next_due_ms is None else format_instant(due.next_due_ms),
    }


def _say_now(due: Due) -> str:
    parts = [
        "the app's settings" if due.changes_settings else "",
        say_count(len(due.now), "event") if due.now else "",
    ]
    return say_list(filter(None, parts)) or "nothing"


def _say_event(event: DueEvent) -> str:
    parts = [
        event.action.value if event.action is not EventAction.NONE else "",
        *(f"{count:,} {state.lower()}" for state, count in event.rows.items()),
        "completion" if event.completes else "",
    ]
    return say_list(filter(None, parts))


def _say_step(step: HeldStep) -> str:
    return "completion" if step.completes else say_count(step.rows, "row")


def _say_key(key: EventKey, *, names_account: bool) -> str:
    return make_one_line(str(key) if names_account else key.external_event_id)


def _draw_lines(canvas: Canvas, lines: Sequence[tuple[str, str]], *, noun: str) -> None:
    shown = lines[:MOST_LINES]
    ids = [canvas.clip(shown_id, canvas.width * 2 // 5) for shown_id, _ in shown]
    id_width = max(map(measure, ids), default=0)
    for shown_id, (_, text) in zip(ids, shown, strict=True):
        padding = " " * (id_width - measure(shown_id) + 2)
        canvas.paragraph((("  ", ""), (f"{shown_id}{padding}", "bold")), (text, ""))
    if len(lines) > len(shown):
        canvas.line((f"  and {say_count(len(lines) - len(shown), f'more {noun}')}: --format json has all", "dim"))
