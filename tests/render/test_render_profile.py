"""Where the time of a plan went, in a line for each part."""

from hubevents_sync.model.profile import Profile
from hubevents_sync.render.profile import render_profile


def test_each_part_has_a_line_and_those_of_the_planned_events_are_indented() -> None:
    profile = Profile(0.1, 0.02, 1.5, 0.25, rosters=2.0, state=0.5, comparing=0.75, hands=2)
    assert render_profile(profile).splitlines() == [
        "project and event files          0.100 s",
        "events that have a receipt       0.020 s",
        "other events, in 2 processes     1.500 s",
        "  rosters                        2.000 s",
        "  state                          0.500 s",
        "  comparing                      0.750 s",
        "plan put together                0.250 s",
    ]
