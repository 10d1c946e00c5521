"""Progress on a terminal and in a pipeline."""

from io import StringIO
from threading import Thread

import pytest

from hubevents_sync.ports import Progress
from hubevents_sync.render.progress import BarProgress, LineProgress, ProgressKind, SilentProgress, open_progress


class SetClock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def now_ms(self) -> int:
        return int(self.seconds * 1000)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def test_a_pipeline_gets_a_line_every_ten_seconds() -> None:
    clock, lines = SetClock(), list[str]()
    progress = LineProgress(clock, lines.append)
    progress.start("sending", 3000)
    for _ in range(30):
        clock.sleep(1)
        progress.advance("sending", 100)
    progress.finish("sending")
    assert lines == [
        "sending: 1,000 of 3,000 (33%), about 20 s left",
        "sending: 2,000 of 3,000 (66%), about 10 s left",
        "sending: 3,000 of 3,000 (100%), under a second left",
        "sending: 3,000 of 3,000, took about 30 s",
    ]


def test_short_work_says_nothing_in_a_pipeline() -> None:
    clock, lines = SetClock(), list[str]()
    progress = LineProgress(clock, lines.append)
    progress.start("sending", 2)
    clock.sleep(9.9)
    progress.advance("sending")
    progress.finish("sending")
    assert lines == []


def test_work_that_outgrows_its_total_gets_no_foolish_estimate() -> None:
    clock, lines = SetClock(), list[str]()
    progress = LineProgress(clock, lines.append)
    progress.start("reading", 0)
    clock.sleep(11)
    progress.advance("reading", 5)
    assert lines == ["reading: 5 of 0"]


def test_a_task_that_was_never_started_is_ignored() -> None:
    clock, lines = SetClock(), list[str]()
    for progress in (LineProgress(clock, lines.append), BarProgress(clock, StringIO(), color=False), SilentProgress()):
        progress.advance("ghost")
        progress.finish("ghost")
    assert lines == []


def test_a_task_can_not_steer_the_terminal() -> None:
    clock, lines = SetClock(), list[str]()
    progress = LineProgress(clock, lines.append)
    progress.start("a\x1b[2J", 2)
    clock.sleep(10)
    progress.advance("a\x1b[2J")
    assert lines == ["a\\x1b[2J: 1 of 2 (50%), about 10 s left"]


def test_no_part_is_lost_between_threads() -> None:
    clock, lines = SetClock(), list[str]()
    progress = LineProgress(clock, lines.append)
    progress.start("sending", 8000)

    def advance_often() -> None:
        for _ in range(1000):
            progress.advance("sending")

    threads = [Thread(target=advance_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.sleep(10)
    progress.advance("sending", 0)
    assert lines == ["sending: 8,000 of 8,000 (100%), under a second left"]


def draw_bars(seconds: float, *, task: str = "sending [b]") -> str:
    clock, stream = SetClock(), StringIO()
    progress = BarProgress(clock, stream, color=False)
    progress.start(task, 300)
    clock.sleep(seconds)
    progress.advance(task, 100)
    progress.finish(task)
    return stream.getvalue()


def test_short_work_shows_no_bar() -> None:
    assert "sending" not in draw_bars(1.9)


def test_long_work_shows_a_bar_with_how_much_is_done() -> None:
    shown = draw_bars(2.5)
    assert "sending [b]" in shown
    assert "100/300" in shown


def test_bars_come_back_for_the_next_task() -> None:
    clock, stream = SetClock(), StringIO()
    progress = BarProgress(clock, stream, color=False)
    for task in ("first", "second"):
        progress.start(task, 10)
        clock.sleep(3)
        progress.advance(task, 5)
        progress.finish(task)
    assert "first" in stream.getvalue()
    assert "second" in stream.getvalue()


def test_bars_of_a_task_that_failed_are_taken_away() -> None:
    clock, stream = SetClock(), StringIO()

    def fail_while_sending() -> None:
        with open_progress(ProgressKind.BARS, clock, stream) as progress:
            progress.start("sending", 3)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_while_sending()
    assert stream.getvalue().count("\x1b[?25l") == stream.getvalue().count("\x1b[?25h") == 1


def test_bars_that_nothing_started_leave_the_terminal_alone() -> None:
    stream = StringIO()
    with open_progress(ProgressKind.BARS, SetClock(), stream):
        pass
    assert "\x1b[?25l" not in stream.getvalue()
    assert "\n" not in stream.getvalue()


def test_lines_go_to_the_stream_and_silence_does_not() -> None:
    written = {}
    for kind in (ProgressKind.LINES, ProgressKind.SILENT):
        clock, stream = SetClock(), StringIO()
        with open_progress(kind, clock, stream) as progress:
            progress.start("sending", 2)
            clock.sleep(10)
            progress.advance("sending")
        written[kind] = stream.getvalue()
    assert written == {"lines": "sending: 1 of 2 (50%), about 10 s left\n", "silent": ""}


def test_all_three_are_what_the_port_asks_for() -> None:
    clock = SetClock()
    kinds: list[Progress] = [
        SilentProgress(),
        LineProgress(clock, list[str]().append),
        BarProgress(clock, StringIO(), color=False),
    ]
    for progress in kinds:
        progress.start("task", 1)
        progress.advance("task")
        progress.finish("task")
