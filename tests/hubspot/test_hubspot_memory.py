"""What a call leaves behind in memory, which an apply of a million rows makes thousands of."""

import gc
from typing import TYPE_CHECKING

import httpx

from hubevents_sync.hubspot.client import HubSpotClient
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.participation import AttendanceState, Participation

if TYPE_CHECKING:
    from tests.hubspot.conftest import Recorder

KEY = EventKey("CookingCo", "4")
ROW = Participation(b"\1" * 16, AttendanceState.REGISTERED, 1_796_054_400_000, email="ana@example.com")


def test_what_was_sent_and_answered_is_gone_without_the_collector(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer({"results": []})
    gc.collect()
    gc.disable()
    try:
        hubspot.record_attendance(KEY, AttendanceState.REGISTERED, [ROW])
        kept = [type(each).__name__ for each in gc.get_objects() if isinstance(each, httpx.Request | httpx.Response)]
    finally:
        gc.enable()
    assert (len(recorder.requests), kept) == (1, [])
