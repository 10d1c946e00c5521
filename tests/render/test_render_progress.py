"""Progress on a terminal and in a pipeline: what lasts is never silent."""

import threading
from io import StringIO
from threading import Thread, active_count

import pytest

from hubevents_sync.model.waiting import Wait
from hubevents_sync.ports import Progress
from hubevents_sync.render.progress import BarProgress, LineProgress, ProgressKind, SilentProgress, open_progress
from hubevents_sync.render.ticking import ThreadTicker
from tests.render.ticking import ClockTicker, SetClock

LOST = Wait("HubSpot can't be reached (connection refused)", 16.0, 5, 6)


def keep_lines() -> tuple[SetClock, list[str], LineProgress]:
    clock, lines = SetClock(), list[str]()
    return clock, lines, LineProgress(clock, lines.append, ticker=ClockTicker(clock))


def test_a_pipeline_gets_a_line_every_ten_seconds() -> None:
    clock, lines, progress = keep_lines()
    progress.start("sending", 3000)
    for _ in range(30):
        progress.advance("sending", 100)
        clock.sleep(1)
    progress.finish("sending")
    assert lines == [
        "sending: 1,000 of 3,000 (33%), about 20 s left",
        "sending: 2,000 of 3,000 (66%), about 10 s left",
        "sending: 3,000 of 3,000 (100%), under a second left",
        "sending: 3,000 of 3,000, took about 30 s",
    ]


def test_work_that_says_nothing_is_spoken_of_all_the_same() -> None:
    clock, lines, progress = keep_lines()
    progress.start("copying the state", None)
    progress.start("events", 2)
    clock.sleep(10)
    progress.finish("events")
    clock.sleep(10)
    progress.finish("copying the state")
    assert lines == [
        "events: 0 of 2, about 10 s so far",
        "events: 0 of 2, took about 10 s",
        "copying the state: about 20 s so far",
        "copying the state: took about 20 s",
    ]


def test_what_is_waited_for_is_told_as_long_as_it_lasts() -> None:
    clock, lines, progress = keep_lines()
    progress.start("events", 4)
    progress.advance("events")
    clock.sleep(6)
    progress.note_wait(LOST)
    progress.note_wait(Wait("HubSpot's rate limit", 5.0))  # over before the other
    clock.sleep(14)
    clock.sleep(10)
    lost = "HubSpot can't be reached (connection refused): trying again in"
    assert lines == [
        f"events: 1 of 4 (25%), about 30 s left; {lost} 12 s, 5 of 6",
        f"events: 1 of 4 (25%), about 60 s left; {lost} 2 s, 5 of 6",
        "events: 1 of 4 (25%), about 90 s left",
    ]


def test_while_somebody_is_asked_nothing_is_shown_and_no_time_counts() -> None:
    clock, lines, progress = keep_lines()
    progress.start("making the plan", None)
    clock.sleep(5)
    with progress.hushed(), progress.hushed():
        clock.sleep(100)
    clock.sleep(9)
    assert lines == []
    clock.sleep(1)
    assert lines == ["making the plan: about 2 min so far"]


def test_short_work_says_nothing_in_a_pipeline() -> None:
    clock, lines, progress = keep_lines()
    progress.start("sending", 2)
    clock.sleep(9.9)
    progress.advance("sending")
    progress.finish("sending")
    assert lines == []


def test_work_that_outgrows_its_total_gets_no_foolish_estimate() -> None:
    clock, lines, progress = keep_lines()
    progress.start("reading", 0)
    progress.advance("reading", 5)
    clock.sleep(10)
    assert lines == ["reading: 5 of 0"]


@pytest.mark.parametrize("kind", list(ProgressKind))
def test_a_task_that_was_never_started_is_ignored(kind: ProgressKind) -> None:
    stream = StringIO()
    with open_progress(kind, SetClock(), stream) as progress:
        progress.advance("ghost")
        progress.finish("ghost")
    assert stream.getvalue() == ""


def test_a_task_can_not_steer_the_terminal() -> None:
    clock, lines, progress = keep_lines()
    progress.start("a\x1b[2J", 2)
    progress.advance("a\x1b[2J")
    clock.sleep(10)
    assert lines == ["a\\x1b[2J: 1 of 2 (50%), about 10 s left"]


def test_no_part_is_lost_between_threads() -> None:
    clock, lines, progress = keep_lines()
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
    assert lines == ["sending: 8,000 of 8,000 (100%), under a second left"]


def draw_bars(seconds: float, *, task: str = "sending [b]", total: int | None = 300) -> str:
    clock, stream = SetClock(), StringIO()
    progress = BarProgress(clock, stream, color=False, ticker=ClockTicker(clock))
    progress.start(task, total)
    progress.advance(task, 100)
    clock.sleep(seconds)
    progress.finish(task)
    return stream.getvalue()


def test_short_work_shows_no_bar() -> None:
    assert draw_bars(1.9) == ""


def test_long_work_shows_a_bar_with_how_much_is_done() -> None:
    shown = draw_bars(2.5)
    assert "sending [b]" in shown
    assert "100/300" in shown
    assert "0:02 so far" in shown


def test_work_that_nobody_can_count_shows_how_long_it_takes() -> None:
    shown = draw_bars(75, total=None)
    assert "1:15 so far" in shown
    assert "100/" not in shown


def test_a_bar_tells_the_rate_and_the_time_left() -> None:
    clock, stream = SetClock(), StringIO()
    progress = BarProgress(clock, stream, color=False, ticker=ClockTicker(clock))
    progress.start("attendees", 4000)
    for _ in range(20):
        progress.advance("attendees", 100)
        clock.sleep(1)
    progress.finish("attendees")
    assert "1,500/4,000" in stream.getvalue()
    assert "100/s" in stream.getvalue()
    assert "0:25 left" in stream.getvalue()


@pytest.mark.parametrize("total", [None, 10])
def test_a_bar_is_drawn_anew_every_second_whatever_the_work_says(total: int | None) -> None:
    clock, stream = SetClock(), StringIO()
    progress = BarProgress(clock, stream, color=False, ticker=ClockTicker(clock))
    progress.start("silent work", total)
    clock.sleep(2)
    for _ in range(10):
        written = len(stream.getvalue())
        clock.sleep(1)
        assert len(stream.getvalue()) > written


def test_a_bar_says_what_is_waited_for_and_for_how_long() -> None:
    clock, stream = SetClock(), StringIO()
    progress = BarProgress(clock, stream, color=False, ticker=ClockTicker(clock))
    progress.start("attendees", 10)
    progress.note_wait(LOST)
    clock.sleep(15)
    progress.close()
    assert "trying again in 14 s, 5 of 6" in stream.getvalue()
    assert "trying again in 1 s, 5 of 6" in stream.getvalue()


def test_bars_come_back_for_the_next_task() -> None:
    clock, stream = SetClock(), StringIO()
    progress = BarProgress(clock, stream, color=False, ticker=ClockTicker(clock))
    for task in ("first", "second"):
        progress.start(task, 10)
        clock.sleep(3)
        progress.advance(task, 5)
        progress.finish(task)
    assert "first" in stream.getvalue()
    assert "second" in stream.getvalue()


def test_bars_make_room_for_a_question_and_come_back_after() -> None:
    clock, stream = SetClock(), StringIO()
    progress = BarProgress(clock, stream, color=False, ticker=ClockTicker(clock))
    progress.start("making the plan", None)
    clock.sleep(3)
    with progress.hushed():
        before = stream.getvalue()
        assert before.endswith("\r\x1b[2K\x1b[?25h\r")  # the cursor is back, and the line is empty
        clock.sleep(50)
        assert stream.getvalue() == before
    clock.sleep(3)
    assert "0:55 so far" in stream.getvalue()
    progress.close()


def test_bars_of_a_task_that_failed_are_taken_away() -> None:
    clock, stream = SetClock(), StringIO()

    def fail_while_sending() -> None:
        with open_progress(ProgressKind.BARS, clock, stream, ticker=ClockTicker(clock)) as progress:
            progress.start("sending", 3)
            clock.sleep(3)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_while_sending()
    assert stream.getvalue().count("\x1b[?25l") == stream.getvalue().count("\x1b[?25h") == 1


def test_bars_that_nothing_started_leave_the_terminal_alone() -> None:
    stream = StringIO()
    with open_progress(ProgressKind.BARS, SetClock(), stream):
        pass
    assert stream.getvalue() == ""


def test_lines_go_to_the_stream_and_silence_does_not() -> None:
    written = {}
    for kind in (ProgressKind.LINES, ProgressKind.SILENT):
        clock, stream = SetClock(), StringIO()
        with open_progress(kind, clock, stream, ticker=ClockTicker(clock)) as progress:
            progress.start("sending", 2)
            progress.advance("sending")
            clock.sleep(10)
        written[kind] = stream.getvalue()
    assert written == {"lines": "sending: 1 of 2 (50%), about 10 s left\n", "silent": ""}


def test_no_thread_is_left_while_the_process_is_copied_nor_at_the_end() -> None:
    threads = active_count()
    with open_progress(ProgressKind.LINES, SetClock(), StringIO()) as progress:
        progress.start("sending", None)
        assert "progress" in [thread.name for thread in threading.enumerate()]
        with progress.still():
            assert active_count() == threads
        assert "progress" in [thread.name for thread in threading.enumerate()]
        progress.finish("sending")
        assert active_count() == threads
        with progress.still():
            progress.start("reading", None)
    assert active_count() == threads


def test_a_ticker_whose_reader_left_ends_by_itself() -> None:
    def tick() -> None:
        raise BrokenPipeError

    ticker = ThreadTicker(0.001)
    ticker.start(tick)
    ticker.stop()
    ticker.stop()


def test_all_three_are_what_the_port_asks_for() -> None:
    clock = SetClock()
    kinds: list[Progress] = [
        SilentProgress(),
        LineProgress(clock, list[str]().append, ticker=ClockTicker(clock)),
        BarProgress(clock, StringIO(), color=False, ticker=ClockTicker(clock)),
    ]
    for progress in kinds:
        progress.start("task", 1)
        progress.advance("task")
        with progress.still():
            progress.finish("task")


def test_what_is_said_stays_above_the_bars() -> None:
    clock, stream = SetClock(), StringIO()
    progress = BarProgress(clock, stream, color=False, ticker=ClockTicker(clock))
    progress.start("attendees", 10)
    progress.say("warning: [b] before the bars")
    clock.sleep(3)
    progress.say("warning: [b] above the bars, on a line that is longer than the terminal is wide, and some more")
    clock.sleep(1)
    progress.close()
    shown = stream.getvalue()
    assert shown.startswith("warning: [b] before the bars\n")
    above = "\r\x1b[2Kwarning: [b] above the bars, on a line that is longer than the terminal is wide, and some more\n"
    assert above in shown
    assert shown.index(above) < shown.rindex("attendees")


def test_what_is_said_is_a_line_elsewhere() -> None:
    said = {}
    for kind in (ProgressKind.LINES, ProgressKind.SILENT):
        stream = StringIO()
        with open_progress(kind, SetClock(), stream) as progress:
            progress.say("warning: mind the gap")
        said[kind] = stream.getvalue()
    assert set(said.values()) == {"warning: mind the gap\n"}
